//! A reader gives a case back to the queue.

use super::calling::raise_for_reader;
use super::desk::{Actor, Desk, DeskError};
use crate::db::cases;
use crate::db::events::{EventKind, NewEvent};
use crate::domain::alerting::Cause;
use crate::domain::case::CaseState;
use crate::domain::identity::CaseId;

/// Releases the case if `actor` holds it; otherwise there is nothing to release.
///
/// # Errors
/// [`DeskError`]
pub async fn release_case(desk: &Desk, actor: &Actor, id: CaseId) -> Result<(), DeskError> {
    let now = desk.now();
    let mut tx = desk.db.write().await?;
    let mut case = desk.case_for(&mut tx, actor, id).await?;
    match case.state {
        CaseState::Reading(claim) if claim.reader == actor.user.id => case.state = CaseState::Waiting,
        _ => return Ok(()),
    }
    cases::update(&mut tx, &case).await?;
    raise_for_reader(&mut tx, &case, Cause::GivenBack { by: actor.user.id }, now).await?;
    let event = NewEvent {
        kind: EventKind::CaseReleased,
        case: Some(id),
        site: Some(case.site),
        actor: Some(actor.user.id),
        detail: serde_json::Value::Null,
    };
    desk.commit(tx, &[event], &actor.record(now, "case.release", Some(id.to_string()))).await?;
    Ok(())
}
