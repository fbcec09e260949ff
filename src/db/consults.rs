//! Video consultations and who takes part.

use std::collections::BTreeMap;

use super::column::parse;
use super::{DbError, Tx, on};
use crate::domain::identity::{CaseId, ConsultId, ParticipantId, UserId};
use crate::domain::time::Timestamp;

/// One person's place in a consultation: the same each time they come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    pub id: ParticipantId,
    pub user: UserId,
    pub username: String,
    pub display_name: String,
    pub role: String,
}

/// Opens a consultation.
///
/// # Errors
/// [`DbError`]
pub async fn insert(
    tx: &mut Tx,
    id: ConsultId,
    case: CaseId,
    by: UserId,
    at: Timestamp,
) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query("INSERT INTO consults (id, case_id, opened_by, opened_at) VALUES ($1, $2, $3, $4)")
            .bind(id.to_string())
            .bind(case.to_string())
            .bind(by.to_string())
            .bind(at.as_microsecond())
            .execute(c)
            .await
            .map(|_| ())
    })?;
    Ok(())
}

/// The open consultation of a case.
///
/// # Errors
/// [`DbError`]
pub async fn open_of_case(tx: &mut Tx, case: CaseId) -> Result<Option<ConsultId>, DbError> {
    let id: Option<String> = on!(tx, |c| {
        sqlx::query_scalar(
            "SELECT id FROM consults WHERE case_id = $1 AND closed_at IS NULL ORDER BY opened_at DESC LIMIT 1",
        )
        .bind(case.to_string())
        .fetch_optional(c)
        .await
    })?;
    id.map(|id| parse(&id, "consultation id")).transpose()
}

/// The open consultations, by case.
///
/// # Errors
/// [`DbError`]
pub async fn open(tx: &mut Tx) -> Result<BTreeMap<CaseId, ConsultId>, DbError> {
    let rows: Vec<(String, String)> = on!(tx, |c| {
        sqlx::query_as("SELECT case_id, id FROM consults WHERE closed_at IS NULL ORDER BY opened_at")
            .fetch_all(c)
            .await
    })?;
    rows.iter().map(|(case, id)| Ok((parse(case, "case id")?, parse(id, "consultation id")?))).collect()
}

/// The case of a consultation.
///
/// # Errors
/// [`DbError`]
pub async fn case_of(tx: &mut Tx, id: ConsultId) -> Result<Option<CaseId>, DbError> {
    let case: Option<String> = on!(tx, |c| {
        sqlx::query_scalar("SELECT case_id FROM consults WHERE id = $1")
            .bind(id.to_string())
            .fetch_optional(c)
            .await
    })?;
    case.map(|case| parse(&case, "case id")).transpose()
}

/// A person's place in a consultation, if they have one.
///
/// # Errors
/// [`DbError`]
pub async fn place_of(tx: &mut Tx, id: ConsultId, user: UserId) -> Result<Option<ParticipantId>, DbError> {
    let place: Option<String> = on!(tx, |c| {
        sqlx::query_scalar("SELECT id FROM participants WHERE consult_id = $1 AND user_id = $2")
            .bind(id.to_string())
            .bind(user.to_string())
            .fetch_optional(c)
            .await
    })?;
    place.map(|place| parse(&place, "participant id")).transpose()
}

/// Gives a person a place; one that they have already is kept.
///
/// # Errors
/// [`DbError`]
pub async fn join(
    tx: &mut Tx,
    id: ConsultId,
    user: UserId,
    place: ParticipantId,
    at: Timestamp,
) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO participants (id, consult_id, user_id, joined_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (consult_id, user_id) DO NOTHING",
        )
        .bind(place.to_string())
        .bind(id.to_string())
        .bind(user.to_string())
        .bind(at.as_microsecond())
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// Who takes part, first come first.
///
/// # Errors
/// [`DbError`]
pub async fn participants(tx: &mut Tx, id: ConsultId) -> Result<Vec<Participant>, DbError> {
    let rows: Vec<(String, String, String, String, String)> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT p.id, p.user_id, u.username, u.display_name, u.role
             FROM participants p JOIN users u ON u.id = p.user_id
             WHERE p.consult_id = $1 ORDER BY p.joined_at, p.id",
        )
        .bind(id.to_string())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter()
        .map(|(id, user, username, display_name, role)| {
            Ok(Participant {
                id: parse(&id, "participant id")?,
                user: parse(&user, "user id")?,
                username,
                display_name,
                role,
            })
        })
        .collect()
}
