//! From slices to the study.

use super::manifest::Aggregation;

/// Probabilities are kept off 0 and 1 before their logit is taken.
const LOGIT_MARGIN: f64 = 1e-6;

/// The study's probability from its slices'; none of no slices.
#[must_use]
pub fn study(aggregation: &Aggregation, slices: &[f64]) -> Option<f64> {
    match *aggregation {
        Aggregation::TopKMeanLogit { k, scale, offset } => top_k_mean_logit(slices, k, scale, offset),
        Aggregation::Max => slices.iter().copied().max_by(f64::total_cmp),
    }
}

/// How many slices the aggregation looks at.
#[must_use]
pub fn slices_looked_at(aggregation: &Aggregation) -> usize {
    match *aggregation {
        Aggregation::TopKMeanLogit { k, .. } => k.max(1),
        Aggregation::Max => 1,
    }
}

/// Logistic function of the mean of the `k` largest logits, scaled and shifted.
#[expect(clippy::cast_precision_loss, reason = "a count of slices")]
fn top_k_mean_logit(slices: &[f64], k: usize, scale: f64, offset: f64) -> Option<f64> {
    let mut logits: Vec<f64> = slices
        .iter()
        .map(|&p| p.clamp(LOGIT_MARGIN, 1.0 - LOGIT_MARGIN))
        .map(|p| (p / (1.0 - p)).ln())
        .collect();
    logits.sort_by(|a, b| b.total_cmp(a));
    logits.truncate(k.max(1));
    let mean = logits.iter().sum::<f64>() / logits.len() as f64;
    (!logits.is_empty()).then(|| 1.0 / (1.0 + (-(scale * mean + offset)).exp()))
}
