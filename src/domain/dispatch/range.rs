//! The doubt about a plan's figures: the same model over inputs drawn within their spread.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Gamma, StandardNormal};

use super::{BYPASS_HEMORRHAGE_ODDS_RATIO, Course, Future, Hinges, Patient, Plan};
use crate::domain::outcome::MrsDistribution;
use crate::domain::time::Minutes;

/// How far inputs stray from their stated values. The published curves themselves are taken as they are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Standard deviation of the logarithm of times still to come, in what every plan shares (this night's crews,
    /// wards, weather). Assumption: 0.10, a 95 % span of −18 to +22 %.
    pub shared_time_log_sd: f64,
    /// The same in each plan's own waits and travel. Assumption: 0.08.
    pub travel_log_sd: f64,
    /// The same in each plan's own preparation and treatment, in wards that stray more than roads. Assumption: 0.12.
    pub treatment_log_sd: f64,
    /// As many patients alike as the posterior is worth (Dirichlet concentration). Assumption: 50.
    pub posterior_weight: f64,
    /// Standard deviation of the logit of futility. Assumption: 0.2, about ±10 points around 43 %.
    pub futile_logit_sd: f64,
    /// Standard deviation of the logarithm of the bypass odds ratio: from its 95 % interval 0.41–0.96.
    pub bypass_log_sd: f64,
    /// Futures drawn.
    pub draws: usize,
}

impl Default for Spread {
    fn default() -> Self {
        Self {
            shared_time_log_sd: 0.10,
            travel_log_sd: 0.08,
            treatment_log_sd: 0.12,
            posterior_weight: 50.0,
            futile_logit_sd: 0.2,
            bypass_log_sd: 0.217,
            draws: 1000,
        }
    }
}

/// 95 % of the futures drawn, widened to the central figure where that lies outside.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    pub expected_utility: [f64; 2],
    pub p_mrs_0_2: [f64; 2],
}

impl Range {
    pub(super) fn around(central: &MrsDistribution, draws: &[Drawn]) -> Self {
        Self {
            expected_utility: interval(central.expected_utility(), draws.iter().map(|d| d.expected_utility)),
            p_mrs_0_2: interval(central.p_mrs_0_2(), draws.iter().map(|d| d.p_mrs_0_2)),
        }
    }
}

/// A plan's figures in one future.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drawn {
    pub(super) expected_utility: f64,
    pub(super) p_mrs_0_2: f64,
}

/// 2.5th to 97.5th percentile (nearest rank), and `central`.
pub(super) fn interval(central: f64, values: impl Iterator<Item = f64>) -> [f64; 2] {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let tail = values.len() / 40;
    let low = values.get(tail).copied().unwrap_or(central);
    let high = values.len().checked_sub(tail + 1).and_then(|i| values.get(i)).copied().unwrap_or(central);
    [low.min(central), high.max(central)]
}

/// Every plan in the same futures, plan by plan: differences between plans keep what they share.
pub(super) fn draw(plans: &[Plan], patient: &Patient, spread: &Spread, seed: u64) -> Vec<Vec<Drawn>> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut drawn: Vec<Vec<Drawn>> = plans.iter().map(|_| Vec::with_capacity(spread.draws)).collect();
    for _ in 0..spread.draws {
        let future = Future {
            age: patient.onset.at_quantile(rng.random()),
            shares: shares(patient, spread, &mut rng),
            bypass_odds_ratio: BYPASS_HEMORRHAGE_ODDS_RATIO * (spread.bypass_log_sd * normal(&mut rng)).exp(),
        };
        let shared = spread.shared_time_log_sd * normal(&mut rng);
        let futility = spread.futile_logit_sd * normal(&mut rng);
        for (plan, of_plan) in plans.iter().zip(&mut drawn) {
            let slower = Slower {
                travel: (shared + spread.travel_log_sd * normal(&mut rng)).exp(),
                treatment: (shared + spread.treatment_log_sd * normal(&mut rng)).exp(),
            };
            let outcome = plan.outcome(&future, plan.as_it_may_go(slower, futility));
            of_plan
                .push(Drawn { expected_utility: outcome.expected_utility(), p_mrs_0_2: outcome.p_mrs_0_2() });
        }
    }
    drawn
}

/// By how much times stretch in one future.
#[derive(Debug, Clone, Copy)]
struct Slower {
    travel: f64,
    treatment: f64,
}

impl Slower {
    /// What lies behind cannot be late any more.
    fn stretch(self, t: Minutes, on_the_way: Minutes) -> Minutes {
        if t <= Minutes::ZERO {
            return t;
        }
        let way = on_the_way.min(t);
        Minutes(way.0 * self.travel + (t - way).0 * self.treatment)
    }
}

impl Plan {
    fn as_it_may_go(&self, slower: Slower, futility: f64) -> Course {
        let way = self.on_the_way.unwrap_or(Minutes::ZERO);
        // A needle that does not wait for the transport is not late with it.
        let before_needle = if self.hinges == Hinges::Everything { way } else { Minutes::ZERO };
        let odds = self.futile * futility.exp();
        Course {
            needle: self.needle.map(|t| slower.stretch(t, before_needle)),
            groin: self.groin.map(|t| slower.stretch(t, way)),
            futile: odds / (odds + 1.0 - self.futile),
        }
    }
}

fn normal(rng: &mut StdRng) -> f64 {
    StandardNormal.sample(rng)
}

/// A Dirichlet draw around the posterior: what is excluded stays excluded, what is certain stays certain.
fn shares(patient: &Patient, spread: &Spread, rng: &mut StdRng) -> [f64; 4] {
    let stated = patient.posterior.to_array();
    let weights = stated.map(|share| match Gamma::new(share * spread.posterior_weight, 1.0) {
        Ok(gamma) if share > 0.0 => gamma.sample(rng),
        _ => 0.0,
    });
    let total: f64 = weights.iter().sum();
    if total > 0.0 { weights.map(|w| w / total) } else { stated }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::dispatch::tests::plan;

    #[test]
    fn a_range_leaves_out_a_fortieth_on_each_side_and_holds_the_figure() {
        let values = |count: u32| (0..count).rev().map(f64::from);
        assert_eq!(interval(40.0, values(80)), [2.0, 77.0]);
        assert_eq!(interval(40.0, values(39)), [0.0, 40.0]);
        assert_eq!(interval(-1.0, values(80)), [-1.0, 77.0]);
        assert_eq!(interval(3.0, std::iter::empty()), [3.0, 3.0]);
    }

    #[test]
    fn travel_and_treatment_stretch_by_their_own_factor() {
        let slower = Slower { travel: 2.0, treatment: 1.5 };
        let stretched = |t, way| slower.stretch(Minutes(t), Minutes(way)).0;
        assert_eq!(stretched(100.0, 60.0), 60.0 * 2.0 + 40.0 * 1.5);
        assert_eq!(stretched(40.0, 60.0), 40.0 * 2.0);
        assert_eq!(stretched(0.0, 60.0), 0.0);
        assert_eq!(stretched(-30.0, 60.0), -30.0);
    }

    #[test]
    fn a_needle_before_the_transport_is_not_late_with_it() {
        let slower = Slower { travel: 2.0, treatment: 1.5 };
        let course = |hinges| {
            let plan = Plan {
                hinges,
                on_the_way: Some(Minutes(50.0)),
                futile: 0.5,
                ..plan("p", Some(60.0), Some(100.0), 0.0)
            };
            plan.as_it_may_go(slower, 0.0)
        };
        let (before, after) = (course(Hinges::Groin), course(Hinges::Everything));
        assert_eq!((before.needle, before.groin), (Some(Minutes(90.0)), Some(Minutes(175.0))));
        assert_eq!((after.needle, after.groin), (Some(Minutes(115.0)), Some(Minutes(175.0))));
    }

    #[test]
    fn futility_strays_on_its_logit() {
        let futile = |futile, by: f64| {
            let sure = Slower { travel: 1.0, treatment: 1.0 };
            Plan { futile, ..plan("p", None, Some(100.0), 0.0) }.as_it_may_go(sure, by).futile
        };
        assert!((futile(0.43, 0.0) - 0.43).abs() < 1e-12);
        // Odds 1 times 3, and odds 3/7 divided by 3.
        assert!((futile(0.5, 3.0_f64.ln()) - 0.75).abs() < 1e-12);
        assert!((futile(0.3, -3.0_f64.ln()) - 1.0 / 8.0).abs() < 1e-12);
        assert_eq!((futile(0.0, 1.0), futile(1.0, -1.0)), (0.0, 1.0));
    }
}
