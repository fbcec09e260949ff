//! JSON bodies, refused with a problem document.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use serde::de::DeserializeOwned;

use super::App;
use super::problem::Problem;

/// A JSON body.
#[derive(Debug, Clone, Copy)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        match Json::<T>::from_request(request, app).await {
            Ok(Json(value)) => Ok(Self(value)),
            Err(rejection) => Err(refused(&rejection)),
        }
    }
}

/// Longest idempotency key taken.
const KEY_LENGTH: usize = 200;

/// The request's `Idempotency-Key`, if it has one.
pub fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    match headers.get("idempotency-key").map(HeaderValue::to_str) {
        None => Ok(None),
        Some(Ok(key)) if (1..=KEY_LENGTH).contains(&key.len()) => Ok(Some(key.to_owned())),
        Some(_) => Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "idempotency_key",
            "an idempotency key has 1 to 200 visible ASCII characters",
        )),
    }
}

fn refused(rejection: &JsonRejection) -> Problem {
    match rejection {
        JsonRejection::JsonDataError(error) => {
            // serde's message names the key and what is allowed; values that it quotes are the sender's own.
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", error.body_text())
        }
        JsonRejection::JsonSyntaxError(_) => Problem::says(
            StatusCode::BAD_REQUEST,
            "malformed",
            "Le corps de la requête n'est pas du JSON.",
            "The request's body is not JSON.",
        ),
        JsonRejection::MissingJsonContentType(_) => Problem::says(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "Le corps doit être annoncé application/json.",
            "The body must be announced as application/json.",
        ),
        other => Problem::new(other.status(), "malformed", other.body_text()),
    }
}
