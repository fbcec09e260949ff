//! RFC 9457 problem documents. Each error has two messages: the person's, with the remedy and without the patient;
//! and the log's, with the cause.

use std::error::Error;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::db::DbError;
use crate::domain::wording::Text;
use crate::pathway::desk::DeskError;

/// `application/problem+json`
pub const MEDIA_TYPE: &str = "application/problem+json";

/// An error as it is answered.
#[derive(Debug, Clone)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: Text,
    more: Map<String, Value>,
    headers: HeaderMap,
}

/// A field that was refused, by its JSON pointer (RFC 6901).
#[derive(Debug, Clone)]
pub struct FieldError {
    pub pointer: &'static str,
    pub detail: Text,
}

/// The document's form, for its description.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemDocument {
    /// `about:blank`: the status says it.
    r#type: String,
    title: String,
    status: u16,
    /// In English.
    detail: String,
    detail_text: crate::pathway::view::Words,
    instance: String,
    /// Stable word for machines.
    code: String,
}

impl Problem {
    /// A problem whose detail is English only, for machines' interfaces.
    #[must_use]
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self::says(status, code, &detail.clone(), &detail)
    }

    /// A problem with its detail for people, French and English.
    #[must_use]
    pub fn says(status: StatusCode, code: &'static str, fr: &str, en: &str) -> Self {
        Self { status, code, detail: Text::new(fr, en), more: Map::new(), headers: HeaderMap::new() }
    }

    /// 500, its cause logged here and nowhere shown.
    #[must_use]
    pub fn internal(cause: &(dyn Error + 'static)) -> Self {
        tracing::error!(error = cause, "a request failed");
        Self::says(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Le serveur a échoué. Réessayez ; si cela dure, prévenez l'administrateur.",
            "The server failed. Try again; if it lasts, tell the administrator.",
        )
    }

    /// 404: no such thing, or not for this person.
    #[must_use]
    pub fn not_found() -> Self {
        Self::says(
            StatusCode::NOT_FOUND,
            "not_found",
            "Introuvable, ou hors de votre accès.",
            "Not found, or not for you to see.",
        )
    }

    /// 422 with the refused fields.
    #[must_use]
    pub fn fields(errors: &[FieldError]) -> Self {
        let errors: Vec<Value> =
            errors.iter().map(|e| json!({ "pointer": e.pointer, "detail": e.detail })).collect();
        Self::says(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid",
            "Certaines valeurs sont refusées ; corrigez-les et renvoyez.",
            "Some values are refused; correct them and send again.",
        )
        .with("errors", Value::Array(errors))
    }

    /// With one more member.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.more.insert(name.to_owned(), value);
        self
    }

    /// With a header.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    fn document(&self, instance: Option<&str>) -> Value {
        let mut document = self.more.clone();
        document.insert("type".to_owned(), json!("about:blank"));
        document.insert("title".to_owned(), json!(self.status.canonical_reason().unwrap_or("Error")));
        document.insert("status".to_owned(), json!(self.status.as_u16()));
        document.insert("detail".to_owned(), json!(self.detail.en));
        document.insert("detail_text".to_owned(), json!(self.detail));
        document.insert("code".to_owned(), json!(self.code));
        if let Some(instance) = instance {
            document.insert("instance".to_owned(), json!(instance));
        }
        Value::Object(document)
    }

    fn answer(&self, instance: Option<&str>) -> Response {
        let body = self.document(instance).to_string();
        let mut response = (self.status, [(header::CONTENT_TYPE, MEDIA_TYPE)], body).into_response();
        response.headers_mut().extend(self.headers.clone());
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.answer(None);
        response.extensions_mut().insert(self);
        response
    }
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        Self::internal(&error)
    }
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::NoSuchCase => Self::not_found(),
            DeskError::Db(error) => error.into(),
        }
    }
}

/// Names the request in every problem, and makes problems of errors that other layers answered in plain text.
pub async fn complete(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        return problem.answer(Some(&path));
    }
    let status = response.status();
    let is_plain = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_none_or(|value| value.as_bytes().starts_with(b"text/plain"));
    if !(status.is_client_error() || status.is_server_error()) || !is_plain {
        return response;
    }
    let code = match status {
        StatusCode::NOT_FOUND => "not_found",
        StatusCode::METHOD_NOT_ALLOWED => "method_not_allowed",
        StatusCode::PAYLOAD_TOO_LARGE => "too_large",
        StatusCode::REQUEST_TIMEOUT => "slow",
        _ => "refused",
    };
    let title = status.canonical_reason().unwrap_or("Error");
    let mut answer = Problem::new(status, code, title).answer(Some(&path));
    if let Some(allow) = response.headers_mut().remove(header::ALLOW) {
        answer.headers_mut().insert(header::ALLOW, allow);
    }
    let _: Body = response.into_body();
    answer
}
