//! What a model was measured to do, and what that makes of its flag at a site.

use serde::{Deserialize, Serialize};

use super::rate::Rate;

/// An estimate with its 95 % interval, each 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

impl Interval {
    /// Whether it can be what a count of studies left of a share: around its value, within 0 to 1, and of some width.
    /// However many studies were counted, something stays open; one without width says nothing of how many they were.
    #[must_use]
    pub fn is_measured(self) -> bool {
        0.0 <= self.low
            && self.low <= self.value
            && self.value <= self.high
            && self.high <= 1.0
            && self.low < self.high
    }
}

/// What a model was measured to do at its threshold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Performance {
    pub sensitivity: Interval,
    pub specificity: Interval,
}

/// What a flag is worth at a site.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PredictiveValues {
    /// P(disease | flagged).
    pub ppv: Interval,
    /// P(no disease | analysed and not flagged).
    pub npv: Interval,
}

impl Performance {
    /// Predictive values at `prevalence` (0 to 1), of the next patient's flag as the posterior takes it: by the means
    /// that the evaluation leaves of the rates. The interval's ends take the intervals' ends of sensitivity and
    /// specificity together: wider than 95 %, never narrower.
    #[must_use]
    pub fn predictive_values(&self, prevalence: f64) -> PredictiveValues {
        let ppv = |se: f64, sp: f64| share(se * prevalence, (1.0 - sp) * (1.0 - prevalence));
        let npv = |se: f64, sp: f64| share(sp * (1.0 - prevalence), (1.0 - se) * prevalence);
        let (se, sp) = (self.sensitivity, self.specificity);
        let [mean_se, mean_sp] = self.rates().map(Rate::mean);
        let over = |f: &dyn Fn(f64, f64) -> f64| {
            let (value, low, high) = (f(mean_se, mean_sp), f(se.low, sp.low), f(se.high, sp.high));
            Interval { value, low: low.min(value), high: high.max(value) }
        };
        PredictiveValues { ppv: over(&ppv), npv: over(&npv) }
    }

    /// P(flag | disease) / P(flag | no disease), of the next patient: few measured studies bring it nearer to 1.
    #[must_use]
    pub fn positive_likelihood_ratio(&self) -> f64 {
        let [se, sp] = self.rates().map(Rate::mean);
        se / (1.0 - sp)
    }

    /// Sensitivity and specificity as the evaluation leaves them.
    pub(super) fn rates(&self) -> [Rate; 2] {
        [self.sensitivity, self.specificity].map(Rate::of)
    }
}

/// a / (a + b); 0 when both are 0 (the event never happens).
fn share(a: f64, b: f64) -> f64 {
    if a + b > 0.0 { a / (a + b) } else { 0.0 }
}
