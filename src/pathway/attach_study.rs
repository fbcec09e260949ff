//! A person attaches a study to the case it belongs to, where the patient's id did not.

use super::calling::ask_about_flag;
use super::desk::{Actor, Desk, DeskError};
use crate::db::events::{EventKind, NewEvent};
use crate::db::studies::Listed;
use crate::db::{DbError, cases, studies};
use crate::domain::case::CaseState;
use crate::domain::identity::{CaseId, StudyUid};

/// Why a study stayed where it was.
#[derive(Debug, thiserror::Error)]
pub enum AttachError {
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error("no such study, or not one that this person sees")]
    NoSuchStudy,
    #[error("the study was sent by another site than the case's")]
    OtherSite,
}

impl From<DbError> for AttachError {
    fn from(error: DbError) -> Self {
        Self::Desk(error.into())
    }
}

/// Attaches the study. The case's clock takes the study's first image, if that is earlier.
///
/// # Errors
/// [`AttachError`]
pub async fn attach_study(
    desk: &Desk,
    actor: &Actor,
    id: CaseId,
    study: &StudyUid,
) -> Result<(), AttachError> {
    let now = desk.now();
    let sight = desk.sight(&actor.user);
    let mut tx = desk.db.write().await?;
    let mut case = desk.case_for(&mut tx, actor, id).await?;
    let placement = studies::placement(&mut tx, study).await?.ok_or(AttachError::NoSuchStudy)?;
    let seen = match placement.case {
        Some(_) => sight.sees(&placement.site),
        None => sight.sees_unassigned(&placement.site),
    };
    if !seen {
        return Err(AttachError::NoSuchStudy);
    }
    if placement.site != case.site {
        return Err(AttachError::OtherSite);
    }
    if placement.case == Some(id) {
        return Ok(());
    }
    let received = studies::get(&mut tx, study).await?.ok_or(AttachError::NoSuchStudy)?.received_at;
    studies::attach(&mut tx, study, id, now).await?;
    let first = case.first_image_at.map_or(received, |at| at.min(received));
    case.first_image_at = Some(first);
    let alerted = case.alert.map(|alert| alert.raised_at);
    if !matches!(case.state, CaseState::Decided { .. })
        && let Some(clock) = desk.region.clock(alerted, case.door_at, Some(first))
        && clock.started_at < case.clock.started_at
    {
        case.clock = clock;
    }
    cases::update(&mut tx, &case).await?;
    ask_about_flag(&mut tx, id, now).await?;
    let changed = |case, site| NewEvent {
        kind: EventKind::CaseChanged,
        case: Some(case),
        site: Some(site),
        actor: Some(actor.user.id),
        detail: serde_json::json!({ "by": "attached" }),
    };
    let mut happened = vec![changed(id, case.site)];
    happened.extend(placement.case.map(|from| changed(from, placement.site)));
    desk.commit(tx, &happened, &actor.record(now, "study.attach", Some(study.to_string()))).await?;
    Ok(())
}

/// Studies listed at most.
const LISTED: u32 = 500;

/// Studies that belong to no case and that `actor` sees, newest first.
///
/// # Errors
/// [`DbError`]
pub async fn unassigned(desk: &Desk, actor: &Actor) -> Result<Vec<Listed>, DbError> {
    let sight = desk.sight(&actor.user);
    let mut tx = desk.db.read().await?;
    let listed = studies::unassigned(&mut tx, LISTED).await?;
    Ok(listed.into_iter().filter(|study| sight.sees_unassigned(&study.site)).collect())
}
