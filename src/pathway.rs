/// Calls: the media relay as the HTTP edge sees it.
pub mod media;
