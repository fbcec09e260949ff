//! A reader gives a case back to the queue.

use super::calling::raise_for_reader;
use super::desk::{Actor, Desk, DeskError};
use crate::db::events::{EventKind, NewEvent};
use crate::db::{cases, hand_overs};
use crate::domain::alerting::Cause;
use crate::domain::case::CaseState;
use crate::domain::hand_over::HandOver;
use crate::domain::identity::CaseId;

/// Releases the case if `actor` holds it, with what they tell the next reader; otherwise there is nothing to release.
///
/// # Errors
/// [`DeskError`]
pub async fn release_case(
    desk: &Desk,
    actor: &Actor,
    id: CaseId,
    hand_over: &HandOver,
) -> Result<(), DeskError> {
    let now = desk.now();
    let mut tx = desk.db.write().await?;
    let mut case = desk.case_for(&mut tx, actor, id).await?;
    match case.state {
        CaseState::Reading(claim) if claim.reader == actor.user.id => case.state = CaseState::Waiting,
        _ => return Ok(()),
    }
    cases::update(&mut tx, &case).await?;
    raise_for_reader(&mut tx, &case, Cause::GivenBack { by: actor.user.id }, now).await?;
    hand_overs::insert(&mut tx, id, actor.user.id, hand_over, now).await?;
    let event = NewEvent {
        kind: EventKind::CaseReleased,
        case: Some(id),
        site: Some(case.site),
        actor: Some(actor.user.id),
        detail: serde_json::json!({ "note": hand_over.note(), "seen": hand_over.seen().len() }),
    };
    desk.commit(tx, &[event], &actor.record(now, "case.release", Some(id.to_string()))).await?;
    Ok(())
}
