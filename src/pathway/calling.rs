//! Calls for specialists: what the use cases that raise, step and answer them share.
//!
//! A call is raised in the transaction of what makes it needed, with the job of its first round: no crash loses it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::visibility::Sight;
use crate::db::events::{EventKind, NewEvent};
use crate::db::users::{Standing, User};
use crate::db::{DbError, Tx, calls, jobs, rota, users};
use crate::domain::alerting::{Call, Cause, Reach, Stage};
use crate::domain::case::{Case, CaseState};
use crate::domain::identity::{Action, CallId, CaseId, SiteId, UserId};
use crate::domain::region::Region;
use crate::domain::rota::Specialty;
use crate::domain::time::Timestamp;

/// The job of a call's next round; its subject is the call's id.
pub(super) const CALL_NEXT: &str = "call_next";
/// The job of a case with a new flag; its subject is the case's id.
pub(super) const CONSIDER_FLAG: &str = "consider_flag";

/// The job of a case in someone's hand, due when their hold ends; its subject is the case's id.
pub(super) const CONSIDER_LAPSE: &str = "consider_lapse";

/// Expects a case to be read, or to be called again after `until`.
pub(super) async fn expect_reading(tx: &mut Tx, case: CaseId, until: Timestamp) -> Result<(), DbError> {
    jobs::ask(tx, CONSIDER_LAPSE, &case.to_string(), until).await
}

/// Whether a reader is being called to the case.
pub(super) async fn open_for_reader(tx: &mut Tx, case: CaseId) -> Result<bool, DbError> {
    Ok(calls::of_case(tx, case).await?.iter().any(|(_, call)| call.is_open() && call.need.reads()))
}

/// Who accepted the case's last call for a reader, and when.
pub(super) async fn accepted_last(tx: &mut Tx, case: CaseId) -> Result<Option<(UserId, Timestamp)>, DbError> {
    let calls = calls::of_case(tx, case).await?;
    let last = calls.into_iter().map(|(_, call)| call).rfind(|call| call.need.reads());
    Ok(last.and_then(|call| match call.stage {
        Stage::Accepted { by, at } => Some((by, at)),
        Stage::Calling { .. } | Stage::Everyone { .. } | Stage::Ended { .. } => None,
    }))
}

/// Whom to call again to a case that was raised, by an alert or an earlier call; `None` where it never was.
pub(super) async fn need_of_raised(tx: &mut Tx, case: &Case) -> Result<Option<Specialty>, DbError> {
    let calls = calls::of_case(tx, case.id).await?;
    match calls.into_iter().map(|(_, call)| call.need).rfind(|need| need.reads()) {
        Some(need) => Ok(Some(need)),
        None if case.alert.is_some() => first_need(tx, &case.site).await.map(Some),
        None => Ok(None),
    }
}

/// Raises a call, unless one is open for the case and the need. Returns it.
pub(super) async fn raise(
    tx: &mut Tx,
    case: &Case,
    need: Specialty,
    cause: Cause,
    now: Timestamp,
) -> Result<Option<CallId>, DbError> {
    keep(tx, &Call::raise(case.id, case.site.clone(), need, cause, now), now).await
}

/// Keeps a new call with the job of its first round, unless one is open for the case and the need.
pub(super) async fn keep(tx: &mut Tx, call: &Call, now: Timestamp) -> Result<Option<CallId>, DbError> {
    let id = CallId(uuid::Uuid::new_v4());
    if !calls::insert(tx, id, call).await? {
        return Ok(None);
    }
    jobs::ask(tx, CALL_NEXT, &id.to_string(), now).await?;
    Ok(Some(id))
}

/// Calls a reader to a case that needs one. Quiet where a person is at it already: the case is read or decided, or the
/// reader was called before and did not give it back.
pub(super) async fn raise_for_reader(
    tx: &mut Tx,
    case: &Case,
    cause: Cause,
    now: Timestamp,
) -> Result<(), DbError> {
    if matches!(case.state, CaseState::Decided { .. }) || case.state.held(now).is_some() {
        return Ok(());
    }
    let need = first_need(tx, &case.site).await?;
    let again = matches!(cause, Cause::GivenBack { .. });
    if again || !calls::any(tx, case.id, need).await? {
        raise(tx, case, need, cause, now).await?;
    }
    Ok(())
}

/// Who reads first for a site: its neurologists; its radiologists where the rota has only them.
async fn first_need(tx: &mut Tx, site: &SiteId) -> Result<Specialty, DbError> {
    let rota = rota::rota(tx).await?;
    let has = |need| rota.pools().iter().any(|pool| pool.specialty == need && pool.sites.contains(site));
    let radiologists_only = !has(Specialty::Neurologist) && has(Specialty::Radiologist);
    Ok(if radiologists_only { Specialty::Radiologist } else { Specialty::Neurologist })
}

/// Asks whether the flags of a case call for a reader, once what said them is committed.
pub(super) async fn ask_about_flag(tx: &mut Tx, case: CaseId, now: Timestamp) -> Result<(), DbError> {
    jobs::ask(tx, CONSIDER_FLAG, &case.to_string(), now).await
}

/// Whether a person can be called to a site's cases: an account in use, whose role reads and who sees them.
pub(super) fn can_answer(region: &Region, user: &User, site: &SiteId) -> bool {
    user.standing == Standing::Active
        && user.role.may(Action::ClaimCase)
        && Sight::of(region, user).sees(site)
}

/// Whom a call can reach at `now`.
pub(super) async fn reach(
    tx: &mut Tx,
    region: &Region,
    call: &Call,
    now: Timestamp,
) -> Result<Reach, DbError> {
    let readers = users::all(tx).await?.into_iter().filter(|user| can_answer(region, user, &call.site));
    let everyone: BTreeSet<UserId> = readers.map(|user| user.id).collect();
    let rota = rota::rota(tx).await?;
    let on_call = rota.on_call(call.centre.as_ref().unwrap_or(&call.site), call.need, now);
    // A centre that no pool answers for leaves the call to those who answer for the case's own site.
    let on_call = if on_call.rungs.is_empty() { rota.on_call(&call.site, call.need, now) } else { on_call };
    let mut ladder = on_call.ladder();
    for step in &mut ladder {
        step.retain(|person| everyone.contains(person));
    }
    Ok(Reach { ladder, everyone })
}

/// A reader takes the case: its calls for a reader are accepted, and any that called this person.
pub(super) async fn accepted_by_claim(
    tx: &mut Tx,
    case: CaseId,
    by: UserId,
    now: Timestamp,
) -> Result<Vec<NewEvent>, DbError> {
    let mut happened = Vec::new();
    for (id, call) in calls::of_case(tx, case).await? {
        let was_called = call.called.iter().any(|called| called.person == by);
        if !call.is_open() || !(call.need.reads() || was_called) {
            continue;
        }
        let Some(Ok(call)) = calls::hold(tx, id).await?.map(|call| call.accept(by, now)) else { continue };
        calls::update(tx, id, &call, now).await?;
        // Before its first round nobody has heard of the call.
        if !call.called.is_empty() {
            happened.push(step(id, &call, Some(by), json!({ "step": "accepted" })));
        }
    }
    Ok(happened)
}

/// The diagnosis is made: open calls for a reader are no longer needed. An interventionalist's is.
pub(super) async fn ended_by_decision(tx: &mut Tx, case: CaseId, now: Timestamp) -> Result<(), DbError> {
    for (id, call) in calls::of_case(tx, case).await? {
        if !call.is_open() || call.need == Specialty::Interventionalist {
            continue;
        }
        if let Some(call) = calls::hold(tx, id).await? {
            calls::update(tx, id, &call.end(now), now).await?;
        }
    }
    Ok(())
}

/// The event of a step of a call. `more` says which, and what its words need.
pub(super) fn step(id: CallId, call: &Call, actor: Option<UserId>, more: Value) -> NewEvent {
    let mut detail = json!({ "call": id, "need": call.need });
    if let (Value::Object(detail), Value::Object(more)) = (&mut detail, more) {
        detail.extend(more);
    }
    NewEvent {
        kind: EventKind::CallChanged,
        case: Some(call.case),
        site: Some(call.site.clone()),
        actor,
        detail,
    }
}

/// The event of a round: who is called.
pub(super) fn round(id: CallId, call: &Call, people: &[UserId]) -> NewEvent {
    let step_name = match call.stage {
        Stage::Everyone { .. } => "everyone",
        _ => "called",
    };
    step(id, call, None, json!({ "step": step_name, "round": call.rounds(), "people": people }))
}
