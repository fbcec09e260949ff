//! The regulator's decisions, with what was shown when each was taken.

use super::column::{parse, time};
use super::{DbError, Tx, on};
use crate::domain::dispatch::Moments;
use crate::domain::identity::{CaseId, SiteId, UserId};
use crate::domain::time::Timestamp;

/// A decision as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DispatchDecision {
    /// Stable name of the plan.
    pub plan: String,
    pub reason: String,
    /// Why the gate that stops the plan does not hold; `None` where none stopped it.
    pub despite: Option<String>,
    pub by: UserId,
    pub at: Timestamp,
}

/// A decision with what was on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub decision: DispatchDecision,
    /// JSON of the options, as shown.
    pub shown: String,
    /// The model that computed them.
    pub model_version: String,
    /// What the chosen plan foresaw; `None` of decisions from before it was kept.
    pub foreseen: Option<Moments>,
    /// Digest of all this; `None` of decisions from before.
    pub seal: Option<String>,
}

/// Keeps a decision; earlier ones stay.
///
/// # Errors
/// [`DbError`]
pub async fn insert(tx: &mut Tx, case: CaseId, kept: &Kept) -> Result<(), DbError> {
    let corrupt = |_| DbError::Corrupt { what: "foreseen moments" };
    let foreseen = kept.foreseen.as_ref().map(serde_json::to_string).transpose().map_err(corrupt)?;
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO dispatch_decisions
                 (id, case_id, plan, reason, shown, model_version, decided_by, decided_at, foreseen, seal,
                  despite)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(uuid::Uuid::new_v4().to_string())
        .bind(case.to_string())
        .bind(&kept.decision.plan)
        .bind(&kept.decision.reason)
        .bind(&kept.shown)
        .bind(&kept.model_version)
        .bind(kept.decision.by.to_string())
        .bind(kept.decision.at.as_microsecond())
        .bind(&foreseen)
        .bind(&kept.seal)
        .bind(&kept.decision.despite)
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    plan: String,
    reason: String,
    shown: String,
    model_version: String,
    decided_by: String,
    decided_at: i64,
    foreseen: Option<String>,
    seal: Option<String>,
    despite: Option<String>,
}

impl TryFrom<Row> for Kept {
    type Error = DbError;
    fn try_from(row: Row) -> Result<Self, DbError> {
        let corrupt = |_| DbError::Corrupt { what: "foreseen moments" };
        Ok(Self {
            decision: DispatchDecision {
                plan: row.plan,
                reason: row.reason,
                despite: row.despite,
                by: parse(&row.decided_by, "user id")?,
                at: time(row.decided_at, "decision's time")?,
            },
            shown: row.shown,
            model_version: row.model_version,
            foreseen: row.foreseen.as_deref().map(serde_json::from_str).transpose().map_err(corrupt)?,
            seal: row.seal,
        })
    }
}

/// The decisions on a case, the last first.
///
/// # Errors
/// [`DbError`]
pub async fn of_case(tx: &mut Tx, case: CaseId) -> Result<Vec<Kept>, DbError> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT plan, reason, shown, model_version, decided_by, decided_at, foreseen, seal, despite
             FROM dispatch_decisions WHERE case_id = $1 ORDER BY decided_at DESC, id",
        )
        .bind(case.to_string())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Kept::try_from).collect()
}

/// The last decision on a case, with what was shown.
///
/// # Errors
/// [`DbError`]
pub async fn latest(tx: &mut Tx, case: CaseId) -> Result<Option<(DispatchDecision, String)>, DbError> {
    Ok(of_case(tx, case).await?.into_iter().next().map(|kept| (kept.decision, kept.shown)))
}

/// A transport that may be held against what happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    pub case: CaseId,
    pub site: SiteId,
    pub at: Timestamp,
    pub foreseen: Moments,
}

/// The last decision on each case that has been decided since, where what it foresaw was kept.
///
/// # Errors
/// [`DbError`]
pub async fn foreseen_since(tx: &mut Tx, since: Timestamp) -> Result<Vec<Decided>, DbError> {
    let rows: Vec<(String, String, i64, Option<String>)> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT d.case_id, c.site_id, d.decided_at, d.foreseen
             FROM dispatch_decisions d JOIN cases c ON c.id = d.case_id
             WHERE d.decided_at >= $1
               AND NOT EXISTS (SELECT 1 FROM dispatch_decisions later
                               WHERE later.case_id = d.case_id AND later.decided_at > d.decided_at)
             ORDER BY d.decided_at, d.id",
        )
        .bind(since.as_microsecond())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter()
        .filter_map(|(case, site, at, foreseen)| Some((case, site, at, foreseen?)))
        .map(|(case, site, at, foreseen)| {
            Ok(Decided {
                case: parse(&case, "case id")?,
                site: parse(&site, "site")?,
                at: time(at, "decision's time")?,
                foreseen: serde_json::from_str(&foreseen)
                    .map_err(|_| DbError::Corrupt { what: "foreseen moments" })?,
            })
        })
        .collect()
}
