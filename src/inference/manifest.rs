//! `manifest.toml` of a model pack: every key checked, no key unknown.

use serde::{Deserialize, Serialize};

use crate::domain::evidence::{EvidenceLevel, Interval, Performance, Task};
use crate::imaging::series::{Accepted, SeriesKind};

/// What a pack says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    pub name: String,
    pub version: String,
    pub task: Task,
    /// The network's file in the pack's folder.
    pub file: String,
    /// SHA-256 of that file, lower-case hexadecimal.
    pub sha256: String,
    /// On what the figures below were measured.
    pub evidence: EvidenceLevel,
    pub licence: String,
    pub training_data: String,
    pub citation: Vec<String>,
    /// Study probability from which the flag is raised.
    pub threshold: f64,
    /// Slice probability from which a slice counts as showing the finding.
    #[serde(default = "never")]
    pub slice_threshold: f64,
    /// Pixel probability from which a pixel belongs to the finding.
    #[serde(default = "never")]
    pub mask_threshold: f64,
    /// Study probability from which an incomplete series is flagged already.
    #[serde(default = "never")]
    pub early_threshold: f64,
    /// What the values of the `segment_probability` output stand for: a side of the patient and a segment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<String>,
    pub input: Input,
    pub preprocessing: Vec<Step>,
    pub outputs: Outputs,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub territories: Option<Territories>,
    pub aggregation: Aggregation,
    pub measured: Measured,
}

/// What the network takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Name of the input tensor.
    pub name: String,
    pub modality: String,
    pub kind: SeriesKind,
    pub min_slices: usize,
    /// Lowest and highest accepted, mm.
    pub slice_spacing_mm: [f64; 2],
    /// Lowest and highest accepted, mm.
    pub in_plane_mm: [f64; 2],
}

/// One preprocessing step, by name, with its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    /// Stored values to HU, clamped.
    Hounsfield { minimum: f64, maximum: f64 },
    /// Series thinner than `below_mm` are averaged in runs to about `target_mm`.
    SlabAverage { below_mm: f64, target_mm: f64 },
    /// Area-weighted resampling of the whole picture to square pixels.
    AreaResample { spacing_mm: f64, outside: f64 },
    /// A square around the largest connected piece above a value.
    CentreCrop { size: usize, above_hu: f64, component: Component, outside: f64 },
    /// The slice below, this one, the slice above as channels.
    StackNeighbours { offset_mm: f64, max_gap_mm: f64 },
    /// Pictures turned so that columns run to the patient's left and rows to posterior.
    OrientAxial { least_normal_z: f64 },
    /// The trace image of the shell of b-values (s/mm²) nearest to the preferred one, and the apparent diffusion
    /// coefficient (1e-6 mm²/s) given or computed.
    TraceAndAdc {
        b_minimum: f64,
        b_maximum: f64,
        b_preferred: f64,
        shell_width: f64,
        b0_below: f64,
        adc_maximum: f64,
        adc_missing: f64,
    },
    /// The trace in units of the lower median of what is brighter than a share of a percentile of the series.
    SeriesScale { percentile: usize, share: f64 },
    /// One square for the whole series, around the mean place of what is above a value.
    SeriesCrop { size: usize, above: f64, outside: f64 },
    /// Slices of any distance as means over bins of equal height, counted from the top of the series.
    DepthBins { size_mm: f64 },
    /// A block of bins, rows and columns below the head's top and around its middle.
    HeadBlock {
        above_hu: f64,
        vertex_mm2: usize,
        vertex_bins: usize,
        missing_top_mm2: usize,
        head_mm2: [f64; 2],
        centre_from: usize,
        centre_bins: usize,
        from: usize,
        size: [usize; 3],
        centre: [i64; 2],
        outside: f64,
    },
    /// Large dense pieces, and what lies close to them, take one value.
    SuppressBone { above_hu: f64, min_voxels: usize, dilate: usize, value: f64 },
    /// Fewer voxels than this above a value in the block's middle: no contrast medium.
    Contrast { above_hu: f64, rows: [usize; 2], cols: [usize; 2], min_voxels: usize },
    /// Overlapping maxima of neighbouring bins as channels.
    SlabMaximum { thickness: usize, stride: usize, minimum: f64, maximum: f64 },
}

/// Which connected piece a crop centres on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Component {
    Largest,
}

/// Names of the output tensors; each pipeline refuses a pack that lacks what it needs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Outputs {
    /// Probability a pixel, of the finding.
    pub mask: Option<String>,
    /// Probability a slice.
    pub slice_probability: Option<String>,
    /// Probability a pixel, of each arterial territory.
    pub territory: Option<String>,
    /// Probability a vessel segment and side.
    pub segment_probability: Option<String>,
    /// Where each segment's occlusion would be.
    pub site: Option<String>,
    /// Where the network saw it.
    pub heat: Option<String>,
}

/// What the channels of the `territory` output stand for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Territories {
    pub names: Vec<String>,
}

/// From slices to the study.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Aggregation {
    /// Logistic function of the mean of the k largest slice logits, scaled and shifted.
    TopKMeanLogit { k: usize, scale: f64, offset: f64 },
    /// The largest.
    Max,
}

/// Figures of the pack's own evaluation, with 95 % intervals.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    pub method: String,
    pub sensitivity: f64,
    pub sensitivity_ci95: [f64; 2],
    pub specificity: f64,
    pub specificity_ci95: [f64; 2],
    pub study_auc: f64,
    pub study_auc_ci95: [f64; 2],
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slice_auc: Option<f64>,
    /// Of the branches beyond the large arteries, where a pack says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub m2_sensitivity: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub m2_sensitivity_ci95: Option<[f64; 2]>,
    pub patients: u32,
    /// Series, where a patient has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub studies: Option<u32>,
    pub positives: u32,
}

impl Measured {
    /// Sensitivity and specificity as the evidence takes them.
    #[must_use]
    pub fn performance(&self) -> Performance {
        let interval = |value, [low, high]: [f64; 2]| Interval { value, low, high };
        Performance {
            sensitivity: interval(self.sensitivity, self.sensitivity_ci95),
            specificity: interval(self.specificity, self.specificity_ci95),
        }
    }
}

impl Manifest {
    /// The geometry that a series must have.
    #[must_use]
    pub fn accepted(&self) -> Accepted {
        Accepted {
            min_slices: self.input.min_slices,
            slice_spacing: self.input.slice_spacing_mm,
            pixel_spacing: self.input.in_plane_mm,
        }
    }

    /// The first value that cannot be, by name.
    pub(super) fn unlawful(&self) -> Option<&'static str> {
        let share = |value: f64| (0.0..=1.0).contains(&value);
        let Performance { sensitivity, specificity } = self.measured.performance();
        let shares = [
            ("threshold", share(self.threshold)),
            ("slice_threshold", share(self.slice_threshold)),
            ("mask_threshold", share(self.mask_threshold)),
            ("early_threshold", share(self.early_threshold)),
            ("measured.sensitivity", share(self.measured.sensitivity)),
            ("measured.specificity", share(self.measured.specificity)),
            (
                "measured.sensitivity_ci95 (an interval of some width around the value)",
                sensitivity.is_measured(),
            ),
            (
                "measured.specificity_ci95 (an interval of some width around the value)",
                specificity.is_measured(),
            ),
            ("early_threshold (below threshold)", self.early_threshold >= self.threshold),
            ("name", is_plain(&self.name)),
            ("file", is_plain(&self.file)),
            ("input.slice_spacing_mm", is_range(self.input.slice_spacing_mm)),
            ("input.in_plane_mm", is_range(self.input.in_plane_mm)),
        ];
        shares.into_iter().find_map(|(name, lawful)| (!lawful).then_some(name))
    }
}

/// The threshold of what a pack has no probabilities of.
fn never() -> f64 {
    1.0
}

/// One path component, nothing else: a pack never points outside its folder.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('.')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
}

fn is_range([low, high]: [f64; 2]) -> bool {
    low > 0.0 && low <= high
}
