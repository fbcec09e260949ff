//! The regulator's options and decision.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::App;
use super::access::{CaseAccess, DecideDispatch, Permit, ViewDispatch};
use super::body::Body;
use super::problem::{FieldError, Problem, ProblemDocument};
use crate::domain::clinical::milestone::{MilestoneKind, Refused};
use crate::domain::dispatch::Weather;
use crate::domain::time::Timestamp;
use crate::domain::wording::Text;
use crate::pathway::decide_dispatch::{Chosen, DispatchError, decide_dispatch};
use crate::pathway::dispatch_options::{Asked, DispatchOptions, dispatch_options};
use crate::pathway::dispatch_record::{DispatchRecord, Foresight, MomentsView, dispatch_record, foresight};
use crate::pathway::enter_actual::{ActualError, enter_actual};
use crate::pathway::record_milestone::MilestoneError;
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
    /// Why the gate that stops the plan does not hold: needed to decide against it.
    #[serde(default)]
    despite: String,
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
        (status = 404, body = ProblemDocument), (status = 409, body = ProblemDocument),
        (status = 422, body = ProblemDocument)))]
pub async fn decide(
    access: CaseAccess<DecideDispatch>,
    State(app): State<App>,
    Body(body): Body<DispatchBody>,
) -> Result<(StatusCode, Json<DispatchDecisionView>), Problem> {
    let DispatchBody { plan, reason, despite, shown_at, weather } = body;
    let chosen = Chosen { plan, reason, despite, shown_at, weather };
    match decide_dispatch(&app.desk, &access.actor, access.case, chosen).await {
        Ok(decision) => Ok((StatusCode::CREATED, Json(decision))),
        Err(DispatchError::Desk(error)) => Err(error.into()),
        Err(DispatchError::NoSuchPlan) => {
            Err(field("/plan", "Ce plan n'est pas parmi les options.", "This plan is not among the options."))
        }
        Err(DispatchError::Stopped(stopped)) => Err(stopped_by(&stopped.gate)),
        Err(DispatchError::NoReason) => {
            Err(field("/reason", "Une décision demande sa raison.", "A decision needs its reason."))
        }
    }
}

/// Every decision on the case's transport with what was shown, and what happened against what was foreseen.
#[utoipa::path(get, path = "/api/v1/cases/{id}/dispatch/record", tag = "dispatch", params(("id" = String, Path)),
    responses((status = 200, body = DispatchRecord), (status = 401, body = ProblemDocument),
        (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument)))]
pub async fn record(
    access: CaseAccess<ViewDispatch>,
    State(app): State<App>,
) -> Result<Json<DispatchRecord>, Problem> {
    Ok(Json(dispatch_record(&app.desk, access.case).await?))
}

/// The real times of the transport.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActualBody {
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    departure: Option<Timestamp>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    arrival: Option<Timestamp>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    needle: Option<Timestamp>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    groin: Option<Timestamp>,
    /// Needed to change a time that is known.
    #[serde(default)]
    reason: String,
}

/// Enter the real times of a transport that was decided.
#[utoipa::path(post, path = "/api/v1/cases/{id}/dispatch/actual", tag = "dispatch", params(("id" = String, Path)),
    request_body = ActualBody, responses((status = 201, body = DispatchRecord),
        (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument),
        (status = 404, body = ProblemDocument), (status = 409, body = ProblemDocument),
        (status = 422, body = ProblemDocument)))]
pub async fn actual(
    access: CaseAccess<DecideDispatch>,
    State(app): State<App>,
    Body(body): Body<ActualBody>,
) -> Result<(StatusCode, Json<DispatchRecord>), Problem> {
    let ActualBody { departure, arrival, needle, groin, reason } = body;
    let real = MomentsView { departure, arrival, needle, groin };
    match enter_actual(&app.desk, &access.actor, access.case, real, &reason).await {
        Ok(record) => Ok((StatusCode::CREATED, Json(record))),
        Err(error) => Err(not_taken(error)),
    }
}

/// Foreseen against real over all transports of the hospitals that one sees.
#[utoipa::path(get, path = "/api/v1/dispatch/foresight", tag = "dispatch", responses(
    (status = 200, body = Foresight), (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument)))]
pub async fn overall(
    access: Permit<ViewDispatch>,
    State(app): State<App>,
) -> Result<Json<Foresight>, Problem> {
    Ok(Json(foresight(&app.desk, &access.actor).await?))
}

/// 409 with the gate: the plan may still be decided against it, saying why.
fn stopped_by(gate: &Text) -> Problem {
    Problem::says(
        StatusCode::CONFLICT,
        "plan-stopped",
        &format!("Ce plan est arrêté : {}. Pour le décider malgré cela, dites pourquoi.", gate.fr),
        &format!("This plan is stopped: {}. To decide on it all the same, say why.", gate.en),
    )
    .with("gate", serde_json::json!(gate))
}

fn not_taken(error: ActualError) -> Problem {
    let (kind, source) = match error {
        ActualError::Desk(error) => return error.into(),
        ActualError::NothingDecided => {
            return Problem::says(
                StatusCode::CONFLICT,
                "nothing-decided",
                "Aucun transport n'est décidé.",
                "No transport has been decided.",
            );
        }
        ActualError::NoTime => return field("/departure", "Aucune heure n'est donnée.", "No time is given."),
        ActualError::Moment { kind, source } => (kind, source),
    };
    let pointer = match kind {
        MilestoneKind::Departure => "/departure",
        MilestoneKind::Arrival => "/arrival",
        MilestoneKind::Needle => "/needle",
        _ => "/groin",
    };
    match source {
        MilestoneError::Desk(error) => error.into(),
        MilestoneError::NoReason => field(
            "/reason",
            "Changer une heure connue demande sa raison.",
            "Changing a known time needs its reason.",
        ),
        MilestoneError::Refused(Refused::Future) => {
            field(pointer, "Cette heure est dans le futur.", "This time is in the future.")
        }
        MilestoneError::Refused(Refused::Before(other)) => field(
            pointer,
            &format!("Avant : {}.", other.label().fr),
            &format!("Before: {}.", other.label().en),
        ),
        MilestoneError::Refused(Refused::After(other)) => field(
            pointer,
            &format!("Après : {}.", other.label().fr),
            &format!("After: {}.", other.label().en),
        ),
        MilestoneError::NotEntered | MilestoneError::Nothing => {
            field(pointer, "Cette heure ne se saisit pas.", "This time cannot be entered.")
        }
    }
}

fn field(pointer: &'static str, fr: &str, en: &str) -> Problem {
    Problem::fields(&[FieldError { pointer, detail: Text::new(fr, en) }])
}
