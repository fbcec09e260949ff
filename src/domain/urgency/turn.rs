//! Whose turn it is, now or never.

use super::{Stage, Team};
use crate::domain::identity::CaseId;
use crate::domain::time::{CaseClock, Timestamp};

/// The limits of the cases that wait, in order, and how many are being read. They do not change with time.
#[derive(Debug, Clone, PartialEq)]
pub struct Turns {
    waiting: Vec<(Timestamp, CaseId)>,
    reading: usize,
}

impl Turns {
    #[must_use]
    pub fn of(cases: impl IntoIterator<Item = (CaseId, CaseClock, Stage)>) -> Self {
        let (mut waiting, mut reading) = (Vec::new(), 0);
        for (id, clock, stage) in cases {
            match stage {
                Stage::Waiting => waiting.push((clock.limit_at(), id)),
                Stage::Reading => reading += 1,
            }
        }
        waiting.sort_unstable();
        Self { waiting, reading }
    }

    /// The waiting case of the earliest clock, where `team` suffices for every limit to come and would not after one
    /// more reading.
    #[must_use]
    pub fn last(&self, team: &Team, now: Timestamp) -> Option<CaseId> {
        let (_, first) = self.waiting.first()?;
        let left = self.waiting.iter().map(|(limit, _)| *limit - now);
        team.is_last_turn(left, self.reading).then_some(*first)
    }

    /// How many readers it takes to open every waiting case before its limit.
    #[must_use]
    pub fn readers_needed(&self, team: &Team, now: Timestamp) -> usize {
        team.needed(self.waiting.iter().map(|(limit, _)| *limit - now), self.reading)
    }
}
