//! Administrators' signatures under a model's figures at a site.

use super::column::{from_word, json, parse, time, to_json, word};
use super::{DbError, Tx, on};
use crate::domain::evidence::{Performance, SiteMeasurement, Task};
use crate::domain::identity::{SiteId, UserId};
use crate::domain::time::Timestamp;

/// A signature in force.
#[derive(Debug, Clone, PartialEq)]
pub struct Signature {
    pub model_name: String,
    pub model_version: String,
    pub model_sha256: String,
    pub task: Task,
    pub site: SiteId,
    /// SHA-256 of the file that was signed.
    pub evaluation_sha256: String,
    pub measured: SiteMeasurement,
    pub performance: Performance,
    pub signed_by: UserId,
    pub signed_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    model_name: String,
    model_version: String,
    model_sha256: String,
    task: String,
    site_id: String,
    evaluation_sha256: String,
    measured: String,
    performance: String,
    signed_by: String,
    signed_at: i64,
}

impl TryFrom<Row> for Signature {
    type Error = DbError;
    fn try_from(row: Row) -> Result<Self, DbError> {
        Ok(Self {
            model_name: row.model_name,
            model_version: row.model_version,
            model_sha256: row.model_sha256,
            task: from_word(&row.task, "task")?,
            site: parse(&row.site_id, "site id")?,
            evaluation_sha256: row.evaluation_sha256,
            measured: json(&row.measured, "measurement")?,
            performance: json(&row.performance, "performance")?,
            signed_by: parse(&row.signed_by, "user id")?,
            signed_at: time(row.signed_at, "signature's time")?,
        })
    }
}

/// Puts a signature in force, in place of an earlier one on the same network and site, which is kept.
///
/// # Errors
/// [`DbError`]
pub async fn put(tx: &mut Tx, signature: &Signature) -> Result<(), DbError> {
    end(tx, &signature.model_sha256, &signature.site, signature.signed_by, signature.signed_at).await?;
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO model_signatures
                 (id, model_name, model_version, model_sha256, task, site_id, evaluation_sha256, measured,
                  performance, signed_by, signed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(uuid::Uuid::new_v4().to_string())
        .bind(&signature.model_name)
        .bind(&signature.model_version)
        .bind(&signature.model_sha256)
        .bind(word(&signature.task, "task")?)
        .bind(signature.site.as_str())
        .bind(&signature.evaluation_sha256)
        .bind(to_json(&signature.measured, "measurement")?)
        .bind(to_json(&signature.performance, "performance")?)
        .bind(signature.signed_by.to_string())
        .bind(signature.signed_at.as_microsecond())
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// Ends the signature in force on a network at a site. Returns whether there was one.
///
/// # Errors
/// [`DbError`]
pub async fn end(
    tx: &mut Tx,
    model_sha256: &str,
    site: &SiteId,
    by: UserId,
    at: Timestamp,
) -> Result<bool, DbError> {
    let ended = on!(tx, |c| {
        sqlx::query(
            "UPDATE model_signatures SET ended_by = $3, ended_at = $4
             WHERE model_sha256 = $1 AND site_id = $2 AND ended_at IS NULL",
        )
        .bind(model_sha256)
        .bind(site.as_str())
        .bind(by.to_string())
        .bind(at.as_microsecond())
        .execute(c)
        .await
        .map(|done| done.rows_affected())
    })?;
    Ok(ended > 0)
}

/// Every signature in force.
///
/// # Errors
/// [`DbError`]
pub async fn in_force(tx: &mut Tx) -> Result<Vec<Signature>, DbError> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT model_name, model_version, model_sha256, task, site_id, evaluation_sha256, measured, performance,
                    signed_by, signed_at
             FROM model_signatures WHERE ended_at IS NULL ORDER BY signed_at",
        )
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Signature::try_from).collect()
}
