//! Why a case stands where it stands, who is missing, what a reader left, and the same order after a restart.

use reqwest::Method;
use serde_json::{Value, json};
use vigie::db::{Database, users};
use vigie::domain::time::Minutes;

use crate::support::postgres::Cluster;
use crate::support::server::{Server, alert};

#[tokio::test]
async fn a_case_left_is_offered_again_on_sqlite() {
    leave_a_case(&Server::start().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_left_is_offered_again_on_postgresql() {
    let cluster = Cluster::start().await;
    let db = Database::open(&cluster.database().await.parse().unwrap()).await.unwrap();
    leave_a_case(&Server::on(db.clone()).await).await;
    db.close().await;
}

async fn row(server: &Server) -> Value {
    server.read("radiologist", "/api/v1/worklist").await["items"][0].clone()
}

async fn leave_a_case(server: &Server) {
    let case = server.alert("P-1").await;
    let path = |rest: &str| format!("/api/v1/cases/{case}{rest}");
    assert_eq!(row(server).await["left"], Value::Null);
    server.post("neurologist", &path("/claim"), &json!({})).await;
    let told = json!({ "note": "série native vue, attend l'angioscanner", "seen": ["1.2.3"] });
    assert_eq!(server.post("neurologist", &path("/release"), &told).await.status(), 204);
    let left = row(server).await["left"].clone();
    assert_eq!(left["how"], "given_back");
    assert_eq!(left["by"]["display_name"], "Dr neurologist");
    assert_eq!(left["note"], told["note"]);
    assert_eq!(left["seen"], told["seen"]);
    let timeline = server.read("emergency", &path("/timeline")).await.to_string();
    assert!(timeline.contains("attend l'angioscanner"), "{timeline}");

    server.post("radiologist", &path("/claim"), &json!({})).await;
    server.clock.advance(Minutes(21.0));
    let left = row(server).await["left"].clone();
    assert_eq!((&left["how"], &left["by"]["display_name"]), (&json!("lapsed"), &json!("Dr radiologist")));
    assert_eq!(left["note"], told["note"], "what was told before stays");
    let long = json!({ "note": "x".repeat(2_001) });
    assert_eq!(server.post("radiologist", &path("/release"), &long).await.status(), 422);
}

#[tokio::test]
async fn a_place_is_explained_with_what_would_change_it() {
    let server = Server::start().await;
    let mut unsaid = alert("P-1");
    unsaid["race"] = Value::Null;
    unsaid["nihss"] = Value::Null;
    let unsaid = server.post("emergency", "/api/v1/cases", &unsaid).await.json::<Value>().await.unwrap();
    server.alert("P-2").await;
    let id = unsaid["case_id"].as_str().unwrap();
    let place = server.read("neurologist", &format!("/api/v1/cases/{id}/place")).await;
    assert_eq!((&place["position"], &place["of"]), (&json!(2), &json!(2)));
    let changes = place["changes"].as_array().unwrap();
    assert!(
        changes.iter().any(|c| c["text"]["en"] == "if the RACE score is 9" && c["position"] == 1),
        "{place}"
    );
    let decision = json!({ "diagnosis": "mimic", "treatments": ["none"] });
    server.post("neurologist", &format!("/api/v1/cases/{id}/decision"), &decision).await;
    assert_eq!(server.get("neurologist", &format!("/api/v1/cases/{id}/place")).await.status(), 404);
}

#[tokio::test]
async fn missing_readers_are_counted_against_those_present() {
    let server = Server::start().await;
    let list = server.read("emergency", "/api/v1/worklist").await;
    assert_eq!((&list["readers_needed"], &list["readers_short"]), (&json!(0), &json!(0)));
    for patient in 0..4 {
        server.alert(&format!("P-{patient}")).await;
    }
    // Nine minutes before the limit a reader opens one case each.
    server.clock.advance(Minutes(111.0));
    let list = server.read("neurologist", "/api/v1/worklist").await;
    assert_eq!(list["readers_needed"], 4);
    let (needed, present) =
        (list["readers_needed"].as_u64().unwrap(), list["readers_present"].as_u64().unwrap());
    assert!(present >= 1, "the neurologist who asks is there");
    assert_eq!(list["readers_short"].as_u64().unwrap(), needed - present);
    assert_eq!(list["readers_from"], "sessions", "no rota serves the site");

    let radiologist = {
        let mut tx = server.desk.db.read().await.unwrap();
        users::by_username(&mut tx, "radiologist").await.unwrap().unwrap().0.id
    };
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let pool = json!({
        "name": "Radiologie", "specialty": "radiologist", "zone": "Europe/Paris", "sites": ["valmont"],
        "shifts": [{ "level": 1, "person": radiologist, "days": days, "from": "00:00", "to": "00:00" }],
    });
    let put = server.by("admin", Method::PUT, "/api/v1/rota/pools/radio").json(&pool).send().await.unwrap();
    assert_eq!(put.status(), 200);
    let list = server.read("neurologist", "/api/v1/worklist").await;
    assert_eq!(
        (&list["readers_from"], &list["readers_present"]),
        (&json!("rota"), &json!(1)),
        "by the rota alone"
    );
    assert_eq!(list["readers_short"].as_u64().unwrap(), 3);
}

#[tokio::test]
async fn the_last_turn_goes_first_on_every_page_and_more_readers_change_it() {
    let server = Server::start().await;
    let mut late = alert("P-1");
    // Nothing that a treatment still changes: but for its limit it would stand last.
    late["onset"] = json!({ "kind": "known", "at": "2026-11-20T08:00:00Z" });
    let late = server.post("emergency", "/api/v1/cases", &late).await.json::<Value>().await.unwrap();
    let late = late["case_id"].as_str().unwrap();
    server.clock.advance(Minutes(50.0));
    server.alert("P-2").await;
    server.clock.advance(Minutes(62.0));
    let list = server.read("neurologist", "/api/v1/worklist").await;
    assert_eq!((&list["readers_present"], &list["readers_short"]), (&json!(1), &json!(0)));
    let row = &list["items"][0];
    assert_eq!((row["case_id"].as_str().unwrap(), &row["reasons"][0]["code"]), (late, &json!("last_turn")));
    assert!(row["sentence"]["en"].as_str().unwrap().starts_with("open now, or a limit will be missed"));
    assert!(row["urgency"].as_f64() > list["items"][1]["urgency"].as_f64());
    let page = server.read("neurologist", &format!("/api/v1/cases/{late}")).await;
    assert_eq!((&page["sentence"], &page["urgency"]), (&row["sentence"], &row["urgency"]));
    let place = server.read("neurologist", &format!("/api/v1/cases/{late}/place")).await;
    assert_eq!((&place["position"], &place["reasons"]), (&json!(1), &row["reasons"]));
    let change = |place: &Value| {
        let changes = place["changes"].as_array().unwrap().clone();
        changes.into_iter().find(|change| change["text"]["en"] == "with one more reader")
    };
    assert_eq!(change(&place).unwrap()["position"], 2);
    // Another reader comes.
    server.read("radiologist", "/api/v1/worklist").await;
    let list = server.read("neurologist", "/api/v1/worklist").await;
    assert_eq!((&list["readers_present"], &list["items"][1]["case_id"]), (&json!(2), &json!(late)));
}

#[tokio::test]
async fn staffing_is_answered_from_recorded_days() {
    let server = Server::start().await;
    let empty = server.read("admin", "/api/v1/admin/staffing?hours=12").await;
    assert_eq!((&empty["recommended"], &empty["cases"]), (&Value::Null, &json!(0)));
    for patient in 0..3 {
        server.alert(&format!("P-{patient}")).await;
        server.clock.advance(Minutes(30.0));
    }
    server.clock.advance(Minutes(23.0 * 60.0));
    let answer = server.read("admin", "/api/v1/admin/staffing?from=2026-11-25T07:30:00Z&hours=3").await;
    assert_eq!(answer["cases"], 3);
    assert_eq!(answer["recommended"], 1);
    assert!(answer["sentence"]["fr"].as_str().unwrap().starts_with("Un lecteur suffit"));
    assert_eq!(server.get("admin", "/api/v1/admin/staffing?hours=25").await.status(), 422);
}

#[tokio::test]
async fn the_order_read_again_is_the_same() {
    let server = Server::start().await;
    for (patient, race) in [("P-1", 0), ("P-2", 9), ("P-3", 4), ("P-4", 9)] {
        let mut body = alert(patient);
        body["race"] = json!(race);
        assert_eq!(server.post("emergency", "/api/v1/cases", &body).await.status(), 201);
        server.clock.advance(Minutes(2.0));
    }
    let order = |list: Value| -> Vec<Value> {
        list["items"].as_array().unwrap().iter().map(|item| item["case_id"].clone()).collect()
    };
    let before = order(server.read("neurologist", "/api/v1/worklist").await);
    // What another process would do: nothing but the database is kept between the two.
    let again = vigie::pathway::order_queue::order_queue(
        &vigie::pathway::desk::Desk {
            bell: vigie::pathway::bell::EventBell::default(),
            ..server.desk.clone()
        },
        &server.desk.sight(&reader(&server).await),
    )
    .await
    .unwrap();
    assert_eq!(order(serde_json::to_value(again).unwrap()), before);
}

async fn reader(server: &Server) -> vigie::db::users::User {
    let users = vigie::pathway::manage_users::list_users(&server.desk).await.unwrap();
    users.into_iter().find(|user| user.username == "neurologist").unwrap()
}
