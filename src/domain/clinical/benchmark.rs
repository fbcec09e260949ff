//! The stretches of the patient's path that are measured on every case (AHA/ASA Get With The Guidelines and Target:
//! Stroke; ESO).

use serde::{Deserialize, Serialize};

use crate::domain::time::{Minutes, Timestamp};
use crate::domain::wording::Text;

/// A stretch of the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stretch {
    DoorToImaging,
    ImagingToRead,
    DoorToNeedle,
    DoorInDoorOut,
    DoorToGroin,
}

/// The moments that are known so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Milestones {
    pub door: Option<Timestamp>,
    pub first_image: Option<Timestamp>,
    /// The reader's decision.
    pub read: Option<Timestamp>,
    pub needle: Option<Timestamp>,
    /// Leaving for another hospital.
    pub departure: Option<Timestamp>,
    pub groin: Option<Timestamp>,
}

/// One stretch against its target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Benchmark {
    pub code: Stretch,
    pub label: Text,
    /// `None` until both ends are known.
    pub minutes: Option<Minutes>,
    pub target: Minutes,
}

impl Stretch {
    pub const ALL: [Self; 5] = [
        Self::DoorToImaging,
        Self::ImagingToRead,
        Self::DoorToNeedle,
        Self::DoorInDoorOut,
        Self::DoorToGroin,
    ];

    /// At most: imaging 20, read 20, needle 60 (stretch 45, 30), out 120 (stretch 90), groin 90 min for a patient
    /// who comes directly.
    #[must_use]
    pub fn target(self) -> Minutes {
        match self {
            Self::DoorToImaging | Self::ImagingToRead => Minutes(20.0),
            Self::DoorToNeedle => Minutes(60.0),
            Self::DoorInDoorOut => Minutes(120.0),
            Self::DoorToGroin => Minutes(90.0),
        }
    }

    fn ends(self, at: &Milestones) -> (Option<Timestamp>, Option<Timestamp>) {
        match self {
            Self::DoorToImaging => (at.door, at.first_image),
            Self::ImagingToRead => (at.first_image, at.read),
            Self::DoorToNeedle => (at.door, at.needle),
            Self::DoorInDoorOut => (at.door, at.departure),
            Self::DoorToGroin => (at.door, at.groin),
        }
    }

    fn label(self) -> Text {
        match self {
            Self::DoorToImaging => Text::new("Arrivée → imagerie", "Door to imaging"),
            Self::ImagingToRead => Text::new("Imagerie → lecture", "Imaging to read"),
            Self::DoorToNeedle => Text::new("Arrivée → thrombolyse", "Door to needle"),
            Self::DoorInDoorOut => Text::new("Arrivée → départ", "Door in, door out"),
            Self::DoorToGroin => Text::new("Arrivée → ponction", "Door to groin"),
        }
    }
}

/// Every stretch, measured where both ends are known and in order.
#[must_use]
pub fn benchmarks(milestones: &Milestones) -> Vec<Benchmark> {
    Stretch::ALL
        .into_iter()
        .map(|code| {
            let (from, to) = code.ends(milestones);
            let minutes = from.zip(to).map(|(from, to)| to - from).filter(|span| *span >= Minutes::ZERO);
            Benchmark { code, label: code.label(), minutes, target: code.target() }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_is_measured_once_both_ends_are_known() {
        let door: Timestamp = "2026-11-24T10:00:00Z".parse().unwrap();
        let milestones =
            Milestones { door: Some(door), first_image: Some(door + Minutes(18.0)), ..Milestones::default() };
        let measured = benchmarks(&milestones);
        assert_eq!(measured[0].minutes, Some(Minutes(18.0)));
        assert!(measured[1..].iter().all(|b| b.minutes.is_none()));
        let before = Milestones { first_image: Some(door + Minutes(-5.0)), ..milestones };
        assert_eq!(benchmarks(&before)[0].minutes, None, "images before the door measure nothing");
    }
}
