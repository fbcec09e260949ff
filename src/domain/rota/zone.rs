//! A pool's time zone, and when its clocks show an hour.

use std::str::FromStr;

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};

use crate::domain::identity::Invalid;
use crate::domain::time::Timestamp;

/// A zone of the IANA database, by its name. The database is compiled in: every host knows the same rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(TimeZone);

impl FromStr for Zone {
    type Err = Invalid;
    fn from_str(name: &str) -> Result<Self, Invalid> {
        TimeZoneDatabase::bundled()
            .get(name)
            .map(Self)
            .map_err(|_| Invalid { what: "time zone", problem: "must be an IANA name, as Europe/Paris" })
    }
}

impl TryFrom<String> for Zone {
    type Error = Invalid;
    fn try_from(name: String) -> Result<Self, Invalid> {
        name.parse()
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> String {
        zone.name().to_owned()
    }
}

impl Zone {
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// Its rules, for the calendar's arithmetic.
    #[must_use]
    pub fn rules(&self) -> TimeZone {
        self.0.clone()
    }

    /// What the zone's clocks show.
    #[must_use]
    pub fn clocks(&self, at: Timestamp) -> DateTime {
        self.0.to_datetime(at.to_jiff())
    }

    /// When its clocks show `hour`: the first time of an hour that comes twice, and the moment of the change for one
    /// that is skipped. Thus a later hour is never an earlier moment, and shifts that meet on paper meet in time.
    /// `None` at the calendar's ends.
    #[must_use]
    pub fn moment(&self, hour: DateTime) -> Option<Timestamp> {
        let ambiguous = self.0.to_ambiguous_timestamp(hour);
        match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => ambiguous.earlier().ok(),
            AmbiguousOffset::Gap { after, .. } => {
                let before_the_change = after.to_timestamp(hour).ok()?;
                self.0.following(before_the_change).next().map(|change| change.timestamp())
            }
        }
        .map(Timestamp::from)
    }
}
