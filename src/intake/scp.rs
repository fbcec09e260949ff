//! The listening side: connections in, bounded, each an association of its own task.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use dicom_ul::pdu::{
    AbortRQServiceProviderReason, AbortRQSource, AssociationRJServiceProviderPresentationReason, Pdu,
};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::association::{Broken, End, Services, serve};
use super::bounds::{Bounds, Counter, Full, Place};
use super::negotiation::{Agreed, Answer, Terms, busy};
use super::storage::Storage;
use super::transport::{Incoming, PduStream, TransportError};
use super::worklist::Orders;
use crate::archive::FileStore;
use crate::imaging::gate::Limits;
use crate::pathway::desk::Desk;
use crate::pathway::receive_instance::{DeliveryId, Receiver};

/// The longest association request taken, in bytes: 128 contexts with every transfer syntax stay below.
const MAX_REQUEST_LENGTH: u32 = 1 << 20;
/// Peers that are being told to come back later, at once; more are cut off without a word.
const MAX_TURNED_AWAY: usize = 32;

/// How long peers are waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For the association request (the ARTIM timer, PS3.8 section 9.1.4).
    pub request: Duration,
    /// For any byte of an open association.
    pub silence: Duration,
    /// For associations to end by themselves when the program stops.
    pub stop: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { request: seconds(30), silence: seconds(300), stop: seconds(10) }
    }
}

/// How the listening side behaves.
#[derive(Debug, Clone)]
pub struct Options {
    pub terms: Terms,
    pub bounds: Bounds,
    pub patience: Patience,
    pub limits: Limits,
}

/// The DIMSE server.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    peers: Peers,
}

/// What every association shares.
#[derive(Debug, Clone)]
struct Peers {
    options: Options,
    vault: FileStore,
    receiver: Receiver,
    /// What the modality worklist is answered from.
    worklist: Option<Desk>,
    stop: CancellationToken,
}

impl Server {
    /// Listens on `address`.
    ///
    /// # Errors
    /// When the address cannot be had.
    pub async fn bind(
        address: SocketAddr,
        options: Options,
        vault: FileStore,
        receiver: Receiver,
    ) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let stop = CancellationToken::new();
        Ok(Self { listener, peers: Peers { options, vault, receiver, worklist: None, stop } })
    }

    /// The same, answering scanners that ask for their orders.
    #[must_use]
    pub fn offering_orders(mut self, desk: Desk) -> Self {
        self.peers.worklist = Some(desk);
        self
    }

    /// Where it listens: the port that was given when 0 was asked for.
    ///
    /// # Errors
    /// When the socket is gone.
    pub fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until `stop` is cancelled. Then no more associations are taken, each open one ends behind the
    /// message it is in, and what has not ended in time is cut.
    pub async fn run(mut self, stop: CancellationToken) {
        self.peers.stop = stop.clone();
        let patience = self.peers.options.patience;
        let places = Counter::new(self.peers.options.bounds);
        let mut associations = JoinSet::new();
        let mut turned_away = JoinSet::new();
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                Some(_ended) = associations.join_next() => {}
                Some(_ended) = turned_away.join_next() => {}
                accepted = self.listener.accept() => match accepted {
                    Ok((socket, address)) => match places.enter(canonical(address.ip())) {
                        Ok(place) => {
                            associations.spawn(self.peers.clone().meet(socket, address, place));
                        }
                        Err(full) => {
                            tracing::warn!(%address, ?full, "too many associations");
                            if turned_away.len() < MAX_TURNED_AWAY {
                                turned_away.spawn(turn_away(socket, full, patience.request));
                            }
                        }
                    },
                    Err(error) => {
                        // Out of descriptors, or the peer is gone already: neither is cured by trying at once.
                        tracing::warn!(%error, "a connection could not be accepted");
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                },
            }
        }
        drop(self.listener);
        let all_ended = async { while associations.join_next().await.is_some() {} };
        if tokio::time::timeout(patience.stop, all_ended).await.is_err() {
            tracing::warn!(open = associations.len(), "associations cut at the stop");
            associations.shutdown().await;
        }
    }
}

/// An IPv4 peer of an IPv6 socket is the same peer.
fn canonical(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

async fn turn_away(socket: TcpStream, full: Full, patience: Duration) {
    let reason = match full {
        Full::Total => AssociationRJServiceProviderPresentationReason::TemporaryCongestion,
        Full::Peer => AssociationRJServiceProviderPresentationReason::LocalLimitExceeded,
    };
    if let Ok(mut stream) = PduStream::new(socket, MAX_REQUEST_LENGTH, patience)
        && stream.next().await.is_ok()
        && stream.send(&busy(reason)).await.is_ok()
    {
        stream.close().await;
    }
}

impl Peers {
    /// One connection from its first byte to its last.
    async fn meet(self, socket: TcpStream, address: SocketAddr, _place: Place) {
        let patience = self.options.patience;
        let Ok(mut stream) = PduStream::new(socket, MAX_REQUEST_LENGTH, patience.request) else { return };
        match self.negotiate(&mut stream).await {
            Ok(Some(agreed)) => {
                stream.open(self.options.terms.max_length, patience.silence);
                self.associate(&mut stream, agreed, address).await;
            }
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(%address, error = &error as &dyn std::error::Error, "no association");
                // Best effort: the peer may be gone.
                let _told = stream.send(&Broken::from(error).abort()).await;
            }
        }
        stream.close().await;
    }

    /// Answers the request; `None` when there is no association to serve.
    async fn negotiate(&self, stream: &mut PduStream) -> Result<Option<Agreed>, TransportError> {
        let request = match stream.next().await? {
            Incoming::Pdu(Pdu::AssociationRQ(request)) => request,
            Incoming::Closed | Incoming::Pdu(Pdu::AbortRQ { .. }) => return Ok(None),
            Incoming::Pdu(_) | Incoming::Fragment(_) => {
                stream.send(&abort(AbortRQServiceProviderReason::UnexpectedPdu)).await?;
                return Ok(None);
            }
        };
        match self.options.terms.answer(&request) {
            Answer::Accept(agreed, ac) => {
                stream.send(&Pdu::AssociationAC(ac)).await?;
                Ok(Some(*agreed))
            }
            Answer::Reject(rejection) => {
                tracing::warn!(calling = %request.calling_ae_title, source = %rejection.source, "association rejected");
                stream.send(&Pdu::AssociationRJ(rejection)).await?;
                Ok(None)
            }
            Answer::Abort => {
                stream.send(&abort(AbortRQServiceProviderReason::InvalidPduParameter)).await?;
                Ok(None)
            }
        }
    }

    async fn associate(&self, stream: &mut PduStream, agreed: Agreed, address: SocketAddr) {
        let delivery = DeliveryId::new();
        let storage = Storage {
            vault: self.vault.clone(),
            receiver: self.receiver.clone(),
            limits: self.options.limits,
            calling: agreed.calling.clone(),
            site: agreed.site.clone(),
            delivery,
        };
        let orders = self.worklist.clone().map(|desk| Orders {
            desk,
            calling: agreed.calling.clone(),
            site: agreed.site.clone(),
        });
        tracing::info!(%address, calling = %agreed.calling, site = %agreed.site, "association opened");
        match serve(stream, &agreed, &Services { storage, orders }, &self.stop).await {
            Ok(End::Stopping) => {
                let _told = stream.send(&abort(AbortRQServiceProviderReason::ReasonNotSpecified)).await;
            }
            Ok(end) => tracing::info!(%address, calling = %agreed.calling, ?end, "association closed"),
            Err(broken) => {
                tracing::warn!(
                    %address,
                    calling = %agreed.calling,
                    error = &broken as &dyn std::error::Error,
                    "association broken"
                );
                let _told = stream.send(&broken.abort()).await;
            }
        }
        self.receiver.delivery_closed(delivery);
    }
}

fn abort(reason: AbortRQServiceProviderReason) -> Pdu {
    Pdu::AbortRQ { source: AbortRQSource::ServiceProvider(reason) }
}
