//! Points in time, spans in minutes, and the mission's clock.

use std::fmt;
use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};

/// A point in time (UTC). Never read from a clock here: it is passed in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(jiff::Timestamp);

impl Timestamp {
    /// Microseconds since the Unix epoch: the form kept in the database.
    #[must_use]
    pub fn as_microsecond(self) -> i64 {
        self.0.as_microsecond()
    }

    /// The inverse of [`Self::as_microsecond`]; `None` outside the calendar's range.
    #[must_use]
    pub fn from_microsecond(us: i64) -> Option<Self> {
        jiff::Timestamp::from_microsecond(us).ok().map(Self)
    }

    /// The moment for the calendar and zone arithmetic of the edges.
    #[must_use]
    pub fn to_jiff(self) -> jiff::Timestamp {
        self.0
    }
}

impl From<jiff::Timestamp> for Timestamp {
    /// Truncated to microseconds, so that what the database returns equals what it was given.
    fn from(value: jiff::Timestamp) -> Self {
        Self::from_microsecond(value.as_microsecond()).unwrap_or(Self(value))
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl std::str::FromStr for Timestamp {
    type Err = jiff::Error;

    /// RFC 3339 with an offset.
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        s.parse::<jiff::Timestamp>().map(Self::from)
    }
}

/// A span of time in minutes. The unit of every clinical rule.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Minutes(pub f64);

impl Minutes {
    pub const ZERO: Self = Self(0.0);

    /// The larger of two spans.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Self(self.0.max(other.0))
    }

    /// The smaller of two spans.
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        Self(self.0.min(other.0))
    }
}

impl Add for Minutes {
    type Output = Self;
    fn add(self, rhs: Self) -> Self {
        Self(self.0 + rhs.0)
    }
}

impl Sub for Minutes {
    type Output = Self;
    fn sub(self, rhs: Self) -> Self {
        Self(self.0 - rhs.0)
    }
}

/// Clocks of two machines differ by a little: a moment this far ahead is still "now".
pub const CLOCK_SKEW: Minutes = Minutes(5.0);

const MICROSECONDS_PER_MINUTE: f64 = 60e6;

impl Sub for Timestamp {
    type Output = Minutes;
    /// The span from `rhs` to `self`; negative when `rhs` is later.
    #[expect(clippy::cast_precision_loss, reason = "microseconds of a clinical span fit f64's mantissa")]
    fn sub(self, rhs: Self) -> Minutes {
        Minutes((self.as_microsecond() - rhs.as_microsecond()) as f64 / MICROSECONDS_PER_MINUTE)
    }
}

impl Add<Minutes> for Timestamp {
    type Output = Self;
    /// Saturates at the calendar's ends.
    #[expect(clippy::cast_possible_truncation, reason = "f64 to i64 casts saturate")]
    #[expect(clippy::suspicious_arithmetic_impl, reason = "minutes become microseconds")]
    fn add(self, rhs: Minutes) -> Self {
        // Whole seconds: the calendar's last second is not whole in microseconds.
        let end = |end: jiff::Timestamp| end.as_second() * 1_000_000;
        let us = self.as_microsecond().saturating_add((rhs.0 * MICROSECONDS_PER_MINUTE).round() as i64);
        let clamped = us.clamp(end(jiff::Timestamp::MIN), end(jiff::Timestamp::MAX));
        Self::from_microsecond(clamped).unwrap_or(self)
    }
}

/// What started the mission's clock: the first of these that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockStart {
    /// The emergency room's alert.
    Alert,
    /// Arrival at the hospital's door.
    Door,
    /// The first image received.
    FirstImage,
}

/// The diagnosis target: 45 minutes from the start of the clock (the mission's window).
pub const TARGET: Minutes = Minutes(45.0);
/// The diagnosis limit: 120 minutes from the start of the clock.
pub const LIMIT: Minutes = Minutes(120.0);

/// The case's clock: the diagnosis is made between target and limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaseClock {
    pub started_at: Timestamp,
    pub started_by: ClockStart,
}

/// Where the clock stands at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockState {
    /// Before the target.
    Running,
    /// Past 45 minutes, before 120.
    PastTarget,
    /// Past 120 minutes.
    PastLimit,
    /// The diagnosis is made.
    Stopped,
}

impl CaseClock {
    /// The earliest of the moments that may start the clock; `None` when none is known.
    #[must_use]
    pub fn first_of(
        alert: Option<Timestamp>,
        door: Option<Timestamp>,
        first_image: Option<Timestamp>,
    ) -> Option<Self> {
        [(alert, ClockStart::Alert), (door, ClockStart::Door), (first_image, ClockStart::FirstImage)]
            .into_iter()
            .filter_map(|(at, started_by)| at.map(|started_at| Self { started_at, started_by }))
            .min_by_key(|clock| clock.started_at)
    }

    #[must_use]
    pub fn target_at(self) -> Timestamp {
        self.started_at + TARGET
    }

    #[must_use]
    pub fn limit_at(self) -> Timestamp {
        self.started_at + LIMIT
    }

    /// Minutes since the start, never negative.
    #[must_use]
    pub fn waited(self, now: Timestamp) -> Minutes {
        (now - self.started_at).max(Minutes::ZERO)
    }

    /// The state at `now` of a clock that still runs.
    #[must_use]
    pub fn state(self, now: Timestamp) -> ClockState {
        if now >= self.limit_at() {
            ClockState::PastLimit
        } else if now >= self.target_at() {
            ClockState::PastTarget
        } else {
            ClockState::Running
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: f64) -> Timestamp {
        "2026-11-24T08:00:00Z".parse::<Timestamp>().unwrap() + Minutes(minute)
    }

    #[test]
    fn moments_and_spans_add_up() {
        assert_eq!(at(90.0).to_string(), "2026-11-24T09:30:00Z");
        assert_eq!((at(90.0) - at(0.5), at(0.0) - at(2.0)), (Minutes(89.5), Minutes(-2.0)));
        assert_eq!(Minutes(2.0) + Minutes(0.5) - Minutes(1.0), Minutes(1.5));
        assert_eq!(
            (Minutes(1.0).max(Minutes(2.0)), Minutes(1.0).min(Minutes(2.0))),
            (Minutes(2.0), Minutes(1.0))
        );
        assert_eq!(format!("{:?}", at(0.0)), at(0.0).to_string());
    }

    #[test]
    fn a_moment_outside_the_calendar_is_its_end() {
        assert_eq!(at(1e15).to_jiff().as_second(), jiff::Timestamp::MAX.as_second());
        assert_eq!(at(-1e15).to_jiff().as_second(), jiff::Timestamp::MIN.as_second());
        assert_eq!(Timestamp::from_microsecond(i64::MAX), None);
    }

    #[test]
    fn the_clock_runs_to_its_target_and_to_its_limit() {
        use ClockState::{PastLimit, PastTarget, Running};
        let clock = CaseClock::first_of(Some(at(0.0)), None, Some(at(-5.0))).unwrap();
        assert_eq!((clock.started_at, clock.started_by), (at(-5.0), ClockStart::FirstImage));
        let clock = CaseClock::first_of(Some(at(0.0)), Some(at(3.0)), None).unwrap();
        assert_eq!((clock.target_at(), clock.limit_at()), (at(45.0), at(120.0)));
        let states = [44.9, 45.0, 119.9, 120.0].map(|minute| clock.state(at(minute)));
        assert_eq!(states, [Running, PastTarget, PastTarget, PastLimit]);
        assert_eq!((clock.waited(at(12.0)), clock.waited(at(-1.0))), (Minutes(12.0), Minutes::ZERO));
    }
}
