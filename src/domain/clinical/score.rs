//! A scale or the checklist as one person recorded it: who, when, how.

use serde::{Deserialize, Serialize};

use super::checklist::Review;
use super::examination::Examination;
use super::form::Scale;
use crate::domain::identity::{ScoreId, UserId};
use crate::domain::time::Timestamp;

/// How the patient was examined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    Bedside,
    Video,
}

/// What was recorded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Assessment {
    Scale(Examination),
    Thrombolysis(Review),
}

impl Assessment {
    /// The scale, unless it is the checklist.
    #[must_use]
    pub fn scale(&self) -> Option<Scale> {
        match self {
            Self::Scale(examination) => Some(examination.scale()),
            Self::Thrombolysis(_) => None,
        }
    }
}

/// One record of one case.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    pub id: ScoreId,
    pub assessment: Assessment,
    pub way: Way,
    pub by: UserId,
    /// When the patient was examined.
    pub at: Timestamp,
}

/// The latest of each examiner for one scale, in the order in which they examined: what is compared.
#[must_use]
pub fn latest_of_each(scale: Scale, scores: &[Scored]) -> Vec<(&Scored, &Examination)> {
    let mut latest: Vec<(&Scored, &Examination)> = Vec::new();
    for scored in scores {
        let Assessment::Scale(examination) = &scored.assessment else { continue };
        if examination.scale() != scale {
            continue;
        }
        match latest.iter_mut().find(|(other, _)| other.by == scored.by) {
            Some(kept) if kept.0.at <= scored.at => *kept = (scored, examination),
            Some(_) => {}
            None => latest.push((scored, examination)),
        }
    }
    latest.sort_by_key(|(scored, _)| (scored.at, scored.id));
    latest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clinical::examination::Score;
    use crate::domain::time::Minutes;

    #[test]
    fn each_examiner_stands_with_their_latest() {
        let start: Timestamp = "2026-11-24T10:00:00Z".parse().unwrap();
        let person = |n: u128| UserId(uuid::Uuid::from_u128(n));
        let scored = |n: u128, by: u128, minute: f64, grade: u8| Scored {
            id: ScoreId(uuid::Uuid::from_u128(n)),
            assessment: Assessment::Scale(
                Examination::new(Scale::Rankin, vec![Score::Points(grade)]).unwrap(),
            ),
            way: Way::Bedside,
            by: person(by),
            at: start + Minutes(minute),
        };
        let scores = [scored(1, 1, 0.0, 3), scored(2, 2, 5.0, 4), scored(3, 1, 9.0, 2), scored(4, 2, 1.0, 0)];
        let ids = |found: Vec<(&Scored, &Examination)>| -> Vec<u128> {
            found.iter().map(|(scored, _)| scored.id.0.as_u128()).collect()
        };
        assert_eq!(ids(latest_of_each(Scale::Rankin, &scores)), [2, 3]);
        assert!(latest_of_each(Scale::Nihss, &scores).is_empty());
        let same_moment = [scored(1, 1, 0.0, 3), scored(2, 1, 0.0, 4)];
        assert_eq!(ids(latest_of_each(Scale::Rankin, &same_moment)), [2], "the last one written");
        assert_eq!(scores[0].assessment.scale(), Some(Scale::Rankin));
    }
}
