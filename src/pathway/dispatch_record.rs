//! The record of a case's transport: decisions with what was shown, and what happened against what was foreseen.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::decide_dispatch::seal;
use super::desk::{Actor, Desk, DeskError};
use super::dispatch_options::label_and_gate;
use super::view::{Person, Words};
use crate::db::dispatch_decisions::{self, Kept};
use crate::db::users::User;
use crate::db::{DbError, Tx, cases, milestones, users};
use crate::domain::clinical::milestone::{MilestoneKind, Milestones};
use crate::domain::dispatch::{Accuracy, Held, Moments, Stretch, accuracy, held};
use crate::domain::identity::{CaseId, UserId};
use crate::domain::time::{Minutes, Timestamp};
use crate::domain::wording::Text;

/// Over how long foreseen and real times are compared: a year of the region's practice.
const COMPARED_OVER: Minutes = Minutes(365.0 * 1440.0);

/// The moments of a transport; null: none, or not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MomentsView {
    #[schema(value_type = Option<String>, format = DateTime)]
    pub departure: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub arrival: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub needle: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub groin: Option<Timestamp>,
}

impl From<Moments> for MomentsView {
    fn from(Moments { departure, arrival, needle, groin }: Moments) -> Self {
        Self { departure, arrival, needle, groin }
    }
}

/// A decision with all that was kept of it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DecisionRecord {
    pub plan: String,
    #[schema(value_type = Option<Words>)]
    pub label: Option<Text>,
    pub reason: String,
    /// The gate that it was decided against; null where none stopped the plan.
    #[schema(value_type = Option<Words>)]
    pub gate: Option<Text>,
    /// Why the gate does not hold.
    pub despite: Option<String>,
    pub by: Option<Person>,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    pub model_version: String,
    /// The options as they were on the screen.
    #[schema(value_type = Object)]
    pub shown: serde_json::Value,
    pub foreseen: Option<MomentsView>,
    /// SHA-256 over the decision and what was shown, repeated by the audit chain; null: from before it was kept.
    pub seal: Option<String>,
    /// Whether it still is what was sealed; null without a seal.
    pub intact: Option<bool>,
}

/// One stretch of the transport, minutes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct StretchView {
    /// `to_departure`, `travel`, `to_needle`, `door_to_groin` or `to_groin`.
    #[schema(value_type = String)]
    pub stretch: Stretch,
    pub foreseen: Option<f64>,
    pub real: Option<f64>,
    /// Positive: it took longer than foreseen.
    pub error: Option<f64>,
}

/// Everything kept of a case's transport.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DispatchRecord {
    /// The last first: it is the one in force.
    pub decisions: Vec<DecisionRecord>,
    pub real: MomentsView,
    /// Of the decision in force.
    pub stretches: Vec<StretchView>,
}

/// How well a stretch is foreseen, minutes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct StretchAccuracy {
    #[schema(value_type = String)]
    pub stretch: Stretch,
    pub cases: usize,
    /// Positive: it takes longer than foreseen.
    pub median_error: f64,
    /// 10th to 90th percentile of the errors.
    pub spread: [f64; 2],
    /// Median of the errors' size.
    pub median_size: f64,
}

/// Foreseen against real over the cases that a person sees.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Foresight {
    /// Transports decided in the last year.
    pub decided: usize,
    /// Of which at least one real time is known.
    pub compared: usize,
    pub stretches: Vec<StretchAccuracy>,
}

/// The record of a case.
///
/// # Errors
/// [`DeskError`]
pub async fn dispatch_record(desk: &Desk, id: CaseId) -> Result<DispatchRecord, DeskError> {
    let mut tx = desk.db.read().await?;
    let case = cases::get(&mut tx, id).await?.ok_or(DeskError::NoSuchCase)?;
    let kept = dispatch_decisions::of_case(&mut tx, case.id).await?;
    let real = real(&mut tx, case.id).await?;
    let people: BTreeMap<UserId, User> =
        users::all(&mut tx).await?.into_iter().map(|user| (user.id, user)).collect();
    drop(tx);
    let in_force = kept.first().and_then(|kept| Some(held(&kept.foreseen?, &real, kept.decision.at)));
    Ok(DispatchRecord {
        decisions: kept
            .into_iter()
            .map(|kept| decision_record(id, kept, &people))
            .collect::<Result<_, _>>()?,
        real: real.into(),
        stretches: in_force.unwrap_or_default().into_iter().map(stretch_view).collect(),
    })
}

fn decision_record(
    case: CaseId,
    kept: Kept,
    people: &BTreeMap<UserId, User>,
) -> Result<DecisionRecord, DbError> {
    let (label, gate) = label_and_gate(&kept.decision.plan, &kept.shown).unzip();
    let intact = kept.seal.as_ref().map(|said| *said == seal(case, &kept));
    Ok(DecisionRecord {
        label,
        gate: gate.flatten(),
        plan: kept.decision.plan,
        reason: kept.decision.reason,
        despite: kept.decision.despite,
        by: people.get(&kept.decision.by).map(Person::from),
        at: kept.decision.at,
        model_version: kept.model_version,
        shown: serde_json::from_str(&kept.shown)
            .map_err(|_| DbError::Corrupt { what: "dispatch options" })?,
        foreseen: kept.foreseen.map(MomentsView::from),
        seal: kept.seal,
        intact,
    })
}

/// Foreseen against real over all transports that `actor` sees.
///
/// # Errors
/// [`DbError`]
pub async fn foresight(desk: &Desk, actor: &Actor) -> Result<Foresight, DbError> {
    let since = desk.now() + Minutes(-COMPARED_OVER.0);
    let sight = desk.sight(&actor.user);
    let mut tx = desk.db.read().await?;
    let mut all = Vec::new();
    for decided in dispatch_decisions::foreseen_since(&mut tx, since).await? {
        if sight.sees(&decided.site) {
            let real = real(&mut tx, decided.case).await?;
            all.push(held(&decided.foreseen, &real, decided.at));
        }
    }
    drop(tx);
    let is_compared = |stretches: &&Vec<Held>| stretches.iter().any(|held| held.error.is_some());
    Ok(Foresight {
        decided: all.len(),
        compared: all.iter().filter(is_compared).count(),
        stretches: accuracy(&all).into_iter().map(accuracy_view).collect(),
    })
}

/// What people entered of the transport.
async fn real(tx: &mut Tx, case: CaseId) -> Result<Moments, DbError> {
    let entered = Milestones::default().corrected(&milestones::entries(tx, case).await?);
    Ok(Moments {
        departure: entered.at(MilestoneKind::Departure),
        arrival: entered.at(MilestoneKind::Arrival),
        needle: entered.at(MilestoneKind::Needle),
        groin: entered.at(MilestoneKind::Groin),
    })
}

fn stretch_view(held: Held) -> StretchView {
    let minutes = |of: Option<Minutes>| of.map(|minutes| tenth(minutes.0));
    StretchView {
        stretch: held.stretch,
        foreseen: minutes(held.foreseen),
        real: minutes(held.real),
        error: minutes(held.error),
    }
}

fn accuracy_view(of: Accuracy) -> StretchAccuracy {
    StretchAccuracy {
        stretch: of.stretch,
        cases: of.cases,
        median_error: tenth(of.median.0),
        spread: of.spread.map(|minutes| tenth(minutes.0)),
        median_size: tenth(of.median_size.0),
    }
}

fn tenth(minutes: f64) -> f64 {
    (minutes * 10.0).round() / 10.0
}
