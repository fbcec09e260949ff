//! Work that must survive a crash: leased, retried, done for the generation that its worker saw.

use super::{DbError, Tx, on};
use crate::domain::time::Timestamp;

/// A job that is due.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Due {
    pub subject: String,
    pub attempts: i64,
    pub generation: i64,
}

/// Asks for work on a subject: a new job, or one more generation of it.
///
/// # Errors
/// [`DbError`]
pub async fn ask(tx: &mut Tx, kind: &str, subject: &str, due_at: Timestamp) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO jobs (kind, subject, due_at) VALUES ($1, $2, $3)
             ON CONFLICT (kind, subject)
             DO UPDATE SET generation = jobs.generation + 1, due_at = excluded.due_at, done_at = NULL, attempts = 0",
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
            "SELECT subject, attempts, generation FROM jobs
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
             RETURNING subject, attempts, generation",
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

/// Ends a job that `owner` holds, unless more was asked of it since `generation`. The lease ends either way.
///
/// # Errors
/// [`DbError`]
pub async fn done(
    tx: &mut Tx,
    kind: &str,
    subject: &str,
    owner: &str,
    generation: i64,
    at: Timestamp,
) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query(
            "UPDATE jobs SET lease_owner = NULL, lease_until = NULL, last_error = NULL,
                    done_at = CASE WHEN generation = $4 THEN $5 ELSE done_at END
             WHERE kind = $1 AND subject = $2 AND lease_owner = $3",
        )
        .bind(kind)
        .bind(subject)
        .bind(owner)
        .bind(generation)
        .bind(at.as_microsecond())
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// Gives a job back after a failure, to be tried again at `due_at`.
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
) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query(
            "UPDATE jobs SET lease_owner = NULL, lease_until = NULL, attempts = attempts + 1, last_error = $4, due_at = $5
             WHERE kind = $1 AND subject = $2 AND lease_owner = $3",
        )
        .bind(kind)
        .bind(subject)
        .bind(owner)
        .bind(error)
        .bind(due_at.as_microsecond())
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}
