//! The domain against the published model and the demonstration's region.

mod dispatch;
mod outcome;
mod region;
