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

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: UserId = UserId(uuid::Uuid::from_u128(1));
    const TWO: UserId = UserId(uuid::Uuid::from_u128(2));

    fn at(minute: f64) -> Timestamp {
        "2026-11-24T08:00:00Z".parse::<Timestamp>().unwrap() + Minutes(minute)
    }

    #[test]
    fn a_claim_keeps_others_out_until_its_lease_ends() {
        let (state, claim) = CaseState::Waiting.claim(ONE, at(0.0)).unwrap();
        assert_eq!(claim, Claim { reader: ONE, since: at(0.0), until: at(20.0) });
        let (state, refused) = state.claim(TWO, at(19.9)).unwrap_err();
        assert_eq!(refused, ClaimRefused::HeldBy(claim));
        assert_eq!(state.held(at(19.9)), Some(claim));
        assert_eq!(state.held(at(20.0)), None);
        let (_, taken) = state.claim(TWO, at(20.0)).unwrap();
        assert_eq!(taken, Claim { reader: TWO, since: at(20.0), until: at(40.0) });
    }

    #[test]
    fn who_holds_a_case_renews_without_beginning_again() {
        let (state, _) = CaseState::Waiting.claim(ONE, at(0.0)).unwrap();
        let (state, renewed) = state.claim(ONE, at(15.0)).unwrap();
        assert_eq!(renewed, Claim { reader: ONE, since: at(0.0), until: at(35.0) });
        assert_eq!(state, CaseState::Reading(renewed));
    }

    #[test]
    fn a_decided_case_is_claimed_by_nobody() {
        let decision =
            Decision { diagnosis: Diagnosis::Lvo, treatments: Vec::new(), nihss: None, note: String::new() };
        let decided = CaseState::Decided { decision, by: ONE, at: at(0.0) };
        let (state, refused) = decided.clone().claim(ONE, at(5.0)).unwrap_err();
        assert_eq!((state, refused), (decided, ClaimRefused::Decided));
        assert_eq!(CaseState::Waiting.held(at(0.0)), None);
    }

    #[test]
    fn scores_stay_in_their_scale() {
        assert_eq!(u8::from(Nihss::try_from(42).unwrap()), 42);
        assert_eq!(u8::from(Race::try_from(9).unwrap()), 9);
        assert_eq!(Nihss::try_from(43).unwrap_err().to_string(), "Nihss must be 0 to 42");
        assert_eq!(Race::try_from(10).unwrap_err().to_string(), "Race must be 0 to 9");
    }
}
