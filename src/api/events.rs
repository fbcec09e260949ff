//! Server-sent events: what changed, resumable without loss. Clients read again what an event names.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event as Sent, KeepAlive, Sse};
use futures::stream::{self, Stream};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::watch;
use tokio::time::Instant;
use utoipa::IntoParams;

use super::App;
use super::access::{Permit, ViewWorklist};
use super::problem::{Problem, ProblemDocument};
use crate::db::events::Event;
use crate::pathway::authenticate::use_session;
use crate::pathway::follow_events::{follow_events, last_event};

/// A comment is sent this often when nothing happens, so that a cut line is noticed.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Another process may write events that ring no bell here.
const LOOK_ANYWAY: Duration = Duration::from_secs(2);
/// Between checks that the session still runs.
const RECHECK: Duration = Duration::from_secs(15);

/// Where to resume, for clients that cannot set a header.
#[derive(Debug, Deserialize, IntoParams)]
pub struct Resume {
    last_event_id: Option<i64>,
}

/// Follow what changes. `hello` comes first; after a cut, `Last-Event-ID` (or `last_event_id`) resumes.
#[utoipa::path(get, path = "/api/v1/events", tag = "events",
    params(Resume, ("Last-Event-ID" = Option<i64>, Header)), responses(
        (status = 200, description = "event stream", content_type = "text/event-stream"),
        (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument)))]
pub async fn follow(
    permit: Permit<ViewWorklist>,
    State(app): State<App>,
    headers: HeaderMap,
    Query(resume): Query<Resume>,
) -> Result<Sse<impl Stream<Item = Result<Sent, Infallible>>>, Problem> {
    let header = headers.get("last-event-id").and_then(|value| value.to_str().ok()?.parse::<i64>().ok());
    let bell = app.desk.bell.listen();
    let last = last_event(&app.desk).await?;
    // A place beyond the end is of another database: nothing to resume.
    let after = header.or(resume.last_event_id).filter(|place| (0..=last).contains(place)).unwrap_or(last);
    let follower = Follower {
        digest: permit.session.session.digest.clone(),
        permit,
        bell,
        after,
        said_hello: false,
        waiting: VecDeque::new(),
        checked: Instant::now(),
        app,
    };
    let events = stream::unfold(follower, |mut follower| async move {
        let event = follower.next().await?;
        Some((Ok(event), follower))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT)))
}

struct Follower {
    app: App,
    permit: Permit<ViewWorklist>,
    digest: String,
    bell: watch::Receiver<i64>,
    after: i64,
    said_hello: bool,
    waiting: VecDeque<Event>,
    checked: Instant,
}

impl Follower {
    /// The next event; `None` ends the stream, and the client comes again from where it was.
    async fn next(&mut self) -> Option<Sent> {
        if !self.said_hello {
            self.said_hello = true;
            return Some(self.hello());
        }
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(sent(&event));
            }
            if !self.still_signed_in().await {
                return None;
            }
            if self.read().await? {
                continue;
            }
            tokio::select! {
                () = self.app.stop.cancelled() => return None,
                rung = self.bell.changed() => rung.ok()?,
                () = tokio::time::sleep(LOOK_ANYWAY) => {}
            }
        }
    }

    /// Reads on; whether there is anything to send or more to read.
    async fn read(&mut self) -> Option<bool> {
        let desk = &self.app.desk;
        let user = &self.permit.actor.user;
        let page = match follow_events(desk, &desk.sight(user), user.role, self.after).await {
            Ok(page) => page,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "an event stream ends");
                return None;
            }
        };
        self.after = page.last;
        self.waiting.extend(page.events);
        Some(page.full || !self.waiting.is_empty())
    }

    async fn still_signed_in(&mut self) -> bool {
        if self.checked.elapsed() < RECHECK {
            return true;
        }
        self.checked = Instant::now();
        match use_session(&self.app.desk, &self.digest).await {
            Ok(Some(session)) => {
                self.permit.actor.user = session.user;
                true
            }
            _ => false,
        }
    }

    /// Without an id: it is not an event to resume after.
    fn hello(&self) -> Sent {
        let data = json!({ "seq": self.after, "kind": "hello", "case_id": null, "at": self.app.desk.now() });
        Sent::default().event("hello").data(data.to_string())
    }
}

fn sent(event: &Event) -> Sent {
    let kind = serde_json::to_value(event.kind).unwrap_or_default();
    let name = kind.as_str().unwrap_or("event").to_owned();
    let mut data = json!({ "seq": event.seq, "kind": kind, "case_id": event.case, "at": event.at });
    if let Some(consult) = event.detail.get("consult_id") {
        data["consult_id"] = consult.clone();
    }
    Sent::default().id(event.seq.to_string()).event(name).data(data.to_string())
}
