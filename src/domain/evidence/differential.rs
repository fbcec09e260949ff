//! How likely each diagnosis is.

use serde::{Deserialize, Serialize};

use super::Task;
use crate::domain::case::Diagnosis;
use crate::domain::identity::Invalid;

/// How likely each diagnosis is: four shares that sum to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Shares", into = "Shares")]
pub struct Differential {
    hemorrhage: f64,
    lvo: f64,
    nlvo: f64,
    mimic: f64,
}

/// The four shares before they are checked.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shares {
    /// Intracranial haemorrhage.
    pub hemorrhage: f64,
    /// Ischaemic stroke by a large-vessel occlusion.
    pub lvo: f64,
    /// Other ischaemic stroke.
    pub nlvo: f64,
    /// Not a stroke.
    pub mimic: f64,
}

/// How far from 1 the sum of four written shares may be.
const SUM_TOLERANCE: f64 = 1e-6;

impl TryFrom<Shares> for Differential {
    type Error = Invalid;

    fn try_from(s: Shares) -> Result<Self, Invalid> {
        let shares = [s.hemorrhage, s.lvo, s.nlvo, s.mimic];
        let invalid = |problem| Invalid { what: "hemorrhage, lvo, nlvo, mimic", problem };
        if !shares.iter().all(|p| (0.0..=1.0).contains(p)) {
            return Err(invalid("must each be 0 to 1"));
        }
        if (shares.iter().sum::<f64>() - 1.0).abs() > SUM_TOLERANCE {
            return Err(invalid("must sum to 1"));
        }
        Ok(Self::normalised(shares))
    }
}

impl From<Differential> for Shares {
    fn from(d: Differential) -> Self {
        Self { hemorrhage: d.hemorrhage, lvo: d.lvo, nlvo: d.nlvo, mimic: d.mimic }
    }
}

impl Differential {
    /// Before anything is known of the patient, in a hospital that has not counted its own: haemorrhage 10 %,
    /// large-vessel occlusion 20 %, other ischaemia 35 %, mimic or transient attack 35 %. Between two cohorts of
    /// suspected stroke: 11 % haemorrhage and 28 % occlusion (FAST PLUS, PMC6160663), 8 % haemorrhage, 54 %
    /// ischaemic stroke and 38 % mimic or transient attack (Berlin mobile unit, PMC7786495).
    pub const PRIOR: Self = Self { hemorrhage: 0.10, lvo: 0.20, nlvo: 0.35, mimic: 0.35 };

    /// What a signed diagnosis leaves: certainty, or `None` where it is undetermined.
    #[must_use]
    pub fn of(diagnosis: Diagnosis) -> Option<Self> {
        let certain = match diagnosis {
            Diagnosis::Haemorrhage => [1.0, 0.0, 0.0, 0.0],
            Diagnosis::Lvo => [0.0, 1.0, 0.0, 0.0],
            Diagnosis::Ischaemia => [0.0, 0.0, 1.0, 0.0],
            Diagnosis::Mimic => [0.0, 0.0, 0.0, 1.0],
            Diagnosis::Undetermined => return None,
        };
        Some(Self::normalised(certain))
    }

    #[must_use]
    pub fn hemorrhage(&self) -> f64 {
        self.hemorrhage
    }

    #[must_use]
    pub fn lvo(&self) -> f64 {
        self.lvo
    }

    #[must_use]
    pub fn nlvo(&self) -> f64 {
        self.nlvo
    }

    #[must_use]
    pub fn mimic(&self) -> f64 {
        self.mimic
    }

    /// Share of the patients who have what `task` looks for.
    #[must_use]
    pub fn prevalence(&self, task: Task) -> f64 {
        match task {
            Task::Hemorrhage => self.hemorrhage,
            Task::Occlusion => self.lvo,
            Task::Infarct => self.lvo + self.nlvo,
        }
    }

    /// Non-negative weights (not all zero) to shares.
    pub(crate) fn normalised(weights: [f64; 4]) -> Self {
        let total: f64 = weights.iter().sum();
        let [hemorrhage, lvo, nlvo, mimic] = weights.map(|w| w / total);
        Self { hemorrhage, lvo, nlvo, mimic }
    }

    pub(in crate::domain) fn to_array(self) -> [f64; 4] {
        [self.hemorrhage, self.lvo, self.nlvo, self.mimic]
    }

    /// Bayes' rule. Evidence impossible under every diagnosis leaves the differential as it was.
    pub(super) fn updated(self, likelihood: [f64; 4]) -> Self {
        let prior = self.to_array();
        let weights: [f64; 4] = std::array::from_fn(|i| prior[i] * likelihood[i]);
        if weights.iter().sum::<f64>() > 0.0 { Self::normalised(weights) } else { self }
    }
}
