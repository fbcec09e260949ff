//! Examinations: prescribed by readers, read and confirmed by technologists.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::App;
use super::access::{CaseAccess, ConfirmProtocol, Permit, PrescribeProtocol, ViewCase};
use super::body::Body;
use super::problem::{FieldError, Problem, ProblemDocument};
use crate::domain::identity::ProtocolId;
use crate::domain::protocol::{
    Contrast, Done, Modality, NotMoved, Order, Phase, Prescription, Questions, Unfit,
};
use crate::domain::wording::{Text, concern_name, phase_name};
use crate::pathway::confirm_protocol::{acknowledge_protocol, finish_protocol, refuse_protocol};
use crate::pathway::prescribe_protocol::{ProtocolError, prescribe_protocol, withdraw_protocol};
use crate::pathway::view::protocol::ProtocolView;
use crate::pathway::view_protocols::{protocols_here, protocols_of_case, view_protocol};

/// What the reader prescribes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PrescriptionBody {
    /// `CT` or `MR`.
    #[schema(value_type = String)]
    modality: Modality,
    /// CT: `non_contrast_head`, `angiography_arch_to_vertex`, `multiphase_angiography`, `ct_perfusion`,
    /// `delayed_head`; MR: `diffusion`, `flair`, `susceptibility`, `time_of_flight`, `contrast_angiography`,
    /// `mr_perfusion`.
    #[schema(value_type = Vec<String>)]
    phases: Vec<Phase>,
    /// `{"kind":"none"}` or `{"kind":"injected","dose_ml":70}`.
    #[schema(value_type = Object)]
    contrast: Contrast,
    #[serde(default)]
    range: String,
    reason: String,
    /// `{"renal":{"kind":"known","egfr":80},"allergy":"no","pregnancy":"unknown","implant":"unknown"}`.
    #[schema(value_type = Object)]
    questions: Questions,
    /// Needed where something speaks against it.
    #[serde(default)]
    despite: String,
}

/// What was done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DoneBody {
    /// Empty: as prescribed.
    #[serde(default)]
    deviation: String,
}

/// Why not.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefusalBody {
    reason: String,
}

/// Orders.
#[derive(Debug, Serialize, ToSchema)]
pub struct Protocols {
    protocols: Vec<ProtocolView>,
}

#[derive(Debug, Deserialize)]
pub struct OrderPath {
    protocol: String,
}

impl OrderPath {
    fn id(&self) -> Result<ProtocolId, Problem> {
        self.protocol.parse().map_err(|_| Problem::not_found())
    }
}

fn field(pointer: &'static str, fr: &str, en: &str) -> Problem {
    Problem::fields(&[FieldError { pointer, detail: Text::new(fr, en) }])
}

fn unfit(unfit: Unfit) -> Problem {
    let phase = |of: Phase, fr: &str, en: &str| {
        let Text { fr: name_fr, en: name_en } = phase_name(of);
        field("/phases", &format!("{name_fr} : {fr}"), &format!("{name_en}: {en}"))
    };
    match unfit {
        Unfit::NoPhase => {
            field("/phases", "Au moins une phase est nécessaire.", "At least one phase is needed.")
        }
        Unfit::OtherScanner(of) => phase(of, "d'un autre appareil.", "belongs to the other scanner."),
        Unfit::Twice(of) => phase(of, "demandée deux fois.", "asked for twice."),
        Unfit::NoContrast(of) => {
            let Text { fr, en } = phase_name(of);
            field(
                "/contrast",
                &format!("« {fr} » demande une injection."),
                &format!("'{en}' needs contrast."),
            )
        }
        Unfit::ContrastUnused => {
            field("/contrast", "Aucune phase n'utilise l'injection.", "No phase uses the contrast.")
        }
        Unfit::NoReason => field("/reason", "L'indication manque.", "The reason is missing."),
        Unfit::NoReasonDespite(concern) => {
            let Text { fr, en } = concern_name(concern);
            field(
                "/despite",
                &format!("Contre-indication ({fr}) : écrivez pourquoi l'examen est fait quand même."),
                &format!("Contra-indication ({en}): write why the examination is done all the same."),
            )
        }
    }
}

fn refused(error: ProtocolError) -> Problem {
    match error {
        ProtocolError::Desk(error) => error.into(),
        ProtocolError::NoSuchOrder => Problem::not_found(),
        ProtocolError::Unfit(reason) => unfit(reason),
        ProtocolError::NotMoved(NotMoved::NoReason) => {
            field("/reason", "La raison manque.", "The reason is missing.")
        }
        ProtocolError::NotMoved(NotMoved::Closed) => Problem::says(
            StatusCode::CONFLICT,
            "closed",
            "Cette prescription est déjà close.",
            "This order is already closed.",
        ),
        ProtocolError::NotMoved(NotMoved::Acknowledged) => Problem::says(
            StatusCode::CONFLICT,
            "acknowledged",
            "Cette prescription est déjà prise en compte.",
            "This order is already acknowledged.",
        ),
    }
}

async fn shown(app: &App, order: Result<Order, ProtocolError>) -> Result<Json<ProtocolView>, Problem> {
    let order = order.map_err(refused)?;
    Ok(Json(view_protocol(&app.desk, order).await?.ok_or_else(Problem::not_found)?))
}

/// Prescribe an examination.
#[utoipa::path(post, path = "/api/v1/cases/{id}/protocols", tag = "protocols", params(("id" = String, Path)),
    request_body = PrescriptionBody, responses((status = 201, body = ProtocolView),
        (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument),
        (status = 404, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub async fn prescribe(
    access: CaseAccess<PrescribeProtocol>,
    State(app): State<App>,
    Body(body): Body<PrescriptionBody>,
) -> Result<(StatusCode, Json<ProtocolView>), Problem> {
    let PrescriptionBody { modality, phases, contrast, range, reason, questions, despite } = body;
    let prescription = Prescription { modality, phases, contrast, range, reason, questions, despite };
    let order = prescribe_protocol(&app.desk, &access.actor, access.case, prescription).await;
    Ok((StatusCode::CREATED, shown(&app, order).await?))
}

/// A case's orders, latest first.
#[utoipa::path(get, path = "/api/v1/cases/{id}/protocols", tag = "protocols", params(("id" = String, Path)),
    responses((status = 200, body = Protocols), (status = 401, body = ProblemDocument),
        (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument)))]
pub async fn of_case(
    access: CaseAccess<ViewCase>,
    State(app): State<App>,
) -> Result<Json<Protocols>, Problem> {
    Ok(Json(Protocols { protocols: protocols_of_case(&app.desk, access.case).await? }))
}

/// The orders of one's own sites: the open ones, and those of the last twelve hours.
#[utoipa::path(get, path = "/api/v1/protocols", tag = "protocols", responses((status = 200, body = Protocols),
    (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument)))]
pub async fn here(
    permit: Permit<ConfirmProtocol>,
    State(app): State<App>,
) -> Result<Json<Protocols>, Problem> {
    Ok(Json(Protocols { protocols: protocols_here(&app.desk, &permit.actor).await? }))
}

/// Take a prescription back before it is done.
#[utoipa::path(post, path = "/api/v1/cases/{id}/protocols/{protocol}/withdraw", tag = "protocols",
    params(("id" = String, Path), ("protocol" = String, Path)), responses((status = 200, body = ProtocolView),
        (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument),
        (status = 404, body = ProblemDocument), (status = 409, body = ProblemDocument)))]
pub async fn withdraw(
    access: CaseAccess<PrescribeProtocol>,
    State(app): State<App>,
    Path(path): Path<OrderPath>,
) -> Result<Json<ProtocolView>, Problem> {
    shown(&app, withdraw_protocol(&app.desk, &access.actor, access.case, path.id()?).await).await
}

/// The technologist has read it.
#[utoipa::path(post, path = "/api/v1/cases/{id}/protocols/{protocol}/acknowledge", tag = "protocols",
    params(("id" = String, Path), ("protocol" = String, Path)), responses((status = 200, body = ProtocolView),
        (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument),
        (status = 404, body = ProblemDocument), (status = 409, body = ProblemDocument)))]
pub async fn acknowledge(
    access: CaseAccess<ConfirmProtocol>,
    State(app): State<App>,
    Path(path): Path<OrderPath>,
) -> Result<Json<ProtocolView>, Problem> {
    shown(&app, acknowledge_protocol(&app.desk, &access.actor, access.case, path.id()?).await).await
}

/// The technologist says what was done.
#[utoipa::path(post, path = "/api/v1/cases/{id}/protocols/{protocol}/done", tag = "protocols",
    params(("id" = String, Path), ("protocol" = String, Path)), request_body = DoneBody,
    responses((status = 200, body = ProtocolView), (status = 401, body = ProblemDocument),
        (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument),
        (status = 409, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub async fn done(
    access: CaseAccess<ConfirmProtocol>,
    State(app): State<App>,
    Path(path): Path<OrderPath>,
    Body(DoneBody { deviation }): Body<DoneBody>,
) -> Result<Json<ProtocolView>, Problem> {
    let done = if deviation.is_empty() { Done::AsPrescribed } else { Done::Deviated { what: deviation } };
    shown(&app, finish_protocol(&app.desk, &access.actor, access.case, path.id()?, done).await).await
}

/// The technologist cannot, and says why.
#[utoipa::path(post, path = "/api/v1/cases/{id}/protocols/{protocol}/refuse", tag = "protocols",
    params(("id" = String, Path), ("protocol" = String, Path)), request_body = RefusalBody,
    responses((status = 200, body = ProtocolView), (status = 401, body = ProblemDocument),
        (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument),
        (status = 409, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub async fn refuse(
    access: CaseAccess<ConfirmProtocol>,
    State(app): State<App>,
    Path(path): Path<OrderPath>,
    Body(RefusalBody { reason }): Body<RefusalBody>,
) -> Result<Json<ProtocolView>, Problem> {
    shown(&app, refuse_protocol(&app.desk, &access.actor, access.case, path.id()?, reason).await).await
}
