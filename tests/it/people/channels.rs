//! Channels out of the house, against real listeners: what they carry, and what is said when one is dead.

pub(crate) mod peers;

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use vigie::db::users;
use vigie::domain::time::Minutes;
use vigie::notify::mail::Mail;
use vigie::notify::push::WebPush;
use vigie::notify::webhook::Webhook;
use vigie::pathway::contact::{self, NewSubscription, PushServices};
use vigie::pathway::desk::Actor;
use vigie::pathway::switchboard::Courier;

use self::peers::{Browser, Gateway, MailServer, closed_port};
use super::{board, look, on_call, put};
use crate::support::server::Server;

const SECRET: &str = "shared with the gateway";

async fn reachable(server: &Server, contact: &Value) {
    assert_eq!(put(server, "neurologist", "/api/v1/contact", contact).await.0, 204);
}

fn by_mail_and_pager() -> Value {
    json!({ "language": "en", "email": "neuro@chu.example", "pager": "4711", "muted": [] })
}

fn webhook(server: &Server, port: u16) -> Arc<dyn Courier> {
    let url = format!("http://127.0.0.1:{port}/page").parse().unwrap();
    Arc::new(Webhook::new(url, SECRET.to_owned(), Arc::new(server.clock.clone())).unwrap())
}

fn mail(port: u16) -> Arc<dyn Courier> {
    let url = format!("smtp://127.0.0.1:{port}");
    Arc::new(Mail::new(&url, "Vigie <vigie@region.example>".parse().unwrap()).unwrap())
}

/// What became of the first called person's notices, by channel.
async fn channels(server: &Server, case: &str) -> Value {
    let calls = server.read("emergency", &format!("/api/v1/cases/{case}/calls")).await;
    let listed = calls["calls"][0]["called"][0]["channels"].as_array().unwrap().clone();
    listed.into_iter().map(|channel| (channel["channel"].as_str().unwrap().to_owned(), channel)).collect()
}

async fn timeline(server: &Server, case: &str) -> String {
    let timeline = server.read("emergency", &format!("/api/v1/cases/{case}/timeline")).await;
    let texts =
        timeline["events"].as_array().unwrap().iter().map(|event| event["text"]["en"].as_str().unwrap());
    texts.collect::<Vec<_>>().join("\n")
}

/// The patient of the support's alert.
fn names_nobody(sent: &str) {
    for identity in ["Brocéliande", "Broc", "Viviane", "1951-06-30", "PAGED", "chute"] {
        assert!(!sent.contains(identity), "{identity} in {sent}");
    }
}

pub async fn a_pager_and_a_letter_say_where_and_how_urgent_and_name_nobody(server: &Server) {
    on_call(server).await;
    reachable(server, &by_mail_and_pager()).await;
    let (gateway, letters) = (Gateway::open(&[200]).await, MailServer::open().await);
    let board = board(server, vec![webhook(server, gateway.port), mail(letters.port)]);
    let case = server.alert("PAGED-1").await;
    look(&board).await;

    let page = gateway.received().remove(0);
    let body: Value = serde_json::from_str(&page.body).unwrap();
    assert_eq!((&body["schema"], &body["to"]), (&json!("vigie.notice/1"), &json!("4711")));
    assert_eq!((&body["site"]["id"], &body["urgency"]["en"]), (&json!("valmont"), &json!("urgent")));
    assert_eq!((&body["reference"], &body["round"]), (&json!(case[..8]), &json!(1)));
    assert_eq!(body["link"], format!("https://vigie.example/cases/{case}"));
    assert_eq!(page.headers["idempotency-key"], body["notice_id"].as_str().unwrap());
    let (time, signature) = page.headers["vigie-signature"].split_once(",v1=").unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(format!("{}.{}", &time[2..], page.body).as_bytes());
    assert_eq!(hex::encode(mac.finalize().into_bytes()), signature);
    names_nobody(&page.body);

    let letter = letters.received().remove(0);
    assert!(letter.contains("To: neuro@chu.example"), "{letter}");
    assert!(letter.contains("Subject: Stroke call: CH Valmont, urgent"), "{letter}");
    assert!(letter.contains(&format!("https://vigie.example/cases/{case}")), "{letter}");
    names_nobody(&letter);

    let channels = channels(server, &case).await;
    for channel in ["webhook", "email"] {
        assert_eq!(channels[channel]["sent_at"], "2026-11-24T08:00:00Z", "{channels}");
    }
    look(&board).await;
    assert_eq!((gateway.received().len(), letters.received().len()), (1, 1), "sent once");
    assert!(timeline(server, &case).await.contains("Call sent: pager or SMS"));
}

pub async fn a_dead_channel_is_said_and_the_call_goes_on(server: &Server) {
    on_call(server).await;
    reachable(server, &by_mail_and_pager()).await;
    let board = board(server, vec![webhook(server, closed_port()), mail(closed_port())]);
    let case = server.alert("PAGED-2").await;
    look(&board).await;
    let failed = channels(server, &case).await;
    for channel in ["webhook", "email"] {
        let reason = failed[channel]["failure"].as_str().unwrap().to_lowercase();
        assert!(reason.contains("refused"), "{failed}");
        assert_eq!(
            (&failed[channel]["sent_at"], &failed[channel]["failed_at"]),
            (&Value::Null, &json!("2026-11-24T08:00:00Z"))
        );
    }
    let steps = timeline(server, &case).await;
    assert!(
        steps.contains("Sending by pager or SMS failed") && steps.contains("another try follows"),
        "{steps}"
    );

    server.clock.advance(Minutes(2.0));
    look(&board).await;
    let calls = server.read("emergency", &format!("/api/v1/cases/{case}/calls")).await;
    assert_eq!(calls["calls"][0]["called"][1]["person"]["display_name"], "Dr radiologist", "the next level");
    for _ in 0..3 {
        server.clock.advance(Minutes(1.1));
        look(&board).await;
    }
    assert!(timeline(server, &case).await.contains("channel given up"));
    let calls = server.read("emergency", &format!("/api/v1/cases/{case}/calls")).await;
    assert_eq!(calls["calls"][0]["stage"], "everyone");
    let metrics_of_audit = server.read("auditor", "/api/v1/audit?after=0&limit=500").await;
    let failures = metrics_of_audit["records"].as_array().unwrap().clone();
    assert!(failures.iter().any(|record| record["record"]["action"] == "notice.failed"));
}

pub async fn what_failed_is_sent_when_the_channel_is_back(server: &Server) {
    on_call(server).await;
    reachable(server, &by_mail_and_pager()).await;
    let gateway = Gateway::open(&[503, 200]).await;
    let board = board(server, vec![webhook(server, gateway.port)]);
    let case = server.alert("PAGED-3").await;
    look(&board).await;
    assert_eq!(channels(server, &case).await["webhook"]["failure"], "answered 503 Service Unavailable");
    server.clock.advance(Minutes(0.2));
    look(&board).await;
    let back = channels(server, &case).await;
    assert_eq!((&back["webhook"]["failure"], back["webhook"]["sent_at"].is_string()), (&Value::Null, true));
    let pages = gateway.received();
    assert_eq!(pages[0].headers["idempotency-key"], pages[1].headers["idempotency-key"]);
}

pub async fn a_call_that_was_accepted_is_sent_to_nobody_any_more(server: &Server) {
    on_call(server).await;
    reachable(server, &by_mail_and_pager()).await;
    let gateway = Gateway::open(&[200]).await;
    let board = board(server, vec![webhook(server, gateway.port)]);
    let case = server.alert("PAGED-4").await;
    board.call_round("test").await.unwrap();
    server.post("neurologist", &format!("/api/v1/cases/{case}/claim"), &Value::Null).await;
    board.post("test").await.unwrap();
    assert_eq!(gateway.received().len(), 0);
}

pub async fn a_closed_browser_is_called_and_only_it_can_read_the_call(server: &Server) {
    on_call(server).await;
    let gateway = Gateway::open(&[201, 410]).await;
    let origin = format!("http://127.0.0.1:{}", gateway.port);
    let services = PushServices { further: vec![origin.clone()] };
    let contact = "mailto:admin@region.example".to_owned();
    let clock = Arc::new(server.clock.clone());
    let push = WebPush::open(&server.data_dir, contact, services, clock).unwrap();
    let key = push.public_key();
    let board = board(server, vec![Arc::new(push)]);

    let browser = Browser::new();
    let mut tx = server.desk.db.read().await.unwrap();
    let (user, _) = users::by_username(&mut tx, "neurologist").await.unwrap().unwrap();
    drop(tx);
    let actor = Actor { user, from: None };
    let new = NewSubscription {
        endpoint: format!("{origin}/push/1"),
        p256dh: browser.public_key(),
        auth: browser.auth(),
    };
    contact::subscribe(&server.desk, &actor, new).await.unwrap();
    let case = server.alert("PAGED-5").await;
    look(&board).await;
    let pushed = gateway.received().remove(0);
    assert_eq!(
        (pushed.headers["content-encoding"].as_str(), pushed.headers["urgency"].as_str()),
        ("aes128gcm", "high")
    );
    let authorization = &pushed.headers["authorization"];
    assert!(
        authorization.starts_with("vapid t=") && authorization.ends_with(&format!("k={key}")),
        "{authorization}"
    );
    let claims = authorization.split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    assert_eq!(claims["aud"], json!(origin));
    let plain = browser.opened(&pushed.bytes);
    let call: Value = serde_json::from_str(&plain).unwrap();
    assert_eq!(call["link"], format!("https://vigie.example/cases/{case}"));
    names_nobody(&plain);
    assert!(channels(server, &case).await["web_push"]["sent_at"].is_string());

    // The browser unsubscribed: the service says so, and it is forgotten.
    server.alert("PAGED-6").await;
    look(&board).await;
    assert_eq!(server.read("neurologist", "/api/v1/contact").await["browsers"], 0);
    let foreign = json!({ "endpoint": "https://10.0.0.1/x", "keys": { "p256dh": "x", "auth": "y" } });
    let refused = server.post("neurologist", "/api/v1/contact/browsers", &foreign).await;
    assert_eq!(refused.status(), 422, "the server is not sent into its own network");
}

pub async fn a_person_says_how_they_are_reached_and_the_application_always_calls(server: &Server) {
    let first = server.read("neurologist", "/api/v1/contact").await;
    assert_eq!((&first["language"], &first["email"]), (&json!("fr"), &Value::Null));
    for (wrong, pointer) in [
        (json!({ "language": "fr", "email": "nowhere", "pager": null }), "/email"),
        (json!({ "language": "fr", "email": null, "pager": "4 711" }), "/pager"),
        (json!({ "language": "fr", "email": null, "pager": null, "muted": ["in_app"] }), "/muted"),
    ] {
        let (status, problem) = put(server, "neurologist", "/api/v1/contact", &wrong).await;
        assert_eq!((status, &problem["errors"][0]["pointer"]), (422, &json!(pointer)));
    }
    on_call(server).await;
    let mut quiet = by_mail_and_pager();
    quiet["muted"] = json!(["webhook"]);
    reachable(server, &quiet).await;
    let gateway = Gateway::open(&[200]).await;
    let case = server.alert("PAGED-7").await;
    look(&board(server, vec![webhook(server, gateway.port)])).await;
    assert_eq!(gateway.received().len(), 0);
    assert!(channels(server, &case).await["in_app"]["sent_at"].is_string());
}
