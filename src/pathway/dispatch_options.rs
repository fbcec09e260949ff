//! The regulator's question answered for a case: what each transport changes, and what it costs.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::desk::{Desk, DeskError};
use super::order_queue::{assess, ranges};
use super::view::{Posterior, Words};
use super::view_case::dossier;
use crate::domain::case::CaseState;
use crate::domain::dispatch::{
    self, Aboard, Assessment, BreakEven, Conditions, Gain, Leg, LegKind, MODEL_VERSION, Milestones, Mode,
    OnsetAge, Options, Question, Route, Spread, TransportPlan, Vehicle, Weather, When, Workup,
};
use crate::domain::evidence::Differential;
use crate::domain::identity::{CaseId, SiteId};
use crate::domain::time::{Minutes, Timestamp};
use crate::domain::wording::Text;

/// A step of a plan, minutes from now.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct LegView {
    #[schema(value_type = Words)]
    pub label: Text,
    pub start_min: f64,
    pub end_min: f64,
    /// `wait`, `travel` or `treatment`.
    #[schema(value_type = String)]
    pub kind: LegKind,
}

/// From one hospital to the next, for the map.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct RouteView {
    #[schema(value_type = String)]
    pub from: SiteId,
    #[schema(value_type = String)]
    pub to: SiteId,
    /// `road` or `air`.
    #[schema(value_type = String)]
    pub by: Vehicle,
    /// `patient` or `team`.
    #[schema(value_type = String)]
    pub aboard: Aboard,
    pub minutes: f64,
}

/// 95 % ranges of a plan's figures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct RangeView {
    pub expected_utility: [f64; 2],
    pub p_mrs_0_2: [f64; 2],
}

/// A plan and what it changes.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlanView {
    /// Stable id.
    pub name: String,
    #[schema(value_type = Words)]
    pub label: Text,
    #[schema(value_type = String)]
    pub from: SiteId,
    #[schema(value_type = String)]
    pub destination: SiteId,
    /// `stay`, `road`, `air` or `team`.
    #[schema(value_type = String)]
    pub mode: Mode,
    pub feasible: bool,
    #[schema(value_type = Option<Words>)]
    pub blocked_by: Option<Text>,
    pub legs: Vec<LegView>,
    /// The patient's in order, then the team's; empty where nobody travels.
    pub routes: Vec<RouteView>,
    /// Minutes from onset to thrombolysis; null: not given.
    pub needle_at: Option<f64>,
    /// Minutes from onset to groin puncture; null: no thrombectomy.
    pub groin_at: Option<f64>,
    #[schema(value_type = Words)]
    pub onset_used: Text,
    /// Probability of each grade of the modified Rankin scale, 0 to 6.
    pub mrs: [f64; 7],
    pub expected_utility: f64,
    pub p_mrs_0_2: f64,
    pub cost_euros: f64,
    /// To treatment, on the cheapest feasible plan; negative: later.
    pub minutes_gained: Option<f64>,
    /// Chance of no thrombectomy on arrival.
    pub futile: f64,
    /// Goes past a nearer hospital that treats strokes: harms a haemorrhage.
    pub bypass: bool,
    /// The aircraft that the plan needs.
    pub aircraft: Option<String>,
    pub milestones: MilestonesView,
    pub range: RangeView,
}

/// The moments foreseen, minutes from the comparison; null: the plan has none.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct MilestonesView {
    pub departure: Option<f64>,
    pub arrival: Option<f64>,
    pub needle: Option<f64>,
    pub groin: Option<f64>,
}

/// What the recommended plan gains on the one that it is held against.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct GainView {
    /// Name of the plan it is held against.
    pub over: String,
    pub minutes: Option<f64>,
    pub p_mrs_0_2: f64,
    pub p_mrs_0_2_range: [f64; 2],
    pub euros: f64,
    pub euros_per_good_outcome: Option<f64>,
    /// Delay of the recommended plan's transport at which the other does as well; null: however late.
    pub break_even_minutes: Option<f64>,
}

/// The plans side by side, in a stable order.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DispatchOptions {
    #[schema(value_type = Words)]
    pub sentence: Text,
    /// Name of the plan recommended; null when none can be done.
    pub recommended: Option<String>,
    pub gain: Option<GainView>,
    /// The moment that the plans start from.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// `flyable`, `grounded` or `unknown`, as the regulator says.
    #[schema(value_type = String)]
    pub weather: Weather,
    pub model_version: &'static str,
    pub posterior: Posterior,
    pub plans: Vec<PlanView>,
}

/// What the regulator tells of the moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asked {
    pub at: Timestamp,
    pub weather: Weather,
}

/// Computes the options of a case as it stands.
///
/// # Errors
/// [`DeskError`]; a case whose site has left the region is answered as no such case.
pub async fn dispatch_options(desk: &Desk, id: CaseId, asked: Asked) -> Result<DispatchOptions, DeskError> {
    let Asked { at: now, weather } = asked;
    let mut tx = desk.db.read().await?;
    let dossier = dossier(&mut tx, id).await?.ok_or(DeskError::NoSuchCase)?;
    drop(tx);
    let case = &dossier.case;
    let signed = match &case.state {
        CaseState::Decided { decision, .. } => Differential::of(decision.diagnosis),
        CaseState::Waiting | CaseState::Reading(_) => None,
    };
    let (posterior, ranges) = match signed {
        Some(certain) => (certain, None),
        None => (assess(&dossier, &desk.region, None, now).0.posterior, ranges(&dossier, &desk.region)),
    };
    let onset = OnsetAge::of(case.picture.onset, now);
    let question = Question {
        region: &desk.region,
        site: &case.site,
        onset,
        posterior,
        thrombolysis: dispatch::thrombolysis(case.picture.anticoagulant, &posterior),
        workup: if case.first_image_at.is_some() { Workup::Imaged } else { Workup::NotImaged },
        conditions: Conditions { when: When::At(now), weather },
        spread: Spread::default(),
        seed: seed(id),
    };
    let options = dispatch::options(&question).map_err(|_| DeskError::NoSuchCase)?;
    Ok(shown(options, &question, Posterior::of(posterior, ranges), asked))
}

/// A case's own seed: the same question shows the same ranges.
fn seed(id: CaseId) -> u64 {
    let (high, low) = id.0.as_u64_pair();
    high ^ low
}

fn shown(options: Options, question: &Question<'_>, posterior: Posterior, asked: Asked) -> DispatchOptions {
    let Options { plans, comparison } = options;
    let names: Vec<String> = plans.iter().map(|transport| transport.plan.name.clone()).collect();
    let named = |i: usize| names.get(i).cloned();
    let gain = comparison.gain.as_ref().and_then(|gain| Some(gain_view(gain, named(gain.over)?)));
    let plans = plans
        .into_iter()
        .zip(comparison.assessments)
        .map(|(plan, assessed)| plan_view(plan, &assessed, question.onset));
    DispatchOptions {
        sentence: comparison.sentence,
        recommended: comparison.recommended.and_then(named),
        gain,
        at: asked.at,
        weather: asked.weather,
        model_version: MODEL_VERSION,
        posterior,
        plans: plans.collect(),
    }
}

fn gain_view(gain: &Gain, over: String) -> GainView {
    GainView {
        over,
        minutes: gain.minutes.map(tenth),
        p_mrs_0_2: gain.p_mrs_0_2,
        p_mrs_0_2_range: gain.p_mrs_0_2_range,
        euros: gain.euros.round(),
        euros_per_good_outcome: gain.euros_per_good_outcome.map(f64::round),
        break_even_minutes: match gain.break_even {
            BreakEven::After(delay) => Some(tenth(delay.0)),
            BreakEven::Never => None,
        },
    }
}

/// Where the onset is not known, the middle of what is assumed; the words beside the figure say so.
fn age(onset: OnsetAge) -> Minutes {
    match onset {
        OnsetAge::Known(age) => age,
        OnsetAge::WithinLast { minutes, .. } => Minutes(minutes.0 / 2.0),
    }
}

fn plan_view(transport: TransportPlan, assessed: &Assessment, onset: OnsetAge) -> PlanView {
    let milestones = milestones_view(transport.milestones());
    let TransportPlan { plan, from, destination, mode, legs, routes } = transport;
    let from_onset = |at: Option<Minutes>| at.map(|at| tenth((age(onset) + at).0));
    PlanView {
        name: plan.name,
        label: plan.label,
        from,
        destination,
        mode,
        feasible: plan.blocked_by.is_none(),
        blocked_by: plan.blocked_by,
        legs: legs.into_iter().map(leg_view).collect(),
        routes: routes.into_iter().map(route_view).collect(),
        needle_at: from_onset(plan.needle),
        groin_at: from_onset(plan.groin),
        onset_used: onset.in_words(),
        mrs: assessed.mrs.probabilities(),
        expected_utility: assessed.expected_utility,
        p_mrs_0_2: assessed.p_mrs_0_2,
        cost_euros: plan.cost_euros.round(),
        minutes_gained: assessed.minutes_gained.map(tenth),
        futile: plan.futile,
        bypass: plan.bypass,
        aircraft: plan.aircraft,
        milestones,
        range: RangeView {
            expected_utility: assessed.range.expected_utility,
            p_mrs_0_2: assessed.range.p_mrs_0_2,
        },
    }
}

fn milestones_view(of: Milestones) -> MilestonesView {
    let minutes = |at: Option<Minutes>| at.map(|at| tenth(at.0));
    MilestonesView {
        departure: minutes(of.departure),
        arrival: minutes(of.arrival),
        needle: minutes(of.needle),
        groin: minutes(of.groin),
    }
}

fn leg_view(leg: Leg) -> LegView {
    LegView { label: leg.label, start_min: tenth(leg.start.0), end_min: tenth(leg.end.0), kind: leg.kind }
}

fn route_view(route: Route) -> RouteView {
    let Route { from, to, by, aboard, minutes } = route;
    RouteView { from, to, by, aboard, minutes: tenth(minutes.0) }
}

fn tenth(minutes: f64) -> f64 {
    (minutes * 10.0).round() / 10.0
}

/// What a plan was called when it was decided, and the gate that then stopped it; from what was then shown.
pub(super) fn label_and_gate(plan: &str, shown: &str) -> Option<(Text, Option<Text>)> {
    #[derive(Deserialize)]
    struct Shown {
        plans: Vec<Labelled>,
    }
    #[derive(Deserialize)]
    struct Labelled {
        name: String,
        label: Text,
        blocked_by: Option<Text>,
    }
    let shown: Shown = serde_json::from_str(shown).ok()?;
    shown.plans.into_iter().find(|p| p.name == plan).map(|p| (p.label, p.blocked_by))
}
