//! Login throttling: after a few wrong passwords, a growing wait, per account and per address.

use crate::domain::time::{Minutes, Timestamp};

/// What the wrong passwords are counted against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// An account name, whether or not it exists.
    Account,
    /// A network address; a hospital may sit behind one, so it is given more room.
    Address,
}

/// Failures older than this are forgotten.
const MEMORY: Minutes = Minutes(15.0);
const FIRST_WAIT: Minutes = Minutes(0.5);
const LONGEST_WAIT: Minutes = Minutes(15.0);

impl Counted {
    fn free_failures(self) -> u32 {
        match self {
            Self::Account => 5,
            Self::Address => 30,
        }
    }
}

/// The failures so far of one account or address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failures {
    pub count: u32,
    pub last_at: Timestamp,
}

/// The failures after one more at `now`.
#[must_use]
pub fn failed(before: Option<Failures>, now: Timestamp) -> Failures {
    let kept = before.filter(|f| (now - f.last_at).0 < MEMORY.0).map_or(0, |f| f.count);
    Failures { count: kept.saturating_add(1), last_at: now }
}

/// How long the next attempt must still wait: nothing for the first failures, then 30 s doubled each time, at
/// most 15 min after the last one.
#[must_use]
pub fn wait(counted: Counted, failures: Option<Failures>, now: Timestamp) -> Option<Minutes> {
    let failures = failures?;
    let beyond = failures.count.checked_sub(counted.free_failures())?;
    let lock = Minutes(FIRST_WAIT.0 * 2_f64.powi(beyond.min(16).cast_signed())).min(LONGEST_WAIT);
    let left = lock - (now - failures.last_at);
    (left.0 > 0.0).then_some(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: f64) -> Timestamp {
        "2026-11-24T03:00:00Z".parse::<Timestamp>().unwrap() + Minutes(minutes)
    }

    fn after(count: u32) -> Option<Failures> {
        Some(Failures { count, last_at: at(0.0) })
    }

    #[test]
    fn the_wait_grows_and_ends() {
        assert_eq!(wait(Counted::Account, None, at(0.0)), None);
        assert_eq!(wait(Counted::Account, after(4), at(0.0)), None);
        assert_eq!(wait(Counted::Account, after(5), at(0.0)), Some(Minutes(0.5)));
        assert_eq!(wait(Counted::Account, after(7), at(1.0)), Some(Minutes(1.0)));
        assert_eq!(wait(Counted::Account, after(60), at(0.0)), Some(Minutes(15.0)));
        assert_eq!(wait(Counted::Account, after(60), at(15.0)), None);
        assert_eq!(wait(Counted::Address, after(29), at(0.0)), None);
    }

    #[test]
    fn old_failures_are_forgotten() {
        assert_eq!(failed(after(9), at(1.0)).count, 10);
        assert_eq!(failed(after(9), at(15.0)).count, 1);
    }
}
