//! How the signed-in person is reached: their own to see and to say.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::App;
use super::access::{Permit, ReadNotices};
use super::body::Body;
use super::problem::{FieldError, Problem, ProblemDocument};
use crate::domain::alerting::{Channel, Contact};
use crate::domain::wording::{Language, Text};
use crate::pathway::contact::{self, ContactError, NewSubscription};

/// Addresses and wishes, and what this server can send by.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactBody {
    /// `fr` or `en`.
    #[schema(value_type = String)]
    language: Language,
    email: Option<String>,
    pager: Option<String>,
    #[schema(value_type = Vec<String>)]
    muted: Vec<Channel>,
    /// Browsers of the person that take web push.
    browsers: usize,
    /// The channels that are configured here.
    #[schema(value_type = Vec<String>)]
    available: Vec<Channel>,
    /// The key that a browser subscribes with (RFC 8292), base64url.
    push_key: Option<String>,
}

/// How one is reached.
#[utoipa::path(get, path = "/api/v1/contact", tag = "calls", responses((status = 200, body = ContactBody),
    (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument)))]
pub async fn read(permit: Permit<ReadNotices>, State(app): State<App>) -> Result<Json<ContactBody>, Problem> {
    let (contact, browsers) = contact::contact_of(&app.desk, &permit.actor).await?;
    Ok(Json(ContactBody {
        language: contact.language,
        email: contact.email,
        pager: contact.pager,
        muted: contact.muted.into_iter().collect(),
        browsers,
        available: app.outward.channels.clone(),
        push_key: app.outward.push_key.clone(),
    }))
}

/// Addresses and wishes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactInput {
    #[schema(value_type = String)]
    language: Language,
    email: Option<String>,
    pager: Option<String>,
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    muted: Vec<Channel>,
}

/// Say how one is reached.
#[utoipa::path(put, path = "/api/v1/contact", tag = "calls", request_body = ContactInput, responses(
    (status = 204, description = "kept"), (status = 401, body = ProblemDocument),
    (status = 403, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub async fn write(
    permit: Permit<ReadNotices>,
    State(app): State<App>,
    Body(input): Body<ContactInput>,
) -> Result<StatusCode, Problem> {
    let ContactInput { language, email, pager, muted } = input;
    let contact = Contact { language, email, pager, muted: muted.into_iter().collect() };
    contact::set_contact(&app.desk, &permit.actor, &contact).await.map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}

fn refused(error: ContactError) -> Problem {
    let said = error.to_string();
    match error {
        ContactError::Invalid(invalid) => {
            let (pointer, fr) = match invalid.what {
                "email" => ("/email", "Une adresse, comme nom@hopital.example."),
                "pager" => ("/pager", "De 1 à 254 caractères, sans espace."),
                _ => ("/muted", "L'application appelle toujours."),
            };
            Problem::fields(&[FieldError { pointer, detail: Text::new(fr, said) }])
        }
        ContactError::Db(error) => error.into(),
    }
}

/// The browser's keys (RFC 8291).
#[derive(Debug, Deserialize, ToSchema)]
pub struct SubscriptionKeys {
    p256dh: String,
    auth: String,
}

/// A browser's offer to take web push, as `PushSubscription.toJSON()` has it.
#[derive(Debug, Deserialize, ToSchema)]
pub struct SubscriptionBody {
    endpoint: String,
    keys: SubscriptionKeys,
}

/// Let this browser be called.
#[utoipa::path(post, path = "/api/v1/contact/browsers", tag = "calls", request_body = SubscriptionBody, responses(
    (status = 204, description = "kept"), (status = 401, body = ProblemDocument),
    (status = 403, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub async fn subscribe(
    permit: Permit<ReadNotices>,
    State(app): State<App>,
    Body(body): Body<SubscriptionBody>,
) -> Result<StatusCode, Problem> {
    if !app.outward.push_services.allow(&body.endpoint) {
        return Err(Problem::fields(&[FieldError {
            pointer: "/endpoint",
            detail: Text::new(
                "Ce service de notification n'est pas autorisé ici (clé push_services).",
                "This push service is not allowed here (key push_services).",
            ),
        }]));
    }
    let SubscriptionBody { endpoint, keys } = body;
    let new = NewSubscription { endpoint, p256dh: keys.p256dh, auth: keys.auth };
    contact::subscribe(&app.desk, &permit.actor, new).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which browser.
#[derive(Debug, Deserialize, ToSchema)]
pub struct EndpointBody {
    endpoint: String,
}

/// Let this browser be called no more.
#[utoipa::path(delete, path = "/api/v1/contact/browsers", tag = "calls", request_body = EndpointBody, responses(
    (status = 204, description = "forgotten"), (status = 401, body = ProblemDocument),
    (status = 403, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub async fn unsubscribe(
    permit: Permit<ReadNotices>,
    State(app): State<App>,
    Body(body): Body<EndpointBody>,
) -> Result<StatusCode, Problem> {
    contact::unsubscribe(&app.desk, &permit.actor, &body.endpoint).await?;
    Ok(StatusCode::NO_CONTENT)
}
