//! Vigie: stroke tele-diagnosis triage. The rooms, in the order of the patient's path.

/// DIMSE services: the wire becomes a value that says its origin, then one use case.
pub mod intake;
/// From bytes to volumes: hostile-input gate, series assembly, geometry, decoding. Pure.
pub mod imaging;
/// Model packs, preprocessing, ONNX sessions, one pipeline a task; streaming per slice.
pub mod inference;
/// The image vault: blobs, integrity.
pub mod archive;
/// What a case is, how urgent it is, what a transport changes. Pure: no I/O, no clock.
pub mod domain;
/// The use cases, one verb a file, and the jobs that survive a crash.
pub mod pathway;
/// The database: one repository an aggregate, outbox, leases, two dialects.
pub mod db;
/// Passwords, tokens, the audit chain.
pub mod security;
/// Calls: media relay and presence.
pub mod consult;
/// The HTTP edge: JSON API, DICOMweb, events, the web application.
pub mod api;
/// Typed configuration, every key checked once at start.
pub mod config;
/// The real clock, the only file that may read the system's.
pub mod clock;
/// Tracing and metrics.
pub mod telemetry;
/// The composition root: one file a subcommand.
pub mod cli;
