//! From slices to the study.

/// Probabilities are kept off 0 and 1 before their logit is taken.
const LOGIT_MARGIN: f64 = 1e-6;

/// Logistic function of the mean of the `k` largest logits, scaled and shifted; none of no slices.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a count of slices")]
pub fn top_k_mean_logit(slices: &[f64], k: usize, scale: f64, offset: f64) -> Option<f64> {
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
