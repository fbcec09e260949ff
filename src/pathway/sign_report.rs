//! The reader signs a report: each signature is a new version.

use super::desk::{Actor, Desk, DeskError};
use super::order_queue::evidence_of;
use super::view::findings::seen;
use crate::db::events::{EventKind, NewEvent};
use crate::db::{DbError, Tx, analyses, cases, reports};
use crate::domain::case::Case;
use crate::domain::identity::CaseId;
use crate::domain::report::{
    Draft, InForce, Proposal, Report, Seen, SignRefused, Signing, in_force, proposals,
};

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

/// Signs the next version of a case's report. What the models suggest is read in the same transaction: an item
/// confirmed against a word that has changed since is refused.
///
/// # Errors
/// [`SignError`]
pub async fn sign_report(desk: &Desk, actor: &Actor, id: CaseId, draft: Draft) -> Result<Report, SignError> {
    let now = desk.now();
    let mut tx = desk.db.write().await?;
    let case = desk.case_for(&mut tx, actor, id).await?;
    let versions = reports::of_case(&mut tx, id).await?;
    let suggested = suggested(desk, &mut tx, &case).await?;
    let report = draft.sign(Signing {
        previous: versions.last(),
        proposals: &suggested,
        born: case.patient.birth_date,
        by: actor.user.id,
        at: now,
    })?;
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

/// What the models' words suggest for the case's report now.
///
/// # Errors
/// [`DeskError`]
pub async fn propose_report(desk: &Desk, id: CaseId) -> Result<Vec<Proposal>, DeskError> {
    let mut tx = desk.db.read().await?;
    let case = cases::get(&mut tx, id).await?.ok_or(DeskError::NoSuchCase)?;
    Ok(suggested(desk, &mut tx, &case).await?)
}

async fn suggested(desk: &Desk, tx: &mut Tx, case: &Case) -> Result<Vec<Proposal>, DbError> {
    let kept = analyses::of_case(tx, case.id).await?;
    let words: Vec<Seen> = kept.iter().filter_map(seen).collect();
    Ok(proposals(&words, &evidence_of(&desk.region, case)))
}

/// The report in force, if any.
///
/// # Errors
/// [`DbError`]
pub async fn report_in_force(desk: &Desk, id: CaseId) -> Result<Option<InForce>, DbError> {
    Ok(in_force(report_versions(desk, id).await?))
}

/// Every signed version, earliest first.
///
/// # Errors
/// [`DbError`]
pub async fn report_versions(desk: &Desk, id: CaseId) -> Result<Vec<Report>, DbError> {
    let mut tx = desk.db.read().await?;
    reports::of_case(&mut tx, id).await
}
