//! People meet over a case: a consultation opens, and who may see the case may take part.

use super::desk::{Actor, Desk, DeskError};
use super::media::Seat;
use crate::db::cases;
use crate::db::consults::{self, Participant};
use crate::db::events::{EventKind, NewEvent};
use crate::domain::identity::{CaseId, ConsultId, ParticipantId};

/// The consultation of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opened {
    New(ConsultId),
    Existing(ConsultId),
}

/// A consultation and who takes part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consult {
    pub id: ConsultId,
    pub case: CaseId,
    pub participants: Vec<Participant>,
}

/// Opens the case's consultation, or gives the one that is open.
///
/// # Errors
/// [`DeskError`]
pub async fn open_consult(desk: &Desk, actor: &Actor, case: CaseId) -> Result<Opened, DeskError> {
    let now = desk.now();
    let mut tx = desk.db.write().await?;
    let site = desk.case_for(&mut tx, actor, case).await?.site;
    if let Some(id) = consults::open_of_case(&mut tx, case).await? {
        return Ok(Opened::Existing(id));
    }
    let id = ConsultId(uuid::Uuid::new_v4());
    consults::insert(&mut tx, id, case, actor.user.id, now).await?;
    let event = NewEvent {
        kind: EventKind::ConsultOpened,
        case: Some(case),
        site: Some(site),
        actor: Some(actor.user.id),
        detail: serde_json::json!({ "consult_id": id }),
    };
    desk.commit(tx, &[event], &actor.record(now, "consult.open", Some(id.to_string()))).await?;
    Ok(Opened::New(id))
}

/// A consultation of a case that `actor` sees.
///
/// # Errors
/// [`DeskError::NoSuchCase`] also where there is no such consultation.
pub async fn view_consult(desk: &Desk, actor: &Actor, id: ConsultId) -> Result<Consult, DeskError> {
    let mut tx = desk.db.read().await?;
    let case = consults::case_of(&mut tx, id).await?.ok_or(DeskError::NoSuchCase)?;
    let site = cases::get(&mut tx, case).await?.ok_or(DeskError::NoSuchCase)?.site;
    if !desk.sight(&actor.user).sees(&site) {
        return Err(DeskError::NoSuchCase);
    }
    let participants = consults::participants(&mut tx, id).await?;
    Ok(Consult { id, case, participants })
}

/// The seat of `actor` in a consultation: the same each time; the first time others are told.
///
/// # Errors
/// [`DeskError`]
pub async fn take_seat(desk: &Desk, actor: &Actor, consult: ConsultId) -> Result<Seat, DeskError> {
    let Consult { case, participants, .. } = view_consult(desk, actor, consult).await?;
    if let Some(place) = participants.iter().find(|p| p.user == actor.user.id) {
        return Ok(Seat { consult, participant: place.id });
    }
    let now = desk.now();
    let mut tx = desk.db.write().await?;
    let site = cases::get(&mut tx, case).await?.ok_or(DeskError::NoSuchCase)?.site;
    consults::join(&mut tx, consult, actor.user.id, ParticipantId(uuid::Uuid::new_v4()), now).await?;
    // Two tabs may join at once: what is kept decides.
    let participant =
        consults::place_of(&mut tx, consult, actor.user.id).await?.ok_or(DeskError::NoSuchCase)?;
    let event = NewEvent {
        kind: EventKind::ConsultChanged,
        case: Some(case),
        site: Some(site),
        actor: Some(actor.user.id),
        detail: serde_json::json!({ "consult_id": consult, "joined": true }),
    };
    desk.commit(tx, &[event], &actor.record(now, "consult.join", Some(consult.to_string()))).await?;
    Ok(Seat { consult, participant })
}
