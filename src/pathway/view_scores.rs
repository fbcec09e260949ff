//! What was recorded of a case's clinical scales.

use std::collections::BTreeMap;

use super::desk::Desk;
use super::view::scores::{ScoreView, Scores};
use crate::db::users::{self, User};
use crate::db::{DbError, Tx, scores};
use crate::domain::clinical::score::Scored;
use crate::domain::identity::{CaseId, UserId};

async fn people(tx: &mut Tx) -> Result<BTreeMap<UserId, User>, DbError> {
    Ok(users::all(tx).await?.into_iter().map(|user| (user.id, user)).collect())
}

/// Every record, with the examiners' names.
///
/// # Errors
/// [`DbError`]
pub async fn view_scores(desk: &Desk, case: CaseId) -> Result<Scores, DbError> {
    let mut tx = desk.db.read().await?;
    let recorded = scores::of_case(&mut tx, case).await?;
    Ok(Scores::of(&recorded, &people(&mut tx).await?))
}

/// One record, with the examiner's name.
///
/// # Errors
/// [`DbError`]
pub async fn view_score(desk: &Desk, scored: &Scored) -> Result<ScoreView, DbError> {
    let mut tx = desk.db.read().await?;
    Ok(ScoreView::of(scored, &people(&mut tx).await?))
}
