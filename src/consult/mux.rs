//! The one UDP socket: reads, asks `demux` whose each datagram is, answers checks, hands the rest to the call's task.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use rtc::crypto::RTCCryptoProvider;
use tokio::net::UdpSocket;
use tokio::sync::mpsc;

use super::call::Request;
use super::demux::{Demux, Verdict};
use super::ice::Credentials;
use super::task::Input;
use crate::pathway::media::ResourceId;

/// The largest datagram read; WebRTC keeps below 1,500 bytes.
const MAX_DATAGRAM: usize = 2048;
/// Datagrams read before control messages are looked at again.
const BURST: usize = 64;

/// What tells the multiplexer about sessions.
pub(super) enum Control {
    /// A new session, and its call's inbox.
    Insert { session: ResourceId, local: Credentials, remote_ufrag: String, route: mpsc::Sender<Input> },
    /// A change that the session's call asks for.
    Call(Request),
}

/// The task's state.
pub(super) struct Mux {
    socket: Arc<UdpSocket>,
    demux: Demux,
    routes: HashMap<ResourceId, mpsc::Sender<Input>>,
}

impl Mux {
    pub(super) fn new(socket: Arc<UdpSocket>, crypto: Arc<dyn RTCCryptoProvider>) -> Self {
        Self { socket, demux: Demux::new(crypto), routes: HashMap::new() }
    }

    /// Runs until every sender of `control` is gone.
    pub(super) async fn run(mut self, mut control: mpsc::UnboundedReceiver<Control>) {
        let mut buffer = vec![0; MAX_DATAGRAM];
        loop {
            tokio::select! {
                biased;
                message = control.recv() => match message {
                    Some(message) => self.apply(message),
                    None => return,
                },
                ready = self.socket.readable() => match ready {
                    Ok(()) => self.read(&mut buffer),
                    Err(error) => {
                        tracing::error!(%error, "the media socket is not readable");
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                },
            }
        }
    }

    fn apply(&mut self, message: Control) {
        match message {
            Control::Insert { session, local, remote_ufrag, route } => {
                self.demux.insert(session, local, remote_ufrag);
                self.routes.insert(session, route);
            }
            Control::Call(Request::Restart { session, local, remote_ufrag }) => {
                self.demux.restart(session, local, remote_ufrag);
            }
            Control::Call(Request::Remove(session)) => self.remove(session),
        }
    }

    fn remove(&mut self, session: ResourceId) {
        self.demux.remove(session);
        self.routes.remove(&session);
    }

    fn read(&mut self, buffer: &mut [u8]) {
        for _ in 0..BURST {
            match self.socket.try_recv_from(buffer) {
                Ok((length, from)) => self.route(from, &buffer[..length]),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => return,
                // An ICMP error of an earlier send shows up here: it concerns one peer only.
                Err(error) => tracing::debug!(%error, "reading the media socket"),
            }
        }
    }

    fn route(&mut self, from: SocketAddr, datagram: &[u8]) {
        // Strangers' bytes reach the STUN parser here: a panic over one datagram must not take the port down.
        let verdict = catch_unwind(AssertUnwindSafe(|| self.demux.judge(Instant::now(), from, datagram)));
        let (session, input) = match verdict {
            Ok(Verdict::Checked { session, path, response }) => {
                // UDP may drop: a lost answer is asked for again.
                let _ = self.socket.try_send_to(&response, from);
                (session, Input::Checked { session, path })
            }
            Ok(Verdict::Media { session }) => {
                (session, Input::Datagram { session, datagram: BytesMut::from(datagram) })
            }
            Ok(Verdict::Unknown) => return,
            Err(_) => {
                tracing::error!("a datagram made the STUN parser panic");
                return;
            }
        };
        let Some(route) = self.routes.get(&session) else { return };
        // A full inbox drops, as a full socket buffer would; a closed one belongs to a call that is over.
        if let Err(mpsc::error::TrySendError::Closed(_)) = route.try_send(input) {
            self.remove(session);
        }
    }
}
