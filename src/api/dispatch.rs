//! The regulator's options and decision.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::App;
use super::access::{CaseAccess, DecideDispatch, ViewDispatch};
use super::body::Body;
use super::problem::{FieldError, Problem, ProblemDocument};
use crate::domain::wording::Text;
use crate::pathway::decide_dispatch::{DispatchError, decide_dispatch};
use crate::pathway::dispatch_options::{DispatchOptions, dispatch_options};
use crate::pathway::view::DispatchDecisionView;

/// The transport options of a case, side by side.
#[utoipa::path(get, path = "/api/v1/cases/{id}/dispatch/options", tag = "dispatch", params(("id" = String, Path)),
    responses((status = 200, body = DispatchOptions), (status = 401, body = ProblemDocument),
        (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument)))]
pub async fn options(
    access: CaseAccess<ViewDispatch>,
    State(app): State<App>,
) -> Result<Json<DispatchOptions>, Problem> {
    Ok(Json(dispatch_options(&app.desk, access.case).await?))
}

/// The plan chosen, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DispatchBody {
    plan: String,
    reason: String,
}

/// Decide on a transport.
#[utoipa::path(post, path = "/api/v1/cases/{id}/dispatch/decision", tag = "dispatch", params(("id" = String, Path)),
    request_body = DispatchBody, responses((status = 201, body = DispatchDecisionView),
        (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument),
        (status = 404, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub async fn decide(
    access: CaseAccess<DecideDispatch>,
    State(app): State<App>,
    Body(body): Body<DispatchBody>,
) -> Result<(StatusCode, Json<DispatchDecisionView>), Problem> {
    let field =
        |pointer, fr: &str, en: &str| Problem::fields(&[FieldError { pointer, detail: Text::new(fr, en) }]);
    match decide_dispatch(&app.desk, &access.actor, access.case, body.plan, body.reason).await {
        Ok(decision) => Ok((StatusCode::CREATED, Json(decision))),
        Err(DispatchError::Desk(error)) => Err(error.into()),
        Err(DispatchError::NoSuchPlan) => {
            Err(field("/plan", "Ce plan n'est pas parmi les options.", "This plan is not among the options."))
        }
        Err(DispatchError::NoReason) => {
            Err(field("/reason", "Une décision demande sa raison.", "A decision needs its reason."))
        }
    }
}
