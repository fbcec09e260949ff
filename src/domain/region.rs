//! The region: hospitals, what each can do, roads and aircraft between them. Parsed from TOML, checked once.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::evidence::SiteEvidence;
use super::identity::{AeTitle, SiteId};
use super::rota::Zone;
use super::time::{CaseClock, ClockStart, Minutes, Timestamp};

mod aircraft;
mod check;
mod hours;
mod road;

pub use aircraft::{Aircraft, Flies, HELICOPTER_EUROS_PER_HOUR};
pub use check::RegionError;
pub use hours::{Days, Hours, Period};
pub use road::{Road, RoadHours};

/// A place on the globe, degrees (WGS 84).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Position {
    pub lat: f64,
    pub lon: f64,
}

impl Position {
    /// Great-circle distance, kilometres (haversine, mean radius 6,371 km).
    #[must_use]
    pub fn distance_km(self, other: Self) -> f64 {
        const EARTH_RADIUS_KM: f64 = 6371.0;
        let half = |degrees: f64| (degrees.to_radians() / 2.0).sin().powi(2);
        let h = half(other.lat - self.lat)
            + self.lat.to_radians().cos() * other.lat.to_radians().cos() * half(other.lon - self.lon);
        2.0 * EARTH_RADIUS_KM * h.min(1.0).sqrt().asin()
    }
}

/// What a hospital can do for a stroke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capability {
    /// Intravenous thrombolysis, on the spot or by telestroke.
    Thrombolysis,
    /// Mechanical thrombectomy.
    Thrombectomy,
    /// A room where a visiting team can do a thrombectomy.
    HostsTeam,
    /// A helicopter can land.
    Helipad,
}

/// Minutes that a hospital takes. Defaults are the benchmarks of AHA/ASA Target: Stroke and Get With The Guidelines.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Delays {
    /// From arrival (or from now, for a patient already there) to thrombolysis.
    pub needle: Minutes,
    /// From arrival of a transferred patient to groin puncture.
    pub groin_after_transfer: Minutes,
    /// From arrival of a patient not yet imaged elsewhere to groin puncture.
    pub groin_direct: Minutes,
    /// Until an ambulance leaves with the patient.
    pub ambulance: Minutes,
    /// Between the ward and the helipad, with loading.
    pub helipad: Minutes,
    /// From a visiting team's arrival to groin puncture.
    pub team: Minutes,
}

impl Default for Delays {
    fn default() -> Self {
        Self {
            needle: Minutes(30.0),
            groin_after_transfer: Minutes(60.0),
            groin_direct: Minutes(90.0),
            ambulance: Minutes(20.0),
            helipad: Minutes(10.0),
            team: Minutes(30.0),
        }
    }
}

/// Chance that a patient sent for thrombectomy gets none: 41 to 45 % of transfers (Perpignan, Catalonia).
pub const FUTILE_TRANSFER: f64 = 0.43;
/// Cost of an hour of an ambulance, euros. Assumption, to be set by site.
pub const AMBULANCE_EUROS_PER_HOUR: f64 = 120.0;

/// A hospital.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    pub id: SiteId,
    pub name: String,
    pub short_name: String,
    pub position: Position,
    /// The zone of its own clocks and scanners (IANA name), where it is not the region's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<Zone>,
    /// AE titles of its scanners: a peer belongs to a site by its calling AE title.
    #[serde(default)]
    pub calling_ae_titles: Vec<AeTitle>,
    #[serde(default)]
    pub capabilities: BTreeSet<Capability>,
    /// When it can; always, for a capability not named.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub opening: BTreeMap<Capability, Hours>,
    #[serde(default)]
    pub evidence: SiteEvidence,
    #[serde(default)]
    pub delays: Delays,
    /// Chance of no thrombectomy for a patient sent here for one (0 to 1).
    #[serde(default = "default_futile")]
    pub futile: f64,
    /// Cost of an hour of the ambulances that leave from here, euros.
    #[serde(default = "default_ambulance_cost")]
    pub ambulance_euros_per_hour: f64,
    /// Log odds of a better outcome that a haemorrhage loses an hour before specialised care. Without an agreed
    /// curve the default is none between plans.
    #[serde(default)]
    pub hemorrhage_loss_per_hour: f64,
}

fn default_futile() -> f64 {
    FUTILE_TRANSFER
}

fn default_ambulance_cost() -> f64 {
    AMBULANCE_EUROS_PER_HOUR
}

impl Site {
    #[must_use]
    pub fn can(&self, capability: Capability) -> bool {
        self.capabilities.contains(&capability)
    }

    /// The hours that keep it from doing so when the region's clocks show `clocks`; `None`: it is open, or never does.
    #[must_use]
    pub fn closed(&self, capability: Capability, clocks: DateTime) -> Option<&Hours> {
        self.opening.get(&capability).filter(|hours| !hours.covers(clocks))
    }
}

/// The region's file as written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegionFile {
    pub name: String,
    /// The zone of its clocks (IANA name). Needed where anything has hours.
    #[serde(default)]
    pub time_zone: Option<Zone>,
    /// What may start the mission's clock; the earliest counts.
    #[serde(default = "any_clock_start")]
    pub clock_start: Vec<ClockStart>,
    pub sites: Vec<Site>,
    #[serde(default)]
    pub roads: Vec<Road>,
    #[serde(default)]
    pub aircraft: Vec<Aircraft>,
}

fn any_clock_start() -> Vec<ClockStart> {
    vec![ClockStart::Alert, ClockStart::Door, ClockStart::FirstImage]
}

/// A region whose every name resolves and whose every number makes sense.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RegionFile", into = "RegionFile")]
pub struct Region {
    file: RegionFile,
}

impl From<Region> for RegionFile {
    fn from(region: Region) -> Self {
        region.file
    }
}

impl TryFrom<RegionFile> for Region {
    type Error = RegionError;

    fn try_from(file: RegionFile) -> Result<Self, RegionError> {
        check::check(&file)?;
        Ok(Self { file })
    }
}

impl Region {
    /// Reads a region from TOML.
    ///
    /// # Errors
    /// [`RegionError`] names the key or value that is wrong.
    pub fn parse(toml: &str) -> Result<Self, RegionError> {
        let file: RegionFile = toml::from_str(toml).map_err(|e| RegionError::Syntax(Box::new(e)))?;
        Self::try_from(file)
    }

    #[must_use]
    pub fn name(&self) -> &str {
        &self.file.name
    }

    #[must_use]
    pub fn sites(&self) -> &[Site] {
        &self.file.sites
    }

    #[must_use]
    pub fn aircraft(&self) -> &[Aircraft] {
        &self.file.aircraft
    }

    #[must_use]
    pub fn site(&self, id: &SiteId) -> Option<&Site> {
        self.file.sites.iter().find(|site| site.id == *id)
    }

    /// The site whose scanner calls itself `title`.
    #[must_use]
    pub fn site_of(&self, title: &AeTitle) -> Option<&Site> {
        self.file.sites.iter().find(|site| site.calling_ae_titles.contains(title))
    }

    /// What its clocks show; UTC where the file says no zone.
    #[must_use]
    pub fn clocks(&self, at: Timestamp) -> DateTime {
        match &self.file.time_zone {
            Some(zone) => zone.clocks(at),
            None => jiff::tz::TimeZone::UTC.to_datetime(at.to_jiff()),
        }
    }

    /// The rules of its clocks; UTC's where the file says no zone.
    #[must_use]
    pub fn zone(&self) -> jiff::tz::TimeZone {
        self.file.time_zone.as_ref().map_or(jiff::tz::TimeZone::UTC, Zone::rules)
    }

    /// The rules of a site's own clocks: the region's, unless it has others.
    #[must_use]
    pub fn zone_of(&self, site: &SiteId) -> jiff::tz::TimeZone {
        let own = self.site(site).and_then(|site| site.time_zone.as_ref());
        own.map_or_else(|| self.zone(), Zone::rules)
    }

    /// Usual time by road; zero from a place to itself, `None` without a road.
    #[must_use]
    pub fn road(&self, from: &SiteId, to: &SiteId) -> Option<Minutes> {
        if from == to {
            return Some(Minutes::ZERO);
        }
        self.file.roads.iter().find(|road| road.joins(from, to)).map(|road| road.minutes)
    }

    /// Where the patients of a site go for a thrombectomy: nowhere else if it does them, else the nearest centre by road.
    #[must_use]
    pub fn thrombectomy_centre(&self, of: &SiteId) -> Option<&Site> {
        let centres = self.file.sites.iter().filter(|site| site.can(Capability::Thrombectomy));
        let near = centres.filter_map(|centre| Some((self.road(of, &centre.id)?, centre)));
        near.min_by(|(one, _), (other, _)| one.0.total_cmp(&other.0)).map(|(_, centre)| centre)
    }

    /// Time by road for who leaves when the clocks show `departure`.
    #[must_use]
    pub fn road_at(&self, from: &SiteId, to: &SiteId, departure: DateTime) -> Option<Minutes> {
        if from == to {
            return Some(Minutes::ZERO);
        }
        self.file.roads.iter().find(|road| road.joins(from, to)).map(|road| road.time_from(departure))
    }

    /// The mission's clock of a case here: the earliest of the moments that may start it.
    #[must_use]
    pub fn clock(
        &self,
        alert: Option<Timestamp>,
        door: Option<Timestamp>,
        first_image: Option<Timestamp>,
    ) -> Option<CaseClock> {
        let allowed = |start, at: Option<Timestamp>| at.filter(|_| self.file.clock_start.contains(&start));
        CaseClock::first_of(
            allowed(ClockStart::Alert, alert),
            allowed(ClockStart::Door, door),
            allowed(ClockStart::FirstImage, first_image),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEMO: &str = include_str!("../../demo/region.toml");

    fn km(from: [f64; 2], to: [f64; 2]) -> f64 {
        let place = |[lat, lon]: [f64; 2]| Position { lat, lon };
        place(from).distance_km(place(to))
    }

    #[test]
    fn distances_are_those_of_the_sphere() {
        let close = |found: f64, expected: f64| assert!((found - expected).abs() < 0.01, "{found}");
        let degree = 6371.0 * std::f64::consts::PI / 180.0;
        close(km([45.0, 6.0], [46.0, 6.0]), degree);
        close(km([0.0, 6.0], [0.0, 5.0]), degree);
        // By the law of cosines.
        close(km([45.378, 6.722], [45.899, 6.129]), 74.037_903);
        close(km([0.0, 0.0], [0.0, 180.0]), 180.0 * degree);
        close(km([45.0, 6.0], [45.0, 6.0]), 0.0);
    }

    #[test]
    fn the_clocks_are_the_regions_or_utc() {
        let noon: Timestamp = "2026-07-01T12:00:00Z".parse().unwrap();
        let region = Region::parse(DEMO).unwrap();
        assert_eq!(region.clocks(noon).to_string(), "2026-07-01T14:00:00");
        assert_eq!(region.zone().to_datetime(noon.to_jiff()), region.clocks(noon));
        let bare = "name = \"R\"\n[[sites]]\nid = \"a\"\nname = \"A\"\nshort_name = \"A\"\nposition = { lat = 1, lon = 2 }";
        let bare = Region::parse(bare).unwrap();
        assert_eq!(bare.clocks(noon).to_string(), "2026-07-01T12:00:00");
        assert_eq!(bare.name(), "R");
    }

    #[test]
    fn nobody_travels_to_where_they_are() {
        let region = Region::parse(DEMO).unwrap();
        let [valmont, roche, ..] = region.sites() else { panic!("sites") };
        let noon = "2026-11-24T12:00:00".parse().unwrap();
        assert_eq!(region.road(&valmont.id, &valmont.id), Some(Minutes::ZERO));
        assert_eq!(region.road_at(&valmont.id, &valmont.id, noon), Some(Minutes::ZERO));
        assert_eq!(region.road_at(&valmont.id, &roche.id, noon), Some(Minutes(76.0)));
        let nowhere = "atlantis".parse().unwrap();
        assert_eq!(
            (region.road(&valmont.id, &nowhere), region.road_at(&nowhere, &roche.id, noon)),
            (None, None)
        );
        assert_eq!(region.site(&nowhere), None);
    }

    #[test]
    fn the_earliest_moment_that_may_start_the_clock_starts_it() {
        let at = |hour: u8| Some(format!("2026-11-24T{hour:02}:00:00Z").parse::<Timestamp>().unwrap());
        let any = Region::parse(DEMO).unwrap();
        assert_eq!(any.clock(at(9), at(8), at(10)).map(|c| c.started_at), at(8));
        assert_eq!(any.clock(None, None, at(10)).map(|c| c.started_at), at(10));
        assert_eq!(any.clock(None, None, None), None);
        let only = DEMO.replace("[\"alert\", \"door\", \"first_image\"]", "[\"alert\"]");
        let only = Region::parse(&only).unwrap();
        assert_eq!(only.clock(at(9), at(8), at(7)).map(|c| c.started_at), at(9));
        assert_eq!(only.clock(None, at(8), at(7)), None);
    }

    #[test]
    fn patients_go_to_the_nearest_centre_by_road_and_a_centres_own_nowhere() {
        let region = Region::parse(DEMO).unwrap();
        let of = |region: &Region, site: &str| {
            region.thrombectomy_centre(&site.parse().unwrap()).map(|centre| centre.id.to_string())
        };
        assert_eq!(of(&region, "valmont").as_deref(), Some("grand-lac"));
        assert_eq!(of(&region, "grand-lac").as_deref(), Some("grand-lac"));
        let host = "[\"thrombolysis\", \"hosts_team\", \"helipad\"]";
        let two = DEMO.replace(host, "[\"thrombectomy\", \"hosts_team\"]");
        let two = Region::parse(&two).unwrap();
        // 68 minutes against 104.
        assert_eq!(of(&two, "valmont").as_deref(), Some("saint-aubin"));
        assert_eq!(of(&two, "grand-lac").as_deref(), Some("grand-lac"));
        let far =
            "[[sites]]\nid = \"ys\"\nname = \"Ys\"\nshort_name = \"Ys\"\nposition = { lat = 45, lon = 6 }";
        let apart = DEMO.replace("[\"valmont\", \"grand-lac\"]", "[\"ys\", \"grand-lac\"]").replacen(
            "[[roads]]",
            &format!("{far}\n[[roads]]"),
            1,
        );
        assert_eq!(of(&Region::parse(&apart).unwrap(), "valmont"), None);
    }

    #[test]
    fn what_a_file_leaves_out_has_its_published_or_stated_value() {
        let region = Region::parse(
            "name = \"R\"\n[[sites]]\nid = \"a\"\nname = \"A\"\nshort_name = \"A\"\n\
             position = { lat = 1, lon = 2 }\n[[aircraft]]\nid = \"h\"\nname = \"H\"\nbase = \"a\"\n\
             speed_kmh = 200\nstart_minutes = 8\nlanding_minutes = 5\nflies = \"day_only\"",
        )
        .unwrap();
        let [site] = region.sites() else { panic!("one site") };
        assert_eq!((site.futile, site.ambulance_euros_per_hour), (0.43, 120.0));
        assert_eq!(site.hemorrhage_loss_per_hour, 0.0);
        let delays = [site.delays.needle, site.delays.groin_after_transfer, site.delays.groin_direct];
        assert_eq!(delays.map(|delay| delay.0), [30.0, 60.0, 90.0]);
        let [helicopter] = region.aircraft() else { panic!("one helicopter") };
        assert_eq!(helicopter.euros_per_hour, 2000.0);
        let at = |hour: u8| Some(format!("2026-11-24T{hour:02}:00:00Z").parse::<Timestamp>().unwrap());
        let started = [(at(9), None, None), (None, at(9), None), (None, None, at(9))]
            .map(|(alert, door, image)| region.clock(alert, door, image).map(|clock| clock.started_at));
        assert_eq!(started, [at(9); 3], "any of the three starts the clock");
    }

    #[test]
    fn a_place_is_closed_only_by_its_hours() {
        let region = Region::parse(DEMO).unwrap();
        let [valmont, _, saint_aubin, _] = region.sites() else { panic!("sites") };
        let at = |clocks: &str| clocks.parse().unwrap();
        let closed = saint_aubin.closed(Capability::HostsTeam, at("2026-11-24T23:00:00"));
        assert_eq!(closed.unwrap().in_words().en, "07:00–22:00");
        assert_eq!(saint_aubin.closed(Capability::HostsTeam, at("2026-11-24T21:59:00")), None);
        assert_eq!(valmont.closed(Capability::Thrombectomy, at("2026-11-24T23:00:00")), None);
    }
}
