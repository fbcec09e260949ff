//! What makes a region's file wrong.

use std::collections::BTreeSet;

use super::{RegionFile, Site};
use crate::domain::identity::SiteId;

/// Why a region was refused.
#[derive(Debug, thiserror::Error)]
pub enum RegionError {
    #[error("the region's file is not what is expected")]
    Syntax(#[source] Box<toml::de::Error>),
    #[error("{of}: no site is called '{id}'")]
    UnknownSite { of: String, id: SiteId },
    #[error("{of}: '{id}' is named twice")]
    Duplicate { of: &'static str, id: String },
    #[error("{of}: {key} {problem}")]
    Value { of: String, key: &'static str, problem: &'static str },
    #[error("{of} must not be empty")]
    Empty { of: &'static str },
}

pub(super) fn check(file: &RegionFile) -> Result<(), RegionError> {
    if file.sites.is_empty() {
        return Err(RegionError::Empty { of: "sites" });
    }
    if file.clock_start.is_empty() {
        return Err(RegionError::Empty { of: "clock_start" });
    }
    unique("sites", file.sites.iter().map(|site| site.id.as_str()))?;
    unique("aircraft", file.aircraft.iter().map(|aircraft| aircraft.id.as_str()))?;
    let titles = file.sites.iter().flat_map(|site| &site.calling_ae_titles);
    unique("calling_ae_titles", titles.map(super::AeTitle::as_str))?;
    file.sites.iter().try_for_each(check_site)?;
    check_roads(file)?;
    check_aircraft(file)?;
    check_hours(file)
}

/// Hours mean nothing without the clocks they are read from.
fn check_hours(file: &RegionFile) -> Result<(), RegionError> {
    for site in &file.sites {
        if let Some(capability) = site.opening.keys().find(|capability| !site.can(**capability)) {
            let of = format!("site '{}': opening of {capability:?}", site.id);
            return Err(RegionError::Value { of, key: "opening", problem: "is not among its capabilities" });
        }
    }
    let has_hours = file.sites.iter().any(|site| !site.opening.is_empty())
        || file.roads.iter().any(|road| !road.by_hour.is_empty())
        || file.aircraft.iter().any(|aircraft| !aircraft.duty.is_always());
    if has_hours && file.time_zone.is_none() {
        let of = format!("region '{}'", file.name);
        return Err(RegionError::Value {
            of,
            key: "time_zone",
            problem: "must be given where there are hours",
        });
    }
    Ok(())
}

fn check_site(site: &Site) -> Result<(), RegionError> {
    let of = || format!("site '{}'", site.id);
    let (position, delays) = (site.position, site.delays);
    let degrees = |key, value: f64, limit: f64| {
        if value.abs() <= limit {
            Ok(())
        } else {
            Err(RegionError::Value { of: of(), key, problem: "is not on the globe" })
        }
    };
    degrees("position.lat", position.lat, 90.0)?;
    degrees("position.lon", position.lon, 180.0)?;
    if !(0.0..=1.0).contains(&site.futile) {
        return Err(RegionError::Value { of: of(), key: "futile", problem: "must be 0 to 1" });
    }
    let floor = site.evidence.floor;
    for (key, value) in
        [("evidence.floor.sensitivity", floor.sensitivity), ("evidence.floor.specificity", floor.specificity)]
    {
        if !(0.0..=1.0).contains(&value) {
            return Err(RegionError::Value { of: of(), key, problem: "must be 0 to 1" });
        }
    }
    let amounts = [
        ("delays.needle", delays.needle.0),
        ("delays.groin_after_transfer", delays.groin_after_transfer.0),
        ("delays.groin_direct", delays.groin_direct.0),
        ("delays.ambulance", delays.ambulance.0),
        ("delays.helipad", delays.helipad.0),
        ("delays.team", delays.team.0),
        ("ambulance_euros_per_hour", site.ambulance_euros_per_hour),
        ("hemorrhage_loss_per_hour", site.hemorrhage_loss_per_hour),
    ];
    amounts.into_iter().try_for_each(|(key, value)| amount(of, key, value))
}

fn check_roads(file: &RegionFile) -> Result<(), RegionError> {
    let mut pairs = BTreeSet::new();
    for road in &file.roads {
        let [a, b] = &road.between;
        let of = || format!("road {a} – {b}");
        known(file, of, a)?;
        known(file, of, b)?;
        if a == b {
            return Err(RegionError::Value { of: of(), key: "between", problem: "must name two sites" });
        }
        if !pairs.insert(BTreeSet::from([a, b])) {
            return Err(RegionError::Duplicate { of: "roads", id: format!("{a} – {b}") });
        }
        amount(of, "minutes", road.minutes.0)?;
        road.by_hour.iter().try_for_each(|hours| amount(of, "by_hour.minutes", hours.minutes.0))?;
    }
    Ok(())
}

fn check_aircraft(file: &RegionFile) -> Result<(), RegionError> {
    for aircraft in &file.aircraft {
        let of = || format!("aircraft '{}'", aircraft.id);
        known(file, of, &aircraft.base)?;
        if !(aircraft.speed_kmh.is_finite() && aircraft.speed_kmh > 0.0) {
            return Err(RegionError::Value { of: of(), key: "speed_kmh", problem: "must be above 0" });
        }
        amount(of, "start_minutes", aircraft.start_minutes.0)?;
        amount(of, "landing_minutes", aircraft.landing_minutes.0)?;
        amount(of, "euros_per_hour", aircraft.euros_per_hour)?;
    }
    Ok(())
}

fn known(file: &RegionFile, of: impl Fn() -> String, id: &SiteId) -> Result<(), RegionError> {
    if file.sites.iter().any(|site| site.id == *id) {
        Ok(())
    } else {
        Err(RegionError::UnknownSite { of: of(), id: id.clone() })
    }
}

fn amount(of: impl Fn() -> String, key: &'static str, value: f64) -> Result<(), RegionError> {
    if value.is_finite() && value >= 0.0 {
        Ok(())
    } else {
        Err(RegionError::Value { of: of(), key, problem: "must be 0 or more" })
    }
}

fn unique<'a>(of: &'static str, ids: impl Iterator<Item = &'a str>) -> Result<(), RegionError> {
    let mut seen = BTreeSet::new();
    for id in ids {
        if !seen.insert(id) {
            return Err(RegionError::Duplicate { of, id: id.to_owned() });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::domain::region::Region;

    const SITES: &str = r#"name = "R"
[[sites]]
id = "a"
name = "A"
short_name = "A"
position = { lat = 1, lon = 2 }
capabilities = ["helipad"]
[[sites]]
id = "b"
name = "B"
short_name = "B"
position = { lat = 1, lon = 3 }
"#;
    const OPENING: &str = "opening = { helipad = [{ from = \"08:00\", to = \"18:00\" }] }\n";
    const ROAD: &str = "[[roads]]\nbetween = [\"a\", \"b\"]\nminutes = 60\n";
    const BY_HOUR: &str = "by_hour = [{ from = \"07:00\", to = \"09:00\", minutes = 90 }]\n";
    const AIRCRAFT: &str = "[[aircraft]]\nid = \"h\"\nname = \"H\"\nbase = \"a\"\nspeed_kmh = 200\n\
                            start_minutes = 8\nlanding_minutes = 5\nflies = \"day_only\"\n";
    const DUTY: &str = "duty = [{ from = \"08:00\", to = \"20:00\" }]\n";

    fn refused(text: &str) -> Option<String> {
        Region::parse(text).err().map(|error| error.to_string())
    }

    #[test]
    fn any_hours_need_the_clocks_that_they_are_read_from() {
        assert_eq!(refused(&format!("{SITES}{ROAD}{AIRCRAFT}")), None, "nothing has hours");
        let opening = SITES.replacen("capabilities", &format!("{OPENING}capabilities"), 1);
        for hours in [opening, format!("{SITES}{ROAD}{BY_HOUR}"), format!("{SITES}{AIRCRAFT}{DUTY}")] {
            let why = "region 'R': time_zone must be given where there are hours";
            assert_eq!(refused(&hours).as_deref(), Some(why), "{hours}");
            assert_eq!(refused(&format!("time_zone = \"Europe/Paris\"\n{hours}")), None);
        }
    }

    #[test]
    fn a_road_is_named_once_whichever_end_comes_first() {
        let back = ROAD.replace("\"a\", \"b\"", "\"b\", \"a\"");
        for (one, other, id) in
            [(ROAD, ROAD, "a – b"), (ROAD, back.as_str(), "b – a"), (&back, ROAD, "a – b")]
        {
            let why = format!("roads: '{id}' is named twice");
            assert_eq!(refused(&format!("{SITES}{one}{other}")), Some(why));
        }
    }
}
