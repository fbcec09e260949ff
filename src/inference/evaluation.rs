//! A pack measured on labelled studies: `evaluation.json`.
//!
//! The file holds every study's label and word, and the figures that follow from them: whoever reads it can compute
//! them again, and [`Evaluation::read`] does.

mod comparison;
mod figures;

use serde::{Deserialize, Serialize};

use super::analysis::{SeriesAnalysis, status};
use super::manifest::Manifest;
use super::pack::ModelRef;
use crate::domain::evidence::{Analysis, Task};

pub use comparison::{Comparison, ComparisonError, PairedShare, compare};
pub use figures::{Figures, Refused, Share};

/// The name and version of the file's form.
const SCHEMA: &str = "vigie.evaluation/1";

/// What is known of a study, whatever a model says.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    pub truth: Truth,
    /// Of the finding, where it was measured.
    pub volume_ml: Option<f64>,
}

/// Whether the study has what the model looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Truth {
    Positive,
    Negative,
}

/// A model's word on a study: that of its strongest analysed series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Word {
    /// `analysed`, `not_analysable`, `not_applicable` or `failed`.
    pub status: String,
    /// In English; why there is no word.
    pub reason: Option<String>,
    pub probability: Option<f64>,
    pub volume_ml: Option<f64>,
}

impl Word {
    /// Of all series of a study.
    #[must_use]
    pub fn of(series: &[SeriesAnalysis]) -> Self {
        let probability = |analysis: &SeriesAnalysis| match analysis.outcome {
            Analysis::Analysed { probability, .. } => Some(probability),
            _ => None,
        };
        // what was looked at and refused says more than a series of another kind
        let rank = |analysis: &&SeriesAnalysis| match analysis.outcome {
            Analysis::Analysed { probability, .. } => 2.0 + probability,
            Analysis::NotAnalysable { .. } | Analysis::Failed { .. } => 1.0,
            Analysis::NotApplicable | Analysis::Pending => 0.0,
        };
        let Some(strongest) = series.iter().max_by(|a, b| rank(a).total_cmp(&rank(b))) else {
            return Self::not_found();
        };
        let volume_ml = match strongest.outcome {
            Analysis::Analysed { volume_ml, .. } => volume_ml,
            _ => None,
        };
        Self {
            status: status(&strongest.outcome).to_owned(),
            reason: strongest.reason().map(|text| text.en),
            probability: probability(strongest),
            volume_ml,
        }
    }

    /// Of a study without a series.
    #[must_use]
    pub fn not_found() -> Self {
        Self {
            status: status(&Analysis::NotApplicable).to_owned(),
            reason: Some("no DICOM image was found".to_owned()),
            probability: None,
            volume_ml: None,
        }
    }
}

/// A labelled study and the model's word on it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judged {
    /// As the labels name it.
    pub study: String,
    pub label: Label,
    pub word: Word,
}

/// The file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evaluation {
    pub schema: String,
    pub model: ModelRef,
    pub task: Task,
    /// Probability from which the flag is raised.
    pub threshold: f64,
    pub figures: Figures,
    pub studies: Vec<Judged>,
}

/// Why a file is not an evaluation.
#[derive(Debug, thiserror::Error)]
pub enum EvaluationError {
    #[error("the file is not an evaluation of the form {SCHEMA}: {0}")]
    Form(#[from] serde_json::Error),
    #[error("the file has the form {0:?}, this program reads {SCHEMA}")]
    Schema(String),
    #[error("the file names the study {0:?} twice")]
    Twice(String),
    #[error("the file gives the study {0:?} a probability that is none")]
    Probability(String),
    #[error("the file's figures do not follow from its studies")]
    Figures,
}

impl Evaluation {
    /// Of these studies by the pack of `manifest`.
    #[must_use]
    pub fn of(manifest: &Manifest, model: ModelRef, studies: Vec<Judged>) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            model,
            task: manifest.task,
            threshold: manifest.threshold,
            figures: Figures::of(&studies, manifest.threshold),
            studies,
        }
    }

    /// Reads the file's JSON and computes its figures again.
    ///
    /// # Errors
    /// [`EvaluationError`] for another form, a study twice, a probability that is none, or figures that its studies do
    /// not bear out.
    pub fn read(json: &[u8]) -> Result<Self, EvaluationError> {
        let read: Self = serde_json::from_slice(json)?;
        if read.schema != SCHEMA {
            return Err(EvaluationError::Schema(read.schema));
        }
        let mut names: Vec<&str> = read.studies.iter().map(|judged| judged.study.as_str()).collect();
        names.sort_unstable();
        if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(EvaluationError::Twice(twice[0].to_owned()));
        }
        let is_none = |judged: &&Judged| judged.word.probability.is_some_and(|p| !(0.0..=1.0).contains(&p));
        if let Some(judged) = read.studies.iter().find(is_none) {
            return Err(EvaluationError::Probability(judged.study.clone()));
        }
        if read.figures.is_that_of(&Figures::of(&read.studies, read.threshold)) {
            Ok(read)
        } else {
            Err(EvaluationError::Figures)
        }
    }
}

#[cfg(test)]
mod tests;
