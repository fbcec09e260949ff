//! Two models on the same studies.

use serde::{Deserialize, Serialize};

use super::roc::Placements;
use super::{Proportion, Z95};
use crate::domain::evidence::Interval;

/// Of the same studies, how many each model got right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PairedCounts {
    pub both: u32,
    pub first_only: u32,
    pub second_only: u32,
    pub neither: u32,
}

/// Whether each of two models got a study right.
impl FromIterator<[bool; 2]> for PairedCounts {
    fn from_iter<I: IntoIterator<Item = [bool; 2]>>(right: I) -> Self {
        right.into_iter().fold(Self::default(), |mut counts, right| {
            let cell = match right {
                [true, true] => &mut counts.both,
                [true, false] => &mut counts.first_only,
                [false, true] => &mut counts.second_only,
                [false, false] => &mut counts.neither,
            };
            *cell += 1;
            counts
        })
    }
}

impl PairedCounts {
    #[must_use]
    pub fn studies(self) -> u32 {
        self.both + self.first_only + self.second_only + self.neither
    }

    /// Second share − first share, with Newcombe's interval for paired shares (Stat Med 1998;17:2635, method 10);
    /// none of nothing.
    #[must_use]
    pub fn difference(self) -> Option<Interval> {
        let whole = self.studies();
        let first = Proportion { part: self.both + self.first_only, whole }.interval()?;
        let second = Proportion { part: self.both + self.second_only, whole }.interval()?;
        let [a, b, c, d] = [self.both, self.second_only, self.first_only, self.neither].map(f64::from);
        let margins = ((a + b) * (c + d) * (a + c) * (b + d)).sqrt();
        let association = match a * d - b * c {
            _ if margins <= 0.0 => 0.0,
            positive if positive > 0.0 => (positive - f64::from(whole) / 2.0).max(0.0) / margins,
            other => other / margins,
        };
        let reach = |x: f64, y: f64| (x * x - 2.0 * association * x * y + y * y).max(0.0).sqrt();
        let value = second.value - first.value;
        Some(Interval {
            value,
            low: value - reach(second.value - second.low, first.high - first.value),
            high: value + reach(second.high - second.value, first.value - first.low),
        })
    }

    /// McNemar's exact test: P(a split of the disagreements at least this uneven), were both equally often right.
    #[must_use]
    pub fn mcnemar(self) -> f64 {
        let n = self.first_only + self.second_only;
        let least = self.first_only.min(self.second_only);
        let mut term = f64::from(n) * 0.5_f64.ln();
        let mut tail = 0.0;
        for k in 0..=least {
            tail += term.exp();
            term += (f64::from(n - k) / f64::from(k + 1)).ln();
        }
        (2.0 * tail).min(1.0)
    }
}

/// Second area − first area under the ROC curve of scores on the same studies, with DeLong's paired interval; none
/// unless both groups have someone.
#[must_use]
pub fn auc_difference(with: &[[f64; 2]], without: &[[f64; 2]]) -> Option<Interval> {
    if with.is_empty() || without.is_empty() {
        return None;
    }
    let of = |scores: &[[f64; 2]], model: usize| scores.iter().map(|pair| pair[model]).collect::<Vec<_>>();
    let [first, second] = [0, 1].map(|model| Placements::of(&of(with, model), &of(without, model)));
    let variance = first.covariance(&first) + second.covariance(&second) - 2.0 * first.covariance(&second);
    let (value, half) = (second.area() - first.area(), Z95 * variance.max(0.0).sqrt());
    Some(Interval { value, low: (value - half).max(-1.0), high: (value + half).min(1.0) })
}
