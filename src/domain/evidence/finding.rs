//! What a model says of a series.

use rand::Rng;
use serde::{Deserialize, Serialize};

use super::rate::Rate;
use super::{Differential, Performance};

/// What a model looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    Hemorrhage,
    Occlusion,
    Infarct,
}

impl Task {
    pub const ALL: [Self; 3] = [Self::Hemorrhage, Self::Occlusion, Self::Infarct];

    /// The name used in the API, the database and model packs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hemorrhage => "hemorrhage",
            Self::Occlusion => "occlusion",
            Self::Infarct => "infarct",
        }
    }
}

/// On what a model was measured, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceLevel {
    /// Synthetic images only.
    Phantom,
    /// Patients of the data it was trained on, held out.
    Internal,
    /// Patients of other hospitals.
    External,
    /// Patients of this hospital.
    Site,
}

impl EvidenceLevel {
    /// The name used in the API and in model packs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Phantom => "phantom",
            Self::Internal => "internal",
            Self::External => "external",
            Self::Site => "site",
        }
    }
}

/// Where the analysis of a series stands. What was not analysed is never negative.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "status")]
pub enum Analysis {
    /// Received, not yet analysed.
    Pending,
    Analysed {
        /// The model's probability for the series.
        probability: f64,
        threshold: f64,
        flag: bool,
        volume_ml: Option<f64>,
    },
    /// The model must not judge this series; `reason` in English.
    NotAnalysable { reason: String },
    /// Another kind of series than the model's.
    NotApplicable,
    /// The analysis broke; `reason` in English.
    Failed { reason: String },
}

/// One model's word on one series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    pub task: Task,
    #[serde(flatten)]
    pub analysis: Analysis,
    /// Slices still arrive: the final word may differ.
    pub provisional: bool,
    pub evidence: EvidenceLevel,
    /// Absent for a model that was never measured: it then moves nothing.
    pub performance: Option<Performance>,
}

impl Finding {
    /// A flag raised.
    #[must_use]
    pub fn is_positive(&self) -> bool {
        matches!(self.analysis, Analysis::Analysed { flag: true, .. })
    }

    /// P(this finding | diagnosis) for each diagnosis, by the sensitivity and specificity that `rate` makes of the
    /// measured ones; `None` when it says nothing.
    fn likelihood(&self, rate: impl FnMut(Rate) -> f64) -> Option<[f64; 4]> {
        let Analysis::Analysed { flag, .. } = self.analysis else { return None };
        let [se, sp] = self.performance?.rates().map(rate);
        let (with, without) = if flag { (se, 1.0 - sp) } else { (1.0 - se, sp) };
        Some(match self.task {
            Task::Hemorrhage => [with, without, without, without],
            Task::Occlusion => [without, with, without, without],
            Task::Infarct => [without, with, with, without],
        })
    }
}

impl Differential {
    /// Updated by one finding; unchanged when it says nothing. Rates measured on few studies move it less: what
    /// counts is how likely this model is to say so of the next patient, the mean over the rates left open.
    #[must_use]
    pub fn given(self, finding: &Finding) -> Self {
        finding.likelihood(Rate::mean).map_or(self, |likelihood| self.updated(likelihood))
    }

    /// Updated by one finding, were its model's rates ones that may well be the true ones.
    pub(super) fn given_drawn(self, finding: &Finding, rng: &mut impl Rng) -> Self {
        finding.likelihood(|rate| rate.draw(rng)).map_or(self, |likelihood| self.updated(likelihood))
    }
}
