//! A person enters, corrects or takes back a moment of a case.

use super::desk::{Actor, Desk, DeskError};
use crate::db::events::{EventKind, NewEvent};
use crate::db::{DbError, cases, milestones};
use crate::domain::case::Case;
use crate::domain::clinical::milestone::{Entry, Known, MilestoneKind, Refused};
use crate::domain::identity::CaseId;
use crate::domain::time::Timestamp;
use crate::domain::wording::Text;

/// Why a moment was not taken.
#[derive(Debug, thiserror::Error)]
pub enum MilestoneError {
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error("the program alone knows this moment")]
    NotEntered,
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error("a correction needs its reason")]
    NoReason,
    #[error("there is nothing to take back")]
    Nothing,
}

impl From<DbError> for MilestoneError {
    fn from(error: DbError) -> Self {
        Self::Desk(error.into())
    }
}

/// Records a moment; `None` takes what people entered before back. Nothing is overwritten: a change of what is known
/// needs its reason. The same again changes nothing.
///
/// # Errors
/// [`MilestoneError`]
pub async fn record_milestone(
    desk: &Desk,
    actor: &Actor,
    id: CaseId,
    kind: MilestoneKind,
    at: Option<Timestamp>,
    reason: String,
) -> Result<(), MilestoneError> {
    if kind.known() == Known::ByProgram {
        return Err(MilestoneError::NotEntered);
    }
    let now = desk.now();
    let mut tx = desk.db.write().await?;
    let mut case = desk.case_for(&mut tx, actor, id).await?;
    let entries = milestones::entries(&mut tx, id).await?;
    let known = milestones::seen(&mut tx, &case).await?.corrected(&entries);
    let last = entries.iter().rev().find(|entry| entry.kind == kind);
    match at {
        Some(at) if known.at(kind) == Some(at) => return Ok(()),
        Some(at) => known.may_set(kind, at, now)?,
        None if last.is_none_or(|entry| entry.at.is_none()) => return Err(MilestoneError::Nothing),
        None => {}
    }
    if known.at(kind).is_some() && reason.trim().is_empty() {
        return Err(MilestoneError::NoReason);
    }
    if kind == MilestoneKind::Door && tell_clock(desk, &mut case, at) {
        cases::update(&mut tx, &case).await?;
    }
    let word = entered(kind, at, known.at(kind));
    let entry = Entry { kind, at, reason: reason.trim().to_owned(), by: actor.user.id, recorded_at: now };
    milestones::insert(&mut tx, id, &entry).await?;
    let event = NewEvent {
        kind: EventKind::MilestoneRecorded,
        case: Some(id),
        site: Some(case.site),
        actor: Some(actor.user.id),
        detail: serde_json::json!({ "kind": kind, "at": at, "text": word }),
    };
    desk.commit(tx, &[event], &actor.record(now, "case.milestone", Some(id.to_string()))).await?;
    Ok(())
}

/// An arrival before everything else known starts the mission's clock; it never starts later than it did.
fn tell_clock(desk: &Desk, case: &mut Case, door: Option<Timestamp>) -> bool {
    let alert = case.alert.map(|alert| alert.raised_at);
    match desk.region.clock(alert, door, case.first_image_at) {
        Some(clock) if clock.started_at < case.clock.started_at => {
            case.clock = clock;
            true
        }
        _ => false,
    }
}

fn entered(kind: MilestoneKind, at: Option<Timestamp>, before: Option<Timestamp>) -> Text {
    let label = kind.label();
    let (fr, en) = match (at, before) {
        (None, _) => ("heure retirée", "time taken back"),
        (Some(_), Some(_)) => ("heure corrigée", "time corrected"),
        (Some(_), None) => ("heure saisie", "time entered"),
    };
    Text::new(format!("{} : {fr}", label.fr), format!("{}: {en}", label.en))
}
