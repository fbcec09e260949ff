//! Server-sent events: in order, resumed without loss or repetition, and only what one may see.

use std::time::Duration;

use futures::{Stream, StreamExt};
use reqwest::Method;
use serde_json::Value;

use crate::support::server::Server;

/// The events of an open stream, as (name, id, data).
async fn follow(
    server: &Server,
    who: &str,
    after: Option<&str>,
) -> impl Stream<Item = (String, Option<String>, Value)> + Unpin + use<> {
    let mut request = server.by(who, Method::GET, "/api/v1/events");
    if let Some(after) = after {
        request = request.header("Last-Event-ID", after);
    }
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/event-stream"));
    let bytes = response.bytes_stream().map(|piece| piece.unwrap());
    let state = (bytes, String::new());
    Box::pin(futures::stream::unfold(state, |(mut bytes, mut text)| async move {
        loop {
            if let Some(end) = text.find("\n\n") {
                let block: String = text.drain(..end + 2).collect();
                if let Some(event) = parsed(&block) {
                    return Some((event, (bytes, text)));
                }
                continue;
            }
            text.push_str(std::str::from_utf8(&bytes.next().await?).unwrap());
        }
    }))
}

fn parsed(block: &str) -> Option<(String, Option<String>, Value)> {
    let field =
        |name: &str| block.lines().find_map(|line| line.strip_prefix(name).map(|v| v.trim().to_owned()));
    Some((field("event:")?, field("id:"), serde_json::from_str(&field("data:")?).unwrap()))
}

async fn take<S: Stream<Item = (String, Option<String>, Value)> + Unpin>(
    stream: &mut S,
    count: usize,
) -> Vec<(String, Option<String>, Value)> {
    tokio::time::timeout(Duration::from_secs(20), stream.take(count).collect()).await.expect("events in time")
}

#[tokio::test]
async fn a_cut_stream_goes_on_where_it_was() {
    let server = Server::start().await;
    let mut live = follow(&server, "neurologist", None).await;
    assert_eq!(take(&mut live, 1).await[0].0, "hello");
    let case = server.alert("P-1").await;
    let opened = take(&mut live, 1).await.remove(0);
    assert_eq!((opened.0.as_str(), &opened.2["case_id"]), ("case.opened", &Value::from(case.clone())));
    drop(live);

    let path = |rest: &str| format!("/api/v1/cases/{case}{rest}");
    assert_eq!(server.post("neurologist", &path("/claim"), &Value::Null).await.status(), 200);
    assert_eq!(server.post("neurologist", &path("/release"), &Value::Null).await.status(), 204);
    let mut resumed = follow(&server, "neurologist", opened.1.as_deref()).await;
    let missed = take(&mut resumed, 3).await;
    let names: Vec<&str> = missed.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names, ["hello", "case.claimed", "case.released"]);
    assert_eq!(missed[0].1, None, "the greeting is not an event to resume after");
}

#[tokio::test]
async fn nobody_hears_of_what_they_may_not_see() {
    let server = Server::start().await;
    let mut elsewhere = follow(&server, "elsewhere", Some("0")).await;
    assert_eq!(take(&mut elsewhere, 1).await[0].0, "hello");
    server.alert("P-1").await;
    let mut body = crate::support::server::alert("P-2");
    body["site"] = "roche-claire".into();
    let own = server.post("elsewhere", "/api/v1/cases", &body).await;
    let own: Value = own.json().await.unwrap();
    let heard = take(&mut elsewhere, 1).await.remove(0);
    assert_eq!(heard.2["case_id"], own["case_id"], "the other site's case is passed over");
}

#[tokio::test]
async fn an_open_stream_does_not_keep_the_server_from_stopping() {
    let server = Server::start().await;
    let mut live = follow(&server, "neurologist", None).await;
    take(&mut live, 1).await;
    drop(server);
    let rest = tokio::time::timeout(Duration::from_secs(20), live.count()).await;
    assert_eq!(rest.expect("the stream ends"), 0);
}
