//! The demonstration's plans by hand: 74.04 km by air from Valmont to the centre and 32.10 km from Saint-Aubin, at
//! 230 km/h with 5 minutes a landing; ambulances at 120 €/h and paid both ways, the helicopter at 2,000 €/h.

use super::*;

/// Minutes in the air, landing included.
const VALMONT_CENTRE: f64 = 24.3142;
const CENTRE_SAINT_AUBIN: f64 = 13.3752;

fn sums(plans: &[TransportPlan], name: &str) -> [Option<f64>; 4] {
    let plan = &plans.iter().find(|p| p.plan.name == name).unwrap().plan;
    [plan.needle.map(|t| t.0), plan.groin.map(|t| t.0), plan.on_the_way.map(|t| t.0), Some(plan.cost_euros)]
}

fn assert_sums(found: [Option<f64>; 4], expected: [Option<f64>; 4]) {
    let close = |(a, b): (&Option<f64>, &Option<f64>)| match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() < 0.01,
        (None, None) => true,
        _ => false,
    };
    assert!(found.iter().zip(&expected).all(close), "{found:?} is not {expected:?}");
}

#[test]
fn every_way_from_valmont_adds_up() {
    let plans = generated("valmont", BY_DAY, Thrombolysis::Possible);
    assert_sums(sums(&plans, "stay"), [Some(40.0), None, Some(0.0), Some(0.0)]);
    // Needle at 40 while the ambulance waits, 104 by road, an hour to the groin.
    assert_sums(sums(&plans, "drip-and-ship-road"), [Some(40.0), Some(204.0), Some(104.0), Some(416.0)]);
    // The ambulance leaves at 30; the centre gives the needle half an hour after arrival.
    assert_sums(sums(&plans, "direct-road"), [Some(164.0), Some(194.0), Some(134.0), Some(416.0)]);
    // The helicopter, called at once, has been waiting when the patient reaches the helipad at 48.
    let round = 2.0 * VALMONT_CENTRE / 60.0 * 2000.0;
    let way = 8.0 + VALMONT_CENTRE + 10.0;
    assert_sums(
        sums(&plans, "drip-and-ship-air"),
        [Some(40.0), Some(40.0 + way + 60.0), Some(way), Some(round)],
    );
    // It lands at 8 + 24.3, before which the patient waits.
    let way = 8.0 + 2.0 * VALMONT_CENTRE + 10.0;
    assert_sums(sums(&plans, "direct-air"), [Some(way + 30.0), Some(way + 60.0), Some(way), Some(round)]);
    // The patient goes 68 minutes to Saint-Aubin after the needle; the team flies there meanwhile, and is paid home.
    let team = 2.0 * 68.0 / 60.0 * 120.0 + 2.0 * CENTRE_SAINT_AUBIN / 60.0 * 2000.0;
    assert_sums(sums(&plans, "team"), [Some(40.0), Some(40.0 + 68.0 + 45.0), Some(68.0), Some(team)]);
}

#[test]
fn a_patient_not_yet_imaged_takes_the_longer_way_to_the_groin() {
    let region = Region::parse(DEMO).unwrap();
    let onset = OnsetAge::Known(Minutes(60.0));
    let groin = |site: &str, workup| {
        let thrombolysis = Thrombolysis::Possible;
        let circumstances = Circumstances { onset, thrombolysis, workup, conditions: BY_DAY };
        let plans = generate(&region, &site.parse().unwrap(), circumstances).unwrap();
        [plans.first(), plans.iter().find(|p| p.plan.name == "direct-road")]
            .map(|plan| plan.and_then(|p| p.plan.groin).map(|t| t.0))
    };
    assert_eq!(groin("grand-lac", Workup::Imaged)[0], Some(60.0));
    assert_eq!(groin("grand-lac", Workup::NotImaged)[0], Some(90.0));
    assert_eq!(groin("valmont", Workup::NotImaged)[1], Some(30.0 + 104.0 + 90.0));
}

#[test]
fn the_needle_is_given_up_to_the_end_of_its_window_and_not_where_nobody_knows_the_onset() {
    let region = Region::parse(DEMO).unwrap();
    let needle = |onset| {
        let (thrombolysis, workup) = (Thrombolysis::Possible, Workup::Imaged);
        let circumstances = Circumstances { onset, thrombolysis, workup, conditions: BY_DAY };
        generate(&region, &"valmont".parse().unwrap(), circumstances).unwrap()[0].plan.needle
    };
    assert_eq!(needle(OnsetAge::Known(Minutes(230.0))), Some(Minutes(40.0)));
    assert_eq!(needle(OnsetAge::Known(Minutes(230.5))), None);
    assert_eq!(needle(OnsetAge::on_waking()), None);
}

#[test]
fn a_haemorrhage_loses_by_the_hour_until_specialised_care_and_a_day_without_any() {
    let slow = |needle, groin| Plan { hemorrhage_loss_per_hour: 0.1, ..plan("p", needle, groin, 0.0) };
    let after = |hours: f64| MrsDistribution::UNTREATED_LVO.with_odds_ratio((-0.1 * hours).exp());
    for (needle, groin, hours) in
        [(Some(60.0), Some(180.0), 3.0), (Some(60.0), None, 1.0), (None, None, 24.0)]
    {
        let (found, expected) = (assess(slow(needle, groin), HEMORRHAGE).mrs, after(hours));
        assert!(
            (found.expected_utility() - expected.expected_utility()).abs() < 1e-9,
            "{hours} h: {found:?}"
        );
    }
}

#[test]
fn an_onset_is_as_old_as_it_was_said() {
    let now: Timestamp = "2026-11-24T08:00:00Z".parse().unwrap();
    let of = |onset| OnsetAge::of(onset, now);
    assert_eq!(of(Onset::Known { at: now + Minutes(-90.0) }), OnsetAge::Known(Minutes(90.0)));
    assert_eq!(of(Onset::Known { at: now + Minutes(3.0) }), OnsetAge::Known(Minutes::ZERO));
    let waking = |minutes| OnsetAge::WithinLast { minutes: Minutes(minutes), seen: Seen::OnWaking };
    assert_eq!(of(Onset::WakeUp { at: None }), waking(480.0));
    assert_eq!(of(Onset::WakeUp { at: Some(now + Minutes(-300.0)) }), waking(300.0));
    assert_eq!(of(Onset::WakeUp { at: Some(now + Minutes(-3000.0)) }), waking(1440.0));
    assert_eq!(of(Onset::Unknown), OnsetAge::WithinLast { minutes: Minutes(1440.0), seen: Seen::Never });
    let grid = waking(480.0).grid();
    assert_eq!((grid[0], grid[1], grid[47]), (Minutes(5.0), Minutes(15.0), Minutes(475.0)));
    assert_eq!(
        waking(400.0).in_words().en,
        "found on waking, assumed equally likely at any time of the last 7 h"
    );
}

#[test]
fn a_thrombectomy_after_its_curve_has_ended_is_said() {
    let said = |age, groin| {
        let patient = Patient { onset: OnsetAge::Known(Minutes(age)), ..patient(LVO) };
        let plans = [plan("p", None, Some(groin), 0.0), plan("q", None, None, 0.0)];
        compare(&plans, &patient, &few_draws(), 1).sentence
    };
    let end = outcome::MT_NO_EFFECT.0;
    assert!(said(end - 60.0, 60.0).en.ends_with("(DAWN, DEFUSE-3), not counted here."));
    assert!(!said(end - 60.0, 59.0).en.contains("DAWN"));
}
