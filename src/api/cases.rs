//! Cases: alert, page, claim, decision, studies.

mod alert;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

pub use alert::AlertBody;

use super::App;
use super::access::{
    AttachStudy, CaseAccess, ClaimCase, DecideDiagnosis, Permit, RaiseAlert, ViewCase, ViewImages,
    ViewWorklist,
};
use super::body::{Body, idempotency_key};
use super::problem::{FieldError, Problem, ProblemDocument};
use crate::db::users::User;
use crate::domain::case::{Claim, Decision, Diagnosis, Nihss, Treatment};
use crate::domain::hand_over::HandOver;
use crate::domain::identity::{CaseId, SeriesUid, SiteId, StudyUid};
use crate::domain::time::Timestamp;
use crate::domain::wording::Text;
use crate::pathway::attach_study::{self, AttachError, attach_study};
use crate::pathway::claim_case::{ClaimError, claim_case};
use crate::pathway::overlay::{self as overlays, Overlay};
use crate::pathway::place_case::{Place, place_case};
use crate::pathway::raise_alert::{RaiseError, raise_alert};
use crate::pathway::record_decision::{DecideError, record_decision};
use crate::pathway::release_case::release_case;
use crate::pathway::timeline::{self as timelines, Timeline};
use crate::pathway::view::{CaseView, Holder};
use crate::pathway::view_case::{person, view_case};

async fn page(app: &App, user: &User, id: CaseId) -> Result<CaseView, Problem> {
    view_case(&app.desk, &app.desk.sight(user), id).await?.ok_or_else(Problem::not_found)
}

/// Raise an alert.
#[utoipa::path(post, path = "/api/v1/cases", tag = "cases", request_body = AlertBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "the same key again gives the same case")),
    responses((status = 201, body = CaseView), (status = 401, body = ProblemDocument),
        (status = 403, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub async fn raise(
    permit: Permit<RaiseAlert>,
    State(app): State<App>,
    headers: HeaderMap,
    Body(body): Body<AlertBody>,
) -> Result<Response, Problem> {
    let key = idempotency_key(&headers)?;
    let alert = body.checked(key).map_err(|errors| Problem::fields(&errors))?;
    let raised = raise_alert(&app.desk, &permit.actor, alert).await.map_err(not_raised)?;
    let id = raised.case();
    let location =
        HeaderValue::try_from(format!("/api/v1/cases/{id}")).map_err(|error| Problem::internal(&error))?;
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(page(&app, &permit.actor.user, id).await?))
        .into_response())
}

fn field(pointer: &'static str, fr: &str, en: &str) -> Problem {
    Problem::fields(&[FieldError { pointer, detail: Text::new(fr, en) }])
}

fn not_raised(error: RaiseError) -> Problem {
    match error {
        RaiseError::UnknownSite => {
            field("/site", "Ce site n'est pas dans la région.", "The region has no such site.")
        }
        RaiseError::ForeignSite => Problem::says(
            StatusCode::FORBIDDEN,
            "foreign_site",
            "Vous n'appartenez pas à ce site.",
            "You do not belong to this site.",
        ),
        RaiseError::Future { what: "onset" } => {
            field("/onset/at", "Cette heure est dans le futur.", "This time is in the future.")
        }
        RaiseError::Future { .. } => {
            field("/door_at", "Cette heure est dans le futur.", "This time is in the future.")
        }
        RaiseError::ForeignKey => Problem::new(
            StatusCode::CONFLICT,
            "idempotency_key",
            "the idempotency key belongs to an alert of another site",
        ),
        RaiseError::NoClock => Problem::internal(&RaiseError::NoClock),
        RaiseError::Db(error) => error.into(),
    }
}

/// A case, whole.
#[utoipa::path(get, path = "/api/v1/cases/{id}", tag = "cases", params(("id" = String, Path)), responses(
    (status = 200, body = CaseView), (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument),
    (status = 404, body = ProblemDocument)))]
pub async fn get(access: CaseAccess<ViewCase>, State(app): State<App>) -> Result<Json<CaseView>, Problem> {
    Ok(Json(page(&app, &access.actor.user, access.case).await?))
}

/// Every step of a case, with who and when.
#[utoipa::path(get, path = "/api/v1/cases/{id}/timeline", tag = "cases", params(("id" = String, Path)), responses(
    (status = 200, body = Timeline), (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument),
    (status = 404, body = ProblemDocument)))]
pub async fn timeline(
    access: CaseAccess<ViewCase>,
    State(app): State<App>,
) -> Result<Json<Timeline>, Problem> {
    Ok(Json(timelines::timeline(&app.desk, access.case).await?))
}

/// Why the case stands where it stands in the queue, and what would change that.
#[utoipa::path(get, path = "/api/v1/cases/{id}/place", tag = "cases", params(("id" = String, Path)), responses(
    (status = 200, body = Place), (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument),
    (status = 404, body = ProblemDocument, description = "no such case, or decided")))]
pub async fn place(access: CaseAccess<ViewWorklist>, State(app): State<App>) -> Result<Json<Place>, Problem> {
    let sight = app.desk.sight(&access.actor.user);
    place_case(&app.desk, &sight, access.case).await?.map(Json).ok_or_else(Problem::not_found)
}

/// Who holds the case now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Claimed {
    claimed_by: Holder,
}

/// Take a case, or renew one's hold.
#[utoipa::path(post, path = "/api/v1/cases/{id}/claim", tag = "cases", params(("id" = String, Path)), responses(
    (status = 200, body = Claimed), (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument),
    (status = 404, body = ProblemDocument), (status = 409, body = ProblemDocument, description = "`held`: with `holder`")))]
pub async fn claim(access: CaseAccess<ClaimCase>, State(app): State<App>) -> Result<Json<Claimed>, Problem> {
    match claim_case(&app.desk, &access.actor, access.case).await {
        Ok(claim) => {
            let user = &access.actor.user;
            Ok(Json(Claimed {
                claimed_by: Holder {
                    user_id: user.id,
                    display_name: user.display_name.clone(),
                    role: Some(user.role),
                    until: claim.until,
                },
            }))
        }
        Err(ClaimError::Held { claim, holder }) => Err(held(
            &claim,
            holder.as_ref().map(|user| user.display_name.as_str()),
            holder.as_ref().map(|user| user.role),
        )),
        Err(ClaimError::Decided) => Err(Problem::says(
            StatusCode::CONFLICT,
            "decided",
            "Le diagnostic est déjà posé.",
            "The diagnosis is already made.",
        )),
        Err(ClaimError::Desk(error)) => Err(error.into()),
    }
}

fn held(claim: &Claim, name: Option<&str>, role: Option<crate::domain::identity::Role>) -> Problem {
    let name = name.unwrap_or_default();
    let holder = json!({
        "user_id": claim.reader, "display_name": name, "role": role, "until": claim.until,
    });
    Problem::says(
        StatusCode::CONFLICT,
        "held",
        "Un autre lecteur tient ce cas.",
        "Another reader holds this case.",
    )
    .with("holder", holder)
}

/// What the reader tells the next.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct HandOverBody {
    note: String,
    /// Series that were on the screen.
    #[schema(value_type = Vec<String>)]
    seen: Vec<SeriesUid>,
}

/// Give a case back to the queue; a body tells the next reader what was seen.
#[utoipa::path(post, path = "/api/v1/cases/{id}/release", tag = "cases", params(("id" = String, Path)),
    request_body = Option<HandOverBody>, responses(
    (status = 204, description = "released"), (status = 401, body = ProblemDocument),
    (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument)))]
pub async fn release(
    access: CaseAccess<ClaimCase>,
    State(app): State<App>,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let told: Option<HandOverBody> = if body.is_empty() {
        None
    } else {
        serde_json::from_slice(&body).map_err(|error| not_a_hand_over(&error))?
    };
    let told = told.unwrap_or_default();
    let hand_over = HandOver::new(&told.note, told.seen).map_err(|invalid| {
        let pointer = if invalid.what == "note" { "/note" } else { "/seen" };
        field(pointer, "Trop long : 2 000 caractères et 200 séries au plus.", &invalid.to_string())
    })?;
    release_case(&app.desk, &access.actor, access.case, &hand_over).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn not_a_hand_over(error: &serde_json::Error) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "json", error.to_string())
}

/// The reader's decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionBody {
    /// `haemorrhage`, `lvo`, `ischaemia`, `mimic` or `undetermined`.
    #[schema(value_type = String)]
    diagnosis: Diagnosis,
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    treatments: Vec<Treatment>,
    #[serde(default)]
    #[schema(value_type = Option<u8>, minimum = 0, maximum = 42)]
    nihss: Option<Nihss>,
    #[serde(default)]
    note: String,
}

/// Record the diagnosis; the clock stops.
#[utoipa::path(post, path = "/api/v1/cases/{id}/decision", tag = "cases", params(("id" = String, Path)),
    request_body = DecisionBody, responses((status = 201, body = CaseView), (status = 401, body = ProblemDocument),
        (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument),
        (status = 409, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub async fn decide(
    access: CaseAccess<DecideDiagnosis>,
    State(app): State<App>,
    Body(body): Body<DecisionBody>,
) -> Result<(StatusCode, Json<CaseView>), Problem> {
    let DecisionBody { diagnosis, treatments, nihss, note } = body;
    let decision = Decision { diagnosis, treatments, nihss, note };
    match record_decision(&app.desk, &access.actor, access.case, decision).await {
        Ok(()) => Ok((StatusCode::CREATED, Json(page(&app, &access.actor.user, access.case).await?))),
        Err(DecideError::Held(claim)) => {
            let holder = person(&app.desk, claim.reader).await?;
            Err(held(
                &claim,
                holder.as_ref().map(|user| user.display_name.as_str()),
                holder.as_ref().map(|user| user.role),
            ))
        }
        Err(DecideError::Contradiction) => Err(field(
            "/treatments",
            "« Aucun » exclut tout autre traitement.",
            "'None' excludes every other treatment.",
        )),
        Err(DecideError::Desk(error)) => Err(error.into()),
    }
}

/// A study to attach.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StudyBody {
    #[schema(value_type = String)]
    study_instance_uid: StudyUid,
}

/// Attach a study to the case.
#[utoipa::path(post, path = "/api/v1/cases/{id}/studies", tag = "cases", params(("id" = String, Path)),
    request_body = StudyBody, responses((status = 200, body = CaseView), (status = 401, body = ProblemDocument),
        (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument),
        (status = 409, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub async fn attach(
    access: CaseAccess<AttachStudy>,
    State(app): State<App>,
    Body(body): Body<StudyBody>,
) -> Result<Json<CaseView>, Problem> {
    match attach_study(&app.desk, &access.actor, access.case, &body.study_instance_uid).await {
        Ok(()) => Ok(Json(page(&app, &access.actor.user, access.case).await?)),
        Err(AttachError::Desk(error)) => Err(error.into()),
        Err(AttachError::NoSuchStudy) => Err(Problem::not_found()),
        Err(AttachError::OtherSite) => Err(Problem::says(
            StatusCode::CONFLICT,
            "other_site",
            "L'examen vient d'un autre site que le cas.",
            "The study comes from another site than the case.",
        )),
    }
}

/// A study that belongs to no case.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnassignedStudy {
    #[schema(value_type = String)]
    study_instance_uid: StudyUid,
    #[schema(value_type = String)]
    site: SiteId,
    patient_id: Option<String>,
    patient_name: Option<String>,
    description: Option<String>,
    study_date: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    received_at: Timestamp,
}

/// Studies that belong to no case.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnassignedStudies {
    studies: Vec<UnassignedStudy>,
}

/// Studies that belong to no case: of one's own sites; all for an administrator.
#[utoipa::path(get, path = "/api/v1/studies/unassigned", tag = "cases", responses(
    (status = 200, body = UnassignedStudies), (status = 401, body = ProblemDocument),
    (status = 403, body = ProblemDocument)))]
pub async fn unassigned(
    permit: Permit<AttachStudy>,
    State(app): State<App>,
) -> Result<Json<UnassignedStudies>, Problem> {
    let studies = attach_study::unassigned(&app.desk, &permit.actor).await?;
    let studies = studies.into_iter().map(|study| UnassignedStudy {
        study_instance_uid: study.uid,
        site: study.site,
        patient_id: study.patient_id,
        patient_name: study.patient_name,
        description: study.description,
        study_date: study.date,
        received_at: study.received_at,
    });
    Ok(Json(UnassignedStudies { studies: studies.collect() }))
}

/// What the models saw on a series of the case.
#[utoipa::path(get, path = "/api/v1/cases/{id}/series/{series}/overlay", tag = "cases",
    params(("id" = String, Path), ("series" = String, Path)), responses((status = 200, body = Overlay),
        (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument),
        (status = 404, body = ProblemDocument)))]
pub async fn overlay(
    access: CaseAccess<ViewImages>,
    State(app): State<App>,
    Path((_, series)): Path<(String, String)>,
) -> Result<Json<Overlay>, Problem> {
    let series: SeriesUid = series.parse().map_err(|_| Problem::not_found())?;
    let overlay = overlays::overlay(&app.desk, access.case, &series).await?;
    overlay.map(Json).ok_or_else(Problem::not_found)
}
