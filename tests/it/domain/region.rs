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
}
