//! Which plan, and what it gains on the cheapest that could do in its place.

use super::range::{Drawn, interval};
use super::{Assessment, Plan};

/// Below this difference of expected utility two plans are worth the same to the patient: about two minutes'
/// delay of a thrombectomy.
pub const NEGLIGIBLE_UTILITY: f64 = 0.001;

/// What the recommended plan gains on another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gain {
    /// Index of the plan it is held against.
    pub over: usize,
    /// Minutes to the treatment that both give.
    pub minutes: Option<f64>,
    pub expected_utility: f64,
    pub expected_utility_range: [f64; 2],
    pub p_mrs_0_2: f64,
    pub p_mrs_0_2_range: [f64; 2],
    pub euros: f64,
    /// Euros for one more patient alive and independent; `None` where nothing is gained or nothing spent.
    pub euros_per_good_outcome: Option<f64>,
}

impl Gain {
    /// Whether the futures drawn leave no doubt that the plan is the better.
    #[must_use]
    pub fn is_beyond_doubt(&self) -> bool {
        self.expected_utility_range[0] > 0.0
    }
}

/// The plan of greatest expected utility; among those within [`NEGLIGIBLE_UTILITY`] of it the cheapest, then the
/// first.
pub(super) fn recommend(plans: &[Plan], assessments: &[Assessment]) -> Option<usize> {
    let feasible = || (0..plans.len()).filter(|i| plans[*i].blocked_by.is_none());
    let most = feasible().map(|i| assessments[i].expected_utility).max_by(f64::total_cmp)?;
    feasible()
        .filter(|i| assessments[*i].expected_utility >= most - NEGLIGIBLE_UTILITY)
        .min_by(|a, b| plans[*a].cost_euros.total_cmp(&plans[*b].cost_euros))
}

/// The cheapest feasible plan that passes `keep`; the first of equals.
fn cheapest(plans: &[Plan], keep: impl Fn(usize, &Plan) -> bool) -> Option<usize> {
    (0..plans.len())
        .filter(|i| plans[*i].blocked_by.is_none() && keep(*i, &plans[*i]))
        .min_by(|a, b| plans[*a].cost_euros.total_cmp(&plans[*b].cost_euros))
}

/// Against the cheapest feasible plan with thrombectomy, or the cheapest of all where none has it.
pub(super) fn minutes_gained(plans: &[Plan], plan: &Plan) -> Option<f64> {
    let over = cheapest(plans, |_, p| p.groin.is_some()).or_else(|| cheapest(plans, |_, _| true))?;
    minutes_between(plan, &plans[over])
}

fn minutes_between(plan: &Plan, over: &Plan) -> Option<f64> {
    let between = |ours: Option<super::Minutes>, theirs: Option<super::Minutes>| Some((theirs? - ours?).0);
    between(plan.groin, over.groin).or_else(|| between(plan.needle, over.needle))
}

/// Against the cheapest other plan that gives the same kind of treatment, else the cheapest other of all; where
/// `chosen` is itself the cheapest, against the best of the others.
pub(super) fn gain(
    plans: &[Plan],
    assessments: &[Assessment],
    draws: &[Vec<Drawn>],
    chosen: usize,
) -> Option<Gain> {
    let plan = &plans[chosen];
    let other = |i: usize, p: &Plan| i != chosen && p.cost_euros <= plan.cost_euros;
    let over = cheapest(plans, |i, p| other(i, p) && p.groin.is_some() == plan.groin.is_some())
        .or_else(|| cheapest(plans, other))
        .or_else(|| {
            (0..plans.len())
                .filter(|i| *i != chosen && plans[*i].blocked_by.is_none())
                .max_by(|a, b| assessments[*a].expected_utility.total_cmp(&assessments[*b].expected_utility))
        })?;
    let difference = |of: fn(&Drawn) -> f64, central: f64| {
        interval(central, draws[chosen].iter().zip(&draws[over]).map(|(ours, theirs)| of(ours) - of(theirs)))
    };
    let expected_utility = assessments[chosen].expected_utility - assessments[over].expected_utility;
    let p_mrs_0_2 = assessments[chosen].p_mrs_0_2 - assessments[over].p_mrs_0_2;
    let euros = plan.cost_euros - plans[over].cost_euros;
    Some(Gain {
        over,
        minutes: minutes_between(plan, &plans[over]),
        expected_utility,
        expected_utility_range: difference(|d| d.expected_utility, expected_utility),
        p_mrs_0_2,
        p_mrs_0_2_range: difference(|d| d.p_mrs_0_2, p_mrs_0_2),
        euros,
        euros_per_good_outcome: (p_mrs_0_2 > 0.0 && euros > 0.0).then(|| euros / p_mrs_0_2),
    })
}
