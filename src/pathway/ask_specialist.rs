//! A person asks for the specialist on call: an interventionalist for a thrombectomy, a second reader.

use serde_json::json;

use super::call_interventionalist::raised;
use super::calling::{keep, step};
use super::desk::{Actor, Desk, DeskError};
use crate::db::DbError;
use crate::domain::alerting::{Call, Cause};
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
    let call = match need {
        Specialty::Interventionalist => raised(&mut tx, &desk.region, &case, cause, now).await?,
        Specialty::Neurologist | Specialty::Radiologist => {
            Call::raise(case.id, case.site.clone(), need, cause, now)
        }
    };
    let call_id = keep(&mut tx, &call, now).await?.ok_or(AskError::Open)?;
    let event = step(call_id, &call, Some(actor.user.id), json!({ "step": "asked" }));
    desk.commit(tx, &[event], &actor.record(now, "call.ask", Some(id.to_string()))).await?;
    Ok(call_id)
}
