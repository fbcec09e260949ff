//! The six properties, over generated cases.

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::strategy::ValueTree;

use super::*;
use crate::domain::case::{Anticoagulant, Nihss, Onset, Race};
use crate::domain::evidence::{Analysis, EvidenceLevel, Interval, Performance, Shares, Task};
use crate::domain::time::{ClockStart, Minutes};

const CASES: u32 = 10_000;

/// A case with its own picture, findings and site, so that queues of them can be borrowed.
#[derive(Debug, Clone)]
struct Owned {
    id: CaseId,
    clock: CaseClock,
    stage: Stage,
    picture: ClinicalPicture,
    findings: Vec<Finding>,
    site: SiteEvidence,
}

impl Owned {
    fn as_case(&self) -> QueueCase<'_> {
        QueueCase {
            id: self.id,
            clock: self.clock,
            stage: self.stage,
            picture: &self.picture,
            findings: &self.findings,
            site: &self.site,
        }
    }

    fn at(&self, waited: f64) -> Urgency {
        urgency(&self.as_case(), &SCALE, self.clock.started_at + Minutes(waited))
    }

    fn with(&self, findings: Vec<Finding>) -> Self {
        Self { findings, ..self.clone() }
    }
}

static SCALE: LazyLock<Scale> = LazyLock::new(Scale::default);

/// Nobody suffices for anything: each case goes by its own index.
const NOBODY: Team = Team { readers: 0, mean: MEAN_READING };

fn epoch() -> Timestamp {
    Timestamp::from_microsecond(1_795_000_000_000_000).unwrap()
}

fn any_performance() -> impl Strategy<Value = Performance> {
    let interval = || {
        (0.0..=1.0, 0.0..=0.5).prop_map(|(value, half): (f64, f64)| Interval {
            value,
            low: (value - half).max(0.0),
            high: (value + half).min(1.0),
        })
    };
    (interval(), interval()).prop_map(|(sensitivity, specificity)| Performance { sensitivity, specificity })
}

fn any_analysis() -> impl Strategy<Value = Analysis> {
    prop_oneof![
        Just(Analysis::Pending),
        Just(Analysis::NotApplicable),
        Just(Analysis::Failed { reason: "the session broke".to_owned() }),
        Just(Analysis::NotAnalysable { reason: "too few slices".to_owned() }),
        (0.0..=1.0, any::<bool>()).prop_map(|(probability, flag)| Analysis::Analysed {
            probability,
            threshold: 0.5,
            flag,
            volume_ml: None
        }),
    ]
}

fn any_finding() -> impl Strategy<Value = Finding> {
    let task = prop_oneof![Just(Task::Hemorrhage), Just(Task::Occlusion), Just(Task::Infarct)];
    let level = prop_oneof![
        Just(EvidenceLevel::Phantom),
        Just(EvidenceLevel::Internal),
        Just(EvidenceLevel::External),
        Just(EvidenceLevel::Site)
    ];
    (task, any_analysis(), any::<bool>(), level, proptest::option::of(any_performance())).prop_map(
        |(task, analysis, provisional, evidence, performance)| Finding {
            task,
            analysis,
            provisional,
            evidence,
            performance,
        },
    )
}

fn any_picture() -> impl Strategy<Value = ClinicalPicture> {
    let before = |minutes: f64| epoch() + Minutes(-minutes);
    let onset = prop_oneof![
        (0.0..2000.0).prop_map(move |m| Onset::Known { at: before(m) }),
        proptest::option::of(0.0..2000.0).prop_map(move |m| Onset::WakeUp { at: m.map(before) }),
        Just(Onset::Unknown),
    ];
    let anticoagulant = prop_oneof![
        Just(Anticoagulant::None),
        Just(Anticoagulant::Vka),
        Just(Anticoagulant::Doac),
        Just(Anticoagulant::Unknown)
    ];
    (onset, proptest::option::of(0_u8..=42), proptest::option::of(0_u8..=9), anticoagulant).prop_map(
        |(onset, nihss, race, anticoagulant)| ClinicalPicture {
            onset,
            nihss: nihss.map(|n| Nihss::try_from(n).unwrap()),
            race: race.map(|n| Race::try_from(n).unwrap()),
            anticoagulant,
            note: String::new(),
        },
    )
}

fn any_site() -> impl Strategy<Value = SiteEvidence> {
    [0.01..1.0, 0.01..1.0, 0.01..1.0, 0.01..1.0].prop_map(|[hemorrhage, lvo, nlvo, mimic]: [f64; 4]| {
        let total = hemorrhage + lvo + nlvo + mimic;
        let [hemorrhage, lvo, nlvo, mimic] = [hemorrhage, lvo, nlvo, mimic].map(|share| share / total);
        let prior = Shares { hemorrhage, lvo, nlvo, mimic }.try_into().unwrap();
        SiteEvidence { prior, ..SiteEvidence::default() }
    })
}

fn any_case() -> impl Strategy<Value = Owned> {
    let stage = prop_oneof![3 => Just(Stage::Waiting), 1 => Just(Stage::Reading)];
    let findings = proptest::collection::vec(any_finding(), 0..6);
    (any::<u128>(), -300.0..300.0, stage, any_picture(), findings, any_site()).prop_map(
        |(id, start, stage, picture, findings, site)| Owned {
            id: CaseId(uuid::Uuid::from_u128(id)),
            clock: CaseClock { started_at: epoch() + Minutes(start), started_by: ClockStart::Alert },
            stage,
            picture,
            findings,
            site,
        },
    )
}

fn any_team() -> impl Strategy<Value = Team> {
    (0_usize..6).prop_map(Team::of)
}

/// A wait anywhere, and close to the target and the limit. A clock has always started.
fn any_wait() -> impl Strategy<Value = f64> {
    prop_oneof![0.0..400.0, 44.9..45.1, 119.999..120.001, Just(45.0), Just(120.0)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn one_more_finding_never_lowers_the_index(case in any_case(), finding in any_finding(), waited in any_wait()) {
        let mut more = case.findings.clone();
        more.push(finding);
        prop_assert!(case.with(more).at(waited).index >= case.at(waited).index);
    }

    #[test]
    fn without_a_flag_the_index_is_the_clinical_one(case in any_case(), waited in any_wait()) {
        let unflagged = case.findings.iter().filter(|f| !f.is_positive()).cloned().collect();
        let alone = case.with(Vec::new()).at(waited);
        prop_assert_eq!(case.with(unflagged).at(waited).index, alone.index);
        prop_assert!(case.at(waited).index >= alone.index);
    }

    #[test]
    fn below_the_sites_level_a_model_moves_nothing(case in any_case(), waited in any_wait()) {
        let mut weak = case.clone();
        for finding in &mut weak.findings {
            finding.evidence = EvidenceLevel::Phantom;
        }
        let (with, without) = (weak.at(waited), case.with(Vec::new()).at(waited));
        prop_assert_eq!(with.index, without.index);
        prop_assert_eq!(with.posterior, without.posterior);
    }

    #[test]
    fn waiting_never_lowers_the_index(case in any_case(), a in any_wait(), b in any_wait()) {
        let (sooner, later) = if a <= b { (a, b) } else { (b, a) };
        prop_assert!(case.at(later).index >= case.at(sooner).index);
    }

    #[test]
    fn equal_evidence_goes_by_the_earlier_clock(
        case in any_case(), id in any::<u128>(), earlier in 0.0..200.0_f64, waited in any_wait(),
        team in any_team(),
    ) {
        let first = Owned {
            id: CaseId(uuid::Uuid::from_u128(id)),
            clock: CaseClock { started_at: case.clock.started_at + Minutes(-earlier), ..case.clock },
            ..case.clone()
        };
        let now = case.clock.started_at + Minutes(waited);
        let ranked = order(&[case.as_case(), first.as_case()], &SCALE, &team, now);
        if first.clock.started_at < case.clock.started_at {
            prop_assert_eq!(ranked[0].case, 1);
        }
    }

    #[test]
    fn the_order_is_total_and_does_not_depend_on_the_cases_order(
        cases in proptest::collection::vec(any_case(), 0..12), team in any_team(), now in -300.0..500.0,
    ) {
        let now = epoch() + Minutes(now);
        let forward: Vec<_> = cases.iter().map(Owned::as_case).collect();
        let backward: Vec<_> = cases.iter().rev().map(Owned::as_case).collect();
        let ids = |cases: &[QueueCase<'_>]| -> Vec<CaseId> {
            order(cases, &SCALE, &team, now).iter().map(|ranked| cases[ranked.case].id).collect()
        };
        prop_assert_eq!(ids(&forward), ids(&backward));
        let positions: Vec<_> =
            order(&forward, &SCALE, &team, now).iter().map(|ranked| ranked.position).collect();
        prop_assert_eq!(positions, (1..=cases.len()).collect::<Vec<_>>());
    }

    #[test]
    fn the_reasons_shares_sum_to_one_largest_first(case in any_case(), waited in any_wait()) {
        let urgency = case.at(waited);
        prop_assert!(urgency.index.is_finite() && urgency.index >= 0.0);
        prop_assert!((urgency.reasons.iter().map(|r| r.share).sum::<f64>() - 1.0).abs() < 1e-9);
        prop_assert!(urgency.reasons.is_sorted_by(|a, b| a.share >= b.share));
    }

    #[test]
    fn the_fast_index_is_the_explained_one(case in any_case(), waited in any_wait()) {
        let standing = Standing::of(&case.as_case(), &SCALE);
        let wait = case.clock.waited(case.clock.started_at + Minutes(waited));
        prop_assert_eq!(standing.index(&SCALE, wait), case.at(waited).index);
    }

    #[test]
    fn what_would_change_a_place_is_told_by_the_order_itself(
        cases in proptest::collection::vec(any_case(), 1..6), team in any_team(), now in -300.0..500.0,
    ) {
        let now = epoch() + Minutes(now);
        let cases: Vec<_> = cases.iter().map(Owned::as_case).collect();
        for ranked in order(&cases, &SCALE, &team, now) {
            let Placement { position: here, urgency, changes } =
                placement(&cases, ranked.case, &SCALE, &team, now);
            prop_assert_eq!((here, urgency), (ranked.position, ranked.urgency));
            for Change { supposed, position } in changes {
                prop_assert!(position != here && (1..=cases.len()).contains(&position));
                prop_assert!(!matches!(supposed, Supposed::Flag(_)) || position < here);
            }
        }
    }

    #[test]
    fn past_limits_go_first_whatever_the_others_evidence(
        cases in proptest::collection::vec(any_case(), 0..12), now in -300.0..500.0,
    ) {
        let now = epoch() + Minutes(now);
        let cases: Vec<_> = cases.iter().map(Owned::as_case).collect();
        let past: Vec<_> = order(&cases, &SCALE, &NOBODY, now)
            .iter()
            .map(|ranked| {
                let case = &cases[ranked.case];
                Standing::of(case, &SCALE).is_past_limit(&SCALE, case.clock.waited(now))
            })
            .collect();
        prop_assert!(past.is_sorted_by(|a, b| a >= b), "{past:?}");
    }

    #[test]
    fn at_its_limit_a_case_is_behind_none_that_has_not_waited_for_its_target(
        case in any_case(), rival in any_case(), waited in 0.0..44.9_f64,
    ) {
        prop_assert!(case.at(LIMIT.0).index > rival.at(waited).index);
        // And the deadline alone gets it there before: it grows without bound.
        prop_assert!(case.at(LIMIT.0 - 1e-3).index > rival.at(waited).index);
    }

    #[test]
    fn past_its_limit_a_case_is_behind_none_that_came_long_after_it(
        case in any_case(), rival in any_case(), waited in 120.0..600.0_f64, after in 120.0..600.0_f64,
    ) {
        prop_assert!(case.at(waited).index >= rival.at(waited - after).index);
    }
}

mod in_time;

#[test]
fn ten_thousand_cases_are_ordered_like_any_other_number() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let cases: Vec<Owned> =
        (0..10_000).map(|_| any_case().new_tree(&mut runner).unwrap().current()).collect();
    let cases: Vec<_> = cases.iter().map(Owned::as_case).collect();
    let ranked = order(&cases, &SCALE, &NOBODY, epoch() + Minutes(60.0));
    assert!(ranked.is_sorted_by(|a, b| a.urgency.index >= b.urgency.index));
    let mut seen: Vec<_> = ranked.iter().map(|r| r.case).collect();
    seen.sort_unstable();
    assert!(seen.into_iter().eq(0..10_000));
}

#[test]
fn past_its_limit_a_case_s_reasons_are_its_wait_and_the_wait_that_its_evidence_counts_for() {
    let picture = ClinicalPicture { onset: Onset::Unknown, ..ClinicalPicture::unstated() };
    let site = SiteEvidence::default();
    let clock = CaseClock { started_at: epoch(), started_by: ClockStart::Door };
    let case = QueueCase {
        id: CaseId(uuid::Uuid::nil()),
        clock,
        stage: Stage::Waiting,
        picture: &picture,
        findings: &[],
        site: &site,
    };
    let weight = Standing::of(&case, &SCALE).weight;
    assert!(weight > 0.0);
    for waited in [119.0, 130.0] {
        let urgency = urgency(&case, &SCALE, epoch() + Minutes(waited));
        let late = if waited >= 120.0 { ReasonCode::PastLimit } else { ReasonCode::Deadline };
        let share = |code| urgency.reasons.iter().find(|r| r.code == code).map_or(0.0, |r| r.share);
        assert!((share(late) - waited / (waited + 120.0 * weight)).abs() < 1e-9, "{:?}", urgency.reasons);
        // The evidence's part is shared as what it loses: haemorrhage 10 %, occlusion 20 %, at the same rate.
        assert!((share(ReasonCode::ClinicalLvo) / share(ReasonCode::ClinicalHemorrhage) - 2.0).abs() < 1e-9);
    }
}

#[test]
fn a_case_that_just_came_and_loses_nothing_says_so() {
    let prior = Shares { hemorrhage: 0.0, lvo: 0.0, nlvo: 0.0, mimic: 1.0 }.try_into().unwrap();
    let (site, picture) = (SiteEvidence { prior, ..SiteEvidence::default() }, ClinicalPicture::unstated());
    let case = QueueCase {
        id: CaseId(uuid::Uuid::nil()),
        clock: CaseClock { started_at: epoch(), started_by: ClockStart::Door },
        stage: Stage::Waiting,
        picture: &picture,
        findings: &[],
        site: &site,
    };
    let reasons = |waited| urgency(&case, &SCALE, epoch() + Minutes(waited)).reasons;
    assert_eq!(reasons(0.0), [Reason { code: ReasonCode::Arrived, share: 1.0 }]);
    assert_eq!(reasons(10.0), [Reason { code: ReasonCode::Deadline, share: 1.0 }]);
    assert_eq!(reasons(121.0), [Reason { code: ReasonCode::PastLimit, share: 1.0 }]);
}

#[test]
fn a_haemorrhage_flag_moves_the_case_and_says_why() {
    let exactly = Interval { value: 0.9, low: 0.9, high: 0.9 };
    let performance = Performance { sensitivity: exactly, specificity: exactly };
    let flag = Finding {
        task: Task::Hemorrhage,
        analysis: Analysis::Analysed { probability: 0.94, threshold: 0.5, flag: true, volume_ml: Some(6.6) },
        provisional: false,
        evidence: EvidenceLevel::Internal,
        performance: Some(performance),
    };
    let picture = ClinicalPicture { onset: Onset::Known { at: epoch() }, ..ClinicalPicture::unstated() };
    let (site, findings) = (SiteEvidence::default(), [flag]);
    let clock = CaseClock { started_at: epoch(), started_by: ClockStart::Door };
    let case = QueueCase {
        id: CaseId(uuid::Uuid::nil()),
        clock,
        stage: Stage::Waiting,
        picture: &picture,
        findings: &findings,
        site: &site,
    };
    let now = epoch() + Minutes(7.0);
    let urgency = urgency(&case, &SCALE, now);
    assert!((urgency.posterior.hemorrhage() - 0.5).abs() < 1e-5);
    assert!(urgency.reasons.iter().any(|r| r.code == ReasonCode::AiHemorrhage && r.share > 0.1));
    let text = crate::domain::wording::explain(&case, &urgency, now);
    let thin = |s: &str| s.replace('\u{202f}', " ");
    assert_eq!(thin(&text.fr), "saignement probable, 94 %, 6,6 mL · 38 min avant l'objectif");
    assert_eq!(thin(&text.en), "probable bleeding, 94%, 6.6 mL · 38 min to target");
}
