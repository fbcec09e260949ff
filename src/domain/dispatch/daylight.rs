//! Day or night where an aircraft would fly.

use serde::{Deserialize, Serialize};

use crate::domain::region::Position;
use crate::domain::time::Timestamp;

/// The light that flight rules go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Light {
    Day,
    Night,
}

/// Night is when the sun stands lower than 6° below the horizon (end of civil twilight, SERA article 2 (97)).
#[must_use]
pub fn light_at(place: Position, at: Timestamp) -> Light {
    if sun_elevation(place, at) < -6.0 { Light::Night } else { Light::Day }
}

/// Degrees above the horizon, good to a quarter of a degree (low-precision formulae of the Astronomical Almanac).
#[expect(clippy::cast_precision_loss, reason = "microseconds of this century fit f64's mantissa")]
fn sun_elevation(place: Position, at: Timestamp) -> f64 {
    const J2000_UNIX_DAYS: f64 = 10_957.5;
    let days = at.as_microsecond() as f64 / 86_400e6 - J2000_UNIX_DAYS;
    let anomaly = (357.529 + 0.985_600_28 * days).to_radians();
    let longitude =
        (280.459 + 0.985_647_36 * days + 1.915 * anomaly.sin() + 0.020 * (2.0 * anomaly).sin()).to_radians();
    let obliquity = (23.439 - 3.6e-7 * days).to_radians();
    let right_ascension = (obliquity.cos() * longitude.sin()).atan2(longitude.cos());
    let declination = (obliquity.sin() * longitude.sin()).asin();
    let sidereal_hours = 18.697_374_558 + 24.065_709_824_419_08 * days;
    let hour_angle = (sidereal_hours * 15.0 + place.lon).to_radians() - right_ascension;
    let lat = place.lat.to_radians();
    (lat.sin() * declination.sin() + lat.cos() * declination.cos() * hour_angle.cos()).asin().to_degrees()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANNECY: Position = Position { lat: 45.899, lon: 6.129 };

    fn light(at: &str) -> Light {
        light_at(ANNECY, at.parse().unwrap())
    }

    #[test]
    fn night_follows_civil_twilight_in_winter_and_summer() {
        // 24 November 2026: sunset 16:54, civil twilight until about 17:26 (UTC+1); sunrise 7:44, dawn from 7:12.
        assert_eq!(light("2026-11-24T17:15:00+01:00"), Light::Day);
        assert_eq!(light("2026-11-24T17:40:00+01:00"), Light::Night);
        assert_eq!(light("2026-11-24T06:55:00+01:00"), Light::Night);
        assert_eq!(light("2026-11-24T07:30:00+01:00"), Light::Day);
        // 21 June 2026: sunset 21:30, civil twilight until about 22:06 (UTC+2).
        assert_eq!(light("2026-06-21T21:55:00+02:00"), Light::Day);
        assert_eq!(light("2026-06-21T22:20:00+02:00"), Light::Night);
    }

    #[test]
    fn the_sun_stands_where_almanacs_say() {
        let elevation = |lat, lon, at: &str| sun_elevation(Position { lat, lon }, at.parse().unwrap());
        let close =
            |found: f64, degrees: f64| assert!((found - degrees).abs() < 0.3, "{found} is not {degrees}");
        // Noon on Greenwich's meridian: 90° less the latitude, and the declination: 23.44° at the solstices, 0° at the
        // equinox. The equation of time is 2 minutes there and then, or 7.
        close(elevation(51.48, 0.0, "2026-06-21T12:02:00Z"), 90.0 - 51.48 + 23.44);
        close(elevation(51.48, 0.0, "2026-12-21T11:58:00Z"), 90.0 - 51.48 - 23.44);
        close(elevation(0.0, 0.0, "2026-03-20T12:07:30Z"), 90.0);
        // Six hours before noon on the equator at an equinox the sun rises; on a meridian 90° east it is noon.
        close(elevation(0.0, 0.0, "2026-03-20T06:07:30Z"), 0.0);
        close(elevation(0.0, 90.0, "2026-03-20T06:07:30Z"), 90.0);
        close(elevation(-45.9, 6.129, "2026-06-21T11:37:00Z"), 90.0 - 45.9 - 23.44);
        // By the Almanac's formulae in another program: their smaller terms too.
        let same =
            |found: f64, degrees: f64| assert!((found - degrees).abs() < 5e-4, "{found} is not {degrees}");
        same(elevation(45.899, 6.129, "2026-02-10T09:00:00Z"), 18.6974);
        same(elevation(45.899, 6.129, "2026-11-24T16:26:00Z"), -5.4501);
        same(elevation(45.899, 6.129, "2035-08-15T05:30:00Z"), 8.3463);
        same(elevation(-12.0, -77.0, "2026-05-03T20:00:00Z"), 38.4958);
        // The poles' day and night; the declination in November and in a later year.
        close(elevation(90.0, 0.0, "2026-06-21T03:00:00Z"), 23.44);
        close(elevation(90.0, 0.0, "2026-11-24T00:00:00Z"), -20.5);
        close(elevation(90.0, 0.0, "2045-05-01T00:00:00Z"), 15.0);
    }
}
