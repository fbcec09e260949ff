//! The use cases, one verb a file.

/// Finding studies, series and instances that a person may see.
pub mod find_studies;
/// Calls: the media relay as the HTTP edge sees it.
pub mod media;
/// Reading stored images back: whole, by header, by frame.
pub mod retrieve;
/// An instance on its way in: through the gate into the vault.
pub mod stream_instance;
