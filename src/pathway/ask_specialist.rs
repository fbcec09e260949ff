//! A person asks for the specialist on call: an interventionalist for a thrombectomy, a second reader.

use serde_json::json;

use super::calling::{raise, step};
use super::desk::{Actor, Desk, DeskError};
use crate::db::{DbError, calls};
use crate::domain::alerting::Cause;
use crate::domain::identity::{CallId, CaseId};
use crate::domain::rota::Specialty;

/// Why nobody was called.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error("a call for this specialty is open already")]
    Open,
}

impl From<DbError> for AskError {
    fn from(error: DbError) -> Self {
        Self::Desk(error.into())
    }
}

/// Calls a specialty to a case, decided or not: a thrombectomy begins with the decision.
///
/// # Errors
/// [`AskError`]
pub async fn ask_specialist(
    desk: &Desk,
    actor: &Actor,
    id: CaseId,
    need: Specialty,
) -> Result<CallId, AskError> {
    let now = desk.now();
    let mut tx = desk.db.write().await?;
    let case = desk.case_for(&mut tx, actor, id).await?;
    let cause = Cause::Asked { by: actor.user.id };
    let call_id = raise(&mut tx, &case, need, cause, now).await?.ok_or(AskError::Open)?;
    let call = calls::get(&mut tx, call_id).await?.ok_or(AskError::Open)?;
    let event = step(call_id, &call, Some(actor.user.id), json!({ "step": "asked" }));
    desk.commit(tx, &[event], &actor.record(now, "call.ask", Some(id.to_string()))).await?;
    Ok(call_id)
}
