//! Figures with their 95 % intervals: shares, ROC curves, calibration, agreement, and two readers on the same studies.

mod agreement;
mod calibration;
mod paired;
mod proportion;
mod roc;

pub use agreement::{Agreement, agreement};
pub use calibration::{Calibration, ReliabilityBin, calibration};
pub use paired::{PairedCounts, auc_difference};
pub use proportion::{Proportion, studies_behind};
pub use roc::{RocPoint, auc, roc};

/// The standard normal quantile of a two-sided 95 % interval.
const Z95: f64 = 1.959_963_984_540_054;

/// How many, for arithmetic. Studies are counted in thousands.
#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn count(n: usize) -> f64 {
    n as f64
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / count(values.len())
}

/// Sample covariance (n − 1) of two equally long lists; 0 for fewer than two.
fn covariance(a: &[f64], b: &[f64]) -> f64 {
    if a.len() < 2 {
        return 0.0;
    }
    let (ma, mb) = (mean(a), mean(b));
    a.iter().zip(b).map(|(x, y)| (x - ma) * (y - mb)).sum::<f64>() / (count(a.len()) - 1.0)
}

#[cfg(test)]
mod tests;
