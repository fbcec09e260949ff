//! What a request names and who asks.

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::accept::{self, MediaRange};
use super::refusal::Refused;
use crate::api::App;
use crate::db::search::Scope;
use crate::domain::identity::{SeriesUid, SopInstanceUid, StudyUid};

/// The identifiers in the path of a search or a store, each of which may be absent.
#[derive(Debug, Clone, Deserialize)]
pub struct Within {
    pub study: Option<StudyUid>,
    pub series: Option<SeriesUid>,
}

/// The identifiers in the path of a retrieval.
#[derive(Debug, Clone, Deserialize)]
pub struct Named {
    pub study: StudyUid,
    pub series: Option<SeriesUid>,
    pub instance: Option<SopInstanceUid>,
    /// A list of frame numbers, counted from 1.
    pub frames: Option<String>,
    /// Of bulk data: tags and item numbers.
    pub path: Option<String>,
}

impl Named {
    #[must_use]
    pub fn scope(&self) -> Scope {
        Scope { study: self.study.clone(), series: self.series.clone(), instance: self.instance.clone() }
    }
}

/// What a request says beside its body.
#[derive(Debug)]
pub struct Asking<P> {
    pub path: P,
    pub query: Vec<(String, String)>,
    pub headers: HeaderMap,
}

impl<P: DeserializeOwned + Send> FromRequestParts<App> for Asking<P> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refused> {
        let Path(path) = Path::from_request_parts(parts, app)
            .await
            .map_err(|error| Refused::Malformed(error.body_text()))?;
        let Query(query) = Query::from_request_parts(parts, app)
            .await
            .map_err(|error| Refused::Malformed(error.body_text()))?;
        Ok(Self { path, query, headers: parts.headers.clone() })
    }
}

impl<P> Asking<P> {
    /// Where this server's resources are, as the client calls it.
    #[must_use]
    pub fn base_url(&self) -> String {
        let text = |name| self.headers.get(name).and_then(|value| value.to_str().ok());
        let scheme = match text(header::HeaderName::from_static("x-forwarded-proto")) {
            Some("https") => "https",
            _ => "http",
        };
        let host = text(header::HOST).unwrap_or("localhost");
        format!("{scheme}://{host}/dicomweb")
    }

    /// The forms the client takes; the query parameter weighs more than the header (PS3.18 section 8.7.4).
    #[must_use]
    pub fn accepted(&self) -> Vec<MediaRange> {
        if let Some((_, asked)) = self.query.iter().find(|(name, _)| name == "accept") {
            return accept::parse(asked);
        }
        let values = self.headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
        accept::parse(&values.collect::<Vec<_>>().join(","))
    }

    /// Whether JSON of the DICOM model may be answered.
    #[must_use]
    pub fn takes_json(&self) -> bool {
        let accepted = self.accepted();
        let json = ["application/dicom+json", "application/json", "application/*", "*/*"];
        accepted.is_empty() || accepted.iter().any(|range| json.contains(&range.essence.as_str()))
    }
}
