//! Clinical scales: their forms, and what people recorded of a case.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::App;
use super::access::{CaseAccess, ScoreCase, SelfOnly, ViewCase};
use super::body::{Body, idempotency_key};
use super::problem::{FieldError, Problem, ProblemDocument};
use crate::domain::clinical::checklist::Review;
use crate::domain::clinical::examination::{Answers, Examination, Refused};
use crate::domain::clinical::form::Scale;
use crate::domain::clinical::score::{Assessment, Way};
use crate::domain::time::Timestamp;
use crate::domain::wording::Text;
use crate::pathway::record_score::{NewScore, ScoreError, record_score};
use crate::pathway::view::scores::{Forms, ScoreView, Scores};
use crate::pathway::view_scores::{view_score, view_scores};

/// The forms of the clinical scales and the thrombolysis checklist, each with its source.
#[utoipa::path(get, path = "/api/v1/scales", tag = "cases", responses(
    (status = 200, body = Forms), (status = 401, body = ProblemDocument)))]
pub async fn forms(_who: SelfOnly) -> Json<Forms> {
    Json(Forms::all())
}

/// A scale, filled in; or the thrombolysis checklist.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoreBody {
    /// `nihss`, `race`, `lams`, `fast_ed`, `glasgow`, `rankin`, `ich` or `thrombolysis`.
    scale: String,
    /// `bedside` or `video`.
    #[schema(value_type = String)]
    way: Way,
    /// When the patient was examined; null is now.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Option<Timestamp>,
    /// By item: points or `untestable`; of the checklist `yes`, `no` or `unknown`.
    #[schema(value_type = std::collections::BTreeMap<String, serde_json::Value>)]
    answers: BTreeMap<String, Value>,
    /// Of the checklist: `alteplase` or `tenecteplase`.
    #[serde(default)]
    agent: Option<String>,
    /// Of the checklist; null: not known yet.
    #[serde(default)]
    weight_kg: Option<f64>,
    /// Of the checklist, by item: why it does not stop the physician.
    #[serde(default)]
    weighed: BTreeMap<String, String>,
}

/// Record a scale or the checklist. The NIHSS and the RACE reach the case's clinical picture.
#[utoipa::path(post, path = "/api/v1/cases/{id}/scores", tag = "cases", request_body = ScoreBody,
    params(("id" = String, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "the same key again is the same record")),
    responses((status = 201, body = ScoreView), (status = 401, body = ProblemDocument),
        (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument),
        (status = 409, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub async fn record(
    access: CaseAccess<ScoreCase>,
    State(app): State<App>,
    headers: HeaderMap,
    Body(body): Body<ScoreBody>,
) -> Result<(StatusCode, Json<ScoreView>), Problem> {
    let key = idempotency_key(&headers)?;
    let (way, at) = (body.way, body.at);
    let new = NewScore { assessment: assessment(body)?, way, at, key };
    match record_score(&app.desk, &access.actor, access.case, new).await {
        Ok(scored) => Ok((StatusCode::CREATED, Json(view_score(&app.desk, &scored).await?))),
        Err(ScoreError::Desk(error)) => Err(error.into()),
        Err(ScoreError::Future) => {
            Err(field("/at", "Cette heure est dans le futur.", "This time is in the future."))
        }
        Err(ScoreError::ForeignKey) => Err(Problem::new(
            StatusCode::CONFLICT,
            "idempotency_key",
            "the idempotency key belongs to a record of another case",
        )),
    }
}

/// What was recorded of a case, and where two people differ.
#[utoipa::path(get, path = "/api/v1/cases/{id}/scores", tag = "cases", params(("id" = String, Path)), responses(
    (status = 200, body = Scores), (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument),
    (status = 404, body = ProblemDocument)))]
pub async fn list(access: CaseAccess<ViewCase>, State(app): State<App>) -> Result<Json<Scores>, Problem> {
    Ok(Json(view_scores(&app.desk, access.case).await?))
}

fn field(pointer: &'static str, fr: &str, en: &str) -> Problem {
    Problem::fields(&[FieldError { pointer, detail: Text::new(fr, en) }])
}

fn assessment(body: ScoreBody) -> Result<Assessment, Problem> {
    if body.scale == "thrombolysis" { review(body) } else { examination(body) }
}

fn examination(body: ScoreBody) -> Result<Assessment, Problem> {
    let scale: Scale = serde_json::from_value(Value::String(body.scale)).map_err(|_| {
        field("/scale", "Cette échelle n'est pas connue ici.", "This scale is not known here.")
    })?;
    let answers = serde_json::to_value(&body.answers).and_then(serde_json::from_value).map_err(|_| {
        field(
            "/answers",
            "Chaque réponse est un nombre de points, ou « untestable ».",
            "Each answer is a number of points, or \"untestable\".",
        )
    })?;
    Examination::try_from(Answers { scale, answers }).map(Assessment::Scale).map_err(
        |refused| match refused {
            Refused::Missing(item) => field(
                "/answers",
                &format!("Il manque : {}.", item.label.fr),
                &format!("Missing: {}.", item.label.en),
            ),
            Refused::NotAllowed(item) => field(
                "/answers",
                &format!("Réponse impossible : {}.", item.label.fr),
                &format!("Not an answer that this item allows: {}.", item.label.en),
            ),
            Refused::Foreign => field(
                "/answers",
                "Une réponse n'appartient pas à cette échelle.",
                "An answer belongs to no item of this scale.",
            ),
        },
    )
}

fn review(body: ScoreBody) -> Result<Assessment, Problem> {
    let agent = body.agent.ok_or_else(|| {
        field("/agent", "Choisir altéplase ou ténectéplase.", "Choose alteplase or tenecteplase.")
    })?;
    if body.weight_kg.is_some_and(|kg| crate::domain::clinical::dose::Kilograms::try_from(kg).is_err()) {
        return Err(field("/weight_kg", "De 30 à 300 kg, ou rien.", "30 to 300 kg, or nothing."));
    }
    let review = serde_json::json!({
        "answers": body.answers, "weighed": body.weighed, "agent": agent, "weight_kg": body.weight_kg,
    });
    serde_json::from_value::<Review>(review).map(Assessment::Thrombolysis).map_err(|_| {
        field(
            "/answers",
            "Chaque question de la liste se répond par « yes », « no » ou « unknown ».",
            "Each question of the list is answered by \"yes\", \"no\" or \"unknown\".",
        )
    })
}
