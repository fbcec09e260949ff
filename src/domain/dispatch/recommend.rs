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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::dispatch::tests::{LVO, patient, plan};
    use crate::domain::dispatch::{Comparison, Mode, Spread, compare};
    use crate::domain::wording::Text;

    fn compared(plans: &[Plan]) -> Comparison {
        compare(plans, &patient(LVO), &Spread { draws: 80, ..Spread::default() }, 1)
    }

    fn blocked(plan: Plan) -> Plan {
        Plan { blocked_by: Some(Text::new("météo", "weather")), ..plan }
    }

    #[test]
    fn one_plan_dominates_another_where_it_is_nowhere_worse_and_somewhere_better() {
        let base = plan("p", Some(60.0), Some(120.0), 500.0);
        assert!(!base.dominates(&base));
        let better = [
            Plan { needle: Some(Minutes(59.0)), ..base.clone() },
            Plan { groin: Some(Minutes(119.0)), ..base.clone() },
            Plan { cost_euros: 499.0, ..base.clone() },
        ];
        for better in better {
            assert!(better.dominates(&base) && !base.dominates(&better));
        }
        let worse = [
            Plan { futile: 0.1, ..base.clone() },
            Plan { bypass: true, ..base.clone() },
            Plan { hemorrhage_loss_per_hour: 0.1, ..base.clone() },
            Plan { groin: None, ..base.clone() },
        ];
        for worse in worse {
            assert!(base.dominates(&worse) && !worse.dominates(&base));
        }
        let mixed = Plan { groin: Some(Minutes(100.0)), cost_euros: 501.0, ..base.clone() };
        assert!(!mixed.dominates(&base) && !base.dominates(&mixed));
    }

    #[test]
    fn minutes_are_gained_on_the_cheapest_that_can_be_done() {
        let plans = [
            plan("needle", Some(30.0), None, 100.0),
            blocked(plan("grounded", Some(30.0), Some(90.0), 200.0)),
            plan("road", Some(30.0), Some(200.0), 400.0),
            plan("air", Some(45.0), Some(150.0), 2000.0),
        ];
        let gained = |i: usize| minutes_gained(&plans, &plans[i]);
        assert_eq!(
            [gained(0), gained(1), gained(2), gained(3)],
            [Some(0.0), Some(110.0), Some(0.0), Some(50.0)]
        );
        // Without a thrombectomy anywhere, on the cheapest; to the needle.
        let needles = [plan("far", Some(80.0), None, 50.0), plan("near", Some(30.0), None, 90.0)];
        assert_eq!(minutes_gained(&needles, &needles[1]), Some(50.0));
        assert_eq!(minutes_gained(&[plan("stay", None, None, 0.0)], &needles[0]), None);
    }

    #[test]
    fn the_cheaper_of_equals_is_recommended_and_the_first_of_equal_prices() {
        let dear = plan("dear", None, Some(120.0), 900.0);
        // Two minutes of thrombectomy are worth less than the least that counts.
        let cheap = plan("cheap", None, Some(121.0), 300.0);
        assert_eq!(compared(&[dear.clone(), cheap.clone()]).recommended, Some(1));
        assert_eq!(
            compared(&[cheap.clone(), Plan { name: "same".into(), ..cheap.clone() }]).recommended,
            Some(0)
        );
        assert_eq!(compared(&[dear, blocked(cheap.clone())]).recommended, Some(0));
        assert_eq!(compared(&[blocked(cheap)]).recommended, None);
    }

    #[test]
    fn a_flight_is_held_against_the_best_of_the_cheaper_that_do_not_fly() {
        let by = |mode, plan: Plan| Plan { mode: Some(mode), ..plan };
        let plans = [
            by(Mode::Road, plan("far", None, Some(300.0), 300.0)),
            by(Mode::Road, plan("road", None, Some(220.0), 500.0)),
            by(Mode::Air, plan("slow flight", None, Some(190.0), 1500.0)),
            by(Mode::Air, plan("flight", None, Some(120.0), 2600.0)),
            by(Mode::Team, plan("team", None, Some(200.0), 4000.0)),
        ];
        let gain = compared(&plans).gain.unwrap();
        assert_eq!((gain.over, gain.minutes, gain.euros), (1, Some(100.0), 2100.0));
        // Only a dearer one is left: held against that.
        let plans = [plans[3].clone(), plans[4].clone()];
        let gain = compared(&plans).gain.unwrap();
        assert_eq!((gain.over, gain.euros, gain.euros_per_good_outcome), (1, -1400.0, None));
        // Of equals, the cheaper.
        let plans = [
            by(Mode::Road, plan("dearer", None, Some(220.0), 600.0)),
            by(Mode::Road, plan("cheaper", None, Some(220.0), 500.0)),
            by(Mode::Air, plan("flight", None, Some(120.0), 2600.0)),
        ];
        assert_eq!(compared(&plans).gain.unwrap().over, 1);
        // Cheaper, but by air as well: better than nothing to hold it against.
        let gain = compared(&[
            by(Mode::Air, plan("slow flight", None, Some(190.0), 1500.0)),
            by(Mode::Air, plan("flight", None, Some(120.0), 2600.0)),
        ])
        .gain
        .unwrap();
        assert_eq!(gain.over, 0);
        // Nothing to hold it against at all.
        assert_eq!(compared(&plans[2..]).gain, None);
    }

    #[test]
    fn a_drive_is_held_against_the_best_of_the_cheaper_that_do_otherwise() {
        let by = |mode, plan: Plan| Plan { mode: Some(mode), ..plan };
        let plans = [
            by(Mode::Stay, plan("stay", None, None, 0.0)),
            by(Mode::Road, plan("slow road", None, Some(220.0), 300.0)),
            by(Mode::Road, plan("road", None, Some(120.0), 500.0)),
        ];
        let comparison = compared(&plans);
        assert_eq!((comparison.recommended, comparison.gain.unwrap().over), (Some(2), 0));
        // As dear is not cheaper, however good.
        let as_dear = by(Mode::Stay, plan("near", None, Some(200.0), 500.0));
        assert_eq!(compared(&[plans[0].clone(), plans[2].clone(), as_dear]).gain.unwrap().over, 0);
        // A gain is what the figures differ by.
        let (gain, [stay, _, road]) = (comparison.gain.unwrap(), &comparison.assessments[..]) else {
            panic!("three plans")
        };
        assert_eq!(gain.expected_utility, road.expected_utility - stay.expected_utility);
        assert_eq!(gain.p_mrs_0_2, road.p_mrs_0_2 - stay.p_mrs_0_2);
        assert_eq!((gain.minutes, gain.euros), (None, 500.0));
        assert!((gain.euros_per_good_outcome.unwrap() - 500.0 / gain.p_mrs_0_2).abs() < 1e-9);
        let [low, high] = gain.p_mrs_0_2_range;
        assert!(0.0 < low && low < gain.p_mrs_0_2 && gain.p_mrs_0_2 < high && high < 0.5, "{low} to {high}");
        let [low, high] = gain.expected_utility_range;
        assert!(0.0 < low && low < gain.expected_utility && gain.expected_utility < high && high < 0.6);
    }

    #[test]
    fn a_good_outcome_has_a_price_only_where_one_is_gained_and_paid() {
        let same_price =
            compared(&[plan("p", None, Some(220.0), 500.0), plan("q", None, Some(120.0), 500.0)]);
        let gain = same_price.gain.unwrap();
        assert_eq!((gain.euros, gain.euros_per_good_outcome), (0.0, None));
        // Better, but nobody more becomes independent.
        let plans = [plan("p", None, Some(220.0), 400.0), plan("q", None, Some(120.0), 500.0)];
        let mut assessments = compared(&plans).assessments;
        assessments[0].p_mrs_0_2 = assessments[1].p_mrs_0_2;
        let draws = [Vec::new(), Vec::new()];
        let gain = super::gain(&plans, &assessments, &draws, 1, &patient(LVO)).unwrap();
        assert_eq!((gain.euros, gain.p_mrs_0_2, gain.euros_per_good_outcome), (100.0, 0.0, None));
    }

    #[test]
    fn a_gain_is_beyond_doubt_when_no_future_leaves_it_at_nothing() {
        let gain =
            compared(&[plan("p", None, Some(300.0), 1.0), plan("q", None, Some(120.0), 2.0)]).gain.unwrap();
        assert!(gain.is_beyond_doubt());
        let [_, high] = gain.expected_utility_range;
        assert!(!Gain { expected_utility_range: [0.0, high], ..gain }.is_beyond_doubt());
        assert!(gain.p_mrs_0_2_range[0] <= gain.p_mrs_0_2 && gain.p_mrs_0_2 <= gain.p_mrs_0_2_range[1]);
        assert!(gain.p_mrs_0_2 > 0.0 && gain.expected_utility > 0.0);
    }
}
