//! For administrators and auditors: accounts, models, conflicts, the audit chain.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::access::{Administer, Permit, ViewAudit};
use super::body::Body;
use super::problem::{FieldError, Problem, ProblemDocument};
use super::sessions::UserBody;
use crate::db::users::Standing;
use crate::db::{audit as chain, conflicts as kept};
use crate::domain::identity::{Role, SiteId};
use crate::domain::time::Timestamp;
use crate::domain::wording::Text;
use crate::pathway::manage_users::{self, ManageError, Manager, NewUser, add_user as add, list_users};

/// Rows of one answer at most.
const PAGE: u32 = 500;

/// An account as an administrator sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Account {
    #[serde(flatten)]
    user: UserBody,
    disabled: bool,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

/// Every account.
#[derive(Debug, Serialize, ToSchema)]
pub struct Accounts {
    users: Vec<Account>,
}

/// Every account.
#[utoipa::path(get, path = "/api/v1/users", tag = "admin", responses((status = 200, body = Accounts),
    (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument)))]
pub async fn users(_permit: Permit<Administer>, State(app): State<App>) -> Result<Json<Accounts>, Problem> {
    let users = list_users(&app.desk).await?.into_iter().map(|user| Account {
        user: UserBody::of(&user, &app.desk.region),
        disabled: user.standing == Standing::Disabled,
        created_at: user.created_at,
    });
    Ok(Json(Accounts { users: users.collect() }))
}

/// An account to add.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    username: String,
    display_name: String,
    #[schema(value_type = String)]
    role: Role,
    #[schema(value_type = Vec<String>)]
    sites: Vec<SiteId>,
    password: String,
}

/// Add an account.
#[utoipa::path(post, path = "/api/v1/users", tag = "admin", request_body = NewAccount, responses(
    (status = 201, body = UserBody), (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument),
    (status = 409, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub async fn add_user(
    permit: Permit<Administer>,
    State(app): State<App>,
    Body(new): Body<NewAccount>,
) -> Result<(StatusCode, Json<UserBody>), Problem> {
    let NewAccount { username, display_name, role, sites, password } = new;
    let new = NewUser { username, display_name, role, sites, password };
    let user = add(&app.desk, Manager::Person(&permit.actor), new).await.map_err(refused)?;
    Ok((StatusCode::CREATED, Json(UserBody::of(&user, &app.desk.region))))
}

fn refused(error: ManageError) -> Problem {
    let field =
        |pointer, fr: &str, en: String| Problem::fields(&[FieldError { pointer, detail: Text::new(fr, en) }]);
    let said = error.to_string();
    match error {
        ManageError::Name => field("/username", "De 1 à 64 parmi a–z, 0–9, '.', '_' et '-'.", said),
        ManageError::DisplayName => field("/display_name", "De 1 à 128 caractères.", said),
        ManageError::UnknownSite(_) => field("/sites", "Un de ces sites n'est pas dans la région.", said),
        ManageError::Password(_) => field("/password", "De 8 à 256 caractères.", said),
        ManageError::Taken => Problem::says(
            StatusCode::CONFLICT,
            "taken",
            "Ce nom d'utilisateur est pris.",
            "The user name is taken.",
        ),
        ManageError::Unknown => Problem::not_found(),
        ManageError::Interrupted(error) => Problem::internal(&error),
        ManageError::Db(error) => error.into(),
    }
}

/// Disable an account and end its sessions.
#[utoipa::path(post, path = "/api/v1/users/{username}/disable", tag = "admin", params(("username" = String, Path)),
    responses((status = 204, description = "disabled"), (status = 401, body = ProblemDocument),
        (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument)))]
pub async fn disable_user(
    permit: Permit<Administer>,
    State(app): State<App>,
    Path(username): Path<String>,
) -> Result<StatusCode, Problem> {
    let manager = Manager::Person(&permit.actor);
    manage_users::disable_user(&app.desk, manager, &username).await.map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Every model in service, by its manifest.
#[derive(Debug, Serialize, ToSchema)]
pub struct Models {
    #[schema(value_type = Vec<Object>)]
    models: Vec<Value>,
}

/// The models in service.
#[utoipa::path(get, path = "/api/v1/models", tag = "admin", responses((status = 200, body = Models),
    (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument)))]
pub async fn models(_permit: Permit<Administer>, State(app): State<App>) -> Result<Json<Models>, Problem> {
    let installed = app.models.iter().flat_map(|models| models.installed());
    let models: Result<Vec<Value>, _> =
        installed.map(|model| serde_json::to_value(model.network.manifest())).collect();
    Ok(Json(Models { models: models.map_err(|error| Problem::internal(&error))? }))
}

/// The same SOP Instance UID received with other bytes.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConflictBody {
    id: String,
    sop_instance_uid: String,
    #[schema(value_type = String)]
    site: SiteId,
    size: i64,
    #[schema(value_type = String, format = DateTime)]
    received_at: Timestamp,
}

/// Every conflict.
#[derive(Debug, Serialize, ToSchema)]
pub struct Conflicts {
    conflicts: Vec<ConflictBody>,
}

/// Instances received twice with different bytes, newest first.
#[utoipa::path(get, path = "/api/v1/conflicts", tag = "admin", responses((status = 200, body = Conflicts),
    (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument)))]
pub async fn conflicts(
    _permit: Permit<Administer>,
    State(app): State<App>,
) -> Result<Json<Conflicts>, Problem> {
    let mut tx = app.desk.db.read().await?;
    let conflicts = kept::all(&mut tx, PAGE).await?.into_iter().map(|conflict| ConflictBody {
        id: conflict.id,
        sop_instance_uid: conflict.sop_instance.into(),
        site: conflict.site,
        size: conflict.size,
        received_at: conflict.received_at,
    });
    Ok(Json(Conflicts { conflicts: conflicts.collect() }))
}

/// Which part of the chain.
#[derive(Debug, Deserialize, IntoParams)]
pub struct AuditPage {
    /// Records after this number; from the first if left out.
    after: Option<i64>,
    /// At most 500.
    limit: Option<u32>,
}

/// A record of the chain.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditRecord {
    seq: i64,
    #[schema(value_type = Object)]
    record: Value,
    hash: String,
}

/// A part of the chain, in order.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditRecords {
    records: Vec<AuditRecord>,
}

/// The audit chain.
#[utoipa::path(get, path = "/api/v1/audit", tag = "admin", params(AuditPage), responses(
    (status = 200, body = AuditRecords), (status = 401, body = ProblemDocument),
    (status = 403, body = ProblemDocument)))]
pub async fn audit(
    _permit: Permit<ViewAudit>,
    State(app): State<App>,
    Query(page): Query<AuditPage>,
) -> Result<Json<AuditRecords>, Problem> {
    let mut tx = app.desk.db.read().await?;
    let limit = page.limit.unwrap_or(PAGE).clamp(1, PAGE);
    let rows = chain::after(&mut tx, page.after.unwrap_or(0), limit).await?;
    let records = rows.into_iter().map(|row| AuditRecord {
        seq: row.seq,
        record: serde_json::from_str(&row.record).unwrap_or(Value::Null),
        hash: row.hash,
    });
    Ok(Json(AuditRecords { records: records.collect() }))
}
