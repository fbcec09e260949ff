//! PURE: no I/O, no async, no clock, no SQL, no DICOM, no HTTP. Time is passed in.

pub mod alerting;
pub mod case;
pub mod clinical;
pub mod dispatch;
pub mod evidence;
pub mod hand_over;
pub mod identity;
pub mod indicators;
pub mod outcome;
pub mod protocol;
pub mod region;
pub mod report;
pub mod rota;
pub mod statistics;
pub mod time;
pub mod urgency;
pub mod vault;
pub mod watch;
pub mod wording;
