//! A share counted on studies.

use serde::{Deserialize, Serialize};

use super::Z95;
use crate::domain::evidence::Interval;

/// So many out of so many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proportion {
    pub part: u32,
    pub whole: u32,
}

impl Proportion {
    /// Counts those of `items` for which `holds`.
    #[must_use]
    pub fn of<T>(items: impl IntoIterator<Item = T>, holds: impl Fn(&T) -> bool) -> Self {
        items.into_iter().fold(Self::default(), |counted, item| Self {
            part: counted.part + u32::from(holds(&item)),
            whole: counted.whole + 1,
        })
    }

    /// The share; none of nothing.
    #[must_use]
    pub fn share(self) -> Option<f64> {
        (self.whole > 0).then(|| f64::from(self.part) / f64::from(self.whole))
    }

    /// The share with Wilson's score interval (JASA 1927;22:209), which stays within 0 to 1 and keeps its cover in
    /// small samples and near the ends; none of nothing.
    #[must_use]
    pub fn interval(self) -> Option<Interval> {
        let (p, n) = (self.share()?, f64::from(self.whole));
        let z2 = Z95 * Z95;
        let centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
        let half = Z95 / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
        Some(Interval { value: p, low: (centre - half).clamp(0.0, p), high: (centre + half).clamp(p, 1.0) })
    }
}

/// More studies than any evaluation has.
const MOST_STUDIES: f64 = 1e6;

/// How many studies an interval of a share is worth: those whose Wilson interval is as wide. Exact where it is
/// Wilson's own; one drawn from subjects with several studies each is worth as many as are independent.
///
/// An interval without width is a rate that is known, not measured: a simulated model's, or a sum by hand. Nothing is
/// left open there, and it is worth [`MOST_STUDIES`]. What claims to be measured must have a width
/// ([`Interval::is_measured`]): a pack without is refused when it is loaded.
#[must_use]
pub fn studies_behind(share: Interval) -> f64 {
    let p = share.value.clamp(0.0, 1.0);
    let half = ((share.high - share.low) / 2.0).clamp(0.0, 0.5);
    // Wilson's half-width w, squared, is a quadratic in x = z²/n with one positive root:
    // (1/4 − w²)x² + (p(1 − p) − 2w²)x − w² = 0.
    let (a, b) = (0.25 - half * half, p * (1.0 - p) - 2.0 * half * half);
    let x = 2.0 * half * half / (b + (b * b + 4.0 * a * half * half).sqrt());
    // Known, not measured: no width leaves infinity or, at the ends of the scale, no number, and the least is taken.
    (Z95 * Z95 / x).min(MOST_STUDIES)
}
