//! What several areas need: peers that a test starts and ends, a clock moved by hand, instances from nothing.

pub mod clock;
pub mod instance;
pub mod postgres;
pub mod relay;
pub mod server;
