use proptest::prelude::*;

use super::*;
use crate::domain::evidence::Interval;

fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 5e-5, "{found} is not {expected}");
}

#[test]
fn wilsons_interval_is_the_published_one() {
    // Newcombe, Stat Med 1998;17:857, table I
    for (part, whole, low, high) in
        [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
    {
        let interval = Proportion { part, whole }.interval().unwrap();
        near(interval.low, low);
        near(interval.high, high);
    }
    assert_eq!(Proportion::default().interval(), None);
}

#[test]
fn the_paired_interval_is_the_published_one() {
    // Newcombe, Stat Med 1998;17:2635, table II: 36, 12, 2, 0
    let counts = PairedCounts { both: 36, first_only: 2, second_only: 12, neither: 0 };
    let difference = counts.difference().unwrap();
    near(difference.value, 0.2);
    near(difference.low, 0.0569);
    near(difference.high, 0.3404);
}

#[test]
fn mcnemars_test_counts_the_uneven_splits() {
    let split = |first_only, second_only| PairedCounts { both: 40, first_only, second_only, neither: 3 };
    near(split(1, 8).mcnemar(), 2.0 * 10.0 / 512.0);
    near(split(5, 5).mcnemar(), 1.0);
    near(split(0, 0).mcnemar(), 1.0);
    assert!(split(0, 2_000).mcnemar() >= 0.0);
}

#[test]
fn delongs_interval_is_that_of_another_program() {
    let area = auc(&[0.9, 0.8, 0.7, 0.55, 0.4], &[0.6, 0.5, 0.4, 0.3, 0.2, 0.1]).unwrap();
    near(area.value, 0.883_333);
    near(area.low, 0.508_686);
    near(area.high, 0.982_260);
}

#[test]
fn a_perfect_area_is_not_a_certain_one() {
    let area = auc(&[0.9; 20], &[0.1; 20]).unwrap();
    near(area.value, 1.0);
    near(area.low, 0.898_668);
    near(area.high, 1.0);
    assert_eq!(auc(&[0.5], &[]), None);
}

#[test]
fn two_models_are_told_apart_by_the_spread_of_their_placements_differences() {
    // DeLong's variance by hand: that of each patient's placement by the second model less that by the first.
    let with = [[0.9, 0.6], [0.7, 0.7], [0.4, 0.2], [0.8, 0.3]];
    let without = [[0.5, 0.4], [0.3, 0.1], [0.6, 0.5]];
    let difference = auc_difference(&with, &without).unwrap();
    near(difference.value, -1.0 / 6.0);
    near(difference.low, -0.531_884);
    near(difference.high, 0.198_551);
    assert_eq!(auc_difference(&with, &[]), None);
    assert_eq!(auc_difference(&[], &without), None);
}

#[test]
fn two_models_answers_are_counted_by_who_was_right() {
    let right = [[true, true], [true, true], [true, false], [false, true], [false, true], [false, true]];
    let counts: PairedCounts = right.into_iter().chain([[false, false]]).collect();
    assert_eq!(counts, PairedCounts { both: 2, first_only: 1, second_only: 3, neither: 1 });
    assert_eq!(counts.studies(), 7);
}

#[test]
fn calibration_by_hand() {
    let found = calibration(&[0.95, 0.95, 0.15], &[0.95, 0.15, 0.15, 0.15]).unwrap();
    assert_eq!(found.bins.iter().map(|bin| bin.studies).collect::<Vec<_>>(), [4, 3]);
    near(found.expected_calibration_error, (4.0 * 0.1 + 3.0 * (0.95 - 2.0 / 3.0)) / 7.0);
    near(found.brier, (2.0 * 0.0025 + 0.9025 + 0.7225 + 3.0 * 0.0225) / 7.0);
    assert_eq!(calibration(&[], &[]), None);
}

#[test]
fn agreement_by_hand() {
    let found = agreement(&[(1.0, 0.0), (2.0, 0.0), (3.0, 0.0), (4.0, 0.0), (5.0, 0.0)]).unwrap();
    near(found.bias.value, 3.0);
    // sd √2.5, t of 4 degrees of freedom 2.7764
    assert!((found.bias.high - (3.0 + 2.7764 * (2.5_f64 / 5.0).sqrt())).abs() < 0.01);
    near(found.limits[0], 3.0 - Z95 * 2.5_f64.sqrt());
    near(found.limits[1], 3.0 + Z95 * 2.5_f64.sqrt());
    near(found.mean_absolute_error, 3.0);
    assert_eq!(agreement(&[(1.0, 1.0); 4]), None);
}

fn scores() -> impl Strategy<Value = Vec<f64>> {
    proptest::collection::vec((0..=20_u8).prop_map(|step| f64::from(step) / 20.0), 1..40)
}

fn counts() -> impl Strategy<Value = PairedCounts> {
    [0..60_u32, 0..60, 0..60, 0..60].prop_map(|[both, first_only, second_only, neither]| PairedCounts {
        both,
        first_only,
        second_only,
        neither,
    })
}

proptest! {
    #[test]
    fn every_interval_holds_its_value(with in scores(), without in scores(), part in 0..50_u32, more in 1..50_u32) {
        let share = Proportion { part, whole: part + more }.interval().unwrap();
        for interval in [share, auc(&with, &without).unwrap()] {
            prop_assert!(0.0 <= interval.low && interval.low <= interval.value);
            prop_assert!(interval.value <= interval.high && interval.high <= 1.0);
        }
    }

    #[test]
    fn the_area_is_the_one_under_the_curve(with in scores(), without in scores()) {
        let curve = roc(&with, &without);
        let trapezoids: f64 = curve
            .windows(2)
            .map(|pair| {
                (pair[1].false_positive_rate - pair[0].false_positive_rate)
                    * f64::midpoint(pair[0].sensitivity, pair[1].sensitivity)
            })
            .sum();
        prop_assert!((trapezoids - auc(&with, &without).unwrap().value).abs() < 1e-9);
        let last = curve.last().unwrap();
        prop_assert_eq!((last.sensitivity, last.false_positive_rate), (1.0, 1.0));
    }

    #[test]
    fn the_groups_exchanged_turn_the_area_over(with in scores(), without in scores()) {
        let (one, other) = (auc(&with, &without).unwrap(), auc(&without, &with).unwrap());
        prop_assert!((one.value + other.value - 1.0).abs() < 1e-9);
        prop_assert!((one.low + other.high - 1.0).abs() < 1e-6);
    }

    #[test]
    fn more_of_the_same_is_surer(part in 0..50_u32, more in 1..50_u32) {
        let width = |times: u32| {
            let interval = Proportion { part: part * times, whole: (part + more) * times }.interval().unwrap();
            interval.high - interval.low
        };
        prop_assert!(width(4) < width(1));
    }

    #[test]
    fn a_difference_changes_its_sign_with_the_order(counts in counts()) {
        let other = PairedCounts { first_only: counts.second_only, second_only: counts.first_only, ..counts };
        match (counts.difference(), other.difference()) {
            (Some(a), Some(b)) => {
                prop_assert!((a.value + b.value).abs() < 1e-9 && (a.low + b.high).abs() < 1e-9);
                prop_assert!(-1.0 <= a.low && a.low <= a.value && a.value <= a.high && a.high <= 1.0);
            }
            (a, b) => prop_assert!(a.is_none() && b.is_none()),
        }
        prop_assert!((0.0..=1.0).contains(&counts.mcnemar()));
    }

    #[test]
    fn a_model_does_not_differ_from_itself(with in scores(), without in scores()) {
        let twice = |scores: &[f64]| scores.iter().map(|&s| [s, s]).collect::<Vec<_>>();
        let none = auc_difference(&twice(&with), &twice(&without)).unwrap();
        prop_assert!(none.value.abs() < 1e-12 && none.low.abs() < 1e-6 && none.high.abs() < 1e-6);
    }

    #[test]
    fn calibration_counts_everyone_once(with in scores(), without in scores()) {
        let found = calibration(&with, &without).unwrap();
        let studies: u32 = found.bins.iter().map(|bin| bin.studies).sum();
        prop_assert_eq!(studies as usize, with.len() + without.len());
        prop_assert!((0.0..=1.0).contains(&found.expected_calibration_error) && (0.0..=1.0).contains(&found.brier));
    }
}

#[test]
fn an_interval_is_worth_the_studies_that_it_was_counted_on() {
    for (part, whole) in [(13, 20), (23, 26), (3, 3), (0, 7), (1, 2), (500, 1000)] {
        let behind = studies_behind(Proportion { part, whole }.interval().unwrap());
        assert!((behind - f64::from(whole)).abs() < 1e-6 * f64::from(whole), "{part} of {whole}: {behind}");
    }
    let nothing = Interval { value: 0.9, low: 0.0, high: 1.0 };
    assert!(studies_behind(nothing).abs() < 1e-9);
    for value in [0.0, 0.4, 1.0] {
        let known = Interval { value, low: value, high: value };
        assert_eq!(studies_behind(known), 1e6);
        assert!(!known.is_measured());
    }
}
