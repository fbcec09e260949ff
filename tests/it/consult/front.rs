//! The least HTTP that a call needs, without users: WHIP and WHEP onto the relay, the page, and its reports.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, patch, post};
use axum::{Json, Router};
use serde::Deserialize;
use vigie::domain::identity::{ConsultId, ParticipantId};
use vigie::pathway::media::{Answer, MediaError, MediaRelay, Patched, ResourceId, Seat};

/// How long a step of a call may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(45);

/// What a page says about itself.
#[derive(Debug, Clone, Deserialize)]
pub struct Report {
    /// When the page was loaded: grows with a reload.
    pub epoch: f64,
    pub errors: Vec<String>,
    pub contrast: u32,
    /// Video frames of the other, decoded since the subscription began.
    pub frames: u64,
    pub audio: u64,
    pub sent: u64,
    pub restarts: u64,
    #[expect(dead_code, reason = "read through Debug when a step fails")]
    pub states: Vec<String>,
    #[expect(dead_code, reason = "read through Debug when a step fails")]
    pub leaving: bool,
}

pub type Reports = HashMap<ParticipantId, Report>;

struct Desk {
    relay: Arc<dyn MediaRelay>,
    consult: ConsultId,
    reports: Mutex<Reports>,
    commands: Mutex<HashMap<ParticipantId, Vec<String>>>,
    posts: Mutex<HashMap<ParticipantId, usize>>,
}

type Shared = State<Arc<Desk>>;

pub struct Front {
    address: SocketAddr,
    desk: Arc<Desk>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Front {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Front {
    pub async fn start(relay: Arc<dyn MediaRelay>, consult: ConsultId) -> Self {
        let desk = Arc::new(Desk {
            relay,
            consult,
            reports: Mutex::default(),
            commands: Mutex::default(),
            posts: Mutex::default(),
        });
        let router = Router::new()
            .route("/", get(|| async { Html(include_str!("page.html")) }))
            .route("/whip/{me}", post(whip))
            .route("/whep/{me}", post(whep))
            .route("/session/{me}/{resource}", patch(change).delete(end))
            .route("/report/{me}", post(take_report))
            .with_state(Arc::clone(&desk));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, desk, task }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn report(&self, who: ParticipantId) -> Option<Report> {
        self.desk.reports.lock().unwrap().get(&who).cloned()
    }

    /// WHIP and WHEP requests of a participant so far.
    pub fn posts(&self, who: ParticipantId) -> usize {
        self.desk.posts.lock().unwrap().get(&who).copied().unwrap_or(0)
    }

    pub fn command(&self, who: ParticipantId, command: &str) {
        self.desk.commands.lock().unwrap().entry(who).or_default().push(command.to_owned());
    }

    pub fn no_errors(&self) {
        for (who, report) in self.desk.reports.lock().unwrap().iter() {
            assert!(report.errors.is_empty(), "{who}: {:?}", report.errors);
        }
    }

    /// Waits for a condition on the latest reports; panics with them when patience ends.
    pub async fn until(&self, what: &str, condition: impl Fn(&Reports) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let reports = self.desk.reports.lock().unwrap().clone();
            if condition(&reports) {
                return;
            }
            assert!(Instant::now() < deadline, "waited in vain for {what}: {reports:#?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Desk {
    fn seat(&self, participant: ParticipantId) -> Seat {
        Seat { consult: self.consult, participant }
    }
}

fn refusal(error: &MediaError) -> Response {
    (StatusCode::from_u16(error.status()).unwrap(), error.to_string()).into_response()
}

fn created(me: ParticipantId, answer: Result<Answer, MediaError>) -> Response {
    match answer {
        Ok(answer) => {
            let location = format!("/session/{me}/{}", answer.resource);
            let headers = [
                (header::CONTENT_TYPE, "application/sdp".to_owned()),
                (header::LOCATION, location),
                (header::ETAG, answer.etag),
            ];
            (StatusCode::CREATED, headers, answer.sdp).into_response()
        }
        Err(error) => refusal(&error),
    }
}

async fn whip(State(desk): Shared, Path(me): Path<ParticipantId>, offer: String) -> Response {
    *desk.posts.lock().unwrap().entry(me).or_default() += 1;
    created(me, desk.relay.ingest(desk.seat(me), offer).await)
}

#[derive(Deserialize)]
struct Of {
    of: ParticipantId,
}

async fn whep(
    State(desk): Shared,
    Path(me): Path<ParticipantId>,
    Query(Of { of }): Query<Of>,
    offer: String,
) -> Response {
    *desk.posts.lock().unwrap().entry(me).or_default() += 1;
    created(me, desk.relay.egress(desk.seat(me), of, offer).await)
}

async fn change(
    State(desk): Shared,
    Path((me, resource)): Path<(ParticipantId, uuid::Uuid)>,
    headers: HeaderMap,
    fragment: String,
) -> Response {
    let if_match = headers.get(header::IF_MATCH).map(|value| value.to_str().unwrap().to_owned());
    match desk.relay.patch(desk.seat(me), ResourceId(resource), fragment, if_match).await {
        Ok(Patched::Trickled) => StatusCode::NO_CONTENT.into_response(),
        Ok(Patched::Restarted { sdpfrag, etag }) => ([(header::ETAG, etag)], sdpfrag).into_response(),
        Err(error) => refusal(&error),
    }
}

async fn end(State(desk): Shared, Path((me, resource)): Path<(ParticipantId, uuid::Uuid)>) -> Response {
    match desk.relay.end(desk.seat(me), ResourceId(resource)).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(error) => refusal(&error),
    }
}

async fn take_report(State(desk): Shared, Path(me): Path<ParticipantId>, body: String) -> Json<Vec<String>> {
    let report = serde_json::from_str(&body).unwrap();
    desk.reports.lock().unwrap().insert(me, report);
    Json(desk.commands.lock().unwrap().remove(&me).unwrap_or_default())
}
