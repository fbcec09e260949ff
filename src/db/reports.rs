//! Signed reports: every signature a new row, nothing overwritten.

use super::column::{from_word, parse, time, word};
use super::{DbError, Tx, on};
use crate::domain::identity::CaseId;
use crate::domain::report::Report;

#[derive(sqlx::FromRow)]
struct Row {
    version: i64,
    status: String,
    findings: String,
    conclusion: String,
    recommendation: String,
    signed_by: String,
    signed_at: i64,
}

impl TryFrom<Row> for Report {
    type Error = DbError;
    fn try_from(row: Row) -> Result<Self, DbError> {
        Ok(Self {
            version: u32::try_from(row.version).map_err(|_| DbError::Corrupt { what: "report version" })?,
            status: from_word(&row.status, "report status")?,
            findings: row.findings,
            conclusion: row.conclusion,
            recommendation: row.recommendation,
            signed_by: parse(&row.signed_by, "user id")?,
            signed_at: time(row.signed_at, "signature's time")?,
        })
    }
}

/// Keeps a signed version.
///
/// # Errors
/// [`DbError`]; [`DbError::is_unique_violation`] when that version is there already.
pub async fn insert(tx: &mut Tx, case: CaseId, report: &Report) -> Result<(), DbError> {
    let status = word(&report.status, "report status")?;
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO reports
                 (case_id, version, status, findings, conclusion, recommendation, signed_by, signed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(case.to_string())
        .bind(i64::from(report.version))
        .bind(&status)
        .bind(&report.findings)
        .bind(&report.conclusion)
        .bind(&report.recommendation)
        .bind(report.signed_by.to_string())
        .bind(report.signed_at.as_microsecond())
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// The latest version of a case's report.
///
/// # Errors
/// [`DbError`]
pub async fn latest(tx: &mut Tx, case: CaseId) -> Result<Option<Report>, DbError> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT version, status, findings, conclusion, recommendation, signed_by, signed_at
             FROM reports WHERE case_id = $1 ORDER BY version DESC LIMIT 1",
        )
        .bind(case.to_string())
        .fetch_optional(c)
        .await
    })?;
    row.map(Report::try_from).transpose()
}
