//! The mission's window: the diagnosis between the target and the limit.

use super::Row;
use crate::domain::clinical::milestone::MilestoneKind;
use crate::domain::statistics::Proportion;
use crate::domain::time::{LIMIT, Minutes, TARGET, Timestamp};

/// Shares of the cases whose diagnosis was made in time. A case that nobody has decided counts once its time is up,
/// as not kept; until then it is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Within 45 minutes of the clock's start.
    pub target: Proportion,
    /// Within 120 minutes.
    pub limit: Proportion,
}

impl Window {
    pub(super) fn of(rows: &[&Row], now: Timestamp) -> Self {
        Self { target: kept(rows, TARGET, now), limit: kept(rows, LIMIT, now) }
    }
}

fn kept(rows: &[&Row], most: Minutes, now: Timestamp) -> Proportion {
    let judged = rows.iter().filter_map(|row| match row.known.at(MilestoneKind::Read) {
        Some(read) => Some(read - row.started_at <= most),
        None => (now - row.started_at > most).then_some(false),
    });
    Proportion::of(judged, |in_time| *in_time)
}
