//! A person records a clinical scale of a patient; the NIHSS and the RACE reach the case's clinical picture.

use super::desk::{Actor, Desk, DeskError};
use crate::db::events::{EventKind, NewEvent};
use crate::db::{DbError, Tx, cases, scores};
use crate::domain::case::Case;
use crate::domain::clinical::examination::ForPicture;
use crate::domain::clinical::score::{Assessment, Scored, Way};
use crate::domain::identity::{CaseId, ScoreId};
use crate::domain::time::{CLOCK_SKEW, Timestamp};
use crate::domain::wording;

/// A record to be kept, every answer checked by its type.
#[derive(Debug, Clone)]
pub struct NewScore {
    pub assessment: Assessment,
    pub way: Way,
    /// When the patient was examined; `None` is now.
    pub at: Option<Timestamp>,
    /// The same key again is the same record.
    pub key: Option<String>,
}

/// Why nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum ScoreError {
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error("the examination is in the future")]
    Future,
    #[error("the idempotency key belongs to a record of another case")]
    ForeignKey,
}

impl From<DbError> for ScoreError {
    fn from(error: DbError) -> Self {
        Self::Desk(error.into())
    }
}

/// Records a scale or the checklist.
///
/// # Errors
/// [`ScoreError`]
pub async fn record_score(
    desk: &Desk,
    actor: &Actor,
    id: CaseId,
    new: NewScore,
) -> Result<Scored, ScoreError> {
    let now = desk.now();
    let at = new.at.unwrap_or(now);
    if at > now + CLOCK_SKEW {
        return Err(ScoreError::Future);
    }
    let key = new.key.map(|key| format!("{}:{key}", actor.user.id));
    let mut tx = desk.db.write().await?;
    let mut case = desk.case_for(&mut tx, actor, id).await?;
    if let Some(key) = &key
        && let Some((of, recorded)) = scores::by_key(&mut tx, key).await?
    {
        return if of == id { Ok(recorded) } else { Err(ScoreError::ForeignKey) };
    }
    let scored = Scored {
        id: ScoreId(uuid::Uuid::new_v4()),
        assessment: new.assessment,
        way: new.way,
        by: actor.user.id,
        at,
    };
    if tell_picture(&mut tx, &mut case, &scored).await? {
        cases::update(&mut tx, &case).await?;
    }
    scores::insert(&mut tx, id, &scored, key.as_deref()).await?;
    let event = NewEvent {
        kind: EventKind::ScoreRecorded,
        case: Some(id),
        site: Some(case.site),
        actor: Some(actor.user.id),
        detail: serde_json::json!({ "text": wording::assessed(&scored.assessment, scored.way) }),
    };
    desk.commit(tx, &[event], &actor.record(now, "case.score", Some(id.to_string()))).await?;
    Ok(scored)
}

/// The picture takes the total of the latest examination: one entered late does not undo a later one.
async fn tell_picture(tx: &mut Tx, case: &mut Case, scored: &Scored) -> Result<bool, DbError> {
    let Assessment::Scale(examination) = &scored.assessment else { return Ok(false) };
    let Some(total) = examination.for_picture() else { return Ok(false) };
    let is_later =
        |other: &Scored| other.at > scored.at && other.assessment.scale() == Some(examination.scale());
    if scores::of_case(tx, case.id).await?.iter().any(is_later) {
        return Ok(false);
    }
    match total {
        ForPicture::Nihss(total) => case.picture.nihss = Some(total),
        ForPicture::Race(total) => case.picture.race = Some(total),
    }
    Ok(true)
}
