//! Retrieve Bulk Data (PS3.18 section 10.4): the value that a `BulkDataURI` of the metadata names.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::DicomWeb;
use super::asked::{Asking, Named};
use super::conditional::{Asked, EntityTag, asked_range};
use super::instances::{closing, multipart_headers, part_head};
use super::refusal::{Refused, cached, not_modified};
use crate::api::access::{Permit, ViewImages};

const OCTETS: &str = "application/octet-stream";

/// One value, in little endian.
pub async fn retrieve(
    permit: Permit<ViewImages>,
    State(web): State<DicomWeb>,
    asking: Asking<Named>,
) -> Result<Response, Refused> {
    let accepted = asking.accepted();
    let single = accepted.iter().find_map(|range| match range.part_type() {
        Some(OCTETS | "*/*") => Some(false),
        None if matches!(range.essence.as_str(), OCTETS | "*/*" | "application/*") => Some(true),
        _ => None,
    });
    let single = single
        .or(accepted.is_empty().then_some(true))
        .ok_or(Refused::NotAcceptable("bulk data are application/octet-stream"))?;
    let located = web.retriever.locate(&web.sight(&permit), &asking.path.scope()).await?;
    let instance = located.into_iter().next().ok_or(Refused::NotFound)?;
    let path = asking.path.path.as_deref().unwrap_or_default();
    web.note_reading(&permit, &asking.path.study).await?;
    let tag = EntityTag::of([instance.sha256.to_string().as_str(), path, if single { "1" } else { "n" }]);
    if tag.is_known(&asking.headers) {
        return Ok(not_modified(&tag));
    }
    let value = web.retriever.bulk_data(&instance, path).await?.ok_or(Refused::NotFound)?;
    if !single {
        let whole = [part_head(OCTETS).as_bytes(), &value, b"\r\n", closing().as_bytes()].concat();
        return Ok((StatusCode::OK, multipart_headers(OCTETS, &tag), whole).into_response());
    }
    let mut answered = cached(&tag);
    answered.insert(header::CONTENT_TYPE, HeaderValue::from_static(OCTETS));
    answered.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    let length = value.len() as u64;
    let in_memory = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
    match asked_range(&asking.headers, &tag, length) {
        Asked::Whole => Ok((StatusCode::OK, answered, value).into_response()),
        Asked::Unsatisfiable => Err(Refused::Range { length }),
        Asked::Part(range) => {
            let content_range = format!("bytes {}-{}/{length}", range.start, range.end - 1);
            if let Ok(value) = HeaderValue::from_str(&content_range) {
                answered.insert(header::CONTENT_RANGE, value);
            }
            let part = value.slice(in_memory(range.start)..in_memory(range.end));
            Ok((StatusCode::PARTIAL_CONTENT, answered, part).into_response())
        }
    }
}
