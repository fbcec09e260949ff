//! What follows from labelled studies and a model's words on them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Judged, Truth};
use crate::domain::evidence::{Interval, Performance, SiteMeasurement};
use crate::domain::statistics::{
    Agreement, Calibration, Proportion, RocPoint, agreement, auc, calibration, roc,
};

/// How far figures may lie from those computed again: what a decimal number loses on its way through text.
const SAME: f64 = 1e-9;

/// A share as counted, with Wilson's 95 % interval; `estimate` is null of nothing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Share {
    #[serde(flatten)]
    pub counted: Proportion,
    pub estimate: Option<Interval>,
}

impl From<Proportion> for Share {
    fn from(counted: Proportion) -> Self {
        Self { counted, estimate: counted.interval() }
    }
}

/// Why studies were not analysed, and how many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    pub reason: String,
    pub studies: u32,
}

/// The figures, with 95 % intervals. Sensitivity, specificity, area and calibration are of the analysed studies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figures {
    pub studies: u32,
    pub sensitivity: Share,
    pub specificity: Share,
    /// Studies with the disease that were flagged, of all of them: one not analysed is one not found.
    pub found: Share,
    pub not_analysable: Share,
    /// Most frequent first.
    pub reasons: Vec<Refused>,
    /// Area under the ROC curve, DeLong's interval.
    pub auc: Option<Interval>,
    pub calibration: Option<Calibration>,
    /// Measured against labelled volume, mL, in analysed studies that have both.
    pub volume: Option<Agreement>,
    pub roc: Vec<RocPoint>,
}

impl Figures {
    /// Of these studies, flagged from `threshold` on.
    #[must_use]
    pub fn of(studies: &[Judged], threshold: f64) -> Self {
        let scores = |truth: Truth| -> Vec<f64> {
            let those = studies.iter().filter(|judged| judged.label.truth == truth);
            those.filter_map(|judged| judged.word.probability).collect()
        };
        let (with, without) = (scores(Truth::Positive), scores(Truth::Negative));
        let flagged = |p: &&f64| **p >= threshold;
        let sensitivity = Proportion::of(&with, flagged);
        let positives = studies.iter().filter(|judged| judged.label.truth == Truth::Positive);
        let volumes: Vec<(f64, f64)> = studies
            .iter()
            .filter_map(|judged| Some((judged.word.volume_ml?, judged.label.volume_ml?)))
            .collect();
        let refused = Proportion::of(studies, |judged| judged.word.probability.is_none());
        Self {
            studies: refused.whole,
            sensitivity: sensitivity.into(),
            specificity: Proportion::of(&without, |p| !flagged(p)).into(),
            found: Proportion::of(positives, |judged| {
                judged.word.probability.is_some_and(|p| p >= threshold)
            })
            .into(),
            not_analysable: refused.into(),
            reasons: reasons(studies),
            auc: auc(&with, &without),
            calibration: calibration(&with, &without),
            volume: agreement(&volumes),
            roc: roc(&with, &without),
        }
    }

    /// As a site takes them.
    #[must_use]
    pub fn measurement(&self) -> SiteMeasurement {
        let performance = self.sensitivity.estimate.zip(self.specificity.estimate);
        SiteMeasurement {
            positives: self.sensitivity.counted.whole,
            negatives: self.specificity.counted.whole,
            not_analysable: self.not_analysable.counted,
            performance: performance
                .map(|(sensitivity, specificity)| Performance { sensitivity, specificity }),
            auc: self.auc,
        }
    }

    /// Whether these are the figures that were computed from the studies themselves.
    pub(super) fn is_that_of(&self, computed: &Self) -> bool {
        let same = |a: Option<Interval>, b: Option<Interval>| match (a, b) {
            (None, None) => true,
            (Some(a), Some(b)) => [(a.value, b.value), (a.low, b.low), (a.high, b.high)]
                .iter()
                .all(|(a, b)| (a - b).abs() < SAME),
            _ => false,
        };
        let shares = |of: &Self| [of.sensitivity, of.specificity, of.found, of.not_analysable];
        self.studies == computed.studies
            && shares(self)
                .iter()
                .zip(shares(computed))
                .all(|(a, b)| a.counted == b.counted && same(a.estimate, b.estimate))
            && same(self.auc, computed.auc)
    }
}

fn reasons(studies: &[Judged]) -> Vec<Refused> {
    let mut counted: BTreeMap<&str, u32> = BTreeMap::new();
    for word in studies.iter().map(|judged| &judged.word).filter(|word| word.probability.is_none()) {
        *counted.entry(word.reason.as_deref().unwrap_or(&word.status)).or_default() += 1;
    }
    let mut reasons: Vec<Refused> =
        counted.into_iter().map(|(reason, studies)| Refused { reason: reason.to_owned(), studies }).collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.studies));
    reasons
}
