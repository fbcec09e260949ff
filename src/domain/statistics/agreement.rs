//! How far one measurement lies from another of the same thing.

use serde::{Deserialize, Serialize};

use super::{Z95, count, covariance, mean};
use crate::domain::evidence::Interval;

/// Fewest pairs from which a spread is told.
const FEWEST: usize = 5;

/// Bland and Altman's figures (Lancet 1986;327:307), in the unit of the measurements.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    pub pairs: u32,
    /// Mean of measured − reference, with the t interval of the mean.
    pub bias: Interval,
    /// Between these lie 95 % of the differences, were they normal.
    pub limits: [f64; 2],
    pub mean_absolute_error: f64,
}

/// Agreement of (measured, reference) pairs; none of fewer than five.
#[must_use]
pub fn agreement(pairs: &[(f64, f64)]) -> Option<Agreement> {
    if pairs.len() < FEWEST {
        return None;
    }
    let differences: Vec<f64> = pairs.iter().map(|(measured, reference)| measured - reference).collect();
    let (bias, n) = (mean(&differences), count(differences.len()));
    let sd = covariance(&differences, &differences).sqrt();
    let half = student_95(n - 1.0) * sd / n.sqrt();
    Some(Agreement {
        pairs: u32::try_from(pairs.len()).ok()?,
        bias: Interval { value: bias, low: bias - half, high: bias + half },
        limits: [bias - Z95 * sd, bias + Z95 * sd],
        mean_absolute_error: differences.iter().map(|d| d.abs()).sum::<f64>() / n,
    })
}

/// The 97.5 % quantile of Student's t, by the Cornish–Fisher expansion (Abramowitz and Stegun 26.7.5): within 0.3 %
/// from 4 degrees of freedom on.
fn student_95(freedom: f64) -> f64 {
    let z = Z95;
    let terms = [
        (z.powi(3) + z) / 4.0,
        (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0,
        (3.0 * z.powi(7) + 19.0 * z.powi(5) + 17.0 * z.powi(3) - 15.0 * z) / 384.0,
    ];
    (1..).zip(terms).fold(z, |t, (power, term)| t + term / freedom.powi(power))
}
