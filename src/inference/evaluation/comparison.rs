//! Two packs on the same labelled studies.

use serde::Serialize;

use super::{Evaluation, Judged, Truth};
use crate::domain::evidence::{Interval, Task};
use crate::domain::statistics::{PairedCounts, auc_difference};
use crate::inference::pack::ModelRef;

/// The same share of two models, on the same studies.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PairedShare {
    pub counts: PairedCounts,
    /// Second − first, 95 % interval; null of nothing.
    pub difference: Option<Interval>,
    /// McNemar's exact test.
    pub p_value: f64,
}

impl From<PairedCounts> for PairedShare {
    fn from(counts: PairedCounts) -> Self {
        Self { counts, difference: counts.difference(), p_value: counts.mcnemar() }
    }
}

/// `vigie.comparison/1`. Differences are second − first, on the studies that both analysed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    pub schema: &'static str,
    pub task: Task,
    pub first: ModelRef,
    pub second: ModelRef,
    /// Labelled studies.
    pub studies: u32,
    pub sensitivity: PairedShare,
    pub specificity: PairedShare,
    /// Of all labelled studies.
    pub analysed: PairedShare,
    /// DeLong's paired interval.
    pub auc_difference: Option<Interval>,
}

/// Why two evaluations cannot be held against each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ComparisonError {
    #[error("the two packs have different tasks")]
    Tasks,
    #[error("the two evaluations are not of the same studies with the same labels")]
    Studies,
}

/// Holds the second pack's evaluation against the first's.
///
/// # Errors
/// [`ComparisonError`]
pub fn compare(first: &Evaluation, second: &Evaluation) -> Result<Comparison, ComparisonError> {
    if first.task != second.task {
        return Err(ComparisonError::Tasks);
    }
    let pairs: Vec<(&Judged, &Judged)> = first.studies.iter().zip(&second.studies).collect();
    let same = |(a, b): &(&Judged, &Judged)| a.study == b.study && a.label == b.label;
    if first.studies.len() != second.studies.len() || !pairs.iter().all(same) {
        return Err(ComparisonError::Studies);
    }
    let scores = |truth: Truth| -> Vec<[f64; 2]> {
        let those = pairs.iter().filter(|(a, _)| a.label.truth == truth);
        those.filter_map(|(a, b)| Some([a.word.probability?, b.word.probability?])).collect()
    };
    let (with, without) = (scores(Truth::Positive), scores(Truth::Negative));
    let flagged = |[a, b]: &[f64; 2]| [*a >= first.threshold, *b >= second.threshold];
    let sensitivity: PairedCounts = with.iter().map(flagged).collect();
    let specificity: PairedCounts =
        without.iter().map(flagged).map(|flags| flags.map(|flag| !flag)).collect();
    let analysed: PairedCounts =
        pairs.iter().map(|(a, b)| [a, b].map(|judged| judged.word.probability.is_some())).collect();
    Ok(Comparison {
        schema: "vigie.comparison/1",
        task: first.task,
        first: first.model.clone(),
        second: second.model.clone(),
        studies: analysed.studies(),
        sensitivity: sensitivity.into(),
        specificity: specificity.into(),
        analysed: analysed.into(),
        auc_difference: auc_difference(&with, &without),
    })
}
