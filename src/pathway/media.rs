//! The media relay as the HTTP edge sees it: WHIP in (RFC 9725), WHEP out. The `consult` room implements it;
//! the edge only maps requests to these methods and [`MediaError`] to problem documents.
//!
//! Authorisation is the caller's: a [`Seat`] must come from an authenticated user who may join that consultation.

use std::fmt;
use std::str::FromStr;

use futures::future::BoxFuture;
use tokio::sync::broadcast;

use crate::domain::identity::{ConsultId, ParticipantId};

/// One media session (one peer connection): the last segment of the `Location` of WHIP and WHEP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceId(pub uuid::Uuid);

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for ResourceId {
    type Err = uuid::Error;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        uuid::Uuid::parse_str(s).map(Self)
    }
}

/// Who asks: one person's place in one consultation. A resource is reached only from the seat that made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Seat {
    pub consult: ConsultId,
    pub participant: ParticipantId,
}

/// The 201 answer to a POST of `application/sdp`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub resource: ResourceId,
    /// The SDP answer, `application/sdp`.
    pub sdp: String,
    /// Strong entity tag of the ICE session, quotes included, ready for the `ETag` header.
    pub etag: String,
}

/// What a PATCH of `application/trickle-ice-sdpfrag` did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Patched {
    /// Candidates taken: 204 without a body.
    Trickled,
    /// ICE restarted: 200 with the fragment as `application/trickle-ice-sdpfrag` and the new `ETag`.
    Restarted { sdpfrag: String, etag: String },
}

/// Why the relay refused. [`Self::status`] gives the HTTP status, [`Self::code`] the problem's `code`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MediaError {
    #[error("the session description cannot be read: {0}")]
    Malformed(String),
    #[error("the offer cannot be served: {0}")]
    Unacceptable(String),
    #[error("no such media session in this consultation")]
    NotFound,
    #[error("an If-Match header is required (RFC 9725 section 4.3.1)")]
    PreconditionRequired,
    #[error("the entity tag is not that of the current ICE session")]
    PreconditionFailed,
    #[error("the relay carries as many sessions as it may")]
    Busy,
    #[error("the media session failed: {0}")]
    Internal(String),
}

impl MediaError {
    /// HTTP status code.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Malformed(_) => 400,
            Self::Unacceptable(_) => 422,
            Self::NotFound => 404,
            Self::PreconditionRequired => 428,
            Self::PreconditionFailed => 412,
            Self::Busy => 503,
            Self::Internal(_) => 500,
        }
    }

    /// Stable word for the problem document.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "sdp_malformed",
            Self::Unacceptable(_) => "sdp_unacceptable",
            Self::NotFound => "media_session_not_found",
            Self::PreconditionRequired => "precondition_required",
            Self::PreconditionFailed => "precondition_failed",
            Self::Busy => "media_relay_busy",
            Self::Internal(_) => "media_session_failed",
        }
    }
}

/// What happened in a call, for the participants' list. A replaced publisher sends no pair of stop and start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaEvent {
    /// The participant's media flows.
    PublishingStarted(Seat),
    /// The participant ended the session or was not heard any more.
    PublishingStopped(Seat),
}

/// The relay of all calls. Methods are object-safe: the edge holds an `Arc<dyn MediaRelay>`.
pub trait MediaRelay: Send + Sync + fmt::Debug + 'static {
    /// WHIP POST: takes the camera and microphone of `seat`. Replaces the earlier publishing session of the same
    /// seat, and those who watch it follow without a new request.
    fn ingest(&self, seat: Seat, offer_sdp: String) -> BoxFuture<'_, Result<Answer, MediaError>>;

    /// WHEP POST: sends the media of `source` to `seat`. When `source` does not publish yet, the session is made
    /// all the same and starts with the publisher. A seat may watch one source in a few sessions; the longest
    /// unheard makes room.
    fn egress(
        &self,
        seat: Seat,
        source: ParticipantId,
        offer_sdp: String,
    ) -> BoxFuture<'_, Result<Answer, MediaError>>;

    /// PATCH of `application/trickle-ice-sdpfrag` on a session's URL: candidates, or an ICE restart when the
    /// fragment brings new credentials. `if_match` is the header's value as received.
    fn patch(
        &self,
        seat: Seat,
        resource: ResourceId,
        sdpfrag: String,
        if_match: Option<String>,
    ) -> BoxFuture<'_, Result<Patched, MediaError>>;

    /// DELETE of a session's URL.
    fn end(&self, seat: Seat, resource: ResourceId) -> BoxFuture<'_, Result<(), MediaError>>;

    /// Ends every session of a consultation; nothing when it has none.
    fn close(&self, consult: ConsultId) -> BoxFuture<'_, ()>;

    /// Who publishes now, in order of id.
    fn publishing(&self, consult: ConsultId) -> Vec<ParticipantId>;

    /// From now on. A receiver that lags reads [`Self::publishing`] again.
    fn events(&self) -> broadcast::Receiver<MediaEvent>;
}
