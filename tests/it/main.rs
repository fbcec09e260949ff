//! The one integration binary: a module for each room or peer.

mod arrows;
mod domain;
