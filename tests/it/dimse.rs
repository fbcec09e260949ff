//! DIMSE against real peers: DCMTK's tools, pynetdicom, and a sender that lies.

mod hostile;
mod peers;
mod support;
