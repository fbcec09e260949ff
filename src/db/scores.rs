//! Clinical scales as people recorded them: every record a new row, nothing overwritten.

use super::column::{from_word, json, parse, time, to_json, word};
use super::{DbError, Tx, on};
use crate::domain::clinical::score::Scored;
use crate::domain::identity::CaseId;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    assessment: String,
    way: String,
    scored_by: String,
    scored_at: i64,
}

impl TryFrom<Row> for Scored {
    type Error = DbError;
    fn try_from(row: Row) -> Result<Self, DbError> {
        Ok(Self {
            id: parse(&row.id, "score id")?,
            assessment: json(&row.assessment, "assessment")?,
            way: from_word(&row.way, "way of scoring")?,
            by: parse(&row.scored_by, "user id")?,
            at: time(row.scored_at, "score's time")?,
        })
    }
}

/// Keeps a record.
///
/// # Errors
/// [`DbError`]; [`DbError::is_unique_violation`] when the key was used.
pub async fn insert(tx: &mut Tx, case: CaseId, scored: &Scored, key: Option<&str>) -> Result<(), DbError> {
    let (assessment, way) =
        (to_json(&scored.assessment, "assessment")?, word(&scored.way, "way of scoring")?);
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO scores (id, case_id, assessment, way, scored_by, scored_at, request_key)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(scored.id.to_string())
        .bind(case.to_string())
        .bind(&assessment)
        .bind(&way)
        .bind(scored.by.to_string())
        .bind(scored.at.as_microsecond())
        .bind(key)
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// What a request with this key recorded, and for which case.
///
/// # Errors
/// [`DbError`]
pub async fn by_key(tx: &mut Tx, key: &str) -> Result<Option<(CaseId, Scored)>, DbError> {
    let case: Option<String> = on!(&mut *tx, |c| {
        sqlx::query_scalar("SELECT case_id FROM scores WHERE request_key = $1")
            .bind(key)
            .fetch_optional(c)
            .await
    })?;
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as("SELECT id, assessment, way, scored_by, scored_at FROM scores WHERE request_key = $1")
            .bind(key)
            .fetch_optional(c)
            .await
    })?;
    case.zip(row).map(|(case, row)| Ok((parse(&case, "case id")?, row.try_into()?))).transpose()
}

/// A case's records, in the order in which the patient was examined.
///
/// # Errors
/// [`DbError`]
pub async fn of_case(tx: &mut Tx, case: CaseId) -> Result<Vec<Scored>, DbError> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, assessment, way, scored_by, scored_at FROM scores
             WHERE case_id = $1 ORDER BY scored_at, id",
        )
        .bind(case.to_string())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Scored::try_from).collect()
}
