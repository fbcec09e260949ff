//! The regulator decides on a transport, with a reason; what was shown is kept with it.

use super::desk::{Actor, Desk, DeskError};
use super::dispatch_options::dispatch_options;
use super::view::{DispatchDecisionView, Person};
use crate::db::DbError;
use crate::db::dispatch_decisions::{self, DispatchDecision, Shown};
use crate::db::events::{EventKind, NewEvent};
use crate::domain::identity::CaseId;

/// Why no transport was decided.
#[derive(Debug, thiserror::Error)]
pub enum DispatchError {
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error("no such plan among this case's options")]
    NoSuchPlan,
    #[error("a decision needs its reason")]
    NoReason,
}

impl From<DbError> for DispatchError {
    fn from(error: DbError) -> Self {
        Self::Desk(error.into())
    }
}

/// Records the decision. A plan that a gate blocks may be chosen: the regulator knows more than the gate, and the
/// reason says what.
///
/// # Errors
/// [`DispatchError`]
pub async fn decide_dispatch(
    desk: &Desk,
    actor: &Actor,
    id: CaseId,
    plan: String,
    reason: String,
) -> Result<DispatchDecisionView, DispatchError> {
    if reason.trim().is_empty() {
        return Err(DispatchError::NoReason);
    }
    let options = dispatch_options(desk, id).await?;
    let chosen = options.plans.iter().find(|p| p.name == plan).ok_or(DispatchError::NoSuchPlan)?;
    let label = chosen.label.clone();
    let destination = chosen.destination.clone();
    let shown = serde_json::to_string(&options).map_err(|_| DbError::Corrupt { what: "dispatch options" })?;
    let now = desk.now();
    let mut tx = desk.db.write().await?;
    let case = desk.case_for(&mut tx, actor, id).await?;
    let decision = DispatchDecision { plan, reason, by: actor.user.id, at: now };
    let kept = Shown { options: &shown, model_version: options.model_version };
    dispatch_decisions::insert(&mut tx, id, &decision, &kept).await?;
    let event = NewEvent {
        kind: EventKind::DispatchDecided,
        case: Some(id),
        site: Some(case.site),
        actor: Some(actor.user.id),
        detail: serde_json::json!({ "plan": decision.plan, "label": label, "destination": destination }),
    };
    desk.commit(tx, &[event], &actor.record(now, "dispatch.decide", Some(id.to_string()))).await?;
    Ok(DispatchDecisionView {
        plan: decision.plan,
        label: Some(label),
        reason: decision.reason,
        by: Some(Person::from(&actor.user)),
        at: now,
    })
}
