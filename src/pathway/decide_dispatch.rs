//! The regulator decides on a transport, with a reason; what was shown is kept with it.

use super::desk::{Actor, Desk, DeskError};
use super::dispatch_options::{Asked, dispatch_options};
use super::view::{DispatchDecisionView, Person};
use crate::db::DbError;
use crate::db::dispatch_decisions::{self, DispatchDecision, Shown};
use crate::db::events::{EventKind, NewEvent};
use crate::domain::dispatch::Weather;
use crate::domain::identity::CaseId;
use crate::domain::time::{Minutes, Timestamp};

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

/// How old a comparison may be to count as what the regulator saw. Past it, the one of this moment is kept.
const STILL_ON_SCREEN: Minutes = Minutes(15.0);

/// What the regulator chose, before what.
#[derive(Debug, Clone)]
pub struct Chosen {
    pub plan: String,
    pub reason: String,
    /// The moment of the comparison on the screen.
    pub shown_at: Option<Timestamp>,
    pub weather: Weather,
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
    chosen: Chosen,
) -> Result<DispatchDecisionView, DispatchError> {
    let Chosen { plan, reason, shown_at, weather } = chosen;
    if reason.trim().is_empty() {
        return Err(DispatchError::NoReason);
    }
    let now = desk.now();
    let at = shown_at.filter(|at| *at <= now && now - *at <= STILL_ON_SCREEN).unwrap_or(now);
    let options = dispatch_options(desk, id, Asked { at, weather }).await?;
    let chosen = options.plans.iter().find(|p| p.name == plan).ok_or(DispatchError::NoSuchPlan)?;
    let label = chosen.label.clone();
    let destination = chosen.destination.clone();
    let shown = serde_json::to_string(&options).map_err(|_| DbError::Corrupt { what: "dispatch options" })?;
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
