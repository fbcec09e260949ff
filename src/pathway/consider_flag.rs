//! A model raised a flag: whether a reader is called for it.

use super::calling::{CONSIDER_FLAG, raise_for_reader};
use super::desk::Desk;
use crate::db::{DbError, analyses, cases, jobs};
use crate::domain::alerting::Cause;
use crate::domain::identity::CaseId;

/// Calls a reader if a flag of the case may move the queue at its site, and nobody is at the case. One transaction with
/// the end of the job.
///
/// # Errors
/// [`DbError`]; the job then stays.
pub(super) async fn consider_flag(desk: &Desk, owner: &str, subject: &str) -> Result<(), DbError> {
    let now = desk.now();
    let mut tx = desk.db.write().await?;
    if jobs::lease(&mut tx, CONSIDER_FLAG, subject, owner, now, now).await?.is_none() {
        return Ok(());
    }
    jobs::done(&mut tx, CONSIDER_FLAG, subject, owner, now).await?;
    if let Ok(id) = subject.parse::<CaseId>()
        && let Some(case) = cases::get(&mut tx, id).await?
    {
        let evidence = desk.region.site(&case.site).map(|site| site.evidence).unwrap_or_default();
        let kept = analyses::of_case(&mut tx, id).await?;
        let counts = |finding| evidence.admits(finding);
        if kept.iter().any(|kept| kept.finding.is_positive() && counts(&kept.finding)) {
            raise_for_reader(&mut tx, &case, Cause::Flag, now).await?;
        }
    }
    tx.commit().await
}
