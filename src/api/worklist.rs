//! The ordered worklist.

use axum::Json;
use axum::extract::State;

use super::App;
use super::access::{Permit, ViewWorklist};
use super::problem::{Problem, ProblemDocument};
use crate::pathway::order_queue::order_queue;
use crate::pathway::view::Worklist;

/// The cases that the person sees, most urgent first, decided ones last.
#[utoipa::path(get, path = "/api/v1/worklist", tag = "worklist", responses(
    (status = 200, body = Worklist), (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument)
))]
pub async fn get(permit: Permit<ViewWorklist>, State(app): State<App>) -> Result<Json<Worklist>, Problem> {
    let sight = app.desk.sight(&permit.actor.user);
    Ok(Json(order_queue(&app.desk, &sight).await?))
}
