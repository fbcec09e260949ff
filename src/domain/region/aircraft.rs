//! Medical aircraft.

use serde::{Deserialize, Serialize};

use super::Position;
use super::hours::Hours;
use crate::domain::identity::SiteId;
use crate::domain::time::Minutes;

/// Cost of an hour of helicopter flight, euros.
pub const HELICOPTER_EUROS_PER_HOUR: f64 = 2000.0;

/// Whether an aircraft may fly by night.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flies {
    DayOnly,
    DayAndNight,
}

/// A medical aircraft.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aircraft {
    /// Short name, as a site's.
    pub id: SiteId,
    pub name: String,
    pub base: SiteId,
    pub speed_kmh: f64,
    /// From the call to take-off.
    pub start_minutes: Minutes,
    /// Approach, landing and shut-down, each time.
    pub landing_minutes: Minutes,
    pub flies: Flies,
    /// When its crew is on duty; always, where nothing is said.
    #[serde(default)]
    pub duty: Hours,
    #[serde(default = "default_flight_cost")]
    pub euros_per_hour: f64,
}

fn default_flight_cost() -> f64 {
    HELICOPTER_EUROS_PER_HOUR
}

impl Aircraft {
    /// Time in the air between two places, landing included.
    #[must_use]
    pub fn flight(&self, from: Position, to: Position) -> Minutes {
        Minutes(from.distance_km(to) / self.speed_kmh * 60.0) + self.landing_minutes
    }
}
