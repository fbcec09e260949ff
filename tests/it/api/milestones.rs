//! The clock board: what the program sees, what people enter and correct, on SQLite and on PostgreSQL.

use serde_json::{Value, json};
use vigie::db::Database;
use vigie::domain::time::Minutes;
use vigie::pathway::verify_audit::verify_audit;

use crate::support::instance::CtSlice;
use crate::support::postgres::Cluster;
use crate::support::server::{Server, alert};

#[tokio::test]
async fn the_board_holds_on_sqlite() {
    every_rule(&Server::start().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_board_holds_on_postgresql() {
    let cluster = Cluster::start().await;
    let db = Database::open(&cluster.database().await.parse().unwrap()).await.unwrap();
    every_rule(&Server::on(db.clone()).await).await;
    db.close().await;
}

async fn every_rule(server: &Server) {
    moments_come_by_themselves_and_from_people(server).await;
    a_correction_keeps_what_was_there_and_needs_its_reason(server).await;
    an_arrival_before_the_alert_starts_the_clock(server).await;
}

fn line<'a>(board: &'a Value, code: &str) -> &'a Value {
    board["board"].as_array().unwrap().iter().find(|line| line["code"] == code).unwrap()
}

fn moment<'a>(board: &'a Value, kind: &str) -> &'a Value {
    board["milestones"].as_array().unwrap().iter().find(|moment| moment["kind"] == kind).unwrap()
}

async fn set(server: &Server, who: &str, path: &str, body: Value) -> (u16, Value) {
    let response = server.post(who, path, &body).await;
    (response.status().as_u16(), response.json().await.unwrap())
}

/// 2026-11-24T08:00:00Z is when each test server's clock starts; tests move it on.
async fn at(server: &Server, minutes_ago: f64) -> String {
    (server.desk.now() + Minutes(-minutes_ago)).to_string()
}

async fn moments_come_by_themselves_and_from_people(server: &Server) {
    let mut body = alert("BOARD-1");
    body["door_at"] = json!(at(server, 10.0).await);
    let opened: Value = server.post("emergency", "/api/v1/cases", &body).await.json().await.unwrap();
    let case = opened["case_id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/cases/{case}/milestones");
    server.clock.advance(Minutes(5.0));
    server.receive(&CtSlice::of_patient("BOARD-1"), "valmont").await;
    server.clock.advance(Minutes(2.0));
    let claim = server.post("neurologist", &format!("/api/v1/cases/{case}/claim"), &json!({})).await;
    assert_eq!(claim.status(), 200);
    let board = server.read("technologist", &path).await;
    assert_eq!(line(&board, "door_to_imaging")["minutes"], 15.0);
    assert_eq!(line(&board, "door_to_imaging")["state"], "met");
    assert_eq!(line(&board, "imaging_to_read")["state"], "running");
    assert_eq!(line(&board, "door_to_needle")["state"], "possible");
    assert!(moment(&board, "opened")["at"].is_string() && moment(&board, "last_image")["at"].is_string());
    assert_eq!(moment(&board, "opened")["may_be_entered"], false);

    server.clock.advance(Minutes(30.0));
    let decision = json!({ "diagnosis": "lvo", "treatments": ["thrombolysis", "thrombectomy"] });
    let decided = server.post("neurologist", &format!("/api/v1/cases/{case}/decision"), &decision).await;
    assert_eq!(decided.status(), 201);
    let (status, board) =
        set(server, "emergency", &path, json!({ "kind": "needle", "at": at(server, 1.0).await })).await;
    assert_eq!(status, 201);
    assert_eq!(line(&board, "imaging_to_read")["state"], "missed");
    assert_eq!(
        (&line(&board, "door_to_needle")["state"], &line(&board, "door_to_needle")["minutes"]),
        (&json!("met"), &json!(46.0))
    );
    assert_eq!(line(&board, "door_to_needle")["stretch_targets"], json!([45.0, 30.0]));
    let whole = server.read("emergency", &format!("/api/v1/cases/{case}")).await;
    let needle = whole["benchmarks"].as_array().unwrap().iter().find(|b| b["code"] == "door_to_needle");
    assert_eq!(needle.unwrap()["minutes"], 46.0);
    let timeline = server.read("emergency", &format!("/api/v1/cases/{case}/timeline")).await.to_string();
    assert!(timeline.contains("Début de thrombolyse : heure saisie"), "{timeline}");

    for (kind, pointer) in [("read", "/kind"), ("opened", "/kind")] {
        let (status, problem) =
            set(server, "neurologist", &path, json!({ "kind": kind, "at": at(server, 0.0).await })).await;
        assert_eq!((status, &problem["errors"][0]["pointer"]), (422, &json!(pointer)));
    }
    let early = json!({ "kind": "departure", "at": at(server, 500.0).await });
    let (status, problem) = set(server, "regulator", &path, early).await;
    assert_eq!((status, &problem["errors"][0]["detail"]["fr"]), (422, &json!("Avant : Arrivée.")));
    let late = json!({ "kind": "departure", "at": at(server, -60.0).await });
    assert_eq!(set(server, "regulator", &path, late).await.0, 422);
    let body = json!({ "kind": "departure", "at": at(server, 0.0).await });
    assert_eq!(server.post("elsewhere", &path, &body).await.status(), 404);
    assert_eq!(server.post("auditor", &path, &body).await.status(), 403);
}

async fn a_correction_keeps_what_was_there_and_needs_its_reason(server: &Server) {
    let case = server.alert("BOARD-2").await;
    let path = format!("/api/v1/cases/{case}/milestones");
    server.clock.advance(Minutes(60.0));
    let first = at(server, 20.0).await;
    assert_eq!(set(server, "emergency", &path, json!({ "kind": "groin", "at": first })).await.0, 201);
    assert_eq!(set(server, "emergency", &path, json!({ "kind": "groin", "at": first })).await.0, 201);
    server.clock.advance(Minutes(1.0));
    let second = at(server, 15.0).await;
    let (status, problem) = set(server, "radiologist", &path, json!({ "kind": "groin", "at": second })).await;
    assert_eq!((status, &problem["errors"][0]["pointer"]), (422, &json!("/reason")));
    let corrected = json!({ "kind": "groin", "at": second, "reason": "heure du bloc" });
    let (_, board) = set(server, "radiologist", &path, corrected).await;
    server.clock.advance(Minutes(1.0));
    let groin = moment(&board, "groin");
    let entries = groin["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 2, "the same again was not kept twice");
    assert_eq!(
        (&entries[0]["at"], &entries[1]["reason"], &entries[1]["by"]["display_name"]),
        (&json!(first), &json!("heure du bloc"), &json!("Dr radiologist"))
    );
    assert_eq!(groin["at"], json!(second));
    let back = json!({ "kind": "groin", "at": null, "reason": "autre patient" });
    let (_, board) = set(server, "emergency", &path, back.clone()).await;
    assert_eq!(moment(&board, "groin")["at"], Value::Null);
    assert_eq!(moment(&board, "groin")["entries"].as_array().unwrap().len(), 3);
    assert_eq!(set(server, "emergency", &path, back).await.0, 422, "nothing is left to take back");
    assert!(server.read("auditor", "/api/v1/audit").await.to_string().contains("case.milestone"));
    verify_audit(&server.desk.db, &server.desk.auditor).await.unwrap();
}

async fn an_arrival_before_the_alert_starts_the_clock(server: &Server) {
    let case = server.alert("BOARD-3").await;
    let path = format!("/api/v1/cases/{case}");
    let door = at(server, 12.0).await;
    let body = json!({ "kind": "door", "at": door });
    assert_eq!(set(server, "emergency", &format!("{path}/milestones"), body).await.0, 201);
    let whole = server.read("emergency", &path).await;
    assert_eq!(
        (&whole["clock"]["started_at"], &whole["clock"]["started_by"]),
        (&json!(door), &json!("door"))
    );
    assert_eq!(whole["door_at"], json!(door));
    server.clock.advance(Minutes(1.0));
    let later = json!({ "kind": "door", "at": at(server, 2.0).await, "reason": "relevé du tri" });
    assert_eq!(set(server, "emergency", &format!("{path}/milestones"), later).await.0, 201);
    let whole = server.read("emergency", &path).await;
    assert_eq!(whole["clock"]["started_at"], json!(door), "a clock never starts later than it did");
}
