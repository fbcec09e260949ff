//! FHIR R4 at `/fhir/R4`: what is signed here, for other systems.

use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::Value;

use super::App;
use super::access::{CaseAccess, Permit, ViewCase};
use super::guarded::Guarded;
use super::problem::Problem;
use crate::domain::identity::{CaseId, PatientId};
use crate::pathway::export_report::{capability_statement, export_fhir, reports_of_patient, search_set};
use crate::pathway::view_case::site_of;

/// FHIR's JSON (R4 3.1.0.1.8).
const FHIR_JSON: HeaderValue = HeaderValue::from_static("application/fhir+json; fhirVersion=4.0");
const BASE: &str = "/fhir/R4";

/// The routes below `/fhir/R4` that need a sign-in.
pub(super) fn routes() -> Guarded {
    Guarded::new().get("/DiagnosticReport", search).get("/DiagnosticReport/{id}", read)
}

fn fhir(resource: &Value) -> Response {
    ([(header::CONTENT_TYPE, FHIR_JSON)], resource.to_string()).into_response()
}

/// What is served here; open to all, as a client reads it before it signs in.
pub async fn metadata() -> Response {
    fhir(&capability_statement())
}

async fn read(access: CaseAccess<ViewCase>, State(app): State<App>) -> Result<Response, Problem> {
    let report = export_fhir(&app.desk, access.case).await?.ok_or_else(Problem::not_found)?;
    Ok(fhir(&report))
}

/// Search parameters; another one is refused rather than left out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    #[serde(rename = "_id")]
    id: Option<CaseId>,
    patient: Option<String>,
}

async fn search(
    permit: Permit<ViewCase>,
    State(app): State<App>,
    asked: Result<Query<Asked>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Problem> {
    let unclear = || {
        Problem::says(
            axum::http::StatusCode::BAD_REQUEST,
            "search",
            "Cherchez par _id (le cas) ou par patient (son identifiant).",
            "Search by _id (the case) or by patient (their identifier).",
        )
    };
    let Query(Asked { id, patient }) = asked.map_err(|_| unclear())?;
    let found = match (id, patient) {
        (Some(case), None) => {
            let site = site_of(&app.desk, case).await?;
            if site.is_some_and(|site| app.desk.sight(&permit.actor.user).sees(&site)) {
                export_fhir(&app.desk, case).await?.into_iter().collect()
            } else {
                Vec::new()
            }
        }
        (None, Some(patient)) => {
            // A reference or the identifier alone.
            let identifier = patient.rsplit(['/', '|']).next().unwrap_or_default();
            let patient = PatientId::try_from(identifier.to_owned()).map_err(|_| unclear())?;
            reports_of_patient(&app.desk, &permit.actor, &patient).await?
        }
        (None, None) | (Some(_), Some(_)) => return Err(unclear()),
    };
    Ok(fhir(&search_set(BASE, found)))
}
