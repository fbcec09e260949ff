//! The examination that the reader prescribes, and what becomes of it: prescribed, acknowledged by the technologist,
//! then done (as prescribed or otherwise) or refused. Images and the scanner's own word close the loop beside.

mod order;
mod performed;
mod safety;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use order::{Asked, Done, Imaged, NotMoved, Order, Seen, State};
pub use performed::{Over, Performed};
pub use safety::{Answer, Concern, Concerns, Questions, Renal};

use super::identity::Invalid;

/// The kind of scanner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Modality {
    #[serde(rename = "CT")]
    Ct,
    #[serde(rename = "MR")]
    Mr,
}

impl Modality {
    /// DICOM (0008,0060).
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ct => "CT",
            Self::Mr => "MR",
        }
    }
}

/// A part of the examination, in the order in which it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Head without contrast.
    NonContrastHead,
    /// Angiography from the aortic arch to the vertex.
    AngiographyArchToVertex,
    /// Later phases of the angiography, for collaterals.
    MultiphaseAngiography,
    CtPerfusion,
    /// Head after contrast.
    DelayedHead,
    Diffusion,
    Flair,
    /// T2* or susceptibility weighted.
    Susceptibility,
    TimeOfFlight,
    /// Neck and head vessels after contrast.
    ContrastAngiography,
    MrPerfusion,
}

impl Phase {
    pub const ALL: [Self; 11] = [
        Self::NonContrastHead,
        Self::AngiographyArchToVertex,
        Self::MultiphaseAngiography,
        Self::CtPerfusion,
        Self::DelayedHead,
        Self::Diffusion,
        Self::Flair,
        Self::Susceptibility,
        Self::TimeOfFlight,
        Self::ContrastAngiography,
        Self::MrPerfusion,
    ];

    /// The scanner that makes it.
    #[must_use]
    pub fn modality(self) -> Modality {
        match self {
            Self::NonContrastHead
            | Self::AngiographyArchToVertex
            | Self::MultiphaseAngiography
            | Self::CtPerfusion
            | Self::DelayedHead => Modality::Ct,
            Self::Diffusion
            | Self::Flair
            | Self::Susceptibility
            | Self::TimeOfFlight
            | Self::ContrastAngiography
            | Self::MrPerfusion => Modality::Mr,
        }
    }

    /// Whether contrast is injected for it.
    #[must_use]
    pub fn needs_contrast(self) -> bool {
        match self {
            Self::AngiographyArchToVertex
            | Self::MultiphaseAngiography
            | Self::CtPerfusion
            | Self::DelayedHead
            | Self::ContrastAngiography
            | Self::MrPerfusion => true,
            Self::NonContrastHead
            | Self::Diffusion
            | Self::Flair
            | Self::Susceptibility
            | Self::TimeOfFlight => false,
        }
    }
}

/// A volume of contrast medium in mL, 1–300.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct DoseMl(u16);

impl TryFrom<u16> for DoseMl {
    type Error = Invalid;
    fn try_from(value: u16) -> Result<Self, Invalid> {
        if (1..=300).contains(&value) {
            Ok(Self(value))
        } else {
            Err(Invalid { what: "contrast dose", problem: "must be 1 to 300 mL" })
        }
    }
}

impl From<DoseMl> for u16 {
    fn from(value: DoseMl) -> u16 {
        value.0
    }
}

/// Contrast medium: iodinated for CT, gadolinium for MR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Contrast {
    None,
    Injected { dose_ml: DoseMl },
}

/// What the reader asks of the scanner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prescription {
    pub modality: Modality,
    pub phases: Vec<Phase>,
    pub contrast: Contrast,
    /// From where to where, where the phases do not say it.
    #[serde(default)]
    pub range: String,
    /// Why it is asked for.
    pub reason: String,
    pub questions: Questions,
    /// Why contrast is given although something speaks against it.
    #[serde(default)]
    pub despite: String,
}

/// Why a prescription was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error("a prescription names at least one phase")]
    NoPhase,
    #[error("a phase belongs to the other scanner")]
    OtherScanner(Phase),
    #[error("a phase is named twice")]
    Twice(Phase),
    #[error("a phase needs contrast, and none is prescribed")]
    NoContrast(Phase),
    #[error("no phase uses the contrast prescribed")]
    ContrastUnused,
    #[error("a prescription says why")]
    NoReason,
    #[error("contrast, or the scanner's field, against a contra-indication needs a written reason")]
    NoReasonDespite(Concern),
}

impl Prescription {
    /// Whether it can be prescribed.
    ///
    /// # Errors
    /// [`Unfit`] says what is missing or contradictory.
    pub fn check(&self) -> Result<(), Unfit> {
        if self.phases.is_empty() {
            return Err(Unfit::NoPhase);
        }
        for (n, phase) in self.phases.iter().enumerate() {
            if phase.modality() != self.modality {
                return Err(Unfit::OtherScanner(*phase));
            }
            if self.phases[..n].contains(phase) {
                return Err(Unfit::Twice(*phase));
            }
        }
        let injected = self.phases.iter().copied().find(|phase| phase.needs_contrast());
        match (injected, self.contrast) {
            (Some(phase), Contrast::None) => return Err(Unfit::NoContrast(phase)),
            (None, Contrast::Injected { .. }) => return Err(Unfit::ContrastUnused),
            (Some(_), Contrast::Injected { .. }) | (None, Contrast::None) => {}
        }
        if self.reason.trim().is_empty() {
            return Err(Unfit::NoReason);
        }
        match self.concerns().against.first() {
            Some(concern) if self.despite.trim().is_empty() => Err(Unfit::NoReasonDespite(*concern)),
            _ => Ok(()),
        }
    }

    /// What speaks against it, and what nobody knows.
    #[must_use]
    pub fn concerns(&self) -> Concerns {
        self.questions.concerns(self.modality, self.contrast)
    }
}
