//! Calls for specialists: a person's notices and answers, and a case's calls.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::App;
use super::access::{AnswerCall, CallSpecialist, CaseAccess, Permit, ReadNotices, ViewCase};
use super::body::Body;
use super::problem::{Problem, ProblemDocument};
use crate::domain::identity::{CallId, CaseId};
use crate::domain::rota::Specialty;
use crate::domain::wording::answer_refused;
use crate::pathway::answer_call::{self, AnswerError, Mine, my_notices};
use crate::pathway::ask_specialist::{AskError, ask_specialist};
use crate::pathway::view::calls::{CaseCalls, NoticeView, StoodDownView};
use crate::pathway::view_calls::view_calls;

/// The person's open notices, oldest first, and what they are not expected for any more until they have seen it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Notices {
    notices: Vec<NoticeView>,
    /// In the bell only: it interrupts nobody.
    stood_down: Vec<StoodDownView>,
}

/// The calls that wait for this person. Fetching them is recorded as their delivery.
#[utoipa::path(get, path = "/api/v1/notices", tag = "calls", responses((status = 200, body = Notices),
    (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument)))]
pub async fn notices(permit: Permit<ReadNotices>, State(app): State<App>) -> Result<Json<Notices>, Problem> {
    let Mine { notices, stood_down } = my_notices(&app.desk, &permit.actor).await?;
    Ok(Json(Notices { notices, stood_down }))
}

fn call_of(id: &str) -> Result<CallId, Problem> {
    id.parse().map_err(|_| Problem::not_found())
}

/// Tell that the call was looked at, or the word that one is not expected for it any more.
#[utoipa::path(post, path = "/api/v1/calls/{call}/seen", tag = "calls", params(("call" = String, Path)), responses(
    (status = 204, description = "recorded"), (status = 401, body = ProblemDocument),
    (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument)))]
pub async fn see(
    permit: Permit<ReadNotices>,
    State(app): State<App>,
    Path(call): Path<String>,
) -> Result<StatusCode, Problem> {
    answer_call::see_call(&app.desk, &permit.actor, call_of(&call)?).await.map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}

/// The case that the answer was about.
#[derive(Debug, Serialize, ToSchema)]
pub struct Answered {
    #[schema(value_type = String)]
    case_id: CaseId,
}

/// Accept a call: nobody else is called.
#[utoipa::path(post, path = "/api/v1/calls/{call}/accept", tag = "calls", params(("call" = String, Path)), responses(
    (status = 200, body = Answered), (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument),
    (status = 404, body = ProblemDocument), (status = 409, body = ProblemDocument)))]
pub async fn accept(
    permit: Permit<AnswerCall>,
    State(app): State<App>,
    Path(call): Path<String>,
) -> Result<Json<Answered>, Problem> {
    let answered = answer_call::accept_call(&app.desk, &permit.actor, call_of(&call)?).await;
    Ok(Json(Answered { case_id: answered.map_err(refused)? }))
}

/// Say that one cannot come: the next person is called without waiting.
#[utoipa::path(post, path = "/api/v1/calls/{call}/decline", tag = "calls", params(("call" = String, Path)), responses(
    (status = 200, body = Answered), (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument),
    (status = 404, body = ProblemDocument), (status = 409, body = ProblemDocument)))]
pub async fn decline(
    permit: Permit<AnswerCall>,
    State(app): State<App>,
    Path(call): Path<String>,
) -> Result<Json<Answered>, Problem> {
    let answered = answer_call::decline_call(&app.desk, &permit.actor, call_of(&call)?).await;
    Ok(Json(Answered { case_id: answered.map_err(refused)? }))
}

fn refused(error: AnswerError) -> Problem {
    match error {
        AnswerError::NoSuchCall => Problem::not_found(),
        AnswerError::Refused { refused, accepted_by } => {
            let text = answer_refused(refused, accepted_by.as_ref().map(|user| user.display_name.as_str()));
            Problem::says(StatusCode::CONFLICT, "not_open", &text.fr, &text.en)
        }
        AnswerError::Db(error) => error.into(),
    }
}

/// The case's calls: who was called when, by what channel, who is next, who accepted.
#[utoipa::path(get, path = "/api/v1/cases/{id}/calls", tag = "calls", params(("id" = String, Path)), responses(
    (status = 200, body = CaseCalls), (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument),
    (status = 404, body = ProblemDocument)))]
pub async fn of_case(
    access: CaseAccess<ViewCase>,
    State(app): State<App>,
) -> Result<Json<CaseCalls>, Problem> {
    Ok(Json(view_calls(&app.desk, access.case).await?))
}

/// Which specialist.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskBody {
    /// `neurologist`, `radiologist` or `interventionalist`.
    #[schema(value_type = String)]
    need: Specialty,
}

/// Call the specialist on call to the case.
#[utoipa::path(post, path = "/api/v1/cases/{id}/calls", tag = "calls", params(("id" = String, Path)),
    request_body = AskBody, responses((status = 201, body = CaseCalls), (status = 401, body = ProblemDocument),
    (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument),
    (status = 409, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub async fn ask(
    access: CaseAccess<CallSpecialist>,
    State(app): State<App>,
    Body(body): Body<AskBody>,
) -> Result<(StatusCode, Json<CaseCalls>), Problem> {
    match ask_specialist(&app.desk, &access.actor, access.case, body.need).await {
        Ok(_) => Ok((StatusCode::CREATED, Json(view_calls(&app.desk, access.case).await?))),
        Err(AskError::Desk(error)) => Err(error.into()),
        Err(AskError::Open) => Err(Problem::says(
            StatusCode::CONFLICT,
            "already_called",
            "Un appel pour cette spécialité est déjà en cours.",
            "A call for this specialty is under way already.",
        )),
    }
}
