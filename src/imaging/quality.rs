//! Why a series must not be judged. What was not judged is never negative.

use serde::{Deserialize, Serialize};

/// A reason with its numbers; a code for machines, a sentence in each language for people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Unfit {
    #[error("not a head: no closed skull around brain was found")]
    NotAHead,
    #[error("not a head: nothing of a head's size is seen")]
    NoHeadSeen,
    #[error("the header names another part of the body: {part}")]
    OtherBodyPart { part: String },
    #[error("no image says how strongly it is diffusion-weighted")]
    NoDiffusionWeighting,
    #[error("no image with a b-value of {low:.0} to {high:.0} s/mm² is there; the highest is {found:.0}")]
    NoHighBValue { found: f64, low: f64, high: f64 },
    #[error("each image is a mosaic of several slices")]
    Mosaic,
    #[error("the images are of several sizes")]
    MixedSizes,
    #[error("the images have no signal")]
    NoSignal,
    #[error("the series has more pixels than are analysed")]
    TooManyPixels,
    #[error("contrast medium was given, says the header")]
    ContrastGiven,
    #[error("contrast medium is seen in the vessels")]
    ContrastSeen,
    #[error("contrast medium was given, but nothing says that this is an angiogram")]
    PhaseUnsaid,
    #[error("no contrast medium is seen in the arteries")]
    NoContrastSeen,
    #[error("several images lie at each place: more than one phase in the series")]
    PlacesRepeated,
    #[error("the top of the head is missing")]
    TopMissing,
    #[error("the head is not covered down to the base of the skull")]
    CoverTooShort,
    #[error("too few slices: {found}, at least {needed} are needed")]
    TooFewSlices { found: usize, needed: usize },
    #[error("rescale slope and intercept are missing: no Hounsfield units")]
    RescaleMissing,
    #[error("position, orientation or pixel spacing is missing")]
    GeometryMissing,
    #[error("the slices are not axial")]
    NotAxial,
    #[error("the slices are not parallel")]
    NotParallel,
    #[error("the slices are {found:.2} mm apart; {low} to {high} mm are accepted")]
    SliceSpacing { found: f64, low: f64, high: f64 },
    #[error("the pixels are {found:.2} mm apart; {low} to {high} mm are accepted")]
    PixelSpacing { found: f64, low: f64, high: f64 },
    #[error("slices are missing: a gap of {gap:.0} mm")]
    SlicesMissing { gap: f64 },
    #[error("the pixels cannot be decoded: {reason}")]
    Undecodable { reason: String },
}

impl Unfit {
    /// A stable word for machines.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAHead => "not_a_head",
            Self::NoHeadSeen => "no_head_seen",
            Self::OtherBodyPart { .. } => "other_body_part",
            Self::NoDiffusionWeighting => "no_diffusion_weighting",
            Self::NoHighBValue { .. } => "no_high_b_value",
            Self::Mosaic => "mosaic",
            Self::MixedSizes => "mixed_sizes",
            Self::NoSignal => "no_signal",
            Self::TooManyPixels => "too_many_pixels",
            Self::ContrastGiven => "contrast_given",
            Self::ContrastSeen => "contrast_seen",
            Self::PhaseUnsaid => "phase_unsaid",
            Self::NoContrastSeen => "no_contrast_seen",
            Self::PlacesRepeated => "places_repeated",
            Self::TopMissing => "top_missing",
            Self::CoverTooShort => "cover_too_short",
            Self::TooFewSlices { .. } => "too_few_slices",
            Self::RescaleMissing => "rescale_missing",
            Self::GeometryMissing => "geometry_missing",
            Self::NotAxial => "not_axial",
            Self::NotParallel => "not_parallel",
            Self::SliceSpacing { .. } => "slice_spacing",
            Self::PixelSpacing { .. } => "pixel_spacing",
            Self::SlicesMissing { .. } => "slices_missing",
            Self::Undecodable { .. } => "undecodable",
        }
    }

    /// The English sentence.
    #[must_use]
    pub fn english(&self) -> String {
        self.to_string()
    }

    /// The French sentence, with a decimal comma.
    #[must_use]
    pub fn french(&self) -> String {
        let mm = |value: f64| format!("{value:.2}").replace('.', ",");
        match self {
            Self::NotAHead => "pas une tête : aucune voûte crânienne fermée autour d'un cerveau".to_owned(),
            Self::NoHeadSeen => "pas une tête : rien de la taille d'une tête n'est visible".to_owned(),
            Self::OtherBodyPart { part } => format!("l'en-tête nomme une autre partie du corps : {part}"),
            Self::NoDiffusionWeighting => "aucune image ne dit sa pondération en diffusion".to_owned(),
            Self::NoHighBValue { found, low, high } => format!(
                "aucune image de b entre {low:.0} et {high:.0} s/mm² ; la plus forte est à {found:.0}"
            ),
            Self::Mosaic => "chaque image est une mosaïque de plusieurs coupes".to_owned(),
            Self::MixedSizes => "les images sont de plusieurs tailles".to_owned(),
            Self::NoSignal => "les images sont sans signal".to_owned(),
            Self::TooManyPixels => "la série a plus de pixels que l'analyse n'en prend".to_owned(),
            Self::ContrastGiven => "produit de contraste injecté, selon l'en-tête".to_owned(),
            Self::ContrastSeen => "produit de contraste visible dans les vaisseaux".to_owned(),
            Self::PhaseUnsaid => {
                "produit de contraste injecté, mais rien ne dit qu'il s'agit d'une angiographie".to_owned()
            }
            Self::NoContrastSeen => "aucun produit de contraste visible dans les artères".to_owned(),
            Self::PlacesRepeated => {
                "plusieurs images à chaque niveau : plus d'une phase dans la série".to_owned()
            }
            Self::TopMissing => "le sommet de la tête manque".to_owned(),
            Self::CoverTooShort => "la tête n'est pas couverte jusqu'à la base du crâne".to_owned(),
            Self::TooFewSlices { found, needed } => {
                format!("trop peu de coupes : {found}, il en faut au moins {needed}")
            }
            Self::RescaleMissing => {
                "pente et ordonnée de conversion absentes : pas d'unités Hounsfield".to_owned()
            }
            Self::GeometryMissing => "position, orientation ou taille des pixels absente".to_owned(),
            Self::NotAxial => "les coupes ne sont pas axiales".to_owned(),
            Self::NotParallel => "les coupes ne sont pas parallèles".to_owned(),
            Self::SliceSpacing { found, low, high } => {
                format!("coupes espacées de {} mm ; acceptées de {} à {} mm", mm(*found), mm(*low), mm(*high))
            }
            Self::PixelSpacing { found, low, high } => {
                format!("pixels espacés de {} mm ; acceptés de {} à {} mm", mm(*found), mm(*low), mm(*high))
            }
            Self::SlicesMissing { gap } => format!("il manque des coupes : un trou de {gap:.0} mm"),
            Self::Undecodable { reason } => format!("pixels indécodables : {reason}"),
        }
    }
}
