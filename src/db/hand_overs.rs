//! What readers who gave a case back told the next.

use super::column::{json, parse, time, to_json};
use super::{DbError, Tx, on};
use crate::domain::hand_over::{HandOver, Leaving, Left};
use crate::domain::identity::{CaseId, UserId};
use crate::domain::time::Timestamp;

#[derive(sqlx::FromRow)]
struct Row {
    case_id: String,
    reader_id: String,
    note: String,
    seen: String,
    given_at: i64,
}

impl Row {
    fn read(self) -> Result<(CaseId, Left), DbError> {
        let seen = json(&self.seen, "series seen")?;
        let hand_over =
            HandOver::new(&self.note, seen).map_err(|_| DbError::Corrupt { what: "hand-over" })?;
        let left = Left {
            reader: parse(&self.reader_id, "user id")?,
            at: time(self.given_at, "hand-over's time")?,
            how: Leaving::GivenBack,
            hand_over,
        };
        Ok((parse(&self.case_id, "case id")?, left))
    }
}

/// Keeps a hand-over; one of the same case and moment takes its place.
///
/// # Errors
/// [`DbError`]
pub async fn insert(
    tx: &mut Tx,
    case: CaseId,
    reader: UserId,
    hand_over: &HandOver,
    at: Timestamp,
) -> Result<(), DbError> {
    let seen = to_json(&hand_over.seen(), "series seen")?;
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO hand_overs (case_id, reader_id, note, seen, given_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (case_id, given_at)
             DO UPDATE SET reader_id = excluded.reader_id, note = excluded.note, seen = excluded.seen",
        )
        .bind(case.to_string())
        .bind(reader.to_string())
        .bind(hand_over.note())
        .bind(&seen)
        .bind(at.as_microsecond())
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// The hand-overs of every undecided case, each case's latest last.
///
/// # Errors
/// [`DbError`]
pub async fn of_undecided(tx: &mut Tx) -> Result<Vec<(CaseId, Left)>, DbError> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT h.case_id, h.reader_id, h.note, h.seen, h.given_at FROM hand_overs h
             JOIN cases c ON c.id = h.case_id WHERE c.decided_at IS NULL ORDER BY h.given_at",
        )
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Row::read).collect()
}

/// The latest hand-over of a case.
///
/// # Errors
/// [`DbError`]
pub async fn latest(tx: &mut Tx, case: CaseId) -> Result<Option<Left>, DbError> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT case_id, reader_id, note, seen, given_at FROM hand_overs WHERE case_id = $1
             ORDER BY given_at DESC LIMIT 1",
        )
        .bind(case.to_string())
        .fetch_optional(c)
        .await
    })?;
    row.map(|row| row.read().map(|(_, left)| left)).transpose()
}
