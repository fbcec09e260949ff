//! The regulator's decisions, with what was shown when each was taken.

use super::column::{parse, time};
use super::{DbError, Tx, on};
use crate::domain::identity::{CaseId, UserId};
use crate::domain::time::Timestamp;

/// A decision as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DispatchDecision {
    /// Stable name of the plan.
    pub plan: String,
    pub reason: String,
    pub by: UserId,
    pub at: Timestamp,
}

/// What was on the screen: JSON of the options, and the model that computed them.
#[derive(Debug, Clone)]
pub struct Shown<'a> {
    pub options: &'a str,
    pub model_version: &'a str,
}

/// Keeps a decision; earlier ones stay.
///
/// # Errors
/// [`DbError`]
pub async fn insert(
    tx: &mut Tx,
    case: CaseId,
    decision: &DispatchDecision,
    shown: &Shown<'_>,
) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO dispatch_decisions
                 (id, case_id, plan, reason, shown, model_version, decided_by, decided_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(uuid::Uuid::new_v4().to_string())
        .bind(case.to_string())
        .bind(&decision.plan)
        .bind(&decision.reason)
        .bind(shown.options)
        .bind(shown.model_version)
        .bind(decision.by.to_string())
        .bind(decision.at.as_microsecond())
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// The last decision on a case, with what was shown.
///
/// # Errors
/// [`DbError`]
pub async fn latest(tx: &mut Tx, case: CaseId) -> Result<Option<(DispatchDecision, String)>, DbError> {
    let row: Option<(String, String, String, i64, String)> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT plan, reason, decided_by, decided_at, shown FROM dispatch_decisions
             WHERE case_id = $1 ORDER BY decided_at DESC LIMIT 1",
        )
        .bind(case.to_string())
        .fetch_optional(c)
        .await
    })?;
    row.map(|(plan, reason, by, at, shown)| {
        let decision =
            DispatchDecision { plan, reason, by: parse(&by, "user id")?, at: time(at, "decision's time")? };
        Ok((decision, shown))
    })
    .transpose()
}
