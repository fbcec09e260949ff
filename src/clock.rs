//! The real clock. Everything else takes time as a value (`clippy.toml` bans the system clock elsewhere).

use crate::domain::time::Timestamp;

/// Where "now" comes from: the system in service, a hand-moved hand in tests.
pub trait Clock: std::fmt::Debug + Send + Sync + 'static {
    fn now(&self) -> Timestamp;
}

/// The system's wall clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one file that may read the system clock")]
    fn now(&self) -> Timestamp {
        Timestamp::from(jiff::Timestamp::now())
    }
}
