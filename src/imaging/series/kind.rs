//! What kind of series it is, from the headers alone.

use serde::{Deserialize, Serialize};

use crate::imaging::header::Header;

/// The kinds that the program tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeriesKind {
    /// Non-contrast CT.
    Ncct,
    /// CT angiography.
    Cta,
    /// CT perfusion.
    Ctp,
    /// Diffusion MRI.
    Dwi,
    Other,
}

impl SeriesKind {
    /// The name in `triage --json`, the API and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ncct => "ncct",
            Self::Cta => "cta",
            Self::Ctp => "ctp",
            Self::Dwi => "dwi",
            Self::Other => "other",
        }
    }
}

const CT_CLASSES: [&str; 3] =
    ["1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.2.1", "1.2.840.10008.5.1.4.1.1.2.2"];
const NOT_A_SLICE: [&str; 6] = ["LOCALIZER", "SCOUT", "TOPOGRAM", "MIP", "PROJECTION IMAGE", "VRT"];
const ANGIOGRAPHY: [&str; 8] =
    ["angio", "cta", "tsa", "willis", "arterial", "arteriel", "artériel", "carotid"];
const PERFUSION: [&str; 3] = ["perf", "ctp", "4d"];
/// Words of Image Type or Frame Type for what is computed from diffusion images.
const MAPS: [&str; 6] = ["EADC", "EXP", "EXPONENTIAL", "FA", "COLFA", "TENSOR"];
const DIFFUSION: [&str; 6] = ["dwi", "dti", "diff", "trace", "ep2d", "b1000"];
const WITH_CONTRAST: [&str; 7] =
    ["avec injection", "avec contraste", "with contrast", "post contrast", "+c", "injecte", "injecté"];
const NO_CONTRAST: [&str; 8] = ["none", "no", "sans", "without", "non", "0", "n/a", "nil"];

/// The kind by what this instance's header says. A series takes the first kind that is not
/// [`SeriesKind::Other`]: of diffusion images, the first may be unweighted.
#[must_use]
pub fn kind_of(header: &Header) -> SeriesKind {
    match header.series_level.modality.as_str() {
        "CT" => ct_kind(header),
        "MR" if is_diffusion(header) && !is_map(header) && !is_localizer(header) => SeriesKind::Dwi,
        _ => SeriesKind::Other,
    }
}

fn ct_kind(header: &Header) -> SeriesKind {
    if !is_slice(header) {
        SeriesKind::Other
    } else if says(header, &PERFUSION) {
        SeriesKind::Ctp
    } else if says(header, &ANGIOGRAPHY) {
        SeriesKind::Cta
    } else if has_contrast(header) {
        SeriesKind::Other
    } else {
        SeriesKind::Ncct
    }
}

/// Whether it is a slice of a CT volume: not a localizer, a projection or a rendering.
#[must_use]
pub fn is_slice(header: &Header) -> bool {
    CT_CLASSES.contains(&header.sop_class.as_str()) && !is_localizer(header)
}

/// Whether the header says that contrast medium was given.
#[must_use]
pub fn has_contrast(header: &Header) -> bool {
    let agent = header.acquisition.contrast_agent.as_deref().unwrap_or("").trim().to_lowercase();
    let named =
        !agent.is_empty() && !NO_CONTRAST.iter().any(|no| agent.split_whitespace().next() == Some(no));
    named || says(header, &WITH_CONTRAST)
}

/// A b-value of 0 alone says nothing: some scanners write it on every image.
fn is_diffusion(header: &Header) -> bool {
    header.acquisition.diffusion.b_value.is_some_and(|b| b > 0.0)
        || header.acquisition.image_type.iter().any(|part| part == "DIFFUSION" || part == "TRACEW")
        || says(header, &DIFFUSION)
}

fn is_map(header: &Header) -> bool {
    is_diffusion_map(&header.acquisition.image_type)
}

/// Whether it is a localizer, a projection or a rendering.
#[must_use]
pub fn is_localizer(header: &Header) -> bool {
    header.acquisition.image_type.iter().any(|part| NOT_A_SLICE.contains(&part.as_str()))
}

/// Whether Image Type or Frame Type names a map computed from diffusion images, not an image of them.
#[must_use]
pub fn is_diffusion_map(kind: &[String]) -> bool {
    kind.iter().any(|part| MAPS.contains(&part.as_str())) || is_adc_map(kind)
}

/// Whether Image Type or Frame Type names an apparent diffusion coefficient map.
#[must_use]
pub fn is_adc_map(kind: &[String]) -> bool {
    kind.iter().any(|part| part == "ADC" || part.starts_with("ADC_") || part.starts_with("ADC "))
}

/// Whether a word of the series' own description or protocol starts with one of these.
fn says(header: &Header, words: &[&str]) -> bool {
    let series = &header.series_level;
    [&series.description, &series.protocol].into_iter().flatten().any(|text| {
        let text = text.to_lowercase();
        words.iter().any(|word| {
            text.match_indices(word)
                .any(|(at, _)| !text[..at].chars().next_back().is_some_and(char::is_alphanumeric))
        })
    })
}
