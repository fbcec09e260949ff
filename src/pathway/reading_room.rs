//! The readers that the queue has, and whose turn it is, now or never.

use std::collections::BTreeSet;

use super::view::ReadersFrom;
use super::visibility::Sight;
use crate::db::users::{self, Standing, User};
use crate::db::{DbError, Tx, cases, rota, sessions};
use crate::domain::case::{Case, CaseState};
use crate::domain::identity::{CaseId, Role, UserId};
use crate::domain::time::{CaseClock, Minutes, Timestamp};
use crate::domain::urgency::{Stage, Team, Turns};

/// A reader who used the program within this is there.
const PRESENT: Minutes = Minutes(15.0);

/// The readers of the cases that a person sees.
pub(super) struct ReadingRoom {
    pub(super) from: ReadersFrom,
    pub(super) team: Team,
}

impl ReadingRoom {
    /// By the rota, or by who is signed in where no rota serves the sites.
    pub(super) async fn of(tx: &mut Tx, sight: &Sight, now: Timestamp) -> Result<Self, DbError> {
        if let Some(on_call) = rota::rota(tx).await?.readers_now(sight.case_sites(), now) {
            return Ok(Self { from: ReadersFrom::Rota, team: Team::of(on_call.len()) });
        }
        let active: BTreeSet<UserId> =
            sessions::used_since(tx, now + Minutes(-PRESENT.0)).await?.into_iter().collect();
        let there = users::all(tx).await?.into_iter().filter(|user| active.contains(&user.id) && reads(user));
        Ok(Self { from: ReadersFrom::Sessions, team: Team::of(there.count()) })
    }
}

/// Whether a person reads for the region, whose readers are asked to read every case of it.
fn reads(user: &User) -> bool {
    let reader = matches!(user.role, Role::Neurologist | Role::Radiologist);
    reader && user.standing == Standing::Active && !user.sites.is_empty()
}

/// An undecided case's turn in the queue.
pub(super) fn turn(case: &Case, now: Timestamp) -> Option<(CaseId, CaseClock, Stage)> {
    let decided = matches!(case.state, CaseState::Decided { .. });
    (!decided).then_some((case.id, case.clock, stage(&case.state, now)))
}

/// A claim that has run out holds nobody.
pub(super) fn stage(state: &CaseState, now: Timestamp) -> Stage {
    if state.held(now).is_some() { Stage::Reading } else { Stage::Waiting }
}

/// The case that is first in a person's queue whatever its index.
pub(super) async fn last_turn(tx: &mut Tx, sight: &Sight, now: Timestamp) -> Result<Option<CaseId>, DbError> {
    let room = ReadingRoom::of(tx, sight, now).await?;
    let undecided = cases::current(tx, now).await?;
    let seen = undecided.iter().filter(|case| sight.sees(&case.site)).filter_map(|case| turn(case, now));
    Ok(Turns::of(seen).last(&room.team, now))
}
