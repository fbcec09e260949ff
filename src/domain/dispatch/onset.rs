//! How long ago the stroke began, and what is assumed when nobody knows.

use crate::domain::case::Onset;
use crate::domain::time::{Minutes, Timestamp};
use crate::domain::wording::{Number, Text};

/// Points over which an unknown onset is averaged.
const POINTS: usize = 48;
pub(super) const GRID: f64 = 48.0;

/// Thrombolysis is given within 4.5 h of last known well (AHA/ASA 2019, ESO 2021).
pub(super) const THROMBOLYSIS_WINDOW: Minutes = Minutes(270.0);

/// Longest sleep assumed when nobody saw the patient before.
const NIGHT: Minutes = Minutes(480.0);
/// Within which an unknown onset is assumed.
const DAY: Minutes = Minutes(1440.0);

/// Time from onset to now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum OnsetAge {
    Known(Minutes),
    /// Not known: assumed equally likely at any time of the last so many minutes.
    WithinLast {
        minutes: Minutes,
        seen: Seen,
    },
}

/// Why the onset is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// Found on waking.
    OnWaking,
    /// Nobody can tell.
    Never,
}

impl OnsetAge {
    /// At `now`. A wake-up stroke began between the last time seen well (at most 8 hours of sleep where nobody
    /// knows) and now; an unknown one within 24 hours.
    #[must_use]
    pub fn of(onset: Onset, now: Timestamp) -> Self {
        match onset {
            Onset::Known { at } => Self::Known((now - at).max(Minutes::ZERO)),
            Onset::WakeUp { at: None } => Self::on_waking(),
            Onset::WakeUp { at: Some(at) } => {
                Self::WithinLast { minutes: (now - at).max(Minutes::ZERO).min(DAY), seen: Seen::OnWaking }
            }
            Onset::Unknown => Self::unknown(),
        }
    }

    /// Found on waking, last seen well nobody knows when: within 8 hours.
    #[must_use]
    pub fn on_waking() -> Self {
        Self::WithinLast { minutes: NIGHT, seen: Seen::OnWaking }
    }

    /// Nobody can tell: within 24 hours.
    #[must_use]
    pub fn unknown() -> Self {
        Self::WithinLast { minutes: DAY, seen: Seen::Never }
    }

    /// Equally spaced possible ages (all the same when known).
    pub(super) fn grid(self) -> [Minutes; POINTS] {
        let mut step = -0.5;
        std::array::from_fn(|_| {
            step += 1.0;
            self.at_quantile(step / GRID)
        })
    }

    /// The age below which a share `q` (0 to 1) of the possible ages lies.
    pub(super) fn at_quantile(self, q: f64) -> Minutes {
        match self {
            Self::Known(age) => age,
            Self::WithinLast { minutes, .. } => Minutes(minutes.0 * q),
        }
    }

    /// The onset that the figures rest on, in words.
    #[must_use]
    pub fn in_words(self) -> Text {
        match self {
            Self::Known(age) => {
                let ago = Number::whole(age.0).with_unit("min");
                Text::new(format!("début il y a {}", ago.fr), format!("onset {} ago", ago.en))
            }
            Self::WithinLast { minutes, seen } => {
                let hours = Number::whole((minutes.0 / 60.0).ceil()).with_unit("h");
                let why = match seen {
                    Seen::OnWaking => Text::new("constaté au réveil", "found on waking"),
                    Seen::Never => Text::new("début inconnu", "onset unknown"),
                };
                Text::new(
                    format!("{}, supposé à toute heure des {} passées avec la même chance", why.fr, hours.fr),
                    format!("{}, assumed equally likely at any time of the last {}", why.en, hours.en),
                )
            }
        }
    }
}
