//! The one integration binary: a module for each room or peer.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "a test that skips says so")]

mod api;
mod archive;
mod arrows;
mod consult;
mod crash;
mod decode;
mod dicomweb;
mod dimse;
mod domain;
mod evidence;
mod hostile;
mod imaging_support;
mod infarct;
mod interop;
mod models;
mod people;
mod phantom;
mod security;
mod store;
mod support;
mod triage;
