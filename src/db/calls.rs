//! Calls for a specialty to a case, each whole.

use super::column::{json, parse, to_json};
use super::{DbError, Tx, on};
use crate::domain::alerting::Call;
use crate::domain::identity::{CallId, CaseId};
use crate::domain::rota::Specialty;
use crate::domain::time::Timestamp;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    state: String,
}

impl Row {
    fn into_call(self) -> Result<(CallId, Call), DbError> {
        Ok((parse(&self.id, "call id")?, json(&self.state, "call")?))
    }
}

/// Keeps a new call. `false` when one is open already for the case and the need.
///
/// # Errors
/// [`DbError`]
pub async fn insert(tx: &mut Tx, id: CallId, call: &Call) -> Result<bool, DbError> {
    let kept: Option<String> = on!(tx, |c| {
        sqlx::query_scalar(
            "INSERT INTO calls (id, case_id, need, state, raised_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT DO NOTHING RETURNING id",
        )
        .bind(id.to_string())
        .bind(call.case.to_string())
        .bind(call.need.as_str())
        .bind(to_json(call, "call")?)
        .bind(call.raised_at.as_microsecond())
        .fetch_optional(c)
        .await
    })?;
    Ok(kept.is_some())
}

/// Holds a call's row until the commit. SQLite has one writer.
async fn lock(tx: &mut Tx, id: CallId) -> Result<(), DbError> {
    if let Tx::Postgres(t) = tx {
        sqlx::query("SELECT 1 FROM calls WHERE id = $1 FOR UPDATE")
            .bind(id.to_string())
            .execute(&mut **t)
            .await?;
    }
    Ok(())
}

/// A call, to be changed: held until the commit.
///
/// # Errors
/// [`DbError`]
pub async fn hold(tx: &mut Tx, id: CallId) -> Result<Option<Call>, DbError> {
    lock(tx, id).await?;
    get(tx, id).await
}

/// A call by its id.
///
/// # Errors
/// [`DbError`]
pub async fn get(tx: &mut Tx, id: CallId) -> Result<Option<Call>, DbError> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as("SELECT id, state FROM calls WHERE id = $1")
            .bind(id.to_string())
            .fetch_optional(c)
            .await
    })?;
    row.map(|row| Ok(row.into_call()?.1)).transpose()
}

/// Writes a call back; once nobody has to answer it any more, it is closed.
///
/// # Errors
/// [`DbError`]
pub async fn update(tx: &mut Tx, id: CallId, call: &Call, now: Timestamp) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query("UPDATE calls SET state = $2, closed_at = $3 WHERE id = $1")
            .bind(id.to_string())
            .bind(to_json(call, "call")?)
            .bind((!call.is_open()).then(|| now.as_microsecond()))
            .execute(c)
            .await
            .map(|_| ())
    })?;
    Ok(())
}

/// A case's calls, in order.
///
/// # Errors
/// [`DbError`]
pub async fn of_case(tx: &mut Tx, case: CaseId) -> Result<Vec<(CallId, Call)>, DbError> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as("SELECT id, state FROM calls WHERE case_id = $1 ORDER BY raised_at, id")
            .bind(case.to_string())
            .fetch_all(c)
            .await
    })?;
    rows.into_iter().map(Row::into_call).collect()
}

/// Whether a specialty was ever called to a case.
///
/// # Errors
/// [`DbError`]
pub async fn any(tx: &mut Tx, case: CaseId, need: Specialty) -> Result<bool, DbError> {
    let id: Option<String> = on!(tx, |c| {
        sqlx::query_scalar("SELECT id FROM calls WHERE case_id = $1 AND need = $2 LIMIT 1")
            .bind(case.to_string())
            .bind(need.as_str())
            .fetch_optional(c)
            .await
    })?;
    Ok(id.is_some())
}
