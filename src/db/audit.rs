//! The audit chain's rows. What a record says and how it is hashed is decided above; here it is kept in order.

use super::{DbError, Tx, on};

/// A row of the chain.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Row {
    pub seq: i64,
    /// Canonical JSON.
    pub record: String,
    pub prev_hash: String,
    pub hash: String,
}

/// The sealed head as the last transaction left it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct HeadRow {
    pub seq: i64,
    pub hash: String,
    pub seal: String,
}

/// Appends a row. The caller holds [`Tx::lock_order`].
///
/// # Errors
/// [`DbError`]
pub async fn append(tx: &mut Tx, row: &Row) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query("INSERT INTO audit (seq, record, prev_hash, hash) VALUES ($1, $2, $3, $4)")
            .bind(row.seq)
            .bind(&row.record)
            .bind(&row.prev_hash)
            .bind(&row.hash)
            .execute(c)
            .await
            .map(|_| ())
    })?;
    Ok(())
}

/// Number and hash of the last row, if any.
///
/// # Errors
/// [`DbError`]
pub async fn last(tx: &mut Tx) -> Result<Option<(i64, String)>, DbError> {
    Ok(on!(tx, |c| {
        sqlx::query_as("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetch_optional(c).await
    })?)
}

/// Rows after `seq`, in order, at most `limit`.
///
/// # Errors
/// [`DbError`]
pub async fn after(tx: &mut Tx, seq: i64, limit: u32) -> Result<Vec<Row>, DbError> {
    Ok(on!(tx, |c| {
        sqlx::query_as("SELECT seq, record, prev_hash, hash FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2")
            .bind(seq)
            .bind(i64::from(limit))
            .fetch_all(c)
            .await
    })?)
}

/// The sealed head.
///
/// # Errors
/// [`DbError`]
pub async fn head(tx: &mut Tx) -> Result<Option<HeadRow>, DbError> {
    Ok(on!(tx, |c| {
        sqlx::query_as("SELECT seq, hash, seal FROM audit_head WHERE id = 1").fetch_optional(c).await
    })?)
}

/// Moves the sealed head.
///
/// # Errors
/// [`DbError`]
pub async fn set_head(tx: &mut Tx, head: &HeadRow) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO audit_head (id, seq, hash, seal) VALUES (1, $1, $2, $3)
             ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, seal = excluded.seal",
        )
        .bind(head.seq)
        .bind(&head.hash)
        .bind(&head.seal)
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}
