//! One person's notice of a call on one channel, and what became of it.

use serde::{Deserialize, Serialize};

use crate::domain::time::Timestamp;

/// How a notice reaches a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// The open application.
    InApp,
    /// The browser, open or not (RFC 8030).
    WebPush,
    Email,
    /// A pager or SMS gateway.
    Webhook,
}

impl Channel {
    pub const ALL: [Self; 4] = [Self::InApp, Self::WebPush, Self::Email, Self::Webhook];

    /// The name used in the API and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InApp => "in_app",
            Self::WebPush => "web_push",
            Self::Email => "email",
            Self::Webhook => "webhook",
        }
    }
}

/// What a notice asks of its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// To accept or decline.
    Answer,
    /// To know that nobody has accepted: for the sender, who has a telephone.
    Unanswered,
    /// To know that one is not expected any more: for who accepted.
    StoodDown,
}

/// The outcome of one try to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// The channel took it.
    Taken,
    Failed {
        reason: String,
    },
}

/// What became of a notice. It only goes forward: what was seen was delivered, and a later failure takes nothing back.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    /// The channel took it.
    pub sent_at: Option<Timestamp>,
    /// The person's device has it.
    pub delivered_at: Option<Timestamp>,
    /// The person looked at it.
    pub seen_at: Option<Timestamp>,
    /// The last failure, while nothing was sent since.
    pub failed_at: Option<Timestamp>,
    pub failure: Option<String>,
}

impl Delivery {
    #[must_use]
    pub fn tried(self, attempt: &Attempt, at: Timestamp) -> Self {
        match attempt {
            Attempt::Taken => {
                Self { sent_at: self.sent_at.or(Some(at)), failed_at: None, failure: None, ..self }
            }
            Attempt::Failed { .. } if self.sent_at.is_some() => self,
            Attempt::Failed { reason } => Self { failed_at: Some(at), failure: Some(reason.clone()), ..self },
        }
    }

    #[must_use]
    pub fn delivered(self, at: Timestamp) -> Self {
        let sent = self.tried(&Attempt::Taken, at);
        Self { delivered_at: sent.delivered_at.or(Some(at)), ..sent }
    }

    #[must_use]
    pub fn seen(self, at: Timestamp) -> Self {
        let delivered = self.delivered(at);
        Self { seen_at: delivered.seen_at.or(Some(at)), ..delivered }
    }
}
