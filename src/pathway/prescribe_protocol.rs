//! The reader prescribes the examination, or takes a prescription back.

use serde_json::json;
use uuid::Uuid;

use super::desk::{Actor, Desk, DeskError};
use crate::db::events::{EventKind, NewEvent};
use crate::db::{DbError, protocols};
use crate::domain::identity::{CaseId, ProtocolId};
use crate::domain::protocol::{Asked, NotMoved, Order, Prescription, State, Unfit};

/// Why an order was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum ProtocolError {
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error("no such order of this case")]
    NoSuchOrder,
    #[error(transparent)]
    Unfit(#[from] Unfit),
    #[error(transparent)]
    NotMoved(#[from] NotMoved),
}

impl From<DbError> for ProtocolError {
    fn from(error: DbError) -> Self {
        Self::Desk(error.into())
    }
}

/// Prescribes an examination for a case; it reaches the technologist at once.
///
/// # Errors
/// [`ProtocolError`]
pub async fn prescribe_protocol(
    desk: &Desk,
    actor: &Actor,
    case: CaseId,
    prescription: Prescription,
) -> Result<Order, ProtocolError> {
    let now = desk.now();
    let mut tx = desk.db.write().await?;
    let site = desk.case_for(&mut tx, actor, case).await?.site;
    let asked = Asked { id: ProtocolId(Uuid::new_v4()), case, site, by: actor.user.id, at: now };
    let order = Order::prescribe(prescription, asked)?;
    protocols::insert(&mut tx, &order).await?;
    let told = event(&order, actor, EventKind::ProtocolPrescribed, "prescribed");
    desk.commit(tx, &[told], &actor.record(now, "protocol.prescribe", Some(case.to_string()))).await?;
    Ok(order)
}

/// Whose orders a person may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// Of every case that they see.
    Seen,
    /// Of their own sites: who confirms an examination stands beside the scanner.
    OwnSites,
}

/// Takes a prescription back before it is done.
///
/// # Errors
/// [`ProtocolError`]
pub async fn withdraw_protocol(
    desk: &Desk,
    actor: &Actor,
    case: CaseId,
    id: ProtocolId,
) -> Result<Order, ProtocolError> {
    let (by, at) = (actor.user.id, desk.now());
    change(desk, actor, (case, id), Whose::Seen, "withdrawn", |state| state.withdraw(by, at)).await
}

/// Moves an order's state, tells it and records who did.
pub(super) async fn change(
    desk: &Desk,
    actor: &Actor,
    (case, id): (CaseId, ProtocolId),
    whose: Whose,
    what: &'static str,
    transition: impl FnOnce(State) -> Result<State, NotMoved>,
) -> Result<Order, ProtocolError> {
    let now = desk.now();
    let mut tx = desk.db.write().await?;
    desk.case_for(&mut tx, actor, case).await?;
    let order = protocols::get(&mut tx, case, id).await?.ok_or(ProtocolError::NoSuchOrder)?;
    if whose == Whose::OwnSites && !actor.user.sites.contains(&order.site) {
        return Err(ProtocolError::NoSuchOrder);
    }
    let order = Order { state: transition(order.state)?, ..order };
    protocols::update(&mut tx, &order).await?;
    let told = event(&order, actor, EventKind::ProtocolChanged, what);
    let action = format!("protocol.{what}");
    desk.commit(tx, &[told], &actor.record(now, &action, Some(case.to_string()))).await?;
    Ok(order)
}

fn event(order: &Order, actor: &Actor, kind: EventKind, what: &str) -> NewEvent {
    NewEvent {
        kind,
        case: Some(order.case),
        site: Some(order.site.clone()),
        actor: Some(actor.user.id),
        detail: json!({
            "what": what, "protocol": order.id, "modality": order.prescription.modality,
        }),
    }
}
