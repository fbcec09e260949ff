//! The use cases, one verb a file. What each does, its event and its audit record are one transaction.

/// Series analysed while they arrive, and after a crash.
pub mod analyse_series;
/// Tells those who wait that events were committed.
pub mod bell;
/// What may be seen of the studies, by their attributes.
pub mod find_studies;
/// Calls: the media relay as the HTTP edge sees it.
pub mod media;
/// An instance becomes durable, then a row, an event and a job, then an answer.
pub mod receive_instance;
/// Images and their metadata, read back as they came.
pub mod retrieve;
/// The bytes of an instance on their way through the gate into the vault.
pub mod stream_instance;
/// Removes files that no row names.
pub mod sweep_vault;
