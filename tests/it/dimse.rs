//! DIMSE against real peers: DCMTK's tools, pynetdicom, and a sender that lies.

mod hostile;
mod many;
mod peers;
pub mod raw;
pub mod support;
mod syntaxes;
mod worklist;
