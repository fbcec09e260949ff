use proptest::prelude::*;

use super::*;

fn person(n: u128) -> UserId {
    UserId(uuid::Uuid::from_u128(n))
}

fn start() -> Timestamp {
    "2026-11-24T03:00:00Z".parse().unwrap()
}

fn after(minutes: f64) -> Timestamp {
    start() + Minutes(minutes)
}

fn reach(steps: &[&[u128]], everyone: &[u128]) -> Reach {
    let people = |step: &&[u128]| step.iter().copied().map(person).collect();
    Reach {
        ladder: steps.iter().map(people).collect(),
        everyone: everyone.iter().copied().map(person).collect(),
    }
}

fn raised() -> Call {
    let case = CaseId(uuid::Uuid::from_u128(77));
    Call::raise(case, "valmont".parse().unwrap(), Specialty::Neurologist, Cause::Alert, start())
}

fn begin(reach: &Reach) -> Stepped {
    raised().lapse(reach, Waits::default(), start())
}

#[test]
fn two_minutes_then_three_then_everyone() {
    let reach = reach(&[&[1], &[2]], &[1, 2, 3, 4]);
    let first = begin(&reach);
    assert_eq!((first.to_call, first.call.due_at()), (vec![person(1)], Some(after(2.0))));
    assert_eq!(first.call.next(&reach), [person(2)]);
    let early = first.call.lapse(&reach, Waits::default(), after(1.9));
    assert_eq!(early.to_call, []);
    let second = early.call.lapse(&reach, Waits::default(), after(2.0));
    assert_eq!((second.to_call, second.call.due_at()), (vec![person(2)], Some(after(5.0))));
    let third = second.call.lapse(&reach, Waits::default(), after(5.0));
    assert_eq!(third.to_call, [person(3), person(4)], "nobody is called twice");
    assert_eq!(third.call.stage, Stage::Everyone { since: after(5.0) });
    assert_eq!((third.call.rounds(), third.call.due_at()), (3, None));
    assert!(third.call.is_open(), "open until someone accepts");
}

#[test]
fn a_call_may_be_for_the_people_of_another_centre() {
    let centre: SiteId = "grand-lac".parse().unwrap();
    let call = raised().at(centre.clone());
    assert_eq!(call, Call { centre: Some(centre), ..raised() });
}

#[test]
fn nobody_on_call_is_everyone_at_once() {
    let reach = reach(&[], &[3]);
    let first = begin(&reach);
    assert_eq!((first.to_call, first.call.stage), (vec![person(3)], Stage::Everyone { since: start() }));
}

#[test]
fn a_hand_over_between_two_rounds_calls_who_is_on_call_then() {
    let before = reach(&[&[1], &[2]], &[1, 2, 5]);
    let morning = reach(&[&[5], &[2]], &[1, 2, 5]);
    let next = begin(&before).call.lapse(&morning, Waits::default(), after(2.0));
    assert_eq!(next.to_call, [person(5)]);
}

#[test]
fn a_refusal_by_all_who_were_called_does_not_wait() {
    let reach = reach(&[&[1, 2], &[3]], &[1, 2, 3]);
    let one = begin(&reach).call.decline(person(1), after(0.2)).unwrap();
    assert_eq!(one.due_at(), Some(after(2.0)), "the other may still come");
    let both = one.decline(person(2), after(0.3)).unwrap();
    let next = both.lapse(&reach, Waits::default(), after(0.3));
    assert_eq!((next.to_call, next.call.due_at()), (vec![person(3)], Some(after(3.3))));
    let (_, refused) = next.call.decline(person(9), after(0.4)).unwrap_err();
    assert_eq!(refused, AnswerRefused::NotCalled);
}

#[test]
fn the_first_acceptance_counts_and_ends_the_calling() {
    let reach = reach(&[&[1], &[2]], &[1, 2]);
    let accepted = begin(&reach).call.accept(person(2), after(1.0)).unwrap();
    assert_eq!(accepted.stage, Stage::Accepted { by: person(2), at: after(1.0) });
    let (kept, refused) = accepted.accept(person(1), after(1.5)).unwrap_err();
    assert_eq!(refused, AnswerRefused::Accepted { by: person(2), at: after(1.0) });
    let again = kept.accept(person(2), after(2.0)).unwrap();
    assert_eq!(again.stage, Stage::Accepted { by: person(2), at: after(1.0) });
    assert_eq!(again.clone().lapse(&reach, Waits::default(), after(60.0)).to_call, []);
    assert_eq!(again.clone().end(after(9.0)), again, "what was accepted stays accepted");
}

#[test]
fn who_gave_the_case_back_is_not_called_for_it() {
    let reach = reach(&[&[1], &[2]], &[1, 2, 3]);
    let call = Call { cause: Cause::GivenBack { by: person(1) }, ..raised() };
    let first = call.lapse(&reach, Waits::default(), start());
    assert_eq!(first.to_call, [person(2)]);
    let last = first.call.lapse(&reach, Waits::default(), after(2.0));
    assert_eq!(last.to_call, [person(3)]);
}

#[test]
fn whose_hold_ran_out_is_called_last_and_not_left_out() {
    let reach = reach(&[&[1], &[2]], &[1, 2, 3]);
    let call = Call { cause: Cause::Lapsed { by: person(1) }, ..raised() };
    let first = call.lapse(&reach, Waits::default(), start());
    assert_eq!(first.to_call, [person(2)], "someone else first");
    let last = first.call.lapse(&reach, Waits::default(), after(2.0));
    assert_eq!(last.to_call, [person(1), person(3)]);
}

#[test]
fn a_decision_ends_an_open_call() {
    let ended = begin(&reach(&[&[1]], &[1])).call.end(after(1.0));
    assert_eq!((ended.is_open(), ended.due_at()), (false, None));
    assert_eq!(ended.accept(person(1), after(2.0)).unwrap_err().1, AnswerRefused::Ended);
}

#[test]
fn who_accepted_can_be_stood_down_and_once_only() {
    let accepted = begin(&reach(&[&[1]], &[1])).call.accept(person(1), after(1.0)).unwrap();
    let free = accepted.stand_down(after(5.0));
    assert_eq!((free.stage, free.is_open()), (Stage::Ended { at: after(5.0) }, false));
    assert_eq!(free.clone().stand_down(after(6.0)), free);
}

#[test]
fn a_delivery_only_goes_forward() {
    let failed = Attempt::Failed { reason: "connection refused".to_owned() };
    let first = Delivery::default().tried(&failed, after(0.1));
    assert_eq!((first.sent_at, first.failed_at), (None, Some(after(0.1))));
    let sent = first.tried(&Attempt::Taken, after(0.2));
    assert_eq!((sent.sent_at, sent.failure.as_deref()), (Some(after(0.2)), None));
    let seen = sent.seen(after(0.3)).tried(&failed, after(0.4)).delivered(after(0.5));
    assert_eq!((seen.delivered_at, seen.seen_at, seen.failed_at), (Some(after(0.3)), Some(after(0.3)), None));
}

#[test]
fn a_failure_takes_nothing_back_and_a_success_forgets_it() {
    let failed = Attempt::Failed { reason: "connection refused".to_owned() };
    let first = Delivery::default().tried(&failed, after(0.1));
    let lost = Delivery {
        failed_at: Some(after(0.1)),
        failure: Some("connection refused".to_owned()),
        ..Delivery::default()
    };
    assert_eq!(first, lost);
    let sent = first.tried(&Attempt::Taken, after(0.2));
    assert_eq!(sent, Delivery { sent_at: Some(after(0.2)), ..Delivery::default() });
    assert_eq!(sent.clone().tried(&failed, after(0.3)), sent);
    let seen = Delivery::default().seen(after(0.4));
    let at = Some(after(0.4));
    assert_eq!(seen, Delivery { sent_at: at, delivered_at: at, seen_at: at, ..Delivery::default() });
}

#[test]
fn channels_are_named_as_they_are_written() {
    assert_eq!(Channel::ALL.map(Channel::as_str), ["in_app", "web_push", "email", "webhook"]);
    for channel in Channel::ALL {
        assert_eq!(serde_json::to_value(channel).unwrap(), channel.as_str());
    }
}

/// What may happen to a call, at a minute.
#[derive(Debug, Clone)]
enum Act {
    Look,
    Decline(u128),
    Accept(u128),
    End,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => Just(Act::Look),
        3 => (0..6_u128).prop_map(Act::Decline),
        1 => (0..6_u128).prop_map(Act::Accept),
        1 => Just(Act::End),
    ]
}

fn ladders() -> impl Strategy<Value = Reach> {
    let steps = proptest::collection::vec(proptest::collection::vec(0..6_u128, 0..3), 0..4);
    (steps, proptest::collection::vec(0..6_u128, 1..6)).prop_map(|(steps, everyone)| Reach {
        ladder: steps.into_iter().map(|step| step.into_iter().map(person).collect()).collect(),
        everyone: everyone.into_iter().map(person).collect(),
    })
}

proptest! {
    /// Silence alone reaches everyone, by the time that the rule gives, and nobody twice.
    #[test]
    fn silence_reaches_everyone_in_time(reach in ladders(), looks in proptest::collection::vec(0.01..1.0_f64, 60)) {
        let mut stepped = begin(&reach);
        let mut heard = stepped.to_call.clone();
        let mut at = 0.0;
        for pause in looks {
            at += pause;
            stepped = stepped.call.lapse(&reach, Waits::default(), after(at));
            heard.extend(&stepped.to_call);
        }
        let steps = u32::try_from(reach.ladder.len()).unwrap();
        // Each look may come a minute late, and each round may be late by it.
        let latest = 2.0 + f64::from(steps.saturating_sub(1)) * 3.0 + f64::from(steps);
        if at >= latest {
            let everyone = matches!(stepped.call.stage, Stage::Everyone { .. });
            prop_assert!(everyone, "{:?}", stepped.call.stage);
            prop_assert!(reach.everyone.iter().all(|person| heard.contains(person)));
        }
        let distinct: BTreeSet<UserId> = heard.iter().copied().collect();
        prop_assert_eq!(distinct.len(), heard.len());
    }

    /// Whatever happens, a call that nobody accepted and no decision ended is open; a closed one calls nobody; looking
    /// twice at one moment is looking once; and it survives being written down and read.
    #[test]
    fn nothing_but_an_answer_closes_it(reach in ladders(), acts in proptest::collection::vec((act(), 0.0..2.0_f64), 0..40)) {
        let mut stepped = begin(&reach);
        let (mut at, mut closed) = (0.0, false);
        for (act, pause) in acts {
            at += pause;
            let (now, call) = (after(at), stepped.call);
            stepped = match act {
                Act::Look => call.lapse(&reach, Waits::default(), now),
                Act::Decline(n) => {
                    let call = call.decline(person(n), now).unwrap_or_else(|(call, _)| call);
                    Stepped { call, to_call: Vec::new() }
                }
                Act::Accept(n) => {
                    closed = true;
                    let call = call.accept(person(n), now).unwrap_or_else(|(call, _)| call);
                    Stepped { call, to_call: Vec::new() }
                }
                Act::End => {
                    closed = true;
                    Stepped { call: call.end(now), to_call: Vec::new() }
                }
            };
            prop_assert_eq!(stepped.call.is_open(), !closed);
            prop_assert!(!closed || stepped.to_call.is_empty());
            let again = stepped.call.clone().lapse(&reach, Waits::default(), now);
            let twice = again.call.clone().lapse(&reach, Waits::default(), now);
            prop_assert!(twice.to_call.is_empty() && twice.call == again.call);
            let written = serde_json::to_string(&stepped.call).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Call>(&written).unwrap(), &stepped.call);
        }
    }
}
