//! Which plan, and what it gains on the cheapest that could do in its place.

use super::range::{Drawn, interval};
use super::{Assessment, BreakEven, Patient, Plan, break_even};
use crate::domain::time::Minutes;

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
    /// How late the recommended plan's transport may be before the other does as well.
    pub break_even: BreakEven,
}

impl Gain {
    /// Whether the futures drawn leave no doubt that the plan is the better.
    #[must_use]
    pub fn is_beyond_doubt(&self) -> bool {
        self.expected_utility_range[0] > 0.0
    }
}

/// The plan of greatest expected utility; among those within [`NEGLIGIBLE_UTILITY`] of it the cheapest, then the
/// first. Never one that another beats in every time and in cost: the published model weighs thrombolysis against
/// thrombectomy by mean mRS, so that where it changes from one to the other a later needle may raise expected utility
/// (by up to 0.006).
pub(super) fn recommend(plans: &[Plan], assessments: &[Assessment]) -> Option<usize> {
    let can_be_done = |p: &Plan| p.blocked_by.is_none();
    let feasible = || {
        (0..plans.len()).filter(|i| {
            can_be_done(&plans[*i]) && !plans.iter().any(|p| can_be_done(p) && p.dominates(&plans[*i]))
        })
    };
    let most = feasible().map(|i| assessments[i].expected_utility).max_by(f64::total_cmp)?;
    feasible()
        .filter(|i| assessments[*i].expected_utility >= most - NEGLIGIBLE_UTILITY)
        .min_by(|a, b| plans[*a].cost_euros.total_cmp(&plans[*b].cost_euros))
}

impl Plan {
    /// At least as early in both treatments, as cheap and as safe, and in one of them strictly.
    fn dominates(&self, other: &Self) -> bool {
        let at = |t: Option<Minutes>| t.map_or(f64::INFINITY, |t| t.0);
        let pairs = [
            (at(self.needle), at(other.needle)),
            (at(self.groin), at(other.groin)),
            (self.cost_euros, other.cost_euros),
            (self.futile, other.futile),
            (f64::from(u8::from(self.bypass)), f64::from(u8::from(other.bypass))),
            (self.hemorrhage_loss_per_hour, other.hemorrhage_loss_per_hour),
        ];
        pairs.iter().all(|(ours, theirs)| ours <= theirs) && pairs.iter().any(|(ours, theirs)| ours < theirs)
    }
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
    let between = |ours: Option<Minutes>, theirs: Option<Minutes>| Some((theirs? - ours?).0);
    between(plan.groin, over.groin).or_else(|| between(plan.needle, over.needle))
}

/// Against the best of the cheaper plans that travel another way: what the flight changes, the road being there. Where
/// there is none, against the best of the cheaper, else of the others.
pub(super) fn gain(
    plans: &[Plan],
    assessments: &[Assessment],
    draws: &[Vec<Drawn>],
    chosen: usize,
    patient: &Patient,
) -> Option<Gain> {
    let plan = &plans[chosen];
    let best = |keep: &dyn Fn(&Plan) -> bool| {
        (0..plans.len())
            .filter(|i| *i != chosen && plans[*i].blocked_by.is_none() && keep(&plans[*i]))
            .max_by(|a, b| {
                let utility = |i: &usize| assessments[*i].expected_utility;
                let price = |i: &usize| plans[*i].cost_euros;
                utility(a).total_cmp(&utility(b)).then(price(b).total_cmp(&price(a)))
            })
    };
    let is_cheaper = |p: &Plan| p.cost_euros < plan.cost_euros;
    let travels_otherwise =
        |p: &Plan| p.mode.is_none() || p.flies() != plan.flies() || (p.mode != plan.mode && !plan.flies());
    let over = best(&|p| is_cheaper(p) && travels_otherwise(p))
        .or_else(|| best(&is_cheaper))
        .or_else(|| best(&|_| true))?;
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
        break_even: break_even(plan, &plans[over], patient),
    })
}
