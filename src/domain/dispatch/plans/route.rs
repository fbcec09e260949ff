//! Where a plan drives and flies, for the map.

use serde::{Deserialize, Serialize};

use crate::domain::identity::SiteId;
use crate::domain::time::Minutes;

/// What drives or flies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vehicle {
    Road,
    Air,
}

/// Who is on board.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aboard {
    Patient,
    Team,
}

/// From one hospital to the next.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    pub from: SiteId,
    pub to: SiteId,
    pub by: Vehicle,
    pub aboard: Aboard,
    /// Door to door by road, take-off to landing by air.
    pub minutes: Minutes,
}
