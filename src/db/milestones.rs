//! Moments of cases: what people entered, nothing overwritten, and what the program saw itself.

use super::column::{from_word, parse, time, time_opt, word};
use super::{DbError, Tx, on};
use crate::domain::case::{Case, CaseState};
use crate::domain::clinical::milestone::{Entry, MilestoneKind, Milestones};
use crate::domain::identity::CaseId;
use crate::domain::time::Timestamp;

#[derive(sqlx::FromRow)]
struct Row {
    kind: String,
    at: Option<i64>,
    reason: String,
    recorded_by: String,
    recorded_at: i64,
}

impl TryFrom<Row> for Entry {
    type Error = DbError;
    fn try_from(row: Row) -> Result<Self, DbError> {
        Ok(Self {
            kind: from_word(&row.kind, "milestone")?,
            at: time_opt(row.at, "milestone's time")?,
            reason: row.reason,
            by: parse(&row.recorded_by, "user id")?,
            recorded_at: time(row.recorded_at, "entry's time")?,
        })
    }
}

/// Keeps an entry.
///
/// # Errors
/// [`DbError`]
pub async fn insert(tx: &mut Tx, case: CaseId, entry: &Entry) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO milestones (id, case_id, kind, at, reason, recorded_by, recorded_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(uuid::Uuid::new_v4().to_string())
        .bind(case.to_string())
        .bind(word(&entry.kind, "milestone")?)
        .bind(entry.at.map(Timestamp::as_microsecond))
        .bind(&entry.reason)
        .bind(entry.by.to_string())
        .bind(entry.recorded_at.as_microsecond())
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// What people entered of a case, in the order in which they did.
///
/// # Errors
/// [`DbError`]
pub async fn entries(tx: &mut Tx, case: CaseId) -> Result<Vec<Entry>, DbError> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT kind, at, reason, recorded_by, recorded_at FROM milestones
             WHERE case_id = $1 ORDER BY recorded_at, id",
        )
        .bind(case.to_string())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Entry::try_from).collect()
}

/// What the program saw of a case. The door is the alert's, until a person corrects it.
///
/// # Errors
/// [`DbError`]
pub async fn seen(tx: &mut Tx, case: &Case) -> Result<Milestones, DbError> {
    let id = case.id.to_string();
    let last_image: Option<i64> = on!(&mut *tx, |c| {
        sqlx::query_scalar(
            "SELECT MAX(i.received_at) FROM instances i JOIN series s ON s.series_uid = i.series_uid
             JOIN studies t ON t.study_uid = s.study_uid
             WHERE t.case_id = $1 AND s.modality NOT IN ('SR', 'SEG', 'KO', 'PR', 'DOC', 'RTSTRUCT')",
        )
        .bind(&id)
        .fetch_one(c)
        .await
    })?;
    let opened: Option<i64> = on!(&mut *tx, |c| {
        sqlx::query_scalar("SELECT MIN(at) FROM events WHERE case_id = $1 AND kind = 'case.claimed'")
            .bind(&id)
            .fetch_one(c)
            .await
    })?;
    let moments = [
        (MilestoneKind::LastImage, time_opt(last_image, "last image's time")?),
        (MilestoneKind::Opened, time_opt(opened, "first claim's time")?),
    ];
    Ok(of_case(case).with(moments))
}

/// What a case itself says: the alert's door, the first image, the diagnosis.
#[must_use]
pub fn of_case(case: &Case) -> Milestones {
    let read = match &case.state {
        CaseState::Decided { at, .. } => Some(*at),
        CaseState::Waiting | CaseState::Reading(_) => None,
    };
    Milestones::default().with([
        (MilestoneKind::Door, case.door_at),
        (MilestoneKind::FirstImage, case.first_image_at),
        (MilestoneKind::Read, read),
    ])
}
