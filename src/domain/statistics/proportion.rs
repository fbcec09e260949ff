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
