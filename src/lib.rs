//! Vigie: stroke tele-diagnosis triage. The rooms, in the order of the patient's path.

/// The HTTP edge: JSON API, DICOMweb, events, the web application.
pub mod api;
/// The image vault: blobs, integrity.
pub mod archive;
/// The composition root: one file a subcommand.
pub mod cli;
/// The real clock, the only file that may read the system's.
pub mod clock;
/// Typed configuration, every key checked once at start.
pub mod config;
/// Calls: media relay and presence.
pub mod consult;
/// The database: one repository an aggregate, outbox, leases, two dialects.
pub mod db;
/// What a case is, how urgent it is, what a transport changes. Pure: no I/O, no clock.
pub mod domain;
/// From bytes to volumes: hostile-input gate, series assembly, geometry, decoding. Pure.
pub mod imaging;
/// Model packs, preprocessing, ONNX sessions, one pipeline a task; streaming per slice.
pub mod inference;
/// DIMSE services: the wire becomes a value that says its origin, then one use case.
pub mod intake;
/// Outward formats: DICOM SR and SEG. Pure.
pub mod interop;
/// The use cases, one verb a file, and the jobs that survive a crash.
pub mod notify;
pub mod pathway;
/// Passwords, tokens, the audit chain.
pub mod security;
/// A reading queue simulated: what an order of it does to whom. Pure.
pub mod simulate;
/// Tracing and metrics.
pub mod telemetry;
