//! The rota: who is on call, the week, and its changes.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use jiff::civil::{Date, DateTime, Time};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::access::{Administer, Permit, ReadRota};
use super::body::Body;
use super::problem::{FieldError, Problem, ProblemDocument};
use crate::domain::identity::{SiteId, UserId};
use crate::domain::rota::{Day, Exception, Level, Pool, RotaError, Shift, Specialty, Zone};
use crate::domain::wording::Text;
use crate::pathway::edit_rota::{self, EditError};
use crate::pathway::manage_users::Manager;
use crate::pathway::view::rota::{OnCallView, RotaView};
use crate::pathway::who_is_on_call::{week, who_is_on_call};

pub mod import;

/// For which site and need.
#[derive(Debug, Deserialize, IntoParams)]
pub struct Asked {
    #[param(value_type = String)]
    site: SiteId,
    /// `neurologist`, `radiologist` or `interventionalist`.
    #[param(value_type = String)]
    need: Specialty,
}

/// Who is on call now, in the order in which they are called, and why.
#[utoipa::path(get, path = "/api/v1/on-call", tag = "rota", params(Asked), responses(
    (status = 200, body = OnCallView), (status = 400, body = ProblemDocument), (status = 401, body = ProblemDocument),
    (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument)))]
pub async fn on_call(
    permit: Permit<ReadRota>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Json<OnCallView>, Problem> {
    if !app.desk.sight(&permit.actor.user).sees(&asked.site) {
        return Err(Problem::not_found());
    }
    Ok(Json(who_is_on_call(&app.desk, &asked.site, asked.need).await?))
}

/// Which week.
#[derive(Debug, Deserialize, IntoParams)]
pub struct Week {
    /// Any of its days; this week if left out.
    #[param(value_type = Option<String>, format = Date)]
    day: Option<Date>,
}

/// A week of the rota: who holds each level, and its gaps.
#[utoipa::path(get, path = "/api/v1/rota", tag = "rota", params(Week), responses(
    (status = 200, body = RotaView), (status = 400, body = ProblemDocument), (status = 401, body = ProblemDocument),
    (status = 403, body = ProblemDocument)))]
pub async fn read(
    _permit: Permit<ReadRota>,
    State(app): State<App>,
    Query(asked): Query<Week>,
) -> Result<Json<RotaView>, Problem> {
    Ok(Json(week(&app.desk, asked.day).await?))
}

/// A weekly shift; an end that is not after its start is the next day's.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShiftBody {
    /// 1 is called first.
    #[schema(value_type = u8)]
    level: Level,
    #[schema(value_type = String)]
    person: UserId,
    /// `monday` to `sunday`: those on which it begins.
    #[schema(value_type = Vec<String>)]
    days: Vec<Day>,
    /// As `20:00`.
    #[schema(value_type = String)]
    from: Time,
    #[schema(value_type = String)]
    to: Time,
}

/// Dated hours that take a level from its weekly shifts; without people it is nobody's.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExceptionBody {
    #[schema(value_type = u8)]
    level: Level,
    /// As `2026-12-24T20:00`, by the clocks of the pool's zone.
    #[schema(value_type = String)]
    from: DateTime,
    #[schema(value_type = String)]
    to: DateTime,
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    people: Vec<UserId>,
    #[serde(default)]
    note: String,
}

/// A pool, whole.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PoolBody {
    name: String,
    #[schema(value_type = String)]
    specialty: Specialty,
    #[schema(value_type = Vec<String>)]
    sites: Vec<SiteId>,
    /// An IANA name, as `Europe/Paris`.
    #[schema(value_type = String)]
    zone: Zone,
    #[serde(default)]
    shifts: Vec<ShiftBody>,
    #[serde(default)]
    exceptions: Vec<ExceptionBody>,
    /// The version that was read; left out for a new pool.
    version: Option<i64>,
}

impl PoolBody {
    fn into_pool(self, id: SiteId) -> Pool {
        let shift = |body: ShiftBody| {
            let ShiftBody { level, person, days, from, to } = body;
            Shift { level, person, days: days.into_iter().collect(), from, to }
        };
        let exception = |body: ExceptionBody| {
            let ExceptionBody { level, from, to, people, note } = body;
            Exception { level, from, to, people: people.into_iter().collect(), note }
        };
        Pool {
            id,
            name: self.name,
            specialty: self.specialty,
            sites: self.sites.into_iter().collect(),
            zone: self.zone,
            shifts: self.shifts.into_iter().map(shift).collect(),
            exceptions: self.exceptions.into_iter().map(exception).collect(),
        }
    }
}

/// What an edit must name next time.
#[derive(Debug, Serialize, ToSchema)]
pub struct PoolVersion {
    version: i64,
}

/// Add a pool, or replace the version that was read.
#[utoipa::path(put, path = "/api/v1/rota/pools/{pool}", tag = "rota", params(("pool" = String, Path)),
    request_body = PoolBody, responses((status = 200, body = PoolVersion), (status = 401, body = ProblemDocument),
    (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument),
    (status = 409, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub async fn put(
    permit: Permit<Administer>,
    State(app): State<App>,
    Path(pool): Path<String>,
    Body(body): Body<PoolBody>,
) -> Result<Json<PoolVersion>, Problem> {
    let id: SiteId = pool
        .parse()
        .map_err(|_| field("/id", "De 1 à 64 parmi a–z, 0–9 et « - ».", "1 to 64 of a–z, 0–9 and '-'."))?;
    let seen = body.version;
    let pool = body.into_pool(id);
    let version = match seen {
        Some(seen) => edit_rota::change_pool(&app.desk, &permit.actor, &pool, seen).await.map_err(refused)?,
        None => {
            edit_rota::add_pool(&app.desk, Manager::Person(&permit.actor), &pool).await.map_err(refused)?;
            1
        }
    };
    Ok(Json(PoolVersion { version }))
}

/// The version that was read.
#[derive(Debug, Deserialize, IntoParams)]
pub struct Seen {
    version: i64,
}

/// Remove a pool.
#[utoipa::path(delete, path = "/api/v1/rota/pools/{pool}", tag = "rota", params(("pool" = String, Path), Seen),
    responses((status = 204, description = "removed"), (status = 401, body = ProblemDocument),
    (status = 403, body = ProblemDocument), (status = 404, body = ProblemDocument),
    (status = 409, body = ProblemDocument)))]
pub async fn remove(
    permit: Permit<Administer>,
    State(app): State<App>,
    Path(pool): Path<String>,
    Query(seen): Query<Seen>,
) -> Result<StatusCode, Problem> {
    let id: SiteId = pool.parse().map_err(|_| Problem::not_found())?;
    edit_rota::remove_pool(&app.desk, &permit.actor, &id, seen.version).await.map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}

fn field(pointer: &'static str, fr: impl Into<String>, en: impl Into<String>) -> Problem {
    Problem::fields(&[FieldError { pointer, detail: Text::new(fr, en) }])
}

fn refused(error: EditError) -> Problem {
    let said = error.to_string();
    match error {
        EditError::Rota(error) => rule(&error, said),
        EditError::UnknownSite(site) => {
            field("/sites", format!("La région n'a pas de site « {site} »."), said)
        }
        EditError::CannotAnswer { person, site } => {
            let fr = format!(
                "{person} ne peut pas répondre pour {site} : ce n'est pas un lecteur en service qui voit ses cas."
            );
            field("/shifts", fr, said)
        }
        EditError::Outdated => Problem::says(
            StatusCode::CONFLICT,
            "outdated",
            "Ce tour de garde a changé depuis que vous l'avez lu. Rechargez-le, puis refaites votre modification.",
            "This pool has changed since you read it. Reload it, then make your change again.",
        ),
        EditError::Taken => Problem::says(
            StatusCode::CONFLICT,
            "taken",
            "Un tour de garde de ce nom existe déjà.",
            "A pool of this name is there already.",
        ),
        EditError::Db(error) => error.into(),
    }
}

fn rule(error: &RotaError, said: String) -> Problem {
    match error {
        RotaError::Name => field("/name", "De 1 à 80 caractères.", said),
        RotaError::NoSite => field("/sites", "Un site au moins.", said),
        RotaError::NoDay { number } => {
            field("/shifts", format!("La garde n° {number} ne commence aucun jour."), said)
        }
        RotaError::Backwards { number } => {
            field("/exceptions", format!("L'exception n° {number} finit avant de commencer."), said)
        }
        RotaError::Overlap { level, one, other } => {
            let level = u8::from(*level);
            let fr = format!("Les exceptions {one} et {other} tiennent le niveau {level} en même temps.");
            field("/exceptions", fr, said)
        }
        RotaError::TooMany => field("/shifts", "Au plus 1000 gardes et autant d'exceptions.", said),
    }
}
