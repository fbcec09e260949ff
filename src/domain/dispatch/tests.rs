use proptest::prelude::*;

use super::*;
use crate::domain::case::{Anticoagulant, Diagnosis, Onset};
use crate::domain::evidence::Shares;
use crate::domain::identity::SiteId;
use crate::domain::region::Region;
use crate::domain::time::Timestamp;

mod gates;
mod properties;
mod published;
mod regions;
mod sums;

const DEMO: &str = include_str!("../../../demo/region.toml");

fn differential([hemorrhage, lvo, nlvo, mimic]: [f64; 4]) -> Differential {
    Shares { hemorrhage, lvo, nlvo, mimic }.try_into().unwrap()
}

const HEMORRHAGE: [f64; 4] = [1.0, 0.0, 0.0, 0.0];
pub(super) const LVO: [f64; 4] = [0.0, 1.0, 0.0, 0.0];
const NLVO: [f64; 4] = [0.0, 0.0, 1.0, 0.0];
const MIMIC: [f64; 4] = [0.0, 0.0, 0.0, 1.0];

/// A plan in minutes from onset, for a patient whose onset is now.
pub(super) fn plan(name: &str, needle: Option<f64>, groin: Option<f64>, cost_euros: f64) -> Plan {
    Plan {
        name: name.to_owned(),
        label: Text::new(name, name),
        mode: None,
        aircraft: None,
        hinges: Hinges::Groin,
        needle: needle.map(Minutes),
        groin: groin.map(Minutes),
        on_the_way: None,
        cost_euros,
        bypass: false,
        futile: 0.0,
        hemorrhage_loss_per_hour: 0.0,
        blocked_by: None,
    }
}

pub(super) fn patient(shares: [f64; 4]) -> Patient {
    Patient { onset: OnsetAge::Known(Minutes::ZERO), posterior: differential(shares) }
}

fn few_draws() -> Spread {
    Spread { draws: 80, ..Spread::default() }
}

fn assess(plan: Plan, shares: [f64; 4]) -> Assessment {
    compare(&[plan], &patient(shares), &few_draws(), 1).assessments.remove(0)
}

#[test]
fn without_futility_an_occlusion_is_the_published_model() {
    for needle in [None, Some(95.0), Some(400.0)] {
        for groin in [None, Some(120.0), Some(300.0), Some(500.0)] {
            let ours = assess(plan("p", needle, groin, 0.0), LVO);
            let published = outcome::lvo(needle.map(Minutes), groin.map(Minutes));
            assert_eq!(ours.mrs.probabilities(), published.probabilities());
        }
    }
}

#[test]
fn a_certainly_futile_transfer_is_thrombolysis_alone() {
    let futile = Plan { futile: 1.0, ..plan("p", Some(95.0), Some(210.0), 0.0) };
    assert_eq!(assess(futile, LVO).mrs, outcome::lvo(Some(Minutes(95.0)), None));
}

#[test]
fn other_ischaemia_takes_no_effect_from_thrombectomy_and_a_mimic_none_from_anything() {
    let both = plan("p", Some(95.0), Some(210.0), 0.0);
    assert_eq!(assess(both.clone(), NLVO).mrs, outcome::nlvo(Some(Minutes(95.0))));
    assert_eq!(assess(both, MIMIC).mrs, MrsDistribution::PRE_STROKE_NLVO);
    assert_eq!(assess(plan("p", None, Some(1.0), 0.0), NLVO).mrs, MrsDistribution::UNTREATED_NLVO);
}

#[test]
fn a_haemorrhage_is_harmed_by_bypass_and_by_nothing_else() {
    let base = plan("p", Some(95.0), Some(210.0), 0.0);
    assert_eq!(assess(base.clone(), HEMORRHAGE).mrs, MrsDistribution::UNTREATED_LVO);
    let bypassed = assess(Plan { bypass: true, ..base.clone() }, HEMORRHAGE).mrs;
    assert_eq!(bypassed, MrsDistribution::UNTREATED_LVO.with_odds_ratio(0.63));
    let slow = Plan { hemorrhage_loss_per_hour: 0.1, ..base };
    assert!(assess(slow, HEMORRHAGE).expected_utility < MrsDistribution::UNTREATED_LVO.expected_utility());
}

#[test]
fn no_transport_changes_the_outcome_of_a_mimic() {
    let plans = [plan("stay", None, None, 0.0), plan("air", Some(90.0), Some(150.0), 2600.0)];
    let comparison = compare(&plans, &patient(MIMIC), &few_draws(), 1);
    assert_eq!(comparison.recommended, Some(0));
    assert!(
        comparison.sentence.en.starts_with("No transport changes the outcome"),
        "{}",
        comparison.sentence.en
    );
    assert!(comparison.sentence.fr.starts_with("Aucun transport ne change le devenir"));
}

#[test]
fn the_sentence_says_what_the_flight_gains_and_costs() {
    let plans = [
        plan("route", Some(95.0), Some(210.0), 400.0),
        Plan {
            label: Text::new("Hélicoptère", "Helicopter"),
            ..plan("air", Some(95.0), Some(150.0), 2600.0)
        },
    ];
    let comparison = compare(&plans, &patient(LVO), &Spread::default(), 1);
    assert_eq!(comparison.recommended, Some(1));
    assert_eq!(comparison.assessments[1].minutes_gained, Some(60.0));
    let gain = comparison.gain.unwrap();
    assert_eq!((gain.over, gain.minutes, gain.euros), (0, Some(60.0), 2200.0));
    assert!((gain.euros_per_good_outcome.unwrap() - 2200.0 / gain.p_mrs_0_2).abs() < 1e-9);
    let fr = comparison.sentence.fr.replace('\u{202f}', " ");
    assert!(fr.starts_with("« Hélicoptère » gagne 60 min et 3,9 points ["), "{fr}");
    assert!(fr.contains("pour 2 600 € (2 200 € de plus, "), "{fr}");
    assert!(fr.contains(" ; « route » suffit si « Hélicoptère » tarde de plus de 60 min"), "{fr}");
    assert!(!fr.contains("se recouvrent"), "an hour saved is beyond doubt: {fr}");
}

#[test]
fn near_equals_are_not_told_apart() {
    let direct = Plan { bypass: true, futile: 0.43, ..plan("direct", Some(150.0), Some(180.0), 500.0) };
    let drip = Plan { futile: 0.43, ..plan("drip", Some(95.0), Some(200.0), 450.0) };
    let comparison = compare(&[drip, direct], &patient([0.2, 0.5, 0.2, 0.1]), &Spread::default(), 1);
    assert_eq!(comparison.recommended, Some(0));
    let worse = Plan { futile: 0.43, ..plan("drip", Some(95.0), Some(250.0), 450.0) };
    let better = Plan { futile: 0.43, ..plan("direct", Some(140.0), Some(200.0), 500.0) };
    let comparison = compare(&[worse, better], &patient([0.0, 0.6, 0.3, 0.1]), &Spread::default(), 1);
    assert!(comparison.sentence.en.contains("the ranges overlap"), "{}", comparison.sentence.en);
}

#[test]
fn an_unknown_onset_is_said_and_widens_the_range() {
    let plans = [plan("p", None, Some(120.0), 0.0), plan("q", None, Some(180.0), 0.0)];
    let known =
        compare(&plans, &Patient { onset: OnsetAge::Known(Minutes(240.0)), ..patient(LVO) }, &few_draws(), 1);
    let unknown = compare(&plans, &Patient { onset: OnsetAge::unknown(), ..patient(LVO) }, &few_draws(), 1);
    let width = |c: &Comparison| c.assessments[0].range.p_mrs_0_2[1] - c.assessments[0].range.p_mrs_0_2[0];
    assert!(width(&unknown) > 2.0 * width(&known));
    assert!(unknown.sentence.en.contains("onset unknown, assumed equally likely at any time of the last 24"));
    assert!(!known.sentence.en.contains("assumed"));
}

#[test]
fn travel_and_treatment_stray_apart() {
    let only = |travel, treatment| Spread {
        shared_time_log_sd: 0.0,
        travel_log_sd: travel,
        treatment_log_sd: treatment,
        posterior_weight: 1e9,
        bypass_log_sd: 0.0,
        ..few_draws()
    };
    let all_travel = Plan { on_the_way: Some(Minutes(150.0)), ..plan("p", None, Some(150.0), 0.0) };
    let all_treatment = Plan { on_the_way: Some(Minutes::ZERO), ..all_travel.clone() };
    let width = |plan: &Plan, spread: Spread| {
        let range = compare(std::slice::from_ref(plan), &patient(LVO), &spread, 1).assessments[0].range;
        range.p_mrs_0_2[1] - range.p_mrs_0_2[0]
    };
    assert!(width(&all_travel, only(0.1, 0.0)) > 0.005 && width(&all_travel, only(0.0, 0.1)) < 1e-9);
    assert!(width(&all_treatment, only(0.0, 0.1)) > 0.005 && width(&all_treatment, only(0.1, 0.0)) < 1e-9);
}

fn generated(site: &str, conditions: Conditions, thrombolysis: Thrombolysis) -> Vec<TransportPlan> {
    let region = Region::parse(DEMO).unwrap();
    let site: SiteId = site.parse().unwrap();
    let onset = OnsetAge::Known(Minutes(60.0));
    let workup = Workup::Imaged;
    generate(&region, &site, Circumstances { onset, thrombolysis, workup, conditions }).unwrap()
}

const BY_DAY: Conditions = Conditions { when: When::Unstated(Light::Day), weather: Weather::Flyable };

#[test]
fn every_plan_of_the_clinical_rules_is_generated() {
    let names = |plans: &[TransportPlan]| plans.iter().map(|p| p.plan.name.clone()).collect::<Vec<_>>();
    let valmont = generated("valmont", BY_DAY, Thrombolysis::Possible);
    let all = ["stay", "drip-and-ship-road", "drip-and-ship-air", "direct-road", "direct-air", "team"];
    assert_eq!(names(&valmont), all);
    assert!(valmont.iter().all(|p| p.plan.blocked_by.is_none()));
    let roche = generated("roche-claire", BY_DAY, Thrombolysis::Possible);
    assert_eq!(roche[0].plan.needle, None, "no thrombolysis there");
    assert!(
        roche[1]
            .legs
            .iter()
            .any(|leg| leg.label.en == "Road to CH Valmont" || leg.label.en == "Road to CH Saint-Aubin")
    );
    assert_eq!(names(&generated("grand-lac", BY_DAY, Thrombolysis::Possible)), ["stay"]);
    let excluded = generated("valmont", BY_DAY, Thrombolysis::Excluded);
    assert_eq!(names(&excluded), ["stay", "direct-road", "direct-air", "team"]);
    assert!(excluded.iter().all(|p| p.plan.needle.is_none()));
}

#[test]
fn legs_follow_one_another_and_end_in_the_last_treatment() {
    for plan in generated("valmont", BY_DAY, Thrombolysis::Possible) {
        let mut now = Minutes::ZERO;
        for leg in &plan.legs {
            assert_eq!(leg.start, now, "{plan:?}");
            assert!(leg.end > leg.start);
            now = leg.end;
        }
        assert_eq!(Some(now), plan.plan.groin.or(plan.plan.needle), "{plan:?}");
    }
}

#[test]
fn a_plan_by_way_of_another_hospital_is_drawn_by_way_of_it() {
    let drawn = |name: &str| -> Vec<(String, String, Vehicle, Aboard)> {
        let plans = generated("roche-claire", BY_DAY, Thrombolysis::Possible);
        let plan = plans.into_iter().find(|p| p.plan.name == name).unwrap();
        let route = |r: Route| (r.from.to_string(), r.to.to_string(), r.by, r.aboard);
        plan.routes.into_iter().map(route).collect()
    };
    let by = |from: &str, to: &str, vehicle, aboard| (from.to_owned(), to.to_owned(), vehicle, aboard);
    let road = drawn("drip-and-ship-road");
    let first = road[0].1.clone();
    assert_eq!(road[0], by("roche-claire", &first, Vehicle::Road, Aboard::Patient));
    assert_eq!(road[1], by(&first, "grand-lac", Vehicle::Road, Aboard::Patient));
    assert_eq!(drawn("drip-and-ship-air")[1], by(&first, "grand-lac", Vehicle::Air, Aboard::Patient));
    assert_eq!(drawn("direct-air"), [by("roche-claire", "grand-lac", Vehicle::Air, Aboard::Patient)]);
    assert_eq!(drawn("stay"), []);
    let team = drawn("team");
    assert_eq!((team.len(), team[1].0.as_str(), team[1].3), (2, "grand-lac", Aboard::Team));
}

#[test]
fn night_and_weather_stop_the_helicopter_and_only_it() {
    let gates = [
        (Conditions { when: When::Unstated(Light::Night), ..BY_DAY }, "does not fly at night"),
        (Conditions { weather: Weather::Grounded, ..BY_DAY }, "no flight: weather"),
    ];
    for (conditions, gate) in gates {
        let plans = generated("valmont", conditions, Thrombolysis::Possible);
        let blocked: Vec<_> = plans.iter().filter(|p| p.plan.blocked_by.is_some()).collect();
        assert_eq!(blocked.len(), 2);
        assert!(blocked.iter().all(|p| p.mode == Mode::Air));
        assert!(blocked.iter().all(|p| p.plan.blocked_by.as_ref().unwrap().en.contains(gate)));
        let plans: Vec<_> = plans.into_iter().map(|p| p.plan).collect();
        let comparison = compare(&plans, &patient(LVO), &few_draws(), 1);
        assert!(plans[comparison.recommended.unwrap()].blocked_by.is_none());
    }
}

#[test]
fn a_team_that_no_road_brings_treats_nobody() {
    let (before, rest) = DEMO.split_once("[[roads]]\nbetween = [\"saint-aubin\", \"grand-lac\"]").unwrap();
    let roadless = format!("{before}{}", &rest[rest.find("\n[[").unwrap()..]);
    let circumstances = Circumstances {
        onset: OnsetAge::Known(Minutes(60.0)),
        thrombolysis: Thrombolysis::Possible,
        workup: Workup::Imaged,
        conditions: Conditions { weather: Weather::Grounded, ..BY_DAY },
    };
    let region = Region::parse(&roadless).unwrap();
    let plans = generate(&region, &"valmont".parse().unwrap(), circumstances).unwrap();
    let team = plans.into_iter().find(|p| p.plan.name == "team").unwrap();
    assert_eq!(team.plan.blocked_by.unwrap().en, "no known road from CHU Grand-Lac to CH Saint-Aubin");
    assert_eq!((team.plan.groin, team.legs.len(), team.routes.len()), (None, 0, 0));
}

#[test]
fn going_straight_past_a_stroke_hospital_is_a_bypass_and_stopping_there_is_not() {
    let plans = generated("valmont", BY_DAY, Thrombolysis::Possible);
    for plan in plans {
        assert_eq!(plan.plan.bypass, plan.plan.name.starts_with("direct"), "{}", plan.plan.name);
    }
}

#[test]
fn where_no_nearer_hospital_treats_strokes_going_straight_is_no_bypass() {
    let bypasses = |edit: &dyn Fn(String) -> String| {
        let region = Region::parse(&edit(DEMO.to_owned())).unwrap();
        let circumstances = Circumstances {
            onset: OnsetAge::Known(Minutes(60.0)),
            thrombolysis: Thrombolysis::Possible,
            workup: Workup::Imaged,
            conditions: BY_DAY,
        };
        let plans = generate(&region, &"roche-claire".parse().unwrap(), circumstances).unwrap();
        plans.iter().find(|p| p.plan.name == "direct-road").unwrap().plan.bypass
    };
    // Grand-Lac lies 98 minutes away, Saint-Aubin 72 and Valmont 76.
    let bare = |r: String| {
        r.replace("capabilities = [\"thrombolysis\", \"helipad\"]", "capabilities = [\"helipad\"]")
            .replace("[\"thrombolysis\", \"hosts_team\", \"helipad\"]", "[\"hosts_team\", \"helipad\"]")
    };
    let farther = |r: String| {
        r.replace("minutes = 72", "minutes = 98")
            .replace("capabilities = [\"thrombolysis\", \"helipad\"]", "capabilities = [\"helipad\"]")
    };
    assert!(bypasses(&|r| r));
    assert!(!bypasses(&bare), "nobody else treats strokes");
    assert!(!bypasses(&farther), "as far is not nearer");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn figures_lie_in_their_range_and_the_seed_decides(
        weights in [0.0..1.0_f64, 0.01..1.0, 0.0..1.0, 0.0..1.0],
        needle in proptest::option::of(0.0..600.0), groin in proptest::option::of(0.0..900.0),
        futile in 0.0..=1.0, bypass in any::<bool>(), age in proptest::option::of(0.0..600.0), seed in any::<u64>(),
    ) {
        let posterior = Differential::normalised(weights);
        let onset = age.map_or(OnsetAge::unknown(), |age| OnsetAge::Known(Minutes(age)));
        let plans = [
            Plan { futile, bypass, ..plan("p", needle, groin, 100.0) },
            plan("q", None, None, 0.0),
        ];
        let spread = Spread { draws: 40, ..Spread::default() };
        let patient = Patient { onset, posterior };
        let comparison = compare(&plans, &patient, &spread, seed);
        for a in &comparison.assessments {
            let p = a.mrs.probabilities();
            prop_assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-9 && p.iter().all(|p| *p > -1e-9));
            prop_assert!(a.range.expected_utility[0] <= a.expected_utility);
            prop_assert!(a.expected_utility <= a.range.expected_utility[1]);
            prop_assert!(a.range.p_mrs_0_2[0] <= a.p_mrs_0_2 && a.p_mrs_0_2 <= a.range.p_mrs_0_2[1]);
        }
        prop_assert_eq!(&compare(&plans, &patient, &spread, seed), &comparison);
        let recommended = comparison.recommended.unwrap();
        let most = comparison.assessments.iter().map(|a| a.expected_utility).fold(f64::MIN, f64::max);
        prop_assert!(comparison.assessments[recommended].expected_utility >= most - NEGLIGIBLE_UTILITY);
    }
}

#[test]
fn the_regulators_question_is_answered_whole() {
    let region = Region::parse(DEMO).unwrap();
    let site: SiteId = "valmont".parse().unwrap();
    let noon: Timestamp = "2026-11-24T12:00:00+01:00".parse().unwrap();
    let question = Question {
        region: &region,
        site: &site,
        onset: OnsetAge::of(Onset::Known { at: noon + Minutes(-60.0) }, noon),
        posterior: Differential::of(Diagnosis::Lvo).unwrap(),
        thrombolysis: Thrombolysis::Possible,
        workup: Workup::Imaged,
        conditions: Conditions { when: When::At(noon), weather: Weather::Flyable },
        spread: few_draws(),
        seed: 1,
    };
    let answer = options(&question).unwrap();
    assert_eq!(answer.plans.len(), answer.comparison.assessments.len());
    let best = &answer.plans[answer.comparison.recommended.unwrap()];
    assert_eq!(best.plan.name, "drip-and-ship-air");
    let sentence = answer.comparison.sentence.fr.replace('\u{202f}', " ");
    assert!(sentence.starts_with("L'hélicoptère gagne "), "{sentence}");
    assert!(sentence.contains(" ; la route suffit si le vol tarde de plus de "), "{sentence}");
    assert!(!answer.comparison.sentence.en.contains("take-off"), "the weather is known");
    let evening = Conditions { when: When::At(noon + Minutes(600.0)), ..question.conditions };
    let night = options(&Question { conditions: evening, ..question }).unwrap();
    assert!(night.plans[2].plan.blocked_by.is_some());
    let unsaid = Conditions { weather: Weather::Unknown, ..evening };
    let driven = options(&Question { conditions: unsaid, ..question }).unwrap().comparison;
    assert!(!driven.sentence.en.contains("take-off"), "nobody flies by night: {}", driven.sentence.en);
    let unsaid = Conditions { weather: Weather::Unknown, ..question.conditions };
    let answer = options(&Question { conditions: unsaid, ..question }).unwrap();
    assert!(answer.comparison.sentence.en.ends_with("to be checked before take-off."));
    let bleeding = Differential::of(Diagnosis::Haemorrhage).unwrap();
    let excluded = Thrombolysis::Excluded;
    let answer = options(&Question { posterior: bleeding, thrombolysis: excluded, ..question }).unwrap();
    assert_eq!(answer.comparison.recommended, Some(0), "{}", answer.comparison.sentence.en);
    assert!(answer.plans.iter().all(|p| p.plan.needle.is_none()));
}

#[test]
fn an_anticoagulant_or_a_likely_bleed_excludes_thrombolysis() {
    let (none, bleed) = (differential([0.2, 0.4, 0.3, 0.1]), differential([0.6, 0.2, 0.1, 0.1]));
    assert_eq!(thrombolysis(Anticoagulant::None, &none), Thrombolysis::Possible);
    assert_eq!(thrombolysis(Anticoagulant::Doac, &none), Thrombolysis::Excluded);
    assert_eq!(thrombolysis(Anticoagulant::Vka, &none), Thrombolysis::Excluded);
    assert_eq!(thrombolysis(Anticoagulant::None, &bleed), Thrombolysis::Excluded);
    let as_likely_as_not = differential([0.5, 0.5, 0.0, 0.0]);
    assert_eq!(thrombolysis(Anticoagulant::None, &as_likely_as_not), Thrombolysis::Possible);
    assert_eq!(thrombolysis(Anticoagulant::Unknown, &none), Thrombolysis::Possible);
}
