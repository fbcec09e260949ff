//! Calls: opening, participants, and the media signalling of RFC 9725 (WHIP) and its counterpart WHEP.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::access::{CaseAccess, ConsultAccess, JoinConsult};
use super::problem::{Problem, ProblemDocument};
use crate::domain::identity::{CaseId, ConsultId, ParticipantId};
use crate::pathway::media::{Answer, MediaError, Patched, ResourceId};
use crate::pathway::open_consult::{Opened, open_consult, take_seat};

const SDP: &str = "application/sdp";
const SDP_FRAGMENT: &str = "application/trickle-ice-sdpfrag";

/// The case's consultation.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsultOpened {
    #[schema(value_type = String)]
    consult_id: ConsultId,
}

/// Open the case's call, or join the open one.
#[utoipa::path(post, path = "/api/v1/cases/{id}/consults", tag = "consults", params(("id" = String, Path)),
    responses((status = 201, body = ConsultOpened), (status = 200, body = ConsultOpened),
        (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument),
        (status = 404, body = ProblemDocument)))]
pub async fn open(
    access: CaseAccess<JoinConsult>,
    State(app): State<App>,
) -> Result<(StatusCode, Json<ConsultOpened>), Problem> {
    Ok(match open_consult(&app.desk, &access.actor, access.case).await? {
        Opened::New(consult_id) => (StatusCode::CREATED, Json(ConsultOpened { consult_id })),
        Opened::Existing(consult_id) => (StatusCode::OK, Json(ConsultOpened { consult_id })),
    })
}

/// A person in a call.
#[derive(Debug, Serialize, ToSchema)]
pub struct ParticipantBody {
    #[schema(value_type = String)]
    participant_id: ParticipantId,
    username: String,
    display_name: String,
    role: String,
    /// Whether their media flows.
    publishing: bool,
}

/// A call and who takes part.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsultBody {
    #[schema(value_type = String)]
    consult_id: ConsultId,
    #[schema(value_type = String)]
    case_id: CaseId,
    participants: Vec<ParticipantBody>,
}

/// Who takes part in a call.
#[utoipa::path(get, path = "/api/v1/consults/{id}", tag = "consults", params(("id" = String, Path)), responses(
    (status = 200, body = ConsultBody), (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument),
    (status = 404, body = ProblemDocument)))]
pub async fn get(access: ConsultAccess<JoinConsult>, State(app): State<App>) -> Json<ConsultBody> {
    let consult = access.consult;
    let publishing = app.relay.publishing(consult.id);
    let participants = consult.participants.into_iter().map(|p| ParticipantBody {
        participant_id: p.id,
        username: p.username,
        display_name: p.display_name,
        role: p.role,
        publishing: publishing.contains(&p.id),
    });
    Json(ConsultBody { consult_id: consult.id, case_id: consult.case, participants: participants.collect() })
}

fn must_be(headers: &HeaderMap, expected: &'static str) -> Result<(), Problem> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case(expected) {
        return Ok(());
    }
    let name = if expected == SDP {
        HeaderName::from_static("accept-post")
    } else {
        HeaderName::from_static("accept-patch")
    };
    Err(Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "unsupported_media_type",
        format!("the body must be {expected}"),
    )
    .with_header(name, HeaderValue::from_static(expected)))
}

fn refused(error: &MediaError) -> Problem {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if status == StatusCode::INTERNAL_SERVER_ERROR {
        return Problem::internal(error);
    }
    let problem = Problem::new(status, error.code(), error.to_string());
    match error {
        MediaError::Busy => problem.with_header(header::RETRY_AFTER, HeaderValue::from_static("5")),
        _ => problem,
    }
}

fn created(consult: ConsultId, kind: &str, answer: Answer) -> Result<Response, Problem> {
    let value = |text: String| HeaderValue::try_from(text).map_err(|error| Problem::internal(&error));
    let location = value(format!("/api/v1/consults/{consult}/{kind}/{}", answer.resource))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(SDP)),
        (header::LOCATION, location),
        (header::ETAG, value(answer.etag)?),
        (HeaderName::from_static("accept-patch"), HeaderValue::from_static(SDP_FRAGMENT)),
    ];
    Ok((StatusCode::CREATED, headers, answer.sdp).into_response())
}

/// Send one's camera and microphone (WHIP, RFC 9725).
#[utoipa::path(post, path = "/api/v1/consults/{id}/whip", tag = "consults", params(("id" = String, Path)),
    request_body(content = String, content_type = "application/sdp"), responses(
        (status = 201, description = "SDP answer", content_type = "application/sdp", body = String),
        (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument),
        (status = 404, body = ProblemDocument), (status = 415, body = ProblemDocument)))]
pub async fn ingest(
    access: ConsultAccess<JoinConsult>,
    State(app): State<App>,
    headers: HeaderMap,
    offer: String,
) -> Result<Response, Problem> {
    must_be(&headers, SDP)?;
    let seat = take_seat(&app.desk, &access.actor, access.consult.id).await?;
    let answer = app.relay.ingest(seat, offer).await.map_err(|error| refused(&error))?;
    created(access.consult.id, "whip", answer)
}

/// Whom to watch.
#[derive(Debug, Deserialize, IntoParams)]
pub struct Watched {
    /// Participant id.
    of: String,
}

/// Receive one participant's media (WHEP).
#[utoipa::path(post, path = "/api/v1/consults/{id}/whep", tag = "consults", params(("id" = String, Path), Watched),
    request_body(content = String, content_type = "application/sdp"), responses(
        (status = 201, description = "SDP answer", content_type = "application/sdp", body = String),
        (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument),
        (status = 404, body = ProblemDocument), (status = 415, body = ProblemDocument)))]
pub async fn egress(
    access: ConsultAccess<JoinConsult>,
    State(app): State<App>,
    request: Signalling,
) -> Result<Response, Problem> {
    must_be(&request.headers, SDP)?;
    let source: ParticipantId = request.of.and_then(|of| of.parse().ok()).ok_or_else(Problem::not_found)?;
    if !access.consult.participants.iter().any(|participant| participant.id == source) {
        return Err(Problem::not_found());
    }
    let seat = take_seat(&app.desk, &access.actor, access.consult.id).await?;
    let answer = app.relay.egress(seat, source, request.body).await.map_err(|error| refused(&error))?;
    created(access.consult.id, "whep", answer)
}

/// What a media request brings besides its path's consultation.
#[derive(Debug)]
pub struct Signalling {
    headers: HeaderMap,
    of: Option<String>,
    body: String,
}

impl axum::extract::FromRequest<App> for Signalling {
    type Rejection = Problem;
    async fn from_request(request: axum::extract::Request, app: &App) -> Result<Self, Problem> {
        let headers = request.headers().clone();
        let of = Query::<Watched>::try_from_uri(request.uri()).ok().map(|Query(watched)| watched.of);
        let body = String::from_request(request, app)
            .await
            .map_err(|rejection| Problem::new(rejection.status(), "malformed", rejection.body_text()))?;
        Ok(Self { headers, of, body })
    }
}

/// What the media endpoints take.
#[utoipa::path(options, path = "/api/v1/consults/{id}/whip", tag = "consults", params(("id" = String, Path)),
    responses((status = 204, description = "Accept-Post names the type taken")))]
pub async fn describe(_access: ConsultAccess<JoinConsult>) -> Response {
    let accepts = [(HeaderName::from_static("accept-post"), HeaderValue::from_static(SDP))];
    (StatusCode::NO_CONTENT, accepts).into_response()
}

#[derive(Debug, Deserialize)]
pub struct ResourcePath {
    resource: String,
}

/// Trickle candidates or restart ICE.
#[utoipa::path(patch, path = "/api/v1/consults/{id}/whip/{resource}", tag = "consults",
    params(("id" = String, Path), ("resource" = String, Path)),
    request_body(content = String, content_type = "application/trickle-ice-sdpfrag"), responses(
        (status = 204, description = "candidates taken"), (status = 200, description = "ICE restarted"),
        (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument),
        (status = 404, body = ProblemDocument), (status = 412, body = ProblemDocument),
        (status = 415, body = ProblemDocument), (status = 428, body = ProblemDocument)))]
pub async fn patch(
    access: ConsultAccess<JoinConsult>,
    State(app): State<App>,
    Path(path): Path<ResourcePath>,
    request: Signalling,
) -> Result<Response, Problem> {
    must_be(&request.headers, SDP_FRAGMENT)?;
    let resource: ResourceId = path.resource.parse().map_err(|_| Problem::not_found())?;
    let seat = take_seat(&app.desk, &access.actor, access.consult.id).await?;
    let if_match = request.headers.get(header::IF_MATCH).and_then(|v| v.to_str().ok()).map(str::to_owned);
    match app.relay.patch(seat, resource, request.body, if_match).await.map_err(|error| refused(&error))? {
        Patched::Trickled => Ok(StatusCode::NO_CONTENT.into_response()),
        Patched::Restarted { sdpfrag, etag } => {
            let etag = HeaderValue::try_from(etag).map_err(|error| Problem::internal(&error))?;
            let headers =
                [(header::CONTENT_TYPE, HeaderValue::from_static(SDP_FRAGMENT)), (header::ETAG, etag)];
            Ok((StatusCode::OK, headers, sdpfrag).into_response())
        }
    }
}

/// End a media session.
#[utoipa::path(delete, path = "/api/v1/consults/{id}/whip/{resource}", tag = "consults",
    params(("id" = String, Path), ("resource" = String, Path)), responses(
        (status = 200, description = "ended"), (status = 401, body = ProblemDocument),
        (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument)))]
pub async fn end(
    access: ConsultAccess<JoinConsult>,
    State(app): State<App>,
    Path(path): Path<ResourcePath>,
) -> Result<StatusCode, Problem> {
    let resource: ResourceId = path.resource.parse().map_err(|_| Problem::not_found())?;
    let seat = take_seat(&app.desk, &access.actor, access.consult.id).await?;
    app.relay.end(seat, resource).await.map_err(|error| refused(&error))?;
    Ok(StatusCode::OK)
}
