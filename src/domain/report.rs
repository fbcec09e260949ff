//! The signed report: every signature is a new version, nothing is overwritten.

use serde::{Deserialize, Serialize};

use super::identity::UserId;
use super::time::Timestamp;

/// How definite a report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportStatus {
    /// Signed to act on; a final one follows.
    Preliminary,
    Final,
}

/// What the reader writes before signing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    pub status: ReportStatus,
    pub findings: String,
    pub conclusion: String,
    #[serde(default)]
    pub recommendation: String,
}

/// A signed version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// From 1, by one a signature.
    pub version: u32,
    pub status: ReportStatus,
    pub findings: String,
    pub conclusion: String,
    pub recommendation: String,
    pub signed_by: UserId,
    pub signed_at: Timestamp,
}

/// Why a draft could not be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignRefused {
    #[error("a report needs a conclusion")]
    NoConclusion,
    #[error("a final report needs its findings")]
    NoFindings,
    #[error("a preliminary report cannot follow a final one")]
    AlreadyFinal,
}

impl Draft {
    /// Signs the draft as the version after `previous`. A final report may be followed by a corrected final one.
    ///
    /// # Errors
    /// [`SignRefused`] says what is missing.
    pub fn sign(self, previous: Option<&Report>, by: UserId, at: Timestamp) -> Result<Report, SignRefused> {
        if self.conclusion.trim().is_empty() {
            return Err(SignRefused::NoConclusion);
        }
        if self.status == ReportStatus::Final && self.findings.trim().is_empty() {
            return Err(SignRefused::NoFindings);
        }
        let was_final = previous.is_some_and(|report| report.status == ReportStatus::Final);
        if was_final && self.status == ReportStatus::Preliminary {
            return Err(SignRefused::AlreadyFinal);
        }
        Ok(Report {
            version: previous.map_or(1, |report| report.version.saturating_add(1)),
            status: self.status,
            findings: self.findings,
            conclusion: self.conclusion,
            recommendation: self.recommendation,
            signed_by: by,
            signed_at: at,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(status: ReportStatus) -> Draft {
        Draft {
            status,
            findings: "hyperdensité capsulo-thalamique gauche".to_owned(),
            conclusion: "hématome profond".to_owned(),
            recommendation: String::new(),
        }
    }

    fn sign(draft: Draft, previous: Option<&Report>) -> Result<Report, SignRefused> {
        let at = Timestamp::from_microsecond(0).unwrap();
        draft.sign(previous, UserId(uuid::Uuid::nil()), at)
    }

    #[test]
    fn each_signature_is_the_next_version() {
        let first = sign(draft(ReportStatus::Preliminary), None).unwrap();
        let second = sign(draft(ReportStatus::Final), Some(&first)).unwrap();
        let third = sign(draft(ReportStatus::Final), Some(&second)).unwrap();
        assert_eq!([first.version, second.version, third.version], [1, 2, 3]);
        assert_eq!(sign(draft(ReportStatus::Preliminary), Some(&third)), Err(SignRefused::AlreadyFinal));
    }

    #[test]
    fn nothing_is_signed_without_what_it_must_say() {
        let empty = Draft { conclusion: "  ".to_owned(), ..draft(ReportStatus::Preliminary) };
        assert_eq!(sign(empty, None), Err(SignRefused::NoConclusion));
        let bare = Draft { findings: String::new(), ..draft(ReportStatus::Final) };
        assert_eq!(sign(bare, None), Err(SignRefused::NoFindings));
    }
}
