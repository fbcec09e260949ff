//! What the media relay sees of a call becomes an event that the participants' lists follow.

use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use super::desk::Desk;
use super::media::{MediaEvent, MediaRelay, Seat};
use crate::db::events::{self, EventKind, NewEvent};
use crate::db::{DbError, cases, consults};

/// Follows the relay until `stop`. A missed event is no loss: clients read the list again at the next.
pub async fn tell_presence(desk: Desk, relay: std::sync::Arc<dyn MediaRelay>, stop: CancellationToken) {
    let mut heard = relay.events();
    loop {
        let event = tokio::select! {
            () = stop.cancelled() => return,
            event = heard.recv() => event,
        };
        let told = match event {
            Ok(MediaEvent::PublishingStarted(seat)) => tell(&desk, seat, "started").await,
            Ok(MediaEvent::PublishingStopped(seat)) => tell(&desk, seat, "stopped").await,
            Err(RecvError::Lagged(_)) => Ok(()),
            Err(RecvError::Closed) => return,
        };
        if let Err(error) = told {
            tracing::error!(%error, "a call's change was not told");
        }
    }
}

async fn tell(desk: &Desk, seat: Seat, media: &str) -> Result<(), DbError> {
    let mut tx = desk.db.write().await?;
    let Some(case) = consults::case_of(&mut tx, seat.consult).await? else { return Ok(()) };
    let site = cases::get(&mut tx, case).await?.map(|case| case.site);
    let places = consults::participants(&mut tx, seat.consult).await?;
    let actor = places.iter().find(|place| place.id == seat.participant).map(|place| place.user);
    let event = NewEvent {
        kind: EventKind::ConsultChanged,
        case: Some(case),
        site,
        actor,
        detail: serde_json::json!({ "consult_id": seat.consult, "media": media }),
    };
    let last = events::append(&mut tx, desk.now(), &[event]).await?;
    tx.commit().await?;
    desk.bell.ring(last);
    Ok(())
}
