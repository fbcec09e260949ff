//! Indicators by site and month: what was measured, against which targets, on how many cases.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::case::Diagnosis;
use super::clinical::milestone::Milestones;
use super::evidence::Task;
use super::identity::SiteId;
use super::statistics::Proportion;
use super::time::Timestamp;

mod accuracy;
mod interval;
mod month;
mod quantile;
mod transport;
mod window;

pub use accuracy::Accuracy;
pub use interval::{FEWEST, Interval, Measure};
pub use month::Month;
pub use transport::{Chosen, Transport, Transports};
pub use window::Window;

#[cfg(test)]
mod tests;

/// What is read of one case.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub site: SiteId,
    /// When the mission's clock started: the case belongs to that month.
    pub started_at: Timestamp,
    pub known: Milestones,
    /// The signed diagnosis.
    pub diagnosis: Option<Diagnosis>,
    /// The models' final word by task; a task that no series was analysed for is absent.
    pub flags: BTreeMap<Task, Flagged>,
    /// The regulator's last recorded decision.
    pub transport: Option<Transport>,
    /// Rounds of each call for a specialty: more than one is an escalation.
    pub call_rounds: Vec<u8>,
}

/// Whether any series was flagged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flagged {
    Flagged,
    Unflagged,
}

/// The indicators of some cases.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    pub cases: u32,
    pub window: Window,
    pub intervals: Vec<Interval>,
    pub accuracy: Vec<Accuracy>,
    pub transports: Transports,
    /// Of the calls that went out, those that the first people called did not accept in time.
    pub escalated: Proportion,
}

/// Which cases: `None` is all of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub site: Option<SiteId>,
    pub month: Option<Month>,
}

/// The indicators of these cases at `now`.
#[must_use]
pub fn summary(rows: &[&Row], now: Timestamp) -> Summary {
    Summary {
        cases: u32::try_from(rows.len()).unwrap_or(u32::MAX),
        window: Window::of(rows, now),
        intervals: Measure::ALL.into_iter().map(|measure| Interval::of(measure, rows)).collect(),
        accuracy: [Task::Hemorrhage, Task::Occlusion, Task::Infarct]
            .into_iter()
            .map(|task| Accuracy::of(task, rows))
            .collect(),
        transports: Transports::of(rows),
        escalated: Proportion::of(
            rows.iter().flat_map(|row| row.call_rounds.iter()).filter(|rounds| **rounds > 0),
            |rounds| **rounds > 1,
        ),
    }
}

/// The indicators by site and month, with every total; months are those of `zone`. Medians of totals are medians of
/// their cases, never of other medians.
#[must_use]
pub fn by_site_and_month(rows: &[Row], zone: &TimeZone, now: Timestamp) -> BTreeMap<Key, Summary> {
    let mut groups: BTreeMap<Key, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        let month = Month::of(row.started_at, zone);
        for site in [None, Some(row.site.clone())] {
            for month in [None, Some(month)] {
                groups.entry(Key { site: site.clone(), month }).or_default().push(row);
            }
        }
    }
    groups.into_iter().map(|(key, rows)| (key, summary(&rows, now))).collect()
}
