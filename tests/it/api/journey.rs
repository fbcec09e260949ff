//! A case from the alert to the regulator's decision, on SQLite and on PostgreSQL.

use reqwest::Method;
use serde_json::{Value, json};
use vigie::db::Database;
use vigie::domain::time::Minutes;
use vigie::pathway::verify_audit::verify_audit;

use crate::support::instance::CtSlice;
use crate::support::postgres::Cluster;
use crate::support::server::{Server, alert};

#[tokio::test]
async fn a_case_is_decided_on_sqlite() {
    decide_a_case(&Server::start().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_is_decided_on_postgresql() {
    let cluster = Cluster::start().await;
    let db = Database::open(&cluster.database().await.parse().unwrap()).await.unwrap();
    decide_a_case(&Server::on(db.clone()).await).await;
    db.close().await;
}

async fn decide_a_case(server: &Server) {
    let case = server.alert("P-100").await;
    let path = |rest: &str| format!("/api/v1/cases/{case}{rest}");
    server.clock.advance(Minutes(5.0));
    let slice = CtSlice::of_patient("P-100");
    server.receive(&slice, "valmont").await;

    let list = server.read("neurologist", "/api/v1/worklist").await;
    let row = &list["items"][0];
    assert_eq!(row["case_id"], json!(case));
    assert_eq!(row["clock"]["started_by"], "alert");
    assert_eq!(row["imaging"]["instances"], 1);
    assert_eq!(row["state"], "waiting");
    assert!(row["sentence"]["fr"].as_str().unwrap().contains("avant l'objectif"));
    let shares: f64 = row["reasons"].as_array().unwrap().iter().map(|r| r["share"].as_f64().unwrap()).sum();
    assert!((shares - 1.0).abs() < 1e-9, "shares sum to one: {shares}");

    let claimed = server.post("neurologist", &path("/claim"), &json!({})).await;
    assert_eq!(claimed.status(), 200);
    let refused = server.post("radiologist", &path("/claim"), &json!({})).await;
    assert_eq!(refused.status(), 409);
    assert_eq!(refused.headers()["content-type"], "application/problem+json");
    let refused: Value = refused.json().await.unwrap();
    assert_eq!(
        (&refused["code"], &refused["holder"]["display_name"]),
        (&json!("held"), &json!("Dr neurologist"))
    );

    server.clock.advance(Minutes(10.0));
    let decision = json!({ "diagnosis": "lvo", "treatments": ["thrombolysis", "thrombectomy"], "nihss": 15, "note": "" });
    let stolen = server.post("radiologist", &path("/decision"), &decision).await;
    assert_eq!(stolen.status(), 409, "the holder decides");
    let decided = server.post("neurologist", &path("/decision"), &decision).await;
    assert_eq!(decided.status(), 201);
    let decided: Value = decided.json().await.unwrap();
    assert_eq!(decided["state"], "decided");
    assert_eq!(decided["clock"]["state"], "stopped");
    assert_eq!(decided["decision"]["by"]["display_name"], "Dr neurologist");

    let report =
        json!({ "status": "final", "findings": "occlusion M1 droite", "conclusion": "AVC ischémique" });
    assert_eq!(server.post("neurologist", &path("/report"), &report).await.status(), 201);
    let empty = json!({ "status": "final", "findings": "x", "conclusion": " " });
    assert_eq!(server.post("neurologist", &path("/report"), &empty).await.status(), 422);
    assert_eq!(server.read("emergency", &path("/report")).await["version"], 1);

    let options = server.read("regulator", &path("/dispatch/options")).await;
    assert_eq!(options["posterior"]["lvo"], 1.0, "the signed diagnosis decides");
    let plans = options["plans"].as_array().unwrap();
    assert!(plans.len() > 3 && plans.iter().any(|plan| plan["mode"] == "air"));
    let chosen = json!({ "plan": options["recommended"], "reason": "gain d'une heure" });
    assert_eq!(server.post("regulator", &path("/dispatch/decision"), &chosen).await.status(), 201);
    let unheard = json!({ "plan": "teleport", "reason": "x" });
    assert_eq!(server.post("regulator", &path("/dispatch/decision"), &unheard).await.status(), 422);

    let timeline = server.read("emergency", &path("/timeline")).await;
    let kinds: Vec<&str> =
        timeline["events"].as_array().unwrap().iter().map(|e| e["kind"].as_str().unwrap()).collect();
    for kind in ["case.opened", "case.claimed", "case.decided", "report.signed", "dispatch.decided"] {
        assert!(kinds.contains(&kind), "{kind} in {kinds:?}");
    }
    let whole = server.read("emergency", &path("")).await;
    assert_eq!(whole["dispatch_decision"]["reason"], "gain d'une heure");
    assert_eq!(whole["studies"][0]["study_instance_uid"], json!(slice.study));
    assert_eq!(whole["analyses"][0]["status"], "pending");
    assert!(verify_audit(&server.desk.db, &server.desk.auditor).await.unwrap() > 10);
}

#[tokio::test]
async fn the_same_key_is_the_same_alert() {
    let server = Server::start().await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        let request = server.by("emergency", Method::POST, "/api/v1/cases").header("Idempotency-Key", "k-1");
        let response = request.json(&alert("P-1")).send().await.unwrap();
        assert_eq!(response.status(), 201);
        assert!(response.headers()["location"].to_str().unwrap().starts_with("/api/v1/cases/"));
        let case: Value = response.json().await.unwrap();
        ids.push(case["case_id"].clone());
    }
    assert_eq!(ids[0], ids[1]);
}

#[tokio::test]
async fn an_alert_takes_the_case_that_images_opened_and_the_clock_keeps_its_start() {
    let server = Server::start().await;
    server.receive(&CtSlice::of_patient("P-7"), "valmont").await;
    let opened = server.read("neurologist", "/api/v1/worklist").await["items"][0].clone();
    assert_eq!((&opened["alert"], &opened["clock"]["started_by"]), (&json!(false), &json!("first_image")));
    server.clock.advance(Minutes(12.0));
    let case = server.alert("P-7").await;
    let list = server.read("neurologist", "/api/v1/worklist").await;
    assert_eq!(list["items"].as_array().unwrap().len(), 1, "no second case");
    let row = &list["items"][0];
    assert_eq!(row["case_id"], json!(case));
    assert_eq!(row["clock"]["started_at"], opened["clock"]["started_at"]);
    assert_eq!((&row["alert"], &row["nihss"]), (&json!(true), &json!(14)));
}

#[tokio::test]
async fn equal_cases_go_by_the_earlier_clock_and_a_late_one_goes_first() {
    let server = Server::start().await;
    let first = server.alert("P-1").await;
    server.clock.advance(Minutes(3.0));
    let second = server.alert("P-2").await;
    let order = |list: Value| -> Vec<String> {
        let items = list["items"].as_array().unwrap().clone();
        items.iter().map(|item| item["case_id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(order(server.read("neurologist", "/api/v1/worklist").await), [first.clone(), second.clone()]);
    let decision = json!({ "diagnosis": "mimic", "treatments": ["none"] });
    let decided = server.post("neurologist", &format!("/api/v1/cases/{first}/decision"), &decision).await;
    assert_eq!(decided.status(), 201);
    let list = server.read("neurologist", "/api/v1/worklist").await;
    assert_eq!(order(list.clone()), [second, first], "decided cases come last");
    assert_eq!(list["items"][1]["position"], 2);
    server.clock.advance(Minutes(13.0 * 60.0));
    assert_eq!(order(server.read("neurologist", "/api/v1/worklist").await).len(), 1);
}

#[tokio::test]
async fn every_refused_field_is_named() {
    let server = Server::start().await;
    let mut wrong = alert("P-1");
    wrong["site"] = json!("Atlantis!");
    wrong["nihss"] = json!(43);
    let response = server.post("emergency", "/api/v1/cases", &wrong).await;
    assert_eq!(response.status(), 422);
    let problem: Value = response.json().await.unwrap();
    let pointers: Vec<&str> =
        problem["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap()).collect();
    assert_eq!(pointers, ["/site", "/nihss"]);
    assert_eq!(problem["instance"], "/api/v1/cases");
    let late = {
        let mut body = alert("P-1");
        body["onset"]["at"] = json!("2026-11-25T00:00:00Z");
        body
    };
    assert_eq!(server.post("emergency", "/api/v1/cases", &late).await.status(), 422);
}
