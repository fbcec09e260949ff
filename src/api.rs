//! The HTTP edge: JSON API, DICOMweb, events, media signalling, the web application. Deny by default: what is not
//! in the public list below goes through a handler that names its permission.

mod access;
mod admin;
mod body;
mod calls;
mod cases;
mod consults;
mod contact;
mod dicomweb;
mod dispatch;
mod events;
mod fhir;
mod guarded;
mod headers;
mod health;
mod indicators;
mod metrics;
mod milestones;
mod models;
mod openapi;
pub mod problem;
mod protocols;
mod region;
mod reports;
mod rota;
mod scores;
mod sessions;
mod staffing;
mod web;
mod worklist;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::extract::connect_info::IntoMakeServiceWithConnectInfo;
use axum::http::StatusCode;
use axum::middleware;
use axum::routing::{get, post};
use tokio_util::sync::CancellationToken;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

pub use access::{CaseAccess, ConsultAccess, Permission, Permit};
pub use openapi::document;

use crate::archive::FileStore;
use crate::inference::models::Models;
use crate::pathway::contact::Outward;
use crate::pathway::desk::Desk;
use crate::pathway::media::MediaRelay;
use crate::pathway::receive_instance::Receiver;
use crate::pathway::retrieve::Retriever;
use crate::pathway::tell_presence::tell_presence;
use guarded::Guarded;
use metrics::Metrics;

/// Longest JSON or SDP body taken, bytes.
const BODY_LIMIT: usize = 256 * 1024;
/// Longest a request of the JSON API may take until its answer begins.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the edge is made of.
#[derive(Debug)]
pub struct Parts {
    pub desk: Desk,
    pub vault: FileStore,
    pub receiver: Receiver,
    pub retriever: Retriever,
    pub relay: Arc<dyn MediaRelay>,
    /// Without one nothing is analysed, and the server is not ready.
    pub models: Option<Models>,
    /// The channels that calls go out by, as people are told of them.
    pub outward: Outward,
    /// Ends the streams that would otherwise keep the server from stopping.
    pub stop: CancellationToken,
}

/// What every handler works with. Cloning shares it.
#[derive(Debug, Clone)]
pub struct App {
    desk: Desk,
    vault: FileStore,
    receiver: Receiver,
    retriever: Retriever,
    relay: Arc<dyn MediaRelay>,
    models: Option<Models>,
    outward: Outward,
    metrics: Metrics,
    stop: CancellationToken,
}

impl App {
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let Parts { desk, vault, receiver, retriever, relay, models, outward, stop } = parts;
        Self { desk, vault, receiver, retriever, relay, models, outward, metrics: Metrics::default(), stop }
    }
}

/// The edge as a service that knows its peers' addresses. Who publishes in a call is told from here on.
#[must_use]
pub fn service(app: App) -> IntoMakeServiceWithConnectInfo<Router, SocketAddr> {
    tokio::spawn(tell_presence(app.desk.clone(), Arc::clone(&app.relay), app.stop.clone()));
    router(app).into_make_service_with_connect_info()
}

/// The whole HTTP edge.
fn router(app: App) -> Router {
    let guarded = protected();
    tracing::debug!(routes = guarded.routes().len(), "protected routes");
    let json = guarded.into_router().merge(public()).nest("/fhir/R4", fhir::routes().into_router());
    let limited = json
        .merge(web::router())
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, PATIENCE))
        .layer(CompressionLayer::new().gzip(true));
    // Images stream both ways: no body limit, no deadline, no compression of what is compressed.
    let images = dicomweb::routes().into_router().fallback(|| async { problem::Problem::not_found() });
    limited
        .nest("/dicomweb", images)
        .layer(middleware::from_fn(problem::complete))
        .layer(middleware::from_fn(headers::secure))
        .layer(middleware::from_fn_with_state(app.metrics.clone(), metrics::observe))
        .with_state(app)
}

/// Routes that need no sign-in: the sign-in itself, health, the description of the API.
fn public() -> Router<App> {
    Router::new()
        .route("/api/v1/sessions", post(sessions::create))
        .route("/api/openapi.json", get(openapi::serve))
        .route("/fhir/R4/metadata", get(fhir::metadata))
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::expose))
}

/// Routes whose handlers name the permission they need; others do not compile here.
fn protected() -> Guarded {
    Guarded::new()
        .get("/api/v1/sessions/current", sessions::current)
        .delete("/api/v1/sessions/current", sessions::end)
        .get("/api/v1/region", region::get)
        .get("/api/v1/worklist", worklist::get)
        .get("/api/v1/events", events::follow)
        .post("/api/v1/cases", cases::raise)
        .get("/api/v1/cases/{id}", cases::get)
        .get("/api/v1/cases/{id}/timeline", cases::timeline)
        .get("/api/v1/cases/{id}/place", cases::place)
        .post("/api/v1/cases/{id}/claim", cases::claim)
        .post("/api/v1/cases/{id}/release", cases::release)
        .post("/api/v1/cases/{id}/decision", cases::decide)
        .get("/api/v1/cases/{id}/milestones", milestones::board)
        .post("/api/v1/cases/{id}/milestones", milestones::record)
        .get("/api/v1/scales", scores::forms)
        .get("/api/v1/cases/{id}/scores", scores::list)
        .post("/api/v1/cases/{id}/scores", scores::record)
        .get("/api/v1/cases/{id}/report", reports::get)
        .post("/api/v1/cases/{id}/report", reports::sign)
        .get("/api/v1/cases/{id}/report/proposals", reports::proposals)
        .get("/api/v1/cases/{id}/report/versions", reports::versions)
        .get("/api/v1/cases/{id}/report/{document}", reports::paper)
        .get("/api/v1/protocols", protocols::here)
        .get("/api/v1/cases/{id}/protocols", protocols::of_case)
        .post("/api/v1/cases/{id}/protocols", protocols::prescribe)
        .post("/api/v1/cases/{id}/protocols/{protocol}/withdraw", protocols::withdraw)
        .post("/api/v1/cases/{id}/protocols/{protocol}/acknowledge", protocols::acknowledge)
        .post("/api/v1/cases/{id}/protocols/{protocol}/done", protocols::done)
        .post("/api/v1/cases/{id}/protocols/{protocol}/refuse", protocols::refuse)
        .post("/api/v1/cases/{id}/studies", cases::attach)
        .get("/api/v1/studies/unassigned", cases::unassigned)
        .get("/api/v1/cases/{id}/series/{series}/overlay", cases::overlay)
        .get("/api/v1/cases/{id}/dispatch/options", dispatch::options)
        .post("/api/v1/cases/{id}/dispatch/decision", dispatch::decide)
        .get("/api/v1/cases/{id}/dispatch/record", dispatch::record)
        .post("/api/v1/cases/{id}/dispatch/actual", dispatch::actual)
        .get("/api/v1/dispatch/foresight", dispatch::overall)
        .post("/api/v1/cases/{id}/consults", consults::open)
        .get("/api/v1/consults/{id}", consults::get)
        .post("/api/v1/consults/{id}/whip", consults::ingest)
        .options("/api/v1/consults/{id}/whip", consults::describe)
        .patch("/api/v1/consults/{id}/whip/{resource}", consults::patch)
        .delete("/api/v1/consults/{id}/whip/{resource}", consults::end)
        .post("/api/v1/consults/{id}/whep", consults::egress)
        .options("/api/v1/consults/{id}/whep", consults::describe)
        .patch("/api/v1/consults/{id}/whep/{resource}", consults::patch)
        .delete("/api/v1/consults/{id}/whep/{resource}", consults::end)
        .get("/api/v1/on-call", rota::on_call)
        .get("/api/v1/rota", rota::read)
        .post("/api/v1/rota/import/preview", rota::import::preview)
        .post("/api/v1/rota/import", rota::import::take)
        .put("/api/v1/rota/pools/{pool}", rota::put)
        .delete("/api/v1/rota/pools/{pool}", rota::remove)
        .get("/api/v1/notices", calls::notices)
        .post("/api/v1/calls/{call}/seen", calls::see)
        .post("/api/v1/calls/{call}/accept", calls::accept)
        .post("/api/v1/calls/{call}/decline", calls::decline)
        .get("/api/v1/cases/{id}/calls", calls::of_case)
        .post("/api/v1/cases/{id}/calls", calls::ask)
        .get("/api/v1/contact", contact::read)
        .put("/api/v1/contact", contact::write)
        .post("/api/v1/contact/browsers", contact::subscribe)
        .delete("/api/v1/contact/browsers", contact::unsubscribe)
        .get("/api/v1/users", admin::users)
        .post("/api/v1/users", admin::add_user)
        .post("/api/v1/users/{username}/disable", admin::disable_user)
        .get("/api/v1/models", admin::models)
        .get("/api/v1/admin/models", models::list)
        .get("/api/v1/admin/models/disagreements", models::disagreements)
        .post("/api/v1/admin/models/{name}/sign", models::sign)
        .delete("/api/v1/admin/models/{name}/sign", models::unsign)
        .get("/api/v1/admin/staffing", staffing::get)
        .get("/api/v1/conflicts", admin::conflicts)
        .get("/api/v1/indicators", indicators::list)
        .get("/api/v1/indicators.csv", indicators::table)
        .get("/api/v1/audit", admin::audit)
}
