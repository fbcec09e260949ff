//! Retrieve Frames (PS3.18 section 10.4): by range of the file, compressed as stored where the client takes it.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::DicomWeb;
use super::accept::{MediaRange, Syntax, frame_type};
use super::asked::{Asking, Named};
use super::conditional::EntityTag;
use super::instances::{closing, multipart_headers, part_head};
use super::refusal::{Refused, cached, not_modified};
use crate::api::access::{Permit, ViewImages};
use crate::pathway::retrieve::{Located, RetrieveError, Retriever, is_native_little_endian};

const OCTETS: &str = "application/octet-stream";
const EXPLICIT: &str = "1.2.840.10008.1.2.1";
/// Frames asked for at once.
const MAX_FRAMES: usize = 10_000;

/// What the frames are given as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Stored,
    /// Uncompressed, little endian.
    Native,
    /// Uncompressed where it can be decoded: the client named nothing.
    NativeOrStored,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrapping {
    Multipart,
    Single,
}

/// The frames of a comma-separated list, in its order.
pub async fn retrieve(
    permit: Permit<ViewImages>,
    State(web): State<DicomWeb>,
    asking: Asking<Named>,
) -> Result<Response, Refused> {
    let list = asking.path.frames.as_deref().unwrap_or_default();
    let numbers = numbers(list)?;
    let located = web.retriever.locate(&web.sight(&permit), &asking.path.scope()).await?;
    let instance = located.into_iter().next().ok_or(Refused::NotFound)?;
    if let Some(beyond) = numbers.iter().find(|number| **number > instance.frames) {
        return Err(RetrieveError::NoSuchFrame(*beyond).into());
    }
    let (wrapping, encoding) = choose(&asking.accepted(), &instance, numbers.len())
        .ok_or(Refused::NotAcceptable("frames are uncompressed or in their stored transfer syntax"))?;
    web.note_reading(&permit, &asking.path.study).await?;
    let name = format!("{wrapping:?} {encoding:?} {list}");
    let tag = EntityTag::of([instance.sha256.to_string().as_str(), &name]);
    if tag.is_known(&asking.headers) {
        return Ok(not_modified(&tag));
    }
    answer(&web.retriever, instance, numbers, wrapping, encoding, &tag).await
}

/// Frame numbers, counted from 1.
fn numbers(list: &str) -> Result<Vec<u32>, Refused> {
    let parsed: Option<Vec<u32>> =
        list.split(',').map(|number| number.trim().parse().ok().filter(|number| *number > 0)).collect();
    parsed
        .filter(|numbers| numbers.len() <= MAX_FRAMES)
        .ok_or_else(|| Refused::Malformed("frames are a list of numbers from 1".to_owned()))
}

fn choose(accepted: &[MediaRange], instance: &Located, count: usize) -> Option<(Wrapping, Encoding)> {
    if accepted.is_empty() {
        return Some((Wrapping::Multipart, Encoding::NativeOrStored));
    }
    accepted.iter().find_map(|range| {
        let (wrapping, media_type) = match range.part_type() {
            Some(media_type) => (Wrapping::Multipart, media_type),
            None if range.essence == "*/*" => (Wrapping::Multipart, "*/*"),
            None if count == 1 => (Wrapping::Single, range.essence.as_str()),
            None => return None,
        };
        encoding_of(media_type, &range.syntax(), instance.transfer_syntax.as_str())
            .map(|encoding| (wrapping, encoding))
    })
}

fn encoding_of(media_type: &str, syntax: &Syntax, stored: &str) -> Option<Encoding> {
    let of_stored = frame_type(stored);
    match (media_type, syntax) {
        (OCTETS | "*/*" | "application/*", Syntax::Any) => Some(Encoding::Stored),
        (_, Syntax::Of(uid)) if uid == stored && (media_type == of_stored || media_type == OCTETS) => {
            Some(Encoding::Stored)
        }
        ("*/*", Syntax::Unsaid) => Some(Encoding::NativeOrStored),
        (OCTETS | "application/*", Syntax::Unsaid) => Some(Encoding::Native),
        (OCTETS | "*/*" | "application/*", Syntax::Of(uid)) if uid == EXPLICIT => Some(Encoding::Native),
        ("image/*" | "video/*", Syntax::Unsaid | Syntax::Any)
            if of_stored.split('/').next() == media_type.split('/').next() =>
        {
            Some(Encoding::Stored)
        }
        (_, Syntax::Unsaid | Syntax::Any) if media_type == of_stored => Some(Encoding::Stored),
        _ => None,
    }
}

async fn answer(
    retriever: &Retriever,
    instance: Located,
    numbers: Vec<u32>,
    wrapping: Wrapping,
    encoding: Encoding,
    tag: &EntityTag,
) -> Result<Response, Refused> {
    // The first frame decides whether there is an answer at all; a later failure can only cut it short.
    let mut numbers = numbers.into_iter();
    let number = numbers.next().ok_or(Refused::NotFound)?;
    let (first, encoding) = first_frame(retriever, &instance, number, encoding).await?;
    let (media_type, content_type) = match encoding {
        Encoding::Native | Encoding::NativeOrStored => {
            (OCTETS, format!("{OCTETS}; transfer-syntax={EXPLICIT}"))
        }
        Encoding::Stored => {
            let stored = instance.transfer_syntax.as_str();
            let media_type = if is_native_little_endian(stored) { OCTETS } else { frame_type(stored) };
            (media_type, format!("{media_type}; transfer-syntax={stored}"))
        }
    };
    if wrapping == Wrapping::Single {
        let mut headers = cached(tag);
        if let Ok(value) = HeaderValue::from_str(&content_type) {
            headers.insert(header::CONTENT_TYPE, value);
        }
        return Ok((StatusCode::OK, headers, first).into_response());
    }
    let headers = multipart_headers(media_type, tag);
    let head = Bytes::from(part_head(&content_type));
    if numbers.len() == 0 {
        let whole = [&head[..], &first, b"\r\n", closing().as_bytes()].concat();
        return Ok((StatusCode::OK, headers, whole).into_response());
    }
    let retriever = retriever.clone();
    let rest = stream::iter(numbers).then(move |number| {
        let (retriever, instance) = (retriever.clone(), instance.clone());
        async move { read(&retriever, &instance, number, encoding).await }
    });
    let body = stream::iter([Ok(first)])
        .chain(rest)
        .map_ok(move |frame| {
            let pieces = [head.clone(), frame, Bytes::from_static(b"\r\n")];
            stream::iter(pieces.map(Ok::<_, RetrieveError>))
        })
        .try_flatten()
        .chain(stream::iter([Ok(Bytes::from(closing()))]));
    Ok((StatusCode::OK, headers, Body::from_stream(body)).into_response())
}

/// The first frame, and what all are then given as. Pixels of a deflated data set have no stored form of their
/// own, and what cannot be decoded has no other.
async fn first_frame(
    retriever: &Retriever,
    instance: &Located,
    number: u32,
    encoding: Encoding,
) -> Result<(Bytes, Encoding), RetrieveError> {
    let first = read(retriever, instance, number, encoding).await;
    let other = match (encoding, &first) {
        (Encoding::Stored, Err(RetrieveError::NoFrames)) => Encoding::Native,
        (Encoding::NativeOrStored, Err(RetrieveError::Undecodable(_))) => Encoding::Stored,
        _ => return first.map(|frame| (frame, encoding)),
    };
    Ok((read(retriever, instance, number, other).await?, other))
}

async fn read(
    retriever: &Retriever,
    instance: &Located,
    number: u32,
    encoding: Encoding,
) -> Result<Bytes, RetrieveError> {
    match encoding {
        Encoding::Stored => retriever.stored_frame(instance, number).await,
        Encoding::Native | Encoding::NativeOrStored => retriever.native_frame(instance, number).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JPEG_LS: &str = "1.2.840.10008.1.2.4.80";

    #[test]
    fn the_stored_encoding_is_given_only_to_who_takes_it() {
        let of = |syntax: &str| Syntax::Of(syntax.to_owned());
        assert_eq!(encoding_of(OCTETS, &Syntax::Unsaid, JPEG_LS), Some(Encoding::Native));
        assert_eq!(encoding_of(OCTETS, &Syntax::Any, JPEG_LS), Some(Encoding::Stored));
        assert_eq!(encoding_of("image/jls", &Syntax::Unsaid, JPEG_LS), Some(Encoding::Stored));
        assert_eq!(encoding_of("image/jls", &of(JPEG_LS), JPEG_LS), Some(Encoding::Stored));
        assert_eq!(encoding_of("image/*", &Syntax::Any, JPEG_LS), Some(Encoding::Stored));
        assert_eq!(encoding_of("image/jp2", &Syntax::Any, JPEG_LS), None);
        assert_eq!(encoding_of(OCTETS, &of("1.2.840.10008.1.2.4.90"), JPEG_LS), None);
        assert_eq!(encoding_of(OCTETS, &of(EXPLICIT), JPEG_LS), Some(Encoding::Native));
        assert_eq!(encoding_of("video/*", &Syntax::Any, JPEG_LS), None);
    }

    #[test]
    fn frame_lists_are_numbers_from_one() {
        assert_eq!(numbers("1,3, 2").unwrap(), [1, 3, 2]);
        for wrong in ["", "0", "1,,2", "-1", "a"] {
            assert!(numbers(wrong).is_err(), "{wrong}");
        }
    }
}
