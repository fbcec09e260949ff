//! The report: items that models propose and people confirm, versions, an addendum, on SQLite and on PostgreSQL.

use serde_json::{Value, json};
use vigie::db::{Database, analyses};
use vigie::domain::evidence::{Analysis, EvidenceLevel};
use vigie::domain::identity::SeriesUid;
use vigie::domain::time::Minutes;
use vigie::inference::analysis::SeriesAnalysis;

use crate::imaging_support::bundled;
use crate::support::instance::CtSlice;
use crate::support::postgres::Cluster;
use crate::support::server::Server;

#[tokio::test]
async fn a_report_is_signed_item_by_item_on_sqlite() {
    sign_item_by_item(&Server::start().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_is_signed_item_by_item_on_postgresql() {
    let cluster = Cluster::start().await;
    let db = Database::open(&cluster.database().await.parse().unwrap()).await.unwrap();
    sign_item_by_item(&Server::on(db.clone()).await).await;
    db.close().await;
}

/// The bundled haemorrhage pack's flag on a series, with its volume.
pub async fn flag_bleeding(server: &Server, series: &SeriesUid, volume_ml: f64) {
    let pack = bundled();
    let outcome =
        Analysis::Analysed { probability: 0.97, threshold: 0.5, flag: true, volume_ml: Some(volume_ml) };
    let mut analysis = SeriesAnalysis::without_slices(&pack.manifest, pack.model_ref(), outcome);
    analysis.evidence = EvidenceLevel::Internal;
    let result = serde_json::to_value(&analysis).unwrap();
    let mut tx = server.desk.db.write().await.unwrap();
    let (name, finding) = (&analysis.model.name, analysis.finding());
    analyses::put(&mut tx, series, name, &finding, &result, server.desk.now()).await.unwrap();
    tx.commit().await.unwrap();
}

fn body(status: &str, items: &Value) -> Value {
    json!({ "status": status, "findings": "hyperdensité", "conclusion": "hématome profond", "items": items })
}

async fn sign_item_by_item(server: &Server) {
    let case = server.alert("R-1").await;
    let path = |rest: &str| format!("/api/v1/cases/{case}{rest}");
    let before = server.read("neurologist", &path("")).await;
    assert_eq!((&before["report_due_at"], &before["reported_at"]), (&Value::Null, &Value::Null));
    server.clock.advance(Minutes(5.0));
    let slice = CtSlice::of_patient("R-1");
    server.receive(&slice, "valmont").await;
    assert_eq!(server.read("neurologist", &path("")).await["report_due_at"], "2026-11-24T09:05:00Z");

    let nothing = server.read("neurologist", &path("/report/proposals")).await;
    assert_eq!(nothing["proposals"], json!([]), "what is not analysed proposes nothing");
    flag_bleeding(server, &slice.series, 12.34).await;
    let suggested = server.read("neurologist", &path("/report/proposals")).await;
    let suggested = suggested["proposals"].as_array().unwrap();
    let items: Vec<&str> = suggested.iter().map(|p| p["item"].as_str().unwrap()).collect();
    assert_eq!(items, ["haemorrhage", "haemorrhage_volume"]);
    assert_eq!(suggested[1]["value"], json!(12.3));
    assert_eq!(suggested[1]["model"]["threshold"], json!(0.5));

    let with = |standing: &str| {
        let of = |p: &Value| json!({ "item": p["item"], "value": p["value"], "standing": standing });
        Value::Array(suggested.iter().map(of).collect())
    };
    let unread = server.post("neurologist", &path("/report"), &body("final", &with("proposed"))).await;
    assert_eq!(unread.status(), 422, "a proposal that nobody confirmed is not signed");
    let unread: Value = unread.json().await.unwrap();
    assert_eq!(unread["errors"][0]["pointer"], "/items");

    flag_bleeding(server, &slice.series, 20.0).await;
    let outdated = server.post("neurologist", &path("/report"), &body("final", &with("confirmed"))).await;
    assert_eq!(outdated.status(), 422, "the model says something else now");
    flag_bleeding(server, &slice.series, 12.34).await;

    server.clock.advance(Minutes(10.0));
    let mut stated = with("confirmed");
    let more = [
        json!({ "item": "haemorrhage_site", "value": { "kind": "deep", "side": "left" }, "standing": "entered" }),
        json!({ "item": "ventricles", "value": "bloody", "standing": "entered" }),
        json!({ "item": "glasgow", "value": 12, "standing": "entered" }),
        json!({ "item": "aspects", "value": { "left": {}, "right": { "insula": "affected" } }, "standing": "entered" }),
    ];
    stated.as_array_mut().unwrap().extend(more);
    let signed = server.post("neurologist", &path("/report"), &body("final", &stated)).await;
    assert_eq!(signed.status(), 201);
    let signed: Value = signed.json().await.unwrap();
    let of = |item: &str| {
        let items = signed["items"].as_array().unwrap();
        items.iter().find(|statement| statement["item"] == item).unwrap().clone()
    };
    assert_eq!(of("haemorrhage")["source"], "confirmed");
    assert_eq!(of("haemorrhage")["model"]["name"], bundled().manifest.name.as_str());
    assert_eq!(of("glasgow")["source"], "reader");
    // Glasgow 12, blood in the ventricles; 12.3 mL, above the tentorium, 75 years.
    assert_eq!((&of("ich_score")["value"], &of("ich_score")["source"]), (&json!(2), &json!("computed")));
    assert_eq!(of("aspects")["text"]["en"], "left 10/10; right 9/10 (I)");

    let added = json!({ "status": "addendum", "conclusion": "Contrôle à 6 h stable." });
    assert_eq!(server.post("radiologist", &path("/report"), &added).await.status(), 201);
    let late = server.post("neurologist", &path("/report"), &body("preliminary", &json!([]))).await;
    assert_eq!(late.status(), 422);

    let whole = server.read("emergency", &path("")).await;
    assert_eq!(whole["report"]["conclusion"], "hématome profond", "an addendum replaces nothing");
    assert_eq!(whole["report"]["addenda"][0]["conclusion"], "Contrôle à 6 h stable.");
    assert_eq!(whole["report"]["addenda"][0]["signed_by"]["display_name"], "Dr radiologist");
    assert_eq!(whole["reported_at"], "2026-11-24T08:15:00Z");
    let versions = server.read("emergency", &path("/report/versions")).await;
    let statuses: Vec<&str> =
        versions["versions"].as_array().unwrap().iter().map(|v| v["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["final", "addendum"]);
}

#[tokio::test]
async fn a_report_without_items_is_taken_as_before_and_wrong_items_are_named() {
    let server = Server::start().await;
    let case = server.alert("R-2").await;
    let path = format!("/api/v1/cases/{case}/report");
    let bare = json!({ "status": "preliminary", "findings": "x", "conclusion": "y", "recommendation": "z" });
    assert_eq!(server.post("neurologist", &path, &bare).await.status(), 201);
    let present = json!({ "item": "haemorrhage", "value": "present", "standing": "entered" });
    for wrong in [
        json!([{ "item": "haemorrhage", "value": "perhaps", "standing": "entered" }]),
        json!([{ "item": "no_such_item", "value": 1, "standing": "entered" }]),
        json!([{ "item": "glasgow", "value": 2, "standing": "entered" }]),
        json!([{ "item": "haemorrhage_volume", "value": 3, "standing": "entered" }]),
        json!([{ "item": "ich_score", "value": 3, "standing": "entered" }]),
        json!([present, { "item": "ich_score", "value": 7, "standing": "entered" }]),
        json!([present, { "item": "glasgow", "value": 3, "standing": "entered" },
               { "item": "ich_score", "value": 0, "standing": "entered" }]),
    ] {
        let response = server.post("neurologist", &path, &body("final", &wrong)).await;
        assert_eq!(response.status(), 422, "{wrong}");
        let problem: Value = response.json().await.unwrap();
        assert_eq!(problem["errors"][0]["pointer"], "/items", "{wrong}");
    }
    let addendum = json!({ "status": "addendum", "conclusion": "z" });
    assert_eq!(server.post("neurologist", &path, &addendum).await.status(), 422, "nothing final to add to");

    // A score recorded with its scale, of which the report states only a part.
    let recorded = json!([present, { "item": "ich_score", "value": 3, "standing": "entered" }]);
    let signed = server.post("neurologist", &path, &body("final", &recorded)).await;
    assert_eq!(signed.status(), 201);
    let signed: Value = signed.json().await.unwrap();
    let score = signed["items"].as_array().unwrap().iter().find(|item| item["item"] == "ich_score").unwrap();
    assert_eq!((&score["value"], &score["source"]), (&json!(3), &json!("reader")));
}
