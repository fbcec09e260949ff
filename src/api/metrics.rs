//! Prometheus: what the HTTP edge sees, and where the queue stands. No label holds identity.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

use super::App;
use super::problem::Problem;
use crate::db::{cases, readings};
use crate::domain::case::CaseState;
use crate::domain::watch::Standing;

type Labels = Vec<(&'static str, String)>;

/// The registry and what it holds. Cloning shares it.
#[derive(Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    requests: Family<Labels, Counter>,
    seconds: Family<Labels, Histogram, fn() -> Histogram>,
    waiting: Gauge,
    reading: Gauge,
    past_target: Gauge,
    /// By model, site, what is watched and which end of its interval.
    figures: Family<Labels, Gauge<f64, AtomicU64>>,
    /// By model, site and what is watched: 1 while the figure is out of its band.
    alarms: Family<Labels, Gauge>,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("vigie");
        let requests = Family::<Labels, Counter>::default();
        let make: fn() -> Histogram = || Histogram::new(exponential_buckets(0.001, 2.0, 14));
        let seconds = Family::new_with_constructor(make);
        let (waiting, reading, past_target) = (Gauge::default(), Gauge::default(), Gauge::default());
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register("http_request_seconds", "Time until the answer begins", seconds.clone());
        registry.register("cases_waiting", "Undecided cases that nobody reads", waiting.clone());
        registry.register("cases_reading", "Undecided cases that somebody reads", reading.clone());
        registry.register("cases_past_target", "Undecided cases past 45 minutes", past_target.clone());
        let figures = Family::<Labels, Gauge<f64, AtomicU64>>::default();
        let alarms = Family::<Labels, Gauge>::default();
        registry.register(
            "model_figure",
            "A model's figure in service, with its 95 % interval",
            figures.clone(),
        );
        registry.register("model_alarm", "1 while a model's figure is out of its band", alarms.clone());
        let registry = Arc::new(registry);
        Self { registry, requests, seconds, waiting, reading, past_target, figures, alarms }
    }
}

impl Metrics {
    /// As last read; a model that is gone goes.
    fn set_models(&self, readings: &[readings::Kept]) {
        self.figures.clear();
        self.alarms.clear();
        for kept in readings {
            let labels = vec![
                ("model", kept.model_name.clone()),
                ("sha256", kept.model_sha256.clone()),
                ("site", kept.site.to_string()),
                ("watched", kept.watched.as_str().to_owned()),
            ];
            if let Some(found) = kept.reading.value {
                for (end, value) in [("value", found.value), ("low", found.low), ("high", found.high)] {
                    let labels = [labels.clone(), vec![("end", end.to_owned())]].concat();
                    self.figures.get_or_create(&labels).set(value);
                }
            }
            let alarm = i64::from(kept.reading.standing == Standing::Alarm);
            self.alarms.get_or_create(&labels).set(alarm);
        }
    }
}

/// Counts and times every request, by route and never by path.
pub async fn observe(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    let method = request.method().as_str().to_owned();
    let started = Instant::now();
    let response = next.run(request).await;
    let elapsed = started.elapsed();
    let status = response.status().as_u16();
    let mut labels = vec![("method", method), ("route", route)];
    metrics.seconds.get_or_create(&labels).observe(elapsed.as_secs_f64());
    tracing::debug!(
        method = labels[0].1,
        route = labels[1].1,
        status,
        ms = elapsed.as_secs_f64() * 1e3,
        "answered"
    );
    labels.push(("status", status.to_string()));
    metrics.requests.get_or_create(&labels).inc();
    response
}

/// The exposition in text.
#[utoipa::path(get, path = "/metrics", tag = "health", responses(
    (status = 200, description = "Prometheus exposition", content_type = "text/plain")
))]
pub async fn expose(State(app): State<App>) -> Result<Response, Problem> {
    let now = app.desk.now();
    let mut tx = app.desk.db.read().await?;
    let cases = cases::current(&mut tx, now).await?;
    let readings = readings::all(&mut tx).await?;
    drop(tx);
    app.metrics.set_models(&readings);
    let open = cases.iter().filter(|case| !matches!(case.state, CaseState::Decided { .. }));
    let (mut waiting, mut reading, mut late) = (0, 0, 0);
    for case in open {
        if case.state.held(now).is_some() {
            reading += 1;
        } else {
            waiting += 1;
        }
        if now >= case.clock.target_at() {
            late += 1;
        }
    }
    app.metrics.waiting.set(waiting);
    app.metrics.reading.set(reading);
    app.metrics.past_target.set(late);
    let mut text = String::new();
    encode(&mut text, &app.metrics.registry).map_err(|error| Problem::internal(&error))?;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}
