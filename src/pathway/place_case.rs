//! Why a case stands where it stands in the queue, and what would change that.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::desk::Desk;
use super::order_queue::{SCALE, evidence_of};
use super::reading_room::{ReadingRoom, stage};
use super::view::{ReasonView, Words};
use super::visibility::Sight;
use crate::db::{DbError, analyses, cases};
use crate::domain::case::{Case, CaseState};
use crate::domain::evidence::{Finding, SiteEvidence};
use crate::domain::identity::CaseId;
use crate::domain::time::{Minutes, Timestamp};
use crate::domain::urgency::{Placement, QueueCase, Stage, Team, placement};
use crate::domain::wording::{Text, reason, supposed};

/// A case's place among the undecided that a person sees.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Place {
    /// From 1.
    pub position: u64,
    /// Undecided cases seen.
    pub of: u64,
    pub urgency: f64,
    pub reasons: Vec<ReasonView>,
    /// The case's own limit: two hours from its clock, or earlier as far as the evidence brings it forward.
    #[schema(value_type = String, format = DateTime)]
    pub own_limit_at: Timestamp,
    /// By how many minutes the evidence brings the limit forward.
    pub brought_forward_minutes: f64,
    pub changes: Vec<PlaceChange>,
}

/// One thing that would give the case another place.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlaceChange {
    #[schema(value_type = Words)]
    pub text: Text,
    /// The place then.
    pub position: u64,
}

/// The place of an undecided case, as someone with this sight sees the queue; `None` where it is decided or not seen.
///
/// # Errors
/// [`DbError`]
pub async fn place_case(desk: &Desk, sight: &Sight, id: CaseId) -> Result<Option<Place>, DbError> {
    let now = desk.now();
    let (undecided, team) = undecided(desk, sight, now).await?;
    let cases: Vec<_> = undecided.iter().map(Undecided::as_case).collect();
    let Some(subject) = cases.iter().position(|case| case.id == id) else { return Ok(None) };
    let case = &cases[subject];
    let Placement { position, urgency, changes } = placement(&cases, subject, &SCALE, &team, now);
    let reasons = urgency
        .reasons
        .iter()
        .map(|r| ReasonView { code: r.code, text: reason(r.code, case, &urgency, now), share: r.share })
        .collect();
    Ok(Some(Place {
        position: position as u64,
        of: cases.len() as u64,
        urgency: urgency.index,
        reasons,
        own_limit_at: case.clock.limit_at() + Minutes(-urgency.brought_forward.0),
        brought_forward_minutes: urgency.brought_forward.0,
        changes: changes
            .into_iter()
            .map(|change| PlaceChange { text: supposed(change.supposed), position: change.position as u64 })
            .collect(),
    }))
}

/// An undecided case with what orders it.
struct Undecided {
    case: Case,
    stage: Stage,
    findings: Vec<Finding>,
    site: SiteEvidence,
}

impl Undecided {
    fn as_case(&self) -> QueueCase<'_> {
        QueueCase {
            id: self.case.id,
            clock: self.case.clock,
            stage: self.stage,
            picture: &self.case.picture,
            findings: &self.findings,
            site: &self.site,
        }
    }
}

/// The undecided cases that a person sees, and their readers.
async fn undecided(desk: &Desk, sight: &Sight, now: Timestamp) -> Result<(Vec<Undecided>, Team), DbError> {
    let mut tx = desk.db.read().await?;
    let seen = cases::current(&mut tx, now).await?.into_iter().filter(|case| sight.sees(&case.site));
    let mut findings: BTreeMap<CaseId, Vec<Finding>> = BTreeMap::new();
    for (case, kept) in analyses::of_current_cases(&mut tx, now).await? {
        findings.entry(case).or_default().push(kept.finding);
    }
    let room = ReadingRoom::of(&mut tx, sight, now).await?;
    let undecided = seen
        .filter(|case| !matches!(case.state, CaseState::Decided { .. }))
        .map(|case| Undecided {
            findings: findings.remove(&case.id).unwrap_or_default(),
            site: evidence_of(&desk.region, &case),
            stage: stage(&case.state, now),
            case,
        })
        .collect();
    Ok((undecided, room.team))
}
