//! The relay of all calls behind the port that the HTTP edge calls.

use std::collections::{BTreeSet, HashMap};
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures::FutureExt;
use futures::future::BoxFuture;
use rtc::crypto::RTCCryptoProvider;
use tokio::net::UdpSocket;
use tokio::sync::{Semaphore, broadcast, mpsc, oneshot, watch};

use super::call::Call;
use super::mux::{Control, Mux};
use super::session::{Purpose, Session};
use super::task::{self, Input, Outputs};
use crate::domain::identity::{ConsultId, ParticipantId};
use crate::pathway::media::{Answer, MediaError, MediaEvent, MediaRelay, Patched, ResourceId, Seat};

/// Inputs waiting for one call's task: half a second of two busy publishers.
const INBOX: usize = 1024;
/// Events kept for a slow listener.
const EVENTS: usize = 256;
/// Kernel buffer of the socket in each direction: a key frame's burst to every subscriber fits.
const SOCKET_BUFFER: usize = 4 << 20;

/// How the relay is reached and what it bears.
#[derive(Debug, Clone)]
pub struct RelayConfig {
    /// The one UDP port of all calls; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Addresses that browsers are told, best first; port 0 stands for the listening port. Empty: `listen` itself.
    /// Behind a NAT, the public address.
    pub advertise: Vec<SocketAddr>,
    /// A session unheard for this long ends. Longer than a cut that should heal.
    pub idle: Duration,
    /// Sessions of all calls together.
    pub max_sessions: usize,
}

impl RelayConfig {
    /// Listens on `listen`, tells browsers the same address, ends sessions after 30 s of silence, bears 256.
    #[must_use]
    pub fn new(listen: SocketAddr) -> Self {
        Self { listen, advertise: vec![], idle: Duration::from_secs(30), max_sessions: 256 }
    }
}

/// Why the relay could not start.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    #[error("media address {address}: {source}")]
    Bind { address: SocketAddr, source: std::io::Error },
    #[error("media address {0} is any address: an advertised address is needed so that browsers find it")]
    NothingAdvertised(SocketAddr),
    #[error("cryptography for media: {0}")]
    Crypto(String),
}

/// One call's task, from outside.
#[derive(Clone)]
struct Handle {
    inbox: mpsc::Sender<Input>,
    publishing: watch::Receiver<BTreeSet<ParticipantId>>,
}

/// The relay of all calls.
pub struct Relay {
    socket: Arc<UdpSocket>,
    local: SocketAddr,
    advertised: Vec<SocketAddr>,
    idle: Duration,
    permits: Arc<Semaphore>,
    crypto: Arc<dyn RTCCryptoProvider>,
    control: mpsc::UnboundedSender<Control>,
    events: broadcast::Sender<MediaEvent>,
    /// Held for look-ups only, never while a call's own code runs.
    calls: Arc<Mutex<HashMap<ConsultId, Handle>>>,
    mux: tokio::task::JoinHandle<()>,
}

impl std::fmt::Debug for Relay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Relay").field("local", &self.local).finish_non_exhaustive()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        // The calls' tasks end when the last way to them is gone.
        self.mux.abort();
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Relay {
    /// Opens the port and starts the multiplexer. To be called within a Tokio runtime.
    ///
    /// # Errors
    /// The address cannot be bound, or it is "any address" and none is advertised.
    pub fn bind(config: RelayConfig) -> Result<Arc<Self>, RelayError> {
        let RelayConfig { listen, advertise, idle, max_sessions } = config;
        let bind = |source| RelayError::Bind { address: listen, source };
        let socket = open(listen).map_err(bind)?;
        let local = socket.local_addr().map_err(bind)?;
        let advertised: Vec<_> = match &advertise[..] {
            [] if local.ip().is_unspecified() => return Err(RelayError::NothingAdvertised(local)),
            [] => vec![local],
            given => given.iter().map(|address| with_port(*address, local.port())).collect(),
        };
        let crypto =
            rtc::crypto::default_provider().map_err(|error| RelayError::Crypto(error.to_string()))?;
        let socket = Arc::new(socket);
        let (control, controls) = mpsc::unbounded_channel();
        let mux = tokio::spawn(Mux::new(Arc::clone(&socket), Arc::clone(&crypto)).run(controls));
        Ok(Arc::new(Self {
            socket,
            local,
            advertised,
            idle,
            permits: Arc::new(Semaphore::new(max_sessions)),
            crypto,
            control,
            events: broadcast::channel(EVENTS).0,
            calls: Arc::default(),
            mux,
        }))
    }

    /// The address that the port is bound to.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.local
    }

    fn existing(&self, consult: ConsultId) -> Option<Handle> {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.get(&consult).filter(|handle| !handle.inbox.is_closed()).cloned()
    }

    /// The call's task, started if there is none.
    fn call(&self, consult: ConsultId) -> Handle {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(handle) = calls.get(&consult).filter(|handle| !handle.inbox.is_closed()) {
            return handle.clone();
        }
        let (inbox, inputs) = mpsc::channel(INBOX);
        let (publishing, publishing_now) = watch::channel(BTreeSet::new());
        let outputs = Outputs {
            consult,
            socket: Arc::clone(&self.socket),
            control: self.control.clone(),
            publishing,
            events: self.events.clone(),
        };
        let core = Call::new(Instant::now(), self.advertised.clone(), self.idle);
        let running = tokio::spawn(task::run(core, inputs, outputs));
        let handle = Handle { inbox, publishing: publishing_now };
        calls.insert(consult, handle.clone());
        tokio::spawn(supervise(
            running,
            consult,
            handle.inbox.downgrade(),
            handle.publishing.clone(),
            Arc::clone(&self.calls),
            self.events.clone(),
        ));
        handle
    }

    /// Answers an offer and puts the session into its call.
    async fn open_session(&self, seat: Seat, purpose: Purpose, offer: String) -> Result<Answer, MediaError> {
        let permit = Arc::clone(&self.permits).try_acquire_owned().map_err(|_| MediaError::Busy)?;
        // A stranger's SDP goes through large parsers here, outside of any call that could suffer from it.
        let session = catch_unwind(AssertUnwindSafe(|| {
            let crypto = Arc::clone(&self.crypto);
            Session::open(Instant::now(), seat.participant, purpose, &offer, &self.advertised, crypto, permit)
        }));
        let session = session
            .unwrap_or_else(|_| Err(MediaError::Internal("the offer could not be processed".to_owned())))?;
        let answer = session.to_answer();
        let (local, remote_ufrag) = (session.local.clone(), session.remote_ufrag.clone());
        let route = self.join(seat.consult, Box::new(session)).await?;
        let insert = Control::Insert { session: answer.resource, local, remote_ufrag, route };
        self.control.send(insert).map_err(|_| MediaError::Internal("the media port is closed".to_owned()))?;
        Ok(answer)
    }

    async fn join(
        &self,
        consult: ConsultId,
        session: Box<Session>,
    ) -> Result<mpsc::Sender<Input>, MediaError> {
        let mut session = session;
        loop {
            let inbox = self.call(consult).inbox;
            let (reply, joined) = oneshot::channel();
            match inbox.send(Input::Join { session, reply }).await {
                Ok(()) => {
                    joined.await.map_err(|_| broken())??;
                    return Ok(inbox);
                }
                // The call ended between the look-up and the message: the next look-up starts a new one.
                Err(mpsc::error::SendError(Input::Join { session: returned, .. })) => session = returned,
                Err(_) => return Err(broken()),
            }
        }
    }

    async fn ask<T>(
        &self,
        consult: ConsultId,
        input: impl FnOnce(oneshot::Sender<Result<T, MediaError>>) -> Input + Send,
    ) -> Result<T, MediaError> {
        let handle = self.existing(consult).ok_or(MediaError::NotFound)?;
        let (reply, answer) = oneshot::channel();
        handle.inbox.send(input(reply)).await.map_err(|_| MediaError::NotFound)?;
        answer.await.map_err(|_| broken())?
    }
}

fn broken() -> MediaError {
    MediaError::Internal("the call ended unexpectedly".to_owned())
}

fn with_port(address: SocketAddr, port: u16) -> SocketAddr {
    if address.port() == 0 { SocketAddr::new(address.ip(), port) } else { address }
}

fn open(address: SocketAddr) -> std::io::Result<UdpSocket> {
    let socket = socket2::Socket::new(socket2::Domain::for_address(address), socket2::Type::DGRAM, None)?;
    // The system may grant less; calls work all the same.
    let _ = socket.set_recv_buffer_size(SOCKET_BUFFER);
    let _ = socket.set_send_buffer_size(SOCKET_BUFFER);
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    UdpSocket::from_std(socket.into())
}

/// Waits for a call's end, even by a panic, and takes it off the table.
async fn supervise(
    running: tokio::task::JoinHandle<()>,
    consult: ConsultId,
    inbox: mpsc::WeakSender<Input>,
    publishing: watch::Receiver<BTreeSet<ParticipantId>>,
    calls: Arc<Mutex<HashMap<ConsultId, Handle>>>,
    events: broadcast::Sender<MediaEvent>,
) {
    if let Err(error) = running.await {
        tracing::error!(%consult, %error, "a call broke; the others go on");
    }
    {
        let mut calls = calls.lock().unwrap_or_else(PoisonError::into_inner);
        let is_this =
            |handle: &Handle| inbox.upgrade().is_some_and(|inbox| inbox.same_channel(&handle.inbox));
        if calls.get(&consult).is_some_and(is_this) {
            calls.remove(&consult);
        }
    }
    let before = publishing.borrow().clone();
    task::announce(&events, consult, &before, &BTreeSet::new());
}

impl MediaRelay for Relay {
    fn ingest(&self, seat: Seat, offer_sdp: String) -> BoxFuture<'_, Result<Answer, MediaError>> {
        self.open_session(seat, Purpose::Publish, offer_sdp).boxed()
    }

    fn egress(
        &self,
        seat: Seat,
        source: ParticipantId,
        offer_sdp: String,
    ) -> BoxFuture<'_, Result<Answer, MediaError>> {
        self.open_session(seat, Purpose::Watch(source), offer_sdp).boxed()
    }

    fn patch(
        &self,
        seat: Seat,
        resource: ResourceId,
        sdpfrag: String,
        if_match: Option<String>,
    ) -> BoxFuture<'_, Result<Patched, MediaError>> {
        let owner = seat.participant;
        let input = move |reply| Input::Patch { owner, session: resource, sdpfrag, if_match, reply };
        self.ask(seat.consult, input).boxed()
    }

    fn end(&self, seat: Seat, resource: ResourceId) -> BoxFuture<'_, Result<(), MediaError>> {
        let input = move |reply| Input::End { owner: seat.participant, session: resource, reply };
        self.ask(seat.consult, input).boxed()
    }

    fn close(&self, consult: ConsultId) -> BoxFuture<'_, ()> {
        async move {
            let Some(handle) = self.existing(consult) else { return };
            let (reply, closed) = oneshot::channel();
            if handle.inbox.send(Input::Close { reply }).await.is_ok() {
                // A call that ended meanwhile is closed as well.
                let _ = closed.await;
            }
        }
        .boxed()
    }

    fn publishing(&self, consult: ConsultId) -> Vec<ParticipantId> {
        self.existing(consult)
            .map(|handle| handle.publishing.borrow().iter().copied().collect())
            .unwrap_or_default()
    }

    fn events(&self) -> broadcast::Receiver<MediaEvent> {
        self.events.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_call_that_breaks_leaves_the_others_and_can_start_anew() {
        let relay = Relay::bind(RelayConfig::new(SocketAddr::from(([127, 0, 0, 1], 0)))).unwrap();
        let consult = || ConsultId(uuid::Uuid::new_v4());
        let (broken, other) = (consult(), consult());
        let (broken_call, other_call) = (relay.call(broken), relay.call(other));

        assert!(broken_call.inbox.send(Input::Break).await.is_ok());
        broken_call.inbox.closed().await;
        assert!(!other_call.inbox.is_closed());
        let (reply, closed) = oneshot::channel();
        assert!(other_call.inbox.send(Input::Close { reply }).await.is_ok());
        assert_eq!(closed.await, Ok(()), "the other call still answers");

        assert!(relay.existing(broken).is_none());
        assert!(!relay.call(broken).inbox.is_closed(), "and the broken one starts anew");
    }
}
