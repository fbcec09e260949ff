//! DIMSE services: the wire becomes a value that says its origin, then one use case.
//!
//! Connections are negotiated by [`negotiation`] and framed by [`transport`]; [`scu`] is the sending side.

pub mod bounds;
pub mod dimse;
pub mod negotiation;
pub mod scu;
pub mod sites;
pub mod status;
pub mod transport;
