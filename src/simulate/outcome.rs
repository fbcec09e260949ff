//! What a simulation says: `vigie.simulation/1`.

use serde::Serialize;

use super::policy::Policy;

/// The result's form; its keys only ever grow.
pub(super) const SCHEMA: &str = "vigie.simulation/1";

/// Several policies over the same patients.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    pub schema: &'static str,
    pub seed: u64,
    pub policies: Vec<PolicyOutcome>,
}

/// One policy's waits.
#[derive(Debug, Clone, Serialize)]
pub struct PolicyOutcome {
    pub policy: Policy,
    #[serde(rename = "wait_minutes")]
    pub waits: Waits,
    /// Of all patients, the shares that wait longer than 45 and 120 minutes.
    pub past_target: f64,
    pub past_limit: f64,
    /// By what each patient truly has.
    pub utility_lost_per_patient: f64,
}

/// Waits of groups of patients, in minutes: time in the system less the reading itself.
#[derive(Debug, Clone, Serialize)]
pub struct Waits {
    pub all: Group,
    pub diseased: Group,
    pub non_diseased: Group,
    pub flagged: Group,
    pub unflagged: Group,
    /// Diseased and unflagged.
    pub missed: Group,
    pub true_positive: Group,
    pub false_positive: Group,
    pub true_negative: Group,
}

/// Waits of a group, minutes; none of an empty one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Group {
    pub n: usize,
    pub mean: Option<f64>,
    /// Of the mean, by batch means.
    pub ci95: Option<[f64; 2]>,
    pub p50: Option<f64>,
    pub p95: Option<f64>,
    pub p99: Option<f64>,
    pub max: Option<f64>,
    /// Share that waits longer than 45 minutes.
    pub past_target: f64,
    /// Share that waits longer than 120 minutes.
    pub past_limit: f64,
}
