//! How well scores tell those with the disease from those without.

use serde::{Deserialize, Serialize};

use super::{Z95, count, covariance, mean};
use crate::domain::evidence::Interval;

/// The area under the ROC curve: P(score of one with > score of one without), ties a half. Interval by DeLong's
/// variance (Biometrics 1988;44:837) on the logit scale, which keeps its cover where the area is high and the sample
/// small (Qin and Hotilovac, Stat Methods Med Res 2008;17:207). Where that variance is nothing, as when the scores
/// part the two completely, by Newcombe's score interval. None unless both groups have someone.
#[must_use]
pub fn auc(with: &[f64], without: &[f64]) -> Option<Interval> {
    if with.is_empty() || without.is_empty() {
        return None;
    }
    let placed = Placements::of(with, without);
    let area = placed.area();
    let variance = placed.covariance(&placed);
    if variance <= f64::EPSILON {
        return Some(score_interval(area, count(with.len()), count(without.len())));
    }
    let logit = (area / (1.0 - area)).ln();
    let half = Z95 * variance.sqrt() / (area * (1.0 - area));
    let back = |x: f64| 1.0 / (1.0 + (-x).exp());
    Some(Interval { value: area, low: back(logit - half).min(area), high: back(logit + half).max(area) })
}

/// Each score's share of the other group that it exceeds.
pub(super) struct Placements {
    with: Vec<f64>,
    without: Vec<f64>,
}

impl Placements {
    pub(super) fn of(with: &[f64], without: &[f64]) -> Self {
        let wins = |a: f64, b: f64| {
            if a > b {
                1.0
            } else if a < b {
                0.0
            } else {
                0.5
            }
        };
        let share = |sum: f64, of: usize| sum / count(of);
        Self {
            with: with
                .iter()
                .map(|&x| share(without.iter().map(|&y| wins(x, y)).sum(), without.len()))
                .collect(),
            without: without
                .iter()
                .map(|&y| share(with.iter().map(|&x| wins(x, y)).sum(), with.len()))
                .collect(),
        }
    }

    pub(super) fn area(&self) -> f64 {
        mean(&self.with)
    }

    /// DeLong's covariance of two areas on the same studies; of one with itself its variance.
    pub(super) fn covariance(&self, other: &Self) -> f64 {
        covariance(&self.with, &other.with) / count(self.with.len())
            + covariance(&self.without, &other.without) / count(self.without.len())
    }
}

/// Newcombe's interval of an area (Stat Med 2006;25:559, method 5): the areas that lie within 1.96 of the standard
/// errors that Hanley and McNeil give them.
fn score_interval(area: f64, with: f64, without: f64) -> Interval {
    let error = |a: f64| {
        let n = f64::midpoint(with, without);
        let spread = 1.0 + (n - 1.0) * ((1.0 - a) / (2.0 - a) + a / (1.0 + a));
        (a * (1.0 - a) * spread / (with * without)).max(0.0).sqrt()
    };
    let bound = |end: f64| {
        let (mut out, mut inside) = (end, area);
        for _ in 0..100 {
            let middle = f64::midpoint(out, inside);
            if (area - middle).abs() > Z95 * error(middle) { out = middle } else { inside = middle }
        }
        inside
    };
    Interval { value: area, low: bound(0.0), high: bound(1.0) }
}

/// What a threshold does.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RocPoint {
    /// Flagged from this score on; none: nothing is flagged.
    pub threshold: Option<f64>,
    pub sensitivity: f64,
    /// 1 − specificity.
    pub false_positive_rate: f64,
}

/// The ROC curve, from nothing flagged to everything flagged, a point a distinct score. Empty unless both groups have
/// someone.
#[must_use]
pub fn roc(with: &[f64], without: &[f64]) -> Vec<RocPoint> {
    if with.is_empty() || without.is_empty() {
        return Vec::new();
    }
    let mut thresholds: Vec<f64> = with.iter().chain(without).copied().collect();
    thresholds.sort_by(|a, b| b.total_cmp(a));
    thresholds.dedup();
    let share =
        |scores: &[f64], t: f64| count(scores.iter().filter(|&&s| s >= t).count()) / count(scores.len());
    let nothing = RocPoint { threshold: None, sensitivity: 0.0, false_positive_rate: 0.0 };
    let points = thresholds.into_iter().map(|t| RocPoint {
        threshold: Some(t),
        sensitivity: share(with, t),
        false_positive_rate: share(without, t),
    });
    std::iter::once(nothing).chain(points).collect()
}
