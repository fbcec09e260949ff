//! Whether a probability of 30 % comes true three times in ten.

use serde::{Deserialize, Serialize};

use super::{Proportion, count};
use crate::domain::evidence::Interval;

/// Bins of equal width.
const BINS: usize = 10;

/// Studies whose probability fell between `from` and `to`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReliabilityBin {
    pub from: f64,
    pub to: f64,
    pub studies: u32,
    pub mean_probability: f64,
    /// Share of them with the disease.
    pub observed: Interval,
}

/// Probabilities held against what was the case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// Bins with studies, lowest first.
    pub bins: Vec<ReliabilityBin>,
    /// Mean distance between probability and observed share, weighted by the bins' studies.
    pub expected_calibration_error: f64,
    /// Mean squared distance between probability and what was the case.
    pub brier: f64,
}

/// Calibration of the probabilities of those with and of those without the disease; none of nothing.
#[must_use]
pub fn calibration(with: &[f64], without: &[f64]) -> Option<Calibration> {
    let all: Vec<(f64, bool)> =
        with.iter().map(|&p| (p, true)).chain(without.iter().map(|&p| (p, false))).collect();
    let total = count(all.len());
    let edge = |bin: usize| count(bin) / count(BINS);
    let bins: Vec<ReliabilityBin> = (0..BINS)
        .filter_map(|bin| {
            let last = bin + 1 == BINS;
            let inside = |p: f64| p >= edge(bin) && (p < edge(bin + 1) || last);
            let members: Vec<(f64, bool)> = all.iter().copied().filter(|&(p, _)| inside(p)).collect();
            let diseased = Proportion::of(&members, |(_, diseased)| *diseased);
            Some(ReliabilityBin {
                from: edge(bin),
                to: edge(bin + 1),
                studies: diseased.whole,
                mean_probability: members.iter().map(|(p, _)| p).sum::<f64>() / count(members.len()),
                observed: diseased.interval()?,
            })
        })
        .collect();
    (!all.is_empty()).then(|| Calibration {
        expected_calibration_error: bins
            .iter()
            .map(|bin| f64::from(bin.studies) * (bin.mean_probability - bin.observed.value).abs())
            .sum::<f64>()
            / total,
        brier: all.iter().map(|(p, diseased)| (p - f64::from(u8::from(*diseased))).powi(2)).sum::<f64>()
            / total,
        bins,
    })
}
