//! A reader's hold on a case ran out, or who accepted a call never took the case: someone is called again.

use serde_json::json;

use super::calling::{
    CONSIDER_LAPSE, accepted_last, ask_about_flag, expect_reading, need_of_raised, open_for_reader, raise,
};
use super::desk::Desk;
use super::record::Record;
use crate::db::events::{EventKind, NewEvent};
use crate::db::{DbError, Tx, cases, jobs};
use crate::domain::alerting::Cause;
use crate::domain::case::{CLAIM_LEASE, Case, CaseState};
use crate::domain::identity::{CaseId, UserId};
use crate::domain::time::Timestamp;

/// Expects every hold that an earlier program gave without knowing that holds lapse. One that ended while nothing ran
/// lapses at once; one that ended longer ago than a hold lasts is left to the queue, where its case has been since.
///
/// # Errors
/// [`DbError`]
pub(super) async fn expect_held(desk: &Desk) -> Result<(), DbError> {
    let now = desk.now();
    let mut tx = desk.db.write().await?;
    for case in cases::current(&mut tx, now).await? {
        let CaseState::Reading(claim) = case.state else { continue };
        if claim.until + CLAIM_LEASE > now {
            jobs::ask_first(&mut tx, CONSIDER_LAPSE, &case.id.to_string(), claim.until).await?;
        }
    }
    tx.commit().await
}

/// Looks at a case when a hold on it should have ended. One transaction with the end of the job: a lapse is told once.
///
/// # Errors
/// [`DbError`]; the job then stays.
pub(super) async fn consider_lapse(desk: &Desk, owner: &str, subject: &str) -> Result<(), DbError> {
    let now = desk.now();
    let id = subject.parse::<CaseId>().ok();
    let mut tx = desk.db.write().await?;
    // The case's row before the job's, as a claim takes them.
    let case = match id {
        Some(id) => {
            cases::lock(&mut tx, id).await?;
            cases::get(&mut tx, id).await?
        }
        None => None,
    };
    if jobs::lease(&mut tx, CONSIDER_LAPSE, subject, owner, now, now).await?.is_none() {
        return Ok(());
    }
    jobs::done(&mut tx, CONSIDER_LAPSE, subject, owner, now).await?;
    let Some(case) = case else { return tx.commit().await };
    if let Some(held) = case.state.held(now) {
        expect_reading(&mut tx, case.id, held.until).await?;
        return tx.commit().await;
    }
    match lapsed(&mut tx, &case).await? {
        Some(reader) => call_again(desk, tx, &case, reader, now).await,
        None => tx.commit().await,
    }
}

/// Who had the case in hand and no longer has; `None` where it was read or given back, or someone is being called.
async fn lapsed(tx: &mut Tx, case: &Case) -> Result<Option<UserId>, DbError> {
    if open_for_reader(tx, case.id).await? {
        return Ok(None);
    }
    let accepted = accepted_last(tx, case.id).await?;
    Ok(match (&case.state, accepted) {
        (CaseState::Decided { .. }, _) => None,
        // After that hold someone else accepted, and never took it.
        (CaseState::Reading(claim), Some((by, at))) if at > claim.until => Some(by),
        (CaseState::Reading(claim), _) => Some(claim.reader),
        (CaseState::Waiting, accepted) => accepted.map(|(by, _)| by),
    })
}

async fn call_again(
    desk: &Desk,
    mut tx: Tx,
    case: &Case,
    reader: UserId,
    now: Timestamp,
) -> Result<(), DbError> {
    match need_of_raised(&mut tx, case).await? {
        Some(need) => {
            raise(&mut tx, case, need, Cause::Lapsed { by: reader }, now).await?;
        }
        // Nobody was ever called to it: only a flag that came while it was held would have.
        None => ask_about_flag(&mut tx, case.id, now).await?,
    }
    let event = NewEvent {
        kind: EventKind::CaseReleased,
        case: Some(case.id),
        site: Some(case.site.clone()),
        actor: Some(reader),
        detail: json!({ "lapsed": true }),
    };
    let record = Record::of_the_program(now, "case.lapse", Some(case.id.to_string()));
    desk.commit(tx, &[event], &record).await
}
