//! National Institutes of Health Stroke Scale, item by item (Brott 1989, doi:10.1161/01.STR.20.7.864; NINDS form).

use serde::{Deserialize, Serialize};

use crate::domain::case::Nihss;
use crate::domain::identity::Invalid;

/// The fifteen items, in the order in which they are examined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    /// 1a
    Consciousness,
    /// 1b: month and age.
    Questions,
    /// 1c: eyes and grip.
    Commands,
    /// 2
    Gaze,
    /// 3
    VisualFields,
    /// 4
    FacialPalsy,
    /// 5a
    LeftArm,
    /// 5b
    RightArm,
    /// 6a
    LeftLeg,
    /// 6b
    RightLeg,
    /// 7
    Ataxia,
    /// 8
    Sensory,
    /// 9
    Language,
    /// 10
    Dysarthria,
    /// 11
    Neglect,
}

impl Item {
    pub const ALL: [Self; 15] = [
        Self::Consciousness,
        Self::Questions,
        Self::Commands,
        Self::Gaze,
        Self::VisualFields,
        Self::FacialPalsy,
        Self::LeftArm,
        Self::RightArm,
        Self::LeftLeg,
        Self::RightLeg,
        Self::Ataxia,
        Self::Sensory,
        Self::Language,
        Self::Dysarthria,
        Self::Neglect,
    ];

    /// The highest score; every whole number from 0 is allowed.
    #[must_use]
    pub fn max(self) -> u8 {
        match self {
            Self::LeftArm | Self::RightArm | Self::LeftLeg | Self::RightLeg => 4,
            Self::Consciousness | Self::VisualFields | Self::FacialPalsy | Self::Language => 3,
            Self::Questions
            | Self::Commands
            | Self::Gaze
            | Self::Ataxia
            | Self::Sensory
            | Self::Dysarthria
            | Self::Neglect => 2,
        }
    }

    /// Whether the form has "UN" (amputation, joint fusion, intubation).
    #[must_use]
    pub fn may_be_untestable(self) -> bool {
        matches!(
            self,
            Self::LeftArm | Self::RightArm | Self::LeftLeg | Self::RightLeg | Self::Ataxia | Self::Dysarthria
        )
    }
}

/// What the examiner found for one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Score {
    Points(u8),
    /// Counts for nothing in the total, and says so.
    Untestable,
}

/// All fifteen items, checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "[Score; 15]", into = "[Score; 15]")]
pub struct Examination {
    scores: [Score; 15],
    total: Nihss,
}

impl TryFrom<[Score; 15]> for Examination {
    type Error = Invalid;

    fn try_from(scores: [Score; 15]) -> Result<Self, Invalid> {
        let mut total = 0;
        for (item, score) in Item::ALL.into_iter().zip(scores) {
            match score {
                Score::Points(points) => total += super::allowed(points, item.max(), "NIHSS item")?,
                Score::Untestable if item.may_be_untestable() => {}
                Score::Untestable => {
                    return Err(Invalid { what: "NIHSS item", problem: "cannot be untestable" });
                }
            }
        }
        Ok(Self { scores, total: Nihss::try_from(total)? })
    }
}

impl From<Examination> for [Score; 15] {
    fn from(examination: Examination) -> Self {
        examination.scores
    }
}

impl Examination {
    /// The total, 0–42; untestable items add nothing.
    #[must_use]
    pub fn total(&self) -> Nihss {
        self.total
    }

    /// The items that could not be tested: a total without them is a floor.
    pub fn untestable(&self) -> impl Iterator<Item = Item> {
        Item::ALL
            .into_iter()
            .zip(self.scores)
            .filter(|(_, score)| *score == Score::Untestable)
            .map(|(item, _)| item)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_examination_is_42() {
        let worst = Item::ALL.map(|item| Score::Points(item.max()));
        let total = Examination::try_from(worst).unwrap().total();
        assert_eq!(u8::from(total), 42);
    }

    #[test]
    fn each_item_refuses_one_more_than_it_allows() {
        for (i, item) in Item::ALL.into_iter().enumerate() {
            let mut scores = [Score::Points(0); 15];
            scores[i] = Score::Points(item.max() + 1);
            assert!(Examination::try_from(scores).is_err(), "{item:?}");
        }
    }

    #[test]
    fn untestable_adds_nothing_and_only_where_the_form_has_it() {
        let mut scores = Item::ALL.map(|item| Score::Points(item.max()));
        scores[6] = Score::Untestable;
        let examination = Examination::try_from(scores).unwrap();
        assert_eq!(u8::from(examination.total()), 38);
        assert_eq!(examination.untestable().collect::<Vec<_>>(), [Item::LeftArm]);
        scores[0] = Score::Untestable;
        assert!(Examination::try_from(scores).is_err());
    }
}
