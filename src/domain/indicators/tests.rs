use proptest::prelude::*;

use super::*;
use crate::domain::clinical::milestone::MilestoneKind;
use crate::domain::time::Minutes;

fn start() -> Timestamp {
    "2026-11-24T10:00:00Z".parse().unwrap()
}

fn row(moments: &[(MilestoneKind, f64)]) -> Row {
    Row {
        site: "valmont".parse().unwrap(),
        started_at: start(),
        known: moments.iter().map(|(kind, at)| (*kind, start() + Minutes(*at))).collect(),
        diagnosis: None,
        flags: BTreeMap::new(),
        transport: None,
        call_rounds: Vec::new(),
    }
}

fn of(rows: &[Row]) -> Summary {
    summary(&rows.iter().collect::<Vec<_>>(), start() + Minutes(100.0))
}

fn interval(summary: &Summary, measure: Measure) -> Interval {
    *summary.intervals.iter().find(|interval| interval.measure == measure).unwrap()
}

#[test]
fn few_cases_show_their_number_and_no_percentile() {
    use MilestoneKind::{Door, Needle};
    let given = |minutes: f64| row(&[(Door, 0.0), (Needle, minutes)]);
    let four = of(&[30.0, 40.0, 50.0, 70.0].map(given));
    let needle = interval(&four, Measure::DoorToNeedle);
    assert_eq!((needle.percentiles, needle.met.part, needle.met.whole), (None, 3, 4));
    let five = of(&[30.0, 40.0, 50.0, 70.0, 80.0].map(given));
    let percentiles = interval(&five, Measure::DoorToNeedle).percentiles;
    assert_eq!(percentiles, Some([Minutes(50.0), Minutes(76.0)]));
    assert_eq!(interval(&five, Measure::DoorInDoorOut).met.whole, 0);
}

#[test]
fn a_case_that_nobody_decided_counts_once_its_time_is_up() {
    let read = |at: f64| row(&[(MilestoneKind::Read, at)]);
    let window = of(&[read(40.0), read(100.0), row(&[])]).window;
    assert_eq!((window.target.part, window.target.whole), (1, 3), "undecided after 100 min: past 45");
    assert_eq!((window.limit.part, window.limit.whole), (2, 2), "and not yet past 120");
}

#[test]
fn at_the_target_a_case_is_in_time() {
    use MilestoneKind::{Door, FirstImage};
    let read = |at: f64| row(&[(MilestoneKind::Read, at)]);
    let window = of(&[read(45.0), read(45.1), read(120.0), read(120.1)]).window;
    assert_eq!((window.target.part, window.target.whole), (1, 4));
    assert_eq!((window.limit.part, window.limit.whole), (3, 4));
    let undecided = |after: f64| {
        let open = row(&[]);
        let window = summary(&[&open], start() + Minutes(after)).window;
        (window.target.whole, window.limit.whole)
    };
    assert_eq!([45.0, 45.1, 120.0, 120.1].map(undecided), [(0, 0), (1, 0), (1, 0), (1, 1)]);
    let imaged = |after: f64| row(&[(Door, 0.0), (FirstImage, after)]);
    let imaging = interval(&of(&[imaged(20.0), imaged(20.1)]), Measure::DoorToImaging);
    assert_eq!((imaging.met.part, imaging.met.whole), (1, 2));
}

#[test]
fn each_measure_is_held_to_its_own_target() {
    let targets = Measure::ALL.map(|measure| measure.target().0);
    assert_eq!(targets, [45.0, 20.0, 20.0, 60.0, 120.0, 90.0, 60.0]);
}

#[test]
fn an_infarct_is_that_of_either_occlusion() {
    let signed = |task, diagnosis, flagged| Row {
        diagnosis: Some(diagnosis),
        flags: [(task, flagged)].into(),
        ..row(&[])
    };
    let judged = |task, place: usize, diagnosis| {
        let rows = [signed(task, diagnosis, Flagged::Flagged), signed(task, diagnosis, Flagged::Unflagged)];
        let accuracy = of(&rows).accuracy[place];
        assert_eq!(accuracy.task, task);
        (accuracy.missed.whole, accuracy.false_flags.whole)
    };
    for (diagnosis, occlusion, infarct) in [
        (Diagnosis::Lvo, (2, 0), (2, 0)),
        (Diagnosis::Ischaemia, (0, 2), (2, 0)),
        (Diagnosis::Haemorrhage, (0, 2), (0, 2)),
        (Diagnosis::Mimic, (0, 2), (0, 2)),
        (Diagnosis::Undetermined, (0, 0), (0, 0)),
    ] {
        assert_eq!(judged(Task::Occlusion, 1, diagnosis), occlusion);
        assert_eq!(judged(Task::Infarct, 2, diagnosis), infarct);
    }
}

#[test]
fn thrombectomy_is_measured_by_how_the_patient_came() {
    use MilestoneKind::{Arrival, Departure, Door, Groin};
    let direct = row(&[(Door, 0.0), (Groin, 80.0)]);
    let moved = row(&[(Door, 0.0), (Departure, 60.0), (Arrival, 90.0), (Groin, 160.0)]);
    let both = of(&[direct, moved]);
    let share = |measure| {
        let met = interval(&both, measure).met;
        (met.part, met.whole)
    };
    assert_eq!(share(Measure::DoorToGroinDirect), (1, 1));
    assert_eq!(share(Measure::DoorToGroinTransferred), (0, 1), "70 min after arrival");
}

#[test]
fn a_patient_decided_to_leave_did_not_come_directly() {
    use MilestoneKind::{Door, Groin};
    let decided = |chosen| Row {
        transport: Some(Transport { chosen, euros: 0.0, flight_euros: None }),
        ..row(&[(Door, 0.0), (Groin, 80.0)])
    };
    let measured = |chosen| interval(&of(&[decided(chosen)]), Measure::DoorToGroinDirect).met.whole;
    assert_eq!((measured(Chosen::Road), measured(Chosen::Stay)), (0, 1));
}

#[test]
fn flags_are_held_against_the_signed_diagnosis() {
    use Flagged::{Flagged as Raised, Unflagged};

    let signed = |diagnosis, flagged: Option<Flagged>| Row {
        diagnosis: Some(diagnosis),
        flags: flagged.map(|flagged| (Task::Hemorrhage, flagged)).into_iter().collect(),
        ..row(&[])
    };
    let rows = [
        signed(Diagnosis::Haemorrhage, Some(Raised)),
        signed(Diagnosis::Haemorrhage, Some(Unflagged)),
        signed(Diagnosis::Haemorrhage, None),
        signed(Diagnosis::Mimic, Some(Raised)),
        signed(Diagnosis::Lvo, Some(Unflagged)),
        signed(Diagnosis::Undetermined, Some(Raised)),
        row(&[]),
    ];
    let rows = [rows.to_vec(), vec![signed(Diagnosis::Haemorrhage, Some(Raised)); 2]].concat();
    let rows = [rows, vec![signed(Diagnosis::Ischaemia, Some(Unflagged)); 3]].concat();
    let bleeding = of(&rows).accuracy[0];
    assert_eq!((bleeding.missed.part, bleeding.missed.whole), (1, 4));
    assert_eq!((bleeding.false_flags.part, bleeding.false_flags.whole), (1, 5));
    assert_eq!(bleeding.not_analysed, 1);
}

#[test]
fn only_recorded_decisions_spare_a_flight() {
    let decided = |chosen, euros, flight_euros| Row {
        transport: Some(Transport { chosen, euros, flight_euros }),
        ..row(&[])
    };
    let rows = [
        decided(Chosen::Air, 2600.0, Some(2600.0)),
        decided(Chosen::Road, 400.0, Some(2600.0)),
        decided(Chosen::Stay, 0.0, Some(2500.0)),
        decided(Chosen::Road, 400.0, None),
        decided(Chosen::Team, 900.0, Some(2500.0)),
        row(&[]),
    ];
    let expected =
        Transports { decisions: 5, flights: 1, avoided_moving: 2, avoided_staying: 1, euros_saved: 6300.0 };
    assert_eq!(of(&rows).transports, expected);
}

#[test]
fn a_second_round_is_an_escalation_and_a_call_not_yet_out_is_none() {
    let called = |rounds: &[u8]| Row { call_rounds: rounds.to_vec(), ..row(&[]) };
    let escalated = of(&[called(&[1, 3]), called(&[0]), called(&[2]), row(&[])]).escalated;
    assert_eq!((escalated.part, escalated.whole), (2, 3));
}

fn any_row() -> impl Strategy<Value = Row> {
    let moments = prop::collection::vec(prop::option::of(0.0..400.0_f64), MilestoneKind::ALL.len());
    (0_usize..3, 0.0..200_000.0_f64, moments).prop_map(|(site, started, moments)| Row {
        site: ["valmont", "roche-claire", "grand-lac"][site].parse().unwrap(),
        started_at: start() + Minutes(started),
        known: MilestoneKind::ALL
            .into_iter()
            .zip(moments)
            .filter_map(|(kind, at)| Some((kind, start() + Minutes(started + at?))))
            .collect(),
        diagnosis: None,
        flags: BTreeMap::new(),
        transport: None,
        call_rounds: Vec::new(),
    })
}

proptest! {
    #[test]
    fn months_and_sites_add_up_whatever_the_order(mut rows in prop::collection::vec(any_row(), 0..60)) {
        let now = start() + Minutes(300_000.0);
        let cells = by_site_and_month(&rows, &TimeZone::UTC, now);
        rows.reverse();
        prop_assert_eq!(&cells, &by_site_and_month(&rows, &TimeZone::UTC, now));
        let sum = |keep: &dyn Fn(&Key) -> bool| -> u32 {
            cells.iter().filter(|(key, _)| keep(key)).map(|(_, summary)| summary.cases).sum()
        };
        let all = u32::try_from(rows.len()).unwrap();
        prop_assert_eq!(sum(&|key| key.site.is_none() && key.month.is_none()), all);
        prop_assert_eq!(sum(&|key| key.site.is_some() && key.month.is_none()), all);
        prop_assert_eq!(sum(&|key| key.site.is_none() && key.month.is_some()), all);
        prop_assert_eq!(sum(&|key| key.site.is_some() && key.month.is_some()), all);
        for summary in cells.values() {
            for interval in &summary.intervals {
                prop_assert!(interval.met.part <= interval.met.whole && interval.met.whole <= summary.cases);
                prop_assert_eq!(interval.percentiles.is_some(), interval.met.whole as usize >= FEWEST);
                if let Some([median, p90]) = interval.percentiles {
                    prop_assert!(Minutes::ZERO <= median && median <= p90);
                }
            }
            let window = summary.window;
            prop_assert!(window.target.part <= window.limit.part, "who keeps 45 keeps 120");
        }
    }
}
