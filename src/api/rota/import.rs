//! A table of dated hours, looked at and then taken.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::refused;
use crate::api::App;
use crate::api::access::{Administer, Permit};
use crate::api::body::Body;
use crate::api::problem::{Problem, ProblemDocument};
use crate::domain::identity::SiteId;
use crate::domain::rota::import::{Change, Wrong};
use crate::domain::wording::{Text, import_problem};
use crate::pathway::import_rota::{ImportError, import_rota, preview_import};
use crate::pathway::view::Words;

/// A table: a first line of column names `pool,level,person,from,to` and, if wanted, `zone` (IANA; else the pool's).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TableBody {
    /// Comma- or semicolon-separated; hours as `2026-12-24T20:00`, people by their account's name.
    table: String,
}

/// A wrong line.
#[derive(Debug, Serialize, ToSchema)]
pub struct WrongLine {
    line: u64,
    #[schema(value_type = Words)]
    text: Text,
}

/// What a pool gets of the table.
#[derive(Debug, Serialize, ToSchema)]
pub struct PoolChange {
    #[schema(value_type = String)]
    id: SiteId,
    name: String,
    /// Lines that add someone.
    added: usize,
    /// Lines that were there already.
    already: usize,
}

/// What a table does; nothing while any line is wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportView {
    pools: Vec<PoolChange>,
    wrong: Vec<WrongLine>,
}

impl From<Vec<Change>> for ImportView {
    fn from(changes: Vec<Change>) -> Self {
        let change =
            |Change { pool, added, already }| PoolChange { id: pool.id, name: pool.name, added, already };
        Self { pools: changes.into_iter().map(change).collect(), wrong: Vec::new() }
    }
}

impl From<Wrong> for WrongLine {
    fn from(Wrong { line, problem }: Wrong) -> Self {
        Self { line, text: import_problem(&problem) }
    }
}

/// What a table would change, and its wrong lines. Nothing is kept.
#[utoipa::path(post, path = "/api/v1/rota/import/preview", tag = "rota", request_body = TableBody, responses(
    (status = 200, body = ImportView), (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument),
    (status = 422, body = ProblemDocument)))]
pub async fn preview(
    _permit: Permit<Administer>,
    State(app): State<App>,
    Body(TableBody { table }): Body<TableBody>,
) -> Result<Json<ImportView>, Problem> {
    match preview_import(&app.desk, &table).await {
        Ok(changes) => Ok(Json(changes.into())),
        Err(ImportError::Lines(wrong)) => Ok(Json(ImportView {
            pools: Vec::new(),
            wrong: wrong.into_iter().map(WrongLine::from).collect(),
        })),
        Err(ImportError::Edit(error)) => Err(refused(error)),
    }
}

/// Take a table: all of its lines, or none.
#[utoipa::path(post, path = "/api/v1/rota/import", tag = "rota", request_body = TableBody, responses(
    (status = 200, body = ImportView), (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument),
    (status = 409, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub async fn take(
    permit: Permit<Administer>,
    State(app): State<App>,
    Body(TableBody { table }): Body<TableBody>,
) -> Result<Json<ImportView>, Problem> {
    match import_rota(&app.desk, &permit.actor, &table).await {
        Ok(changes) => Ok(Json(changes.into())),
        Err(ImportError::Lines(wrong)) => Err(wrong_lines(wrong)),
        Err(ImportError::Edit(error)) => Err(refused(error)),
    }
}

fn wrong_lines(wrong: Vec<Wrong>) -> Problem {
    let lines: Vec<_> = wrong
        .into_iter()
        .map(|Wrong { line, problem }| serde_json::json!({ "line": line, "text": import_problem(&problem) }))
        .collect();
    Problem::says(
        StatusCode::UNPROCESSABLE_ENTITY,
        "wrong_lines",
        "Des lignes du tableau sont refusées ; rien n'a été enregistré.",
        "Lines of the table are refused; nothing was kept.",
    )
    .with("lines", lines.into())
}
