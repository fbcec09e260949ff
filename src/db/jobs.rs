//! Work that must survive a crash: leased, retried, and asked for again by whatever makes it needed again.

use super::{DbError, Tx, on};
use crate::domain::time::Timestamp;

/// A job that is due.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Due {
    pub subject: String,
    pub attempts: i64,
}

/// Asks for work on a subject: a new job, or the one that was done, again.
///
/// # Errors
/// [`DbError`]
pub async fn ask(tx: &mut Tx, kind: &str, subject: &str, due_at: Timestamp) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO jobs (kind, subject, due_at) VALUES ($1, $2, $3)
             ON CONFLICT (kind, subject)
             DO UPDATE SET due_at = excluded.due_at, done_at = NULL, attempts = 0",
        )
        .bind(kind)
        .bind(subject)
        .bind(due_at.as_microsecond())
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// Asks for work on a subject that none was ever asked for; otherwise changes nothing.
///
/// # Errors
/// [`DbError`]
pub async fn ask_first(tx: &mut Tx, kind: &str, subject: &str, due_at: Timestamp) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query("INSERT INTO jobs (kind, subject, due_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(kind)
            .bind(subject)
            .bind(due_at.as_microsecond())
            .execute(c)
            .await
            .map(|_| ())
    })?;
    Ok(())
}

/// Asks again for work that was asked for before; without an earlier job there is none to do.
///
/// # Errors
/// [`DbError`]
pub async fn ask_again(tx: &mut Tx, kind: &str, subject: &str, due_at: Timestamp) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query(
            "UPDATE jobs SET due_at = $3, done_at = NULL, attempts = 0 WHERE kind = $1 AND subject = $2",
        )
        .bind(kind)
        .bind(subject)
        .bind(due_at.as_microsecond())
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// Jobs that are due and that nobody holds, oldest first, at most `limit`; none of them is taken yet.
///
/// # Errors
/// [`DbError`]
pub async fn due(tx: &mut Tx, kind: &str, now: Timestamp, limit: u32) -> Result<Vec<Due>, DbError> {
    Ok(on!(tx, |c| {
        sqlx::query_as(
            "SELECT subject, attempts FROM jobs
             WHERE kind = $1 AND done_at IS NULL AND due_at <= $2 AND (lease_until IS NULL OR lease_until <= $2)
             ORDER BY due_at, subject LIMIT $3",
        )
        .bind(kind)
        .bind(now.as_microsecond())
        .bind(i64::from(limit))
        .fetch_all(c)
        .await
    })?)
}

/// Takes or renews a job's lease for `owner`. `None` when another holds it or it is done.
///
/// # Errors
/// [`DbError`]
pub async fn lease(
    tx: &mut Tx,
    kind: &str,
    subject: &str,
    owner: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<Due>, DbError> {
    Ok(on!(tx, |c| {
        sqlx::query_as(
            "UPDATE jobs SET lease_owner = $3, lease_until = $5
             WHERE kind = $1 AND subject = $2 AND done_at IS NULL
               AND (lease_until IS NULL OR lease_until <= $4 OR lease_owner = $3)
             RETURNING subject, attempts",
        )
        .bind(kind)
        .bind(subject)
        .bind(owner)
        .bind(now.as_microsecond())
        .bind(until.as_microsecond())
        .fetch_optional(c)
        .await
    })?)
}

/// Ends a job that `owner` holds. The caller knows, by a row that it holds, that nothing more was asked.
///
/// # Errors
/// [`DbError`]
pub async fn done(tx: &mut Tx, kind: &str, subject: &str, owner: &str, at: Timestamp) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query(
            "UPDATE jobs SET lease_owner = NULL, lease_until = NULL, last_error = NULL, done_at = $4
             WHERE kind = $1 AND subject = $2 AND lease_owner = $3",
        )
        .bind(kind)
        .bind(subject)
        .bind(owner)
        .bind(at.as_microsecond())
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// Gives a job back after a failure, to be tried again at `due_at`. Returns how often it has failed; `None` when
/// `owner` does not hold it.
///
/// # Errors
/// [`DbError`]
pub async fn give_back(
    tx: &mut Tx,
    kind: &str,
    subject: &str,
    owner: &str,
    error: &str,
    due_at: Timestamp,
) -> Result<Option<i64>, DbError> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar(
            "UPDATE jobs SET lease_owner = NULL, lease_until = NULL, attempts = attempts + 1, last_error = $4, due_at = $5
             WHERE kind = $1 AND subject = $2 AND lease_owner = $3 RETURNING attempts",
        )
        .bind(kind)
        .bind(subject)
        .bind(owner)
        .bind(error)
        .bind(due_at.as_microsecond())
        .fetch_optional(c)
        .await
    })?)
}

/// Ends every lease: only where no other process can hold one (SQLite, whose folder is locked), after a start.
///
/// # Errors
/// [`DbError`]
pub async fn end_leases(tx: &mut Tx) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query("UPDATE jobs SET lease_owner = NULL, lease_until = NULL WHERE done_at IS NULL")
            .execute(c)
            .await
            .map(|_| ())
    })?;
    Ok(())
}

/// Ends a job that nobody holds any more.
///
/// # Errors
/// [`DbError`]
pub async fn end(tx: &mut Tx, kind: &str, subject: &str, at: Timestamp) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query("UPDATE jobs SET done_at = $3 WHERE kind = $1 AND subject = $2 AND lease_until IS NULL")
            .bind(kind)
            .bind(subject)
            .bind(at.as_microsecond())
            .execute(c)
            .await
            .map(|_| ())
    })?;
    Ok(())
}
