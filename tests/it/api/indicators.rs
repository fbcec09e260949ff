//! Indicators by site and month, from what is recorded alone, on SQLite and on PostgreSQL.

use serde_json::{Value, json};
use vigie::db::Database;
use vigie::domain::time::Minutes;

use crate::support::instance::CtSlice;
use crate::support::postgres::Cluster;
use crate::support::server::{Server, alert};

#[tokio::test]
async fn indicators_add_up_on_sqlite() {
    indicators_add_up(&Server::start().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn indicators_add_up_on_postgresql() {
    let cluster = Cluster::start().await;
    let db = Database::open(&cluster.database().await.parse().unwrap()).await.unwrap();
    indicators_add_up(&Server::on(db.clone()).await).await;
    db.close().await;
}

/// A case from its door to its diagnosis, `read_after` minutes later, and to the needle after 20 more.
async fn whole_case(server: &Server, patient: &str, read_after: f64, diagnosis: &str) -> String {
    let mut body = alert(patient);
    body["door_at"] = json!(server.desk.now());
    let opened: Value = server.post("emergency", "/api/v1/cases", &body).await.json().await.unwrap();
    let case = opened["case_id"].as_str().unwrap().to_owned();
    server.receive(&CtSlice::of_patient(patient), "valmont").await;
    server.clock.advance(Minutes(read_after));
    let decision = json!({ "diagnosis": diagnosis, "treatments": ["thrombolysis"] });
    let decided = server.post("neurologist", &format!("/api/v1/cases/{case}/decision"), &decision).await;
    assert_eq!(decided.status(), 201);
    server.clock.advance(Minutes(20.0));
    let needle = json!({ "kind": "needle", "at": server.desk.now() });
    let entered = server.post("emergency", &format!("/api/v1/cases/{case}/milestones"), &needle).await;
    assert_eq!(entered.status(), 201);
    case
}

fn cell<'a>(view: &'a Value, site: &Value, month: &Value) -> &'a Value {
    let cells = view["cells"].as_array().unwrap();
    cells.iter().find(|cell| cell["site"] == *site && cell["month"] == *month).unwrap()
}

fn interval<'a>(cell: &'a Value, code: &str) -> &'a Value {
    cell["intervals"].as_array().unwrap().iter().find(|interval| interval["code"] == code).unwrap()
}

async fn indicators_add_up(server: &Server) {
    let empty = server.read("admin", "/api/v1/indicators").await;
    assert_eq!((&empty["cells"], empty["months"].as_array().unwrap().len()), (&json!([]), 12));

    let mut last = String::new();
    for (patient, read_after) in [("IND-1", 10.0), ("IND-2", 30.0), ("IND-3", 40.0), ("IND-4", 60.0)] {
        last = whole_case(server, patient, read_after, "lvo").await;
    }
    let (valmont, november) = (json!("valmont"), json!("2026-11"));
    let four = server.read("neurologist", "/api/v1/indicators").await;
    let at = cell(&four, &valmont, &november);
    assert_eq!(at["cases"], 4);
    let needle = interval(at, "door_to_needle");
    assert_eq!((&needle["median"], &needle["p90"]), (&Value::Null, &Value::Null), "too few for percentiles");
    assert_eq!((&needle["met"]["part"], &needle["met"]["whole"]), (&json!(3), &json!(4)));
    assert_eq!((&at["within_target"]["part"], &at["within_target"]["whole"]), (&json!(3), &json!(4)));
    assert_eq!(at["within_limit"]["part"], 4);
    assert!(at["escalated"]["whole"].is_u64());

    whole_case(server, "IND-5", 70.0, "mimic").await;
    let options = server.read("regulator", &format!("/api/v1/cases/{last}/dispatch/options")).await;
    let plans = options["plans"].as_array().unwrap();
    let flight = plans.iter().filter(|plan| plan["mode"] == "air" && plan["feasible"] == json!(true));
    let cheapest = flight.map(|plan| plan["cost_euros"].as_f64().unwrap()).fold(f64::INFINITY, f64::min);
    let road = plans.iter().find(|plan| plan["mode"] == "road").unwrap();
    let chosen = json!({ "plan": road["name"], "reason": "la route suffit" });
    let path = format!("/api/v1/cases/{last}/dispatch/decision");
    assert_eq!(server.post("regulator", &path, &chosen).await.status(), 201);

    let five = server.read("auditor", "/api/v1/indicators").await;
    for (site, month) in [
        (&valmont, &november),
        (&valmont, &Value::Null),
        (&Value::Null, &november),
        (&Value::Null, &Value::Null),
    ] {
        let at = cell(&five, site, month);
        assert_eq!(at["cases"], 5);
        let needle = interval(at, "door_to_needle");
        assert_eq!((&needle["median"], &needle["p90"]), (&json!(60.0), &json!(86.0)));
        let transports = &at["transports"];
        assert_eq!((&transports["decisions"], &transports["flights"]), (&json!(1), &json!(0)));
        if cheapest.is_finite() {
            assert_eq!(transports["avoided_moving"], 1);
            let saved = cheapest - road["cost_euros"].as_f64().unwrap();
            assert!((transports["euros_saved"].as_f64().unwrap() - saved).abs() < 1.0);
        } else {
            assert_eq!((&transports["avoided_moving"], &transports["euros_saved"]), (&json!(0), &json!(0.0)));
        }
        assert_eq!(at["accuracy"][0]["not_analysed"], 5, "nothing was analysed: neither missed nor spared");
    }

    let table = server.get("radiologist", "/api/v1/indicators.csv?from=2026-11&to=2026-11").await;
    assert_eq!(table.status(), 200);
    assert_eq!(table.headers()["content-type"], "text/csv; charset=utf-8");
    let table = table.text().await.unwrap();
    assert!(table.starts_with("site,month,indicator,unit,cases,value,p90,target,met\n"), "{table}");
    assert!(table.contains("valmont,2026-11,door_to_needle,minutes,5,60,86,60,3\n"), "{table}");
    let before = server.read("admin", "/api/v1/indicators?from=2026-09&to=2026-10").await;
    assert_eq!((&before["cells"], &before["months"]), (&json!([]), &json!(["2026-09", "2026-10"])));
    for wrong in ["?from=2026-12&to=2026-11", "?from=2020-01&to=2026-11"] {
        let refused = server.get("admin", &format!("/api/v1/indicators{wrong}")).await;
        assert_eq!(refused.status(), 422, "{wrong}");
    }
    assert_eq!(server.get("admin", "/api/v1/indicators?from=yesterday").await.status(), 400);
    for who in ["emergency", "regulator", "technologist"] {
        assert_eq!(server.get(who, "/api/v1/indicators").await.status(), 403, "{who}");
    }
}
