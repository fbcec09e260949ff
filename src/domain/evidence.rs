//! From what is known of a patient to how likely each diagnosis is.

use serde::{Deserialize, Serialize};

use super::case::ClinicalPicture;

mod clinical;
mod differential;
mod doubt;
mod finding;
mod location;
mod performance;
mod rate;
mod site;

use clinical::clinical_likelihood;
pub use clinical::lvo_probability_given_race;
pub use differential::{Differential, Shares};
pub use doubt::Ranges;
pub use finding::{Analysis, EvidenceLevel, Finding, Task};
pub use location::{Location, Segment, Side, Territory};
pub use performance::{Interval, Performance, PredictiveValues};
pub use site::{FEWEST_NEGATIVES, FEWEST_POSITIVES, Floor, Lacking, MOST_NOT_ANALYSABLE, SiteMeasurement};

/// What a site knows and demands of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SiteEvidence {
    /// Case mix of suspected strokes here.
    pub prior: Differential,
    /// The least evidence a model needs to move the queue, by task.
    pub minimum: MinimumEvidence,
    /// What a model must show on the site's own studies to count as measured here.
    pub floor: Floor,
}

impl Default for SiteEvidence {
    fn default() -> Self {
        Self { prior: Differential::PRIOR, minimum: MinimumEvidence::default(), floor: Floor::default() }
    }
}

/// The least evidence by task; by default a model measured on patients, not on phantoms alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MinimumEvidence {
    pub hemorrhage: EvidenceLevel,
    pub occlusion: EvidenceLevel,
    pub infarct: EvidenceLevel,
}

impl Default for MinimumEvidence {
    fn default() -> Self {
        let level = EvidenceLevel::Internal;
        Self { hemorrhage: level, occlusion: level, infarct: level }
    }
}

impl MinimumEvidence {
    #[must_use]
    pub fn of(&self, task: Task) -> EvidenceLevel {
        match task {
            Task::Hemorrhage => self.hemorrhage,
            Task::Occlusion => self.occlusion,
            Task::Infarct => self.infarct,
        }
    }
}

impl SiteEvidence {
    /// Whether the finding may move the queue here: measured, and at or above the site's level.
    #[must_use]
    pub fn admits(&self, finding: &Finding) -> bool {
        finding.performance.is_some() && finding.evidence >= self.minimum.of(finding.task)
    }

    /// The differential from the clinical picture alone.
    #[must_use]
    pub fn clinical(&self, picture: &ClinicalPicture) -> Differential {
        self.prior.updated(clinical_likelihood(picture))
    }

    /// The differential from the clinical picture and what the models say.
    #[must_use]
    pub fn posterior(&self, picture: &ClinicalPicture, findings: &[Finding]) -> Differential {
        self.counted(findings).fold(self.clinical(picture), Differential::given)
    }

    /// The findings that count. Series of one patient are not independent, so each task counts once: its strongest
    /// flag, else its strongest negative.
    fn counted<'a>(&'a self, findings: &'a [Finding]) -> impl Iterator<Item = &'a Finding> {
        let admitted = move |task| findings.iter().filter(move |f| f.task == task && self.admits(f));
        let strength = |f: &&Finding| f.performance.map_or(0.0, |p| p.positive_likelihood_ratio());
        Task::ALL.into_iter().filter_map(move |task| {
            let flagged =
                admitted(task).filter(|f| f.is_positive()).max_by(|a, b| strength(a).total_cmp(&strength(b)));
            flagged.or_else(|| {
                admitted(task)
                    .filter(|f| matches!(f.analysis, Analysis::Analysed { .. }))
                    .max_by(|a, b| strength(a).total_cmp(&strength(b)))
            })
        })
    }
}

#[cfg(test)]
mod tests;
