//! Where a candidate disagrees with the active model on the same series: for review, never for the queue.

use super::desk::Desk;
use crate::db::DbError;
use crate::db::candidate_analyses::{Beside, Said, beside_active};
use crate::db::users::User;
use crate::domain::evidence::Analysis;

/// The candidates' newest words that are looked through.
const LOOKED_AT: u32 = 2_000;

/// Disagreements at the sites of `user`, newest first.
///
/// # Errors
/// [`DbError`]
pub async fn disagreements(desk: &Desk, user: &User) -> Result<Vec<Beside>, DbError> {
    let mut tx = desk.db.read().await?;
    let beside = beside_active(&mut tx, LOOKED_AT).await?;
    Ok(beside.into_iter().filter(|pair| user.sites.contains(&pair.site) && disagree(pair)).collect())
}

/// Two words disagree when one flags and the other does not, or when only one is a word on the images at all. A
/// candidate for which no active model has spoken yet, or ever will, disagrees by flagging.
fn disagree(pair: &Beside) -> bool {
    match &pair.active {
        Some(active) => outcome(&pair.candidate) != outcome(active),
        None => pair.candidate.finding.is_positive(),
    }
}

/// What of a word can disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Flagged,
    Unflagged,
    Refused,
    None,
}

fn outcome(said: &Said) -> Outcome {
    match said.finding.analysis {
        Analysis::Analysed { flag: true, .. } => Outcome::Flagged,
        Analysis::Analysed { flag: false, .. } => Outcome::Unflagged,
        Analysis::NotAnalysable { .. } | Analysis::Failed { .. } => Outcome::Refused,
        Analysis::NotApplicable | Analysis::Pending => Outcome::None,
    }
}
