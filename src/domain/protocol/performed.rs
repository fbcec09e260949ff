//! The scanner's own word on an examination (Modality Performed Procedure Step, PS3.4 Annex F).

use serde::{Deserialize, Serialize};

/// Performed Procedure Step Status (0040,0252).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Performed {
    InProgress,
    Completed,
    Discontinued,
}

/// PS3.4 table F.7.2-1: what is completed or discontinued is no longer changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the performed procedure step is over and may no longer be updated")]
pub struct Over;

impl Performed {
    /// DICOM's word for it.
    #[must_use]
    pub fn from_dicom(word: &str) -> Option<Self> {
        match word {
            "IN PROGRESS" => Some(Self::InProgress),
            "COMPLETED" => Some(Self::Completed),
            "DISCONTINUED" => Some(Self::Discontinued),
            _ => None,
        }
    }

    /// The state after an update.
    ///
    /// # Errors
    /// [`Over`]
    pub fn updated(self, next: Self) -> Result<Self, Over> {
        match self {
            Self::InProgress => Ok(next),
            Self::Completed | Self::Discontinued => Err(Over),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_is_no_longer_updated() {
        let words = ["IN PROGRESS", "COMPLETED", "DISCONTINUED"].map(|w| Performed::from_dicom(w).unwrap());
        for next in words {
            assert_eq!(words[0].updated(next), Ok(next));
            assert_eq!(words[1].updated(next), Err(Over));
            assert_eq!(words[2].updated(next), Err(Over));
        }
        assert_eq!(Performed::from_dicom("SCHEDULED"), None);
    }
}
