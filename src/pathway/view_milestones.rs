//! The clock board of a case: its moments with their history, and where each stretch stands.

use std::collections::BTreeMap;

use super::desk::{Desk, DeskError};
use super::shown_plans::chosen_destination;
use super::view::milestones::{ClockBoard, LineView, MilestoneView};
use crate::db::users::{self, User};
use crate::db::{DbError, Tx, cases, milestones};
use crate::domain::case::{Case, CaseState};
use crate::domain::clinical::benchmark::{Course, Line, Sent, board};
use crate::domain::clinical::milestone::{Entry, MilestoneKind, Milestones};
use crate::domain::identity::{CaseId, UserId};
use crate::domain::time::Timestamp;

/// The board of a case at this moment.
///
/// # Errors
/// [`DeskError`]
pub async fn view_milestones(desk: &Desk, id: CaseId) -> Result<ClockBoard, DeskError> {
    let now = desk.now();
    let mut tx = desk.db.read().await?;
    let case = cases::get(&mut tx, id).await?.ok_or(DeskError::NoSuchCase)?;
    let seen = milestones::seen(&mut tx, &case).await?;
    let entries = milestones::entries(&mut tx, id).await?;
    let lines = lines(&mut tx, &case, &seen, &entries, now).await?;
    let people: BTreeMap<UserId, User> =
        users::all(&mut tx).await?.into_iter().map(|user| (user.id, user)).collect();
    let moment = |kind| MilestoneView::of(kind, seen.at(kind), &entries, &people);
    Ok(ClockBoard {
        generated_at: now,
        board: lines.iter().map(LineView::from).collect(),
        milestones: MilestoneKind::ALL.into_iter().map(moment).collect(),
    })
}

/// Every stretch of a case.
///
/// # Errors
/// [`DbError`]
pub(super) async fn lines(
    tx: &mut Tx,
    case: &Case,
    seen: &Milestones,
    entries: &[Entry],
    now: Timestamp,
) -> Result<Vec<Line>, DbError> {
    let sent = sent(tx, case).await?;
    let decision = match &case.state {
        CaseState::Decided { decision, .. } => Some(decision),
        CaseState::Waiting | CaseState::Reading(_) => None,
    };
    let known = seen.clone().corrected(entries);
    Ok(board(&known, case.clock.started_at, Course::of(decision, sent), now))
}

/// Where the regulator's last decision sends the patient.
async fn sent(tx: &mut Tx, case: &Case) -> Result<Option<Sent>, DbError> {
    let chosen = chosen_destination(tx, case.id).await?;
    Ok(chosen.map(|destination| if destination == case.site { Sent::Stays } else { Sent::Leaves }))
}
