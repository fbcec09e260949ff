//! Calls: the media relay. WHIP in, WHEP out, every call over one UDP port.
//!
//! A datagram's way: `mux` (socket) → `demux` (which session, is the sender who it says) → `call` (one task a
//! consultation, so that a panic in one never reaches another) → `peer` (DTLS, SRTP, RTCP of one session) →
//! `rewrite` (one subscriber's own stream) → the subscriber's `peer` → socket.
//! Everything but `mux` and `relay` takes time as a value and does no I/O.

mod call;
mod codec;
mod demux;
mod feedback;
mod ice;
mod keyframe;
mod mux;
mod peer;
mod relay;
mod rewrite;
mod sdp;
mod session;
mod task;

pub use relay::{Relay, RelayConfig, RelayError};
