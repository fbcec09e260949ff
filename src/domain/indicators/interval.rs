//! The stretches of the path over many cases.

use serde::{Deserialize, Serialize};

use super::Row;
use super::quantile::quantile;
use super::transport::Chosen;
use crate::domain::clinical::benchmark::{Expectation, Path, Stretch, measured};
use crate::domain::statistics::Proportion;
use crate::domain::time::Minutes;

/// Below so many cases a percentile would tell more of the one case than of the hospital: it is not given.
pub const FEWEST: usize = 5;

/// A stretch, thrombectomy told apart by how the patient came: the targets differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    ClockToDecision,
    DoorToImaging,
    ImagingToRead,
    DoorToNeedle,
    DoorInDoorOut,
    DoorToGroinDirect,
    DoorToGroinTransferred,
}

impl Measure {
    pub const ALL: [Self; 7] = [
        Self::ClockToDecision,
        Self::DoorToImaging,
        Self::ImagingToRead,
        Self::DoorToNeedle,
        Self::DoorInDoorOut,
        Self::DoorToGroinDirect,
        Self::DoorToGroinTransferred,
    ];

    #[must_use]
    pub fn stretch(self) -> Stretch {
        match self {
            Self::ClockToDecision => Stretch::ClockToDecision,
            Self::DoorToImaging => Stretch::DoorToImaging,
            Self::ImagingToRead => Stretch::ImagingToRead,
            Self::DoorToNeedle => Stretch::DoorToNeedle,
            Self::DoorInDoorOut => Stretch::DoorInDoorOut,
            Self::DoorToGroinDirect | Self::DoorToGroinTransferred => Stretch::DoorToGroin,
        }
    }

    /// The patients that it is about; `None`: all.
    #[must_use]
    pub fn path(self) -> Option<Path> {
        match self {
            Self::DoorToGroinDirect => Some(Path::Direct),
            Self::DoorToGroinTransferred => Some(Path::Transferred),
            Self::ClockToDecision
            | Self::DoorToImaging
            | Self::ImagingToRead
            | Self::DoorToNeedle
            | Self::DoorInDoorOut => None,
        }
    }

    #[must_use]
    pub fn target(self) -> Minutes {
        self.stretch().target(self.path().unwrap_or(Path::Direct))
    }

    fn minutes(self, row: &Row) -> Option<Minutes> {
        let leaves = row.transport.as_ref().is_some_and(|transport| transport.chosen != Chosen::Stay);
        let transfer = if leaves { Expectation::Expected } else { Expectation::Possible };
        let path = Path::of(&row.known, transfer);
        if self.path().is_some_and(|asked| asked != path) {
            return None;
        }
        let (from, to) = self.stretch().ends(&row.known, row.started_at, path);
        measured(from, to)
    }
}

/// A stretch over the cases in which it was measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    pub measure: Measure,
    /// Of those measured, within the target.
    pub met: Proportion,
    /// Median and 90th percentile; none of fewer than [`FEWEST`].
    pub percentiles: Option<[Minutes; 2]>,
}

impl Interval {
    pub(super) fn of(measure: Measure, rows: &[&Row]) -> Self {
        let mut minutes: Vec<f64> = rows.iter().filter_map(|row| Some(measure.minutes(row)?.0)).collect();
        minutes.sort_by(f64::total_cmp);
        let enough = minutes.len() >= FEWEST;
        let [median, p90] = [0.5, 0.9].map(|q| quantile(&minutes, q).filter(|_| enough).map(Minutes));
        Self {
            measure,
            met: Proportion::of(&minutes, |spent| **spent <= measure.target().0),
            percentiles: median.zip(p90).map(|(median, p90)| [median, p90]),
        }
    }
}
