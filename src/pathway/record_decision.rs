//! The reader records the diagnosis and treatments: the wait ends.

use super::call_interventionalist::after_decision;
use super::calling::ended_by_decision;
use super::desk::{Actor, Desk, DeskError};
use super::stand_down::relieve_reader;
use crate::db::events::{EventKind, NewEvent};
use crate::db::{DbError, cases};
use crate::domain::case::{CaseState, Claim, Decision, Treatment};
use crate::domain::identity::CaseId;

/// Why a decision was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error("another reader holds the case")]
    Held(Claim),
    #[error("'none' excludes every other treatment")]
    Contradiction,
}

impl From<DbError> for DecideError {
    fn from(error: DbError) -> Self {
        Self::Desk(error.into())
    }
}

/// Records a decision. A later one replaces it; the timeline and the audit keep both.
///
/// # Errors
/// [`DecideError`]
pub async fn record_decision(
    desk: &Desk,
    actor: &Actor,
    id: CaseId,
    mut decision: Decision,
) -> Result<(), DecideError> {
    let now = desk.now();
    decision.treatments.dedup();
    if decision.treatments.contains(&Treatment::None) && decision.treatments.len() > 1 {
        return Err(DecideError::Contradiction);
    }
    let mut tx = desk.db.write().await?;
    let mut case = desk.case_for(&mut tx, actor, id).await?;
    if let Some(held) = case.state.held(now).filter(|held| held.reader != actor.user.id) {
        return Err(DecideError::Held(held));
    }
    let corrected = match &case.state {
        CaseState::Decided { at, .. } => Some(*at),
        CaseState::Waiting | CaseState::Reading(_) => None,
    };
    // A correction does not move the moment at which the clock stopped.
    let at = corrected.unwrap_or(now);
    let detail = serde_json::json!({ "diagnosis": decision.diagnosis, "treatments": decision.treatments });
    case.state = CaseState::Decided { decision, by: actor.user.id, at };
    cases::update(&mut tx, &case).await?;
    ended_by_decision(&mut tx, id, now).await?;
    if corrected.is_none() {
        relieve_reader(&mut tx, &case, now).await?;
    }
    let stood_down = after_decision(&mut tx, &desk.region, &case, now).await?;
    let event = NewEvent {
        kind: EventKind::CaseDecided,
        case: Some(id),
        site: Some(case.site),
        actor: Some(actor.user.id),
        detail,
    };
    let happened: Vec<NewEvent> = std::iter::once(event).chain(stood_down).collect();
    desk.commit(tx, &happened, &actor.record(now, "case.decide", Some(id.to_string()))).await?;
    Ok(())
}
