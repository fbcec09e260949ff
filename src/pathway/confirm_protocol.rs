//! The technologist reads an order and says what became of it.

use super::desk::{Actor, Desk};
use super::prescribe_protocol::{ProtocolError, Whose, change};
use crate::domain::identity::{CaseId, ProtocolId};
use crate::domain::protocol::{Done, Order};

/// The technologist has read the order.
///
/// # Errors
/// [`ProtocolError`]
pub async fn acknowledge_protocol(
    desk: &Desk,
    actor: &Actor,
    case: CaseId,
    id: ProtocolId,
) -> Result<Order, ProtocolError> {
    let (by, at) = (actor.user.id, desk.now());
    change(desk, actor, (case, id), Whose::OwnSites, "acknowledged", |state| state.acknowledge(by, at)).await
}

/// The technologist says what was done.
///
/// # Errors
/// [`ProtocolError`]
pub async fn finish_protocol(
    desk: &Desk,
    actor: &Actor,
    case: CaseId,
    id: ProtocolId,
    done: Done,
) -> Result<Order, ProtocolError> {
    let (by, at) = (actor.user.id, desk.now());
    let what = match done {
        Done::AsPrescribed => "done",
        Done::Deviated { .. } => "deviated",
    };
    change(desk, actor, (case, id), Whose::OwnSites, what, |state| state.finish(done, by, at)).await
}

/// The technologist cannot, and says why.
///
/// # Errors
/// [`ProtocolError`]
pub async fn refuse_protocol(
    desk: &Desk,
    actor: &Actor,
    case: CaseId,
    id: ProtocolId,
    reason: String,
) -> Result<Order, ProtocolError> {
    let (by, at) = (actor.user.id, desk.now());
    change(desk, actor, (case, id), Whose::OwnSites, "refused", |state| state.refuse(reason, by, at)).await
}
