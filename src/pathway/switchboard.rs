//! The switchboard: calls go out round by round, and their notices by every channel, until someone accepts.
//!
//! Two loops, so that a slow mail server delays no round. Each piece of work is a job: what a kill interrupted is taken
//! up by the next start, a round once (its transaction is all of it), a notice perhaps twice, under the same id.

use std::sync::Arc;
use std::time::Duration;

use futures::future::{BoxFuture, join_all};
use tokio_util::sync::CancellationToken;

use super::calling::{CALL_NEXT, CONSIDER_FLAG, CONSIDER_LAPSE};
use super::desk::Desk;
use super::{call_next, consider_flag, consider_lapse, send_notice};
use crate::db::contacts::Subscription;
use crate::db::{DbError, jobs};
use crate::domain::alerting::{Channel, NoticeKind, Waits};
use crate::domain::identity::{NoticeId, SiteId};
use crate::domain::rota::Specialty;
use crate::domain::time::Timestamp;
use crate::domain::wording::{Language, Text};

/// Between looks where nothing rings: a round is late by this at most.
const TICK: Duration = Duration::from_secs(1);
/// Jobs of a kind taken up at one look.
const AT_ONCE: u32 = 32;

/// What the switchboard works with.
#[derive(Debug, Clone)]
pub struct Switchboard {
    pub desk: Desk,
    /// The channels that are configured, beside the open application.
    pub couriers: Vec<Arc<dyn Courier>>,
    pub waits: Waits,
    /// Where the links in notices lead.
    pub public_url: String,
}

/// A channel out of the house.
pub trait Courier: std::fmt::Debug + Send + Sync + 'static {
    fn channel(&self) -> Channel;

    /// Hands the message over. The same message may be handed over twice, under the same id.
    fn carry<'a>(&'a self, to: &'a Recipient, message: &'a Message)
    -> BoxFuture<'a, Result<(), Undelivered>>;
}

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    Email(String),
    Pager(String),
    Browser(Subscription),
}

/// What leaves the house: no patient, only which case, where, how urgent, and the link.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    pub id: NoticeId,
    pub kind: NoticeKind,
    /// The case's short reference.
    pub reference: String,
    pub site: SiteId,
    pub site_name: String,
    pub need: Specialty,
    /// One word of urgency, both languages.
    pub urgency: Text,
    pub round: u8,
    pub link: String,
    pub at: Timestamp,
    pub language: Language,
    pub title: String,
    pub body: String,
}

/// Why a message was not handed over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Undelivered {
    /// For the record and the screen: no address, no secret.
    pub reason: String,
    pub hope: Hope,
}

impl Undelivered {
    /// A recipient of another channel.
    #[must_use]
    pub fn not_mine() -> Self {
        Self { reason: "the address is of another channel".to_owned(), hope: Hope::None }
    }
}

/// Whether another try makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hope {
    Again,
    None,
    /// The address is gone for good.
    Gone,
}

impl Switchboard {
    /// Works until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let owner = uuid::Uuid::new_v4().to_string();
        if let Err(error) = self.take_up().await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "holds without a job of their end stay so until they are renewed"
            );
        }
        tokio::join!(self.until(&stop, || self.call_round(&owner)), self.until(&stop, || self.post(&owner)));
    }

    /// Takes up what earlier programs left without a job.
    ///
    /// # Errors
    /// [`DbError`]
    pub async fn take_up(&self) -> Result<(), DbError> {
        consider_lapse::expect_held(&self.desk).await
    }

    async fn until<F: Future<Output = Result<(), DbError>>>(
        &self,
        stop: &CancellationToken,
        work: impl Fn() -> F,
    ) {
        let mut bell = self.desk.bell.listen();
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = tick.tick() => {}
                // the bell lives as long as the switchboard
                _ = bell.changed() => {}
            }
            if let Err(error) = work().await {
                tracing::error!(error = &error as &dyn std::error::Error, "the switchboard cannot work");
            }
        }
    }

    /// Every round that is due, once.
    ///
    /// # Errors
    /// [`DbError`]; what is left is taken up at the next look.
    pub async fn call_round(&self, owner: &str) -> Result<(), DbError> {
        for case in self.due(CONSIDER_FLAG).await? {
            consider_flag::consider_flag(&self.desk, owner, &case).await?;
        }
        for case in self.due(CONSIDER_LAPSE).await? {
            consider_lapse::consider_lapse(&self.desk, owner, &case).await?;
        }
        for call in self.due(CALL_NEXT).await? {
            call_next::call_next(self, owner, &call).await?;
        }
        Ok(())
    }

    /// Every notice that is to be sent, at once.
    ///
    /// # Errors
    /// [`DbError`]; what is left is taken up at the next look.
    pub async fn post(&self, owner: &str) -> Result<(), DbError> {
        let due = self.due(send_notice::SEND_NOTICE).await?;
        let sent = due.iter().map(|notice| send_notice::send_notice(self, owner, notice));
        join_all(sent).await.into_iter().collect()
    }

    async fn due(&self, kind: &str) -> Result<Vec<String>, DbError> {
        let mut tx = self.desk.db.read().await?;
        let due = jobs::due(&mut tx, kind, self.desk.now(), AT_ONCE).await?;
        Ok(due.into_iter().map(|job| job.subject).collect())
    }

    /// Whether a channel can be used here.
    pub(super) fn carries(&self, channel: Channel) -> bool {
        channel == Channel::InApp || self.courier(channel).is_some()
    }

    pub(super) fn courier(&self, channel: Channel) -> Option<&Arc<dyn Courier>> {
        self.couriers.iter().find(|courier| courier.channel() == channel)
    }
}
