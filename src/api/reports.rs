//! Reports: what models suggest, the signature, every version.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::access::{CaseAccess, SignReport, ViewCase};
use super::body::Body;
use super::problem::{FieldError, Problem, ProblemDocument};
use crate::domain::report::{Draft, DraftItem, Item, ReportStatus, SignRefused, Standing};
use crate::domain::wording::{Language, Text, item_label};
use crate::pathway::export_report::{ExportError, Style, export_pdf};
use crate::pathway::sign_report::{SignError, propose_report, report_in_force, report_versions, sign_report};
use crate::pathway::view::report::{ProposalView, ReportView, VersionView};
use crate::pathway::view_case::people;

/// An item of the report.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemBody {
    /// `haemorrhage`, `haemorrhage_site`, `haemorrhage_volume`, `ventricles`, `midline_shift`, `glasgow`, `nihss`,
    /// `ich_score` (reckoned where the items and the age say its parts), `aspects`, `occlusion`, `occlusion_site`,
    /// `infarct`, `infarct_site` or `infarct_volume`.
    item: String,
    /// Its form depends on the item, as in the proposals and in signed reports.
    #[schema(value_type = Object)]
    value: Value,
    /// `entered` by the reader, `confirmed` as a model proposed it, or still `proposed`, which cannot be signed.
    #[schema(value_type = String)]
    standing: Standing,
}

/// What the reader signs.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportBody {
    /// `preliminary`, `final` or `addendum`.
    #[schema(value_type = String)]
    status: ReportStatus,
    #[serde(default)]
    findings: String,
    conclusion: String,
    #[serde(default)]
    recommendation: String,
    #[serde(default)]
    items: Vec<ItemBody>,
}

impl ReportBody {
    fn checked(self) -> Result<Draft, Problem> {
        let Self { status, findings, conclusion, recommendation, items } = self;
        let items: Result<Vec<DraftItem>, Problem> = items.into_iter().map(ItemBody::checked).collect();
        Ok(Draft { status, findings, conclusion, recommendation, items: items? })
    }
}

impl ItemBody {
    fn checked(self) -> Result<DraftItem, Problem> {
        let Self { item, value, standing } = self;
        let observation = serde_json::from_value(json!({ "item": item, "value": value })).map_err(|_| {
            field(
                "/items",
                &format!("« {item} » : valeur refusée, ou rubrique inconnue."),
                &format!("'{item}': the value is refused, or there is no such item."),
            )
        })?;
        Ok(DraftItem { observation, standing })
    }
}

/// Sign a report; each signature is a new version.
#[utoipa::path(post, path = "/api/v1/cases/{id}/report", tag = "reports", params(("id" = String, Path)),
    request_body = ReportBody, responses((status = 201, body = VersionView), (status = 401, body = ProblemDocument),
        (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument),
        (status = 422, body = ProblemDocument)))]
pub async fn sign(
    access: CaseAccess<SignReport>,
    State(app): State<App>,
    Body(body): Body<ReportBody>,
) -> Result<(StatusCode, Json<VersionView>), Problem> {
    let draft = body.checked()?;
    match sign_report(&app.desk, &access.actor, access.case, draft).await {
        Ok(report) => {
            let signer = BTreeMap::from([(access.actor.user.id, access.actor.user.clone())]);
            Ok((StatusCode::CREATED, Json(VersionView::of(report, &signer))))
        }
        Err(SignError::Desk(error)) => Err(error.into()),
        Err(SignError::Refused(refused)) => Err(not_signed(refused)),
    }
}

fn field(pointer: &'static str, fr: &str, en: &str) -> Problem {
    Problem::fields(&[FieldError { pointer, detail: Text::new(fr, en) }])
}

fn not_signed(refused: SignRefused) -> Problem {
    let item = |of, fr: &str, en: &str| {
        let Text { fr: name_fr, en: name_en } = item_label(of);
        field("/items", &format!("{name_fr} : {fr}"), &format!("{name_en}: {en}"))
    };
    match refused {
        SignRefused::NoConclusion => {
            field("/conclusion", "La conclusion manque.", "The conclusion is missing.")
        }
        SignRefused::NoFindings => {
            field("/findings", "Les constatations manquent.", "The findings are missing.")
        }
        SignRefused::AlreadyFinal => {
            field("/status", "Un compte rendu définitif existe déjà.", "A final report is already signed.")
        }
        SignRefused::NothingToAddTo => field(
            "/status",
            "Un additif suit un compte rendu définitif, et il n'y en a pas.",
            "An addendum follows a final report, and there is none.",
        ),
        SignRefused::Unconfirmed(of) => item(
            of,
            "proposé par un modèle, à confirmer ou à corriger avant de signer.",
            "proposed by a model; confirm or correct it before signing.",
        ),
        SignRefused::Outdated(of) => item(
            of,
            "la proposition du modèle a changé ; relisez-la.",
            "the model's proposal has changed; read it again.",
        ),
        SignRefused::Twice(of) => item(of, "dit deux fois.", "stated twice."),
        SignRefused::Contradicts { item: of, with } => {
            let Text { fr, en } = item_label(with);
            item(
                of,
                &format!("en contradiction avec « {fr} », absent ou non dit."),
                &format!("contradicts '{en}', which is absent or not stated."),
            )
        }
        SignRefused::IchScore { stated, bounds: [least, most] } => {
            let (fr, en) = if least == most {
                (least.to_string(), least.to_string())
            } else {
                (format!("de {least} à {most}"), format!("{least} to {most}"))
            };
            item(
                Item::IchScore,
                &format!("{stated} saisi, {fr} d'après les autres rubriques ; corrigez l'un ou l'autre."),
                &format!("{stated} entered, {en} by the other items; correct one or the other."),
            )
        }
    }
}

/// The report in force.
#[utoipa::path(get, path = "/api/v1/cases/{id}/report", tag = "reports", params(("id" = String, Path)), responses(
    (status = 200, body = ReportView), (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument),
    (status = 404, body = ProblemDocument)))]
pub async fn get(access: CaseAccess<ViewCase>, State(app): State<App>) -> Result<Json<ReportView>, Problem> {
    let standing = report_in_force(&app.desk, access.case).await?.ok_or_else(Problem::not_found)?;
    Ok(Json(ReportView::of(standing, &people(&app.desk).await?)))
}

/// Every signed version.
#[derive(Debug, Serialize, ToSchema)]
pub struct Versions {
    versions: Vec<VersionView>,
}

/// Every signed version, earliest first.
#[utoipa::path(get, path = "/api/v1/cases/{id}/report/versions", tag = "reports", params(("id" = String, Path)),
    responses((status = 200, body = Versions), (status = 401, body = ProblemDocument),
        (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument)))]
pub async fn versions(
    access: CaseAccess<ViewCase>,
    State(app): State<App>,
) -> Result<Json<Versions>, Problem> {
    let signed = report_versions(&app.desk, access.case).await?;
    let people = people(&app.desk).await?;
    Ok(Json(Versions {
        versions: signed.into_iter().map(|report| VersionView::of(report, &people)).collect(),
    }))
}

/// What the models suggest.
#[derive(Debug, Serialize, ToSchema)]
pub struct Proposals {
    proposals: Vec<ProposalView>,
}

/// What the models' words suggest for the report; each is to be confirmed or corrected before it is signed.
#[utoipa::path(get, path = "/api/v1/cases/{id}/report/proposals", tag = "reports", params(("id" = String, Path)),
    responses((status = 200, body = Proposals), (status = 401, body = ProblemDocument),
        (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument)))]
pub async fn proposals(
    access: CaseAccess<SignReport>,
    State(app): State<App>,
) -> Result<Json<Proposals>, Problem> {
    let proposals = propose_report(&app.desk, access.case).await?;
    Ok(Json(Proposals { proposals: proposals.into_iter().map(ProposalView::from).collect() }))
}

/// How the paper is to be written.
#[derive(Debug, Deserialize, IntoParams)]
pub struct PaperStyle {
    /// `fr` (without it) or `en`.
    lang: Option<String>,
    /// The time zone of its times, as `Europe/Paris`; UTC without it.
    zone: Option<String>,
}

/// A signed version as PDF.
#[utoipa::path(get, path = "/api/v1/cases/{id}/report/{document}", tag = "reports",
    params(("id" = String, Path), ("document" = String, Path, description = "the version's number and `.pdf`"),
        PaperStyle),
    responses((status = 200, description = "the paper", content_type = "application/pdf"),
        (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument),
        (status = 404, body = ProblemDocument)))]
pub async fn paper(
    access: CaseAccess<ViewCase>,
    State(app): State<App>,
    Path((_, document)): Path<(String, String)>,
    Query(style): Query<PaperStyle>,
) -> Result<Response, Problem> {
    let version: u32 = document
        .strip_suffix(".pdf")
        .and_then(|number| number.parse().ok())
        .ok_or_else(Problem::not_found)?;
    let language = match style.lang.as_deref() {
        Some("en") => Language::English,
        _ => Language::French,
    };
    // An unknown zone is written as UTC, which the paper says beside each time.
    let zone = style.zone.and_then(|name| TimeZone::get(&name).ok()).unwrap_or(TimeZone::UTC);
    match export_pdf(&app.desk, access.case, version, Style { language, zone }).await {
        Ok(bytes) => {
            let name = format!("inline; filename=\"report-{version}.pdf\"");
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
                (
                    header::CONTENT_DISPOSITION,
                    HeaderValue::try_from(name).map_err(|e| Problem::internal(&e))?,
                ),
                (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
            ];
            Ok((headers, bytes).into_response())
        }
        Err(ExportError::NoSuchVersion) => Err(Problem::not_found()),
        Err(ExportError::Db(error)) => Err(error.into()),
        Err(error @ ExportError::Pdf(_)) => Err(Problem::internal(&error)),
    }
}
