//! The case and its state machine.

use serde::{Deserialize, Serialize};

use super::identity::{CaseId, Patient, SiteId, UserId};
use super::time::{CaseClock, Minutes, Timestamp};

/// When symptoms began. Unknown and wake-up are states of their own, never a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Onset {
    /// Last known well at this moment.
    Known {
        at: Timestamp,
    },
    /// Found on waking; `at` is the last time seen well, if anyone knows.
    WakeUp {
        at: Option<Timestamp>,
    },
    Unknown,
}

/// Anticoagulant treatment as the emergency physician reports it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anticoagulant {
    None,
    /// Vitamin K antagonist.
    Vka,
    /// Direct oral anticoagulant.
    Doac,
    Unknown,
}

/// National Institutes of Health Stroke Scale total, 0–42 (Brott 1989, doi:10.1161/01.STR.20.7.864).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Nihss(u8);

/// Rapid Arterial oCclusion Evaluation total, 0–9 (Pérez de la Ossa 2014, doi:10.1161/STROKEAHA.113.003071).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Race(u8);

macro_rules! bounded_score {
    ($name:ident, $max:literal, $message:literal) => {
        impl TryFrom<u8> for $name {
            type Error = super::identity::Invalid;
            fn try_from(value: u8) -> Result<Self, Self::Error> {
                if value <= $max {
                    Ok(Self(value))
                } else {
                    Err(super::identity::Invalid { what: stringify!($name), problem: $message })
                }
            }
        }
        impl From<$name> for u8 {
            fn from(value: $name) -> u8 {
                value.0
            }
        }
    };
}
bounded_score!(Nihss, 42, "must be 0 to 42");
bounded_score!(Race, 9, "must be 0 to 9");

/// The clinical picture as sent with the alert; everything but onset may be unsaid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClinicalPicture {
    pub onset: Onset,
    pub nihss: Option<Nihss>,
    pub race: Option<Race>,
    pub anticoagulant: Anticoagulant,
    pub note: String,
}

impl ClinicalPicture {
    /// What is known of a case that images opened without an alert: nothing.
    #[must_use]
    pub fn unstated() -> Self {
        Self {
            onset: Onset::Unknown,
            nihss: None,
            race: None,
            anticoagulant: Anticoagulant::Unknown,
            note: String::new(),
        }
    }
}

/// The emergency room's call for help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    pub raised_at: Timestamp,
    pub raised_by: UserId,
}

/// How long a claim holds without renewal before the case is offered again.
pub const CLAIM_LEASE: Minutes = Minutes(20.0);

/// A reader's hold on a case: a lease that others see and that expires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    pub reader: UserId,
    pub since: Timestamp,
    pub until: Timestamp,
}

/// The diagnosis a reader signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Diagnosis {
    Haemorrhage,
    Lvo,
    Ischaemia,
    Mimic,
    Undetermined,
}

/// A treatment the reader decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Treatment {
    Thrombolysis,
    Thrombectomy,
    Neurosurgery,
    Medical,
    None,
}

/// The reader's decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub diagnosis: Diagnosis,
    pub treatments: Vec<Treatment>,
    pub nihss: Option<Nihss>,
    #[serde(default)]
    pub note: String,
}

/// Where a case stands. A claim lives only in an open case; a decision ends the wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseState {
    /// Waiting for a reader.
    Waiting,
    /// A reader holds it (until the lease ends).
    Reading(Claim),
    /// The diagnosis is made.
    Decided { decision: Decision, by: UserId, at: Timestamp },
}

/// One patient's episode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    pub id: CaseId,
    pub site: SiteId,
    pub patient: Patient,
    pub picture: ClinicalPicture,
    pub door_at: Option<Timestamp>,
    pub alert: Option<Alert>,
    pub first_image_at: Option<Timestamp>,
    pub clock: CaseClock,
    pub state: CaseState,
}

/// Why a claim was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClaimRefused {
    #[error("another reader holds the case until {}", .0.until)]
    HeldBy(Claim),
    #[error("the diagnosis is already made")]
    Decided,
}

impl CaseState {
    /// Takes or renews the case for `reader`. An expired lease is free to take.
    ///
    /// # Errors
    /// [`ClaimRefused`] when another's lease still runs or the case is decided; the state is unchanged.
    pub fn claim(self, reader: UserId, now: Timestamp) -> Result<(Self, Claim), (Self, ClaimRefused)> {
        let since = match &self {
            Self::Decided { .. } => return Err((self, ClaimRefused::Decided)),
            Self::Reading(held) if held.reader != reader && held.until > now => {
                let held = *held;
                return Err((self, ClaimRefused::HeldBy(held)));
            }
            Self::Reading(held) if held.reader == reader => held.since,
            Self::Reading(_) | Self::Waiting => now,
        };
        let claim = Claim { reader, since, until: now + CLAIM_LEASE };
        Ok((Self::Reading(claim), claim))
    }

    /// The claim in force at `now`, if any.
    #[must_use]
    pub fn held(&self, now: Timestamp) -> Option<Claim> {
        match self {
            Self::Reading(claim) if claim.until > now => Some(*claim),
            _ => None,
        }
    }
}
