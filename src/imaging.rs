//! From bytes to volumes: hostile-input gate, header, decoding, geometry, series assembly. Pure: no I/O.
//!
//! Every byte from the wire passes [`gate`] first; nothing else of the program may hand sender's bytes to a
//! recursive parser ([`dataset::read`] does it after its own check).

pub mod dataset;
pub mod decode;
pub mod gate;
pub mod geometry;
pub mod header;
pub mod metadata;
pub mod quality;
pub mod series;
