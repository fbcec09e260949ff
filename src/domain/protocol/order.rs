//! The order's life. A transition takes the old state and gives the new one, or says why it cannot.

use serde::{Deserialize, Serialize};

use super::{Prescription, Unfit};
use crate::domain::identity::{CaseId, ProtocolId, SiteId, UserId};
use crate::domain::time::Timestamp;

/// What was done, as the technologist says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "how")]
pub enum Done {
    AsPrescribed,
    /// Otherwise, and how.
    Deviated {
        what: String,
    },
}

/// Where the order stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum State {
    Prescribed,
    /// The technologist has read it.
    Acknowledged {
        by: UserId,
        at: Timestamp,
    },
    Done {
        by: UserId,
        at: Timestamp,
        done: Done,
    },
    /// The technologist could not or would not, and says why.
    Refused {
        by: UserId,
        at: Timestamp,
        reason: String,
    },
    /// The reader took it back before it was done.
    Withdrawn {
        by: UserId,
        at: Timestamp,
    },
}

/// How the scanner's side showed that the examination is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// The first image of the modality prescribed.
    Image,
    /// The scanner's own word (MPPS).
    Scanner,
}

/// When, and by what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imaged {
    pub by: Seen,
    pub at: Timestamp,
}

/// An order with what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub id: ProtocolId,
    pub case: CaseId,
    pub site: SiteId,
    pub prescription: Prescription,
    pub prescribed_by: UserId,
    pub prescribed_at: Timestamp,
    pub state: State,
    /// The first sign from the scanner since it was prescribed.
    pub imaged: Option<Imaged>,
}

/// Why the state did not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotMoved {
    #[error("the order is closed")]
    Closed,
    #[error("somebody acknowledged it already")]
    Acknowledged,
    #[error("a reason is missing")]
    NoReason,
}

impl State {
    /// Whether something is still to be done.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match self {
            Self::Prescribed | Self::Acknowledged { .. } => true,
            Self::Done { .. } | Self::Refused { .. } | Self::Withdrawn { .. } => false,
        }
    }

    /// The technologist has read it.
    ///
    /// # Errors
    /// [`NotMoved`] when it is closed or acknowledged already.
    pub fn acknowledge(self, by: UserId, at: Timestamp) -> Result<Self, NotMoved> {
        match self {
            Self::Prescribed => Ok(Self::Acknowledged { by, at }),
            Self::Acknowledged { .. } => Err(NotMoved::Acknowledged),
            Self::Done { .. } | Self::Refused { .. } | Self::Withdrawn { .. } => Err(NotMoved::Closed),
        }
    }

    /// The technologist says what was done.
    ///
    /// # Errors
    /// [`NotMoved`] when it is closed, or deviates without saying how.
    pub fn finish(self, done: Done, by: UserId, at: Timestamp) -> Result<Self, NotMoved> {
        match &done {
            Done::Deviated { what } if what.trim().is_empty() => Err(NotMoved::NoReason),
            Done::Deviated { .. } | Done::AsPrescribed => self.close(Self::Done { by, at, done }),
        }
    }

    /// The technologist cannot, and says why.
    ///
    /// # Errors
    /// [`NotMoved`] when it is closed, or the reason is missing.
    pub fn refuse(self, reason: String, by: UserId, at: Timestamp) -> Result<Self, NotMoved> {
        if reason.trim().is_empty() {
            return Err(NotMoved::NoReason);
        }
        self.close(Self::Refused { by, at, reason })
    }

    /// The reader takes it back.
    ///
    /// # Errors
    /// [`NotMoved::Closed`] when it is closed.
    pub fn withdraw(self, by: UserId, at: Timestamp) -> Result<Self, NotMoved> {
        self.close(Self::Withdrawn { by, at })
    }

    fn close(self, next: Self) -> Result<Self, NotMoved> {
        if self.is_open() { Ok(next) } else { Err(NotMoved::Closed) }
    }
}

/// A prescription for a case, as it is about to be ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub id: ProtocolId,
    pub case: CaseId,
    pub site: SiteId,
    pub by: UserId,
    pub at: Timestamp,
}

impl Order {
    /// A new order.
    ///
    /// # Errors
    /// [`Unfit`] when the prescription cannot stand.
    pub fn prescribe(prescription: Prescription, asked: Asked) -> Result<Self, Unfit> {
        prescription.check()?;
        let Asked { id, case, site, by, at } = asked;
        Ok(Self {
            id,
            case,
            site,
            prescription,
            prescribed_by: by,
            prescribed_at: at,
            state: State::Prescribed,
            imaged: None,
        })
    }

    /// Whether a sign from a scanner of this modality is news for the order: it is open and nothing came before.
    #[must_use]
    pub fn awaits(&self, modality: &str) -> bool {
        self.state.is_open() && self.imaged.is_none() && self.prescription.modality.as_str() == modality
    }
}
