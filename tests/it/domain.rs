//! The domain against the published model and the demonstration's region.

mod outcome;
mod region;
