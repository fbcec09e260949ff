//! Where each statement of a report comes from. A model's reading is a proposal until a person confirms it.

use serde::{Deserialize, Serialize};

use super::observation::{InfarctSite, Observation, Presence, Tenths, VesselSite};
use crate::domain::evidence::{Analysis, EvidenceLevel, Finding, Location, SiteEvidence, Task};
use crate::domain::identity::SeriesUid;

/// The model's word that a statement rests on, as it was when the report was signed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cited {
    pub task: Task,
    pub series: SeriesUid,
    pub model: String,
    pub version: String,
    pub sha256: String,
    pub probability: f64,
    pub threshold: f64,
    pub evidence: EvidenceLevel,
}

/// An observation that a model's word suggests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    #[serde(flatten)]
    pub observation: Observation,
    pub by: Cited,
}

/// What the reader did with an item of the draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Entered, or corrected, by the reader.
    Entered,
    /// Proposed by a model, and not looked at yet: cannot be signed.
    Proposed,
    /// Proposed by a model, and confirmed as it stands.
    Confirmed,
}

/// An item before it is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftItem {
    pub observation: Observation,
    pub standing: Standing,
}

/// Where a signed statement comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "model")]
pub enum Source {
    Reader,
    /// A model's word that the reader confirmed.
    Confirmed(Cited),
    /// Reckoned from the other statements.
    Computed,
}

/// A signed statement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    #[serde(flatten)]
    pub observation: Observation,
    pub source: Source,
}

/// A model's word on a series of the case, with what it says beyond the flag.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    pub finding: Finding,
    pub location: Option<Location>,
    pub series: SeriesUid,
    pub model: String,
    pub version: String,
    pub sha256: String,
}

/// What the models' words suggest, in their order. Only a final flag that counts at this site proposes anything:
/// an unflagged, refused or research result never proposes that something is absent.
#[must_use]
pub fn proposals(seen: &[Seen], site: &SiteEvidence) -> Vec<Proposal> {
    seen.iter().filter(|word| site.admits(&word.finding)).flat_map(proposed_by).collect()
}

fn proposed_by(word: &Seen) -> Vec<Proposal> {
    let Finding { task, ref analysis, provisional: false, evidence, .. } = word.finding else {
        return Vec::new();
    };
    let Analysis::Analysed { probability, threshold, flag: true, volume_ml } = *analysis else {
        return Vec::new();
    };
    let volume = volume_ml.and_then(|ml| Tenths::try_from(ml).ok()).filter(|ml| f64::from(*ml) > 0.0);
    let observations = match task {
        Task::Hemorrhage => vec![
            Some(Observation::Haemorrhage(Presence::Present)),
            volume.map(Observation::HaemorrhageVolume),
        ],
        Task::Occlusion => {
            vec![Some(Observation::Occlusion(Presence::Present)), word.location.and_then(vessel)]
        }
        Task::Infarct => vec![
            Some(Observation::Infarct(Presence::Present)),
            word.location.and_then(territory),
            volume.map(Observation::InfarctVolume),
        ],
    };
    let by = Cited {
        task,
        series: word.series.clone(),
        model: word.model.clone(),
        version: word.version.clone(),
        sha256: word.sha256.clone(),
        probability,
        threshold,
        evidence,
    };
    let observed = observations.into_iter().flatten();
    observed.map(|observation| Proposal { observation, by: by.clone() }).collect()
}

fn vessel(location: Location) -> Option<Observation> {
    match location {
        Location::Segment { segment, side } => {
            Some(Observation::OcclusionSite(VesselSite { vessel: segment.into(), side: Some(side) }))
        }
        Location::Territory { .. } => None,
    }
}

fn territory(location: Location) -> Option<Observation> {
    match location {
        Location::Territory { territory, side } => {
            Some(Observation::InfarctSite(InfarctSite { territory, side }))
        }
        Location::Segment { .. } => None,
    }
}
