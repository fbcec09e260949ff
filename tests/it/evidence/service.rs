//! Models watched in service, and candidates beside them.

use serde_json::json;
use vigie::domain::watch::Standing;
use vigie::pathway::watch_models::{look, watching};

use super::{analysed, received, refused, row, say, say_as_candidate, word};
use crate::imaging_support::bundled;
use crate::support::server::Server;

async fn alarms(server: &Server) -> Vec<serde_json::Value> {
    let mut tx = server.desk.db.read().await.unwrap();
    let events = vigie::db::events::after(&mut tx, 0, 10_000).await.unwrap();
    let told = events.into_iter().filter(|event| event.kind == vigie::db::events::EventKind::ModelAlarm);
    told.map(|event| event.detail).collect()
}

pub async fn refusals_raise_the_alarm_once(server: &Server) {
    let manifest = bundled().manifest;
    for patient in 0..24 {
        let slice = received(server, &format!("WATCH-{patient}"), "valmont").await;
        let outcome = if patient % 2 == 0 { refused() } else { analysed(0.2) };
        say(server, &slice.series, &word(outcome)).await;
    }
    look(&server.desk, &manifest).await.unwrap();
    let told = alarms(server).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((&told[0]["watched"], &told[0]["standing"]), (&json!("not_analysable"), &json!("alarm")));
    look(&server.desk, &manifest).await.unwrap();
    assert_eq!(alarms(server).await.len(), 1, "an alarm that lasts is told once");

    let mut tx = server.desk.db.read().await.unwrap();
    let held_to = manifest.measured.performance();
    let seen = watching(&mut tx, &manifest, &"valmont".parse().unwrap(), &held_to).await.unwrap();
    drop(tx);
    assert_eq!(seen.watch.not_analysable.counted, 24);
    assert_eq!(seen.reasons[0].1, 12, "{:?}", seen.reasons);
    let metrics = server.request(reqwest::Method::GET, "/metrics").send().await.unwrap();
    let metrics = metrics.text().await.unwrap();
    let of = |site: &str| {
        let mut lines = metrics.lines();
        let line = lines.find(|line| {
            line.starts_with("vigie_model_alarm") && line.contains(site) && line.contains("not_analysable")
        });
        line.unwrap().rsplit(' ').next().unwrap().to_owned()
    };
    assert_eq!((of("valmont"), of("saint-aubin")), ("1".to_owned(), "0".to_owned()), "{metrics}");
}

pub async fn the_signed_diagnosis_is_held_against_the_flag(server: &Server) {
    let manifest = bundled().manifest;
    let case = server.alert("AGREE-1").await;
    let slice = received(server, "AGREE-1", "valmont").await;
    say(server, &slice.series, &word(analysed(0.9))).await;
    let reading = async || {
        let mut tx = server.desk.db.read().await.unwrap();
        let held_to = manifest.measured.performance();
        watching(&mut tx, &manifest, &"valmont".parse().unwrap(), &held_to).await.unwrap().watch
    };
    let path = |rest: &str| format!("/api/v1/cases/{case}{rest}");
    let decision =
        json!({ "diagnosis": "haemorrhage", "treatments": ["neurosurgery"], "nihss": 12, "note": "" });
    assert_eq!(server.post("neurologist", &path("/claim"), &json!({})).await.status(), 200);
    assert_eq!(server.post("neurologist", &path("/decision"), &decision).await.status(), 201);
    assert_eq!(reading().await.agreement.counted, 0, "the report is not signed yet");
    let report = json!({ "status": "final", "findings": "hématome", "conclusion": "hémorragie" });
    assert_eq!(server.post("neurologist", &path("/report"), &report).await.status(), 201);
    let seen = reading().await;
    assert_eq!((seen.agreement.counted, seen.sensitivity.unwrap().value), (1, 1.0));
    assert_eq!(seen.agreement.standing, Standing::TooFew);
}

pub async fn scores_are_held_against_the_first_in_service(server: &Server) {
    let manifest = bundled().manifest;
    for patient in 0..150 {
        server.clock.advance(vigie::domain::time::Minutes(1.0));
        let slice = received(server, &format!("DRIFT-{patient}"), "valmont").await;
        let score = if patient < 100 { 0.1 } else { 0.4 } + f64::from(patient % 10) / 100.0;
        say(server, &slice.series, &word(analysed(score))).await;
    }
    look(&server.desk, &manifest).await.unwrap();
    let told = alarms(server).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((&told[0]["watched"], &told[0]["standing"]), (&json!("drift"), &json!("alarm")));
}

pub async fn a_candidate_moves_nothing_and_its_disagreements_are_listed(server: &Server) {
    let slice = received(server, "SHADOW-1", "valmont").await;
    let agreed = received(server, "SHADOW-2", "valmont").await;
    say(server, &slice.series, &word(analysed(0.1))).await;
    say(server, &agreed.series, &word(analysed(0.1))).await;
    let before = row(server, "SHADOW-1").await;
    say_as_candidate(server, &slice.series, &word(analysed(0.95))).await;
    say_as_candidate(server, &agreed.series, &word(analysed(0.2))).await;
    let after = row(server, "SHADOW-1").await;
    assert_eq!((&after["urgency"], &after["flags"]), (&before["urgency"], &before["flags"]));
    let listed = server.read("admin", "/api/v1/admin/models/disagreements").await;
    let listed = listed["disagreements"].as_array().unwrap();
    assert_eq!(listed.len(), 1, "{listed:?}");
    let pair = &listed[0];
    assert_eq!(pair["series_instance_uid"], json!(slice.series.as_str()));
    assert_eq!((&pair["candidate"]["flag"], &pair["active"]["flag"]), (&json!(true), &json!(false)));
    assert_eq!((&pair["site"]["id"], &pair["case_id"]), (&json!("valmont"), &after["case_id"]));
}
