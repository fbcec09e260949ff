//! What the archive gets of a final word: a measurement report and a segmentation, as instances of the same study.
//!
//! Asked for in the transaction that writes the word, so that no flag is without its report; done by whoever holds
//! the job's lease, through the way of any instance. The same word gives the same UIDs: a run that was killed
//! half-way is repeated, and what is there already stays. A later word is a new instance of the same series, and its
//! report names the one before.

mod series;

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::bell::EventBell;
use super::receive_instance::{DeliveryId, Origin, ReceiveError, Received, Receiver};
use super::stream_instance::{DataSetStream, StreamError};
use crate::archive::{BlobError, FileStore};
use crate::clock::Clock;
use crate::db::analyses::Kept;
use crate::db::{Database, DbError, Tx, analyses, instances, jobs};
use crate::domain::evidence::Finding;
use crate::domain::identity::{SeriesUid, SiteId};
use crate::domain::time::{Minutes, Timestamp};
use crate::imaging::dataset::DatasetError;
use crate::imaging::gate::Limits;
use crate::interop::dicom::{Document, WriteError};

/// The job's kind; its subject is the UID of the series that was analysed.
pub const PUBLISH_RESULT: &str = "publish_result";
/// How long a lease holds: then another process may take the job.
const LEASE: Minutes = Minutes(1.0);
/// Between looks at what is owed where nothing rings.
const TICK: Duration = Duration::from_secs(2);
/// Series taken up at one look.
const AT_ONCE: u32 = 16;
/// Before the next try, by tries so far; after them the job is given up and said so in the log.
const PAUSES: [Minutes; 4] = [Minutes(0.1), Minutes(1.0), Minutes(10.0), Minutes(60.0)];

/// What the publication works with.
#[derive(Debug, Clone)]
pub struct Publisher {
    pub db: Database,
    pub vault: FileStore,
    pub receiver: Receiver,
    pub clock: Arc<dyn Clock>,
    pub bell: EventBell,
    pub limits: Limits,
    /// The zone whose dates and times the archive reads.
    pub zone: jiff::tz::TimeZone,
}

/// Why a result was not published; the job is tried again.
#[derive(Debug, thiserror::Error)]
enum PublishError {
    #[error(transparent)]
    Database(#[from] DbError),
    #[error(transparent)]
    Vault(#[from] BlobError),
    #[error("an image of the series cannot be read")]
    Image(#[from] DatasetError),
    #[error("the documents cannot be written")]
    Write(#[from] WriteError),
    #[error("a document does not pass the gate")]
    Stream(#[from] StreamError),
    #[error("a document was not kept")]
    Receive(#[from] ReceiveError),
    #[error("the worker stopped")]
    Stopped(#[from] tokio::task::JoinError),
}

/// Asks for the publication of a final word. One that raises no flag is published only where an earlier one was, so
/// that no report in the archive says more than is still held.
///
/// # Errors
/// [`DbError`]
pub(super) async fn ask(
    tx: &mut Tx,
    series: &SeriesUid,
    finding: &Finding,
    now: Timestamp,
) -> Result<(), DbError> {
    if finding.provisional {
        return Ok(());
    }
    if finding.is_positive() {
        return jobs::ask(tx, PUBLISH_RESULT, series.as_str(), now).await;
    }
    jobs::ask_again(tx, PUBLISH_RESULT, series.as_str(), now).await
}

/// Publishes whatever is owed until `stop`.
pub async fn run(publisher: Publisher, stop: CancellationToken) {
    let owner = uuid::Uuid::new_v4().to_string();
    let mut bell = publisher.bell.listen();
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = tick.tick() => {}
            // the bell lives as long as the publisher
            _ = bell.changed() => {}
        }
        if let Err(error) = publisher.look_around(&owner, &stop).await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the results that are owed cannot be read"
            );
        }
    }
}

impl Publisher {
    async fn look_around(&self, owner: &str, stop: &CancellationToken) -> Result<(), DbError> {
        let mut tx = self.db.read().await?;
        let due = jobs::due(&mut tx, PUBLISH_RESULT, self.clock.now(), AT_ONCE).await?;
        drop(tx);
        for job in due {
            if stop.is_cancelled() {
                return Ok(());
            }
            let Ok(series) = job.subject.parse::<SeriesUid>() else { continue };
            if let Err(error) = self.publish(&series, owner).await {
                tracing::error!(
                    %series,
                    error = &error as &dyn std::error::Error,
                    "a result could not be published"
                );
                self.give_back(&series, owner, job.attempts, &error).await?;
            }
        }
        Ok(())
    }

    /// Publishes the standing words of a series, if nobody else does.
    async fn publish(&self, series: &SeriesUid, owner: &str) -> Result<(), PublishError> {
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        let held = jobs::lease(&mut tx, PUBLISH_RESULT, series.as_str(), owner, now, now + LEASE).await?;
        tx.commit().await?;
        if held.is_none() {
            return Ok(());
        }
        loop {
            let mut tx = self.db.read().await?;
            let words = analyses::of_series(&mut tx, series).await?;
            drop(tx);
            self.publish_words(series, &words).await?;
            if self.finish(series, owner, &words).await? {
                return Ok(());
            }
        }
    }

    /// Ends the job, if the words are still those that were published.
    async fn finish(&self, series: &SeriesUid, owner: &str, words: &[Kept]) -> Result<bool, DbError> {
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        // Holds the job's row: who writes another word waits, and asks for the job again afterwards.
        jobs::done(&mut tx, PUBLISH_RESULT, series.as_str(), owner, now).await?;
        let unchanged = analyses::of_series(&mut tx, series).await? == words;
        if unchanged {
            tx.commit().await?;
        }
        Ok(unchanged)
    }

    /// For another try, as long as there is a pause left before it.
    async fn give_back(
        &self,
        series: &SeriesUid,
        owner: &str,
        tried: i64,
        error: &PublishError,
    ) -> Result<(), DbError> {
        let now = self.clock.now();
        let pause = usize::try_from(tried).ok().and_then(|tried| PAUSES.get(tried));
        let (subject, reason) = (series.as_str(), error.to_string());
        let due_at = now + pause.copied().unwrap_or(Minutes::ZERO);
        let mut tx = self.db.write().await?;
        let held = jobs::give_back(&mut tx, PUBLISH_RESULT, subject, owner, &reason, due_at).await?;
        if held.is_some() && pause.is_none() {
            jobs::end(&mut tx, PUBLISH_RESULT, subject, now).await?;
        }
        tx.commit().await
    }

    /// Brings a document the way of any instance; one that is there already stays as it is.
    async fn keep(&self, document: Document, site: &SiteId) -> Result<(), PublishError> {
        let Document { sop_class, sop_instance, transfer_syntax, data_set, .. } = document;
        let there = instances::sealed(&mut self.db.read().await?, &sop_instance).await?;
        if there.is_some() {
            return Ok(());
        }
        let mut stream =
            DataSetStream::begin(&self.vault, self.limits, &sop_class, &sop_instance, transfer_syntax)
                .await?;
        stream.push(&data_set).await?;
        let delivery = DeliveryId::new();
        let received = Received::from_stream(Origin::Vigie, delivery, site.clone(), stream.finish()?);
        self.receiver.receive(received).await?;
        self.receiver.delivery_closed(delivery);
        Ok(())
    }
}
