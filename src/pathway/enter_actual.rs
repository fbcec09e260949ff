//! The real times of a transport are entered afterwards, and held against what was foreseen.

use super::desk::{Actor, Desk, DeskError};
use super::dispatch_record::{DispatchRecord, MomentsView, dispatch_record};
use super::record_milestone::{MilestoneError, record_milestone};
use crate::db::{DbError, dispatch_decisions};
use crate::domain::clinical::milestone::MilestoneKind;
use crate::domain::identity::CaseId;

/// Why the real times were not taken.
#[derive(Debug, thiserror::Error)]
pub enum ActualError {
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error("no transport has been decided")]
    NothingDecided,
    #[error("no time is given")]
    NoTime,
    #[error("{kind:?} was not taken")]
    Moment { kind: MilestoneKind, source: MilestoneError },
}

impl From<DbError> for ActualError {
    fn from(error: DbError) -> Self {
        Self::Desk(error.into())
    }
}

/// Enters the times given as moments of the case, in the order of the way; those before a refused one stay. A time known
/// already is changed only with a reason.
///
/// # Errors
/// [`ActualError`]
pub async fn enter_actual(
    desk: &Desk,
    actor: &Actor,
    id: CaseId,
    real: MomentsView,
    reason: &str,
) -> Result<DispatchRecord, ActualError> {
    let MomentsView { departure, arrival, needle, groin } = real;
    let given = [
        (MilestoneKind::Needle, needle),
        (MilestoneKind::Departure, departure),
        (MilestoneKind::Arrival, arrival),
        (MilestoneKind::Groin, groin),
    ];
    if given.iter().all(|(_, at)| at.is_none()) {
        return Err(ActualError::NoTime);
    }
    let mut tx = desk.db.read().await?;
    let decided = dispatch_decisions::latest(&mut tx, id).await?;
    drop(tx);
    if decided.is_none() {
        return Err(ActualError::NothingDecided);
    }
    for (kind, at) in given {
        let Some(at) = at else { continue };
        record_milestone(desk, actor, id, kind, Some(at), reason.to_owned())
            .await
            .map_err(|source| ActualError::Moment { kind, source })?;
    }
    Ok(dispatch_record(desk, id).await?)
}
