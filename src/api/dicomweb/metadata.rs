//! Retrieve Metadata (PS3.18 section 10.4): the stored JSON, with this server's addresses of bulk data.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::DicomWeb;
use super::asked::{Asking, Named};
use super::conditional::EntityTag;
use super::refusal::{Refused, cached, not_modified};
use crate::api::access::{Permit, ViewImages};
use crate::db::search::Page;
use crate::imaging::metadata::BULK_DATA_PREFIX;

/// Of a study, a series or an instance.
pub async fn retrieve(
    permit: Permit<ViewImages>,
    State(web): State<DicomWeb>,
    asking: Asking<Named>,
) -> Result<Response, Refused> {
    if !asking.takes_json() {
        return Err(Refused::NotAcceptable("metadata are application/dicom+json"));
    }
    let everything = Page { limit: i64::MAX, offset: 0 };
    let found = web.retriever.metadata(&web.sight(&permit), &asking.path.scope(), everything).await?;
    if found.is_empty() {
        return Err(Refused::NotFound);
    }
    web.note_reading(&permit, &asking.path.study).await?;
    let base = format!("{}/studies/{}", asking.base_url(), asking.path.study);
    let tag = EntityTag::of(found.iter().map(|row| row.sha256.as_str()).chain([base.as_str()]));
    if tag.is_known(&asking.headers) {
        return Ok(not_modified(&tag));
    }
    let mut body = String::with_capacity(found.iter().map(|row| row.metadata.len() + 512).sum());
    for (i, row) in found.iter().enumerate() {
        body.push(if i == 0 { '[' } else { ',' });
        let instance = format!("{base}/series/{}/instances/{}/", row.series_uid, row.sop_uid);
        body.push_str(&with_addresses(&row.metadata, &instance));
    }
    body.push(']');
    let mut answered = cached(&tag);
    answered.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/dicom+json"));
    Ok((StatusCode::OK, answered, Body::from(body)).into_response())
}

/// Puts the instance's address before each relative one. Quotes within a JSON string are escaped, so the
/// pattern is only ever the key and its value.
fn with_addresses(metadata: &str, instance: &str) -> String {
    let relative = format!("\"BulkDataURI\":\"{BULK_DATA_PREFIX}");
    metadata.replace(&relative, &format!("\"BulkDataURI\":\"{instance}{BULK_DATA_PREFIX}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_bulk_data_gets_an_address() {
        let metadata = r#"{"00104000":{"vr":"LT","Value":["\"BulkDataURI\":\"bulkdata/x"]},"7FE00010":{"BulkDataURI":"bulkdata/7FE00010","vr":"OW"}}"#;
        let addressed = with_addresses(metadata, "http://h/i/");
        assert_eq!(addressed.matches("http://h/i/").count(), 1);
        assert!(addressed.contains(r#""BulkDataURI":"http://h/i/bulkdata/7FE00010""#));
    }
}
