//! The desk: what the use cases on cases, people and calls share, and the one way they commit.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use super::bell::EventBell;
use super::record::{Auditor, Outcome, Record};
use super::visibility::Sight;
use crate::clock::Clock;
use crate::db::events::{self, NewEvent};
use crate::db::users::User;
use crate::db::{Database, DbError, Tx, cases};
use crate::domain::case::Case;
use crate::domain::identity::CaseId;
use crate::domain::region::Region;
use crate::domain::time::Timestamp;

/// Cloning shares everything.
#[derive(Clone)]
pub struct Desk {
    pub db: Database,
    pub region: Arc<Region>,
    pub auditor: Arc<Auditor>,
    pub bell: EventBell,
    pub clock: Arc<dyn Clock>,
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk").field("region", &self.region.name()).finish_non_exhaustive()
    }
}

/// Who acts: an authenticated person, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub user: User,
    pub from: Option<IpAddr>,
}

/// Why a use case on a case did not happen.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    #[error("no such case, or not one that this person sees")]
    NoSuchCase,
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Desk {
    /// The moment, from the clock that was handed in.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// What `user` sees here.
    #[must_use]
    pub fn sight(&self, user: &User) -> Sight {
        Sight::of(&self.region, user)
    }

    /// Commits what was done with its events and its audit record, all or nothing; then seals and rings.
    ///
    /// # Errors
    /// [`DbError`]; nothing of the transaction is then kept.
    pub(super) async fn commit(
        &self,
        mut tx: Tx,
        happened: &[NewEvent],
        record: &Record,
    ) -> Result<(), DbError> {
        let last = if happened.is_empty() {
            None
        } else {
            Some(events::append(&mut tx, record.at, happened).await?)
        };
        let head = self.auditor.append(&mut tx, record).await?;
        tx.commit().await?;
        if let Err(error) = self.auditor.anchor(&head) {
            tracing::error!(%error, "the audit head's file could not be written");
        }
        if let Some(last) = last {
            self.bell.ring(last);
        }
        Ok(())
    }

    /// A case for a change: locked until the commit, and only if `actor` sees it.
    pub(super) async fn case_for(&self, tx: &mut Tx, actor: &Actor, id: CaseId) -> Result<Case, DeskError> {
        cases::lock(tx, id).await?;
        let case = cases::get(tx, id).await?.ok_or(DeskError::NoSuchCase)?;
        if self.sight(&actor.user).sees(&case.site) { Ok(case) } else { Err(DeskError::NoSuchCase) }
    }

    /// Records an access that changed nothing. The same reading again within minutes is one record.
    ///
    /// # Errors
    /// [`DbError`]
    pub async fn note_reading(
        &self,
        actor: &Actor,
        action: &str,
        subject: Option<String>,
    ) -> Result<(), DbError> {
        let record = actor.record(self.now(), action, subject);
        if !self.auditor.is_new_reading(&record) {
            return Ok(());
        }
        let tx = self.db.write().await?;
        self.commit(tx, &[], &record).await
    }

    /// Records that something was refused.
    ///
    /// # Errors
    /// [`DbError`]
    pub async fn note_denial(
        &self,
        actor: &Actor,
        action: &str,
        subject: Option<String>,
    ) -> Result<(), DbError> {
        let record = Record { outcome: Outcome::Denied, ..actor.record(self.now(), action, subject) };
        if !self.auditor.is_new_reading(&record) {
            return Ok(());
        }
        let tx = self.db.write().await?;
        self.commit(tx, &[], &record).await
    }
}

impl Actor {
    /// The audit record of an act allowed to this person.
    #[must_use]
    pub fn record(&self, at: Timestamp, action: &str, subject: Option<String>) -> Record {
        Record {
            action: action.to_owned(),
            at,
            from: self.from,
            outcome: Outcome::Allowed,
            role: Some(self.user.role),
            subject,
            user: Some(self.user.id),
        }
    }
}
