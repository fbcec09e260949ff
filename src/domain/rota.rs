//! The rota: pools of specialists across institutions, their weekly shifts and dated exceptions, and who is on call.
//!
//! The rule, in its order: the pools of the asked specialty that answer for the site, as the rota lists them; within
//! a pool the levels from the first; on a level its exception if one holds at that moment, else its weekly shifts.

use std::collections::BTreeSet;

use jiff::civil::{DateTime, Time};
use serde::{Deserialize, Serialize};

use super::identity::{Invalid, SiteId, UserId};

mod check;
mod coverage;
pub mod import;
mod zone;

pub use check::RotaError;
pub use coverage::{Duty, OnCall, Rung, Segment, Why};
pub use zone::Zone;

/// What is asked of a person on call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Specialty {
    /// Reads the case and decides with the emergency room.
    Neurologist,
    /// Reads the images.
    Radiologist,
    /// Does the thrombectomy.
    Interventionalist,
}

impl Specialty {
    pub const ALL: [Self; 3] = [Self::Neurologist, Self::Radiologist, Self::Interventionalist];

    /// The name used in the API and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Neurologist => "neurologist",
            Self::Radiologist => "radiologist",
            Self::Interventionalist => "interventionalist",
        }
    }

    /// Whether it reads the case, rather than treats the patient.
    #[must_use]
    pub fn reads(self) -> bool {
        matches!(self, Self::Neurologist | Self::Radiologist)
    }
}

/// Who is called first (1), who next if nobody accepts (2), and so on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Level(u8);

impl Level {
    pub const FIRST: Self = Self(1);
    pub const SECOND: Self = Self(2);
}

impl TryFrom<u8> for Level {
    type Error = Invalid;
    fn try_from(value: u8) -> Result<Self, Invalid> {
        if (1..=9).contains(&value) {
            Ok(Self(value))
        } else {
            Err(Invalid { what: "level", problem: "must be 1 to 9" })
        }
    }
}

impl From<Level> for u8 {
    fn from(level: Level) -> u8 {
        level.0
    }
}

/// A day of the week (ISO 8601: the week begins on Monday).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Day {
    pub const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];

    fn is(self, weekday: jiff::civil::Weekday) -> bool {
        usize::try_from(weekday.to_monday_zero_offset()).is_ok_and(|n| Self::ALL.get(n) == Some(&self))
    }
}

/// A person's weekly hours on a level. It begins on each of `days`; an end that is not after the start is the next
/// day's, so that 20:00–08:00 is a night and 08:00–08:00 a whole day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shift {
    pub level: Level,
    pub person: UserId,
    pub days: BTreeSet<Day>,
    pub from: Time,
    pub to: Time,
}

/// Dated hours in which other people, or nobody, hold a level in place of its weekly shifts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    pub level: Level,
    /// By the clocks of the pool's zone.
    pub from: DateTime,
    pub to: DateTime,
    #[serde(default)]
    pub people: BTreeSet<UserId>,
    #[serde(default)]
    pub note: String,
}

/// Specialists of one or more institutions who take turns for some sites.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pool {
    /// Short name, as a site's.
    pub id: SiteId,
    pub name: String,
    pub specialty: Specialty,
    /// The sites that it answers for.
    pub sites: BTreeSet<SiteId>,
    /// Whose clocks the hours are read by.
    pub zone: Zone,
    #[serde(default)]
    pub shifts: Vec<Shift>,
    #[serde(default)]
    pub exceptions: Vec<Exception>,
}

impl Shift {
    /// A person at every hour of the week.
    #[must_use]
    pub fn always(level: Level, person: UserId) -> Self {
        Self { level, person, days: Day::ALL.into(), from: Time::midnight(), to: Time::midnight() }
    }
}

impl Pool {
    /// The levels that anything is said of, from the first.
    #[must_use]
    pub fn levels(&self) -> BTreeSet<Level> {
        let weekly = self.shifts.iter().map(|shift| shift.level);
        weekly.chain(self.exceptions.iter().map(|exception| exception.level)).collect()
    }
}

/// Every pool, in the order in which they are asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rota(Vec<Pool>);

impl Rota {
    #[must_use]
    pub fn pools(&self) -> &[Pool] {
        &self.0
    }
}

impl FromIterator<Pool> for Rota {
    fn from_iter<T: IntoIterator<Item = Pool>>(pools: T) -> Self {
        Self(pools.into_iter().collect())
    }
}

#[cfg(test)]
mod tests;
