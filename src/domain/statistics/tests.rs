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
fn the_paired_interval_follows_how_the_two_agree() {
    // Method 10 by another program: agreement beyond chance, less than the correction for continuity takes, and below
    // chance; models that are never both wrong have no margin there.
    for ([both, second_only, first_only, neither], value, low, high) in [
        ([20, 8, 3, 19], 0.1, -0.031_591, 0.224_720),
        ([4, 3, 1, 2], 0.2, -0.201_655, 0.526_079),
        ([40, 2, 5, 3], -0.06, -0.180_342, 0.055_736),
        ([10, 2, 6, 0], -0.222_222, -0.483_205, 0.085_382),
        ([7, 3, 0, 0], 0.3, -0.037_592, 0.603_222),
        ([5, 0, 0, 5], 0.0, -0.166_593, 0.166_593),
    ] {
        let found = PairedCounts { both, first_only, second_only, neither }.difference().unwrap();
        near(found.value, value);
        near(found.low, low);
        near(found.high, high);
    }
    assert_eq!(PairedCounts::default().difference(), None);
}

#[test]
fn mcnemars_test_counts_the_uneven_splits() {
    let split = |first_only, second_only| PairedCounts { both: 40, first_only, second_only, neither: 3 };
    near(split(1, 8).mcnemar(), 2.0 * 10.0 / 512.0);
    // (1 + 7 + 21) / 2⁷ on either side.
    near(split(2, 5).mcnemar(), 2.0 * 29.0 / 128.0);
    near(split(5, 2).mcnemar(), 2.0 * 29.0 / 128.0);
    near(split(6, 0).mcnemar(), 2.0 / 64.0);
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
fn two_scores_on_either_side_have_a_spread() {
    // Placements 1 and ½ on either side: variance ⅛ each, halved, on the logit ln 3 of ¾.
    let area = auc(&[0.9, 0.4], &[0.5, 0.1]).unwrap();
    near(area.value, 0.75);
    near(area.low, 0.069_323);
    near(area.high, 0.991_792);
}

#[test]
fn an_area_without_spread_is_not_a_certain_one() {
    // Hanley and McNeil's errors, by another program.
    let interval = |with: &[f64], without: &[f64]| {
        let Interval { value, low, high } = auc(with, without).unwrap();
        [value, low, high]
    };
    for (found, expected) in [
        (interval(&[0.9; 20], &[0.1; 20]), [1.0, 0.898_668, 1.0]),
        (interval(&[0.1; 20], &[0.9; 20]), [0.0, 0.0, 0.101_332]),
        (interval(&[0.5; 20], &[0.5; 20]), [0.5, 0.331_488, 0.668_512]),
        (interval(&[0.9; 10], &[0.1; 40]), [1.0, 0.875_070, 1.0]),
        (interval(&[0.5; 10], &[0.5; 40]), [0.5, 0.315_049, 0.684_951]),
        (interval(&[0.9], &[0.1; 3]), [1.0, 0.321_580, 1.0]),
    ] {
        found.into_iter().zip(expected).for_each(|(found, expected)| near(found, expected));
    }
    assert_eq!((auc(&[0.5], &[]), auc(&[], &[0.5])), (None, None));
}

#[test]
fn the_curve_has_a_point_a_distinct_score() {
    let points = |with: &[f64], without: &[f64]| -> Vec<(Option<f64>, f64, f64)> {
        let curve = roc(with, without);
        curve
            .into_iter()
            .map(|point| (point.threshold, point.sensitivity, point.false_positive_rate))
            .collect()
    };
    assert_eq!(
        points(&[0.9, 0.4], &[0.4, 0.1, 0.1, 0.05]),
        [
            (None, 0.0, 0.0),
            (Some(0.9), 0.5, 0.0),
            (Some(0.4), 1.0, 0.25),
            (Some(0.1), 1.0, 0.75),
            (Some(0.05), 1.0, 1.0)
        ]
    );
    assert!(roc(&[], &[0.5]).is_empty() && roc(&[0.5], &[]).is_empty());
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
    // Two scores on one side, three on the other; the interval ends where areas cannot differ by more.
    let with = [[0.9, 0.1], [0.7, 0.2]];
    let without = [[0.4, 0.5], [0.1, 0.6], [0.3, 0.15]];
    let worse = auc_difference(&with, &without).unwrap();
    near(worse.value, -5.0 / 6.0);
    near(worse.low, -1.0);
    near(worse.high, -0.371_364);
    let exchanged = |pairs: &[[f64; 2]]| pairs.iter().map(|[a, b]| [*b, *a]).collect::<Vec<_>>();
    let better = auc_difference(&exchanged(&with), &exchanged(&without)).unwrap();
    near(better.low, 0.371_364);
    near(better.high, 1.0);
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
fn a_probability_on_an_edge_belongs_to_the_bin_above_and_certainty_to_the_last() {
    let found = calibration(&[1.0, 0.3], &[0.0, 0.29, 0.31]).unwrap();
    let bins: Vec<_> = found
        .bins
        .iter()
        .map(|bin| (bin.from, bin.to, bin.studies, bin.mean_probability, bin.observed.value))
        .collect();
    assert_eq!(
        bins,
        [
            (0.0, 0.1, 1, 0.0, 0.0),
            (0.2, 0.3, 1, 0.29, 0.0),
            (0.3, 0.4, 2, 0.305, 0.5),
            (0.9, 1.0, 1, 1.0, 1.0)
        ]
    );
    near(found.expected_calibration_error, (0.29 + 2.0 * 0.195) / 5.0);
}

#[test]
fn agreement_is_told_from_five_pairs_with_students_quantile() {
    // Differences −1, 0, 0, 0, 1, and so on: mean 0. The quantile by Abramowitz and Stegun's three terms.
    for (pairs, student) in [(5_u32, 2.769_373), (6, 2.567_765), (10, 2.261_901), (30, 2.045_227)] {
        let nothing = vec![(2.0, 2.0); pairs as usize - 2];
        let found = agreement(&[nothing, vec![(1.0, 2.0), (3.0, 2.0)]].concat()).unwrap();
        let sd = (2.0 / (f64::from(pairs) - 1.0)).sqrt();
        let half = student * sd / f64::from(pairs).sqrt();
        assert_eq!(found.pairs, pairs);
        for (found, expected) in [
            (found.bias.low, -half),
            (found.bias.high, half),
            (found.limits[1], 1.959_964 * sd),
            (found.mean_absolute_error, 2.0 / f64::from(pairs)),
        ] {
            assert!((found - expected).abs() < 2e-6, "{pairs}: {found} is not {expected}");
        }
    }
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

#[test]
fn an_interval_that_is_nobodys_own_is_worth_the_studies_of_one_as_wide() {
    // Wilson's width solved for the number of studies by halving.
    for (value, low, high, studies) in [
        (0.8, 0.7, 0.9, 59.711_650),
        (0.9, 0.8, 0.95, 63.825_084),
        (0.3, 0.1, 0.6, 9.760_196),
        (0.99, 0.98, 0.995, 755.235_789),
    ] {
        let behind = studies_behind(Interval { value, low, high });
        assert!((behind - studies).abs() < 1e-5, "{value}: {behind}");
    }
    let known_almost = Interval { value: 0.5, low: 0.499_9, high: 0.500_1 };
    assert_eq!(studies_behind(known_almost), 1e6, "no more than any evaluation has");
}
