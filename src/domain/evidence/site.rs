//! What it takes for a model to count as measured at a hospital, and what that changes.

use serde::{Deserialize, Serialize};

use super::{EvidenceLevel, Finding, Interval, Performance};
use crate::domain::statistics::Proportion;

/// Fewest analysed studies with the disease. Thirty put the interval of a sensitivity of 0.8 at 0.63 to 0.90: enough
/// to tell a model that works here from one that does not, and a few months of a small hospital.
pub const FEWEST_POSITIVES: u32 = 30;
/// Fewest analysed studies without it. Sixty put a specificity of 0.85 at 0.74 to 0.92.
pub const FEWEST_NEGATIVES: u32 = 60;
/// Largest share of the labelled studies that the model refused: beyond it the figures speak of a chosen few.
pub const MOST_NOT_ANALYSABLE: f64 = 0.2;

/// What the lower ends of a model's intervals must reach at a site.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Floor {
    pub sensitivity: f64,
    pub specificity: f64,
}

/// A flag then is at least twice as likely with the disease as without it (0.6 / 0.3), in the worst case that the
/// figures allow.
impl Default for Floor {
    fn default() -> Self {
        Self { sensitivity: 0.6, specificity: 0.7 }
    }
}

/// A model's figures on a hospital's own labelled studies.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteMeasurement {
    /// Analysed studies with the disease.
    pub positives: u32,
    /// Analysed studies without it.
    pub negatives: u32,
    /// Of all labelled studies.
    pub not_analysable: Proportion,
    /// None without both kinds of studies.
    pub performance: Option<Performance>,
    pub auc: Option<Interval>,
}

/// What is missing before the figures count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Lacking {
    Positives { have: u32 },
    Negatives { have: u32 },
    Analysable { refused: f64 },
    Sensitivity { low: f64, floor: f64 },
    Specificity { low: f64, floor: f64 },
}

impl SiteMeasurement {
    /// Everything that keeps these figures from counting as the site's; nothing when they do.
    #[must_use]
    pub fn lacking(&self, floor: Floor) -> Vec<Lacking> {
        let refused = self.not_analysable.share().unwrap_or(1.0);
        let reaches = self.performance.map(|found| {
            let (se, sp) = (found.sensitivity.low, found.specificity.low);
            [
                (se < floor.sensitivity)
                    .then_some(Lacking::Sensitivity { low: se, floor: floor.sensitivity }),
                (sp < floor.specificity)
                    .then_some(Lacking::Specificity { low: sp, floor: floor.specificity }),
            ]
        });
        let counts = [
            (self.positives < FEWEST_POSITIVES).then_some(Lacking::Positives { have: self.positives }),
            (self.negatives < FEWEST_NEGATIVES).then_some(Lacking::Negatives { have: self.negatives }),
            (refused > MOST_NOT_ANALYSABLE).then_some(Lacking::Analysable { refused }),
        ];
        counts.into_iter().chain(reaches.into_iter().flatten()).flatten().collect()
    }
}

impl Finding {
    /// The same word of a model that was measured at this hospital: worth what it did here.
    #[must_use]
    pub fn measured_here(self, performance: Performance) -> Self {
        Self { evidence: EvidenceLevel::Site, performance: Some(performance), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(found: u32, positives: u32, spared: u32, negatives: u32, refused: u32) -> SiteMeasurement {
        let share = |part, whole| Proportion { part, whole }.interval().unwrap();
        SiteMeasurement {
            positives,
            negatives,
            not_analysable: Proportion { part: refused, whole: positives + negatives + refused },
            performance: Some(Performance {
                sensitivity: share(found, positives),
                specificity: share(spared, negatives),
            }),
            auc: None,
        }
    }

    #[test]
    fn enough_good_studies_lack_nothing() {
        assert_eq!(measured(26, 30, 54, 60, 10).lacking(Floor::default()), []);
    }

    #[test]
    fn each_shortcoming_is_named() {
        let few = measured(29, 29, 59, 59, 0).lacking(Floor::default());
        assert_eq!(few, [Lacking::Positives { have: 29 }, Lacking::Negatives { have: 59 }]);
        let refused = measured(26, 30, 54, 60, 40).lacking(Floor::default());
        assert!(matches!(refused[..], [Lacking::Analysable { .. }]));
        let weak = measured(20, 30, 45, 60, 0).lacking(Floor::default());
        assert!(matches!(weak[..], [Lacking::Sensitivity { .. }, Lacking::Specificity { .. }]), "{weak:?}");
    }

    #[test]
    fn what_just_reaches_its_floor_is_enough() {
        let at = |low| Interval { value: 0.9, low, high: 0.95 };
        let reaches = |sensitivity, specificity, refused| {
            let performance = Performance { sensitivity: at(sensitivity), specificity: at(specificity) };
            let not_analysable = Proportion { part: refused, whole: 100 };
            let just = measured(26, 30, 54, 60, 0);
            SiteMeasurement { performance: Some(performance), not_analysable, ..just }
                .lacking(Floor::default())
        };
        assert_eq!(reaches(0.6, 0.7, 20), []);
        assert_eq!(reaches(0.59, 0.7, 20), [Lacking::Sensitivity { low: 0.59, floor: 0.6 }]);
        assert_eq!(reaches(0.6, 0.69, 20), [Lacking::Specificity { low: 0.69, floor: 0.7 }]);
        assert_eq!(reaches(0.6, 0.7, 21), [Lacking::Analysable { refused: 0.21 }]);
    }

    #[test]
    fn nothing_labelled_lacks_everything_that_can_be_counted() {
        let nothing = SiteMeasurement {
            positives: 0,
            negatives: 0,
            not_analysable: Proportion::default(),
            performance: None,
            auc: None,
        };
        assert_eq!(nothing.lacking(Floor::default()).len(), 3);
    }
}
