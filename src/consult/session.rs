//! One WHIP or WHEP resource: a browser's connection and what the relay knows about its owner.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rtc::crypto::RTCCryptoProvider;
use rtc::rtp_transceiver::RTCRtpSenderId;
use rtc::rtp_transceiver::rtp_sender::RtpCodecKind;
use tokio::sync::OwnedSemaphorePermit;

use super::codec::Flow;
use super::ice::Credentials;
use super::keyframe::Gate;
use super::peer::{Outlet, Peer};
use super::rewrite::Leg;
use super::sdp::{Offer, complete_answer, entity_tag};
use crate::domain::identity::ParticipantId;
use crate::pathway::media::{Answer, MediaError, ResourceId};

/// A browser checks its path every 2.5 s and a subscriber reports about once a second: more is a cut, after which
/// a decoder has lost its thread and needs a key frame.
const CUT: Duration = Duration::from_secs(2);

/// What a session is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Publish,
    Watch(ParticipantId),
}

/// What a session does.
pub(super) enum Part {
    Publisher {
        gate: Gate,
        /// When media last came; inherited from the session that this one replaced.
        media_at: Option<Instant>,
    },
    Viewer {
        source: ParticipantId,
        legs: Vec<ViewerLeg>,
    },
}

/// One kind of media to a viewer.
pub(super) struct ViewerLeg {
    pub(super) kind: RtpCodecKind,
    pub(super) sender: RTCRtpSenderId,
    pub(super) leg: Leg,
}

impl From<Outlet> for ViewerLeg {
    fn from(outlet: Outlet) -> Self {
        Self { kind: outlet.kind, sender: outlet.sender, leg: Leg::new(outlet.negotiated) }
    }
}

/// A media session of a call.
pub(super) struct Session {
    pub(super) id: ResourceId,
    pub(super) owner: ParticipantId,
    pub(super) peer: Peer,
    pub(super) part: Part,
    /// Our credentials and the peer's name fragment of the current ICE session.
    pub(super) local: Credentials,
    pub(super) remote_ufrag: String,
    /// The SDP answer, as given.
    pub(super) answer: String,
    /// Where the browser is now; `None` until its first check.
    pub(super) path: Option<SocketAddr>,
    pub(super) is_connected: bool,
    /// When the browser was last heard; its creation at first.
    pub(super) heard_at: Instant,
    /// Counts against the relay's sessions for as long as this one lives.
    pub(super) _permit: OwnedSemaphorePermit,
}

impl Session {
    /// Answers a browser's offer. `advertised` are the relay's addresses as browsers reach them.
    pub(super) fn open(
        now: Instant,
        owner: ParticipantId,
        purpose: Purpose,
        offer_sdp: &str,
        advertised: &[SocketAddr],
        crypto: Arc<dyn RTCCryptoProvider>,
        permit: OwnedSemaphorePermit,
    ) -> Result<Self, MediaError> {
        let flow = match purpose {
            Purpose::Publish => Flow::Ingest,
            Purpose::Watch(_) => Flow::Egress,
        };
        let offer = Offer::read(offer_sdp, flow)?;
        let local = Credentials::generate();
        let accepted = Peer::accept(now, &offer, flow, &local, crypto)?;
        let part = match purpose {
            Purpose::Publish => Part::Publisher { gate: Gate::default(), media_at: None },
            Purpose::Watch(source) => {
                Part::Viewer { source, legs: accepted.outlets.into_iter().map(ViewerLeg::from).collect() }
            }
        };
        Ok(Self {
            id: ResourceId(uuid::Uuid::new_v4()),
            owner,
            peer: accepted.peer,
            part,
            answer: complete_answer(&accepted.answer, advertised),
            local,
            remote_ufrag: offer.remote.ufrag,
            path: None,
            is_connected: false,
            heard_at: now,
            _permit: permit,
        })
    }

    /// What the browser is told.
    pub(super) fn to_answer(&self) -> Answer {
        Answer { resource: self.id, sdp: self.answer.clone(), etag: entity_tag(&self.local) }
    }

    /// Notes that the browser was heard; `true` when that ends a cut.
    pub(super) fn hear(&mut self, now: Instant) -> bool {
        let silence = now.saturating_duration_since(self.heard_at);
        self.heard_at = now;
        self.is_connected && silence >= CUT
    }

    /// Whom this session watches.
    pub(super) fn source(&self) -> Option<ParticipantId> {
        match self.part {
            Part::Viewer { source, .. } => Some(source),
            Part::Publisher { .. } => None,
        }
    }

    /// Whether this session and `other` do the same for the same person.
    pub(super) fn is_twin_of(&self, other: &Self) -> bool {
        self.owner == other.owner && self.source() == other.source()
    }
}
