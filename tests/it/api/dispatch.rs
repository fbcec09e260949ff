//! The regulator's question, decision and what came of it, on SQLite and on PostgreSQL; and the command line's answer.

use std::process::Command;

use serde_json::{Value, json};
use vigie::db::Database;
use vigie::domain::time::Minutes;
use vigie::pathway::verify_audit::verify_audit;

use crate::support::postgres::Cluster;
use crate::support::server::Server;

#[tokio::test]
async fn the_transport_is_decided_and_held_against_what_happened_on_sqlite() {
    from_question_to_foresight(&Server::start().await).await;
}

#[tokio::test]
async fn a_plan_that_a_gate_stops_is_decided_only_against_the_gate_on_sqlite() {
    a_stopped_plan(&Server::start().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_transport_is_decided_and_held_against_what_happened_on_postgresql() {
    on_postgresql(from_question_to_foresight).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_that_a_gate_stops_is_decided_only_against_the_gate_on_postgresql() {
    on_postgresql(a_stopped_plan).await;
}

async fn on_postgresql(rule: impl AsyncFnOnce(&Server)) {
    let cluster = Cluster::start().await;
    let db = Database::open(&cluster.database().await.parse().unwrap()).await.unwrap();
    rule(&Server::on(db.clone()).await).await;
    db.close().await;
}

/// A case with its diagnosis signed, so that the posterior is certain; onset an hour before the server's clock starts.
async fn signed_occlusion(server: &Server, patient: &str) -> String {
    let case = server.alert(patient).await;
    server.post("neurologist", &format!("/api/v1/cases/{case}/claim"), &json!({})).await;
    let decision = json!({ "diagnosis": "lvo", "treatments": [], "nihss": 15, "note": "" });
    let decided = server.post("neurologist", &format!("/api/v1/cases/{case}/decision"), &decision).await;
    assert_eq!(decided.status(), 201);
    case
}

fn plan<'a>(options: &'a Value, name: &str) -> &'a Value {
    options["plans"].as_array().unwrap().iter().find(|plan| plan["name"] == name).unwrap()
}

fn stretch<'a>(record: &'a Value, name: &str) -> &'a Value {
    record["stretches"].as_array().unwrap().iter().find(|held| held["stretch"] == name).unwrap()
}

async fn from_question_to_foresight(server: &Server) {
    let case = signed_occlusion(server, "DISPATCH-1").await;
    let path = |rest: &str| format!("/api/v1/cases/{case}/dispatch{rest}");

    let grounded = server.read("regulator", &path("/options?weather=grounded")).await;
    assert_eq!(plan(&grounded, "direct-air")["blocked_by"]["en"], "no flight: weather");
    assert_eq!(server.get("regulator", &path("/options?weather=stormy")).await.status(), 422);
    let options = server.read("regulator", &path("/options?weather=flyable")).await;
    assert_eq!(options["weather"], "flyable");
    let gain = &options["gain"];
    assert!(gain["minutes"].as_f64().unwrap() > 0.0 && gain["break_even_minutes"].as_f64().unwrap() > 0.0);
    assert!(options["sentence"]["fr"].as_str().unwrap().starts_with("L'hélicoptère gagne "));
    let chosen = plan(&options, "drip-and-ship-air");
    let foreseen = &chosen["milestones"];

    let early = server.post("regulator", &path("/actual"), &json!({ "departure": server.desk.now() })).await;
    assert_eq!(early.status(), 409, "nothing is decided");

    // Two minutes of thought: what was on the screen is what is kept.
    server.clock.advance(Minutes(2.0));
    let body = json!({ "plan": "drip-and-ship-air", "reason": "gain de temps", "weather": "flyable",
                       "shown_at": options["at"] });
    assert_eq!(server.post("regulator", &path("/decision"), &body).await.status(), 201);
    let record = server.read("regulator", &path("/record")).await;
    let kept = &record["decisions"][0];
    assert_eq!(kept["shown"]["at"], options["at"]);
    assert_eq!(kept["shown"]["sentence"], options["sentence"]);
    assert_eq!((&kept["intact"], &kept["reason"]), (&json!(true), &json!("gain de temps")));
    assert_eq!(kept["by"]["display_name"], "Dr regulator");
    let seal = kept["seal"].as_str().unwrap();
    let audit = server.read("auditor", "/api/v1/audit").await;
    assert!(audit.to_string().contains(&format!("sha256:{seal}")), "the audit chain repeats the seal");

    let start = server.desk.now();
    server.clock.advance(Minutes(300.0));
    let after = |minutes: f64| (start + Minutes(minutes)).to_string();
    let real = json!({ "departure": after(60.0), "arrival": after(85.0), "groin": after(150.0) });
    let entered = server.post("regulator", &path("/actual"), &real).await;
    assert_eq!(entered.status(), 201);
    let entered: Value = entered.json().await.unwrap();
    // Foreseen from the comparison, two minutes before the decision.
    let departure = foreseen["departure"].as_f64().unwrap() - 2.0;
    let error = stretch(&entered, "to_departure")["error"].as_f64().unwrap();
    assert!((error - (60.0 - departure)).abs() < 0.11, "{error} {departure}");
    assert_eq!(stretch(&entered, "travel")["real"], 25.0);
    assert_eq!(stretch(&entered, "to_needle")["real"], Value::Null);
    assert_eq!(stretch(&entered, "door_to_groin")["real"], 65.0);

    let again = json!({ "departure": after(62.0) });
    assert_eq!(server.post("regulator", &path("/actual"), &again).await.status(), 422, "a reason is missing");
    let again = json!({ "departure": after(62.0), "reason": "heure lue de travers" });
    assert_eq!(server.post("regulator", &path("/actual"), &again).await.status(), 201);
    for (refused, why) in [
        (json!({}), "no time"),
        (json!({ "needle": after(400.0) }), "the future"),
        (json!({ "arrival": after(10.0), "reason": "x" }), "before departure"),
    ] {
        assert_eq!(server.post("regulator", &path("/actual"), &refused).await.status(), 422, "{why}");
    }

    let foresight = server.read("regulator", "/api/v1/dispatch/foresight").await;
    assert_eq!((&foresight["decided"], &foresight["compared"]), (&json!(1), &json!(1)));
    let travel =
        foresight["stretches"].as_array().unwrap().iter().find(|s| s["stretch"] == "travel").unwrap();
    assert_eq!(travel["cases"], 1);
    let elsewhere = server.read("elsewhere", "/api/v1/dispatch/foresight").await;
    assert_eq!(elsewhere["decided"], 0, "another emergency room's are not counted");

    // Decided again: the first stays below the second.
    let body = json!({ "plan": "stay", "reason": "plus de vol" });
    assert_eq!(server.post("regulator", &path("/decision"), &body).await.status(), 201);
    let record = server.read("regulator", &path("/record")).await;
    let plans: Vec<&Value> = record["decisions"].as_array().unwrap().iter().map(|d| &d["plan"]).collect();
    assert_eq!(plans, ["stay", "drip-and-ship-air"]);
    assert!(verify_audit(&server.desk.db, &server.desk.auditor).await.unwrap() > 5);
}

/// On the ground by the regulator's own word, and flown all the same: the record says against what, and why.
async fn a_stopped_plan(server: &Server) {
    let case = signed_occlusion(server, "DISPATCH-3").await;
    let path = |rest: &str| format!("/api/v1/cases/{case}{rest}");
    let mut body = json!({ "plan": "direct-air", "reason": "gain de temps", "weather": "grounded" });
    for despite in ["", "  "] {
        body["despite"] = json!(despite);
        let refused = server.post("regulator", &path("/dispatch/decision"), &body).await;
        assert_eq!(refused.status(), 409);
        let problem: Value = refused.json().await.unwrap();
        assert_eq!(
            (&problem["code"], &problem["gate"]["en"]),
            (&json!("plan-stopped"), &json!("no flight: weather"))
        );
        assert!(problem["detail"].as_str().unwrap().contains("no flight: weather"));
    }
    let record = server.read("regulator", &path("/dispatch/record")).await;
    assert_eq!(record["decisions"], json!([]), "nothing is kept of what was refused");

    body["despite"] = json!("le pilote décolle, appelé à 3 h 10");
    assert_eq!(server.post("regulator", &path("/dispatch/decision"), &body).await.status(), 201);
    let record = server.read("regulator", &path("/dispatch/record")).await;
    let kept = &record["decisions"][0];
    assert_eq!(kept["gate"]["en"], "no flight: weather");
    assert_eq!((&kept["despite"], &kept["intact"]), (&body["despite"], &json!(true)));
    let shown = server.read("emergency", &path("")).await;
    assert_eq!(shown["dispatch_decision"]["despite"], body["despite"]);
    assert_eq!(shown["dispatch_decision"]["gate"]["fr"], "vol impossible : météo");

    server.clock.advance(Minutes(1.0));
    // Said against a gate that does not stop the plan: nothing to keep.
    body["weather"] = json!("flyable");
    assert_eq!(server.post("regulator", &path("/dispatch/decision"), &body).await.status(), 201);
    let record = server.read("regulator", &path("/dispatch/record")).await;
    assert_eq!(
        (&record["decisions"][0]["gate"], &record["decisions"][0]["despite"]),
        (&Value::Null, &Value::Null)
    );
}

#[tokio::test]
async fn the_command_line_gives_the_screens_answer() {
    let server = Server::start().await;
    let case = signed_occlusion(&server, "DISPATCH-2").await;
    let options =
        server.read("regulator", &format!("/api/v1/cases/{case}/dispatch/options?weather=flyable")).await;
    let scenario = format!(
        "[patient]\nonset_minutes_ago = 60\nsite = \"valmont\"\nworkup = \"not_imaged\"\n\
         [posterior]\nhemorrhage = 0.0\nlvo = 1.0\nnlvo = 0.0\nmimic = 0.0\n\
         [conditions]\nat = {}\nweather = \"flyable\"\n",
        options["at"]
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("case.toml");
    std::fs::write(&file, scenario).unwrap();
    let (high, low) = uuid::Uuid::parse_str(&case).unwrap().as_u64_pair();
    let output = Command::new(env!("CARGO_BIN_EXE_vigie"))
        .args(["dispatch", "--json", "--seed", &(high ^ low).to_string(), "--scenario"])
        .arg(&file)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["recommended"], options["recommended"]);
    assert_eq!(answer["sentence_text"], options["sentence"]);
    let (theirs, ours) = (answer["plans"].as_array().unwrap(), options["plans"].as_array().unwrap());
    assert_eq!(theirs.len(), ours.len());
    for (said, shown) in theirs.iter().zip(ours) {
        for key in ["name", "mrs", "expected_utility", "p_mrs_0_2", "feasible", "futile", "bypass"] {
            assert_eq!(said[key], shown[key], "{key} of {}", shown["name"]);
        }
        assert_eq!(said["range"], shown["range"], "{}", shown["name"]);
        for key in ["needle_at", "groin_at", "cost_euros"] {
            let close = match (said[key].as_f64(), shown[key].as_f64()) {
                (Some(a), Some(b)) => (a - b).abs() < 0.51,
                (a, b) => a == b,
            };
            assert!(close, "{key} of {}: {} and {}", shown["name"], said[key], shown[key]);
        }
    }
}
