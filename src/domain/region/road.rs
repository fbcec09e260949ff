//! Time by road, and how the hour of day changes it.

use jiff::civil::{DateTime, Time};
use serde::{Deserialize, Serialize};

use super::hours::{Days, Period};
use crate::domain::identity::SiteId;
use crate::domain::time::Minutes;

/// Time by road between two hospitals, the same both ways.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Road {
    pub between: [SiteId; 2],
    /// At hours that `by_hour` does not name.
    pub minutes: Minutes,
    /// The first that covers the hour counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by_hour: Vec<RoadHours>,
}

/// The time that the whole road takes at these hours.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoadHours {
    #[serde(default)]
    pub days: Days,
    pub from: Time,
    pub to: Time,
    pub minutes: Minutes,
}

impl RoadHours {
    fn period(&self) -> Period {
        Period { days: self.days, from: self.from, to: self.to }
    }
}

/// A road of a day or more is none.
const LONGEST: usize = 1440;

impl Road {
    #[must_use]
    pub fn joins(&self, a: &SiteId, b: &SiteId) -> bool {
        self.between.contains(a) && self.between.contains(b)
    }

    fn minutes_at(&self, clocks: DateTime) -> Minutes {
        let busy = self.by_hour.iter().find(|hours| hours.period().covers(clocks));
        busy.map_or(self.minutes, |hours| hours.minutes)
    }

    /// Leaving when the clocks show `departure`: each minute covers the share of the road that its hour allows, so that
    /// leaving later never arrives earlier (Ichoua 2003, doi:10.1016/S0377-2217(02)00147-9).
    #[must_use]
    pub fn time_from(&self, departure: DateTime) -> Minutes {
        if self.by_hour.is_empty() {
            return self.minutes;
        }
        let (mut left, mut taken, mut clocks) = (1.0, 0.0, departure);
        for _ in 0..LONGEST {
            let whole = self.minutes_at(clocks).0;
            if left * whole <= 1.0 {
                break;
            }
            left -= 1.0 / whole;
            taken += 1.0;
            clocks = clocks.saturating_add(jiff::SignedDuration::from_mins(1));
        }
        // A hundred shares of a hundredth are not quite one.
        Minutes(((taken + left * self.minutes_at(clocks).0) * 1e6).round() / 1e6)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn road() -> Road {
        toml::from_str(
            "between = [\"a\", \"b\"]\nminutes = 60\n\
             by_hour = [{ days = \"weekdays\", from = \"07:00\", to = \"09:00\", minutes = 90 }]",
        )
        .unwrap()
    }

    fn from(clocks: &str) -> f64 {
        road().time_from(clocks.parse().unwrap()).0
    }

    #[test]
    fn the_hour_decides_and_a_road_can_cross_it() {
        // Tuesday, then Saturday.
        assert!((from("2026-11-24T03:00") - 60.0).abs() < 1e-9);
        assert!((from("2026-11-24T07:15") - 90.0).abs() < 1e-9);
        assert!((from("2026-11-28T07:15") - 60.0).abs() < 1e-9);
        // Half of it before seven, the other half at the busy hour.
        assert!((from("2026-11-24T06:30") - (30.0 + 45.0)).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn leaving_later_never_arrives_earlier(minute in 0..1440_i64, later in 1..300_i64) {
            let start: DateTime = "2026-11-24T00:00".parse().unwrap();
            let at = |m: i64| road().time_from(start.saturating_add(jiff::SignedDuration::from_mins(m))).0;
            prop_assert!(at(minute) <= at(minute + later) + f64::from(i32::try_from(later).unwrap()) + 1e-9);
        }
    }
}
