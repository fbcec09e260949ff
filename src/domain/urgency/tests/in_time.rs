//! The sixth property: as long as readers suffice, every case is opened before its limit, whatever else arrives.

use super::*;

/// A case and when it comes, how long before that its clock started, and how long it is read: at most the mean.
#[derive(Debug, Clone)]
struct Coming {
    case: Owned,
    at: f64,
    reading: f64,
}

fn any_coming() -> impl Strategy<Value = Coming> {
    let started_before = prop_oneof![0.0..120.0_f64, 80.0..119.0_f64];
    let reading = prop_oneof![Just(1.0), 0.01..=1.0].prop_map(|share: f64| share * MEAN_READING.0);
    (any_case(), 0.0..60.0_f64, started_before, reading).prop_map(|(case, at, started_before, reading)| {
        let started_at = epoch() + Minutes(at - started_before);
        let clock = CaseClock { started_at, ..case.clock };
        Coming { case: Owned { clock, stage: Stage::Waiting, ..case }, at, reading }
    })
}

/// Where a case stands in the reading room.
#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Waits,
    Read { until: f64 },
    Done,
}

/// The cases read by `team` in the product's order. Each case with the moment it was opened at, where the readers
/// sufficed whenever a case came or one of them was free while it waited.
fn opened_while_readers_sufficed(coming: &[Coming], team: &Team) -> Vec<(usize, f64)> {
    let mut state = vec![State::Waits; coming.len()];
    let mut sufficed = vec![true; coming.len()];
    let mut opened = Vec::new();
    let mut now = 0.0;
    loop {
        for state in &mut state {
            if matches!(state, State::Read { until } if *until <= now) {
                *state = State::Done;
            }
        }
        let there: Vec<usize> =
            (0..coming.len()).filter(|i| coming[*i].at <= now && state[*i] != State::Done).collect();
        let cases: Vec<Owned> = there
            .iter()
            .map(|i| {
                let stage = if state[*i] == State::Waits { Stage::Waiting } else { Stage::Reading };
                Owned { stage, ..coming[*i].case.clone() }
            })
            .collect();
        let cases: Vec<QueueCase<'_>> = cases.iter().map(Owned::as_case).collect();
        let free = there.iter().filter(|i| state[**i] != State::Waits).count() < team.readers;
        let at = epoch() + Minutes(now);
        let mut next = order(&cases, &SCALE, team, at).into_iter().map(|ranked| there[ranked.case]);
        let next = next.find(|i| free && state[*i] == State::Waits);
        let enough = Turns::of(cases.iter().map(QueueCase::turn)).readers_needed(team, at) <= team.readers;
        for i in &there {
            sufficed[*i] &= enough;
        }
        if let Some(next) = next {
            let enough =
                Turns::of(cases.iter().map(QueueCase::turn)).readers_needed(team, at) <= team.readers;
            for i in there {
                sufficed[i] &= enough || state[i] != State::Waits;
            }
            if sufficed[next] {
                opened.push((next, now));
            }
            state[next] = State::Read { until: now + coming[next].reading };
            continue;
        }
        let arrivals = coming.iter().map(|c| c.at).filter(|at| *at > now);
        let ends = state.iter().filter_map(|state| match state {
            State::Read { until } => Some(*until),
            State::Waits | State::Done => None,
        });
        now = arrivals.chain(ends).fold(f64::INFINITY, f64::min);
        if now == f64::INFINITY {
            return opened;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn every_case_is_opened_before_its_limit_while_readers_suffice(
        coming in proptest::collection::vec(any_coming(), 1..9), readers in 1_usize..4,
    ) {
        for (which, at) in opened_while_readers_sufficed(&coming, &Team::of(readers)) {
            let limit = coming[which].case.clock.limit_at();
            prop_assert!(epoch() + Minutes(at) < limit, "{which} opened at {at}");
        }
    }

    #[test]
    fn a_flag_never_gives_a_case_a_later_place(
        cases in proptest::collection::vec(any_case(), 1..9), team in any_team(), finding in any_finding(),
        now in -300.0..500.0,
    ) {
        let now = epoch() + Minutes(now);
        let place = |cases: &[Owned]| {
            let cases: Vec<_> = cases.iter().map(Owned::as_case).collect();
            order(&cases, &SCALE, &team, now).into_iter().find(|ranked| ranked.case == 0).unwrap().position
        };
        let before = place(&cases);
        let mut more = cases;
        more[0].findings.push(finding);
        prop_assert!(place(&more) <= before);
    }
}

/// One of little at stake that nears its limit, and a strong flag past its target.
fn old_and_flagged() -> [Owned; 2] {
    let exactly = Interval { value: 0.95, low: 0.95, high: 0.95 };
    let flag = Finding {
        task: Task::Hemorrhage,
        analysis: Analysis::Analysed { probability: 0.99, threshold: 0.5, flag: true, volume_ml: None },
        provisional: false,
        evidence: EvidenceLevel::Site,
        performance: Some(Performance { sensitivity: exactly, specificity: exactly }),
    };
    let case = |id, waited: f64, onset_ago: f64, findings: Vec<Finding>| Owned {
        id: CaseId(uuid::Uuid::from_u128(id)),
        clock: CaseClock { started_at: epoch() + Minutes(-waited), started_by: ClockStart::Alert },
        stage: Stage::Waiting,
        picture: ClinicalPicture {
            onset: Onset::Known { at: epoch() + Minutes(-onset_ago) },
            ..ClinicalPicture::unstated()
        },
        findings,
        site: SiteEvidence::default(),
    };
    [case(1, 114.0, 3000.0, Vec::new()), case(2, 90.0, 120.0, vec![flag])]
}

#[test]
fn the_last_turn_goes_first_and_says_so_where_one_reader_is_there() {
    let owned = old_and_flagged();
    let cases = [owned[0].as_case(), owned[1].as_case()];
    let first = |readers| order(&cases, &SCALE, &Team::of(readers), epoch()).remove(0);
    assert_eq!(first(1).case, 0);
    assert_eq!(first(1).urgency.reasons, [Reason { code: ReasonCode::LastTurn, share: 1.0 }]);
    // Two open both at once, and nobody opens neither in time: the index decides.
    assert_eq!((first(2).case, first(0).case), (1, 1));
    // One more reader would change both places.
    for subject in [0, 1] {
        let Placement { position, changes, .. } = placement(&cases, subject, &SCALE, &Team::of(1), epoch());
        assert_eq!(position, subject + 1);
        assert!(changes.contains(&Change { supposed: Supposed::OneMoreReader, position: 2 - subject }));
    }
}

#[test]
fn a_case_that_is_being_read_has_no_turn_and_holds_its_reader() {
    let mut owned = old_and_flagged();
    owned[0].stage = Stage::Reading;
    let cases = [owned[0].as_case(), owned[1].as_case()];
    let codes = |readers| {
        let ranked = order(&cases, &SCALE, &Team::of(readers), epoch());
        ranked.iter().any(|ranked| ranked.urgency.reasons[0].code == ReasonCode::LastTurn)
    };
    // Half an hour is left to the one that waits: three readings.
    assert!(!codes(1) && !codes(2));
    owned[1].clock.started_at = epoch() + Minutes(-115.0);
    let cases = [owned[0].as_case(), owned[1].as_case()];
    let last = |readers| Turns::of(cases.iter().map(QueueCase::turn)).last(&Team::of(readers), epoch());
    // The only reader is busy for the five minutes left; of two, one is free, now or never.
    assert_eq!((last(1), last(2), last(3)), (None, Some(owned[1].id), None));
}
