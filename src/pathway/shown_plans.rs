//! The plans that were on the regulator's screen when a transport was decided, read back from what was kept.

use serde::Deserialize;

use crate::db::{DbError, Tx, dispatch_decisions};
use crate::domain::dispatch::Mode;
use crate::domain::identity::{CaseId, SiteId};

/// A plan as it was shown.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ShownPlan {
    pub name: String,
    pub destination: SiteId,
    pub mode: Mode,
    pub feasible: bool,
    pub cost_euros: f64,
}

/// What was shown, as far as it is read again.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ShownPlans {
    pub plans: Vec<ShownPlan>,
}

impl ShownPlans {
    /// From the kept text; `None` where an older version wrote it otherwise.
    #[must_use]
    pub fn read(shown: &str) -> Option<Self> {
        serde_json::from_str(shown).ok()
    }

    #[must_use]
    pub fn plan(&self, name: &str) -> Option<&ShownPlan> {
        self.plans.iter().find(|plan| plan.name == name)
    }
}

/// Where the regulator's last decision on a case sends the patient.
pub(super) async fn chosen_destination(tx: &mut Tx, case: CaseId) -> Result<Option<SiteId>, DbError> {
    let decided = dispatch_decisions::latest(tx, case).await?;
    Ok(decided.and_then(|(decision, shown)| {
        ShownPlans::read(&shown)?.plan(&decision.plan).map(|plan| plan.destination.clone())
    }))
}
