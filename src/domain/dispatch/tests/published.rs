//! Drip-and-ship against bypass, beside the published model of the question (Holodinsky 2018,
//! doi:10.1001/jamaneurol.2018.2424). Figures and reading: `docs/decisions/2026-11-24-drip-and-ship-or-bypass.md`.

use super::*;

/// Chance of an excellent outcome (mRS 0–1) by diagnosis, as published; minutes from onset to the needle and to
/// groin puncture.
struct Holodinsky;

impl Holodinsky {
    /// Case mix at LAMS 4 or more: large-vessel occlusion, other ischaemia, haemorrhage, mimic.
    const MIX: [f64; 4] = [0.4538, 0.1092, 0.3445, 0.0924];

    fn excellent(needle: f64, groin: f64) -> f64 {
        let alteplase = if needle < 270.0 { 0.2359 + 2e-7 * needle * needle - 4e-4 * needle } else { 0.1328 };
        let thrombectomy = if groin < 270.0 { 0.3394 + 4e-8 * groin * groin - 2e-4 * groin } else { 0.129 };
        let lvo = alteplase + (1.0 - alteplase) * thrombectomy;
        let nlvo = if needle < 270.0 { 0.6343 - 5e-8 * needle * needle - 5e-4 * needle } else { 0.4622 };
        let [p_lvo, p_nlvo, p_hemorrhage, p_mimic] = Self::MIX;
        p_lvo * lvo + p_nlvo * nlvo + p_hemorrhage * 0.24 + p_mimic * 0.90
    }
}

/// Minutes that hospitals take; on scene and before as Milne 2017 (doi:10.1161/STROKEAHA.116.015321) assumes.
#[derive(Clone, Copy)]
struct System {
    door_to_needle: f64,
    needle_to_door_out: f64,
}

const FAST: System = System { door_to_needle: 30.0, needle_to_door_out: 20.0 };
const SLOW: System = System { door_to_needle: 60.0, needle_to_door_out: 60.0 };
const BEFORE_LEAVING: f64 = 30.0 + 25.0;
const CENTRE_NEEDLE: f64 = 30.0;
const CENTRE_GROIN_DIRECT: f64 = 60.0;
const CENTRE_GROIN_TRANSFER: f64 = 30.0;

/// Minutes by road: scene to the thrombolysis centre, scene to the thrombectomy centre, between them.
#[derive(Clone, Copy)]
struct Scene {
    to_near: f64,
    to_centre: f64,
    between: f64,
}

/// (needle, groin) of drip-and-ship and of going straight there, minutes from onset.
fn times(scene: Scene, system: System) -> [(f64, f64); 2] {
    let needle = BEFORE_LEAVING + scene.to_near + system.door_to_needle;
    let groin = needle + system.needle_to_door_out + scene.between + CENTRE_GROIN_TRANSFER;
    let door = BEFORE_LEAVING + scene.to_centre;
    [(needle, groin), (door + CENTRE_NEEDLE, door + CENTRE_GROIN_DIRECT)]
}

/// By how much going straight there raises the chance of mRS 0–1: as published, and by our model.
fn gain_of_bypass(scene: Scene, system: System, bypass: bool) -> (f64, f64) {
    let [drip, direct] = times(scene, system);
    let published = Holodinsky::excellent(direct.0, direct.1) - Holodinsky::excellent(drip.0, drip.1);
    let [lvo, nlvo, hemorrhage, mimic] = Holodinsky::MIX;
    let posterior = Differential::normalised([hemorrhage, lvo, nlvo, mimic]);
    let patient = Patient { onset: OnsetAge::Known(Minutes::ZERO), posterior };
    let excellent = |(needle, groin): (f64, f64), bypass: bool| {
        let given = Plan { bypass, ..plan("p", (needle < 270.0).then_some(needle), Some(groin), 0.0) };
        central_outcome(&given, &patient).probabilities()[..2].iter().sum::<f64>()
    };
    (published, excellent(direct, bypass) - excellent(drip, false))
}

/// Scenes round a thrombolysis centre at the published distances from a thrombectomy centre.
fn scenes() -> impl Iterator<Item = Scene> {
    [10.0, 30.0, 60.0, 90.0, 120.0]
        .into_iter()
        .flat_map(|between: f64| {
            (0..=12).flat_map(move |near| {
                let to_near = f64::from(near) * 5.0;
                (0..=6).map(move |turn| {
                    let angle = f64::from(turn) * std::f64::consts::PI / 6.0;
                    let to_centre =
                        (to_near.powi(2) + between.powi(2) - 2.0 * to_near * between * angle.cos()).sqrt();
                    Scene { to_near, to_centre, between }
                })
            })
        })
        // Nearer to the thrombectomy centre there is no question.
        .filter(|scene| scene.to_near < scene.to_centre)
}

/// At the thrombolysis centre's door, the thrombectomy centre `between` minutes away: the worst place for bypass.
fn at_the_door(between: f64) -> Scene {
    Scene { to_near: 5.0, to_centre: between + 5.0, between }
}

/// Holodinsky 2018, findings: "If treatment times are slow at the thrombolysis center, bypass should be considered when
/// the centers are 60 minutes or less apart; with greater transport times between centers, bypass is not always
/// favorable"; fast treatment before transfer "is most relevant for longer transport times".
#[test]
fn the_published_findings_are_found_again() {
    for between in [10.0, 30.0, 60.0] {
        let (published, ours) = gain_of_bypass(at_the_door(between), SLOW, true);
        assert!(published > 0.0 && ours > 0.0, "{between}: {published} {ours}");
    }
    let farther = |system| {
        let gains = [10.0, 30.0, 60.0, 90.0, 120.0].map(|d| gain_of_bypass(at_the_door(d), system, true).1);
        assert!(
            gains.is_sorted_by(|near, far| near > far),
            "the farther apart, the less bypass gains: {gains:?}"
        );
        gains
    };
    assert!(farther(SLOW)[4] < farther(SLOW)[0] / 3.0);
    assert!(farther(FAST).iter().all(|gain| *gain < 0.0));
    assert!(gain_of_bypass(at_the_door(120.0), FAST, true).0 < 0.0);
}

/// With what RACECAT found of bypassed haemorrhages. "Clear" is where the published maps do not stipple: a difference of
/// more than one point.
#[test]
fn the_published_choice_is_mostly_ours() {
    let agreement = |system| {
        let (mut all, mut agree) = (0, 0);
        for scene in scenes() {
            let (published, ours) = gain_of_bypass(scene, system, true);
            all += 1;
            agree += i32::from((published > 0.0) == (ours > 0.0));
            assert!((published - ours).abs() < 0.06, "{published} {ours}");
        }
        (agree, all)
    };
    assert_eq!(agreement(SLOW), (368, 374));
    assert_eq!(agreement(FAST), (273, 374));
}
