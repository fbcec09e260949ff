//! Sessions: cookie and proof of origin, expiry, throttling.

use reqwest::Method;
use serde_json::{Value, json};
use vigie::domain::time::Minutes;
use vigie::pathway::manage_users::{Manager, disable_user};

use crate::support::server::{PASSWORD, Server};

/// Token and CSRF token of a fresh login.
async fn signed_in(server: &Server) -> (String, String) {
    let response = server.login("neurologist", PASSWORD).await;
    assert_eq!(response.status(), 201);
    let cookie = response.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["user"]["role"], "neurologist");
    (body["token"].as_str().unwrap().to_owned(), body["csrf_token"].as_str().unwrap().to_owned())
}

async fn status(server: &Server, token: &str) -> u16 {
    let request = server.request(Method::GET, "/api/v1/worklist").bearer_auth(token);
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_cookie_changes_nothing_without_proof_of_origin() {
    let server = Server::start().await;
    let case = server.alert("P-1").await;
    let (token, csrf) = signed_in(&server).await;
    let claim = |csrf: Option<&str>| {
        let mut request = server
            .request(Method::POST, &format!("/api/v1/cases/{case}/claim"))
            .header("Cookie", format!("theme=dark; vigie_session={token}"));
        if let Some(csrf) = csrf {
            request = request.header("X-CSRF-Token", csrf);
        }
        request.send()
    };
    assert_eq!(claim(None).await.unwrap().status(), 403);
    assert_eq!(claim(Some("guessed")).await.unwrap().status(), 403);
    assert_eq!(claim(Some(&csrf)).await.unwrap().status(), 200);
    let reading = server.request(Method::GET, "/api/v1/sessions/current");
    let reading = reading.header("Cookie", format!("vigie_session={token}")).send().await.unwrap();
    let reading: Value = reading.json().await.unwrap();
    assert_eq!(reading["csrf_token"], json!(csrf), "a reloaded page finds its proof again");
}

#[tokio::test]
async fn an_idle_session_ends_and_a_used_one_ends_with_the_shift() {
    let server = Server::start().await;
    let (idle, _) = signed_in(&server).await;
    let (used, _) = signed_in(&server).await;
    server.clock.advance(Minutes(59.0));
    assert_eq!(status(&server, &used).await, 200);
    server.clock.advance(Minutes(1.0));
    assert_eq!(status(&server, &idle).await, 401);
    for _ in 0..11 {
        assert_eq!(status(&server, &used).await, 200);
        server.clock.advance(Minutes(59.0));
    }
    server.clock.advance(Minutes(12.0));
    assert_eq!(status(&server, &used).await, 401, "twelve hours are a shift");
}

#[tokio::test]
async fn signing_out_and_disabling_end_sessions() {
    let server = Server::start().await;
    let (token, _) = signed_in(&server).await;
    let out = server.request(Method::DELETE, "/api/v1/sessions/current").bearer_auth(&token);
    assert_eq!(out.send().await.unwrap().status(), 204);
    assert_eq!(status(&server, &token).await, 401);
    let (token, _) = signed_in(&server).await;
    disable_user(&server.desk, Manager::CommandLine, "neurologist").await.unwrap();
    assert_eq!(status(&server, &token).await, 401);
    assert_eq!(server.get("neurologist", "/api/v1/worklist").await.status(), 401);
    assert_eq!(server.login("neurologist", PASSWORD).await.status(), 401);
}

#[tokio::test]
async fn wrong_passwords_make_the_next_attempt_wait() {
    let server = Server::start().await;
    for _ in 0..5 {
        assert_eq!(server.login("regulator", "not the password").await.status(), 401);
    }
    let waits = server.login("regulator", PASSWORD).await;
    assert_eq!(waits.status(), 429, "even the right password waits");
    assert_eq!(waits.headers()["retry-after"], "30");
    assert_eq!(server.login("admin", PASSWORD).await.status(), 201, "others sign in");
    server.clock.advance(Minutes(0.5));
    assert_eq!(server.login("regulator", PASSWORD).await.status(), 201);
    assert_eq!(server.login("regulator", "wrong once").await.status(), 401, "counted from the start again");
}

#[tokio::test]
async fn an_unknown_name_and_a_wrong_password_are_one_answer() {
    let server = Server::start().await;
    let mut answers = Vec::new();
    for name in ["nobody-of-this-name", "emergency"] {
        let response = server.login(name, "not the password").await;
        answers.push((response.status(), response.json::<Value>().await.unwrap()));
    }
    assert_eq!(answers[0], answers[1]);
}
