//! JSON bodies, refused with a problem document.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
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
