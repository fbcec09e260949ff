//! The next round of a call goes out: who is on call, then who is behind them, at last every reader and the sender.

use super::calling::{CALL_NEXT, reach, round};
use super::record::Record;
use super::send_notice::SEND_NOTICE;
use super::switchboard::Switchboard;
use crate::db::notices::{self, Notice};
use crate::db::users::{self, Standing};
use crate::db::{DbError, Tx, calls, cases, contacts, jobs};
use crate::domain::alerting::{Attempt, Call, Channel, Delivery, NoticeKind, Stage, Stepped};
use crate::domain::identity::{CallId, NoticeId, Role, UserId};
use crate::domain::time::Timestamp;

/// Calls the next round, if it is due. The round, its notices, the jobs that send them, and the job of the round after
/// it are one transaction: it happens once.
///
/// # Errors
/// [`DbError`]; the job then stays.
pub(super) async fn call_next(board: &Switchboard, owner: &str, subject: &str) -> Result<(), DbError> {
    let desk = &board.desk;
    let now = desk.now();
    let mut tx = desk.db.write().await?;
    // The call's row before the job's, as an answer takes them.
    let held = match subject.parse::<CallId>() {
        Ok(id) => calls::hold(&mut tx, id).await?.map(|call| (id, call)),
        Err(_) => None,
    };
    if jobs::lease(&mut tx, CALL_NEXT, subject, owner, now, now).await?.is_none() {
        return Ok(());
    }
    jobs::done(&mut tx, CALL_NEXT, subject, owner, now).await?;
    let Some((id, before)) = held else { return tx.commit().await };
    let reach = reach(&mut tx, &desk.region, &before, now).await?;
    let Stepped { call, to_call } = before.clone().lapse(&reach, board.waits, now);
    if let Some(due) = call.due_at() {
        jobs::ask(&mut tx, CALL_NEXT, subject, due).await?;
    }
    if call == before {
        return tx.commit().await;
    }
    calls::update(&mut tx, id, &call, now).await?;
    for person in &to_call {
        notify(board, &mut tx, id, *person, NoticeKind::Answer, now).await?;
    }
    if matches!(call.stage, Stage::Everyone { .. }) {
        for sender in senders(&mut tx, &call).await? {
            notify(board, &mut tx, id, sender, NoticeKind::Unanswered, now).await?;
        }
    }
    let event = round(id, &call, &to_call);
    let record = Record::of_the_program(now, "call.round", Some(call.case.to_string()));
    desk.commit(tx, &[event], &record).await
}

/// Who must know that nobody has accepted: who raised the alert; where images opened the case, the site's emergency
/// physicians.
async fn senders(tx: &mut Tx, call: &Call) -> Result<Vec<UserId>, DbError> {
    let alert = cases::get(tx, call.case).await?.and_then(|case| case.alert);
    if let Some(alert) = alert {
        return Ok(vec![alert.raised_by]);
    }
    let there = users::all(tx).await?.into_iter().filter(|user| {
        user.standing == Standing::Active && user.role == Role::Emergency && user.sites.contains(&call.site)
    });
    Ok(there.map(|user| user.id).collect())
}

/// A person's notices, one for each channel that reaches them. The open application has its own with the event.
async fn notify(
    board: &Switchboard,
    tx: &mut Tx,
    call: CallId,
    person: UserId,
    kind: NoticeKind,
    now: Timestamp,
) -> Result<(), DbError> {
    let subscribed = contacts::subscriptions(tx, person).await?.len();
    let channels = contacts::get(tx, person).await?.channels(subscribed);
    for channel in channels.into_iter().filter(|channel| board.carries(*channel)) {
        let delivery = match channel {
            Channel::InApp => Delivery::default().tried(&Attempt::Taken, now),
            Channel::WebPush | Channel::Email | Channel::Webhook => Delivery::default(),
        };
        let id = NoticeId(uuid::Uuid::new_v4());
        let notice = Notice { id, call, person, channel, kind, created_at: now, delivery };
        if notices::insert(tx, &notice).await? && channel != Channel::InApp {
            jobs::ask(tx, SEND_NOTICE, &id.to_string(), now).await?;
        }
    }
    Ok(())
}
