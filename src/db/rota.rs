//! The rota's pools, each whole, with a version that an edit must name.

use super::column::{json, parse, time, to_json};
use super::{DbError, Tx, on};
use crate::domain::identity::{SiteId, UserId};
use crate::domain::rota::{Pool, Rota};
use crate::domain::time::Timestamp;

/// A pool as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub pool: Pool,
    /// From 1; each edit counts.
    pub version: i64,
    /// None where the server's own command line did it.
    pub changed_by: Option<UserId>,
    pub changed_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    pool: String,
    version: i64,
    changed_by: Option<String>,
    changed_at: i64,
}

impl TryFrom<Row> for Kept {
    type Error = DbError;
    fn try_from(row: Row) -> Result<Self, DbError> {
        Ok(Self {
            pool: json(&row.pool, "pool")?,
            version: row.version,
            changed_by: row.changed_by.map(|id| parse(&id, "user id")).transpose()?,
            changed_at: time(row.changed_at, "pool's change")?,
        })
    }
}

/// Every pool, in the order in which they are asked.
///
/// # Errors
/// [`DbError`]
pub async fn all(tx: &mut Tx) -> Result<Vec<Kept>, DbError> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as("SELECT pool, version, changed_by, changed_at FROM rota_pools ORDER BY place, id")
            .fetch_all(c)
            .await
    })?;
    rows.into_iter().map(Kept::try_from).collect()
}

/// The rota.
///
/// # Errors
/// [`DbError`]
pub async fn rota(tx: &mut Tx) -> Result<Rota, DbError> {
    Ok(all(tx).await?.into_iter().map(|kept| kept.pool).collect())
}

/// Adds a pool after the others.
///
/// # Errors
/// [`DbError`]; [`DbError::is_unique_violation`] when its name is taken.
pub async fn insert(tx: &mut Tx, pool: &Pool, by: Option<UserId>, at: Timestamp) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO rota_pools (id, place, pool, version, changed_by, changed_at)
             VALUES ($1, (SELECT COALESCE(MAX(place), 0) + 1 FROM rota_pools), $2, 1, $3, $4)",
        )
        .bind(pool.id.as_str())
        .bind(to_json(pool, "pool")?)
        .bind(by.map(|id| id.to_string()))
        .bind(at.as_microsecond())
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// Writes a pool in place of the version that its editor saw; `None` when that is no longer the kept one.
///
/// # Errors
/// [`DbError`]
pub async fn replace(
    tx: &mut Tx,
    pool: &Pool,
    seen: i64,
    by: UserId,
    at: Timestamp,
) -> Result<Option<i64>, DbError> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar(
            "UPDATE rota_pools SET pool = $2, version = version + 1, changed_by = $4, changed_at = $5
             WHERE id = $1 AND version = $3 RETURNING version",
        )
        .bind(pool.id.as_str())
        .bind(to_json(pool, "pool")?)
        .bind(seen)
        .bind(by.to_string())
        .bind(at.as_microsecond())
        .fetch_optional(c)
        .await
    })?)
}

/// Removes a pool in the version that its editor saw; whether it was there.
///
/// # Errors
/// [`DbError`]
pub async fn remove(tx: &mut Tx, id: &SiteId, seen: i64) -> Result<bool, DbError> {
    let removed: Option<String> = on!(tx, |c| {
        sqlx::query_scalar("DELETE FROM rota_pools WHERE id = $1 AND version = $2 RETURNING id")
            .bind(id.as_str())
            .bind(seen)
            .fetch_optional(c)
            .await
    })?;
    Ok(removed.is_some())
}
