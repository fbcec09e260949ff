use proptest::prelude::*;

use super::*;
use crate::domain::case::{Anticoagulant, Diagnosis, Nihss, Onset, Race};
use crate::domain::statistics::Proportion;

fn performance(sensitivity: [f64; 3], specificity: [f64; 3]) -> Performance {
    let interval = |[low, value, high]: [f64; 3]| Interval { value, low, high };
    Performance { sensitivity: interval(sensitivity), specificity: interval(specificity) }
}

fn finding(task: Task, flag: bool, evidence: EvidenceLevel) -> Finding {
    let probability = if flag { 0.9 } else { 0.1 };
    Finding {
        task,
        analysis: Analysis::Analysed { probability, threshold: 0.5, flag, volume_ml: None },
        provisional: false,
        evidence,
        performance: Some(performance([0.8, 0.9, 0.95], [0.85, 0.9, 0.95])),
    }
}

fn with_race(race: u8) -> ClinicalPicture {
    ClinicalPicture { race: Some(Race::try_from(race).unwrap()), ..ClinicalPicture::unstated() }
}

#[test]
fn the_race_curve_is_the_published_one() {
    for (race, p) in [(0, 0.0507), (5, 0.4592), (9, 0.8859)] {
        let ours = lvo_probability_given_race(Race::try_from(race).unwrap());
        assert!((ours - p).abs() < 5e-4, "RACE {race}: {ours}");
    }
}

#[test]
fn in_the_curves_own_cohort_race_gives_back_the_curve() {
    let prevalence = 76.0 / 357.0;
    let shares = Shares { hemorrhage: 0.0, lvo: prevalence, nlvo: 1.0 - prevalence, mimic: 0.0 };
    let site = SiteEvidence { prior: shares.try_into().unwrap(), ..SiteEvidence::default() };
    for race in 0..=9 {
        let expected = lvo_probability_given_race(Race::try_from(race).unwrap());
        assert!((site.clinical(&with_race(race)).lvo() - expected).abs() < 1e-12);
    }
}

#[test]
fn worse_scales_make_an_occlusion_likelier_and_anticoagulants_a_bleed() {
    let site = SiteEvidence::default();
    let by_race: Vec<_> = (0..=9).map(|race| site.clinical(&with_race(race)).lvo()).collect();
    assert!(by_race.is_sorted());
    let with_nihss =
        |n| ClinicalPicture { nihss: Some(Nihss::try_from(n).unwrap()), ..ClinicalPicture::unstated() };
    let by_nihss: Vec<_> = (0..=42).map(|n| site.clinical(&with_nihss(n)).lvo()).collect();
    assert!(by_nihss.is_sorted());
    let bleed = |anticoagulant| {
        site.clinical(&ClinicalPicture {
            anticoagulant,
            onset: Onset::Unknown,
            ..ClinicalPicture::unstated()
        })
        .hemorrhage()
    };
    assert!(bleed(Anticoagulant::Vka) > bleed(Anticoagulant::Doac));
    assert!(bleed(Anticoagulant::Doac) > bleed(Anticoagulant::None));
    assert_eq!(bleed(Anticoagulant::None), bleed(Anticoagulant::Unknown));
}

#[test]
fn the_scales_and_the_treatment_weigh_what_their_sources_say() {
    let site = SiteEvidence::default();
    // Odds of occlusion and of haemorrhage against the others, over those before anything is known.
    let ratios = |picture: &ClinicalPicture| {
        let [hemorrhage, lvo, nlvo, mimic] = site.clinical(picture).to_array();
        let [prior_h, prior_l, prior_n, prior_m] = Differential::PRIOR.to_array();
        [hemorrhage / prior_h, lvo / prior_l].map(|share| share / ((nlvo + mimic) / (prior_n + prior_m)))
    };
    let close = |found: [f64; 2], expected: [f64; 2]| {
        assert!(
            found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9),
            "{found:?} is not {expected:?}"
        );
    };
    let of_nihss =
        |n| ratios(&ClinicalPicture { nihss: Nihss::try_from(n).ok(), ..ClinicalPicture::unstated() });
    // Purrucker 2017, table 2, in three bands; a bleed looks half as much like it, on the logarithm.
    for (range, lvo) in [(0..=7, 0.276 / 0.807), (8..=9, 0.065 / 0.073), (10..=42, 0.659 / 0.12_f64)] {
        range.for_each(|n| close(of_nihss(n), [lvo.sqrt(), lvo]));
    }
    let treated = |anticoagulant| ratios(&ClinicalPicture { anticoagulant, ..ClinicalPicture::unstated() });
    close(treated(Anticoagulant::Vka), [2.0, 1.0]);
    close(treated(Anticoagulant::Doac), [1.3, 1.0]);
    close(treated(Anticoagulant::None), [1.0, 1.0]);
    // RACE where it is given, whatever the NIHSS: 76 of 357 had an occlusion.
    let both = ClinicalPicture { nihss: Nihss::try_from(3).ok(), ..with_race(5) };
    let p = lvo_probability_given_race(Race::try_from(5).unwrap());
    let lvo = p / (1.0 - p) / (76.0 / 281.0);
    close(ratios(&both), [lvo.sqrt(), lvo]);
}

#[test]
fn what_is_impossible_under_every_diagnosis_says_nothing() {
    assert_eq!(Differential::PRIOR.updated([0.0; 4]), Differential::PRIOR);
    let only_a_bleed = Differential::PRIOR.updated([1.0, 0.0, 0.0, 0.0]);
    assert_eq!(only_a_bleed.to_array(), [1.0, 0.0, 0.0, 0.0]);
    let d = Differential::PRIOR;
    assert_eq!([d.hemorrhage(), d.lvo(), d.nlvo(), d.mimic()], [0.10, 0.20, 0.35, 0.35]);
    assert_eq!(Task::ALL.map(|task| d.prevalence(task)), [0.10, 0.20, 0.20 + 0.35]);
}

#[test]
fn the_ends_of_a_predictive_value_are_those_of_the_rates() {
    let values = performance([0.8, 0.9, 0.95], [0.85, 0.9, 0.95]).predictive_values(0.1);
    for (found, expected) in [
        (values.ppv.low, 0.08 / (0.08 + 0.15 * 0.9)),
        (values.ppv.high, 0.095 / (0.095 + 0.05 * 0.9)),
        (values.npv.low, 0.85 * 0.9 / (0.85 * 0.9 + 0.2 * 0.1)),
        (values.npv.high, 0.95 * 0.9 / (0.95 * 0.9 + 0.05 * 0.1)),
    ] {
        assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
    }
}

#[test]
fn a_flag_that_may_never_come_is_worth_nothing_at_its_worst() {
    // Everybody has it, and the model may find nobody.
    let values = performance([0.0, 0.5, 1.0], [0.4, 0.5, 0.6]).predictive_values(1.0);
    assert_eq!((values.ppv.low, values.ppv.value, values.ppv.high), (0.0, 1.0, 1.0));
}

#[test]
fn a_tasks_strongest_flag_counts_and_without_one_its_strongest_negative() {
    let site = SiteEvidence::default();
    let picture = ClinicalPicture::unstated();
    let word = |flag, rate: f64| Finding {
        performance: Some(performance([rate - 0.05, rate, rate + 0.05], [rate - 0.05, rate, rate + 0.05])),
        ..finding(Task::Hemorrhage, flag, EvidenceLevel::Internal)
    };
    let posterior = |words: &[Finding]| site.posterior(&picture, words);
    for flag in [true, false] {
        let (strong, weak) = (word(flag, 0.9), word(flag, 0.7));
        let alone = posterior(std::slice::from_ref(&strong));
        assert_ne!(posterior(std::slice::from_ref(&weak)), alone);
        assert_eq!(posterior(&[strong.clone(), weak.clone()]), alone);
        assert_eq!(posterior(&[weak, strong]), alone);
    }
    // At the site's level and above it counts, below it does not.
    let demanding = SiteEvidence {
        minimum: MinimumEvidence { hemorrhage: EvidenceLevel::External, ..MinimumEvidence::default() },
        ..site
    };
    let at = |evidence| Finding { evidence, ..word(true, 0.9) };
    let levels = [EvidenceLevel::Internal, EvidenceLevel::External, EvidenceLevel::Site];
    assert_eq!(levels.map(|level| demanding.admits(&at(level))), [false, true, true]);
    let measured = at(EvidenceLevel::Phantom).measured_here(performance([0.7; 3], [0.6; 3]));
    assert_eq!(measured.evidence, EvidenceLevel::Site);
    assert_eq!(measured.performance.unwrap().specificity.value, 0.6);
}

#[test]
fn a_written_differential_has_shares_up_to_all() {
    let read = |text: &str| serde_json::from_str::<Differential>(text).is_ok();
    assert!(read(r#"{"hemorrhage":1,"lvo":0,"nlvo":0,"mimic":0}"#));
    assert!(read(r#"{"hemorrhage":0.3333333,"lvo":0.3333333,"nlvo":0.3333334,"mimic":0}"#));
    assert!(!read(r#"{"hemorrhage":0.25,"lvo":0.25,"nlvo":0.25,"mimic":0.24}"#));
}

#[test]
fn what_was_counted_has_a_width_and_holds_its_value() {
    for whole in [1, 3, 1_000_000] {
        for part in [0, whole / 2, whole] {
            assert!(Proportion { part, whole }.interval().unwrap().is_measured(), "{part} of {whole}");
        }
    }
    let at = |low, value, high| Interval { value, low, high };
    for claimed in [
        at(1.0, 1.0, 1.0),
        at(0.9, 0.8, 0.95),
        at(0.7, 0.8, 0.75),
        at(-0.1, 0.8, 0.9),
        at(0.8, 0.9, 1.1),
        at(f64::NAN, 0.9, 0.95),
    ] {
        assert!(!claimed.is_measured(), "{claimed:?}");
    }
}

#[test]
fn predictive_values_follow_the_prevalence() {
    let values = counted([900, 1000], [900, 1000]).predictive_values(0.1);
    let (hit, miss) = (900.5 / 1001.0, 100.5 / 1001.0);
    assert!((values.ppv.value - 0.1 * hit / (0.1 * hit + 0.9 * miss)).abs() < 1e-9);
    assert!((values.npv.value - 0.9 * hit / (0.9 * hit + 0.1 * miss)).abs() < 1e-9);
    assert!(values.ppv.low < values.ppv.value && values.ppv.value < values.ppv.high);
    assert!(values.npv.low < values.npv.value && values.npv.value < values.npv.high);
    let nobody = performance([1.0; 3], [1.0; 3]).predictive_values(0.0);
    assert_eq!((nobody.ppv.value, nobody.npv.value), (0.0, 1.0));
}

#[test]
fn bayes_by_hand() {
    let site = SiteEvidence::default();
    let picture = ClinicalPicture::unstated();
    let exact = Some(performance([0.9; 3], [0.9; 3]));
    let given = |task, flag| {
        let finding = Finding { performance: exact, ..finding(task, flag, EvidenceLevel::Internal) };
        site.posterior(&picture, &[finding])
    };
    assert!((given(Task::Hemorrhage, true).hemorrhage() - 0.5).abs() < 1e-5);
    assert!((given(Task::Hemorrhage, false).hemorrhage() - 0.01 / 0.82).abs() < 1e-5);
    let mimic = given(Task::Infarct, true).mimic();
    assert!((mimic - 0.035 / (0.55 * 0.9 + 0.45 * 0.1)).abs() < 1e-5);
}

/// A model that found `with` of that many with the disease and spared `without` of that many others.
fn counted([found, with]: [u32; 2], [spared, without]: [u32; 2]) -> Performance {
    let share = |part, whole| Proportion { part, whole }.interval().unwrap();
    Performance { sensitivity: share(found, with), specificity: share(spared, without) }
}

#[test]
fn bayes_by_hand_over_what_an_evaluation_counted() {
    let site = SiteEvidence::default();
    let model = counted([13, 20], [23, 26]);
    let flag =
        Finding { performance: Some(model), ..finding(Task::Hemorrhage, true, EvidenceLevel::Internal) };
    let (se, false_flags) = (13.5 / 21.0, 3.5 / 27.0);
    assert!((model.positive_likelihood_ratio() - se / false_flags).abs() < 1e-9);
    let posterior = site.posterior(&ClinicalPicture::unstated(), &[flag]).hemorrhage();
    assert!((posterior - 0.1 * se / (0.1 * se + 0.9 * false_flags)).abs() < 1e-9);
}

#[test]
fn the_range_of_a_flags_share_is_that_of_its_likelihood_ratio() {
    // The logarithm of the ratio of two rates so well counted is nearly normal (delta method).
    let site = SiteEvidence::default();
    let model = counted([360, 400], [540, 600]);
    let flag =
        Finding { performance: Some(model), ..finding(Task::Hemorrhage, true, EvidenceLevel::Internal) };
    let range = site.ranges(&ClinicalPicture::unstated(), &[flag]).unwrap().hemorrhage;
    let sd = (0.1_f64 / 360.0 + 0.9 / 60.0).sqrt();
    let logit = (range.value / (1.0 - range.value)).ln();
    for (end, z) in [(range.low, -1.96), (range.high, 1.96)] {
        let expected = 1.0 / (1.0 + (-(logit + z * sd)).exp());
        assert!((end - expected).abs() < 0.015, "{end} against {expected}");
    }
}

#[test]
fn without_a_model_that_counts_there_is_no_range() {
    let site = SiteEvidence::default();
    let phantom = finding(Task::Hemorrhage, true, EvidenceLevel::Phantom);
    let pending =
        Finding { analysis: Analysis::Pending, ..finding(Task::Hemorrhage, true, EvidenceLevel::Site) };
    assert_eq!(site.ranges(&ClinicalPicture::unstated(), &[phantom, pending]), None);
}

proptest! {
    /// The same rates of fewer studies: less is made of a flag and of its absence, and more is left open.
    #[test]
    fn fewer_measured_studies_move_the_posterior_less_and_leave_it_more_open(
        found in 11_u32..20, spared in 11_u32..20, times in 3_u32..20, flag in any::<bool>(),
    ) {
        let site = SiteEvidence::default();
        let picture = ClinicalPicture::unstated();
        let of = |times: u32| {
            let model = counted([found * times, 20 * times], [spared * times, 20 * times]);
            let word = Finding {
                performance: Some(model),
                ..finding(Task::Occlusion, flag, EvidenceLevel::Internal)
            };
            site.ranges(&picture, &[word]).unwrap().lvo
        };
        let (few, many, prior) = (of(1), of(times), site.clinical(&picture).lvo());
        prop_assert!((few.value - prior).abs() < (many.value - prior).abs());
        prop_assert!(few.high - few.low > many.high - many.low);
    }

    /// The number beside a flag and the share that the flag alone leaves of its disease are one number, however few
    /// studies the model was measured on.
    #[test]
    fn a_predictive_value_is_the_posterior_of_its_flag_alone(
        (found, with) in (1_u32..60).prop_flat_map(|with| (0..=with, Just(with))),
        (spared, without) in (1_u32..60).prop_flat_map(|without| (0..=without, Just(without))),
        flag in any::<bool>(),
    ) {
        let site = SiteEvidence::default();
        let model = counted([found, with], [spared, without]);
        for task in Task::ALL {
            let word = Finding { performance: Some(model), ..finding(task, flag, EvidenceLevel::Internal) };
            let share = site.posterior(&ClinicalPicture::unstated(), &[word]).prevalence(task);
            let worth = model.predictive_values(site.prior.prevalence(task));
            let (shown, is) = if flag { (worth.ppv, share) } else { (worth.npv, 1.0 - share) };
            prop_assert!((shown.value - is).abs() < 1e-9, "{task:?}: {shown:?} beside {is}");
            prop_assert!(shown.low <= shown.value && shown.value <= shown.high, "{shown:?}");
        }
    }

    #[test]
    fn every_share_lies_in_its_range(
        rates in [0_u32..=20, 0_u32..=20], flag in any::<bool>(), race in 0_u8..=9,
    ) {
        let site = SiteEvidence::default();
        let model = Some(counted([rates[0], 20], [rates[1], 20]));
        let words = Task::ALL.map(|task| Finding {
            performance: model,
            ..finding(task, flag, EvidenceLevel::Internal)
        });
        let picture = with_race(race);
        let ranges = site.ranges(&picture, &words).unwrap();
        let shares = site.posterior(&picture, &words).to_array();
        for (range, share) in [ranges.hemorrhage, ranges.lvo, ranges.nlvo, ranges.mimic].into_iter().zip(shares) {
            prop_assert_eq!(range.value, share);
            prop_assert!(0.0 <= range.low && range.low <= share && share <= range.high && range.high <= 1.0);
        }
        prop_assert_eq!(site.ranges(&picture, &words).unwrap(), ranges);
    }
}

#[test]
fn only_measured_evidence_of_the_sites_level_counts() {
    let site = SiteEvidence::default();
    let picture = ClinicalPicture::unstated();
    let phantom = finding(Task::Hemorrhage, true, EvidenceLevel::Phantom);
    let unmeasured = Finding { performance: None, ..finding(Task::Hemorrhage, true, EvidenceLevel::Site) };
    let failed = Finding { analysis: Analysis::Failed { reason: "broken".to_owned() }, ..phantom };
    assert_eq!(site.posterior(&picture, &[phantom, unmeasured, failed]), site.clinical(&picture));
}

#[test]
fn one_patients_series_count_once_a_task() {
    let site = SiteEvidence::default();
    let picture = ClinicalPicture::unstated();
    let flag = finding(Task::Hemorrhage, true, EvidenceLevel::Internal);
    let clear = finding(Task::Hemorrhage, false, EvidenceLevel::Internal);
    let once = site.posterior(&picture, std::slice::from_ref(&flag));
    assert_eq!(site.posterior(&picture, &[flag.clone(), flag, clear]), once);
}

#[test]
fn shares_are_checked_and_written_as_the_contract_has_them() {
    let read = |text: &str| serde_json::from_str::<Differential>(text).map_err(|e| e.to_string());
    let right = r#"{"hemorrhage":0.25,"lvo":0.25,"nlvo":0.25,"mimic":0.25}"#;
    assert_eq!(serde_json::to_string(&read(right).unwrap()).unwrap(), right);
    assert!(read(r#"{"hemorrhage":0.5,"lvo":0.5,"nlvo":0.5,"mimic":0.5}"#).unwrap_err().contains("sum to 1"));
    assert!(read(r#"{"hemorrhage":1.5,"lvo":-0.5,"nlvo":0,"mimic":0}"#).unwrap_err().contains("0 to 1"));
    assert!(read(r#"{"hemorrhage":1,"lvo":0,"nlvo":0,"mimic":0,"other":0}"#).is_err());
}

#[test]
fn a_signed_diagnosis_is_certainty_or_nothing() {
    assert_eq!(Differential::of(Diagnosis::Lvo).unwrap().lvo(), 1.0);
    assert_eq!(Differential::of(Diagnosis::Ischaemia).unwrap().nlvo(), 1.0);
    assert_eq!(Differential::of(Diagnosis::Undetermined), None);
}

#[test]
fn a_finding_is_written_with_its_status() {
    let json = serde_json::to_value(finding(Task::Hemorrhage, true, EvidenceLevel::Internal)).unwrap();
    assert_eq!((json["status"].as_str(), json["flag"].as_bool()), (Some("analysed"), Some(true)));
    assert_eq!(json["evidence"], "internal");
    let back: Finding = serde_json::from_value(json).unwrap();
    assert!(back.is_positive());
    assert!(
        EvidenceLevel::Phantom < EvidenceLevel::Internal && EvidenceLevel::External < EvidenceLevel::Site
    );
}

#[test]
fn tasks_and_levels_are_named_as_the_contract_has_them() {
    assert_eq!(Task::ALL.map(Task::as_str), ["hemorrhage", "occlusion", "infarct"]);
    let levels =
        [EvidenceLevel::Phantom, EvidenceLevel::Internal, EvidenceLevel::External, EvidenceLevel::Site];
    assert_eq!(levels.map(EvidenceLevel::as_str), ["phantom", "internal", "external", "site"]);
    for task in Task::ALL {
        assert_eq!(serde_json::to_value(task).unwrap(), task.as_str());
    }
}
