//! A prescribed examination, from the reader to the scanner and back, on SQLite and on PostgreSQL.

use serde_json::{Value, json};
use vigie::db::Database;
use vigie::domain::time::Minutes;

use crate::support::instance::CtSlice;
use crate::support::postgres::Cluster;
use crate::support::server::Server;

#[tokio::test]
async fn a_prescription_goes_its_way_on_sqlite() {
    prescribe_and_confirm(&Server::start().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_prescription_goes_its_way_on_postgresql() {
    let cluster = Cluster::start().await;
    let db = Database::open(&cluster.database().await.parse().unwrap()).await.unwrap();
    prescribe_and_confirm(&Server::on(db.clone()).await).await;
    db.close().await;
}

/// Head and angiography, the kidneys not known.
pub fn angiography() -> Value {
    json!({
        "modality": "CT",
        "phases": ["non_contrast_head", "angiography_arch_to_vertex"],
        "contrast": { "kind": "injected", "dose_ml": 70 },
        "reason": "déficit brutal, recherche d'occlusion",
        "questions": { "renal": { "kind": "unknown" }, "allergy": "no", "pregnancy": "no", "implant": "unknown" }
    })
}

async fn prescribe_and_confirm(server: &Server) {
    let case = server.alert("PR-1").await;
    let path = |rest: &str| format!("/api/v1/cases/{case}/protocols{rest}");
    let response = server.post("radiologist", &path(""), &angiography()).await;
    assert_eq!(response.status(), 201);
    let order: Value = response.json().await.unwrap();
    assert_eq!((&order["state"], &order["open"]), (&json!("prescribed"), &json!(true)));
    assert_eq!(order["unknown"][0]["concern"], "renal", "what is not known is shown");
    assert_eq!(order["phases"][1]["name"]["fr"], "Angioscanner, crosse aortique au vertex");
    let id = order["protocol_id"].as_str().unwrap().to_owned();

    let mine = server.read("technologist", "/api/v1/protocols").await;
    assert_eq!(mine["protocols"][0]["protocol_id"], json!(id));
    assert_eq!(mine["protocols"][0]["patient"]["birth_date"], "1951-06-30");
    let act = async |who: &str, what: &str, body: Value| {
        server.post(who, &path(&format!("/{id}/{what}")), &body).await.status().as_u16()
    };
    assert_eq!(act("neurologist", "acknowledge", json!({})).await, 403);
    assert_eq!(act("technologist", "withdraw", json!({})).await, 403);
    assert_eq!(act("technologist", "acknowledge", json!({})).await, 200);
    assert_eq!(act("technologist", "acknowledge", json!({})).await, 409);

    server.clock.advance(Minutes(6.0));
    server.receive(&CtSlice::of_patient("PR-1"), "valmont").await;
    let seen = server.read("neurologist", &path("")).await;
    assert_eq!(seen["protocols"][0]["imaged"], json!({ "by": "image", "at": "2026-11-24T08:06:00Z" }));
    assert_eq!(act("technologist", "refuse", json!({ "reason": " " })).await, 422);
    assert_eq!(act("technologist", "done", json!({ "deviation": "60 mL, veine fragile" })).await, 200);
    assert_eq!(act("technologist", "done", json!({})).await, 409);
    assert_eq!(act("radiologist", "withdraw", json!({})).await, 409);
    let closed = server.read("emergency", &path("")).await;
    assert_eq!(closed["protocols"][0]["state"], "deviated");
    assert_eq!(closed["protocols"][0]["note"], "60 mL, veine fragile");
    assert_eq!(closed["protocols"][0]["state_by"]["display_name"], "Dr technologist");

    let timeline = server.read("emergency", &format!("/api/v1/cases/{case}/timeline")).await;
    let said: Vec<&str> =
        timeline["events"].as_array().unwrap().iter().map(|e| e["text"]["en"].as_str().unwrap()).collect();
    for step in [
        "Examination prescribed (CT)",
        "Examination order acknowledged",
        "First image of the prescribed examination",
        "Examination done otherwise than prescribed",
    ] {
        assert!(said.contains(&step), "{step} in {said:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_prescribed_names_its_field() {
    let server = Server::start().await;
    let case = server.alert("PR-2").await;
    let path = format!("/api/v1/cases/{case}/protocols");
    let with = |change: fn(&mut Value)| {
        let mut body = angiography();
        change(&mut body);
        body
    };
    for (body, pointer) in [
        (with(|b| b["phases"] = json!([])), "/phases"),
        (with(|b| b["phases"] = json!(["flair"])), "/phases"),
        (with(|b| b["contrast"] = json!({ "kind": "none" })), "/contrast"),
        (with(|b| b["reason"] = json!("")), "/reason"),
        (with(|b| b["questions"]["renal"] = json!({ "kind": "known", "egfr": 20 })), "/despite"),
        (with(|b| b["questions"]["allergy"] = json!("yes")), "/despite"),
    ] {
        let response = server.post("neurologist", &path, &body).await;
        assert_eq!(response.status(), 422, "{body}");
        let problem: Value = response.json().await.unwrap();
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body}");
    }
    let mut insisted = with(|b| b["questions"]["allergy"] = json!("yes"));
    insisted["despite"] = json!("prémédication faite, pronostic vital");
    assert_eq!(server.post("neurologist", &path, &insisted).await.status(), 201);
    assert_eq!(server.get("elsewhere", &path).await.status(), 404, "another emergency room");
    let theirs = server.read("technologist", "/api/v1/protocols").await;
    assert_eq!(theirs["protocols"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn images_of_another_scanner_do_not_close_the_loop() {
    let server = Server::start().await;
    let case = server.alert("PR-3").await;
    let path = format!("/api/v1/cases/{case}/protocols");
    let mut magnetic = angiography();
    magnetic["modality"] = json!("MR");
    magnetic["phases"] = json!(["diffusion", "flair"]);
    magnetic["contrast"] = json!({ "kind": "none" });
    assert_eq!(server.post("neurologist", &path, &magnetic).await.status(), 201);
    server.receive(&CtSlice::of_patient("PR-3"), "valmont").await;
    let orders = server.read("neurologist", &path).await;
    assert_eq!(orders["protocols"][0]["imaged"], Value::Null);
    let id = orders["protocols"][0]["protocol_id"].as_str().unwrap();
    let refused = server
        .post("technologist", &format!("{path}/{id}/refuse"), &json!({ "reason": "IRM en panne" }))
        .await;
    let refused: Value = refused.json().await.unwrap();
    assert_eq!((&refused["state"], &refused["note"]), (&json!("refused"), &json!("IRM en panne")));
}
