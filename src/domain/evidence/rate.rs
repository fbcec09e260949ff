//! A measured rate as evidence takes it: not a number but what so few or so many studies leave open.

use rand::Rng;
use rand_distr::{Beta, Distribution};

use super::Interval;
use crate::domain::statistics::studies_behind;

/// Studies of each kind that are supposed before any is seen: Jeffreys' prior Beta(½, ½), under which a rate's
/// interval keeps its cover in small samples and near 0 and 1 (Brown, Cai and DasGupta, Stat Sci 2001;16:101,
/// doi:10.1214/ss/1009213286).
const JEFFREYS: f64 = 0.5;

/// The Beta distribution that an evaluation leaves of a rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rate {
    /// Studies with the event and without it, the supposed ones included.
    with: f64,
    without: f64,
}

impl Rate {
    pub(super) fn of(measured: Interval) -> Self {
        let (value, studies) = (measured.value.clamp(0.0, 1.0), studies_behind(measured));
        Self { with: value * studies + JEFFREYS, without: (1.0 - value) * studies + JEFFREYS }
    }

    /// P(event in the next study), never 0 or 1.
    pub(super) fn mean(self) -> f64 {
        self.with / (self.with + self.without)
    }

    /// A rate that may well be the true one.
    pub(super) fn draw(self, rng: &mut impl Rng) -> f64 {
        Beta::new(self.with, self.without).map_or(self.mean(), |rates| rates.sample(rng))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::statistics::Proportion;

    fn counted(part: u32, whole: u32) -> f64 {
        Rate::of(Proportion { part, whole }.interval().unwrap()).mean()
    }

    #[test]
    fn a_rate_is_what_its_counts_and_one_study_more_make_it() {
        for (part, whole) in [(13, 20), (23, 26), (3, 3), (0, 7), (189, 208)] {
            let expected = (f64::from(part) + 0.5) / (f64::from(whole) + 1.0);
            assert!((counted(part, whole) - expected).abs() < 1e-9, "{part} of {whole}");
        }
    }

    #[test]
    fn the_same_share_of_fewer_studies_is_drawn_to_the_middle() {
        let means: Vec<f64> = [1, 2, 4, 8, 64].map(|times| counted(9 * times, 10 * times)).to_vec();
        assert!(means.is_sorted() && means.iter().all(|mean| (0.5..0.9).contains(mean)), "{means:?}");
    }

    #[test]
    fn an_interval_of_everything_is_a_coin_and_one_without_width_is_nearly_its_value() {
        let at = |value, low, high| Rate::of(Interval { value, low, high }).mean();
        assert!((at(0.9, 0.0, 1.0) - 0.5).abs() < 1e-9);
        assert!((at(0.9, 0.9, 0.9) - 0.9).abs() < 1e-5);
        assert!(at(1.0, 1.0, 1.0) < 1.0 && at(0.0, 0.0, 0.0) > 0.0);
    }
}
