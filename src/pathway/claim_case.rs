//! A reader takes a case: a lease that others see and that expires.

use super::calling::{accepted_by_claim, expect_reading};
use super::desk::{Actor, Desk, DeskError};
use super::stand_down::relieve_reader;
use crate::db::events::{EventKind, NewEvent};
use crate::db::users::{self, User};
use crate::db::{DbError, cases};
use crate::domain::case::{Claim, ClaimRefused};
use crate::domain::identity::CaseId;

/// Why a claim did not happen.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error("another reader holds the case")]
    Held { claim: Claim, holder: Option<Box<User>> },
    #[error("the diagnosis is already made")]
    Decided,
}

impl From<DbError> for ClaimError {
    fn from(error: DbError) -> Self {
        Self::Desk(error.into())
    }
}

/// Takes the case for `actor`, or renews their hold.
///
/// # Errors
/// [`ClaimError`]
pub async fn claim_case(desk: &Desk, actor: &Actor, id: CaseId) -> Result<Claim, ClaimError> {
    let now = desk.now();
    let mut tx = desk.db.write().await?;
    let mut case = desk.case_for(&mut tx, actor, id).await?;
    let renews = case.state.held(now).is_some_and(|held| held.reader == actor.user.id);
    let claim = match case.state.claim(actor.user.id, now) {
        Ok((state, claim)) => {
            case.state = state;
            claim
        }
        Err((_, ClaimRefused::Decided)) => return Err(ClaimError::Decided),
        Err((_, ClaimRefused::HeldBy(claim))) => {
            let holder = users::get(&mut tx, claim.reader).await?.map(Box::new);
            return Err(ClaimError::Held { claim, holder });
        }
    };
    cases::update(&mut tx, &case).await?;
    expect_reading(&mut tx, id, claim.until).await?;
    let accepted = accepted_by_claim(&mut tx, id, actor.user.id, now).await?;
    relieve_reader(&mut tx, &case, now).await?;
    let claimed = NewEvent {
        kind: EventKind::CaseClaimed,
        case: Some(id),
        site: Some(case.site),
        actor: Some(actor.user.id),
        detail: serde_json::json!({ "renews": renews }),
    };
    let happened: Vec<NewEvent> = std::iter::once(claimed).chain(accepted).collect();
    desk.commit(tx, &happened, &actor.record(now, "case.claim", Some(id.to_string()))).await?;
    Ok(claim)
}
