//! Opening hours: periods of the week on the region's clocks.

use jiff::civil::{DateTime, Time, Weekday};
use serde::{Deserialize, Serialize};

use crate::domain::wording::Text;

/// The days on which a period begins. Public holidays are not told from other days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Days {
    #[default]
    Every,
    Weekdays,
    Weekend,
}

impl Days {
    fn include(self, day: Weekday) -> bool {
        let is_weekend = matches!(day, Weekday::Saturday | Weekday::Sunday);
        match self {
            Self::Every => true,
            Self::Weekdays => !is_weekend,
            Self::Weekend => is_weekend,
        }
    }
}

/// From one hour to another; past midnight where it ends before it begins, the whole day where both are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    #[serde(default)]
    pub days: Days,
    pub from: Time,
    pub to: Time,
}

impl Period {
    #[must_use]
    pub fn covers(&self, clocks: DateTime) -> bool {
        let (time, today) = (clocks.time(), clocks.weekday());
        if self.from < self.to {
            return self.days.include(today) && (self.from..self.to).contains(&time);
        }
        let began_today = self.days.include(today) && time >= self.from;
        began_today || (self.days.include(today.previous()) && time < self.to)
    }

    fn in_words(&self) -> Text {
        let span = format!("{}–{}", self.from.strftime("%H:%M"), self.to.strftime("%H:%M"));
        match self.days {
            Days::Every => Text::new(&span, &span),
            Days::Weekdays => Text::new(format!("{span} en semaine"), format!("{span} on weekdays")),
            Days::Weekend => Text::new(format!("{span} le week-end"), format!("{span} at the weekend")),
        }
    }
}

/// When something is open: in any of its periods; always, where it has none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hours(Vec<Period>);

impl Hours {
    #[must_use]
    pub fn is_always(&self) -> bool {
        self.0.is_empty()
    }

    #[must_use]
    pub fn covers(&self, clocks: DateTime) -> bool {
        self.is_always() || self.0.iter().any(|period| period.covers(clocks))
    }

    /// "08:00–20:00 en semaine, 10:00–18:00 le week-end".
    #[must_use]
    pub fn in_words(&self) -> Text {
        let periods: Vec<Text> = self.0.iter().map(Period::in_words).collect();
        Text::join(&periods, ", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(toml: &str) -> Hours {
        #[derive(Deserialize)]
        struct Holder {
            hours: Hours,
        }
        toml::from_str::<Holder>(toml).unwrap().hours
    }

    fn open(hours: &Hours, clocks: &str) -> bool {
        hours.covers(clocks.parse().unwrap())
    }

    #[test]
    fn a_period_ends_before_its_last_minute_and_nothing_said_is_always() {
        let day = hours("hours = [{ from = \"08:00\", to = \"20:00\" }]");
        assert!(open(&day, "2026-11-24T08:00") && open(&day, "2026-11-24T19:59:59"));
        assert!(!open(&day, "2026-11-24T07:59") && !open(&day, "2026-11-24T20:00"));
        assert!(open(&Hours::default(), "2026-11-24T03:00"));
        assert!(open(&hours("hours = [{ from = \"00:00\", to = \"00:00\" }]"), "2026-11-24T03:00"));
    }

    #[test]
    fn a_night_belongs_to_the_day_it_begins_on() {
        let nights = hours("hours = [{ days = \"weekdays\", from = \"20:00\", to = \"08:00\" }]");
        // 27 November 2026 is a Friday.
        assert!(open(&nights, "2026-11-27T23:00") && open(&nights, "2026-11-28T07:59"));
        assert!(!open(&nights, "2026-11-28T23:00") && !open(&nights, "2026-11-30T07:00"));
        assert!(open(&nights, "2026-11-30T21:00"));
        assert!(open(&nights, "2026-11-27T20:00") && !open(&nights, "2026-11-27T19:59"));
        assert!(!open(&nights, "2026-11-28T08:00"), "it ends before its last minute too");
    }

    #[test]
    fn hours_are_said_in_both_languages() {
        let said = hours(
            "hours = [{ days = \"weekdays\", from = \"08:00\", to = \"20:00\" }, \
             { days = \"weekend\", from = \"10:00\", to = \"18:00\" }]",
        )
        .in_words();
        assert_eq!(said.fr, "08:00–20:00 en semaine, 10:00–18:00 le week-end");
        assert_eq!(said.en, "08:00–20:00 on weekdays, 10:00–18:00 at the weekend");
    }
}
