//! What treatment at a given time does for the patient: time from onset → distribution of disability.
//!
//! Published method and figures: stroke-outcome 0.1.8 (NIHR SAMueL, MIT), `Continuous_outcome`. The log odds
//! of mRS ≤ k fall linearly from treatment at onset to the time of no effect. Tests hold it to 1e-6.

use std::sync::LazyLock;

use super::time::Minutes;

/// Number of grades of the modified Rankin Scale (0 no symptoms … 6 dead).
pub const MRS_GRADES: usize = 7;

/// Utility of each mRS grade, as stroke-outcome 0.1.8 takes them from Wang 2020
/// (doi:10.1161/STROKEAHA.119.028523; the paper's abstract rounds its pooled estimate to 0.96, 0.83, 0.72, 0.54,
/// 0.22, −0.18, 0).
pub const UTILITY: [f64; MRS_GRADES] = [0.97, 0.88, 0.74, 0.55, 0.20, -0.19, 0.00];

/// Time of no effect of intravenous thrombolysis (Emberson 2014, doi:10.1016/S0140-6736(14)60584-5).
pub const IVT_NO_EFFECT: Minutes = Minutes(378.0);
/// Time of no effect of thrombectomy (Fransen 2016, doi:10.1001/jamaneurol.2015.3886).
pub const MT_NO_EFFECT: Minutes = Minutes(480.0);

type Cumulative = [f64; MRS_GRADES];

const PRE_STROKE_NLVO: Cumulative = [0.583, 0.746, 0.85, 0.951, 0.993, 1.0, 1.0];
const PRE_STROKE_LVO: Cumulative = [0.408, 0.552, 0.672, 0.838, 0.956, 1.0, 1.0];
const UNTREATED_LVO: Cumulative = [0.05, 0.129, 0.265, 0.429, 0.676, 0.811, 1.0];
const UNTREATED_NLVO: Cumulative = [0.198, 0.46, 0.58, 0.708, 0.856, 0.918, 1.0];
const NO_EFFECT_NLVO_IVT: Cumulative = [0.196, 0.455, 0.574, 0.701, 0.847, 0.908, 1.0];
const NO_EFFECT_LVO_IVT: Cumulative = [0.048, 0.124, 0.255, 0.414, 0.653, 0.783, 1.0];
const NO_EFFECT_LVO_MT: Cumulative = [0.048, 0.124, 0.255, 0.412, 0.649, 0.779, 1.0];
const AT_ONSET_NLVO_IVT: Cumulative = [0.445, 0.642, 0.752, 0.862, 0.941, 0.967, 1.0];
const AT_ONSET_LVO_IVT: Cumulative = [0.14, 0.233, 0.361, 0.522, 0.73, 0.838, 1.0];
const AT_ONSET_LVO_MT: Cumulative = [0.306, 0.429, 0.548, 0.707, 0.851, 0.915, 1.0];

static NLVO_IVT: LazyLock<Curve> =
    LazyLock::new(|| Curve::between(AT_ONSET_NLVO_IVT, NO_EFFECT_NLVO_IVT, IVT_NO_EFFECT));
static LVO_IVT: LazyLock<Curve> =
    LazyLock::new(|| Curve::between(AT_ONSET_LVO_IVT, NO_EFFECT_LVO_IVT, IVT_NO_EFFECT));
static LVO_MT: LazyLock<Curve> =
    LazyLock::new(|| Curve::between(AT_ONSET_LVO_MT, NO_EFFECT_LVO_MT, MT_NO_EFFECT));

/// Probabilities of mRS ≤ 0 … 6, three months after.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MrsDistribution {
    cumulative: Cumulative,
}

impl MrsDistribution {
    /// Before the stroke, of those who have a stroke other than a large-vessel occlusion.
    pub const PRE_STROKE_NLVO: Self = Self { cumulative: PRE_STROKE_NLVO };
    /// Before the stroke, of those who have a large-vessel occlusion.
    pub const PRE_STROKE_LVO: Self = Self { cumulative: PRE_STROKE_LVO };
    /// Large-vessel occlusion without reperfusion treatment.
    pub const UNTREATED_LVO: Self = Self { cumulative: UNTREATED_LVO };
    /// Other ischaemic stroke without reperfusion treatment.
    pub const UNTREATED_NLVO: Self = Self { cumulative: UNTREATED_NLVO };

    /// P(mRS = 0) … P(mRS = 6); sums to 1.
    #[must_use]
    pub fn probabilities(&self) -> [f64; MRS_GRADES] {
        let mut below = 0.0;
        self.cumulative.map(|cumulative| {
            let p = cumulative - below;
            below = cumulative;
            p
        })
    }

    /// Mean mRS: lower is better.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.cumulative.iter().map(|c| 1.0 - c).sum()
    }

    /// Mean utility: 1 full health, 0 dead, negative worse than dead.
    #[must_use]
    pub fn expected_utility(&self) -> f64 {
        self.probabilities().iter().zip(UTILITY).map(|(p, u)| p * u).sum()
    }

    /// P(mRS ≤ 2): alive and independent.
    #[must_use]
    pub fn p_mrs_0_2(&self) -> f64 {
        self.cumulative[2]
    }

    /// The distribution of a mixed group; weights sum to 1.
    #[must_use]
    pub fn mixture<const N: usize>(parts: [(f64, Self); N]) -> Self {
        let mut cumulative = [0.0; MRS_GRADES];
        for (weight, part) in parts {
            for (sum, c) in cumulative.iter_mut().zip(part.cumulative) {
                *sum += weight * c;
            }
        }
        Self { cumulative }
    }

    /// Every odds of mRS ≤ k multiplied: a proportional-odds shift (below 1 is worse).
    #[must_use]
    pub fn with_odds_ratio(&self, odds_ratio: f64) -> Self {
        Self { cumulative: self.cumulative.map(|c| odds_ratio * c / (1.0 - c + odds_ratio * c)) }
    }
}

/// A treatment's benefit against time.
#[derive(Debug)]
struct Curve {
    at_onset: [f64; MRS_GRADES - 1],
    /// Change of log odds a minute.
    slope: [f64; MRS_GRADES - 1],
    no_effect: MrsDistribution,
    no_effect_at: Minutes,
}

impl Curve {
    fn between(at_onset: Cumulative, no_effect: Cumulative, no_effect_at: Minutes) -> Self {
        let log_odds = |p: f64| (p / (1.0 - p)).ln();
        let start: [f64; MRS_GRADES - 1] = std::array::from_fn(|k| log_odds(at_onset[k]));
        Self {
            at_onset: start,
            slope: std::array::from_fn(|k| (log_odds(no_effect[k]) - start[k]) / no_effect_at.0),
            no_effect: MrsDistribution { cumulative: no_effect },
            no_effect_at,
        }
    }

    /// P(mRS ≤ k), k < 6, for treatment `t` minutes from onset.
    fn probability(&self, k: usize, t: Minutes) -> f64 {
        1.0 / (1.0 + (-(self.at_onset[k] + self.slope[k] * t.0)).exp())
    }

    fn at(&self, t: Minutes) -> MrsDistribution {
        if t >= self.no_effect_at {
            return self.no_effect;
        }
        let t = t.max(Minutes::ZERO);
        let cumulative =
            std::array::from_fn(|k| if k < MRS_GRADES - 1 { self.probability(k, t) } else { 1.0 });
        MrsDistribution { cumulative }
    }

    /// −dU/dt at `t`: utility lost by one more minute before treatment; 0 outside (0, no effect).
    fn loss_rate(&self, t: Minutes) -> f64 {
        if t < Minutes::ZERO || t >= self.no_effect_at {
            return 0.0;
        }
        (0..MRS_GRADES - 1)
            .map(|k| {
                let p = self.probability(k, t);
                (UTILITY[k + 1] - UTILITY[k]) * p * (1.0 - p) * self.slope[k]
            })
            .sum()
    }
}

/// Outcome of an ischaemic stroke other than a large-vessel occlusion. Thrombectomy has no effect on it.
#[must_use]
pub fn nlvo(needle_at: Option<Minutes>) -> MrsDistribution {
    needle_at.map_or(MrsDistribution::UNTREATED_NLVO, |t| NLVO_IVT.at(t))
}

/// Outcome of a large-vessel occlusion, times from onset to needle and to groin puncture.
/// Given both treatments, the one with the lower mean mRS counts (ties: thrombectomy), as `Continuous_outcome` does.
#[must_use]
pub fn lvo(needle_at: Option<Minutes>, groin_at: Option<Minutes>) -> MrsDistribution {
    let ivt = needle_at.map(|t| LVO_IVT.at(t));
    let mt = groin_at.map(|t| LVO_MT.at(t));
    match (ivt, mt) {
        (Some(ivt), Some(mt)) if ivt.mean() < mt.mean() => ivt,
        (_, Some(mt)) => mt,
        (Some(ivt), None) => ivt,
        (None, None) => MrsDistribution::UNTREATED_LVO,
    }
}

/// Utility lost a minute by an untreated large-vessel occlusion that waits for thrombectomy, `since_onset` in.
#[must_use]
pub fn lvo_loss_rate(since_onset: Minutes) -> f64 {
    LVO_MT.loss_rate(since_onset)
}

/// Utility lost a minute by another ischaemic stroke that waits for thrombolysis, `since_onset` in.
#[must_use]
pub fn nlvo_loss_rate(since_onset: Minutes) -> f64 {
    NLVO_IVT.loss_rate(since_onset)
}

/// Thrombectomy selected by imaging after the published curve has ended: an option of its own, never a
/// stretch of that curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LateWindow {
    /// Utility gained by thrombectomy where imaging selects it: 0.20 in DAWN (utility-weighted mRS 5.5 against
    /// 3.4 of 10, adjusted difference 2.0; Nogueira 2018, doi:10.1056/NEJMoa1706442).
    pub gain: f64,
    /// Share of occlusions that imaging would select. Assumption: one in three.
    pub selected: f64,
    /// End of the window from last known well: 24 h (DAWN, DEFUSE-3).
    pub until: Minutes,
}

impl Default for LateWindow {
    fn default() -> Self {
        Self { gain: 0.20, selected: 1.0 / 3.0, until: Minutes(1440.0) }
    }
}

impl LateWindow {
    /// Utility lost a minute, the gain fading evenly from the end of the early curve to the end of the window
    /// (assumption: the trials show no steeper fall).
    #[must_use]
    pub fn loss_rate(&self, since_onset: Minutes) -> f64 {
        if since_onset < MT_NO_EFFECT || since_onset >= self.until {
            return 0.0;
        }
        self.gain * self.selected / (self.until - MT_NO_EFFECT).0
    }

    /// Utility lost between two times from onset.
    #[must_use]
    pub fn lost(&self, from: Minutes, to: Minutes) -> f64 {
        let within = |t: Minutes| t.max(MT_NO_EFFECT).min(self.until);
        self.loss_rate(MT_NO_EFFECT) * (within(to) - within(from)).0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loss_rate_is_the_slope_of_expected_utility() {
        let step = 1e-4;
        for t in (0..480).map(f64::from) {
            for (rate, outcome) in [
                (lvo_loss_rate(Minutes(t)), (|t| lvo(None, Some(Minutes(t)))) as fn(f64) -> MrsDistribution),
                (nlvo_loss_rate(Minutes(t)), |t| nlvo(Some(Minutes(t)))),
            ] {
                let (before, after) = (outcome(t).expected_utility(), outcome(t + step).expected_utility());
                // Where the nLVO curve ends (378 min) both rate and slope are zero.
                assert!((rate - (before - after) / step).abs() < 1e-7, "at {t}: {rate}");
            }
        }
    }

    #[test]
    fn an_odds_ratio_of_one_changes_nothing_and_below_one_harms() {
        let base = MrsDistribution::UNTREATED_LVO;
        assert_eq!(base.with_odds_ratio(1.0), base);
        let harmed = base.with_odds_ratio(0.63);
        assert!(harmed.expected_utility() < base.expected_utility());
        assert!((harmed.probabilities().iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn an_odds_ratio_multiplies_every_odds() {
        // P(mRS ≤ 2) of 0.265 is odds of 0.360544, times 0.63.
        let harmed = MrsDistribution::UNTREATED_LVO.with_odds_ratio(0.63);
        let odds = 0.63 * 0.265 / 0.735;
        assert!((harmed.p_mrs_0_2() - odds / (1.0 + odds)).abs() < 1e-12);
    }

    #[test]
    fn a_mixed_group_has_the_mean_of_its_parts() {
        let mixed = MrsDistribution::mixture([
            (0.25, MrsDistribution::UNTREATED_LVO),
            (0.75, MrsDistribution::PRE_STROKE_NLVO),
        ]);
        assert!((mixed.p_mrs_0_2() - (0.25 * 0.265 + 0.75 * 0.85)).abs() < 1e-12);
        let mean = 6.0 - (0.05 + 0.129 + 0.265 + 0.429 + 0.676 + 0.811);
        assert!((MrsDistribution::UNTREATED_LVO.mean() - mean).abs() < 1e-12);
    }

    #[test]
    fn nothing_is_lost_before_onset_nor_once_a_curve_has_ended() {
        let rates = |t| (lvo_loss_rate(Minutes(t)), nlvo_loss_rate(Minutes(t)));
        assert_eq!((rates(-0.1), rates(480.0)), ((0.0, 0.0), (0.0, 0.0)));
        assert!(rates(0.0).0 > 0.0 && rates(0.0).1 > 0.0);
        assert!(rates(378.0).0 > 0.0 && rates(377.9).1 > 0.0 && rates(479.9).0 > 0.0);
        assert_eq!(rates(378.0).1, 0.0);
        // A treatment before onset is one at onset.
        assert_eq!(nlvo(Some(Minutes(-5.0))), nlvo(Some(Minutes(0.0))));
    }

    #[test]
    fn the_late_windows_gain_is_lost_evenly() {
        let late = LateWindow::default();
        let lost = |from, to| late.lost(Minutes(from), Minutes(to));
        let close = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-12, "{found}");
        close(lost(0.0, 480.0), 0.0);
        close(lost(480.0, 1440.0), 0.2 / 3.0);
        close(lost(0.0, 5000.0), 0.2 / 3.0);
        // Two of sixteen hours.
        close(lost(600.0, 720.0), 0.2 / 3.0 / 8.0);
        close(late.loss_rate(Minutes(600.0)), 0.2 / 3.0 / 960.0);
    }

    #[test]
    fn the_late_window_is_flat_and_apart_from_the_early_curve() {
        let late = LateWindow::default();
        assert_eq!(late.loss_rate(Minutes(479.9)), 0.0);
        assert_eq!(late.loss_rate(Minutes(480.0)), late.loss_rate(Minutes(1439.0)));
        assert_eq!(late.loss_rate(Minutes(1440.0)), 0.0);
        assert!(late.loss_rate(Minutes(600.0)) < lvo_loss_rate(Minutes(479.0)));
    }
}
