//! The clock board of a case: its moments, and where each stretch stands.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::App;
use super::access::{CaseAccess, RecordMilestone, ViewCase};
use super::body::Body;
use super::problem::{FieldError, Problem, ProblemDocument};
use crate::domain::clinical::milestone::{MilestoneKind, Refused};
use crate::domain::time::Timestamp;
use crate::domain::wording::Text;
use crate::pathway::record_milestone::{MilestoneError, record_milestone};
use crate::pathway::view::milestones::ClockBoard;
use crate::pathway::view_milestones::view_milestones;

/// The clock board: the moments of the case with their history, and each stretch against its target.
#[utoipa::path(get, path = "/api/v1/cases/{id}/milestones", tag = "cases", params(("id" = String, Path)), responses(
    (status = 200, body = ClockBoard), (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument),
    (status = 404, body = ProblemDocument)))]
pub async fn board(
    access: CaseAccess<ViewCase>,
    State(app): State<App>,
) -> Result<Json<ClockBoard>, Problem> {
    Ok(Json(view_milestones(&app.desk, access.case).await?))
}

/// A moment, as a person knows it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MilestoneBody {
    /// `door`, `first_image`, `last_image`, `needle`, `departure`, `arrival` or `groin`.
    #[schema(value_type = String)]
    kind: MilestoneKind,
    /// Null takes what people entered before back.
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Timestamp>,
    /// Needed to change what is known.
    #[serde(default)]
    reason: String,
}

/// Enter, correct or take back a moment. Nothing is overwritten: the board shows every entry.
#[utoipa::path(post, path = "/api/v1/cases/{id}/milestones", tag = "cases", params(("id" = String, Path)),
    request_body = MilestoneBody, responses((status = 201, body = ClockBoard), (status = 401, body = ProblemDocument),
        (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument),
        (status = 422, body = ProblemDocument)))]
pub async fn record(
    access: CaseAccess<RecordMilestone>,
    State(app): State<App>,
    Body(body): Body<MilestoneBody>,
) -> Result<(StatusCode, Json<ClockBoard>), Problem> {
    let MilestoneBody { kind, at, reason } = body;
    match record_milestone(&app.desk, &access.actor, access.case, kind, at, reason).await {
        Ok(()) => Ok((StatusCode::CREATED, Json(view_milestones(&app.desk, access.case).await?))),
        Err(error) => Err(refused(error)),
    }
}

fn refused(error: MilestoneError) -> Problem {
    let field =
        |pointer, fr: &str, en: &str| Problem::fields(&[FieldError { pointer, detail: Text::new(fr, en) }]);
    match error {
        MilestoneError::Desk(error) => error.into(),
        MilestoneError::NotEntered => field(
            "/kind",
            "Cette heure est enregistrée par Vigie seule.",
            "This time is recorded by Vigie alone.",
        ),
        MilestoneError::NoReason => {
            field("/reason", "Une correction demande sa raison.", "A correction needs its reason.")
        }
        MilestoneError::Nothing => {
            field("/at", "Aucune heure saisie à retirer.", "No time was entered that could be taken back.")
        }
        MilestoneError::Refused(Refused::Future) => {
            field("/at", "Cette heure est dans le futur.", "This time is in the future.")
        }
        MilestoneError::Refused(Refused::Before(other)) => {
            field("/at", &format!("Avant : {}.", other.label().fr), &format!("Before: {}.", other.label().en))
        }
        MilestoneError::Refused(Refused::After(other)) => {
            field("/at", &format!("Après : {}.", other.label().fr), &format!("After: {}.", other.label().en))
        }
    }
}
