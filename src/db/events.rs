//! What happened, in order, written in the transaction that did it: outbox, live events and timeline in one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::column::{from_word, json, parse, time, word};
use super::{DbError, Tx, on};
use crate::domain::identity::{CaseId, SiteId, UserId};
use crate::domain::time::{Minutes, Timestamp};

/// What kind of thing happened; the name is the event's name on the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EventKind {
    #[serde(rename = "case.opened")]
    CaseOpened,
    #[serde(rename = "case.changed")]
    CaseChanged,
    #[serde(rename = "case.claimed")]
    CaseClaimed,
    #[serde(rename = "case.released")]
    CaseReleased,
    #[serde(rename = "case.decided")]
    CaseDecided,
    #[serde(rename = "report.signed")]
    ReportSigned,
    #[serde(rename = "protocol.prescribed")]
    ProtocolPrescribed,
    /// Acknowledged, done, refused, withdrawn, or seen from the scanner.
    #[serde(rename = "protocol.changed")]
    ProtocolChanged,
    #[serde(rename = "dispatch.decided")]
    DispatchDecided,
    /// A moment of a case was entered, corrected or taken back.
    #[serde(rename = "milestone.recorded")]
    MilestoneRecorded,
    /// A clinical scale was recorded.
    #[serde(rename = "score.recorded")]
    ScoreRecorded,
    /// A step of a call for a specialist.
    #[serde(rename = "call.changed")]
    CallChanged,
    #[serde(rename = "consult.opened")]
    ConsultOpened,
    #[serde(rename = "consult.changed")]
    ConsultChanged,
    #[serde(rename = "series.progress")]
    SeriesProgress,
    #[serde(rename = "analysis.changed")]
    AnalysisChanged,
    /// The same SOP Instance UID came with other bytes: for an administrator.
    #[serde(rename = "conflict.kept")]
    ConflictKept,
    /// A model's figures in service left their band at a site, or came back: for an administrator.
    #[serde(rename = "model.alarm")]
    ModelAlarm,
}

/// An event to append.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    pub kind: EventKind,
    pub case: Option<CaseId>,
    pub site: Option<SiteId>,
    pub actor: Option<UserId>,
    /// What the timeline needs to say it in words; no patient identity.
    pub detail: serde_json::Value,
}

/// An event as kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its place, from 1, without gaps.
    pub seq: i64,
    pub at: Timestamp,
    pub kind: EventKind,
    pub case: Option<CaseId>,
    pub site: Option<SiteId>,
    pub actor: Option<UserId>,
    pub detail: serde_json::Value,
}

#[derive(sqlx::FromRow)]
struct Row {
    seq: i64,
    at: i64,
    kind: String,
    case_id: Option<String>,
    site_id: Option<String>,
    actor_id: Option<String>,
    detail: String,
}

impl TryFrom<Row> for Event {
    type Error = DbError;
    fn try_from(row: Row) -> Result<Self, DbError> {
        Ok(Self {
            seq: row.seq,
            at: time(row.at, "event's time")?,
            kind: from_word(&row.kind, "event kind")?,
            case: row.case_id.map(|id| parse(&id, "case id")).transpose()?,
            site: row.site_id.map(|id| parse(&id, "site id")).transpose()?,
            actor: row.actor_id.map(|id| parse(&id, "user id")).transpose()?,
            detail: json(&row.detail, "event detail")?,
        })
    }
}

/// Appends events and returns the last one's place. Call it last in a transaction: it takes the order lock, and
/// who holds that must not wait for rows.
///
/// # Errors
/// [`DbError`]
pub async fn append(tx: &mut Tx, at: Timestamp, events: &[NewEvent]) -> Result<i64, DbError> {
    tx.lock_order().await?;
    let mut seq = last(tx).await?;
    for event in events {
        seq += 1;
        on!(&mut *tx, |c| {
            sqlx::query(
                "INSERT INTO events (seq, at, kind, case_id, site_id, actor_id, detail)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(seq)
            .bind(at.as_microsecond())
            .bind(word(&event.kind, "event kind")?)
            .bind(event.case.map(|id| id.to_string()))
            .bind(event.site.as_ref().map(SiteId::as_str))
            .bind(event.actor.map(|id| id.to_string()))
            .bind(event.detail.to_string())
            .execute(c)
            .await
            .map(|_| ())
        })?;
    }
    Ok(seq)
}

/// The place of the last event; 0 when there is none.
///
/// # Errors
/// [`DbError`]
pub async fn last(tx: &mut Tx) -> Result<i64, DbError> {
    let seq: Option<i64> = on!(tx, |c| sqlx::query_scalar("SELECT MAX(seq) FROM events").fetch_one(c).await)?;
    Ok(seq.unwrap_or(0))
}

/// Events after `seq`, in order, at most `limit`.
///
/// # Errors
/// [`DbError`]
pub async fn after(tx: &mut Tx, seq: i64, limit: u32) -> Result<Vec<Event>, DbError> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT seq, at, kind, case_id, site_id, actor_id, detail FROM events
             WHERE seq > $1 ORDER BY seq LIMIT $2",
        )
        .bind(seq)
        .bind(i64::from(limit))
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Event::try_from).collect()
}

/// How long each case decided after `since` was read: from the last time it was taken to its diagnosis.
///
/// # Errors
/// [`DbError`]
pub async fn readings_since(tx: &mut Tx, since: Timestamp) -> Result<Vec<Minutes>, DbError> {
    let (claimed, decided) =
        (word(&EventKind::CaseClaimed, "event kind")?, word(&EventKind::CaseDecided, "event kind")?);
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT seq, at, kind, case_id, site_id, actor_id, detail FROM events
             WHERE kind IN ($1, $2) AND at > $3 ORDER BY seq",
        )
        .bind(&claimed)
        .bind(&decided)
        .bind(since.as_microsecond())
        .fetch_all(c)
        .await
    })?;
    let mut taken: BTreeMap<CaseId, Timestamp> = BTreeMap::new();
    let mut readings = Vec::new();
    for row in rows {
        let event = Event::try_from(row)?;
        let Some(case) = event.case else { continue };
        let renews = event.detail.get("renews") == Some(&serde_json::Value::Bool(true));
        match event.kind {
            EventKind::CaseClaimed if !renews => {
                taken.insert(case, event.at);
            }
            EventKind::CaseDecided => readings.extend(taken.remove(&case).map(|at| event.at - at)),
            _ => {}
        }
    }
    Ok(readings)
}

/// A case's events, in order.
///
/// # Errors
/// [`DbError`]
pub async fn of_case(tx: &mut Tx, case: CaseId) -> Result<Vec<Event>, DbError> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT seq, at, kind, case_id, site_id, actor_id, detail FROM events
             WHERE case_id = $1 ORDER BY seq",
        )
        .bind(case.to_string())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Event::try_from).collect()
}
