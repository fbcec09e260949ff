//! A media relay that carries nothing: for the HTTP side of calls alone.

use std::collections::BTreeMap;
use std::sync::Mutex;

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::broadcast;
use vigie::domain::identity::{ConsultId, ParticipantId};
use vigie::pathway::media::{Answer, MediaError, MediaEvent, MediaRelay, Patched, ResourceId, Seat};

const TAG: &str = "\"ice-1\"";

#[derive(Debug)]
pub struct QuietRelay {
    sessions: Mutex<BTreeMap<ResourceId, Seat>>,
    told: broadcast::Sender<MediaEvent>,
}

impl Default for QuietRelay {
    fn default() -> Self {
        Self { sessions: Mutex::default(), told: broadcast::Sender::new(16) }
    }
}

impl QuietRelay {
    fn made(&self, seat: Seat) -> Answer {
        let resource = ResourceId(uuid::Uuid::new_v4());
        self.sessions.lock().unwrap().insert(resource, seat);
        Answer { resource, sdp: "v=0\r\n".to_owned(), etag: TAG.to_owned() }
    }

    fn owned(&self, seat: Seat, resource: ResourceId) -> Result<(), MediaError> {
        let held = self.sessions.lock().unwrap().get(&resource) == Some(&seat);
        held.then_some(()).ok_or(MediaError::NotFound)
    }
}

impl MediaRelay for QuietRelay {
    fn ingest(&self, seat: Seat, _offer: String) -> BoxFuture<'_, Result<Answer, MediaError>> {
        let answer = self.made(seat);
        let _ = self.told.send(MediaEvent::PublishingStarted(seat));
        async move { Ok(answer) }.boxed()
    }

    fn egress(
        &self,
        seat: Seat,
        _source: ParticipantId,
        _offer: String,
    ) -> BoxFuture<'_, Result<Answer, MediaError>> {
        let answer = self.made(seat);
        async move { Ok(answer) }.boxed()
    }

    fn patch(
        &self,
        seat: Seat,
        resource: ResourceId,
        _fragment: String,
        if_match: Option<String>,
    ) -> BoxFuture<'_, Result<Patched, MediaError>> {
        let patched = self.owned(seat, resource).and_then(|()| match if_match.as_deref() {
            None => Err(MediaError::PreconditionRequired),
            Some(TAG) => Ok(Patched::Trickled),
            Some("*") => {
                Ok(Patched::Restarted { sdpfrag: "a=ice-lite\r\n".to_owned(), etag: "\"ice-2\"".to_owned() })
            }
            Some(_) => Err(MediaError::PreconditionFailed),
        });
        async move { patched }.boxed()
    }

    fn end(&self, seat: Seat, resource: ResourceId) -> BoxFuture<'_, Result<(), MediaError>> {
        let ended = self.owned(seat, resource);
        self.sessions.lock().unwrap().remove(&resource);
        async move { ended }.boxed()
    }

    fn close(&self, _consult: ConsultId) -> BoxFuture<'_, ()> {
        async {}.boxed()
    }

    fn publishing(&self, consult: ConsultId) -> Vec<ParticipantId> {
        let sessions = self.sessions.lock().unwrap();
        sessions.values().filter(|seat| seat.consult == consult).map(|seat| seat.participant).collect()
    }

    fn events(&self) -> broadcast::Receiver<MediaEvent> {
        self.told.subscribe()
    }
}
