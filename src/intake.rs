//! DIMSE services: the wire becomes a value that says its origin, then one use case.
//!
//! [`scp`] listens; each connection is negotiated by [`negotiation`], framed by `transport` and served by
//! `association`; `storage` takes instances, `worklist` tells scanners what is prescribed. [`scu`] is the sending side.

mod association;
pub mod bounds;
mod dimse;
pub mod negotiation;
pub mod scp;
pub mod scu;
pub mod sites;
pub mod status;
mod storage;
mod transport;
mod worklist;
