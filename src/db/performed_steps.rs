//! What scanners say of the examinations they make.

use super::column::{from_word, parse, word};
use super::{DbError, Tx, on};
use crate::domain::identity::{ProtocolId, SiteId, SopInstanceUid};
use crate::domain::protocol::Performed;
use crate::domain::time::Timestamp;

/// A step as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub uid: SopInstanceUid,
    pub site: SiteId,
    pub order: Option<ProtocolId>,
    pub state: Performed,
}

/// Keeps a new step.
///
/// # Errors
/// [`DbError`]; [`DbError::is_unique_violation`] when it is there already.
pub async fn insert(tx: &mut Tx, step: &Step, at: Timestamp) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO performed_steps (sop_uid, site_id, protocol_id, state, begun_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $5)",
        )
        .bind(step.uid.as_str())
        .bind(step.site.as_str())
        .bind(step.order.map(|id| id.to_string()))
        .bind(word(&step.state, "step's state")?)
        .bind(at.as_microsecond())
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// Writes a step's state.
///
/// # Errors
/// [`DbError`]
pub async fn update(tx: &mut Tx, step: &Step, at: Timestamp) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query("UPDATE performed_steps SET state = $2, updated_at = $3 WHERE sop_uid = $1")
            .bind(step.uid.as_str())
            .bind(word(&step.state, "step's state")?)
            .bind(at.as_microsecond())
            .execute(c)
            .await
            .map(|_| ())
    })?;
    Ok(())
}

/// A step of a site's scanner.
///
/// # Errors
/// [`DbError`]
pub async fn get(tx: &mut Tx, site: &SiteId, uid: &SopInstanceUid) -> Result<Option<Step>, DbError> {
    let row: Option<(Option<String>, String)> = on!(tx, |c| {
        sqlx::query_as("SELECT protocol_id, state FROM performed_steps WHERE sop_uid = $1 AND site_id = $2")
            .bind(uid.as_str())
            .bind(site.as_str())
            .fetch_optional(c)
            .await
    })?;
    let Some((order, state)) = row else { return Ok(None) };
    Ok(Some(Step {
        uid: uid.clone(),
        site: site.clone(),
        order: order.map(|id| parse(&id, "protocol id")).transpose()?,
        state: from_word(&state, "step's state")?,
    }))
}
