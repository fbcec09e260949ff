//! How far the models' measured rates leave the differential open.

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::{Differential, Finding, Interval, SiteEvidence};
use crate::domain::case::ClinicalPicture;

/// A 95 % interval around each share of a differential.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranges {
    pub hemorrhage: Interval,
    pub lvo: Interval,
    pub nlvo: Interval,
    pub mimic: Interval,
}

/// Rates drawn: the ends of the interval then move by about a point from seed to seed.
const DRAWS: usize = 1000;
/// Any: the same evidence always shows the same interval.
const SEED: u64 = 2026;

impl SiteEvidence {
    /// How far the posterior may be off because each model's sensitivity and specificity were measured on so many
    /// studies only: Bayes' rule over rates drawn from what the evaluations leave of them (Beta, Jeffreys' prior), all
    /// models independent. The prior and the clinical scales are taken as they are. `None` where no model counts.
    #[must_use]
    pub fn ranges(&self, picture: &ClinicalPicture, findings: &[Finding]) -> Option<Ranges> {
        let counted: Vec<&Finding> = self.counted(findings).collect();
        if counted.is_empty() {
            return None;
        }
        let clinical = self.clinical(picture);
        let mut rng = StdRng::seed_from_u64(SEED);
        let drawn: Vec<[f64; 4]> = (0..DRAWS)
            .map(|_| {
                let given = |d: Differential, finding: &&Finding| d.given_drawn(finding, &mut rng);
                counted.iter().fold(clinical, given).to_array()
            })
            .collect();
        let [hemorrhage, lvo, nlvo, mimic] = self.posterior(picture, findings).to_array();
        let around =
            |value: f64, share: usize| middle(value, drawn.iter().map(|shares| shares[share]).collect());
        Some(Ranges {
            hemorrhage: around(hemorrhage, 0),
            lvo: around(lvo, 1),
            nlvo: around(nlvo, 2),
            mimic: around(mimic, 3),
        })
    }
}

/// 2.5th to 97.5th percentile (nearest rank), widened to the value where that lies outside.
fn middle(value: f64, mut drawn: Vec<f64>) -> Interval {
    drawn.sort_by(f64::total_cmp);
    let tail = drawn.len() / 40;
    let at = |place: Option<usize>| place.and_then(|place| drawn.get(place)).copied().unwrap_or(value);
    let (low, high) = (at(Some(tail)), at(drawn.len().checked_sub(tail + 1)));
    Interval { value, low: low.min(value), high: high.max(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fortieth_of_what_was_drawn_lies_beyond_either_end() {
        let ends = |value, count: u32| {
            let Interval { value, low, high } = middle(value, (0..count).rev().map(f64::from).collect());
            [low, value, high]
        };
        assert_eq!(ends(40.0, 80), [2.0, 40.0, 77.0]);
        assert_eq!(ends(40.0, 39), [0.0, 40.0, 40.0]);
        assert_eq!(ends(-1.0, 80), [-1.0, -1.0, 77.0]);
        assert_eq!(ends(3.0, 0), [3.0, 3.0, 3.0]);
    }
}
