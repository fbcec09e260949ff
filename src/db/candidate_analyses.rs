//! What models that are only being tried say of each series. Nothing that orders or shows cases reads this.

use super::analyses::{Kept, Row};
use super::column::to_json;
use super::{DbError, Tx, on};
use crate::domain::evidence::Finding;
use crate::domain::identity::SeriesUid;
use crate::domain::time::Timestamp;

/// Keeps a candidate's word, in place of its earlier one on the same series.
///
/// # Errors
/// [`DbError`]
pub async fn put(
    tx: &mut Tx,
    series: &SeriesUid,
    model_name: &str,
    finding: &Finding,
    result: &serde_json::Value,
    at: Timestamp,
) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO candidate_analyses (series_uid, task, model_name, finding, result, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (series_uid, task, model_name)
             DO UPDATE SET finding = excluded.finding, result = excluded.result, updated_at = excluded.updated_at",
        )
        .bind(series.as_str())
        .bind(finding.task.as_str())
        .bind(model_name)
        .bind(to_json(finding, "finding")?)
        .bind(result.to_string())
        .bind(at.as_microsecond())
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// What the candidates say of a series.
///
/// # Errors
/// [`DbError`]
pub async fn of_series(tx: &mut Tx, series: &SeriesUid) -> Result<Vec<Kept>, DbError> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT series_uid, model_name, finding, result, updated_at FROM candidate_analyses
             WHERE series_uid = $1 ORDER BY task, model_name",
        )
        .bind(series.as_str())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Kept::try_from).collect()
}
