//! What DICOMweb says no to, and how it is answered.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::conditional::EntityTag;
use super::qido::BadQuery;
use crate::api::problem::Problem;
use crate::db::DbError;
use crate::pathway::retrieve::RetrieveError;

/// Why a request is not answered as asked.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("there is no such resource, or it may not be seen")]
    NotFound,
    #[error("none of the accepted media types can be given: {0}")]
    NotAcceptable(&'static str),
    #[error("the content type is not taken: {0}")]
    UnsupportedMedia(&'static str),
    #[error("{0}")]
    Malformed(String),
    #[error(transparent)]
    Query(#[from] BadQuery),
    #[error("the range lies beyond the end")]
    Range { length: u64 },
    #[error("the body did not come in time")]
    Slow,
    #[error(transparent)]
    Retrieve(#[from] RetrieveError),
    #[error(transparent)]
    Database(#[from] DbError),
}

impl Refused {
    fn status_and_code(&self) -> (StatusCode, &'static str) {
        match self {
            Self::NotFound | Self::Retrieve(RetrieveError::NoSuchFrame(_)) => {
                (StatusCode::NOT_FOUND, "not_found")
            }
            Self::NotAcceptable(_)
            | Self::Retrieve(RetrieveError::Undecodable(_) | RetrieveError::NoFrames) => {
                (StatusCode::NOT_ACCEPTABLE, "not_acceptable")
            }
            Self::UnsupportedMedia(_) => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type"),
            Self::Malformed(_) | Self::Query(_) => (StatusCode::BAD_REQUEST, "malformed"),
            Self::Range { .. } => (StatusCode::RANGE_NOT_SATISFIABLE, "range_not_satisfiable"),
            Self::Slow => (StatusCode::REQUEST_TIMEOUT, "slow"),
            Self::Retrieve(_) | Self::Database(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let (status, code) = self.status_and_code();
        if status == StatusCode::INTERNAL_SERVER_ERROR {
            return Problem::internal(&self).into_response();
        }
        let problem = Problem::new(status, code, self.to_string());
        let total = match self {
            Self::Range { length } => HeaderValue::from_str(&format!("bytes */{length}")).ok(),
            _ => None,
        };
        match total {
            Some(total) => problem.with_header(header::CONTENT_RANGE, total).into_response(),
            None => problem.into_response(),
        }
    }
}

/// The client has it already.
#[must_use]
pub fn not_modified(tag: &EntityTag) -> Response {
    (StatusCode::NOT_MODIFIED, cached(tag)).into_response()
}

/// Kept by the person's own browser only, and asked again each time: rights may have ended since.
#[must_use]
pub fn cached(tag: &EntityTag) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_str(tag.as_str()) {
        headers.insert(header::ETAG, value);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers
}
