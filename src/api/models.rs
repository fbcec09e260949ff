//! For administrators: each model at each site, its evidence and its watch; candidates' disagreements; signatures.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::access::{Administer, Permit};
use super::problem::{Problem, ProblemDocument};
use crate::domain::identity::{CaseId, SeriesUid, SiteId};
use crate::domain::time::Timestamp;
use crate::domain::wording;
use crate::inference::evaluation::EvaluationError;
use crate::inference::manifest::Manifest;
use crate::pathway::compare_models;
use crate::pathway::sign_evaluation::{SignEvaluationError, end_signature, sign_evaluation};
use crate::pathway::view::SiteName;
use crate::pathway::view::models::{ModelEntry, SaidView, entries};

/// Each model at each site of the administrator.
#[derive(Debug, Serialize, ToSchema)]
pub struct ModelEntries {
    models: Vec<ModelEntry>,
}

/// Each model at each site of the administrator: evidence in effect, signature, watch in service.
#[utoipa::path(get, path = "/api/v1/admin/models", tag = "admin", responses((status = 200, body = ModelEntries),
    (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument)))]
pub async fn list(permit: Permit<Administer>, State(app): State<App>) -> Result<Json<ModelEntries>, Problem> {
    let Some(models) = &app.models else { return Ok(Json(ModelEntries { models: Vec::new() })) };
    Ok(Json(ModelEntries { models: entries(&app.desk, models, &permit.actor.user).await? }))
}

/// A candidate's word against the active model's.
#[derive(Debug, Serialize, ToSchema)]
pub struct Disagreement {
    #[schema(value_type = Option<String>)]
    case_id: Option<CaseId>,
    site: SiteName,
    #[schema(value_type = String)]
    series_instance_uid: SeriesUid,
    /// `hemorrhage`, `occlusion` or `infarct`.
    task: &'static str,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// None where no active model has spoken.
    active: Option<SaidView>,
    candidate: SaidView,
}

/// Where candidates disagree.
#[derive(Debug, Serialize, ToSchema)]
pub struct Disagreements {
    disagreements: Vec<Disagreement>,
}

/// Where candidates disagree with the active models, newest first. Candidates move nothing.
#[utoipa::path(get, path = "/api/v1/admin/models/disagreements", tag = "admin", responses(
    (status = 200, body = Disagreements), (status = 401, body = ProblemDocument),
    (status = 403, body = ProblemDocument)))]
pub async fn disagreements(
    permit: Permit<Administer>,
    State(app): State<App>,
) -> Result<Json<Disagreements>, Problem> {
    let pairs = compare_models::disagreements(&app.desk, &permit.actor.user).await?;
    let said = |said| SaidView::of(said, app.models.as_ref());
    let disagreements = pairs
        .iter()
        .map(|pair| Disagreement {
            case_id: pair.case,
            site: SiteName::of(&pair.site, &app.desk.region),
            series_instance_uid: pair.series.clone(),
            task: pair.candidate.finding.task.as_str(),
            at: pair.at,
            active: pair.active.as_ref().map(said),
            candidate: said(&pair.candidate),
        })
        .collect();
    Ok(Json(Disagreements { disagreements }))
}

/// At which site.
#[derive(Debug, Deserialize, IntoParams)]
pub struct AtSite {
    #[param(value_type = String)]
    site: SiteId,
}

/// Sign an evaluation on a site's own studies: from then on the model's evidence there is `site`. The body is the
/// `evaluation.json` that `vigie models evaluate` wrote, unchanged.
#[utoipa::path(post, path = "/api/v1/admin/models/{name}/sign", tag = "admin",
    params(("name" = String, Path), AtSite), request_body(content = Object, content_type = "application/json"),
    responses((status = 200, body = ModelEntry), (status = 401, body = ProblemDocument),
        (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument),
        (status = 422, body = ProblemDocument)))]
pub async fn sign(
    permit: Permit<Administer>,
    State(app): State<App>,
    Path(name): Path<String>,
    Query(at): Query<AtSite>,
    evaluation: Bytes,
) -> Result<Json<ModelEntry>, Problem> {
    let manifest = installed(&app, &name)?;
    sign_evaluation(&app.desk, &permit.actor, manifest, &at.site, &evaluation).await.map_err(refused)?;
    let models = app.models.as_ref().ok_or_else(Problem::not_found)?;
    let found = entries(&app.desk, models, &permit.actor.user).await?;
    let signed = |entry: &ModelEntry| entry.sha256 == manifest.sha256 && entry.site.id == at.site;
    found.into_iter().find(signed).map(Json).ok_or_else(Problem::not_found)
}

/// Take a signature back: the pack's own evidence counts again.
#[utoipa::path(delete, path = "/api/v1/admin/models/{name}/sign", tag = "admin",
    params(("name" = String, Path), AtSite),
    responses((status = 204, description = "no signature is in force any more"),
        (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument),
        (status = 404, body = ProblemDocument)))]
pub async fn unsign(
    permit: Permit<Administer>,
    State(app): State<App>,
    Path(name): Path<String>,
    Query(at): Query<AtSite>,
) -> Result<StatusCode, Problem> {
    let manifest = installed(&app, &name)?;
    end_signature(&app.desk, &permit.actor, manifest, &at.site).await.map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}

fn installed<'a>(app: &'a App, name: &str) -> Result<&'a Manifest, Problem> {
    let installed = app.models.iter().flat_map(|models| models.installed());
    installed
        .map(|installed| installed.network.manifest())
        .find(|manifest| manifest.name == name)
        .ok_or_else(Problem::not_found)
}

fn refused(error: SignEvaluationError) -> Problem {
    let says =
        |fr: &str, en: &str| Problem::says(StatusCode::UNPROCESSABLE_ENTITY, "evaluation_refused", fr, en);
    let said = error.to_string();
    match error {
        SignEvaluationError::NotEnough(lacking) => {
            let words = wording::refusal(&lacking);
            says(&words.fr, &words.en)
        }
        SignEvaluationError::OtherNetwork { .. } => says(
            "L'évaluation porte sur un autre réseau que celui du pack installé (SHA-256 différent).",
            &said,
        ),
        SignEvaluationError::OtherThreshold { .. } => {
            says("L'évaluation porte sur un autre seuil que celui du pack installé.", &said)
        }
        SignEvaluationError::OtherTask { .. } => {
            says("L'évaluation porte sur une autre tâche que celle du pack.", &said)
        }
        SignEvaluationError::Evaluation(EvaluationError::Figures) => {
            says("Les chiffres du fichier ne découlent pas de ses études.", &said)
        }
        SignEvaluationError::Evaluation(_) => {
            says("Ce fichier n'est pas une évaluation écrite par « vigie models evaluate ».", &said)
        }
        SignEvaluationError::NotAllowed
        | SignEvaluationError::UnknownSite(_)
        | SignEvaluationError::NotSigned => Problem::not_found(),
        SignEvaluationError::Db(error) => error.into(),
    }
}
