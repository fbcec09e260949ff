//! The signed report: every signature is a new version, nothing is overwritten.

mod observation;
mod sign;
mod source;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use observation::{
    BleedKind, BleedSite, Glasgow, IchTotal, InfarctSite, Item, Observation, Presence, Tenths, Vessel,
    VesselSite,
};
pub use sign::{SignRefused, Signing};
pub use source::{Cited, DraftItem, Proposal, Seen, Source, Standing, Statement, proposals};

use super::identity::UserId;
use super::time::{Minutes, Timestamp};

/// The mission's promise: a signed report, preliminary or final, within the hour of the first image.
pub const WITHIN: Minutes = Minutes(60.0);

/// How definite a report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportStatus {
    /// Signed to act on; a final one follows.
    Preliminary,
    Final,
    /// Added to a final one, which stays as it is.
    Addendum,
}

/// What the reader writes before signing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub status: ReportStatus,
    pub findings: String,
    pub conclusion: String,
    pub recommendation: String,
    pub items: Vec<DraftItem>,
}

/// A signed version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// From 1, by one a signature.
    pub version: u32,
    pub status: ReportStatus,
    pub findings: String,
    pub conclusion: String,
    pub recommendation: String,
    /// In the report's order; none of reports signed before there were items.
    pub items: Vec<Statement>,
    pub signed_by: UserId,
    pub signed_at: Timestamp,
}

/// The report in force: the last that is no addendum, and what was added to it since.
#[derive(Debug, Clone, PartialEq)]
pub struct InForce {
    pub report: Report,
    pub addenda: Vec<Report>,
}

/// What is in force of all versions, earliest first.
#[must_use]
pub fn in_force(versions: Vec<Report>) -> Option<InForce> {
    let mut standing: Option<InForce> = None;
    for version in versions {
        match (&mut standing, version.status) {
            (Some(now), ReportStatus::Addendum) => now.addenda.push(version),
            _ => standing = Some(InForce { report: version, addenda: Vec::new() }),
        }
    }
    standing
}
