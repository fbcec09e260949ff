//! Clinical scales recorded by two people, on SQLite and on PostgreSQL.

use reqwest::Method;
use serde_json::{Map, Value, json};
use vigie::db::Database;
use vigie::domain::time::Minutes;

use crate::support::postgres::Cluster;
use crate::support::server::Server;

#[tokio::test]
async fn scales_are_recorded_on_sqlite() {
    every_rule(&Server::start().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scales_are_recorded_on_postgresql() {
    let cluster = Cluster::start().await;
    let db = Database::open(&cluster.database().await.parse().unwrap()).await.unwrap();
    every_rule(&Server::on(db.clone()).await).await;
    db.close().await;
}

async fn every_rule(server: &Server) {
    two_people_score_and_their_differences_are_told(server).await;
    a_late_entry_does_not_undo_a_later_examination(server).await;
    the_same_key_is_the_same_record(server).await;
    what_the_form_does_not_allow_is_refused_in_words(server).await;
    the_checklist_gives_a_dose_only_when_nothing_is_unknown(server).await;
}

/// The NIHSS with every item 0 but these.
async fn nihss(server: &Server, way: &str, but: Value) -> Value {
    let forms = server.read("emergency", "/api/v1/scales").await;
    let form = forms["scales"].as_array().unwrap().iter().find(|form| form["scale"] == "nihss").unwrap();
    let items = form["items"].as_array().unwrap();
    let mut answers: Map<String, Value> =
        items.iter().map(|item| (item["code"].as_str().unwrap().to_owned(), json!(0))).collect();
    answers.extend(but.as_object().unwrap().clone());
    json!({ "scale": "nihss", "way": way, "answers": answers })
}

async fn two_people_score_and_their_differences_are_told(server: &Server) {
    let case = server.alert("SCORE-1").await;
    let path = format!("/api/v1/cases/{case}/scores");
    assert_eq!(server.read("emergency", &path).await, json!({ "scores": [], "comparisons": [] }));

    let bedside =
        nihss(server, "bedside", json!({ "left_arm": 3, "gaze": 1, "dysarthria": "untestable" })).await;
    let recorded = server.post("emergency", &path, &bedside).await;
    assert_eq!(recorded.status(), 201);
    let recorded: Value = recorded.json().await.unwrap();
    assert_eq!(recorded["total"], json!({ "points": 4, "at_least": true, "max": 42 }));
    assert_eq!(recorded["answers"]["dysarthria"], "untestable");
    assert_eq!(server.read("neurologist", &format!("/api/v1/cases/{case}")).await["nihss"], 4);

    server.clock.advance(Minutes(6.0));
    let video = nihss(server, "video", json!({ "left_arm": 2, "gaze": 1, "dysarthria": 1 })).await;
    assert_eq!(server.post("neurologist", &path, &video).await.status(), 201);
    let whole = server.read("regulator", &path).await;
    let scores = whole["scores"].as_array().unwrap();
    assert_eq!((scores.len(), &scores[1]["by"]["display_name"]), (2, &json!("Dr neurologist")));
    let comparison = &whole["comparisons"][0];
    assert_eq!(comparison["scores"], json!([scores[0]["id"], scores[1]["id"]]));
    let told: Vec<(&Value, &Value)> =
        comparison["differences"].as_array().unwrap().iter().map(|d| (&d["code"], &d["answers"])).collect();
    assert_eq!(
        told,
        [(&json!("left_arm"), &json!([3, 2])), (&json!("dysarthria"), &json!(["untestable", 1]))]
    );
    let row = &server.read("neurologist", &format!("/api/v1/cases/{case}")).await;
    assert_eq!(row["nihss"], 4, "the later examination: 2 + 1 + 1");

    let timeline = server.read("emergency", &format!("/api/v1/cases/{case}/timeline")).await.to_string();
    assert!(timeline.contains("score.recorded") && timeline.contains("NIHSS 4, par vidéo"), "{timeline}");
    assert!(server.read("auditor", "/api/v1/audit").await.to_string().contains("case.score"));
}

async fn a_late_entry_does_not_undo_a_later_examination(server: &Server) {
    let case = server.alert("SCORE-2").await;
    let path = format!("/api/v1/cases/{case}/scores");
    let worse = nihss(server, "bedside", json!({ "language": 3 })).await;
    assert_eq!(server.post("emergency", &path, &worse).await.status(), 201);
    let mut before = nihss(server, "bedside", json!({})).await;
    before["at"] = json!("2026-11-24T07:10:00Z");
    assert_eq!(server.post("emergency", &path, &before).await.status(), 201);
    assert_eq!(server.read("emergency", &format!("/api/v1/cases/{case}")).await["nihss"], 3);
    before["at"] = json!("2026-12-24T07:10:00Z");
    assert_eq!(server.post("emergency", &path, &before).await.status(), 422, "not from the future");

    let race = json!({ "scale": "race", "way": "bedside",
                       "answers": { "face": 2, "arm": 2, "leg": 2, "gaze": 1, "cortical": 1 } });
    let recorded: Value = server.post("emergency", &path, &race).await.json().await.unwrap();
    assert_eq!(recorded["text"]["fr"], "RACE 8");
    assert_eq!(server.read("emergency", &format!("/api/v1/cases/{case}")).await["race"], 8);
}

async fn the_same_key_is_the_same_record(server: &Server) {
    let case = server.alert("SCORE-3").await;
    let other = server.alert("SCORE-4").await;
    let body = json!({ "scale": "rankin", "way": "bedside", "answers": { "grade": 2 } });
    let send = async |case: &str| {
        let request = server.by("emergency", Method::POST, &format!("/api/v1/cases/{case}/scores"));
        request.header("Idempotency-Key", "phone-1").json(&body).send().await.unwrap()
    };
    let first: Value = send(&case).await.json().await.unwrap();
    let again: Value = send(&case).await.json().await.unwrap();
    assert_eq!(first["id"], again["id"]);
    let kept = server.read("emergency", &format!("/api/v1/cases/{case}/scores")).await;
    assert_eq!(kept["scores"].as_array().unwrap().len(), 1);
    assert_eq!(send(&other).await.status(), 409);
}

async fn what_the_form_does_not_allow_is_refused_in_words(server: &Server) {
    let case = server.alert("SCORE-5").await;
    let path = format!("/api/v1/cases/{case}/scores");
    for (scale, answers, said) in [
        ("lams", json!({ "face": 1, "arm": 2 }), "Missing: Grip strength."),
        ("lams", json!({ "face": 2, "arm": 2, "grip": 0 }), "allows: Facial droop."),
        ("lams", json!({ "face": 1, "arm": "untestable", "grip": 0 }), "allows: Arm drift."),
        ("lams", json!({ "face": 1, "arm": 1, "grip": 0, "mood": 1 }), "belongs to no item"),
        ("lams", json!({ "face": "yes", "arm": 1, "grip": 0 }), "a number of points"),
        ("apgar", json!({}), "not known here"),
    ] {
        let body = json!({ "scale": scale, "way": "bedside", "answers": answers });
        let refused = server.post("emergency", &path, &body).await;
        assert_eq!(refused.status(), 422, "{scale} {answers}");
        let problem: Value = refused.json().await.unwrap();
        assert!(problem["errors"][0]["detail"]["en"].as_str().unwrap().contains(said), "{problem}");
    }
    let lams = json!({ "scale": "lams", "way": "bedside", "answers": { "face": 1, "arm": 1, "grip": 0 } });
    assert_eq!(server.post("elsewhere", &path, &lams).await.status(), 404);
    assert_eq!(server.post("technologist", &path, &lams).await.status(), 403);
    let kept = server.read("emergency", &path).await;
    assert_eq!(kept["scores"], json!([]), "nothing refused is kept");
}

async fn the_checklist_gives_a_dose_only_when_nothing_is_unknown(server: &Server) {
    let case = server.alert("SCORE-6").await;
    let path = format!("/api/v1/cases/{case}/scores");
    let forms = server.read("emergency", "/api/v1/scales").await;
    let questions = forms["thrombolysis"]["questions"].as_array().unwrap();
    let mut answers: Map<String, Value> =
        questions.iter().map(|q| (q["code"].as_str().unwrap().to_owned(), q["passes_on"].clone())).collect();
    let ask = async |answers: &Map<String, Value>, weighed: Value, weight: Value| -> Value {
        let body = json!({ "scale": "thrombolysis", "way": "bedside", "answers": answers, "agent": "alteplase",
                           "weight_kg": weight, "weighed": weighed });
        let response = server.post("neurologist", &path, &body).await;
        assert_eq!(response.status(), 201);
        response.json().await.unwrap()
    };
    let ready = ask(&answers, json!({}), json!(70.0)).await;
    assert_eq!((&ready["dose"]["total_mg"], &ready["dose"]["bolus_mg"]), (&json!(63.0), &json!(6.3)));
    assert_eq!(ready["blocked_by"], Value::Null);
    assert_eq!(ask(&answers, json!({}), Value::Null).await["blocked_by"]["fr"], "Poids inconnu.");

    answers.insert("platelets_sufficient".to_owned(), json!("unknown"));
    let blocked = ask(&answers, json!({}), json!(70.0)).await;
    assert_eq!(blocked["dose"], Value::Null);
    assert!(blocked["blocked_by"]["fr"].as_str().unwrap().starts_with("Inconnu : Plaquettes"), "{blocked}");
    let reason = json!({ "platelets_sufficient": "aucune raison d'en douter" });
    let weighed = ask(&answers, reason.clone(), json!(70.0)).await;
    assert_eq!(weighed["dose"]["total_mg"], 63.0);
    assert_eq!(weighed["weighed"], reason);
    assert_eq!(server.read("emergency", &format!("/api/v1/cases/{case}")).await["nihss"], 14, "untouched");
    let child = json!({ "scale": "thrombolysis", "way": "bedside", "answers": {}, "agent": "alteplase",
                        "weight_kg": 7.0 });
    assert_eq!(server.post("neurologist", &path, &child).await.status(), 422);
}
