//! What the indicators are computed from, for the cases whose clock started within a period.

use super::column::{from_word, json, parse, time, time_opt};
use super::{DbError, Tx, on};
use crate::domain::alerting::Call;
use crate::domain::clinical::milestone::Entry;
use crate::domain::evidence::Finding;
use crate::domain::identity::CaseId;
use crate::domain::time::Timestamp;

/// From the first moment to just before the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub from: Timestamp,
    pub to: Timestamp,
}

/// What people entered of those cases' moments, in the order in which they did.
///
/// # Errors
/// [`DbError`]
pub async fn entries(tx: &mut Tx, period: Period) -> Result<Vec<(CaseId, Entry)>, DbError> {
    let rows: Vec<(String, String, Option<i64>, String, String, i64)> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT m.case_id, m.kind, m.at, m.reason, m.recorded_by, m.recorded_at
             FROM milestones m JOIN cases c ON c.id = m.case_id
             WHERE c.clock_started_at >= $1 AND c.clock_started_at < $2 ORDER BY m.recorded_at, m.id",
        )
        .bind(period.from.as_microsecond())
        .bind(period.to.as_microsecond())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter()
        .map(|(case, kind, at, reason, by, recorded_at)| {
            let entry = Entry {
                kind: from_word(&kind, "milestone")?,
                at: time_opt(at, "milestone's time")?,
                reason,
                by: parse(&by, "user id")?,
                recorded_at: time(recorded_at, "entry's time")?,
            };
            Ok((parse(&case, "case id")?, entry))
        })
        .collect()
}

/// The active models' words on those cases' series.
///
/// # Errors
/// [`DbError`]
pub async fn findings(tx: &mut Tx, period: Period) -> Result<Vec<(CaseId, Finding)>, DbError> {
    let rows: Vec<(String, String)> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT c.id, a.finding FROM analyses a JOIN series s ON s.series_uid = a.series_uid
             JOIN studies t ON t.study_uid = s.study_uid JOIN cases c ON c.id = t.case_id
             WHERE c.clock_started_at >= $1 AND c.clock_started_at < $2",
        )
        .bind(period.from.as_microsecond())
        .bind(period.to.as_microsecond())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter()
        .map(|(case, finding)| Ok((parse(&case, "case id")?, json(&finding, "finding")?)))
        .collect()
}

/// The calls for a specialty to those cases.
///
/// # Errors
/// [`DbError`]
pub async fn calls(tx: &mut Tx, period: Period) -> Result<Vec<(CaseId, Call)>, DbError> {
    let rows: Vec<String> = on!(tx, |c| {
        sqlx::query_scalar(
            "SELECT k.state FROM calls k JOIN cases c ON c.id = k.case_id
             WHERE c.clock_started_at >= $1 AND c.clock_started_at < $2 ORDER BY k.raised_at, k.id",
        )
        .bind(period.from.as_microsecond())
        .bind(period.to.as_microsecond())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter()
        .map(|state| {
            let call: Call = json(&state, "call")?;
            Ok((call.case, call))
        })
        .collect()
}

/// A decision on a transport, with what was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispatched {
    pub case: CaseId,
    pub plan: String,
    pub shown: String,
}

/// The decisions on those cases' transports, in the order in which they were taken.
///
/// # Errors
/// [`DbError`]
pub async fn dispatched(tx: &mut Tx, period: Period) -> Result<Vec<Dispatched>, DbError> {
    let rows: Vec<(String, String, String)> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT d.case_id, d.plan, d.shown FROM dispatch_decisions d JOIN cases c ON c.id = d.case_id
             WHERE c.clock_started_at >= $1 AND c.clock_started_at < $2 ORDER BY d.decided_at, d.id",
        )
        .bind(period.from.as_microsecond())
        .bind(period.to.as_microsecond())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter()
        .map(|(case, plan, shown)| Ok(Dispatched { case: parse(&case, "case id")?, plan, shown }))
        .collect()
}
