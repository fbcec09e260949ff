//! The stretches of the patient's path that are measured on every case, against their benchmarks (AHA/ASA Get With
//! The Guidelines and Target: Stroke phase III; ESO), and the mission's own.

use serde::{Deserialize, Serialize};

use super::form::{Said, said};
use super::milestone::{MilestoneKind, Milestones};
use crate::domain::case::{Decision, Diagnosis, Treatment};
use crate::domain::time::{Minutes, TARGET, Timestamp};

/// A stretch of the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stretch {
    /// The mission's: from the start of the case's clock (alert, door or first image) to the diagnosis.
    ClockToDecision,
    DoorToImaging,
    ImagingToRead,
    DoorToNeedle,
    DoorInDoorOut,
    DoorToGroin,
}

/// Whether a stretch is expected to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expectation {
    Expected,
    /// Nobody has decided yet.
    Possible,
    NotPlanned,
}

/// Where the regulator sends the patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    Stays,
    Leaves,
}

/// What is decided for the patient, as far as the clocks depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Course {
    pub thrombolysis: Expectation,
    pub thrombectomy: Expectation,
    pub transfer: Expectation,
}

impl Course {
    /// From the reader's and the regulator's decisions.
    #[must_use]
    pub fn of(decision: Option<&Decision>, sent: Option<Sent>) -> Self {
        let planned = |treatment| match decision {
            None => Expectation::Possible,
            Some(decision) if decision.treatments.contains(&treatment) => Expectation::Expected,
            Some(_) => Expectation::NotPlanned,
        };
        let needs_a_centre = |decision: &Decision| {
            decision.diagnosis == Diagnosis::Undetermined
                || [Treatment::Thrombectomy, Treatment::Neurosurgery]
                    .iter()
                    .any(|treatment| decision.treatments.contains(treatment))
        };
        let transfer = match sent {
            Some(Sent::Leaves) => Expectation::Expected,
            None if decision.is_none_or(needs_a_centre) => Expectation::Possible,
            Some(Sent::Stays) | None => Expectation::NotPlanned,
        };
        Self {
            thrombolysis: planned(Treatment::Thrombolysis),
            thrombectomy: planned(Treatment::Thrombectomy),
            transfer,
        }
    }
}

/// Where a stretch stands.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Standing {
    /// Its start is not known.
    NotStarted,
    /// It will not end: what it measures is not planned.
    NotPlanned,
    /// It runs, if what it measures is decided.
    Possible {
        elapsed: Minutes,
    },
    Running {
        elapsed: Minutes,
    },
    /// It runs past its target.
    Overdue {
        elapsed: Minutes,
    },
    Met {
        minutes: Minutes,
    },
    Missed {
        minutes: Minutes,
    },
}

/// One stretch of one case.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub stretch: Stretch,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    /// At most.
    pub target: Minutes,
    /// Stricter targets that the same sources set, from the loosest.
    pub stretch_targets: &'static [Minutes],
    pub standing: Standing,
}

impl Stretch {
    pub const ALL: [Self; 6] = [
        Self::ClockToDecision,
        Self::DoorToImaging,
        Self::ImagingToRead,
        Self::DoorToNeedle,
        Self::DoorInDoorOut,
        Self::DoorToGroin,
    ];

    #[must_use]
    pub fn label(self) -> Said {
        match self {
            Self::ClockToDecision => said("Alerte ou arrivée → diagnostic", "Alert or arrival to diagnosis"),
            Self::DoorToImaging => said("Arrivée → imagerie", "Door to imaging"),
            Self::ImagingToRead => said("Imagerie → lecture", "Imaging to read"),
            Self::DoorToNeedle => said("Arrivée → thrombolyse", "Door to needle"),
            Self::DoorInDoorOut => said("Arrivée → départ", "Door in, door out"),
            Self::DoorToGroin => said("Arrivée → ponction", "Door to groin"),
        }
    }

    /// Where its target comes from, as it is shown.
    #[must_use]
    pub fn source(self) -> &'static str {
        match self {
            Self::ClockToDecision => "Vigie",
            Self::DoorToImaging | Self::ImagingToRead => "AHA/ASA Get With The Guidelines",
            Self::DoorToNeedle | Self::DoorInDoorOut | Self::DoorToGroin => "AHA/ASA Target: Stroke III, ESO",
        }
    }

    /// At most: diagnosis 45 (the mission's target), imaging 20, read 20, needle 60, out 120, groin 90 for a patient
    /// who came directly, 60 from arrival at the receiving hospital for one who was transferred.
    #[must_use]
    pub fn target(self, path: Path) -> Minutes {
        match self {
            Self::ClockToDecision => TARGET,
            Self::DoorToImaging | Self::ImagingToRead => Minutes(20.0),
            Self::DoorToNeedle => Minutes(60.0),
            Self::DoorInDoorOut => Minutes(120.0),
            Self::DoorToGroin => match path {
                Path::Direct => Minutes(90.0),
                Path::Transferred => Minutes(60.0),
            },
        }
    }

    /// Needle 45, then 30; out 90.
    #[must_use]
    pub fn stretch_targets(self) -> &'static [Minutes] {
        match self {
            Self::DoorToNeedle => &[Minutes(45.0), Minutes(30.0)],
            Self::DoorInDoorOut => &[Minutes(90.0)],
            Self::ClockToDecision | Self::DoorToImaging | Self::ImagingToRead | Self::DoorToGroin => &[],
        }
    }

    fn expected(self, course: Course) -> Expectation {
        match self {
            Self::ClockToDecision | Self::DoorToImaging | Self::ImagingToRead => Expectation::Expected,
            Self::DoorToNeedle => course.thrombolysis,
            Self::DoorInDoorOut => course.transfer,
            Self::DoorToGroin => course.thrombectomy,
        }
    }

    /// Its two ends, where known; `clock` is the start of the mission's.
    #[must_use]
    pub fn ends(
        self,
        known: &Milestones,
        clock: Timestamp,
        path: Path,
    ) -> (Option<Timestamp>, Option<Timestamp>) {
        let between = |from, to| (known.at(from), known.at(to));
        match self {
            Self::ClockToDecision => (Some(clock), known.at(MilestoneKind::Read)),
            Self::DoorToImaging => between(MilestoneKind::Door, MilestoneKind::FirstImage),
            Self::ImagingToRead => between(MilestoneKind::FirstImage, MilestoneKind::Read),
            Self::DoorToNeedle => between(MilestoneKind::Door, MilestoneKind::Needle),
            Self::DoorInDoorOut => between(MilestoneKind::Door, MilestoneKind::Departure),
            Self::DoorToGroin => match path {
                Path::Direct => between(MilestoneKind::Door, MilestoneKind::Groin),
                Path::Transferred => between(MilestoneKind::Arrival, MilestoneKind::Groin),
            },
        }
    }
}

/// How the patient came to where thrombectomy is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Path {
    Direct,
    Transferred,
}

impl Path {
    /// A patient who leaves, or is to leave, is a transferred one.
    #[must_use]
    pub fn of(known: &Milestones, transfer: Expectation) -> Self {
        let left = [MilestoneKind::Departure, MilestoneKind::Arrival].iter().any(|k| known.at(*k).is_some());
        if left || transfer == Expectation::Expected { Self::Transferred } else { Self::Direct }
    }
}

/// Minutes of a stretch, where both its ends are known and in order.
#[must_use]
pub fn measured(from: Option<Timestamp>, to: Option<Timestamp>) -> Option<Minutes> {
    from.zip(to).map(|(from, to)| to - from).filter(|span| *span >= Minutes::ZERO)
}

/// Every stretch of a case at `now`.
#[must_use]
pub fn board(known: &Milestones, clock: Timestamp, course: Course, now: Timestamp) -> Vec<Line> {
    let path = Path::of(known, course.transfer);
    Stretch::ALL
        .into_iter()
        .map(|stretch| {
            let (from, to) = stretch.ends(known, clock, path);
            let target = stretch.target(path);
            let standing = standing(from, to, target, stretch.expected(course), now);
            Line { stretch, from, to, target, stretch_targets: stretch.stretch_targets(), standing }
        })
        .collect()
}

fn standing(
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    target: Minutes,
    expected: Expectation,
    now: Timestamp,
) -> Standing {
    match (measured(from, to), from, expected) {
        (Some(minutes), ..) if minutes <= target => Standing::Met { minutes },
        (Some(minutes), ..) => Standing::Missed { minutes },
        (None, _, Expectation::NotPlanned) => Standing::NotPlanned,
        // An end before its start measures nothing, and does not run either.
        (None, None, _) => Standing::NotStarted,
        (None, Some(_), _) if to.is_some() => Standing::NotStarted,
        (None, Some(from), expected) => {
            let elapsed = (now - from).max(Minutes::ZERO);
            match expected {
                Expectation::Possible => Standing::Possible { elapsed },
                _ if elapsed > target => Standing::Overdue { elapsed },
                _ => Standing::Running { elapsed },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn minute(minutes: f64) -> Timestamp {
        "2026-11-24T10:00:00Z".parse::<Timestamp>().unwrap() + Minutes(minutes)
    }

    fn known(moments: &[(MilestoneKind, f64)]) -> Milestones {
        moments.iter().map(|(kind, at)| (*kind, minute(*at))).collect()
    }

    fn decided(treatments: &[Treatment]) -> Decision {
        Decision {
            diagnosis: Diagnosis::Lvo,
            treatments: treatments.to_vec(),
            nihss: None,
            note: String::new(),
        }
    }

    fn line(lines: &[Line], stretch: Stretch) -> &Line {
        lines.iter().find(|line| line.stretch == stretch).unwrap()
    }

    #[test]
    fn no_stretch_is_named_as_if_it_began_with_the_symptoms() {
        for stretch in Stretch::ALL {
            let label = stretch.label();
            assert!(!label.fr.contains("Début") && !label.en.to_lowercase().contains("onset"), "{label:?}");
        }
    }

    #[test]
    fn stretches_run_are_met_and_are_missed() {
        use MilestoneKind::{Door, FirstImage};
        let course = Course::of(None, None);
        let lines = board(&known(&[(Door, 0.0), (FirstImage, 18.0)]), minute(0.0), course, minute(40.0));
        let at = |stretch| line(&lines, stretch).standing;
        assert_eq!(at(Stretch::DoorToImaging), Standing::Met { minutes: Minutes(18.0) });
        assert_eq!(at(Stretch::ImagingToRead), Standing::Overdue { elapsed: Minutes(22.0) });
        assert_eq!(at(Stretch::ClockToDecision), Standing::Running { elapsed: Minutes(40.0) });
        assert_eq!(at(Stretch::DoorToNeedle), Standing::Possible { elapsed: Minutes(40.0) });
        let nothing = board(&Milestones::default(), minute(0.0), course, minute(40.0));
        assert_eq!(line(&nothing, Stretch::DoorToNeedle).standing, Standing::NotStarted);
    }

    #[test]
    fn what_is_not_planned_does_not_run_and_what_happened_all_the_same_is_measured() {
        let course = Course::of(Some(&decided(&[Treatment::Medical])), Some(Sent::Stays));
        let lines = board(&known(&[(MilestoneKind::Door, 0.0)]), minute(0.0), course, minute(300.0));
        for stretch in [Stretch::DoorToNeedle, Stretch::DoorInDoorOut, Stretch::DoorToGroin] {
            assert_eq!(line(&lines, stretch).standing, Standing::NotPlanned);
        }
        let given = known(&[(MilestoneKind::Door, 0.0), (MilestoneKind::Needle, 61.0)]);
        let lines = board(&given, minute(0.0), course, minute(300.0));
        let needle = line(&lines, Stretch::DoorToNeedle).standing;
        assert_eq!(needle, Standing::Missed { minutes: Minutes(61.0) });
    }

    #[test]
    fn a_transferred_patient_is_measured_from_the_door_of_the_receiving_hospital() {
        use MilestoneKind::{Arrival, Departure, Door, Groin};
        let course = Course::of(Some(&decided(&[Treatment::Thrombectomy])), Some(Sent::Leaves));
        let moved = known(&[(Door, 0.0), (Departure, 100.0), (Arrival, 150.0), (Groin, 205.0)]);
        let lines = board(&moved, minute(0.0), course, minute(300.0));
        let groin = line(&lines, Stretch::DoorToGroin);
        let met = Standing::Met { minutes: Minutes(55.0) };
        assert_eq!((groin.target, groin.standing), (Minutes(60.0), met));
        let direct = Course::of(Some(&decided(&[Treatment::Thrombectomy])), Some(Sent::Stays));
        let lines = board(&known(&[(Door, 0.0), (Groin, 91.0)]), minute(0.0), direct, minute(300.0));
        let groin = line(&lines, Stretch::DoorToGroin);
        let missed = Standing::Missed { minutes: Minutes(91.0) };
        assert_eq!((groin.target, groin.standing), (Minutes(90.0), missed));
    }

    #[test]
    fn a_transfer_is_possible_until_somebody_decides() {
        let transfer = |decision: Option<&Decision>, sent| Course::of(decision, sent).transfer;
        let lvo = decided(&[Treatment::Thrombectomy]);
        let medical = decided(&[Treatment::Medical]);
        assert_eq!(transfer(None, None), Expectation::Possible);
        assert_eq!(transfer(Some(&lvo), None), Expectation::Possible);
        assert_eq!(transfer(Some(&medical), None), Expectation::NotPlanned);
        assert_eq!(transfer(Some(&medical), Some(Sent::Leaves)), Expectation::Expected);
        assert_eq!(transfer(Some(&lvo), Some(Sent::Stays)), Expectation::NotPlanned);
    }

    #[test]
    fn an_undetermined_diagnosis_and_neurosurgery_leave_a_transfer_possible() {
        let transfer = |decision: &Decision| Course::of(Some(decision), None).transfer;
        let undetermined = Decision { diagnosis: Diagnosis::Undetermined, ..decided(&[]) };
        assert_eq!(transfer(&undetermined), Expectation::Possible);
        assert_eq!(transfer(&decided(&[Treatment::Neurosurgery])), Expectation::Possible);
        assert_eq!(transfer(&decided(&[])), Expectation::NotPlanned);
    }

    #[test]
    fn the_targets_are_the_published_ones() {
        let of = |path| Stretch::ALL.map(|stretch| stretch.target(path).0);
        assert_eq!(of(Path::Direct), [45.0, 20.0, 20.0, 60.0, 120.0, 90.0]);
        assert_eq!(of(Path::Transferred), [45.0, 20.0, 20.0, 60.0, 120.0, 60.0]);
        let stricter = |stretch: &Stretch| stretch.stretch_targets().iter().map(|t| t.0).collect::<Vec<_>>();
        let expected: [&[f64]; 6] = [&[], &[], &[], &[45.0, 30.0], &[90.0], &[]];
        assert_eq!(Stretch::ALL.each_ref().map(stricter), expected);
        for stretch in Stretch::ALL {
            let of_the_mission = stretch == Stretch::ClockToDecision;
            assert_eq!(stretch.source() == "Vigie", of_the_mission);
            assert_eq!(stretch.source().starts_with("AHA/ASA "), !of_the_mission);
        }
    }

    #[test]
    fn at_its_target_a_stretch_is_met_and_one_that_runs_is_not_overdue() {
        use MilestoneKind::{Door, FirstImage};
        let course = Course::of(None, None);
        let standing = |moments: &[(MilestoneKind, f64)], now| {
            let lines = board(&known(moments), minute(0.0), course, minute(now));
            line(&lines, Stretch::DoorToImaging).standing
        };
        let met = |minutes| Standing::Met { minutes: Minutes(minutes) };
        assert_eq!(standing(&[(Door, 0.0), (FirstImage, 20.0)], 40.0), met(20.0));
        assert_eq!(standing(&[(Door, 0.0), (FirstImage, 0.0)], 40.0), met(0.0));
        let missed = Standing::Missed { minutes: Minutes(20.5) };
        assert_eq!(standing(&[(Door, 0.0), (FirstImage, 20.5)], 40.0), missed);
        assert_eq!(standing(&[(Door, 0.0)], 20.0), Standing::Running { elapsed: Minutes(20.0) });
        assert_eq!(standing(&[(Door, 0.0)], 20.5), Standing::Overdue { elapsed: Minutes(20.5) });
        assert_eq!(standing(&[(Door, 5.0)], 0.0), Standing::Running { elapsed: Minutes::ZERO });
    }

    #[test]
    fn a_patient_on_the_way_or_to_leave_is_a_transferred_one() {
        use MilestoneKind::{Arrival, Departure, Door};
        let path = |moments: &[(MilestoneKind, f64)], transfer| Path::of(&known(moments), transfer);
        assert_eq!(path(&[(Door, 0.0)], Expectation::Possible), Path::Direct);
        assert_eq!(path(&[(Door, 0.0)], Expectation::Expected), Path::Transferred);
        assert_eq!(path(&[(Departure, 0.0)], Expectation::NotPlanned), Path::Transferred);
        assert_eq!(path(&[(Arrival, 0.0)], Expectation::NotPlanned), Path::Transferred);
    }

    #[test]
    fn images_before_the_door_measure_nothing() {
        use MilestoneKind::{Door, FirstImage};
        let course = Course::of(None, None);
        let lines = board(&known(&[(Door, 0.0), (FirstImage, -5.0)]), minute(0.0), course, minute(40.0));
        assert_eq!(line(&lines, Stretch::DoorToImaging).standing, Standing::NotStarted);
    }

    proptest! {
        #[test]
        fn a_running_clock_only_goes_forward(
            door in 0.0..60.0_f64,
            one in 0.0..400.0_f64,
            more in 0.0..400.0_f64,
        ) {
            let known = known(&[(MilestoneKind::Door, door)]);
            let course = Course::of(Some(&decided(&[Treatment::Thrombolysis])), None);
            let at = |now: f64| {
                let lines = board(&known, minute(0.0), course, minute(now));
                match line(&lines, Stretch::DoorToNeedle).standing {
                    Standing::Running { elapsed } => (0, elapsed.0),
                    Standing::Overdue { elapsed } => (1, elapsed.0),
                    other => panic!("{other:?}"),
                }
            };
            prop_assert!(at(one) <= at(one + more));
        }
    }
}
