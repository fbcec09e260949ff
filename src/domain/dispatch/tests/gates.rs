//! What stops a plan, and the hour's part in it.

use super::*;

fn at(site: &str, moment: &str, edit: impl Fn(String) -> String) -> Vec<TransportPlan> {
    let region = Region::parse(&edit(DEMO.to_owned())).unwrap();
    let conditions = Conditions { when: When::At(moment.parse().unwrap()), weather: Weather::Flyable };
    let circumstances = Circumstances {
        onset: OnsetAge::Known(Minutes(60.0)),
        thrombolysis: Thrombolysis::Possible,
        workup: Workup::Imaged,
        conditions,
    };
    generate(&region, &site.parse().unwrap(), circumstances).unwrap()
}

fn of<'a>(plans: &'a [TransportPlan], name: &str) -> &'a TransportPlan {
    plans.iter().find(|p| p.plan.name == name).unwrap()
}

fn gate<'a>(plans: &'a [TransportPlan], name: &str) -> Option<&'a str> {
    of(plans, name).plan.blocked_by.as_ref().map(|gate| gate.en.as_str())
}

/// A Tuesday in winter.
const NOON: &str = "2026-11-24T12:00:00+01:00";

#[test]
fn the_road_takes_what_its_hour_takes() {
    let groin = |moment| of(&at("valmont", moment, |r| r), "direct-road").plan.groin.unwrap().0;
    // Leaves half an hour after the call.
    assert!((groin(NOON) - (30.0 + 104.0 + 60.0)).abs() < 1e-6);
    assert!((groin("2026-11-24T06:35:00+01:00") - (30.0 + 124.0 + 60.0)).abs() < 1e-6);
    assert!((groin("2026-11-28T16:00:00+01:00") - (30.0 + 138.0 + 60.0)).abs() < 1e-6);
}

#[test]
fn a_flight_that_would_end_in_the_dark_is_stopped_before_it_starts() {
    // Twilight ends about 17:26 there on that day; thrombolysis first takes 40 minutes.
    let plans = at("valmont", "2026-11-24T16:25:00+01:00", |r| r);
    assert_eq!(gate(&plans, "direct-air"), None);
    assert_eq!(
        gate(&plans, "drip-and-ship-air"),
        Some("Hélicoptère Combe does not fly at night, and night falls before the flight ends")
    );
    let plans = at("valmont", "2026-11-24T18:00:00+01:00", |r| r);
    assert_eq!(gate(&plans, "direct-air"), Some("Hélicoptère Combe does not fly at night"));
    let by_night = |r: String| r.replace("day_only", "day_and_night");
    assert_eq!(gate(&at("valmont", "2026-11-24T18:00:00+01:00", by_night), "direct-air"), None);
}

#[test]
fn a_crew_flies_within_its_duty() {
    let by_night = |r: String| r.replace("day_only", "day_and_night");
    let plans = at("valmont", "2026-11-24T23:00:00+01:00", by_night);
    assert_eq!(
        gate(&plans, "direct-air"),
        Some("Hélicoptère Combe: no crew at that hour (on duty 08:00–20:00)")
    );
    let plans = at("valmont", "2026-11-24T19:10:00+01:00", by_night);
    assert_eq!(
        gate(&plans, "drip-and-ship-air"),
        Some("Hélicoptère Combe: the crew's duty ends before the flight (on duty 08:00–20:00)")
    );
}

#[test]
fn a_closed_door_is_a_gate_with_its_hours() {
    let plans = at("valmont", "2026-11-24T23:00:00+01:00", |r| r);
    assert_eq!(
        gate(&plans, "team"),
        Some("no room for the visiting team at CH Saint-Aubin at that hour (07:00–22:00)")
    );
    assert_eq!(gate(&at("valmont", NOON, |r| r), "team"), None);
    let by_day = |r: String| {
        r.replace(
            "capabilities = [\"thrombolysis\", \"thrombectomy\", \"helipad\"]",
            "capabilities = [\"thrombolysis\", \"thrombectomy\", \"helipad\"]\n\
             opening = { thrombectomy = [{ from = \"08:00\", to = \"18:00\" }], \
             helipad = [{ from = \"08:00\", to = \"13:00\" }] }",
        )
    };
    let plans = at("valmont", "2026-11-24T19:00:00+01:00", by_day);
    for name in ["drip-and-ship-road", "direct-road", "team"] {
        let gate = gate(&plans, name).unwrap();
        assert_eq!(gate, "no thrombectomy at CHU Grand-Lac at that hour (08:00–18:00)", "{name}");
    }
    let plans = at("valmont", "2026-11-24T12:40:00+01:00", by_day);
    assert_eq!(
        gate(&plans, "direct-air"),
        Some("helipad closed at CHU Grand-Lac at that hour (08:00–13:00)")
    );
    // A centre that is closed sends its own patients on; here there is nowhere else.
    assert_eq!(at("grand-lac", "2026-11-24T19:00:00+01:00", by_day)[0].plan.groin, None);
}

#[test]
fn the_aircraft_that_brings_the_patient_there_first_is_called() {
    // At Valmont itself, but slow; at the centre, and fast; and the fastest of all, whose crew sleeps.
    let three = |r: String| {
        let (before, helicopter) = r.split_once("[[aircraft]]").unwrap();
        let other = |id: &str, base: &str, speed: &str, duty: &str| {
            let changed = helicopter.replace("id = \"dragon-combe\"", &format!("id = \"{id}\""));
            let changed = changed.replace("Hélicoptère Combe", id).replace("base = \"grand-lac\"", base);
            let duty = format!("duty = [{{ from = \"{duty}\", to = \"20:00\" }}]");
            let changed = changed.replace("duty = [{ from = \"08:00\", to = \"20:00\" }]", &duty);
            changed.replace("speed_kmh = 230", &format!("speed_kmh = {speed}"))
        };
        let slow = other("slow", "base = \"valmont\"", "90", "08:00");
        let asleep = other("asleep", "base = \"valmont\"", "400", "18:00");
        format!("{before}[[aircraft]]{slow}\n[[aircraft]]{asleep}\n[[aircraft]]{helicopter}")
    };
    let plans = at("valmont", NOON, three);
    let flight = &of(&plans, "direct-air").plan;
    assert_eq!((flight.aircraft.as_deref(), &flight.blocked_by), (Some("Hélicoptère Combe"), &None));
    let evening = at("valmont", "2026-11-24T23:00:00+01:00", three);
    assert_eq!(
        of(&evening, "direct-air").plan.aircraft.as_deref(),
        Some("asleep"),
        "the first where none may fly"
    );
}

#[test]
fn patients_go_where_it_is_open_on_arrival_before_where_it_is_near() {
    let two_centres = |r: String| {
        r.replace(
            "opening = { hosts_team = [{ from = \"07:00\", to = \"22:00\" }] }",
            "opening = { thrombectomy = [{ from = \"08:00\", to = \"18:00\" }] }",
        )
        .replace(
            "capabilities = [\"thrombolysis\", \"hosts_team\", \"helipad\"]",
            "capabilities = [\"thrombolysis\", \"thrombectomy\", \"helipad\"]",
        )
    };
    let to = |moment| of(&at("valmont", moment, two_centres), "direct-road").destination.to_string();
    assert_eq!(to(NOON), "saint-aubin");
    assert_eq!(to("2026-11-24T20:00:00+01:00"), "grand-lac");
    // Open when the call comes, closed when the patient arrives.
    assert_eq!(to("2026-11-24T17:30:00+01:00"), "grand-lac");
}

#[test]
fn a_needle_too_late_is_no_reason_to_stop_on_the_way() {
    let late = |onset: f64| -> Vec<String> {
        let region = Region::parse(DEMO).unwrap();
        let circumstances = Circumstances {
            onset: OnsetAge::Known(Minutes(onset)),
            thrombolysis: Thrombolysis::Possible,
            workup: Workup::Imaged,
            conditions: BY_DAY,
        };
        let plans = generate(&region, &"valmont".parse().unwrap(), circumstances).unwrap();
        plans.into_iter().map(|p| p.plan.name).collect()
    };
    assert_eq!(late(260.0), ["stay", "direct-road", "direct-air", "team"]);
    assert_eq!(late(230.0).len(), 6);
}

#[test]
fn a_team_comes_to_the_patients_own_hospital_where_it_may() {
    let plans = at("saint-aubin", NOON, |r| r);
    let team = of(&plans, "team");
    assert_eq!(team.destination.as_str(), "saint-aubin");
    assert!(team.routes.iter().all(|route| route.aboard == Aboard::Team));
    let closed = at("saint-aubin", "2026-11-24T23:00:00+01:00", |r| r);
    assert_eq!(
        gate(&closed, "team"),
        Some("no room for the visiting team at CH Saint-Aubin at that hour (07:00–22:00)")
    );
}

#[test]
fn a_team_flies_only_where_it_is_sooner_there() {
    // Next door: 20 minutes until the ambulance leaves and so many to drive; 10 to and 10 from the helipad and 5 in
    // the air.
    let team = |drive: &str| {
        let next_door = |r: String| {
            r.replace("position = { lat = 45.676, lon = 6.392 }", "position = { lat = 45.899, lon = 6.129 }")
                .replacen("minutes = 46\nby_hour", &format!("minutes = {drive}\nby_hour"), 1)
        };
        let plans = at("saint-aubin", NOON, next_door);
        of(&plans, "team").plan.aircraft.is_some()
    };
    assert_eq!([team("4"), team("5"), team("6")], [false, false, true]);
}

#[test]
fn what_a_late_transport_makes_late_depends_on_where_the_needle_is() {
    use Hinges::{Everything, Groin, Nothing};
    let hinges = |site| -> Vec<(String, Hinges)> {
        at(site, NOON, |r| r).into_iter().map(|p| (p.plan.name, p.plan.hinges)).collect()
    };
    let named = |all: [(&str, Hinges); 6]| all.map(|(name, hinges)| (name.to_owned(), hinges));
    let expected = |drip| {
        named([
            ("stay", Nothing),
            ("drip-and-ship-road", drip),
            ("drip-and-ship-air", Groin),
            ("direct-road", Everything),
            ("direct-air", Everything),
            ("team", Groin),
        ])
    };
    assert_eq!(hinges("valmont"), expected(Groin));
    assert_eq!(hinges("roche-claire"), expected(Everything), "the needle is at another hospital");
}

#[test]
fn thrombolysis_waits_for_no_closed_door() {
    let closed = |r: String| {
        r.replacen(
            "capabilities = [\"thrombolysis\", \"helipad\"] ",
            "opening = { thrombolysis = [{ from = \"08:00\", to = \"18:00\" }] }\n\
             capabilities = [\"thrombolysis\", \"helipad\"] ",
            1,
        )
    };
    let plans = at("valmont", "2026-11-24T19:30:00+01:00", closed);
    assert_eq!(plans[0].plan.needle, None);
    assert!(of(&plans, "drip-and-ship-road").plan.label.en.starts_with("Thrombolysis at CH Saint-Aubin"));
    let open = at("valmont", NOON, closed);
    assert_eq!(open[0].plan.needle, Some(Minutes(40.0)));
}

#[test]
fn milestones_are_the_moments_of_the_way() {
    let plans = at("valmont", NOON, |r| r);
    let drip = of(&plans, "drip-and-ship-road").milestones();
    assert_eq!(drip.needle, Some(Minutes(40.0)));
    assert_eq!(drip.departure, Some(Minutes(40.0)));
    assert_eq!(drip.arrival, Some(Minutes(144.0)));
    assert_eq!(drip.groin, Some(Minutes(204.0)));
    let stay = of(&plans, "stay").milestones();
    assert_eq!((stay.departure, stay.arrival), (None, None));
}
