//! DIMSE services: the wire becomes a value that says its origin, then one use case.

pub mod bounds;
pub mod dimse;
pub mod negotiation;
pub mod sites;
pub mod status;
pub mod transport;
