//! What the models say of each series.

use super::column::{json, parse, time, to_json};
use super::{DbError, Tx, on};
use crate::domain::evidence::{Finding, Task};
use crate::domain::identity::{CaseId, SeriesUid};
use crate::domain::time::Timestamp;

/// A model's word on a series as kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    pub series: SeriesUid,
    pub model_name: String,
    /// As the evidence takes it.
    pub finding: Finding,
    /// Whole: slices, contours, timing, as JSON of the inference room's form. Tens of kilobytes: who reads it takes
    /// what they need.
    pub result: String,
    pub updated_at: Timestamp,
}

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    series_uid: String,
    model_name: String,
    finding: String,
    result: String,
    updated_at: i64,
}

impl TryFrom<Row> for Kept {
    type Error = DbError;
    fn try_from(row: Row) -> Result<Self, DbError> {
        Ok(Self {
            series: parse(&row.series_uid, "series instance UID")?,
            model_name: row.model_name,
            finding: json(&row.finding, "finding")?,
            result: row.result,
            updated_at: time(row.updated_at, "analysis' time")?,
        })
    }
}

/// Keeps a model's word, in place of its earlier one on the same series.
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
    let task: Task = finding.task;
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO analyses (series_uid, task, model_name, finding, result, updated_at, model_sha256)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (series_uid, task, model_name)
             DO UPDATE SET finding = excluded.finding, result = excluded.result,
                           updated_at = excluded.updated_at, model_sha256 = excluded.model_sha256",
        )
        .bind(series.as_str())
        .bind(task.as_str())
        .bind(model_name)
        .bind(to_json(finding, "finding")?)
        .bind(result.to_string())
        .bind(at.as_microsecond())
        .bind(network_of(result))
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// The SHA-256 of the network that gave a result; empty where the result names none.
pub(super) fn network_of(result: &serde_json::Value) -> &str {
    result["model"]["sha256"].as_str().unwrap_or_default()
}

/// Takes back what was said of a series that was not whole: a flag stands, as provisional; anything else goes, so
/// that what was not analysed whole is never negative.
///
/// # Errors
/// [`DbError`]
pub async fn withdraw(tx: &mut Tx, series: &SeriesUid) -> Result<(), DbError> {
    for kept in of_series(tx, series).await? {
        let task = kept.finding.task.as_str();
        if kept.finding.is_positive() {
            let provisional = Finding { provisional: true, ..kept.finding };
            on!(&mut *tx, |c| {
                sqlx::query(
                    "UPDATE analyses SET finding = $4 WHERE series_uid = $1 AND task = $2 AND model_name = $3",
                )
                .bind(series.as_str())
                .bind(task)
                .bind(&kept.model_name)
                .bind(to_json(&provisional, "finding")?)
                .execute(c)
                .await
                .map(|_| ())
            })?;
        } else {
            on!(&mut *tx, |c| {
                sqlx::query("DELETE FROM analyses WHERE series_uid = $1 AND task = $2 AND model_name = $3")
                    .bind(series.as_str())
                    .bind(task)
                    .bind(&kept.model_name)
                    .execute(c)
                    .await
                    .map(|_| ())
            })?;
        }
    }
    Ok(())
}

/// What the models say of a series.
///
/// # Errors
/// [`DbError`]
pub async fn of_series(tx: &mut Tx, series: &SeriesUid) -> Result<Vec<Kept>, DbError> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT series_uid, model_name, finding, result, updated_at FROM analyses
             WHERE series_uid = $1 ORDER BY task, model_name",
        )
        .bind(series.as_str())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Kept::try_from).collect()
}

/// A word on a case's series, with the figures that an administrator of the case's site signed for its network.
#[derive(sqlx::FromRow)]
struct Owned {
    case_id: String,
    signed: Option<String>,
    #[sqlx(flatten)]
    kept: Row,
}

impl TryFrom<Owned> for (CaseId, Kept) {
    type Error = DbError;
    fn try_from(row: Owned) -> Result<Self, DbError> {
        let (case, kept) = (parse(&row.case_id, "case id")?, Kept::try_from(row.kept)?);
        let Some(signed) = row.signed else { return Ok((case, kept)) };
        let performance = json(&signed, "performance")?;
        Ok((case, Kept { finding: kept.finding.measured_here(performance), ..kept }))
    }
}

/// What the models say of a case's series, worth what each was measured to do at the case's site.
///
/// # Errors
/// [`DbError`]
pub async fn of_case(tx: &mut Tx, case: CaseId) -> Result<Vec<Kept>, DbError> {
    let rows: Vec<Owned> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT t.case_id, g.performance AS signed, a.series_uid, a.model_name, a.finding, a.result, a.updated_at
             FROM analyses a JOIN series s ON s.series_uid = a.series_uid
             JOIN studies t ON t.study_uid = s.study_uid JOIN cases k ON k.id = t.case_id
             LEFT JOIN model_signatures g
                 ON g.model_sha256 = a.model_sha256 AND g.site_id = k.site_id AND g.ended_at IS NULL
             WHERE t.case_id = $1 ORDER BY s.received_at, a.task, a.model_name",
        )
        .bind(case.to_string())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(|row| Ok(<(CaseId, Kept)>::try_from(row)?.1)).collect()
}

/// Flags raised on cases still open or decided after `since`, without the results' weight.
///
/// # Errors
/// [`DbError`]
pub async fn flags_since(tx: &mut Tx, since: Timestamp) -> Result<Vec<(CaseId, Task)>, DbError> {
    let rows: Vec<(String, String)> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT t.case_id, a.finding FROM analyses a JOIN series s ON s.series_uid = a.series_uid
             JOIN studies t ON t.study_uid = s.study_uid JOIN cases k ON k.id = t.case_id
             WHERE k.decided_at IS NULL OR k.decided_at > $1 ORDER BY a.updated_at",
        )
        .bind(since.as_microsecond())
        .fetch_all(c)
        .await
    })?;
    let mut flags = Vec::new();
    for (case, finding) in rows {
        let finding: Finding = json(&finding, "finding")?;
        if finding.is_positive() {
            flags.push((parse(&case, "case id")?, finding.task));
        }
    }
    Ok(flags)
}

/// The same of every case still open or decided after `since`, with the cases.
///
/// # Errors
/// [`DbError`]
pub async fn of_current_cases(tx: &mut Tx, since: Timestamp) -> Result<Vec<(CaseId, Kept)>, DbError> {
    let rows: Vec<Owned> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT t.case_id, g.performance AS signed, a.series_uid, a.model_name, a.finding, a.result, a.updated_at
             FROM analyses a JOIN series s ON s.series_uid = a.series_uid
             JOIN studies t ON t.study_uid = s.study_uid JOIN cases k ON k.id = t.case_id
             LEFT JOIN model_signatures g
                 ON g.model_sha256 = a.model_sha256 AND g.site_id = k.site_id AND g.ended_at IS NULL
             WHERE k.decided_at IS NULL OR k.decided_at > $1 ORDER BY s.received_at, a.task, a.model_name",
        )
        .bind(since.as_microsecond())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(TryFrom::try_from).collect()
}
