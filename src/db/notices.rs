//! People's notices of calls, and what became of each.

use super::column::{from_word, json, parse, time, to_json, word};
use super::{DbError, Tx, on};
use crate::domain::alerting::{Channel, Delivery, NoticeKind};
use crate::domain::identity::{CallId, CaseId, NoticeId, UserId};
use crate::domain::time::Timestamp;

/// A notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub id: NoticeId,
    pub call: CallId,
    pub person: UserId,
    pub channel: Channel,
    pub kind: NoticeKind,
    pub created_at: Timestamp,
    pub delivery: Delivery,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    call_id: String,
    user_id: String,
    channel: String,
    kind: String,
    created_at: i64,
    delivery: String,
}

impl TryFrom<Row> for Notice {
    type Error = DbError;
    fn try_from(row: Row) -> Result<Self, DbError> {
        Ok(Self {
            id: parse(&row.id, "notice id")?,
            call: parse(&row.call_id, "call id")?,
            person: parse(&row.user_id, "user id")?,
            channel: from_word(&row.channel, "channel")?,
            kind: from_word(&row.kind, "notice kind")?,
            created_at: time(row.created_at, "notice's time")?,
            delivery: json(&row.delivery, "delivery")?,
        })
    }
}

/// Keeps a new notice. `false` when the person has this one of the call on the channel already.
///
/// # Errors
/// [`DbError`]
pub async fn insert(tx: &mut Tx, notice: &Notice) -> Result<bool, DbError> {
    let kept: Option<String> = on!(tx, |c| {
        sqlx::query_scalar(
            "INSERT INTO notices (id, call_id, user_id, channel, kind, created_at, delivery)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING id",
        )
        .bind(notice.id.to_string())
        .bind(notice.call.to_string())
        .bind(notice.person.to_string())
        .bind(notice.channel.as_str())
        .bind(word(&notice.kind, "notice kind")?)
        .bind(notice.created_at.as_microsecond())
        .bind(to_json(&notice.delivery, "delivery")?)
        .fetch_optional(c)
        .await
    })?;
    Ok(kept.is_some())
}

/// A notice, to be changed: held until the commit.
///
/// # Errors
/// [`DbError`]
pub async fn hold(tx: &mut Tx, id: NoticeId) -> Result<Option<Notice>, DbError> {
    if let Tx::Postgres(t) = tx {
        sqlx::query("SELECT 1 FROM notices WHERE id = $1 FOR UPDATE")
            .bind(id.to_string())
            .execute(&mut **t)
            .await?;
    }
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, call_id, user_id, channel, kind, created_at, delivery FROM notices WHERE id = $1",
        )
        .bind(id.to_string())
        .fetch_optional(c)
        .await
    })?;
    row.map(Notice::try_from).transpose()
}

/// Writes what became of a notice.
///
/// # Errors
/// [`DbError`]
pub async fn set_delivery(tx: &mut Tx, id: NoticeId, delivery: &Delivery) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query("UPDATE notices SET delivery = $2 WHERE id = $1")
            .bind(id.to_string())
            .bind(to_json(delivery, "delivery")?)
            .execute(c)
            .await
            .map(|_| ())
    })?;
    Ok(())
}

/// The notices of a case's calls, in order.
///
/// # Errors
/// [`DbError`]
pub async fn of_case(tx: &mut Tx, case: CaseId) -> Result<Vec<Notice>, DbError> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT n.id, n.call_id, n.user_id, n.channel, n.kind, n.created_at, n.delivery
             FROM notices n JOIN calls k ON k.id = n.call_id WHERE k.case_id = $1
             ORDER BY n.created_at, n.user_id, n.channel",
        )
        .bind(case.to_string())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Notice::try_from).collect()
}

/// A person's notices in the application whose call is open, oldest first.
///
/// # Errors
/// [`DbError`]
pub async fn open_of(tx: &mut Tx, person: UserId) -> Result<Vec<Notice>, DbError> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT n.id, n.call_id, n.user_id, n.channel, n.kind, n.created_at, n.delivery
             FROM notices n JOIN calls k ON k.id = n.call_id
             WHERE n.user_id = $1 AND n.channel = $2 AND k.closed_at IS NULL ORDER BY n.created_at, n.id",
        )
        .bind(person.to_string())
        .bind(Channel::InApp.as_str())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Notice::try_from).collect()
}

/// A person's notices of a kind in the application, given after `since`, oldest first.
///
/// # Errors
/// [`DbError`]
pub async fn of_kind(
    tx: &mut Tx,
    person: UserId,
    kind: NoticeKind,
    since: Timestamp,
) -> Result<Vec<Notice>, DbError> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, call_id, user_id, channel, kind, created_at, delivery FROM notices
             WHERE user_id = $1 AND channel = $2 AND kind = $3 AND created_at > $4 ORDER BY created_at, id",
        )
        .bind(person.to_string())
        .bind(Channel::InApp.as_str())
        .bind(word(&kind, "notice kind")?)
        .bind(since.as_microsecond())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Notice::try_from).collect()
}
