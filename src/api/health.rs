//! Liveness and readiness.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::App;

/// The process answers.
#[utoipa::path(get, path = "/healthz", tag = "health", responses((status = 200, description = "alive")))]
pub async fn live() -> Response {
    Json(json!({ "status": "ok" })).into_response()
}

/// Each dependency, and whether work can be taken. The DICOM listener and the media relay are bound before the
/// HTTP server answers at all; here is what can fail later.
#[utoipa::path(get, path = "/readyz", tag = "health", responses(
    (status = 200, description = "ready"), (status = 503, description = "a dependency fails; which is said")
))]
pub async fn ready(State(app): State<App>) -> Response {
    let database = match app.desk.db.read().await {
        Ok(mut tx) => crate::db::events::last(&mut tx).await.is_ok(),
        Err(_) => false,
    };
    // A file begun and given up: it never gets a name.
    let vault = app.vault.begin(b"").await.is_ok();
    let models = app.models.is_some();
    let listening = !app.stop.is_cancelled();
    let word = |ok: bool| if ok { "ok" } else { "failed" };
    let ready = database && vault && models && listening;
    let body = json!({
        "status": word(ready),
        "dependencies": {
            "database": word(database),
            "vault": word(vault),
            "models": word(models),
            "dicom": word(listening),
            "media": word(listening),
        },
    });
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(body)).into_response()
}
