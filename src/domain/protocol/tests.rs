use proptest::prelude::*;

use super::*;
use crate::domain::identity::{CaseId, ProtocolId, UserId};
use crate::domain::time::Timestamp;

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_microsecond(minutes * 60_000_000).unwrap()
}

fn someone() -> UserId {
    UserId(uuid::Uuid::nil())
}

fn angiography() -> Prescription {
    Prescription {
        modality: Modality::Ct,
        phases: vec![Phase::NonContrastHead, Phase::AngiographyArchToVertex],
        contrast: Contrast::Injected { dose_ml: DoseMl::try_from(70).unwrap() },
        range: String::new(),
        reason: "déficit brutal".to_owned(),
        questions: Questions {
            renal: Renal::Known { egfr: 80 },
            allergy: Answer::No,
            pregnancy: Answer::No,
            implant: Answer::Unknown,
        },
        despite: String::new(),
    }
}

#[test]
fn a_prescription_is_whole_and_of_one_scanner() {
    assert_eq!(angiography().check(), Ok(()));
    let with = |change: fn(&mut Prescription)| {
        let mut prescription = angiography();
        change(&mut prescription);
        prescription.check().unwrap_err()
    };
    assert_eq!(with(|p| p.phases.clear()), Unfit::NoPhase);
    assert_eq!(with(|p| p.phases.push(Phase::Flair)), Unfit::OtherScanner(Phase::Flair));
    assert_eq!(with(|p| p.phases.push(Phase::NonContrastHead)), Unfit::Twice(Phase::NonContrastHead));
    assert_eq!(with(|p| p.contrast = Contrast::None), Unfit::NoContrast(Phase::AngiographyArchToVertex));
    assert_eq!(with(|p| p.phases.truncate(1)), Unfit::ContrastUnused);
    assert_eq!(with(|p| p.reason = " ".to_owned()), Unfit::NoReason);
}

#[test]
fn a_contra_indication_needs_a_written_reason_and_an_unknown_is_shown() {
    let mut prescription = angiography();
    prescription.questions.renal = Renal::Unknown;
    prescription.questions.allergy = Answer::Unknown;
    assert_eq!(prescription.check(), Ok(()), "unknown kidneys do not hold a stroke up");
    assert_eq!(prescription.concerns().unknown, [Concern::Renal, Concern::Allergy]);
    for (egfr, concern) in [(29, Some(Concern::Renal)), (30, None)] {
        prescription.questions.renal = Renal::Known { egfr };
        assert_eq!(prescription.concerns().against.first().copied(), concern);
    }
    prescription.questions.renal = Renal::Known { egfr: 20 };
    assert_eq!(prescription.check(), Err(Unfit::NoReasonDespite(Concern::Renal)));
    prescription.despite = "pronostic vital".to_owned();
    assert_eq!(prescription.check(), Ok(()));
}

#[test]
fn what_matters_depends_on_scanner_and_contrast() {
    let questions = Questions {
        renal: Renal::Known { egfr: 10 },
        allergy: Answer::Yes,
        pregnancy: Answer::Yes,
        implant: Answer::Yes,
    };
    let injected = Contrast::Injected { dose_ml: DoseMl::try_from(15).unwrap() };
    let against = |modality, contrast| questions.concerns(modality, contrast).against;
    assert_eq!(against(Modality::Mr, Contrast::None), [Concern::Implant]);
    assert_eq!(against(Modality::Ct, Contrast::None), [Concern::Pregnancy]);
    assert_eq!(against(Modality::Ct, injected), [Concern::Renal, Concern::Allergy, Concern::Pregnancy]);
    assert_eq!(
        against(Modality::Mr, injected),
        [Concern::Renal, Concern::Allergy, Concern::Pregnancy, Concern::Implant]
    );
}

#[test]
fn a_dose_is_a_dose() {
    assert!(DoseMl::try_from(0).is_err() && DoseMl::try_from(301).is_err());
    assert_eq!(u16::from(DoseMl::try_from(300).unwrap()), 300);
}

#[test]
fn only_an_open_order_without_a_sign_awaits_its_own_scanner() {
    let asked = Asked {
        id: ProtocolId(uuid::Uuid::nil()),
        case: CaseId(uuid::Uuid::nil()),
        site: "valmont".parse().unwrap(),
        by: someone(),
        at: at(0),
    };
    let mut order = Order::prescribe(angiography(), asked.clone()).unwrap();
    assert!(order.awaits("CT") && !order.awaits("MR"));
    order.imaged = Some(Imaged { by: Seen::Image, at: at(3) });
    assert!(!order.awaits("CT"));
    order.imaged = None;
    order.state = order.state.withdraw(someone(), at(4)).unwrap();
    assert!(!order.awaits("CT"));
    let empty = Prescription { reason: String::new(), ..angiography() };
    assert_eq!(Order::prescribe(empty, asked), Err(Unfit::NoReason));
}

#[test]
fn what_was_done_or_refused_is_kept_with_its_words() {
    let prescribed = || State::Prescribed;
    let deviated = |what: &str| Done::Deviated { what: what.to_owned() };
    let (by, at) = (someone(), at(3));
    assert_eq!(
        prescribed().finish(Done::AsPrescribed, by, at),
        Ok(State::Done { by, at, done: Done::AsPrescribed })
    );
    let done = deviated("sans injection");
    assert_eq!(prescribed().finish(done.clone(), by, at), Ok(State::Done { by, at, done }));
    assert_eq!(prescribed().finish(deviated(" "), by, at), Err(NotMoved::NoReason));
    let reason = "patient agité".to_owned();
    assert_eq!(prescribed().refuse(reason.clone(), by, at), Ok(State::Refused { by, at, reason }));
    assert_eq!(prescribed().refuse(" ".to_owned(), by, at), Err(NotMoved::NoReason));
    let acknowledged = prescribed().acknowledge(by, at).unwrap();
    assert_eq!(acknowledged, State::Acknowledged { by, at });
    assert_eq!(acknowledged.clone().acknowledge(by, at), Err(NotMoved::Acknowledged));
    let withdrawn = acknowledged.withdraw(by, at).unwrap();
    assert_eq!(withdrawn, State::Withdrawn { by, at });
    assert_eq!(withdrawn.clone().acknowledge(by, at), Err(NotMoved::Closed));
    assert_eq!(withdrawn.withdraw(by, at), Err(NotMoved::Closed));
}

#[test]
fn each_phase_has_its_scanner_and_its_contrast() {
    let of = |keep: fn(Phase) -> bool| Phase::ALL.into_iter().filter(|p| keep(*p)).collect::<Vec<_>>();
    assert_eq!(of(|phase| phase.modality() == Modality::Ct), Phase::ALL[..5]);
    assert_eq!(
        of(|phase| !phase.needs_contrast()),
        [Phase::NonContrastHead, Phase::Diffusion, Phase::Flair, Phase::Susceptibility, Phase::TimeOfFlight]
    );
    assert_eq!(u16::from(DoseMl::try_from(1).unwrap()), 1);
}

#[derive(Debug, Clone)]
enum Step {
    Acknowledge,
    Finish(Done),
    Refuse(String),
    Withdraw,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::Acknowledge),
        Just(Step::Finish(Done::AsPrescribed)),
        "[ a-z]{0,3}".prop_map(|what| Step::Finish(Done::Deviated { what })),
        "[ a-z]{0,3}".prop_map(Step::Refuse),
        Just(Step::Withdraw),
    ]
}

proptest! {
    #[test]
    fn an_order_is_closed_once_and_stays_so(steps in prop::collection::vec(step(), 0..8)) {
        let mut state = State::Prescribed;
        let mut closed = 0;
        for (n, step) in (1..).zip(steps) {
            let before = state.clone();
            let moved = match step {
                Step::Acknowledge => state.acknowledge(someone(), at(n)),
                Step::Finish(done) => state.finish(done, someone(), at(n)),
                Step::Refuse(reason) => state.refuse(reason, someone(), at(n)),
                Step::Withdraw => state.withdraw(someone(), at(n)),
            };
            prop_assert!(before.is_open() || moved.is_err(), "a closed order does not move");
            state = moved.unwrap_or(before);
            closed += u8::from(!state.is_open());
            let unsaid = match &state {
                State::Refused { reason, .. } => reason.trim().is_empty(),
                State::Done { done: Done::Deviated { what }, .. } => what.trim().is_empty(),
                _ => false,
            };
            prop_assert!(!unsaid, "a refusal and a deviation say why");
        }
        prop_assert!(closed == 0 || !state.is_open());
    }
}
