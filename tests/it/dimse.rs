//! DIMSE against real peers: DCMTK's tools, pynetdicom, and a sender that lies.

mod hostile;
mod many;
mod peers;
mod raw;
mod support;
mod syntaxes;
