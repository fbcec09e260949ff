//! Who accepted a call and is not expected any more is told, in the application alone: nobody else is interrupted.

use crate::db::notices::{self, Notice};
use crate::db::{DbError, Tx, calls};
use crate::domain::alerting::{Attempt, Cause, Channel, Delivery, NoticeKind};
use crate::domain::case::Case;
use crate::domain::identity::{CallId, NoticeId, UserId};
use crate::domain::time::{Minutes, Timestamp};

/// How long it is worth telling: after a shift nobody is on their way.
const WORTH_TELLING: Minutes = Minutes(12.0 * 60.0);

/// After a reader took or decided the case: tells who had accepted to read it.
pub(super) async fn relieve_reader(tx: &mut Tx, case: &Case, now: Timestamp) -> Result<(), DbError> {
    let calls = calls::of_case(tx, case.id).await?;
    let for_reader =
        calls.into_iter().rfind(|(_, call)| call.need.reads() && !matches!(call.cause, Cause::Asked { .. }));
    let Some((id, call)) = for_reader else { return Ok(()) };
    match call.acceptor().filter(|person| call.relief(*person, &case.state, now).is_some()) {
        Some(person) => tell(tx, id, person, now).await,
        None => Ok(()),
    }
}

/// Tells a person that they are not expected any more; once for a call.
pub(super) async fn tell(tx: &mut Tx, call: CallId, person: UserId, now: Timestamp) -> Result<(), DbError> {
    let notice = Notice {
        id: NoticeId(uuid::Uuid::new_v4()),
        call,
        person,
        channel: Channel::InApp,
        kind: NoticeKind::StoodDown,
        created_at: now,
        delivery: Delivery::default().tried(&Attempt::Taken, now),
    };
    notices::insert(tx, &notice).await.map(|_| ())
}

/// What a person was told so and has not looked at, oldest first.
pub(super) async fn unread(tx: &mut Tx, person: UserId, now: Timestamp) -> Result<Vec<Notice>, DbError> {
    let since = now + Minutes(-WORTH_TELLING.0);
    let told = notices::of_kind(tx, person, NoticeKind::StoodDown, since).await?;
    Ok(told.into_iter().filter(|notice| notice.delivery.seen_at.is_none()).collect())
}
