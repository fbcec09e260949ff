//! One notice goes out by one channel. What fails is tried again, and is said: a dead channel is never silent.

mod message;

use std::time::Duration;

use serde_json::json;

use super::calling::step;
use super::desk::Desk;
use super::record::Record;
use super::switchboard::{Hope, Message, Recipient, Switchboard, Undelivered};
use crate::db::notices::{self, Notice};
use crate::db::{DbError, Tx, calls, contacts, jobs};
use crate::domain::alerting::{Attempt, Call, Channel, Contact};
use crate::domain::identity::NoticeId;
use crate::domain::time::Minutes;
use message::message;

/// The job's kind; its subject is the notice's id.
pub(super) const SEND_NOTICE: &str = "send_notice";
/// How long a lease holds: then another process may send it.
const LEASE: Minutes = Minutes(1.0);
/// Longest that a channel may take: a call waits two minutes in all.
const PATIENCE: Duration = Duration::from_secs(15);
/// Before the next try, by tries so far; after them the channel has failed for this notice.
const PAUSES: [Minutes; 3] = [Minutes(0.1), Minutes(0.5), Minutes(1.0)];
/// Longest reason kept, characters.
const REASON: usize = 200;

/// Sends a notice, if nobody else does and its call still needs an answer.
///
/// # Errors
/// [`DbError`]; the job then stays.
pub(super) async fn send_notice(board: &Switchboard, owner: &str, subject: &str) -> Result<(), DbError> {
    let desk = &board.desk;
    let now = desk.now();
    let mut tx = desk.db.write().await?;
    let Some(job) = jobs::lease(&mut tx, SEND_NOTICE, subject, owner, now, now + LEASE).await? else {
        return Ok(());
    };
    let notice = match subject.parse::<NoticeId>() {
        Ok(id) => notices::hold(&mut tx, id).await?,
        Err(_) => None,
    };
    let call = match &notice {
        Some(notice) => calls::get(&mut tx, notice.call).await?.filter(Call::is_open),
        None => None,
    };
    let (Some(notice), Some(call)) = (notice, call) else {
        jobs::done(&mut tx, SEND_NOTICE, subject, owner, now).await?;
        return tx.commit().await;
    };
    let contact = contacts::get(&mut tx, notice.person).await?;
    let recipients = recipients(&mut tx, &notice, &contact).await?;
    tx.commit().await?;
    let message = message(board, &notice, &call, contact.language).await?;
    let outcome = carry(board, &notice, &recipients, &message).await?;
    record(desk, owner, job.attempts, &notice, &call, outcome).await
}

async fn recipients(tx: &mut Tx, notice: &Notice, contact: &Contact) -> Result<Vec<Recipient>, DbError> {
    Ok(match notice.channel {
        Channel::InApp => Vec::new(),
        Channel::Email => contact.email.clone().map(Recipient::Email).into_iter().collect(),
        Channel::Webhook => contact.pager.clone().map(Recipient::Pager).into_iter().collect(),
        Channel::WebPush => {
            let browsers = contacts::subscriptions(tx, notice.person).await?;
            browsers.into_iter().map(Recipient::Browser).collect()
        }
    })
}

/// Handed over when one recipient took it. A browser that is gone is forgotten.
async fn carry(
    board: &Switchboard,
    notice: &Notice,
    recipients: &[Recipient],
    message: &Message,
) -> Result<Result<(), Undelivered>, DbError> {
    let nobody = |reason: &str| Undelivered { reason: reason.to_owned(), hope: Hope::None };
    let Some(courier) = board.courier(notice.channel) else {
        return Ok(Err(nobody("the channel is no longer configured")));
    };
    let mut outcome = Err(nobody("the person has no address on this channel"));
    for recipient in recipients {
        let carried = tokio::time::timeout(PATIENCE, courier.carry(recipient, message)).await;
        let late = Undelivered { reason: "no answer in time".to_owned(), hope: Hope::Again };
        match (carried.unwrap_or(Err(late)), recipient) {
            (Ok(()), _) => outcome = Ok(()),
            (Err(gone), Recipient::Browser(browser)) if gone.hope == Hope::Gone => {
                let mut tx = board.desk.db.write().await?;
                contacts::unsubscribe(&mut tx, &browser.id, notice.person).await?;
                tx.commit().await?;
                outcome = outcome.or(Err(gone));
            }
            (Err(error), _) => outcome = outcome.or(Err(error)),
        }
    }
    Ok(outcome)
}

/// What became of it, with its event, its audit record, and the job's end or next try.
async fn record(
    desk: &Desk,
    owner: &str,
    tried: i64,
    notice: &Notice,
    call: &Call,
    outcome: Result<(), Undelivered>,
) -> Result<(), DbError> {
    let now = desk.now();
    let (subject, case) = (notice.id.to_string(), Some(call.case.to_string()));
    let mut tx = desk.db.write().await?;
    let Some(kept) = notices::hold(&mut tx, notice.id).await? else { return tx.commit().await };
    let said = |more| step(notice.call, call, Some(notice.person), more);
    let (attempt, told, action) = match outcome {
        Ok(()) => {
            jobs::done(&mut tx, SEND_NOTICE, &subject, owner, now).await?;
            let told = said(json!({ "step": "sent", "channel": notice.channel }));
            (Attempt::Taken, Some(told), "notice.sent")
        }
        Err(undelivered) => {
            let reason: String = undelivered.reason.chars().take(REASON).collect();
            tracing::warn!(notice = %notice.id, channel = notice.channel.as_str(), reason, "a notice was not sent");
            let pause = usize::try_from(tried).ok().and_then(|tried| PAUSES.get(tried));
            let pause = pause.filter(|_| undelivered.hope == Hope::Again);
            let due = now + pause.copied().unwrap_or(Minutes::ZERO);
            jobs::give_back(&mut tx, SEND_NOTICE, &subject, owner, &reason, due).await?;
            if pause.is_none() {
                jobs::end(&mut tx, SEND_NOTICE, &subject, now).await?;
            }
            // The first failure and the last are told; those between change nothing for anyone.
            let last = pause.is_none();
            let told = (tried == 0 || last).then(|| {
                let detail = json!({
                    "step": "failed", "channel": notice.channel, "reason": reason, "last": last,
                });
                said(detail)
            });
            (Attempt::Failed { reason }, told, "notice.failed")
        }
    };
    notices::set_delivery(&mut tx, notice.id, &kept.delivery.tried(&attempt, now)).await?;
    let told: Vec<_> = told.into_iter().collect();
    desk.commit(tx, &told, &Record::of_the_program(now, action, case)).await
}
