//! The rota, written by an administrator and read by everyone in care.

use reqwest::Method;
use serde_json::{Value, json};

use super::{id_of, put};
use crate::support::server::Server;

/// Nights of weekdays by the neurologist; by day nobody.
async fn nights(server: &Server) -> Value {
    json!({
        "name": "Nuits", "specialty": "neurologist", "zone": "Europe/Paris", "sites": ["valmont"],
        "shifts": [{
            "level": 1, "person": id_of(server, "neurologist").await,
            "days": ["monday", "tuesday", "wednesday", "thursday", "friday"], "from": "20:00", "to": "08:00",
        }],
    })
}

const POOL: &str = "/api/v1/rota/pools/nuits";
const NOW: &str = "/api/v1/on-call?site=valmont&need=neurologist";

pub async fn an_administrator_s_pool_answers_who_is_on_call_and_why(server: &Server) {
    let none = server.read("emergency", NOW).await;
    assert_eq!(none["rungs"], json!([]));
    assert!(none["sentence"]["en"].as_str().unwrap().starts_with("No rota covers"), "{none}");
    assert_eq!(put(server, "admin", POOL, &nights(server).await).await, (200, json!({ "version": 1 })));

    // Tuesday 09:00 by Paris clocks.
    let day = server.read("emergency", NOW).await;
    assert_eq!(day["rungs"][0]["people"], json!([]), "a gap is shown, not hidden");
    assert!(day["sentence"]["fr"].as_str().unwrap().starts_with("Personne n'est de garde"), "{day}");
    server.clock.advance(vigie::domain::time::Minutes(12.0 * 60.0));
    let night = server.read("emergency", NOW).await;
    let duty = &night["rungs"][0]["people"][0];
    assert_eq!(
        (&duty["display_name"], &duty["until"]),
        (&json!("Dr neurologist"), &json!("2026-11-25T07:00:00Z"))
    );
    let reason = duty["reason"]["en"].as_str().unwrap();
    assert_eq!(
        reason,
        "Nuits, level 1: on call from 20:00 to 08:00 (Monday to Friday), until Wed 25/11 08:00 (Europe/Paris)"
    );

    let week = server.read("emergency", "/api/v1/rota?day=2026-11-26").await;
    assert_eq!(week["week"], "2026-11-23");
    let segments = week["pools"][0]["segments"].as_array().unwrap();
    let gaps = segments.iter().filter(|segment| segment["people"] == json!([]));
    // Monday to Friday by day, and the weekend from Saturday morning; the night of Sunday has nobody either.
    assert_eq!((segments.len(), gaps.count()), (11, 6));
    let first = &segments[0];
    assert_eq!(first["gap"]["fr"], "Niveau 1 : personne de garde du lun. 23/11 00:00 au lun. 23/11 20:00");

    assert_eq!(server.get("elsewhere", NOW).await.status(), 404, "another emergency room's site");
    assert_eq!(server.get("emergency", "/api/v1/on-call?site=valmont&need=barber").await.status(), 400);
    let audit = server.read("auditor", "/api/v1/audit?after=0&limit=500").await;
    let added = audit["records"].as_array().unwrap().iter().any(|r| r["record"]["action"] == "rota.add");
    assert!(added, "who changed the rota is recorded");
}

pub async fn two_edits_never_mix(server: &Server) {
    let mut pool = nights(server).await;
    assert_eq!(put(server, "admin", POOL, &pool).await.0, 200);
    assert_eq!(put(server, "admin", POOL, &pool).await.0, 409, "the name is taken");
    pool["version"] = json!(1);
    pool["name"] = json!("Nuits de semaine");
    assert_eq!(put(server, "admin", POOL, &pool).await, (200, json!({ "version": 2 })));
    let (status, problem) = put(server, "admin", POOL, &pool).await;
    assert_eq!((status, &problem["code"]), (409, &json!("outdated")), "the first version is no longer there");
    let remove = async |version: i64| {
        let path = format!("{POOL}?version={version}");
        server.by("admin", Method::DELETE, &path).send().await.unwrap().status().as_u16()
    };
    assert_eq!(remove(1).await, 409);
    assert_eq!(server.read("emergency", "/api/v1/rota").await["pools"][0]["name"], "Nuits de semaine");
    assert_eq!(remove(2).await, 204);
    assert_eq!(server.read("emergency", "/api/v1/rota").await["pools"], json!([]));
}

pub async fn who_cannot_answer_is_not_put_on_it(server: &Server) {
    let mut pool = nights(server).await;
    let refused = async |pool: &Value| {
        let (status, problem) = put(server, "admin", POOL, pool).await;
        assert_eq!(status, 422, "{problem}");
        problem["errors"][0]["pointer"].as_str().unwrap_or_default().to_owned()
    };
    pool["shifts"][0]["person"] = json!(id_of(server, "emergency").await);
    assert_eq!(refused(&pool).await, "/shifts", "an emergency physician does not read");
    pool["shifts"][0]["person"] = json!("00000000-0000-0000-0000-000000000000");
    assert_eq!(refused(&pool).await, "/shifts");
    let mut pool = nights(server).await;
    pool["sites"] = json!(["atlantis"]);
    assert_eq!(refused(&pool).await, "/sites");
    let mut pool = nights(server).await;
    pool["shifts"][0]["days"] = json!([]);
    assert_eq!(refused(&pool).await, "/shifts");
    pool = nights(server).await;
    pool["zone"] = json!("Europe/Atlantis");
    let (status, problem) = put(server, "admin", POOL, &pool).await;
    assert_eq!(status, 422);
    assert!(problem["detail"].as_str().unwrap().contains("IANA"), "{problem}");
}

pub async fn a_table_is_taken_whole_or_not_at_all(server: &Server) {
    assert_eq!(put(server, "admin", POOL, &nights(server).await).await.0, 200);
    let send = async |who: &str, path: &str, table: &str| {
        let response = server.post(who, path, &json!({ "table": table })).await;
        (response.status().as_u16(), response.json::<Value>().await.unwrap())
    };
    let exceptions = async || {
        server.read("admin", "/api/v1/rota").await["pools"][0]["exceptions"].as_array().unwrap().clone()
    };
    let (preview, take) = ("/api/v1/rota/import/preview", "/api/v1/rota/import");
    let right = "pool;level;person;from;to\r\n\
                 nuits;1;radiologist;2026-11-24T08:00;2026-11-24T20:00\r\n\
                 nuits;2;neurologist;2026-11-24T08:00;2026-11-24T20:00\r\n";
    let wrong =
        format!("{right}nuits;1;emergency;2026-11-25T08:00;2026-11-25T20:00\r\nnuits;1;nobody;x;y\r\n");

    let (status, said) = send("admin", preview, &wrong).await;
    assert_eq!((status, &said["pools"]), (200, &json!([])));
    assert_eq!(said["wrong"][0]["line"], 4);
    assert_eq!(said["wrong"][1]["text"]["en"], "No account of this name");
    let (status, said) = send("admin", take, &wrong).await;
    assert_eq!((status, &said["code"], &said["lines"][0]["line"]), (422, &json!("wrong_lines"), &json!(4)));
    assert_eq!(exceptions().await, Vec::<Value>::new(), "nothing is kept");

    let (status, said) = send("admin", preview, right).await;
    assert_eq!((status, &said["pools"][0]["added"], &said["wrong"]), (200, &json!(2), &json!([])));
    assert_eq!(exceptions().await, Vec::<Value>::new(), "a preview keeps nothing");
    assert_eq!(send("admin", take, right).await.0, 200);
    assert_eq!(exceptions().await.len(), 2);
    let now = server.read("emergency", NOW).await;
    assert_eq!(now["rungs"][0]["people"][0]["display_name"], "Dr radiologist");
    let (_, again) = send("admin", take, right).await;
    assert_eq!((&again["pools"][0]["added"], &again["pools"][0]["already"]), (&json!(0), &json!(2)));
    assert_eq!(server.read("admin", "/api/v1/rota").await["pools"][0]["version"], 2);

    assert_eq!(send("neurologist", take, right).await.0, 403);
    let audit = server.read("auditor", "/api/v1/audit?after=0&limit=500").await;
    let taken =
        audit["records"].as_array().unwrap().iter().filter(|r| r["record"]["action"] == "rota.import");
    assert_eq!(taken.count(), 1);
}
