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
    let weights = stated
        .map(|share| Gamma::new(share * spread.posterior_weight, 1.0).map_or(0.0, |gamma| gamma.sample(rng)));
    let total: f64 = weights.iter().sum();
    if total > 0.0 { weights.map(|w| w / total) } else { stated }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::dispatch::OnsetAge;
    use crate::domain::dispatch::tests::{LVO, patient, plan};
    use crate::domain::evidence::{Differential, Shares};
    use crate::domain::outcome;

    /// Nothing strays.
    const SURE: Spread = Spread {
        shared_time_log_sd: 0.0,
        travel_log_sd: 0.0,
        treatment_log_sd: 0.0,
        posterior_weight: 1e12,
        futile_logit_sd: 0.0,
        bypass_log_sd: 0.0,
        draws: 2000,
    };

    /// P(mRS ≤ 2) of a plan over its futures.
    fn drawn(plan: Plan, patient: &Patient, spread: &Spread) -> [f64; 2] {
        let draws = draw(&[plan], patient, spread, 1).remove(0);
        assert_eq!(draws.len(), spread.draws);
        interval(draws[0].p_mrs_0_2, draws.iter().map(|d| d.p_mrs_0_2))
    }

    /// Within an eighth of the range that is expected.
    fn assert_range(found: [f64; 2], expected: [f64; 2]) {
        let [low, high] = expected;
        let tolerance = (high - low) / 8.0;
        assert!(
            (found[0] - low).abs() < tolerance && (found[1] - high).abs() < tolerance,
            "{found:?} is not {expected:?}"
        );
    }

    fn by_thrombectomy(groin: f64) -> f64 {
        outcome::lvo(None, Some(Minutes(groin))).p_mrs_0_2()
    }

    #[test]
    fn each_input_strays_as_far_as_its_spread_says() {
        // 1.96 standard deviations either way, of what strays alone.
        let groin = 150.0;
        let way = |minutes| Plan { on_the_way: Some(Minutes(minutes)), ..plan("p", None, Some(groin), 0.0) };
        let times = |of: Plan, spread, strays: f64, by: f64| {
            let late = |z: f64| groin - strays + strays * (z * by).exp();
            assert_range(
                drawn(of, &patient(LVO), &spread),
                [by_thrombectomy(late(1.96)), by_thrombectomy(late(-1.96))],
            );
        };
        times(way(60.0), Spread { shared_time_log_sd: 0.1, ..SURE }, 150.0, 0.1);
        times(way(60.0), Spread { travel_log_sd: 0.08, ..SURE }, 60.0, 0.08);
        times(way(60.0), Spread { treatment_log_sd: 0.12, ..SURE }, 90.0, 0.12);
        // Futility on its logit, around 43 %.
        let futile = |z: f64| 1.0 / (1.0 + (-(0.43_f64 / 0.57).ln() - z * 0.2).exp());
        let mixed = |z: f64| {
            futile(z) * outcome::lvo(None, None).p_mrs_0_2() + (1.0 - futile(z)) * by_thrombectomy(groin)
        };
        assert_range(
            drawn(
                Plan { futile: 0.43, ..way(60.0) },
                &patient(LVO),
                &Spread { futile_logit_sd: 0.2, ..SURE },
            ),
            [mixed(1.96), mixed(-1.96)],
        );
        // The odds ratio of bypass on its logarithm, around 0.63.
        let bled =
            |z: f64| MrsDistribution::UNTREATED_LVO.with_odds_ratio(0.63 * (z * 0.217_f64).exp()).p_mrs_0_2();
        assert_range(
            drawn(
                Plan { bypass: true, ..way(60.0) },
                &patient([1.0, 0.0, 0.0, 0.0]),
                &Spread { bypass_log_sd: 0.217, ..SURE },
            ),
            [bled(-1.96), bled(1.96)],
        );
    }

    #[test]
    fn the_posterior_strays_as_that_of_so_many_patients() {
        // Half occlusions, half mimics, worth 50 patients: Beta(25, 25), 95 % within 0.3634 and 1 − 0.3634.
        let half = patient([0.0, 0.5, 0.0, 0.5]);
        let of = |share: f64| {
            share * by_thrombectomy(150.0) + (1.0 - share) * MrsDistribution::PRE_STROKE_NLVO.p_mrs_0_2()
        };
        let plan = || plan("p", None, Some(150.0), 0.0);
        assert_range(
            drawn(plan(), &half, &Spread { posterior_weight: 50.0, ..SURE }),
            [of(1.0 - 0.3634), of(0.3634)],
        );
        // Worth nobody: as it is stated.
        let nobody = drawn(plan(), &half, &Spread { posterior_weight: 0.0, ..SURE });
        assert!(nobody.iter().all(|found| (found - of(0.5)).abs() < 1e-12), "{nobody:?}");
    }

    #[test]
    fn where_nothing_strays_every_future_is_the_figure() {
        let shares = Shares { hemorrhage: 0.2, lvo: 0.4, nlvo: 0.3, mimic: 0.1 };
        let onset = OnsetAge::Known(Minutes(60.0));
        let patient = Patient { onset, posterior: Differential::try_from(shares).unwrap() };
        let plan = Plan { futile: 0.3, bypass: true, ..plan("p", Some(40.0), Some(150.0), 0.0) };
        let stated = crate::domain::dispatch::central_outcome(&plan, &patient).p_mrs_0_2();
        for found in drawn(plan, &patient, &SURE) {
            assert!((found - stated).abs() < 1e-5, "{found} is not {stated}");
        }
    }

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
