//! What models that are only being tried say of each series. Nothing that orders or shows cases reads this.

use super::analyses::{Kept, Row, network_of};
use super::column::{json, parse, time, to_json};
use super::{DbError, Tx, on};
use crate::domain::evidence::Finding;
use crate::domain::identity::{CaseId, SeriesUid, SiteId};
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
            "INSERT INTO candidate_analyses
                 (series_uid, task, model_name, finding, result, updated_at, model_sha256)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (series_uid, task, model_name)
             DO UPDATE SET finding = excluded.finding, result = excluded.result,
                           updated_at = excluded.updated_at, model_sha256 = excluded.model_sha256",
        )
        .bind(series.as_str())
        .bind(finding.task.as_str())
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

/// A model's word in a comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    pub model_name: String,
    pub model_sha256: String,
    pub finding: Finding,
}

/// A candidate's word on a series beside that of an active model of the same task, where one has spoken.
#[derive(Debug, Clone, PartialEq)]
pub struct Beside {
    pub case: Option<CaseId>,
    pub site: SiteId,
    pub series: SeriesUid,
    pub at: Timestamp,
    pub candidate: Said,
    pub active: Option<Said>,
}

#[derive(sqlx::FromRow)]
struct BesideRow {
    case_id: Option<String>,
    site_id: String,
    series_uid: String,
    updated_at: i64,
    model_name: String,
    model_sha256: String,
    finding: String,
    active_name: Option<String>,
    active_sha256: Option<String>,
    active_finding: Option<String>,
}

impl TryFrom<BesideRow> for Beside {
    type Error = DbError;
    fn try_from(row: BesideRow) -> Result<Self, DbError> {
        let active = match (row.active_name, row.active_sha256, row.active_finding) {
            (Some(model_name), Some(model_sha256), Some(finding)) => {
                Some(Said { model_name, model_sha256, finding: json(&finding, "finding")? })
            }
            _ => None,
        };
        Ok(Self {
            case: row.case_id.map(|id| parse(&id, "case id")).transpose()?,
            site: parse(&row.site_id, "site id")?,
            series: parse(&row.series_uid, "series instance UID")?,
            at: time(row.updated_at, "analysis' time")?,
            candidate: Said {
                model_name: row.model_name,
                model_sha256: row.model_sha256,
                finding: json(&row.finding, "finding")?,
            },
            active,
        })
    }
}

/// The candidates' newest words beside the active models', newest first.
///
/// # Errors
/// [`DbError`]
pub async fn beside_active(tx: &mut Tx, limit: u32) -> Result<Vec<Beside>, DbError> {
    let rows: Vec<BesideRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT t.case_id, t.site_id, c.series_uid, c.updated_at, c.model_name, c.model_sha256, c.finding,
                    a.model_name AS active_name, a.model_sha256 AS active_sha256, a.finding AS active_finding
             FROM candidate_analyses c JOIN series s ON s.series_uid = c.series_uid
             JOIN studies t ON t.study_uid = s.study_uid
             LEFT JOIN analyses a ON a.series_uid = c.series_uid AND a.task = c.task
             ORDER BY c.updated_at DESC, c.series_uid, a.model_name LIMIT $1",
        )
        .bind(i64::from(limit))
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Beside::try_from).collect()
}
