//! The reader signs a report: each signature is a new version.

use super::desk::{Actor, Desk, DeskError};
use crate::db::events::{EventKind, NewEvent};
use crate::db::{DbError, reports};
use crate::domain::identity::CaseId;
use crate::domain::report::{Draft, Report, SignRefused};

/// Why nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error(transparent)]
    Refused(#[from] SignRefused),
}

impl From<DbError> for SignError {
    fn from(error: DbError) -> Self {
        Self::Desk(error.into())
    }
}

/// Signs the next version of a case's report.
///
/// # Errors
/// [`SignError`]
pub async fn sign_report(desk: &Desk, actor: &Actor, id: CaseId, draft: Draft) -> Result<Report, SignError> {
    let now = desk.now();
    let mut tx = desk.db.write().await?;
    let case = desk.case_for(&mut tx, actor, id).await?;
    let previous = reports::latest(&mut tx, id).await?;
    let report = draft.sign(previous.as_ref(), actor.user.id, now)?;
    reports::insert(&mut tx, id, &report).await?;
    let event = NewEvent {
        kind: EventKind::ReportSigned,
        case: Some(id),
        site: Some(case.site),
        actor: Some(actor.user.id),
        detail: serde_json::json!({ "version": report.version, "status": report.status }),
    };
    desk.commit(tx, &[event], &actor.record(now, "report.sign", Some(id.to_string()))).await?;
    Ok(report)
}

/// The latest signed version, if any.
///
/// # Errors
/// [`DbError`]
pub async fn latest_report(desk: &Desk, id: CaseId) -> Result<Option<Report>, DbError> {
    let mut tx = desk.db.read().await?;
    reports::latest(&mut tx, id).await
}
