//! The plans that a region allows for a patient at one of its hospitals, with the gate that stops each.

use serde::{Deserialize, Serialize};

use super::{Conditions, OnsetAge, Plan};
use crate::domain::identity::SiteId;
use crate::domain::region::Region;

mod air;
mod journey;
mod milestones;
mod route;
mod scene;

pub use journey::{Leg, LegKind};
pub use milestones::Milestones;
pub use route::{Aboard, Route, Vehicle};
use scene::Scene;

/// How the patient, or the team, travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    Stay,
    Road,
    Air,
    Team,
}

/// Whether the patient may be given thrombolysis at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Thrombolysis {
    /// Not excluded by what is known (window, anticoagulant, diagnosis).
    Possible,
    Excluded,
}

/// Whether the head has been imaged where the patient is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Workup {
    Imaged,
    NotImaged,
}

/// A plan with its way.
#[derive(Debug, Clone, PartialEq)]
pub struct TransportPlan {
    pub plan: Plan,
    pub from: SiteId,
    pub destination: SiteId,
    pub mode: Mode,
    /// In order, minutes from now.
    pub legs: Vec<Leg>,
    /// From hospital to hospital: the patient's in order, then the team's.
    pub routes: Vec<Route>,
}

/// The patient's hospital is not of this region.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no site is called '{0}' in this region")]
pub struct UnknownPlace(pub SiteId);

/// What the plans depend on besides the region.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances {
    pub onset: OnsetAge,
    pub thrombolysis: Thrombolysis,
    pub workup: Workup,
    pub conditions: Conditions,
}

/// Every plan for a patient at `site`: stay; drip-and-ship by road and by air; straight to the thrombectomy
/// centre by road and by air; bring the team. One that a gate stops is kept, with the gate.
///
/// # Errors
/// [`UnknownPlace`] when the region has no such site.
pub fn generate(
    region: &Region,
    site: &SiteId,
    circumstances: Circumstances,
) -> Result<Vec<TransportPlan>, UnknownPlace> {
    let site = region.site(site).ok_or_else(|| UnknownPlace(site.clone()))?;
    Ok(Scene { region, site, circumstances }.plans())
}
