//! Calls: round by round, accepted once, never lost.

use serde_json::{Value, json};
use vigie::db::{analyses, calls, cases, jobs, users};
use vigie::domain::evidence::Analysis;
use vigie::domain::identity::CaseId;
use vigie::domain::time::Minutes;
use vigie::inference::analysis::SeriesAnalysis;
use vigie::pathway::switchboard::Switchboard;

use super::{board, id_of, look, on_call, put};
use crate::imaging_support::bundled;
use crate::support::instance::CtSlice;
use crate::support::server::Server;

async fn calls(server: &Server, case: &str) -> Value {
    server.read("emergency", &format!("/api/v1/cases/{case}/calls")).await
}

async fn notices(server: &Server, who: &str) -> Vec<Value> {
    server.read(who, "/api/v1/notices").await["notices"].as_array().unwrap().clone()
}

fn names(people: &Value) -> Vec<&str> {
    people.as_array().unwrap().iter().map(|p| p["display_name"].as_str().unwrap()).collect()
}

async fn timeline(server: &Server, case: &str) -> Vec<String> {
    let timeline = server.read("emergency", &format!("/api/v1/cases/{case}/timeline")).await;
    let events = timeline["events"].as_array().unwrap().clone();
    events.iter().map(|event| event["text"]["en"].as_str().unwrap().to_owned()).collect()
}

async fn answer(server: &Server, who: &str, call: &Value, verb: &str) -> u16 {
    let path = format!("/api/v1/calls/{}/{verb}", call.as_str().unwrap());
    server.post(who, &path, &json!({})).await.status().as_u16()
}

pub async fn silence_goes_up_the_rota_and_reaches_the_sender(server: &Server) {
    on_call(server).await;
    let board = board(server, Vec::new());
    let case = server.alert("CALL-1").await;
    look(&board).await;
    let first = calls(server, &case).await;
    let call = &first["calls"][0];
    assert_eq!((&call["stage"], &first["alerts"]), (&json!("calling"), &json!(1)));
    assert_eq!(call["called"][0]["person"]["display_name"], "Dr neurologist");
    assert_eq!(
        (names(&call["next"]), &call["next_at"]),
        (vec!["Dr radiologist"], &json!("2026-11-24T08:02:00Z"))
    );
    assert_eq!(
        (notices(server, "neurologist").await.len(), notices(server, "radiologist").await.len()),
        (1, 0)
    );
    let seen = &calls(server, &case).await["calls"][0]["called"][0]["channels"][0];
    assert_eq!((&seen["channel"], &seen["delivered_at"]), (&json!("in_app"), &json!("2026-11-24T08:00:00Z")));
    assert_eq!(answer(server, "neurologist", &call["call_id"], "seen").await, 204);

    server.clock.advance(Minutes(1.9));
    look(&board).await;
    assert_eq!(notices(server, "radiologist").await, Vec::<Value>::new(), "not before its time");
    server.clock.advance(Minutes(0.1));
    look(&board).await;
    assert_eq!(notices(server, "radiologist").await.len(), 1);
    assert_eq!(calls(server, &case).await["calls"][0]["next_at"], "2026-11-24T08:05:00Z");
    assert_eq!(
        notices(server, "emergency").await,
        Vec::<Value>::new(),
        "quiet while someone is being called"
    );

    server.clock.advance(Minutes(3.0));
    look(&board).await;
    let last = calls(server, &case).await;
    assert_eq!((&last["calls"][0]["stage"], &last["alerts"]), (&json!("everyone"), &json!(2)));
    let sender = notices(server, "emergency").await;
    assert_eq!((sender.len(), &sender[0]["kind"]), (1, &json!("unanswered")), "the sender's screen");
    assert_eq!(notices(server, "elsewhere").await, Vec::<Value>::new());
    let steps = timeline(server, &case).await.join("\n");
    for step in [
        "Called (neurologist): Dr neurologist",
        "Call received: application",
        "Call seen",
        "No answer, next call (neurologist): Dr radiologist",
        "Nobody has accepted: every reader and the sender",
    ] {
        assert!(steps.contains(step), "{step} in {steps}");
    }
}

pub async fn an_acceptance_ends_the_calling(server: &Server) {
    on_call(server).await;
    let board = board(server, Vec::new());
    let case = server.alert("CALL-2").await;
    look(&board).await;
    server.clock.advance(Minutes(2.0));
    look(&board).await;
    let call = calls(server, &case).await["calls"][0]["call_id"].clone();
    assert_eq!(answer(server, "emergency", &call, "accept").await, 403, "who does not read does not accept");
    assert_eq!(answer(server, "radiologist", &call, "accept").await, 200);
    assert_eq!(answer(server, "radiologist", &call, "accept").await, 200, "again is the same");
    let path = format!("/api/v1/calls/{}/accept", call.as_str().unwrap());
    let late = server.post("neurologist", &path, &json!({})).await;
    assert_eq!(late.status(), 409);
    let problem: Value = late.json().await.unwrap();
    assert!(problem["detail"].as_str().unwrap().contains("Dr radiologist"), "{problem}");
    assert_eq!(
        notices(server, "neurologist").await,
        Vec::<Value>::new(),
        "the call is gone from the other's screen"
    );
    server.clock.advance(Minutes(15.0));
    look(&board).await;
    let after = calls(server, &case).await;
    assert_eq!((&after["calls"][0]["stage"], &after["alerts"]), (&json!("accepted"), &json!(2)));
    assert_eq!(after["calls"][0]["accepted_by"]["display_name"], "Dr radiologist");
    assert_eq!(
        answer(server, "neurologist", &json!("00000000-0000-0000-0000-000000000000"), "accept").await,
        404
    );
}

pub async fn a_claim_is_an_acceptance(server: &Server) {
    on_call(server).await;
    let board = board(server, Vec::new());
    let case = server.alert("CALL-3").await;
    look(&board).await;
    let claim = server.post("neurologist", &format!("/api/v1/cases/{case}/claim"), &Value::Null).await;
    assert_eq!(claim.status(), 200);
    let call = calls(server, &case).await["calls"][0].clone();
    assert_eq!(
        (&call["stage"], &call["accepted_by"]["display_name"]),
        (&json!("accepted"), &json!("Dr neurologist"))
    );
    assert!(timeline(server, &case).await.contains(&"Call accepted".to_owned()));
}

pub async fn who_cannot_come_makes_nobody_wait(server: &Server) {
    on_call(server).await;
    let board = board(server, Vec::new());
    let case = server.alert("CALL-4").await;
    look(&board).await;
    let call = calls(server, &case).await["calls"][0]["call_id"].clone();
    assert_eq!(answer(server, "radiologist", &call, "decline").await, 409, "not called yet");
    assert_eq!(answer(server, "neurologist", &call, "decline").await, 200);
    look(&board).await;
    let next = calls(server, &case).await["calls"][0].clone();
    assert_eq!(next["called"][1]["person"]["display_name"], "Dr radiologist");
    assert_eq!(next["next_at"], "2026-11-24T08:03:00Z", "three minutes from now");
    assert_eq!(notices(server, "neurologist").await, Vec::<Value>::new(), "who declined is left in peace");
}

pub async fn a_round_happens_once_whoever_works(server: &Server) {
    on_call(server).await;
    let case = server.alert("CALL-5").await;
    // Two programs on one database, and one that was killed and started again: each looks.
    let (one, other) = (board(server, Vec::new()), board(server, Vec::new()));
    let (a, b) = tokio::join!(one.call_round("one"), other.call_round("other"));
    a.unwrap();
    b.unwrap();
    board(server, Vec::new()).call_round("restarted").await.unwrap();
    assert_eq!(calls(server, &case).await["alerts"], 1);
    server.clock.advance(Minutes(60.0));
    board(server, Vec::new()).call_round("after an hour off").await.unwrap();
    let call = calls(server, &case).await["calls"][0].clone();
    assert_eq!(call["called"].as_array().unwrap().len(), 2, "no round is left out");
    assert_eq!(call["next_at"], "2026-11-24T09:03:00Z");
}

pub async fn a_case_is_called_once_until_it_is_given_back(server: &Server) {
    on_call(server).await;
    let board = board(server, Vec::new());
    let case = server.alert("CALL-6").await;
    look(&board).await;
    assert_eq!(server.alert("CALL-6").await, case, "the alert again joins the case");
    look(&board).await;
    assert_eq!(calls(server, &case).await["alerts"], 1, "and interrupts nobody");
    for verb in ["claim", "release"] {
        server.clock.advance(Minutes(0.5));
        server.post("neurologist", &format!("/api/v1/cases/{case}/{verb}"), &Value::Null).await;
    }
    look(&board).await;
    let after = calls(server, &case).await;
    assert_eq!((after["calls"].as_array().unwrap().len(), &after["alerts"]), (2, &json!(2)));
    assert_eq!(after["calls"][1]["cause_text"]["en"], "case given back");
    assert_eq!(after["calls"][1]["called"][0]["person"]["display_name"], "Dr radiologist", "someone else");
    let decision = json!({ "diagnosis": "mimic", "treatments": ["none"] });
    let decided = server.post("neurologist", &format!("/api/v1/cases/{case}/decision"), &decision).await;
    assert_eq!(decided.status(), 201);
    assert_eq!(calls(server, &case).await["calls"][1]["stage"], "ended");
    server.clock.advance(Minutes(30.0));
    look(&board).await;
    assert_eq!(calls(server, &case).await["alerts"], 2);
}

/// The bundled pack's word on a series, kept as the analysis does.
async fn say(server: &Server, slice: &CtSlice, case: &str, probability: f64) {
    let pack = bundled();
    let outcome =
        Analysis::Analysed { probability, threshold: 0.5, flag: probability >= 0.5, volume_ml: None };
    let analysis = SeriesAnalysis::without_slices(&pack.manifest, pack.model_ref(), outcome);
    let result = serde_json::to_value(&analysis).unwrap();
    let now = server.desk.now();
    let mut tx = server.desk.db.write().await.unwrap();
    let (name, finding) = (&analysis.model.name, analysis.finding());
    analyses::put(&mut tx, &slice.series, name, &finding, &result, now).await.unwrap();
    jobs::ask(&mut tx, "consider_flag", case, now).await.unwrap();
    tx.commit().await.unwrap();
}

pub async fn a_flag_that_counts_calls_a_reader_to_a_case_without_alert(server: &Server) {
    on_call(server).await;
    let board = board(server, Vec::new());
    let slice = CtSlice::of_patient("CALL-7");
    server.receive(&slice, "valmont").await;
    let case = server.read("neurologist", "/api/v1/worklist").await["items"][0]["case_id"].clone();
    let case = case.as_str().unwrap();
    look(&board).await;
    assert_eq!(calls(server, case).await["alerts"], 0, "images alone interrupt nobody");
    say(server, &slice, case, 0.1).await;
    look(&board).await;
    assert_eq!(calls(server, case).await["alerts"], 0);
    say(server, &slice, case, 0.9).await;
    look(&board).await;
    say(server, &slice, case, 0.95).await;
    look(&board).await;
    let called = calls(server, case).await;
    assert_eq!(
        (&called["alerts"], &called["calls"][0]["cause_text"]["en"]),
        (&json!(1), &json!("a model's flag"))
    );
    // Without an alert, the sender is the site's emergency room.
    server.clock.advance(Minutes(2.0));
    look(&board).await;
    server.clock.advance(Minutes(3.0));
    look(&board).await;
    assert_eq!(notices(server, "emergency").await[0]["kind"], "unanswered");
}

pub async fn a_specialist_is_called_when_asked_for(server: &Server) {
    on_call(server).await;
    let board = board(server, Vec::new());
    let case = server.alert("CALL-8").await;
    look(&board).await;
    let path = format!("/api/v1/cases/{case}/calls");
    let ask = json!({ "need": "interventionalist" });
    assert_eq!(server.post("neurologist", &path, &ask).await.status(), 201);
    assert_eq!(server.post("regulator", &path, &ask).await.status(), 409, "under way already");
    assert_eq!(server.post("elsewhere", &path, &ask).await.status(), 404);
    look(&board).await;
    let after = calls(server, &case).await;
    let asked = after["calls"].as_array().unwrap().iter().find(|c| c["need"] == "interventionalist").unwrap();
    assert_eq!(asked["stage"], "everyone", "no pool answers for it: every reader");
    assert!(
        timeline(server, &case)
            .await
            .contains(&"Asks for the interventional neuroradiologist on call".to_owned())
    );
}

pub async fn without_a_rota_everyone_is_called_at_once(server: &Server) {
    let case = server.alert("CALL-9").await;
    look(&board(server, Vec::new())).await;
    let call = calls(server, &case).await["calls"][0].clone();
    assert_eq!((&call["stage"], call["called"].as_array().unwrap().len()), (&json!("everyone"), 2));
    assert_eq!(notices(server, "emergency").await.len(), 1);
}

async fn act(server: &Server, who: &str, case: &str, verb: &str) {
    let done = server.post(who, &format!("/api/v1/cases/{case}/{verb}"), &Value::Null).await;
    assert_eq!(done.status(), 200, "{verb}");
}

async fn decide(server: &Server, case: &str, diagnosis: &str, treatments: &[&str]) {
    let decision = json!({ "diagnosis": diagnosis, "treatments": treatments });
    let decided = server.post("neurologist", &format!("/api/v1/cases/{case}/decision"), &decision).await;
    assert_eq!(decided.status(), 201);
}

pub async fn a_reading_that_lapses_calls_the_next_on_call(server: &Server) {
    on_call(server).await;
    let board = board(server, Vec::new());
    let case = server.alert("CALL-10").await;
    look(&board).await;
    act(server, "neurologist", &case, "claim").await;
    server.clock.advance(Minutes(15.0));
    act(server, "neurologist", &case, "claim").await;
    server.clock.advance(Minutes(19.9));
    look(&board).await;
    assert_eq!(calls(server, &case).await["alerts"], 1, "a hold that was renewed still runs");

    server.clock.advance(Minutes(0.2));
    look(&board).await;
    look(&board).await;
    let lapsed = calls(server, &case).await;
    assert_eq!(lapsed["calls"].as_array().unwrap().len(), 2, "once");
    let again = &lapsed["calls"][1];
    assert_eq!(
        (&again["cause_text"]["en"], &again["called"][0]["person"]["display_name"]),
        (&json!("reading left without a word"), &json!("Dr radiologist")),
        "the next on call"
    );
    let row = server.read("radiologist", "/api/v1/worklist").await["items"][0].clone();
    assert_eq!((&row["state"], &row["left"]["how"]), (&json!("waiting"), &json!("lapsed")));
    assert_eq!(row["left"]["by"]["display_name"], "Dr neurologist");
    assert!(timeline(server, &case).await.contains(&"Reading lapsed: the case is offered again".to_owned()));

    server.clock.advance(Minutes(1.0));
    assert_eq!(answer(server, "radiologist", &again["call_id"], "accept").await, 200);
    server.clock.advance(Minutes(20.0));
    look(&board).await;
    let never_came = calls(server, &case).await["calls"][2].clone();
    assert_eq!(
        never_came["called"][0]["person"]["display_name"], "Dr neurologist",
        "who accepted and did not take the case is not waited for"
    );

    decide(server, &case, "mimic", &["none"]).await;
    server.clock.advance(Minutes(60.0));
    look(&board).await;
    assert_eq!(calls(server, &case).await["calls"].as_array().unwrap().len(), 3, "read: nobody is called");
}

/// Takes a case as a program did that knew no lapses: the call is accepted, the case is held, and no job is asked.
async fn taken_before_lapses(server: &Server, case: &str) {
    let (id, now) = (case.parse::<CaseId>().unwrap(), server.desk.now());
    let mut tx = server.desk.db.write().await.unwrap();
    let reader = users::by_username(&mut tx, "neurologist").await.unwrap().unwrap().0.id;
    for (call_id, call) in calls::of_case(&mut tx, id).await.unwrap() {
        let call = call.accept(reader, now).unwrap();
        calls::update(&mut tx, call_id, &call, now).await.unwrap();
    }
    let mut held = cases::get(&mut tx, id).await.unwrap().unwrap();
    held.state = held.state.claim(reader, now).unwrap().0;
    cases::update(&mut tx, &held).await.unwrap();
    tx.commit().await.unwrap();
}

pub async fn a_hold_from_before_an_upgrade_lapses_after_it(server: &Server) {
    on_call(server).await;
    let board = board(server, Vec::new());
    let mut cases = Vec::new();
    for (patient, minutes) in [("LONG-AGO", 22.0), ("MEANWHILE", 10.0), ("RUNNING", 10.0)] {
        let case = server.alert(patient).await;
        look(&board).await;
        taken_before_lapses(server, &case).await;
        server.clock.advance(Minutes(minutes));
        cases.push(case);
    }
    let known = server.alert("KNOWN").await;
    look(&board).await;
    act(server, "neurologist", &known, "claim").await;
    cases.push(known);
    // Held 42, 20, 10 and 0 minutes ago.
    look(&board).await;
    let rounds = async || {
        let mut counted = Vec::new();
        for case in &cases {
            counted.push(calls(server, case).await["calls"].as_array().unwrap().len());
        }
        counted
    };
    assert_eq!(rounds().await, [1, 1, 1, 1], "without a job nothing lapses");
    for _ in 0..2 {
        board.take_up().await.unwrap();
        look(&board).await;
        assert_eq!(rounds().await, [1, 2, 1, 1], "what ended while nothing ran, and once");
    }
    server.clock.advance(Minutes(10.0));
    look(&board).await;
    assert_eq!(rounds().await, [1, 2, 2, 1]);
    let again = calls(server, &cases[2]).await["calls"][1].clone();
    assert_eq!(again["cause_text"]["en"], "reading left without a word");
    server.clock.advance(Minutes(10.0));
    look(&board).await;
    assert_eq!(rounds().await, [1, 2, 2, 2], "a hold that has its job keeps it");
}

pub async fn a_flag_that_came_during_a_reading_that_lapsed_calls_a_reader(server: &Server) {
    on_call(server).await;
    let board = board(server, Vec::new());
    let slice = CtSlice::of_patient("CALL-11");
    server.receive(&slice, "valmont").await;
    let case = server.read("neurologist", "/api/v1/worklist").await["items"][0]["case_id"].clone();
    let case = case.as_str().unwrap();
    act(server, "neurologist", case, "claim").await;
    say(server, &slice, case, 0.9).await;
    look(&board).await;
    assert_eq!(calls(server, case).await["alerts"], 0, "someone is at it");
    server.clock.advance(Minutes(20.0));
    look(&board).await;
    look(&board).await;
    let called = calls(server, case).await;
    assert_eq!(
        (&called["alerts"], &called["calls"][0]["cause_text"]["en"]),
        (&json!(1), &json!("a model's flag"))
    );
}

async fn stood_down(server: &Server, who: &str) -> Vec<String> {
    let mine = server.read(who, "/api/v1/notices").await["stood_down"].as_array().unwrap().clone();
    mine.iter().map(|told| told["text"]["en"].as_str().unwrap().to_owned()).collect()
}

/// An alert whose call the neurologist accepts; the case and the call.
async fn accepted(server: &Server, board: &Switchboard, patient: &str) -> (String, Value) {
    let case = server.alert(patient).await;
    look(board).await;
    let call = calls(server, &case).await["calls"][0]["call_id"].clone();
    assert_eq!(answer(server, "neurologist", &call, "accept").await, 200);
    (case, call)
}

pub async fn who_accepted_is_told_when_another_takes_or_decides_the_case(server: &Server) {
    on_call(server).await;
    let board = board(server, Vec::new());
    let (case, call) = accepted(server, &board, "CALL-13").await;
    assert_eq!(stood_down(server, "neurologist").await, Vec::<String>::new());
    act(server, "radiologist", &case, "claim").await;
    let taken = "Dr radiologist reads the case: you are not expected any more.";
    assert_eq!(stood_down(server, "neurologist").await, [taken]);
    for who in ["neurologist", "radiologist", "emergency"] {
        assert_eq!(notices(server, who).await, Vec::<Value>::new(), "nobody is interrupted for it");
    }
    assert_eq!(stood_down(server, "radiologist").await, Vec::<String>::new());
    server.clock.advance(Minutes(5.0));
    act(server, "radiologist", &case, "claim").await;
    assert_eq!(stood_down(server, "neurologist").await, [taken], "once, however often the hold is renewed");
    assert_eq!(answer(server, "neurologist", &call, "seen").await, 204);
    assert_eq!(stood_down(server, "neurologist").await, Vec::<String>::new(), "seen, it is gone");
    let steps = timeline(server, &case).await;
    for step in ["Stand-down received: application", "Stand-down seen"] {
        assert!(steps.contains(&step.to_owned()), "{step} in {steps:?}");
    }
    assert_eq!(calls(server, &case).await["alerts"], 1, "and counts as no interruption");

    let (case, _) = accepted(server, &board, "CALL-14").await;
    let decision = json!({ "diagnosis": "mimic", "treatments": ["none"] });
    let decided = server.post("radiologist", &format!("/api/v1/cases/{case}/decision"), &decision).await;
    assert_eq!(decided.status(), 201);
    let told = stood_down(server, "neurologist").await;
    assert_eq!(told, ["Dr radiologist has made the diagnosis: you are not expected any more."]);
    server.clock.advance(Minutes(12.0 * 60.0));
    assert_eq!(
        stood_down(server, "neurologist").await,
        Vec::<String>::new(),
        "a shift later it tells nothing"
    );

    let (case, _) = accepted(server, &board, "CALL-15").await;
    act(server, "neurologist", &case, "claim").await;
    decide(server, &case, "mimic", &["none"]).await;
    let corrected = server.post("radiologist", &format!("/api/v1/cases/{case}/decision"), &decision).await;
    assert_eq!(corrected.status(), 201);
    assert_eq!(stood_down(server, "neurologist").await, Vec::<String>::new(), "who came is not told to stay");
}

pub async fn an_interventionalist_who_accepted_is_told_when_the_call_is_stood_down(server: &Server) {
    on_call(server).await;
    interventionalists(server, "centre", "grand-lac", &["radiologist"]).await;
    let board = board(server, Vec::new());
    let case = server.alert("CALL-16").await;
    look(&board).await;
    act(server, "neurologist", &case, "claim").await;
    decide(server, &case, "lvo", &["thrombectomy"]).await;
    look(&board).await;
    let called = notices(server, "radiologist").await;
    assert_eq!((called.len(), &called[0]["need"]), (1, &json!("interventionalist")));
    assert_eq!(answer(server, "radiologist", &called[0]["call_id"], "accept").await, 200);
    assert_eq!(stood_down(server, "radiologist").await, Vec::<String>::new(), "who treats is expected");
    decide(server, &case, "lvo", &["medical"]).await;
    let told = stood_down(server, "radiologist").await;
    assert_eq!(told, ["The call is stood down: you are not expected any more."]);
    assert_eq!(stood_down(server, "neurologist").await, Vec::<String>::new());
}

/// At every hour on call for `site`'s thrombectomies, by level.
async fn interventionalists(server: &Server, pool: &str, site: &str, people: &[&str]) {
    let every_day = json!(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]);
    let mut shifts = Vec::new();
    for (level, who) in (1..).zip(people) {
        shifts.push(json!({
            "level": level, "person": id_of(server, who).await, "days": every_day, "from": "00:00", "to": "00:00",
        }));
    }
    let pool_body = json!({
        "name": pool, "specialty": "interventionalist", "zone": "Europe/Paris", "sites": [site], "shifts": shifts,
    });
    assert_eq!(put(server, "admin", &format!("/api/v1/rota/pools/{pool}"), &pool_body).await.0, 200);
}

pub async fn a_thrombectomy_calls_the_interventionalist_of_the_centre(server: &Server) {
    on_call(server).await;
    interventionalists(server, "here", "valmont", &["neurologist"]).await;
    interventionalists(server, "centre", "grand-lac", &["radiologist", "neurologist"]).await;
    let board = board(server, Vec::new());
    let case = server.alert("CALL-12").await;
    look(&board).await;
    act(server, "neurologist", &case, "claim").await;
    let of_thrombectomy = async || {
        let all = calls(server, &case).await["calls"].as_array().unwrap().clone();
        all.into_iter().filter(|call| call["need"] == "interventionalist").collect::<Vec<_>>()
    };
    decide(server, &case, "lvo", &["thrombolysis"]).await;
    look(&board).await;
    assert_eq!(of_thrombectomy().await.len(), 0);
    decide(server, &case, "lvo", &["thrombolysis", "thrombectomy"]).await;
    decide(server, &case, "lvo", &["thrombectomy"]).await;
    look(&board).await;
    let called = of_thrombectomy().await;
    assert_eq!(called.len(), 1, "one call, however often it is decided");
    assert_eq!(called[0]["cause_text"]["fr"], "thrombectomie décidée");
    assert_eq!(called[0]["centre"]["id"], "grand-lac");
    assert_eq!(
        called[0]["called"][0]["person"]["display_name"], "Dr radiologist",
        "the centre's, not the site's"
    );
    assert_eq!(called[0]["next_at"], "2026-11-24T08:02:00Z");

    server.clock.advance(Minutes(2.0));
    look(&board).await;
    assert_eq!(of_thrombectomy().await[0]["called"][1]["person"]["display_name"], "Dr neurologist");
    server.clock.advance(Minutes(3.0));
    look(&board).await;
    assert_eq!(of_thrombectomy().await[0]["stage"], "everyone");
    assert_eq!(notices(server, "emergency").await[0]["kind"], "unanswered", "the sender's screen");

    decide(server, &case, "lvo", &["medical"]).await;
    assert_eq!(of_thrombectomy().await[0]["stage"], "ended");
    let stood_down = "Call stood down (interventional neuroradiologist)".to_owned();
    assert!(timeline(server, &case).await.contains(&stood_down));
    decide(server, &case, "lvo", &["thrombectomy"]).await;
    look(&board).await;
    assert_eq!(of_thrombectomy().await.len(), 2);
}
