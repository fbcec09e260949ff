//! A called person sees the call, accepts it or cannot come; and a person's own notices.

use serde_json::json;

use super::calling::{CALL_NEXT, expect_reading, step};
use super::desk::{Actor, Desk, DeskError};
use super::stand_down::unread;
use super::view::calls::{NoticeView, StoodDownView};
use super::visibility::Sight;
use crate::db::notices::{self, Notice};
use crate::db::users::{self, User};
use crate::db::{DbError, Tx, calls, cases, jobs};
use crate::domain::alerting::{AnswerRefused, Call, Channel, NoticeKind, Relief};
use crate::domain::case::CLAIM_LEASE;
use crate::domain::identity::{CallId, CaseId};
use crate::domain::time::Timestamp;

/// Why an answer was not taken.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    #[error("no such call, or not one that this person sees")]
    NoSuchCall,
    #[error("{refused}")]
    Refused { refused: AnswerRefused, accepted_by: Option<Box<User>> },
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<DeskError> for AnswerError {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::NoSuchCase => Self::NoSuchCall,
            DeskError::Db(error) => Self::Db(error),
        }
    }
}

/// Accepts a call: nobody else is called. Returns its case.
///
/// # Errors
/// [`AnswerError`]
pub async fn accept_call(desk: &Desk, actor: &Actor, id: CallId) -> Result<CaseId, AnswerError> {
    let now = desk.now();
    let mut tx = desk.db.write().await?;
    let before = held(desk, &mut tx, actor, id).await?;
    let call = match before.clone().accept(actor.user.id, now) {
        Ok(call) => call,
        Err((_, refused)) => return Err(told(&mut tx, refused).await?),
    };
    let case = call.case;
    if call == before {
        return Ok(case);
    }
    // While the call is open: its notices are asked for by that.
    mark(&mut tx, actor, id, now).await?;
    calls::update(&mut tx, id, &call, now).await?;
    let at_it = cases::get(&mut tx, case).await?.is_some_and(|case| case.state.held(now).is_some());
    if call.need.reads() && !at_it {
        // Who says that they come has as long to take the case as who took it has between two signs of life.
        expect_reading(&mut tx, case, now + CLAIM_LEASE).await?;
    }
    let event = step(id, &call, Some(actor.user.id), json!({ "step": "accepted" }));
    desk.commit(tx, &[event], &actor.record(now, "call.accept", Some(case.to_string()))).await?;
    Ok(case)
}

/// A called person cannot come. The next round does not wait when nobody is left to wait for. Returns the case.
///
/// # Errors
/// [`AnswerError`]
pub async fn decline_call(desk: &Desk, actor: &Actor, id: CallId) -> Result<CaseId, AnswerError> {
    let now = desk.now();
    let mut tx = desk.db.write().await?;
    let before = held(desk, &mut tx, actor, id).await?;
    let call = match before.clone().decline(actor.user.id, now) {
        Ok(call) => call,
        Err((_, refused)) => return Err(told(&mut tx, refused).await?),
    };
    let case = call.case;
    if call == before {
        return Ok(case);
    }
    calls::update(&mut tx, id, &call, now).await?;
    if let Some(due) = call.due_at() {
        jobs::ask(&mut tx, CALL_NEXT, &id.to_string(), due).await?;
    }
    mark(&mut tx, actor, id, now).await?;
    let event = step(id, &call, Some(actor.user.id), json!({ "step": "declined" }));
    desk.commit(tx, &[event], &actor.record(now, "call.decline", Some(case.to_string()))).await?;
    Ok(case)
}

/// The person has looked at the call, or at the word that they are not expected any more.
///
/// # Errors
/// [`AnswerError`]
pub async fn see_call(desk: &Desk, actor: &Actor, id: CallId) -> Result<(), AnswerError> {
    let now = desk.now();
    let mut tx = desk.db.write().await?;
    let call = held(desk, &mut tx, actor, id).await?;
    if !mark(&mut tx, actor, id, now).await? {
        return Ok(());
    }
    let seen = if call.is_open() { "seen" } else { "stand_down_seen" };
    let event = step(id, &call, Some(actor.user.id), json!({ "step": seen }));
    desk.commit(tx, &[event], &actor.record(now, "call.see", Some(call.case.to_string()))).await?;
    Ok(())
}

/// What waits for a person in the application.
#[derive(Debug, Clone, PartialEq)]
pub struct Mine {
    /// Calls to answer or to know of, oldest first.
    pub notices: Vec<NoticeView>,
    /// Calls that the person accepted and is not expected for any more.
    pub stood_down: Vec<StoodDownView>,
}

/// The person's notices. Fetching them is their delivery.
///
/// # Errors
/// [`DbError`]
pub async fn my_notices(desk: &Desk, actor: &Actor) -> Result<Mine, DbError> {
    let now = desk.now();
    let mut tx = desk.db.read().await?;
    let mut all = notices::open_of(&mut tx, actor.user.id).await?;
    let mut mine = Mine { notices: Vec::new(), stood_down: Vec::new() };
    let sight = Sight::of(&desk.region, &actor.user);
    for notice in &all {
        let Some(call) = calls::get(&mut tx, notice.call).await? else { continue };
        let declined = call.called.iter().any(|c| c.person == actor.user.id && c.declined_at.is_some());
        if sight.sees(&call.site) && !declined {
            mine.notices.push(NoticeView::of(notice, &call, &desk.region));
        }
    }
    for notice in unread(&mut tx, actor.user.id, now).await? {
        let Some(call) = calls::get(&mut tx, notice.call).await? else { continue };
        let Some(case) = cases::get(&mut tx, call.case).await? else { continue };
        let Some(relief) = call.relief(actor.user.id, &case.state, now) else { continue };
        if sight.sees(&call.site) {
            let who = match relief {
                Relief::Taken { by } | Relief::Decided { by } => users::get(&mut tx, by).await?,
                Relief::StoodDown => None,
            };
            mine.stood_down.push(StoodDownView::of(&notice, &call, relief, who.as_ref(), &desk.region));
            all.push(notice);
        }
    }
    drop(tx);
    if all.iter().any(|notice| notice.delivery.delivered_at.is_none()) {
        deliver(desk, actor, &all).await?;
    }
    Ok(mine)
}

/// Notes that the person's device has these notices.
async fn deliver(desk: &Desk, actor: &Actor, shown: &[Notice]) -> Result<(), DbError> {
    let now = desk.now();
    let mut tx = desk.db.write().await?;
    let mut happened = Vec::new();
    for notice in shown {
        let Some(kept) = notices::hold(&mut tx, notice.id).await? else { continue };
        let Some(call) = calls::get(&mut tx, notice.call).await? else { continue };
        let delivered = kept.delivery.clone().delivered(now);
        if delivered != kept.delivery {
            notices::set_delivery(&mut tx, notice.id, &delivered).await?;
            let word = match notice.kind {
                NoticeKind::Answer | NoticeKind::Unanswered => "delivered",
                NoticeKind::StoodDown => "stand_down_delivered",
            };
            let detail = json!({ "step": word, "channel": notice.channel });
            happened.push(step(notice.call, &call, Some(actor.user.id), detail));
        }
    }
    if happened.is_empty() {
        return tx.commit().await;
    }
    desk.commit(tx, &happened, &actor.record(now, "notices.delivered", None)).await
}

/// A call to be answered by someone who sees its case. The case's row first, as every change of a case does.
async fn held(desk: &Desk, tx: &mut Tx, actor: &Actor, id: CallId) -> Result<Call, AnswerError> {
    let case = calls::get(tx, id).await?.ok_or(AnswerError::NoSuchCall)?.case;
    desk.case_for(tx, actor, case).await?;
    calls::hold(tx, id).await?.ok_or(AnswerError::NoSuchCall)
}

/// The person has seen their notices of a call in the application; whether that is new.
async fn mark(tx: &mut Tx, actor: &Actor, call: CallId, now: Timestamp) -> Result<bool, DbError> {
    let mut changed = false;
    let mut mine = notices::open_of(tx, actor.user.id).await?;
    mine.extend(unread(tx, actor.user.id, now).await?);
    for notice in mine {
        if notice.call != call || notice.channel != Channel::InApp {
            continue;
        }
        let delivery = notice.delivery.clone().seen(now);
        if delivery != notice.delivery {
            notices::set_delivery(tx, notice.id, &delivery).await?;
            changed = true;
        }
    }
    Ok(changed)
}

async fn told(tx: &mut Tx, refused: AnswerRefused) -> Result<AnswerError, DbError> {
    let accepted_by = match refused {
        AnswerRefused::Accepted { by, .. } => users::get(tx, by).await?.map(Box::new),
        AnswerRefused::Ended | AnswerRefused::NotCalled => None,
    };
    Ok(AnswerError::Refused { refused, accepted_by })
}
