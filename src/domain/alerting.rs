//! Calling people to a case: a pure machine from the first call to someone's acceptance. Nobody's silence ends it.
//!
//! The first step of the ladder is called at once; without acceptance the next one, and at last every reader and the
//! sender. The ladder is asked again at each step, so that a hand-over between two calls reaches who is on call then.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::identity::{CaseId, SiteId, UserId};
use super::rota::Specialty;
use super::time::{Minutes, Timestamp};

mod contact;
mod notice;
mod relief;

pub use contact::Contact;
pub use notice::{Attempt, Channel, Delivery, NoticeKind};
pub use relief::Relief;

/// How long a call waits for acceptance before the next one: 2 minutes, then 3 (the mission's rule; a site's to set).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Waits {
    pub first: Minutes,
    pub then: Minutes,
}

impl Default for Waits {
    fn default() -> Self {
        Self { first: Minutes(2.0), then: Minutes(3.0) }
    }
}

/// What made the call needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Cause {
    /// The emergency room's alert.
    Alert,
    /// A model's flag on a case that nobody reads.
    Flag,
    /// A reader gave the case back undecided: someone else is called.
    GivenBack { by: UserId },
    /// A reader's hold ended without a word, or who had accepted never came. The next on call is called first; at the
    /// last round this person too, who refused nothing.
    Lapsed { by: UserId },
    /// The diagnosis calls for a thrombectomy.
    Thrombectomy { by: UserId },
    /// A person asked for this specialty.
    Asked { by: UserId },
}

/// Whom to call now: the steps of the rota, and everybody who may read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reach {
    pub ladder: Vec<Vec<UserId>>,
    pub everyone: BTreeSet<UserId>,
}

/// A person who was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Called {
    pub person: UserId,
    pub at: Timestamp,
    /// The round, from 1; the last round calls everyone.
    pub round: u8,
    #[serde(default)]
    pub declined_at: Option<Timestamp>,
}

/// Where a call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "stage")]
pub enum Stage {
    /// A round was called and may accept until `until`.
    Calling {
        until: Timestamp,
    },
    /// Every reader was called, and the sender told. Open until someone accepts.
    Everyone {
        since: Timestamp,
    },
    Accepted {
        by: UserId,
        at: Timestamp,
    },
    /// No longer needed: the diagnosis was made, or the treatment goes elsewhere.
    Ended {
        at: Timestamp,
    },
}

/// A call for a specialty to a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    pub case: CaseId,
    pub site: SiteId,
    pub need: Specialty,
    pub cause: Cause,
    /// Whose people are called, where it is not the site that sent the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub centre: Option<SiteId>,
    pub raised_at: Timestamp,
    pub called: Vec<Called>,
    pub stage: Stage,
}

/// The call after a step, and who is called by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stepped {
    pub call: Call,
    pub to_call: Vec<UserId>,
}

/// Why an answer was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AnswerRefused {
    #[error("another person accepted at {at}")]
    Accepted { by: UserId, at: Timestamp },
    #[error("the call has ended")]
    Ended,
    #[error("this person was not called")]
    NotCalled,
}

impl Call {
    /// A call that is needed; its first round is due at once.
    #[must_use]
    pub fn raise(case: CaseId, site: SiteId, need: Specialty, cause: Cause, now: Timestamp) -> Self {
        let stage = Stage::Calling { until: now };
        Self { case, site, need, cause, centre: None, raised_at: now, called: Vec::new(), stage }
    }

    /// The same for the people of `centre`.
    #[must_use]
    pub fn at(self, centre: SiteId) -> Self {
        Self { centre: Some(centre), ..self }
    }

    /// Whether someone must still accept.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.stage, Stage::Calling { .. } | Stage::Everyone { .. })
    }

    /// When the next round is due; `None` when none follows.
    #[must_use]
    pub fn due_at(&self) -> Option<Timestamp> {
        match self.stage {
            Stage::Calling { until } => Some(until),
            Stage::Everyone { .. } | Stage::Accepted { .. } | Stage::Ended { .. } => None,
        }
    }

    /// Rounds called so far.
    #[must_use]
    pub fn rounds(&self) -> u8 {
        self.called.iter().map(|called| called.round).max().unwrap_or(0)
    }

    /// Who the next round would call; empty when that is everyone.
    #[must_use]
    pub fn next(&self, reach: &Reach) -> Vec<UserId> {
        let fresh = |step: &Vec<UserId>| {
            let mut people: Vec<UserId> = Vec::new();
            for person in step {
                if !self.is_passed_over(*person) && !people.contains(person) {
                    people.push(*person);
                }
            }
            people
        };
        reach.ladder.iter().map(fresh).find(|step| !step.is_empty()).unwrap_or_default()
    }

    /// Goes on to the next round if it is due; otherwise unchanged, and nobody is called. Where nobody is on call, or
    /// nobody is left, that round is everyone.
    #[must_use]
    pub fn lapse(self, reach: &Reach, waits: Waits, now: Timestamp) -> Stepped {
        match self.stage {
            Stage::Calling { until } if until <= now => self.next_round(reach, waits, now),
            _ => Stepped { call: self, to_call: Vec::new() },
        }
    }

    /// A called person cannot come. When nobody of those called is left to wait for, the next round is due at once.
    ///
    /// # Errors
    /// The unchanged call and why.
    pub fn decline(mut self, person: UserId, now: Timestamp) -> Result<Self, (Self, AnswerRefused)> {
        if let Some(refused) = self.closed() {
            return Err((self, refused));
        }
        let Some(called) = self.called.iter_mut().find(|called| called.person == person) else {
            return Err((self, AnswerRefused::NotCalled));
        };
        called.declined_at.get_or_insert(now);
        let nobody_left = self.called.iter().all(|called| called.declined_at.is_some());
        if let Stage::Calling { until } = &mut self.stage
            && nobody_left
        {
            *until = now.min(*until);
        }
        Ok(self)
    }

    /// Someone takes it, called or not. The same person again changes nothing.
    ///
    /// # Errors
    /// The unchanged call and why.
    pub fn accept(self, by: UserId, now: Timestamp) -> Result<Self, (Self, AnswerRefused)> {
        match self.stage {
            Stage::Accepted { by: before, .. } if before == by => Ok(self),
            _ => match self.closed() {
                Some(refused) => Err((self, refused)),
                None => Ok(Self { stage: Stage::Accepted { by, at: now }, ..self }),
            },
        }
    }

    /// The diagnosis was made: an open call is no longer needed.
    #[must_use]
    pub fn end(self, now: Timestamp) -> Self {
        if self.is_open() { Self { stage: Stage::Ended { at: now }, ..self } } else { self }
    }

    /// The people called are needed no longer, accepted or not.
    #[must_use]
    pub fn stand_down(self, now: Timestamp) -> Self {
        match self.stage {
            Stage::Ended { .. } => self,
            _ => Self { stage: Stage::Ended { at: now }, ..self },
        }
    }

    fn closed(&self) -> Option<AnswerRefused> {
        match self.stage {
            Stage::Accepted { by, at } => Some(AnswerRefused::Accepted { by, at }),
            Stage::Ended { .. } => Some(AnswerRefused::Ended),
            Stage::Calling { .. } | Stage::Everyone { .. } => None,
        }
    }

    /// Spared, or the reader whose hold ran out: the steps before the last go to someone else.
    fn is_passed_over(&self, person: UserId) -> bool {
        self.is_spared(person) || matches!(self.cause, Cause::Lapsed { by } if by == person)
    }

    /// Called already, or who just gave the case back.
    fn is_spared(&self, person: UserId) -> bool {
        let gave_back = matches!(self.cause, Cause::GivenBack { by } if by == person);
        gave_back || self.called.iter().any(|called| called.person == person)
    }

    fn next_round(mut self, reach: &Reach, waits: Waits, now: Timestamp) -> Stepped {
        let round = self.rounds().saturating_add(1);
        let step = self.next(reach);
        let (to_call, stage) = if step.is_empty() {
            let all = reach.everyone.iter().copied().filter(|person| !self.is_spared(*person)).collect();
            (all, Stage::Everyone { since: now })
        } else {
            let wait = if self.called.is_empty() { waits.first } else { waits.then };
            (step, Stage::Calling { until: now + wait })
        };
        let called = to_call.iter().map(|&person| Called { person, at: now, round, declined_at: None });
        self.called.extend(called);
        self.stage = stage;
        Stepped { call: self, to_call }
    }
}

#[cfg(test)]
mod tests;
