//! One artery: on which side, of which stem, and where it runs.

use super::tube::{Station, distance};
use crate::cli::phantom::lesion::pick;

/// The patient's side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::cli::phantom) enum Side {
    Left,
    Right,
}

impl Side {
    pub(in crate::cli::phantom) const BOTH: [Self; 2] = [Self::Right, Self::Left];

    /// x runs to the patient's left.
    pub(in crate::cli::phantom) fn sign(self) -> f64 {
        match self {
            Self::Left => 1.0,
            Self::Right => -1.0,
        }
    }

    pub(in crate::cli::phantom) fn of(seed: u64, choice: u64) -> Self {
        if pick(seed, choice) < 0.5 { Self::Right } else { Self::Left }
    }
}

/// From which stem the blood comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Internal carotid.
    Carotid,
    /// M1, and what leaves it on its way.
    Stem,
    /// The upper division of the middle cerebral artery, with its branches.
    Upper,
    /// The lower division, with its branches.
    Lower,
    /// A1.
    Anterior,
    /// Fed past every occlusion that is drawn here: vertebrobasilar, A2 through the other side, the scalp's.
    Other,
}

/// One vessel.
#[derive(Debug, Clone)]
pub(super) struct Artery {
    pub side: Side,
    pub part: Part,
    /// Way of the blood from the carotid's end to the first station, mm; negative within the carotid.
    pub start: f64,
    pub course: Vec<Station>,
}

impl Artery {
    pub(super) fn length(&self) -> f64 {
        self.course.windows(2).map(|pair| distance(pair[0].at, pair[1].at)).sum()
    }

    /// The station nearest to this way from the carotid's end, mm.
    pub(super) fn at(&self, way: f64) -> Option<Station> {
        let mut here = self.start;
        let past = self.course.windows(2).find(|pair| {
            here += distance(pair[0].at, pair[1].at);
            here >= way
        });
        past.map(|pair| pair[1]).or_else(|| self.course.last().copied())
    }
}
