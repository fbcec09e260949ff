//! Rapid Arterial oCclusion Evaluation, item by item (Pérez de la Ossa 2014, doi:10.1161/STROKEAHA.113.003071).

use serde::{Deserialize, Serialize};

use crate::domain::case::Race;
use crate::domain::identity::Invalid;

/// The items' points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Examination {
    /// Facial palsy: 0 absent, 1 mild, 2 moderate to severe.
    pub face: u8,
    /// Arm motor function: 0 normal to mild, 1 moderate, 2 severe.
    pub arm: u8,
    /// Leg motor function: 0 normal to mild, 1 moderate, 2 severe.
    pub leg: u8,
    /// Head and gaze deviation: 0 absent, 1 present.
    pub gaze: u8,
    /// Aphasia (right hemiparesis) or agnosia (left hemiparesis): 0 to 2.
    pub cortical: u8,
}

impl Examination {
    /// The total, 0–9.
    ///
    /// # Errors
    /// [`Invalid`] when an item is above what it allows.
    pub fn total(&self) -> Result<Race, Invalid> {
        let items = [
            (self.face, 2, "RACE facial palsy"),
            (self.arm, 2, "RACE arm"),
            (self.leg, 2, "RACE leg"),
            (self.gaze, 1, "RACE gaze"),
            (self.cortical, 2, "RACE aphasia or agnosia"),
        ];
        let mut total = 0;
        for (points, max, what) in items {
            total += super::allowed(points, max, what)?;
        }
        Race::try_from(total)
    }
}

/// What a total suggests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// 0–4: a large-vessel occlusion is less likely, not excluded.
    Low,
    /// 5 or more: sensitivity 85 %, specificity 68 % for a large-vessel occlusion in the derivation study.
    High,
}

/// The published cut at 5.
#[must_use]
pub fn band(race: Race) -> Band {
    if u8::from(race) >= 5 { Band::High } else { Band::Low }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORST: Examination = Examination { face: 2, arm: 2, leg: 2, gaze: 1, cortical: 2 };

    #[test]
    fn the_worst_examination_is_9_and_no_item_goes_beyond() {
        assert_eq!(u8::from(WORST.total().unwrap()), 9);
        assert!(Examination { gaze: 2, ..WORST }.total().is_err());
        assert!(Examination { face: 3, ..WORST }.total().is_err());
    }

    #[test]
    fn the_band_changes_at_5() {
        let at = |points: u8| band(Race::try_from(points).unwrap());
        assert_eq!((at(4), at(5)), (Band::Low, Band::High));
    }
}
