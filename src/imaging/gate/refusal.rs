//! Why a data set was refused. No value of the sender's appears in the text, so that it may be logged.

use dicom_core::Tag;

use crate::domain::identity::Invalid;

/// A data set that must not pass. The edge maps each to a status of its protocol.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("sequences are nested deeper than {limit}")]
    TooDeep { limit: usize },
    #[error("more than {limit} elements")]
    TooManyElements { limit: u64 },
    #[error("more than {limit} values in its strings")]
    TooManyValues { limit: u64 },
    #[error("the data set is larger than {limit} bytes")]
    TooLarge { limit: u64 },
    #[error("the value of {tag} is declared with {length} bytes, more than such a value may have")]
    ValueTooLong { tag: Tag, length: u64 },
    #[error("the data ends at byte {at}, in the middle of what it declares")]
    Truncated { at: u64 },
    #[error("{tag} at byte {at} declares more bytes than what encloses it")]
    BeyondEnclosing { tag: Tag, at: u64 },
    #[error("not a DICOM data set at byte {at}: {problem}")]
    Malformed { at: u64, problem: &'static str },
    #[error("the deflated data grows beyond {limit} bytes or by more than {ratio} times")]
    InflatesTooFar { limit: u64, ratio: u64 },
    #[error("the deflated data is corrupt")]
    DeflateCorrupt,
    #[error("one frame would take {bytes} bytes, more than {limit}")]
    FrameTooLarge { bytes: u64, limit: u64 },
    #[error("the image declares {declared} bytes of pixels and carries {carried}")]
    PixelsMissing { declared: u64, carried: u64 },
    #[error("{name} is missing")]
    Missing { name: &'static str },
    #[error("{0}")]
    InvalidUid(#[from] Invalid),
    #[error("not a DICOM file: {problem}")]
    NotDicom { problem: &'static str },
}

/// What kind of refusal it is, for an edge that has fewer statuses than there are reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalKind {
    /// It would take more than the receiver gives to one object.
    Resources,
    /// It cannot be understood: cut short, malformed, or hostile.
    NotUnderstood,
    /// It is a data set, but not one of an instance: identifiers missing or unlawful.
    NotAnInstance,
}

impl Refusal {
    #[must_use]
    pub fn kind(&self) -> RefusalKind {
        match self {
            Self::TooLarge { .. }
            | Self::TooManyElements { .. }
            | Self::TooManyValues { .. }
            | Self::InflatesTooFar { .. }
            | Self::FrameTooLarge { .. } => RefusalKind::Resources,
            Self::Missing { .. } | Self::InvalidUid(_) => RefusalKind::NotAnInstance,
            Self::TooDeep { .. }
            | Self::ValueTooLong { .. }
            | Self::Truncated { .. }
            | Self::BeyondEnclosing { .. }
            | Self::Malformed { .. }
            | Self::DeflateCorrupt
            | Self::PixelsMissing { .. }
            | Self::NotDicom { .. } => RefusalKind::NotUnderstood,
        }
    }
}
