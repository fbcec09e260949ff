//! Retrieve Instances (PS3.18 section 10.4): whole files as stored, streamed from the vault.
//!
//! A client that names no transfer syntax gets what is stored: nothing is lost by it, and the default of the
//! standard (explicit little endian) is given where it is asked for by name.

mod form;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use tokio_util::io::ReaderStream;

use super::DicomWeb;
use super::asked::{Asking, Named};
use super::conditional::{Asked, EntityTag, asked_range};
use super::refusal::{Refused, cached, not_modified};
use crate::api::access::{Permit, ViewImages};
use crate::archive::{BlobError, FileStore};
use crate::pathway::retrieve::{Located, RetrieveError};
use form::{Form, choose};

/// Bytes read from the vault at once.
const CHUNK: usize = 128 * 1024;
pub(super) const BOUNDARY: &str = "vigie-2f6c0d2f8f0d4a4c9b7e";

/// A study, a series or an instance.
pub async fn retrieve(
    permit: Permit<ViewImages>,
    State(web): State<DicomWeb>,
    asking: Asking<Named>,
) -> Result<Response, Refused> {
    let located = web.retriever.locate(&web.sight(&permit), &asking.path.scope()).await?;
    if located.is_empty() {
        return Err(Refused::NotFound);
    }
    let form = choose(&asking.accepted(), &located)
        .ok_or(Refused::NotAcceptable("instances are application/dicom in their stored transfer syntax"))?;
    web.note_reading(&permit, &asking.path.study).await?;
    let digests: Vec<_> = located.iter().map(|instance| instance.sha256.to_string()).collect();
    let tag = EntityTag::of(digests.iter().map(String::as_str).chain([form.name()]));
    if tag.is_known(&asking.headers) {
        return Ok(not_modified(&tag));
    }
    match form {
        Form::Stored => Ok(multipart(&web, located, &tag)),
        Form::StoredSingle => single(&web.vault, &located[0], &tag, &asking.headers).await,
        Form::Explicit | Form::ExplicitSingle => explicit(&web, &located, form, &tag).await,
    }
}

/// The headers before one part's bytes.
pub(super) fn part_head(content_type: &str) -> String {
    format!("--{BOUNDARY}\r\nContent-Type: {content_type}\r\n\r\n")
}

/// What follows the last part.
pub(super) fn closing() -> String {
    format!("--{BOUNDARY}--\r\n")
}

/// The answer's own headers.
pub(super) fn multipart_headers(part_type: &str, tag: &EntityTag) -> HeaderMap {
    let mut headers = cached(tag);
    let content_type = format!("multipart/related; type=\"{part_type}\"; boundary={BOUNDARY}");
    if let Ok(value) = HeaderValue::from_str(&content_type) {
        headers.insert(header::CONTENT_TYPE, value);
    }
    headers
}

fn content_type_of(instance: &Located) -> String {
    format!("application/dicom; transfer-syntax={}", instance.transfer_syntax)
}

fn multipart(web: &DicomWeb, located: Vec<Located>, tag: &EntityTag) -> Response {
    let length: u64 = located
        .iter()
        .map(|instance| part_head(&content_type_of(instance)).len() as u64 + instance.size + 2)
        .sum::<u64>()
        + closing().len() as u64;
    let vault = web.vault.clone();
    let parts = stream::iter(located).then(move |instance| {
        let vault = vault.clone();
        async move {
            let reader = vault.reader(instance.blob, 0..instance.size).await?;
            let head = Bytes::from(part_head(&content_type_of(&instance)));
            let file = ReaderStream::with_capacity(reader, CHUNK).map_err(BlobError::from);
            let ends = stream::iter([Ok(Bytes::from_static(b"\r\n"))]);
            Ok::<_, BlobError>(stream::iter([Ok(head)]).chain(file).chain(ends))
        }
    });
    let body = parts.try_flatten().chain(stream::iter([Ok(Bytes::from(closing()))]));
    let mut headers = multipart_headers("application/dicom", tag);
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    (StatusCode::OK, headers, Body::from_stream(body)).into_response()
}

async fn single(
    vault: &FileStore,
    instance: &Located,
    tag: &EntityTag,
    asked: &HeaderMap,
) -> Result<Response, Refused> {
    let mut headers = cached(tag);
    if let Ok(value) = HeaderValue::from_str(&content_type_of(instance)) {
        headers.insert(header::CONTENT_TYPE, value);
    }
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    let (status, range) = match asked_range(asked, tag, instance.size) {
        Asked::Whole => (StatusCode::OK, 0..instance.size),
        Asked::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
        Asked::Unsatisfiable => return Err(Refused::Range { length: instance.size }),
    };
    if status == StatusCode::PARTIAL_CONTENT {
        let content_range = format!("bytes {}-{}/{}", range.start, range.end - 1, instance.size);
        if let Ok(value) = HeaderValue::from_str(&content_range) {
            headers.insert(header::CONTENT_RANGE, value);
        }
    }
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(range.end - range.start));
    let reader = vault.reader(instance.blob, range).await.map_err(RetrieveError::from)?;
    let body = Body::from_stream(ReaderStream::with_capacity(reader, CHUNK));
    Ok((status, headers, body).into_response())
}

/// Decoded to explicit little endian, one instance in memory at a time.
async fn explicit(
    web: &DicomWeb,
    located: &[Located],
    form: Form,
    tag: &EntityTag,
) -> Result<Response, Refused> {
    const CONTENT_TYPE: &str = "application/dicom; transfer-syntax=1.2.840.10008.1.2.1";
    let first = web.retriever.explicit_file(&located[0]).await?;
    if form == Form::ExplicitSingle {
        let mut headers = cached(tag);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
        return Ok((StatusCode::OK, headers, first).into_response());
    }
    let retriever = web.retriever.clone();
    let rest = stream::iter(located[1..].to_vec()).then(move |instance| {
        let retriever = retriever.clone();
        async move { retriever.explicit_file(&instance).await }
    });
    let body = stream::iter([Ok(first)])
        .chain(rest)
        .map_ok(|file| {
            let pieces = [Bytes::from(part_head(CONTENT_TYPE)), file, Bytes::from_static(b"\r\n")];
            stream::iter(pieces.map(Ok::<_, RetrieveError>))
        })
        .try_flatten()
        .chain(stream::iter([Ok(Bytes::from(closing()))]));
    Ok((StatusCode::OK, multipart_headers("application/dicom", tag), Body::from_stream(body)).into_response())
}
