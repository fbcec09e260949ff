//! Every route of the description, as every role and as nobody: what is not in the table is refused.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::server::Server;

const ROLES: [&str; 7] =
    ["emergency", "technologist", "neurologist", "radiologist", "regulator", "auditor", "admin"];

const EVERYONE: &[&str] = &ROLES;
const CARE: &[&str] = &["emergency", "technologist", "neurologist", "radiologist", "regulator", "admin"];
const IMAGES: &[&str] = &["emergency", "technologist", "neurologist", "radiologist", "admin"];
const READERS: &[&str] = &["neurologist", "radiologist"];
const SCORERS: &[&str] = &["emergency", "neurologist", "radiologist"];
const CALLERS: &[&str] = &["emergency", "neurologist", "radiologist", "regulator"];
const ADMIN: &[&str] = &["admin"];

/// Who may: `None` for a route that needs no sign-in. A route that is not here fails the test.
fn allowed(method: &str, path: &str) -> Option<&'static [&'static str]> {
    Some(match (method, path) {
        ("post", "/api/v1/sessions") | ("get", "/healthz" | "/readyz" | "/metrics") => return None,
        ("get" | "delete", "/api/v1/sessions/current") | ("get", "/api/v1/region" | "/api/v1/scales") => {
            EVERYONE
        }
        ("post", "/api/v1/cases") => &["emergency"],
        (
            "get",
            "/api/v1/worklist"
            | "/api/v1/events"
            | "/api/v1/cases/{id}"
            | "/api/v1/cases/{id}/timeline"
            | "/api/v1/cases/{id}/place"
            | "/api/v1/cases/{id}/report"
            | "/api/v1/cases/{id}/report/versions"
            | "/api/v1/cases/{id}/report/{document}"
            | "/api/v1/cases/{id}/protocols"
            | "/api/v1/cases/{id}/scores"
            | "/api/v1/cases/{id}/milestones",
        ) => CARE,
        ("post", "/api/v1/cases/{id}/milestones") => {
            &["emergency", "technologist", "neurologist", "radiologist", "regulator"]
        }
        ("post", "/api/v1/cases/{id}/scores") => SCORERS,
        ("get", "/api/v1/cases/{id}/report/proposals")
        | ("post", "/api/v1/cases/{id}/protocols" | "/api/v1/cases/{id}/protocols/{protocol}/withdraw") => {
            READERS
        }
        ("get", "/api/v1/protocols") => &["technologist"],
        ("post", path) if path.starts_with("/api/v1/cases/{id}/protocols/{protocol}/") => &["technologist"],
        (
            "post",
            "/api/v1/cases/{id}/claim"
            | "/api/v1/cases/{id}/release"
            | "/api/v1/cases/{id}/decision"
            | "/api/v1/cases/{id}/report",
        ) => READERS,
        ("post", "/api/v1/cases/{id}/studies")
        | ("get", "/api/v1/studies/unassigned" | "/api/v1/cases/{id}/series/{series}/overlay") => IMAGES,
        ("post", "/api/v1/cases/{id}/dispatch/decision" | "/api/v1/cases/{id}/dispatch/actual") => {
            &["regulator"]
        }
        ("post", "/api/v1/cases/{id}/consults")
        | (
            "get",
            "/api/v1/cases/{id}/dispatch/options"
            | "/api/v1/cases/{id}/dispatch/record"
            | "/api/v1/dispatch/foresight",
        ) => CALLERS,
        (_, path) if path.starts_with("/api/v1/consults/{id}") => CALLERS,
        ("get" | "post", "/api/v1/users")
        | ("post", "/api/v1/users/{username}/disable")
        | ("get", "/api/v1/models" | "/api/v1/conflicts" | "/api/v1/admin/staffing") => ADMIN,
        (_, path) if path.starts_with("/api/v1/admin/models") => ADMIN,
        (
            "get",
            "/api/v1/on-call"
            | "/api/v1/rota"
            | "/api/v1/notices"
            | "/api/v1/contact"
            | "/api/v1/cases/{id}/calls",
        )
        | ("put", "/api/v1/contact")
        | ("post", "/api/v1/calls/{call}/seen")
        | ("post" | "delete", "/api/v1/contact/browsers") => CARE,
        ("post", "/api/v1/calls/{call}/accept" | "/api/v1/calls/{call}/decline") => READERS,
        ("post", "/api/v1/cases/{id}/calls") => CALLERS,
        ("put" | "delete", "/api/v1/rota/pools/{pool}")
        | ("post", "/api/v1/rota/import" | "/api/v1/rota/import/preview") => ADMIN,
        ("get", "/api/v1/indicators" | "/api/v1/indicators.csv") => {
            &["neurologist", "radiologist", "auditor", "admin"]
        }
        ("get", "/api/v1/audit") => &["auditor", "admin"],
        _ => panic!("{method} {path} is not in the table of who may call it"),
    })
}

fn routes() -> Vec<(String, String)> {
    let document = serde_json::to_value(vigie::api::document()).unwrap();
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in ["get", "post", "put", "patch", "delete", "options"] {
            if item[method].is_object() {
                routes.push((method.to_owned(), path.clone()));
            }
        }
    }
    // Signing out comes last: it ends the token that the others use.
    routes.sort_by_key(|(method, path)| (method == "delete" && path.ends_with("/current"), path.clone()));
    routes
}

#[tokio::test]
async fn each_route_is_open_to_its_roles_and_closed_to_all_others() {
    let server = Server::start().await;
    let case = server.alert("WALK-1").await;
    let opened = server.post("emergency", &format!("/api/v1/cases/{case}/consults"), &json!({})).await;
    let consult: Value = opened.json().await.unwrap();
    let consult = consult["consult_id"].as_str().unwrap().to_owned();
    let routes = routes();
    assert!(routes.len() > 30, "the description has the routes");
    for (method, path) in routes {
        let id = if path.contains("/consults/{id}") { &consult } else { &case };
        let url = path
            .replace("{id}", id)
            .replace("{series}", "1.2.3")
            .replace("{protocol}", "00000000-0000-0000-0000-000000000000")
            .replace("{resource}", "00000000-0000-0000-0000-000000000000")
            .replace("{username}", "no-such-person")
            .replace("{name}/sign", "no-such-model/sign?site=valmont");
        let verb = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
        let open_to = allowed(&method, &path);
        let nobody = server.request(verb.clone(), &url).json(&json!({})).send().await.unwrap().status();
        match open_to {
            None => assert!(!matches!(nobody.as_u16(), 401 | 403), "{method} {path} as nobody: {nobody}"),
            Some(_) => assert_eq!(nobody, 401, "{method} {path} as nobody"),
        }
        for role in ROLES {
            let Some(open_to) = open_to else { continue };
            let response = server.by(role, verb.clone(), &url).json(&json!({})).send().await.unwrap();
            let status = response.status();
            if open_to.contains(&role) {
                assert!(!matches!(status.as_u16(), 401 | 403 | 500), "{method} {path} as {role}: {status}");
            } else {
                assert_eq!(status, 403, "{method} {path} as {role}");
            }
        }
    }
}

#[tokio::test]
async fn another_emergency_room_sees_nothing_of_the_case() {
    let server = Server::start().await;
    let case = server.alert("HIDDEN-1").await;
    let opened = server.post("emergency", &format!("/api/v1/cases/{case}/consults"), &json!({})).await;
    let consult: Value = opened.json().await.unwrap();
    let consult = consult["consult_id"].as_str().unwrap();
    for path in [
        format!("/api/v1/cases/{case}"),
        format!("/api/v1/cases/{case}/timeline"),
        format!("/api/v1/cases/{case}/dispatch/options"),
        format!("/api/v1/cases/{case}/dispatch/record"),
        format!("/api/v1/consults/{consult}"),
    ] {
        assert_eq!(server.get("elsewhere", &path).await.status(), 404, "{path}");
        assert_eq!(server.get("emergency", &path).await.status(), 200, "{path}");
    }
    let list = server.read("elsewhere", "/api/v1/worklist").await;
    assert_eq!(list["items"], json!([]));
    let foreign = server.post("elsewhere", "/api/v1/cases", &crate::support::server::alert("X")).await;
    assert_eq!(foreign.status(), 403, "an alert is raised for one's own site");
}
