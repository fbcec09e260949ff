//! An instance, whatever way it came, becomes durable, then a row, an event and a job, then an answer.
//!
//! The file and its folder are synced first; then one transaction keeps the instance, its series and study, joins
//! the study to the site's open case of the patient (or opens one), asks for the analysis and says so in the events.
//! Only after its commit is the sender answered with success. A file without a row is swept at the next start.

mod keep;
mod writer;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot};

use super::bell::EventBell;
use super::stream_instance::Streamed;
use crate::archive::{BlobError, FileStore};
use crate::clock::Clock;
use crate::db::{Database, DbError};
use crate::domain::identity::{AeTitle, SeriesUid, SiteId};
use crate::domain::region::Region;
use writer::{Order, Writer};

/// One association or request: when it ends, what it delivered is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DeliveryId(u64);

impl DeliveryId {
    /// A new one, unlike any other of this process.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "each call gives another value")]
    pub fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// Which way an instance came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum Origin {
    /// C-STORE by a peer of this title.
    CStore { calling: AeTitle },
    /// STOW-RS.
    Stow,
    /// This program: what it writes of its own findings.
    Vigie,
}

/// A whole instance that passed the gate.
#[derive(Debug)]
pub struct Received {
    pub origin: Origin,
    pub delivery: DeliveryId,
    pub site: SiteId,
    pub instance: Streamed,
}

impl Received {
    #[must_use]
    pub fn from_stream(origin: Origin, delivery: DeliveryId, site: SiteId, instance: Streamed) -> Self {
        Self { origin, delivery, site, instance }
    }
}

/// What became of an instance. Each is a success for the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receipt {
    Stored,
    /// These bytes are kept already.
    Duplicate,
    /// Other bytes of a UID that is there: kept apart, the first ones stay served.
    ConflictKept,
}

/// Why an instance was not kept. Nothing of it is.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    #[error("the archive is out of space")]
    StorageFull(#[source] BlobError),
    #[error("the database did not keep the instance")]
    Database(#[source] Arc<DbError>),
    #[error("the archive did not keep the instance")]
    Io(#[source] BlobError),
    /// The program is ending.
    #[error("the archive is closing")]
    Closing,
}

impl From<BlobError> for ReceiveError {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::StorageFull(_) => Self::StorageFull(error),
            _ => Self::Io(error),
        }
    }
}

/// What the analysis hears of the reception; the database says the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrival {
    Stored { series: SeriesUid, delivery: DeliveryId },
    Closed(DeliveryId),
}

/// Where instances are brought. Cloning shares it.
#[derive(Debug, Clone)]
pub struct Receiver {
    orders: mpsc::Sender<Order>,
    arrivals: mpsc::UnboundedSender<Arrival>,
    vault: FileStore,
}

/// Orders that wait for one transaction at most.
const BATCH: usize = 64;

impl Receiver {
    /// Starts the one task that writes what is received. The other end is the analysis'.
    #[must_use]
    pub fn start(
        db: Database,
        vault: FileStore,
        region: Arc<Region>,
        clock: Arc<dyn Clock>,
        bell: EventBell,
    ) -> (Self, mpsc::UnboundedReceiver<Arrival>) {
        let (orders, incoming) = mpsc::channel(BATCH);
        let (arrivals, heard) = mpsc::unbounded_channel();
        let writer = Writer { db, region, clock, bell, arrivals: arrivals.clone() };
        tokio::spawn(writer.run(incoming));
        (Self { orders, arrivals, vault }, heard)
    }

    /// Keeps an instance. Returns once file, folder and row are on disk.
    ///
    /// # Errors
    /// [`ReceiveError`]; nothing is kept then.
    pub async fn receive(&self, received: Received) -> Result<Receipt, ReceiveError> {
        let Received { origin, delivery, site, instance } = received;
        let Streamed { header, transfer_syntax, metadata, pixel_data_offset, blob } = instance;
        let blob = blob.commit().await?;
        let (answer, answered) = oneshot::channel();
        let durable = keep::Durable {
            origin,
            site,
            header,
            transfer_syntax,
            metadata: serde_json::Value::Object(metadata).to_string(),
            pixel_data_offset,
            blob,
        };
        let order = Order { durable: Box::new(durable), delivery, answer };
        let outcome = match self.orders.send(order).await {
            Ok(()) => answered.await.unwrap_or(Err(ReceiveError::Closing)),
            Err(_closed) => Err(ReceiveError::Closing),
        };
        // After an error the file stays: a commit whose answer was lost may have kept the row. The sweep knows.
        if matches!(outcome, Ok(Receipt::Duplicate))
            && let Err(error) = self.vault.delete(blob.key).await
        {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "a superfluous file stays until the next sweep"
            );
        }
        outcome
    }

    /// Says that an association or request has ended: what only it delivered to is complete.
    pub fn delivery_closed(&self, delivery: DeliveryId) {
        // Without an analysis there is nobody to tell.
        let _ = self.arrivals.send(Arrival::Closed(delivery));
    }
}
