//! The demonstration's region, and what a wrong one is told.

use vigie::domain::region::{Capability, Region};
use vigie::domain::time::Minutes;

const DEMO: &str = include_str!("../../../demo/region.toml");

fn refusal(from: &str, to: &str) -> String {
    let text = DEMO.replacen(from, to, 1);
    assert_ne!(text, DEMO, "'{from}' is not in the demonstration's region");
    let Err(error) = Region::parse(&text) else { return "accepted".to_owned() };
    let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
    format!("{error} {cause}")
}

#[test]
fn the_demonstration_region_is_whole() {
    let region = Region::parse(DEMO).expect("the demonstration's region is right");
    let ids: Vec<_> = region.sites().iter().map(|site| site.id.as_str()).collect();
    assert_eq!(ids, ["valmont", "roche-claire", "saint-aubin", "grand-lac"]);
    let [valmont, .., saint_aubin, grand_lac] = region.sites() else { panic!("four sites") };
    assert!(valmont.can(Capability::Thrombolysis) && !valmont.can(Capability::Thrombectomy));
    assert!(grand_lac.can(Capability::Thrombectomy));
    assert_eq!(region.road(&valmont.id, &saint_aubin.id), Some(Minutes(68.0)));
    assert_eq!(region.road(&saint_aubin.id, &valmont.id), Some(Minutes(68.0)));
    let title = "STAUBIN_CT".parse().expect("an AE title");
    assert_eq!(region.site_of(&title).map(|site| &site.id), Some(&saint_aubin.id));
    let [helicopter] = region.aircraft() else { panic!("one helicopter") };
    assert_eq!(helicopter.euros_per_hour, 2000.0);
    let flight = helicopter.flight(valmont.position, grand_lac.position);
    let road = region.road(&valmont.id, &grand_lac.id).expect("a road");
    assert!(flight < road, "{flight:?} {road:?}");
}

#[test]
fn a_region_survives_being_written_and_read() {
    let region = Region::parse(DEMO).expect("the demonstration's region is right");
    let written = toml::to_string(&region).expect("a region can be written");
    assert_eq!(Region::parse(&written).expect("and read"), region);
}

#[test]
fn a_wrong_region_is_refused_by_the_name_of_what_is_wrong() {
    assert!(refusal("base = \"grand-lac\"", "base = \"atlantis\"").contains("no site is called 'atlantis'"));
    assert!(
        refusal("[\"valmont\", \"saint-aubin\"]", "[\"valmont\", \"ys\"]").contains("no site is called 'ys'")
    );
    assert!(refusal("minutes = 68", "minutes = -68").contains("minutes must be 0 or more"));
    assert!(refusal("speed_kmh = 230", "speed_kmh = 0").contains("speed_kmh must be above 0"));
    assert!(refusal("speed_kmh", "speed_mph").contains("unknown field `speed_mph`"));
    assert!(refusal("lat = 45.378", "lat = 145.378").contains("position.lat is not on the globe"));
    assert!(refusal("\"ROCHE_CT\"", "\"VALMONT_CT\"").contains("'VALMONT_CT' is named twice"));
    assert!(refusal("id = \"roche-claire\"", "id = \"valmont\"").contains("'valmont' is named twice"));
    assert!(
        refusal("[\"alert\", \"door\", \"first_image\"]", "[]").contains("clock_start must not be empty")
    );
    assert!(refusal("name = \"Haute-Combe\"", "").contains("missing field `name`"));
}

#[test]
fn every_number_of_a_region_is_checked() {
    let site = "delays = { needle = 40, ambulance = 30, helipad = 8 }";
    for key in ["needle", "groin_after_transfer", "groin_direct", "ambulance", "helipad", "team"] {
        let wrong = refusal(site, &format!("delays = {{ {key} = -1 }}"));
        assert!(wrong.contains(&format!("site 'valmont': delays.{key} must be 0 or more")), "{wrong}");
    }
    let of_site = |added: &str| refusal(site, &format!("{site}\n{added}"));
    for key in ["ambulance_euros_per_hour", "hemorrhage_loss_per_hour"] {
        assert!(of_site(&format!("{key} = -0.1")).contains(&format!("{key} must be 0 or more")), "{key}");
        assert_eq!(of_site(&format!("{key} = 0")), "accepted");
    }
    for (futile, answer) in [("1", "accepted"), ("0", "accepted"), ("1.01", "futile must be 0 to 1")] {
        assert!(of_site(&format!("futile = {futile}")).contains(answer), "{futile}");
    }
    for key in ["sensitivity", "specificity"] {
        let floor = refusal(
            "evidence = { minimum = { occlusion = \"phantom\" } }",
            &format!("evidence = {{ floor = {{ {key} = 1.5 }} }}"),
        );
        assert!(floor.contains(&format!("evidence.floor.{key} must be 0 to 1")), "{floor}");
    }
    assert!(refusal("lon = 6.722", "lon = 186.722").contains("position.lon is not on the globe"));
    assert_eq!(refusal("lon = 6.722", "lon = -180"), "accepted");
    for (key, value) in [("start_minutes", "8"), ("landing_minutes", "5"), ("euros_per_hour", "2000")] {
        let wrong = refusal(&format!("{key} = {value}"), &format!("{key} = -1"));
        assert!(wrong.contains(&format!("aircraft 'dragon-combe': {key} must be 0 or more")), "{wrong}");
    }
    assert!(refusal("speed_kmh = 230", "speed_kmh = inf").contains("speed_kmh must be above 0"));
    assert!(refusal("minutes = 124", "minutes = -124").contains("by_hour.minutes must be 0 or more"));
}

#[test]
fn roads_and_hours_must_make_sense_together() {
    let road = "between = [\"valmont\", \"roche-claire\"]";
    let same = refusal(road, "between = [\"valmont\", \"valmont\"]");
    assert!(same.contains("between must name two sites"), "{same}");
    let twice = refusal(road, "between = [\"saint-aubin\", \"valmont\"]");
    assert!(twice.contains("roads: 'saint-aubin – valmont' is named twice"), "{twice}");
    let opening = refusal(
        "opening = { hosts_team = [{ from = \"07:00\", to = \"22:00\" }] }",
        "opening = { thrombectomy = [{ from = \"07:00\", to = \"22:00\" }] }",
    );
    assert!(opening.contains("opening is not among its capabilities"), "{opening}");
    let zone = refusal("time_zone = \"Europe/Paris\"", "");
    assert!(zone.contains("time_zone must be given where there are hours"), "{zone}");
}
