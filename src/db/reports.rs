//! Signed reports: every signature a new row, nothing overwritten.

use super::column::{from_word, json, parse, time, to_json, word};
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
    items: String,
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
            items: json(&row.items, "report items")?,
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
                 (case_id, version, status, findings, conclusion, recommendation, signed_by, signed_at, items)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(case.to_string())
        .bind(i64::from(report.version))
        .bind(&status)
        .bind(&report.findings)
        .bind(&report.conclusion)
        .bind(&report.recommendation)
        .bind(report.signed_by.to_string())
        .bind(report.signed_at.as_microsecond())
        .bind(to_json(&report.items, "report items")?)
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// Every version of a case's report, earliest first.
///
/// # Errors
/// [`DbError`]
pub async fn of_case(tx: &mut Tx, case: CaseId) -> Result<Vec<Report>, DbError> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT version, status, findings, conclusion, recommendation, items, signed_by, signed_at
             FROM reports WHERE case_id = $1 ORDER BY version",
        )
        .bind(case.to_string())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Report::try_from).collect()
}
