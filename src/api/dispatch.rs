//! The regulator's options and decision.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::App;
use super::access::{CaseAccess, DecideDispatch, ViewDispatch};
use super::body::Body;
use super::problem::{FieldError, Problem, ProblemDocument};
use crate::domain::dispatch::Weather;
use crate::domain::time::Timestamp;
use crate::domain::wording::Text;
use crate::pathway::decide_dispatch::{Chosen, DispatchError, decide_dispatch};
use crate::pathway::dispatch_options::{Asked, DispatchOptions, dispatch_options};
use crate::pathway::view::DispatchDecisionView;

/// The transport options of a case, side by side.
#[utoipa::path(get, path = "/api/v1/cases/{id}/dispatch/options", tag = "dispatch", 
    params(("id" = String, Path), ("weather" = Option<String>, Query, description = "flyable, grounded or unknown")),
    responses((status = 200, body = DispatchOptions), (status = 401, body = ProblemDocument),
        (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument)))]
pub async fn options(
    access: CaseAccess<ViewDispatch>,
    State(app): State<App>,
    sky: Result<Query<Sky>, QueryRejection>,
) -> Result<Json<DispatchOptions>, Problem> {
    let Query(sky) = sky.map_err(|_| {
        field("/weather", "« flyable », « grounded » ou « unknown ».", "“flyable”, “grounded” or “unknown”.")
    })?;
    let asked = Asked { at: app.desk.now(), weather: sky.weather };
    Ok(Json(dispatch_options(&app.desk, access.case, asked).await?))
}

/// What the regulator says of the weather; unknown where nothing is said.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Sky {
    #[serde(default = "unknown")]
    weather: Weather,
}

fn unknown() -> Weather {
    Weather::Unknown
}

/// The plan chosen, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DispatchBody {
    plan: String,
    reason: String,
    /// The `at` of the options on the screen: those are kept as what was shown.
    #[schema(value_type = Option<String>, format = DateTime)]
    shown_at: Option<Timestamp>,
    /// As the options were asked: `flyable`, `grounded` or `unknown`.
    #[serde(default = "unknown")]
    #[schema(value_type = Option<String>)]
    weather: Weather,
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
    let DispatchBody { plan, reason, shown_at, weather } = body;
    let chosen = Chosen { plan, reason, shown_at, weather };
    match decide_dispatch(&app.desk, &access.actor, access.case, chosen).await {
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

fn field(pointer: &'static str, fr: &str, en: &str) -> Problem {
    Problem::fields(&[FieldError { pointer, detail: Text::new(fr, en) }])
}
