//! A calendar month, as the hospitals' clocks have it.

use std::fmt;
use std::str::FromStr;

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::domain::identity::Invalid;
use crate::domain::time::Timestamp;

/// Written `2026-11`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month {
    first: Date,
}

impl Month {
    /// The month of a moment in `zone`.
    #[must_use]
    pub fn of(at: Timestamp, zone: &TimeZone) -> Self {
        Self { first: at.to_jiff().to_zoned(zone.clone()).date().first_of_month() }
    }

    /// So many months later; negative: earlier. Stays where it is at the calendar's ends.
    #[must_use]
    pub fn plus(self, months: i32) -> Self {
        Self { first: self.first.checked_add(months.months()).unwrap_or(self.first) }
    }

    /// Its first moment in `zone`; none at the calendar's ends.
    #[must_use]
    pub fn start(self, zone: &TimeZone) -> Option<Timestamp> {
        Some(self.first.to_zoned(zone.clone()).ok()?.timestamp().into())
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.first.year(), self.first.month())
    }
}

impl FromStr for Month {
    type Err = Invalid;

    fn from_str(s: &str) -> Result<Self, Invalid> {
        let invalid = Invalid { what: "month", problem: "must be written like 2026-11" };
        let (year, month) = s.split_once('-').ok_or_else(|| invalid.clone())?;
        if year.len() != 4 || month.len() != 2 {
            return Err(invalid);
        }
        match (year.parse(), month.parse()) {
            (Ok(year), Ok(month)) => {
                Date::new(year, month, 1).map(|first| Self { first }).map_err(|_| invalid)
            }
            _ => Err(invalid),
        }
    }
}

impl TryFrom<String> for Month {
    type Error = Invalid;
    fn try_from(value: String) -> Result<Self, Invalid> {
        value.parse()
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_the_hospitals() {
        let last_evening: Timestamp = "2026-10-31T23:30:00Z".parse().unwrap();
        let paris = TimeZone::get("Europe/Paris").unwrap();
        assert_eq!(Month::of(last_evening, &TimeZone::UTC).to_string(), "2026-10");
        assert_eq!(Month::of(last_evening, &paris).to_string(), "2026-11");
        let start = "2026-11".parse::<Month>().unwrap().start(&paris);
        assert_eq!(start, Some("2026-10-31T23:00:00Z".parse().unwrap()));
    }

    #[test]
    fn months_are_counted_over_the_year_and_written_alike() {
        let month: Month = "2026-11".parse().unwrap();
        assert_eq!(
            (month.plus(2).to_string(), month.plus(-11).to_string()),
            ("2027-01".into(), "2025-12".into())
        );
        assert_eq!(String::from(month), "2026-11");
        assert_eq!(Month::try_from("2026-11".to_owned()), Ok(month));
        for wrong in ["2026-13", "2026", "26-01", "2026-1", "nov", "202-611", "2026-nov", "20a6-01"] {
            assert!(wrong.parse::<Month>().is_err(), "{wrong}");
        }
    }
}
