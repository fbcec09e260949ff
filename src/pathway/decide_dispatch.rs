//! The regulator decides on a transport, with a reason; what was shown is kept with it, sealed.

use sha2::{Digest, Sha256};

use super::call_interventionalist::after_transport;
use super::desk::{Actor, Desk, DeskError};
use super::dispatch_options::{Asked, MilestonesView, dispatch_options};
use super::view::{DispatchDecisionView, Person};
use crate::db::DbError;
use crate::db::dispatch_decisions::{self, DispatchDecision, Kept};
use crate::db::events::{EventKind, NewEvent};
use crate::domain::dispatch::{AgainstGate, Moments, Stopped, Weather, pass_gate};
use crate::domain::identity::CaseId;
use crate::domain::time::{Minutes, Timestamp};
use crate::domain::wording::Text;

/// Why no transport was decided.
#[derive(Debug, thiserror::Error)]
pub enum DispatchError {
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error("no such plan among this case's options")]
    NoSuchPlan,
    #[error("a decision needs its reason")]
    NoReason,
    #[error(transparent)]
    Stopped(#[from] Stopped),
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
    /// Why a gate that stops the plan does not hold; blank: nothing is said against it.
    pub despite: String,
    /// The moment of the comparison on the screen.
    pub shown_at: Option<Timestamp>,
    pub weather: Weather,
}

/// Records the decision. A plan that a gate stops may be chosen against the gate: the regulator may know more than it,
/// and says what. The audit chain repeats the seal, so that neither the decision nor what was shown can be changed
/// afterwards without breaking one of them.
///
/// # Errors
/// [`DispatchError`]
pub async fn decide_dispatch(
    desk: &Desk,
    actor: &Actor,
    id: CaseId,
    chosen: Chosen,
) -> Result<DispatchDecisionView, DispatchError> {
    let Chosen { plan, reason, despite, shown_at, weather } = chosen;
    if reason.trim().is_empty() {
        return Err(DispatchError::NoReason);
    }
    let now = desk.now();
    let at = shown_at.filter(|at| *at <= now && now - *at <= STILL_ON_SCREEN).unwrap_or(now);
    let options = dispatch_options(desk, id, Asked { at, weather }).await?;
    let chosen = options.plans.iter().find(|p| p.name == plan).ok_or(DispatchError::NoSuchPlan)?;
    let against = pass_gate(chosen.blocked_by.as_ref(), &despite)?;
    let gate = against.as_ref().and(chosen.blocked_by.clone());
    let despite = against.as_ref().map(AgainstGate::reason).map(str::to_owned);
    let label = chosen.label.clone();
    let destination = chosen.destination.clone();
    let mut kept = Kept {
        decision: DispatchDecision { plan, reason, despite, by: actor.user.id, at: now },
        shown: serde_json::to_string(&options).map_err(|_| DbError::Corrupt { what: "dispatch options" })?,
        model_version: options.model_version.to_owned(),
        foreseen: Some(foreseen(&chosen.milestones, options.at)),
        seal: None,
    };
    let seal = seal(id, &kept);
    kept.seal = Some(seal.clone());
    let mut tx = desk.db.write().await?;
    let case = desk.case_for(&mut tx, actor, id).await?;
    dispatch_decisions::insert(&mut tx, id, &kept).await?;
    let stood_down = after_transport(&mut tx, &desk.region, &case, actor.user.id, now).await?;
    let decision = kept.decision;
    let event = NewEvent {
        kind: EventKind::DispatchDecided,
        case: Some(id),
        site: Some(case.site),
        actor: Some(actor.user.id),
        detail: serde_json::json!({ "plan": decision.plan, "label": label, "destination": destination,
                                    "against": gate }),
    };
    let record = actor.record(now, "dispatch.decide", Some(format!("{id} sha256:{seal}")));
    let happened: Vec<NewEvent> = std::iter::once(event).chain(stood_down).collect();
    desk.commit(tx, &happened, &record).await?;
    Ok(decided(decision, Some((label, gate)), Some(Person::from(&actor.user))))
}

/// A decision as it is shown, with its plan's label and gate when it was taken.
pub(super) fn decided(
    decision: DispatchDecision,
    chosen: Option<(Text, Option<Text>)>,
    by: Option<Person>,
) -> DispatchDecisionView {
    let DispatchDecision { plan, reason, despite, by: _, at } = decision;
    let (label, gate) = chosen.unzip();
    DispatchDecisionView { plan, label, reason, gate: gate.flatten(), despite, by, at }
}

fn foreseen(milestones: &MilestonesView, from: Timestamp) -> Moments {
    let moment = |minutes: Option<f64>| minutes.map(|minutes| from + Minutes(minutes));
    Moments {
        departure: moment(milestones.departure),
        arrival: moment(milestones.arrival),
        needle: moment(milestones.needle),
        groin: moment(milestones.groin),
    }
}

/// SHA-256 over everything kept of a decision, each part after its length.
pub(super) fn seal(case: CaseId, kept: &Kept) -> String {
    let DispatchDecision { plan, reason, despite, by, at } = &kept.decision;
    let (case, by, at) = (case.to_string(), by.to_string(), at.to_string());
    let foreseen = kept.foreseen.as_ref().map_or_else(String::new, |moments| {
        let moment = |at: Option<Timestamp>| at.map_or_else(|| "-".to_owned(), |at| at.to_string());
        [moments.departure, moments.arrival, moments.needle, moments.groin].map(moment).join(" ")
    });
    // Last, and only where there is one: the seals from before it was kept still hold.
    let parts = [&case, plan, reason, &by, &at, &kept.shown, &kept.model_version, &foreseen];
    let mut hash = Sha256::new();
    for part in parts.into_iter().chain(despite) {
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    hex::encode(hash.finalize())
}
