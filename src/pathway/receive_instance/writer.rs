//! The one writer of received instances: what waits together is committed together.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use super::keep::{Durable, Kept, keep};
use super::{Arrival, BATCH, DeliveryId, Receipt, ReceiveError};
use crate::clock::Clock;
use crate::db::{Database, DbError, events};
use crate::domain::region::Region;
use crate::pathway::bell::EventBell;

/// An instance that waits for its row.
#[derive(Debug)]
pub(super) struct Order {
    pub durable: Box<Durable>,
    pub delivery: DeliveryId,
    pub answer: oneshot::Sender<Result<Receipt, ReceiveError>>,
}

pub(super) struct Writer {
    pub db: Database,
    pub region: Arc<Region>,
    pub clock: Arc<dyn Clock>,
    pub bell: EventBell,
    pub arrivals: mpsc::UnboundedSender<Arrival>,
}

impl Writer {
    pub async fn run(self, mut incoming: mpsc::Receiver<Order>) {
        let mut orders = Vec::with_capacity(BATCH);
        while incoming.recv_many(&mut orders, BATCH).await > 0 {
            match self.commit(&orders).await {
                Ok(kept) => self.answer(orders.drain(..).zip(kept)),
                Err(_) if orders.len() > 1 => self.one_by_one(&mut orders).await,
                Err(error) => refuse(orders.drain(..), error),
            }
        }
    }

    /// One bad instance must not take its neighbours with it.
    async fn one_by_one(&self, orders: &mut Vec<Order>) {
        for order in orders.drain(..) {
            let alone = [order];
            match self.commit(&alone).await {
                Ok(kept) => self.answer(alone.into_iter().zip(kept)),
                Err(error) => refuse(alone.into_iter(), error),
            }
        }
    }

    async fn commit(&self, orders: &[Order]) -> Result<Vec<Kept>, DbError> {
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        let mut all = Vec::with_capacity(orders.len());
        let mut happened = Vec::new();
        for order in orders {
            let mut kept = keep(&mut tx, &self.region, &order.durable, now).await?;
            happened.append(&mut kept.events);
            all.push(kept);
        }
        let seq = if happened.is_empty() { 0 } else { events::append(&mut tx, now, &happened).await? };
        tx.commit().await?;
        self.bell.ring(seq);
        Ok(all)
    }

    fn answer(&self, done: impl Iterator<Item = (Order, Kept)>) {
        for (order, kept) in done {
            if kept.receipt == Receipt::Stored {
                let series = order.durable.header.series.clone();
                // Without an analysis there is nobody to tell.
                let _ = self.arrivals.send(Arrival::Stored { series, delivery: order.delivery });
            }
            // A sender that left needs no answer; the instance is kept.
            let _ = order.answer.send(Ok(kept.receipt));
        }
    }
}

fn refuse(orders: impl Iterator<Item = Order>, error: DbError) {
    let error = Arc::new(error);
    for order in orders {
        let _ = order.answer.send(Err(ReceiveError::Database(Arc::clone(&error))));
    }
}
