//! What a model says of a series, as the triage line, the API and the database have it.

use std::collections::HashSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::contour::Contour;
use super::manifest::Manifest;
use super::pack::ModelRef;
use crate::domain::evidence::{Analysis, EvidenceLevel, Finding, Location, Performance, Task};
use crate::domain::identity::SopInstanceUid;
use crate::domain::wording::Text;
use crate::imaging::quality::Unfit;

/// A model's final word on a series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeriesAnalysis {
    pub task: Task,
    pub model: ModelRef,
    pub evidence: EvidenceLevel,
    pub performance: Performance,
    pub threshold: f64,
    pub outcome: Analysis,
    /// Why the series must not be judged, where it must not.
    pub unfit: Option<Unfit>,
    pub key_instance: Option<KeyInstance>,
    /// Where in the head, where the model can say.
    #[serde(default)]
    pub location: Option<Location>,
    /// Volume in mL as measured at the bedside (A·B·C/2), of a haemorrhage.
    #[serde(default)]
    pub abc2_ml: Option<f64>,
    /// Lowest slice first; empty unless analysed.
    pub slices: Vec<SliceFinding>,
    pub timing: Timing,
    /// Slices that the word rests on.
    pub slices_seen: usize,
}

/// The slice to show first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyInstance {
    pub sop_instance_uid: SopInstanceUid,
    /// From 0, lowest slice first.
    pub index: usize,
    /// From 1; none of a single-frame instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame: Option<u32>,
}

/// One slice of an analysed series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SliceFinding {
    pub sop_instance_uid: SopInstanceUid,
    /// From 1; none of a single-frame instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame: Option<u32>,
    pub probability: f64,
    /// In pixels of that instance; empty where the slice is below the slice threshold.
    pub contours: Vec<Contour>,
}

/// Milliseconds of work, by step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    pub decode: f64,
    pub preprocess: f64,
    pub inference: f64,
    pub total: f64,
}

impl Timing {
    /// From the time spent in each step.
    #[must_use]
    pub fn of(decode: Duration, preprocess: Duration, inference: Duration) -> Self {
        let ms = |duration: Duration| (duration.as_secs_f64() * 1e4).round() / 10.0;
        Self {
            decode: ms(decode),
            preprocess: ms(preprocess),
            inference: ms(inference),
            total: ms(decode + preprocess + inference),
        }
    }
}

impl std::iter::Sum for Timing {
    fn sum<I: Iterator<Item = Self>>(each: I) -> Self {
        each.fold(Self::default(), |a, b| Self {
            decode: a.decode + b.decode,
            preprocess: a.preprocess + b.preprocess,
            inference: a.inference + b.inference,
            total: a.total + b.total,
        })
    }
}

/// Evidence of an incomplete series that is strong already. It may only raise a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Provisional {
    pub task: Task,
    pub model: ModelRef,
    pub evidence: EvidenceLevel,
    pub performance: Performance,
    pub probability: f64,
    pub threshold: f64,
    pub volume_ml: f64,
    pub slices_seen: usize,
}

impl Provisional {
    /// As a word on the series that rests on no whole series yet.
    #[must_use]
    pub fn into_analysis(self) -> SeriesAnalysis {
        let outcome = self.finding().analysis;
        SeriesAnalysis {
            task: self.task,
            model: self.model,
            evidence: self.evidence,
            performance: self.performance,
            threshold: self.threshold,
            outcome,
            unfit: None,
            key_instance: None,
            location: None,
            abc2_ml: None,
            slices: Vec::new(),
            timing: Timing::default(),
            slices_seen: self.slices_seen,
        }
    }

    /// As the evidence takes it: a flag, provisional.
    #[must_use]
    pub fn finding(&self) -> Finding {
        Finding {
            task: self.task,
            analysis: Analysis::Analysed {
                probability: self.probability,
                threshold: self.threshold,
                flag: true,
                volume_ml: Some(self.volume_ml),
            },
            provisional: true,
            evidence: self.evidence,
            performance: Some(self.performance),
        }
    }
}

impl SeriesAnalysis {
    /// A word that rests on no slice.
    #[must_use]
    pub fn without_slices(manifest: &Manifest, model: ModelRef, outcome: Analysis) -> Self {
        Self {
            task: manifest.task,
            model,
            evidence: manifest.evidence,
            performance: manifest.measured.performance(),
            threshold: manifest.threshold,
            outcome,
            unfit: None,
            key_instance: None,
            location: None,
            abc2_ml: None,
            slices: Vec::new(),
            timing: Timing::default(),
            slices_seen: 0,
        }
    }

    /// As the evidence takes it.
    #[must_use]
    pub fn finding(&self) -> Finding {
        Finding {
            task: self.task,
            analysis: self.outcome.clone(),
            provisional: false,
            evidence: self.evidence,
            performance: Some(self.performance),
        }
    }

    /// The images that the word rests on.
    #[must_use]
    pub fn images(&self) -> HashSet<&SopInstanceUid> {
        let key = self.key_instance.iter().map(|key| &key.sop_instance_uid);
        self.slices.iter().map(|slice| &slice.sop_instance_uid).chain(key).collect()
    }

    /// Why there is no flag, for people.
    #[must_use]
    pub fn reason(&self) -> Option<Text> {
        reason(self.unfit.as_ref(), &self.outcome)
    }

    /// The object of `analysis[]` in the triage line.
    #[must_use]
    pub fn line(&self) -> AnalysisLine<'_> {
        let (probability, flag, volume_ml) = match self.outcome {
            Analysis::Analysed { probability, flag, volume_ml, .. } => {
                (Some(probability), Some(flag), volume_ml)
            }
            _ => (None, None, None),
        };
        AnalysisLine {
            task: self.task,
            status: status(&self.outcome),
            reason: self.reason().map(|text| text.en),
            model: &self.model,
            probability: probability.map(|p| rounded(p, 4)),
            threshold: self.threshold,
            flag,
            volume_ml: volume_ml.map(|ml| rounded(ml, 1)),
            abc2_ml: self.abc2_ml.map(|ml| rounded(ml, 1)),
            key_instance: self.key_instance.as_ref(),
            location: self.location,
            slices: self
                .slices
                .iter()
                .map(|slice| SliceLine {
                    sop_instance_uid: &slice.sop_instance_uid,
                    frame: slice.frame,
                    probability: rounded(slice.probability, 4),
                })
                .collect(),
        }
    }
}

/// The same, of a word whose slices are left aside.
#[must_use]
pub fn reason(unfit: Option<&Unfit>, outcome: &Analysis) -> Option<Text> {
    if let Some(unfit) = unfit {
        return Some(Text::new(unfit.french(), unfit.english()));
    }
    match outcome {
        Analysis::NotApplicable => Some(Text::new(
            "le modèle n'est pas fait pour ce type de série",
            "the model is not made for this kind of series",
        )),
        Analysis::Failed { reason } => Some(Text::new(
            format!("l'analyse a échoué : {reason}"),
            format!("the analysis failed: {reason}"),
        )),
        Analysis::NotAnalysable { reason } => Some(Text::new(reason.clone(), reason.clone())),
        Analysis::Pending | Analysis::Analysed { .. } => None,
    }
}

/// The status word of the contract.
#[must_use]
pub fn status(outcome: &Analysis) -> &'static str {
    match outcome {
        Analysis::Pending => "pending",
        Analysis::Analysed { .. } => "analysed",
        Analysis::NotAnalysable { .. } => "not_analysable",
        Analysis::NotApplicable => "not_applicable",
        Analysis::Failed { .. } => "failed",
    }
}

fn rounded(value: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    (value * scale).round() / scale
}

/// One analysis in the form of the contract.
#[derive(Debug, Clone, Serialize)]
pub struct AnalysisLine<'a> {
    pub task: Task,
    pub status: &'static str,
    pub reason: Option<String>,
    pub model: &'a ModelRef,
    pub probability: Option<f64>,
    pub threshold: f64,
    /// None unless analysed: what was not analysed is never negative.
    pub flag: Option<bool>,
    pub volume_ml: Option<f64>,
    /// A·B·C/2 of a haemorrhage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub abc2_ml: Option<f64>,
    pub key_instance: Option<&'a KeyInstance>,
    /// Where in the head, where the model can say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    pub slices: Vec<SliceLine<'a>>,
}

/// One slice in the form of the contract.
#[derive(Debug, Clone, Serialize)]
pub struct SliceLine<'a> {
    pub sop_instance_uid: &'a SopInstanceUid,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame: Option<u32>,
    pub probability: f64,
}
