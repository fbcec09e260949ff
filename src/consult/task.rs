//! One task a call: feeds the call core with datagrams, commands and time, and carries out what it decides.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use tokio::net::UdpSocket;
use tokio::sync::{broadcast, mpsc, oneshot, watch};

use super::call::Call;
use super::mux::Control;
use super::session::Session;
use crate::domain::identity::{ConsultId, ParticipantId};
use crate::pathway::media::{MediaError, MediaEvent, Patched, ResourceId, Seat};

/// Inputs handled before datagrams are sent: enough to batch a video frame.
const BATCH: usize = 64;
/// How long a call without sessions waits for the next one.
const LINGER: Duration = Duration::from_secs(30);

/// What a call's task receives.
pub(super) enum Input {
    Datagram {
        session: ResourceId,
        datagram: BytesMut,
    },
    Checked {
        session: ResourceId,
        path: SocketAddr,
    },
    Join {
        session: Box<Session>,
        reply: oneshot::Sender<Result<(), MediaError>>,
    },
    Patch {
        owner: ParticipantId,
        session: ResourceId,
        sdpfrag: String,
        if_match: Option<String>,
        reply: oneshot::Sender<Result<Patched, MediaError>>,
    },
    End {
        owner: ParticipantId,
        session: ResourceId,
        reply: oneshot::Sender<Result<(), MediaError>>,
    },
    Close {
        reply: oneshot::Sender<()>,
    },
    #[cfg(test)]
    Break,
}

/// Where a call's decisions go.
pub(super) struct Outputs {
    pub(super) consult: ConsultId,
    pub(super) socket: Arc<UdpSocket>,
    pub(super) control: mpsc::UnboundedSender<Control>,
    pub(super) publishing: watch::Sender<BTreeSet<ParticipantId>>,
    pub(super) events: broadcast::Sender<MediaEvent>,
}

/// Runs the call until it has been empty for [`LINGER`] or the relay is gone.
pub(super) async fn run(mut call: Call, mut inbox: mpsc::Receiver<Input>, outputs: Outputs) {
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        let deadline = call.deadline(Instant::now());
        tokio::select! {
            biased;
            received = inbox.recv_many(&mut batch, BATCH) => if received == 0 { break },
            () = tokio::time::sleep_until(deadline.into()) => {}
        }
        let now = Instant::now();
        for input in batch.drain(..) {
            apply(&mut call, now, input);
        }
        if call.deadline(now) <= now {
            call.on_timeout(now);
        }
        call.flush(now);
        outputs.emit(&mut call);
        if call.empty_for(now).is_some_and(|span| span >= LINGER) {
            // What comes later makes a new call; a session that is already in the inbox is told to try again.
            call.finish();
            inbox.close();
        }
    }
    call.close(Instant::now());
    outputs.emit(&mut call);
}

fn apply(call: &mut Call, now: Instant, input: Input) {
    match input {
        Input::Datagram { session, datagram } => call.datagram(now, session, datagram),
        Input::Checked { session, path } => call.checked(now, session, path),
        // A caller that went away does not read its reply: that is its own affair.
        Input::Join { session, reply } => drop(reply.send(call.join(now, *session))),
        Input::Patch { owner, session, sdpfrag, if_match, reply } => {
            drop(reply.send(call.patch(owner, session, &sdpfrag, if_match.as_deref())));
        }
        Input::End { owner, session, reply } => drop(reply.send(call.end(now, owner, session))),
        Input::Close { reply } => {
            call.close(now);
            let _ = reply.send(());
        }
        #[cfg(test)]
        Input::Break => panic!("a test breaks this call"),
    }
}

impl Outputs {
    fn emit(&self, call: &mut Call) {
        for request in call.take_requests() {
            // The multiplexer ends with the relay only.
            let _ = self.control.send(Control::Call(request));
        }
        for (path, datagram) in call.take_transmits() {
            if let Err(error) = self.socket.try_send_to(&datagram, path) {
                tracing::debug!(%error, "media datagram not sent");
            }
        }
        let (before, now) = (self.publishing.borrow().clone(), call.publishing());
        if before != *now {
            self.publishing.send_replace(now.clone());
            announce(&self.events, self.consult, &before, now);
        }
    }
}

/// Tells what changed between two sets of publishers.
pub(super) fn announce(
    events: &broadcast::Sender<MediaEvent>,
    consult: ConsultId,
    before: &BTreeSet<ParticipantId>,
    now: &BTreeSet<ParticipantId>,
) {
    let seat = |&participant| Seat { consult, participant };
    let started = now.difference(before).map(seat).map(MediaEvent::PublishingStarted);
    let stopped = before.difference(now).map(seat).map(MediaEvent::PublishingStopped);
    for event in started.chain(stopped) {
        // Without a listener there is nobody to tell.
        let _ = events.send(event);
    }
}
