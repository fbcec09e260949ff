//! The description of the API, and the headers of every answer.

use reqwest::Method;
use serde_json::Value;

use crate::support::server::Server;

#[test]
fn the_description_changes_only_on_purpose() {
    insta::assert_json_snapshot!("openapi", vigie::api::document());
}

#[tokio::test]
async fn every_answer_says_what_the_browser_may_do_with_it() {
    let server = Server::start().await;
    for path in ["/", "/worklist", "/api/v1/worklist", "/api/openapi.json", "/healthz", "/no/such.file"] {
        let response = server.request(Method::GET, path).send().await.unwrap();
        let headers = response.headers();
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"), "{path}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert!(headers["permissions-policy"].to_str().unwrap().contains("camera=(self)"), "{path}");
    }
    let secret = server.get("neurologist", "/api/v1/worklist").await;
    assert_eq!(secret.headers()["cache-control"], "no-store");
}

#[tokio::test]
async fn errors_are_problem_documents_everywhere() {
    let server = Server::start().await;
    let calls = [
        (Method::GET, "/api/v1/nothing", 404, "not_found"),
        (Method::GET, "/api/v1/cases/not-an-id", 404, "not_found"),
        (Method::PUT, "/api/v1/worklist", 405, "method_not_allowed"),
    ];
    for (method, path, status, code) in calls {
        let response = server.by("neurologist", method, path).send().await.unwrap();
        assert_eq!(response.status().as_u16(), status, "{path}");
        assert_eq!(response.headers()["content-type"], "application/problem+json", "{path}");
        let problem: Value = response.json().await.unwrap();
        assert_eq!(problem["code"], code, "{path}");
        assert_eq!(problem["instance"], path);
    }
    let large = "x".repeat(300 * 1024);
    let request =
        server.by("emergency", Method::POST, "/api/v1/cases").header("Content-Type", "application/json");
    assert_eq!(request.body(large).send().await.unwrap().status(), 413);
}

#[tokio::test]
async fn health_readiness_and_metrics_answer_without_sign_in() {
    let server = Server::start().await;
    assert_eq!(server.request(Method::GET, "/healthz").send().await.unwrap().status(), 200);
    let ready = server.request(Method::GET, "/readyz").send().await.unwrap();
    assert_eq!(ready.status(), 503, "without a model nothing would be analysed");
    let ready: Value = ready.json().await.unwrap();
    assert_eq!(
        (&ready["dependencies"]["database"], &ready["dependencies"]["models"]),
        (&"ok".into(), &"failed".into())
    );
    server.alert("P-1").await;
    let metrics = server.request(Method::GET, "/metrics").send().await.unwrap().text().await.unwrap();
    assert!(metrics.contains("vigie_cases_waiting 1"), "{metrics}");
    assert!(!metrics.contains("P-1"));
}
