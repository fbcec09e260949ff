//! What a model says of a series, as people and the API are shown it.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Estimate, Words};
use crate::domain::evidence::{EvidenceLevel, Location, Segment, Side, Task, Territory};
use crate::domain::identity::{SeriesUid, SopInstanceUid};
use crate::domain::wording::Text;

/// A model by name, version and hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ModelView {
    pub name: String,
    pub version: String,
    pub sha256: String,
}

/// Where a finding lies, in the patient's own left and right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LocationView {
    /// `anterior_cerebral`, `middle_cerebral`, `posterior_cerebral` or `vertebrobasilar`.
    #[schema(value_type = Option<String>)]
    pub territory: Option<Territory>,
    /// `carotid_terminus`, `m1` or `m2`.
    #[schema(value_type = Option<String>)]
    pub segment: Option<Segment>,
    /// `left`, `right` or `both`.
    #[schema(value_type = String)]
    pub side: Side,
    pub text: Words,
}

impl From<Location> for LocationView {
    fn from(location: Location) -> Self {
        let text = location.words().into();
        match location {
            Location::Territory { territory, side } => {
                Self { territory: Some(territory), segment: None, side, text }
            }
            Location::Segment { segment, side } => {
                Self { territory: None, segment: Some(segment), side, text }
            }
        }
    }
}

/// What a model says of a series, in short. What was not analysed is never negative.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Flag {
    #[schema(value_type = String)]
    pub task: Task,
    /// `pending`, `analysed`, `not_analysable`, `not_applicable` or `failed`.
    #[schema(value_type = String)]
    pub status: &'static str,
    /// In English; why there is no flag.
    pub reason: Option<String>,
    #[schema(value_type = Option<Words>)]
    pub reason_text: Option<Text>,
    /// Null unless analysed.
    pub flag: Option<bool>,
    /// Slices still arrive.
    pub provisional: bool,
    pub probability: Option<f64>,
    pub threshold: Option<f64>,
    /// P(disease | flagged) at this site.
    pub ppv: Option<Estimate>,
    /// P(no disease | analysed and not flagged) at this site.
    pub npv: Option<Estimate>,
    /// `phantom`, `internal`, `external` or `site`: on what the model was measured.
    #[schema(value_type = Option<String>)]
    pub evidence: Option<EvidenceLevel>,
    /// Analysed, by a model whose evidence this site admits. Otherwise the result is research information.
    pub moves_queue: bool,
    pub volume_ml: Option<f64>,
    /// By the bedside formula (Kothari 1996), for bleeding.
    pub abc2_ml: Option<f64>,
    pub location: Option<LocationView>,
    pub model: Option<ModelView>,
    #[schema(value_type = String)]
    pub series_instance_uid: SeriesUid,
    pub slices_seen: u64,
}

/// The slice to show first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct KeyInstanceView {
    #[schema(value_type = String)]
    pub sop_instance_uid: SopInstanceUid,
    /// From 1, where the instance has several.
    pub frame: Option<u32>,
    pub index: u64,
}

/// A slice's probability.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SliceView {
    #[schema(value_type = String)]
    pub sop_instance_uid: SopInstanceUid,
    /// From 1, where the instance has several.
    pub frame: Option<u32>,
    pub probability: f64,
}

/// Milliseconds of work, by step.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct TimingView {
    pub decode: f64,
    pub preprocess: f64,
    pub inference: f64,
    pub total: f64,
}

/// What a model says of a series, whole.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct AnalysisView {
    #[serde(flatten)]
    pub flag: Flag,
    pub key_instance: Option<KeyInstanceView>,
    pub slices: Vec<SliceView>,
    pub timing_ms: Option<TimingView>,
}
