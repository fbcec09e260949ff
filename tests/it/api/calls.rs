//! Calls over HTTP: RFC 9725's requests and answers.

use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::server::Server;

async fn offer(server: &Server, who: &str, path: &str) -> Response {
    let request = server.by(who, Method::POST, path).header("Content-Type", "application/sdp");
    request.body("v=0\r\n").send().await.unwrap()
}

async fn patch(server: &Server, who: &str, path: &str, if_match: Option<&str>) -> Response {
    let mut request = server
        .by(who, Method::PATCH, path)
        .header("Content-Type", "application/trickle-ice-sdpfrag")
        .body("a=end-of-candidates\r\n");
    if let Some(tag) = if_match {
        request = request.header("If-Match", tag);
    }
    request.send().await.unwrap()
}

#[tokio::test]
async fn a_call_is_published_watched_and_ended() {
    let server = Server::start().await;
    let case = server.alert("P-1").await;
    let open = format!("/api/v1/cases/{case}/consults");
    let first = server.post("emergency", &open, &json!({})).await;
    assert_eq!(first.status(), 201);
    let first: Value = first.json().await.unwrap();
    let again = server.post("neurologist", &open, &json!({})).await;
    assert_eq!(again.status(), 200, "one call a case");
    let again: Value = again.json().await.unwrap();
    assert_eq!(first, again);
    let consult = format!("/api/v1/consults/{}", first["consult_id"].as_str().unwrap());
    let whip = format!("{consult}/whip");

    let wrong = server.post("emergency", &whip, &json!({})).await;
    assert_eq!(wrong.status(), 415);
    assert_eq!(wrong.headers()["accept-post"], "application/sdp");
    let answer = offer(&server, "emergency", &whip).await;
    assert_eq!(answer.status(), 201);
    assert_eq!(answer.headers()["content-type"], "application/sdp");
    assert_eq!(answer.headers()["etag"], "\"ice-1\"");
    let session = answer.headers()["location"].to_str().unwrap().to_owned();
    assert!(session.starts_with(&whip));

    let seen = server.read("neurologist", &consult).await;
    let publisher = &seen["participants"][0];
    assert_eq!((&publisher["username"], &publisher["publishing"]), (&json!("emergency"), &json!(true)));
    let whep = format!("{consult}/whep?of={}", publisher["participant_id"].as_str().unwrap());
    let watching = offer(&server, "neurologist", &whep).await;
    assert_eq!(watching.status(), 201);
    let stranger = format!("{consult}/whep?of={}", uuid::Uuid::new_v4());
    assert_eq!(offer(&server, "neurologist", &stranger).await.status(), 404);

    assert_eq!(patch(&server, "emergency", &session, None).await.status(), 428);
    assert_eq!(patch(&server, "emergency", &session, Some("\"old\"")).await.status(), 412);
    assert_eq!(patch(&server, "emergency", &session, Some("\"ice-1\"")).await.status(), 204);
    let restarted = patch(&server, "emergency", &session, Some("*")).await;
    assert_eq!(
        (restarted.status().as_u16(), &restarted.headers()["etag"]),
        (200, &"\"ice-2\"".parse().unwrap())
    );
    assert_eq!(patch(&server, "neurologist", &session, Some("*")).await.status(), 404, "another's session");

    let allowed = server.by("emergency", Method::OPTIONS, &whip).send().await.unwrap();
    assert_eq!(
        (allowed.status().as_u16(), &allowed.headers()["accept-post"]),
        (204, &"application/sdp".parse().unwrap())
    );
    assert_eq!(server.get("emergency", &whip).await.status(), 405);
    assert_eq!(server.by("emergency", Method::DELETE, &session).send().await.unwrap().status(), 200);
    assert_eq!(server.by("emergency", Method::DELETE, &session).send().await.unwrap().status(), 404);
}
