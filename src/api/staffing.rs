//! For administrators: how many readers a night needs.

use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;
use utoipa::IntoParams;

use super::App;
use super::access::{Administer, Permit};
use super::problem::{FieldError, Problem, ProblemDocument};
use crate::domain::time::{Minutes, Timestamp};
use crate::domain::wording::Text;
use crate::pathway::plan_staffing::{Shift, Staffing, plan_staffing};

/// The hours asked about.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Hours {
    /// From when; left out: now.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// For how many hours, 1 to 24; left out: 12.
    hours: Option<u8>,
}

/// How many readers the hours to come need: the same hours of recorded days, simulated in the queue's own order.
#[utoipa::path(get, path = "/api/v1/admin/staffing", tag = "admin", params(Hours), responses(
    (status = 200, body = Staffing), (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument),
    (status = 422, body = ProblemDocument)))]
pub async fn get(
    permit: Permit<Administer>,
    State(app): State<App>,
    Query(hours): Query<Hours>,
) -> Result<Json<Staffing>, Problem> {
    let length = hours.hours.unwrap_or(12);
    if !(1..=24).contains(&length) {
        let detail = Text::new("De 1 à 24 heures.", "From 1 to 24 hours.");
        return Err(Problem::fields(&[FieldError { pointer: "/hours", detail }]));
    }
    let shift = Shift {
        from: hours.from.unwrap_or_else(|| app.desk.now()),
        length: Minutes(f64::from(length) * 60.0),
    };
    let sight = app.desk.sight(&permit.actor.user);
    Ok(Json(plan_staffing(&app.desk, &sight, shift).await?))
}
