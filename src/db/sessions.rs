//! Sessions of browsers and tokens of machines, by the SHA-256 of their secret; and failed logins.

use super::column::{parse, time, time_opt};
use super::{DbError, Tx, on};
use crate::domain::identity::UserId;
use crate::domain::time::Timestamp;

/// What kind of holder a session has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A person who signed in: ends when idle and, whatever happens, after a time.
    Login { csrf_token: String, expires_at: Timestamp },
    /// A machine's token: lives until it is revoked.
    Token,
}

/// A session as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the token, hexadecimal.
    pub digest: String,
    pub user: UserId,
    pub kind: Kind,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    user_id: String,
    kind: String,
    csrf_token: Option<String>,
    created_at: i64,
    last_seen_at: i64,
    expires_at: Option<i64>,
}

impl TryFrom<Row> for Session {
    type Error = DbError;
    fn try_from(row: Row) -> Result<Self, DbError> {
        let kind = match (row.kind.as_str(), row.csrf_token, time_opt(row.expires_at, "session's end")?) {
            ("login", Some(csrf_token), Some(expires_at)) => Kind::Login { csrf_token, expires_at },
            ("token", _, _) => Kind::Token,
            _ => return Err(DbError::Corrupt { what: "session" }),
        };
        Ok(Self {
            digest: row.id,
            user: parse(&row.user_id, "user id")?,
            kind,
            created_at: time(row.created_at, "session's start")?,
            last_seen_at: time(row.last_seen_at, "session's last use")?,
        })
    }
}

/// Keeps a new session.
///
/// # Errors
/// [`DbError`]
pub async fn insert(tx: &mut Tx, session: &Session) -> Result<(), DbError> {
    let (kind, csrf_token, expires_at) = match &session.kind {
        Kind::Login { csrf_token, expires_at } => {
            ("login", Some(csrf_token.as_str()), Some(expires_at.as_microsecond()))
        }
        Kind::Token => ("token", None, None),
    };
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO sessions (id, user_id, kind, csrf_token, created_at, last_seen_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&session.digest)
        .bind(session.user.to_string())
        .bind(kind)
        .bind(csrf_token)
        .bind(session.created_at.as_microsecond())
        .bind(session.last_seen_at.as_microsecond())
        .bind(expires_at)
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// A session by its digest.
///
/// # Errors
/// [`DbError`]
pub async fn get(tx: &mut Tx, digest: &str) -> Result<Option<Session>, DbError> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, user_id, kind, csrf_token, created_at, last_seen_at, expires_at
             FROM sessions WHERE id = $1",
        )
        .bind(digest)
        .fetch_optional(c)
        .await
    })?;
    row.map(Session::try_from).transpose()
}

/// Notes that a session was used.
///
/// # Errors
/// [`DbError`]
pub async fn touch(tx: &mut Tx, digest: &str, now: Timestamp) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query("UPDATE sessions SET last_seen_at = $1 WHERE id = $2")
            .bind(now.as_microsecond())
            .bind(digest)
            .execute(c)
            .await
            .map(|_| ())
    })?;
    Ok(())
}

/// Who used a session or a token after `since`.
///
/// # Errors
/// [`DbError`]
pub async fn used_since(tx: &mut Tx, since: Timestamp) -> Result<Vec<UserId>, DbError> {
    let users: Vec<String> = on!(tx, |c| {
        sqlx::query_scalar("SELECT DISTINCT user_id FROM sessions WHERE last_seen_at > $1")
            .bind(since.as_microsecond())
            .fetch_all(c)
            .await
    })?;
    users.iter().map(|id| parse(id, "user id")).collect()
}

/// Ends one session.
///
/// # Errors
/// [`DbError`]
pub async fn delete(tx: &mut Tx, digest: &str) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query("DELETE FROM sessions WHERE id = $1").bind(digest).execute(c).await.map(|_| ())
    })?;
    Ok(())
}

/// Ends every session and token of an account.
///
/// # Errors
/// [`DbError`]
pub async fn delete_of(tx: &mut Tx, user: UserId) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query("DELETE FROM sessions WHERE user_id = $1")
            .bind(user.to_string())
            .execute(c)
            .await
            .map(|_| ())
    })?;
    Ok(())
}

/// Forgets logins that ended before `now`.
///
/// # Errors
/// [`DbError`]
pub async fn delete_expired(tx: &mut Tx, now: Timestamp) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query("DELETE FROM sessions WHERE expires_at <= $1")
            .bind(now.as_microsecond())
            .execute(c)
            .await
            .map(|_| ())
    })?;
    Ok(())
}

/// Wrong passwords counted so far against an account or address: (count, time of the last).
///
/// # Errors
/// [`DbError`]
pub async fn login_failures(tx: &mut Tx, subject: &str) -> Result<Option<(u32, Timestamp)>, DbError> {
    let row: Option<(i64, i64)> = on!(tx, |c| {
        sqlx::query_as("SELECT failures, last_at FROM login_failures WHERE subject = $1")
            .bind(subject)
            .fetch_optional(c)
            .await
    })?;
    row.map(|(count, at)| Ok((u32::try_from(count).unwrap_or(u32::MAX), time(at, "failed login's time")?)))
        .transpose()
}

/// Keeps the count against an account or address.
///
/// # Errors
/// [`DbError`]
pub async fn set_login_failures(
    tx: &mut Tx,
    subject: &str,
    count: u32,
    last_at: Timestamp,
) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO login_failures (subject, failures, last_at) VALUES ($1, $2, $3)
             ON CONFLICT (subject) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at",
        )
        .bind(subject)
        .bind(i64::from(count))
        .bind(last_at.as_microsecond())
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// Forgets the count against an account, after a right password; and every count last moved before `before`.
///
/// # Errors
/// [`DbError`]
pub async fn clear_login_failures(tx: &mut Tx, subject: &str, before: Timestamp) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query("DELETE FROM login_failures WHERE subject = $1 OR last_at < $2")
            .bind(subject)
            .bind(before.as_microsecond())
            .execute(c)
            .await
            .map(|_| ())
    })?;
    Ok(())
}
