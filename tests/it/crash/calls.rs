//! The switchboard killed with calls under way: none is lost, nobody is called twice on a channel but under the same
//! id, and the escalation's clock goes on from where it was.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rand::RngExt;
use vigie::db::{Database, calls, users};
use vigie::domain::alerting::{Call, Contact, Stage};
use vigie::domain::case::ClinicalPicture;
use vigie::domain::identity::{CaseId, Patient, Role, Sex, UserId};
use vigie::domain::rota::{Level, Pool, Shift, Specialty};
use vigie::domain::time::Minutes;
use vigie::pathway::contact::set_contact;
use vigie::pathway::desk::{Actor, Desk};
use vigie::pathway::edit_rota::add_pool;
use vigie::pathway::manage_users::{Manager, NewUser, add_user};
use vigie::pathway::raise_alert::{NewAlert, raise_alert};

use super::server::Server;
use super::{desk, open, seeded};
use crate::people::channels::peers::Gateway;
use crate::support::server::PASSWORD;

/// SIGKILLs, each with one more call under way.
const KILLS: usize = 8;
/// The latest moment of a kill after a start: within the three rounds of a call.
const LATEST_KILL: Duration = Duration::from_millis(2_500);
/// Minutes: a round is over in a second, and the tick of the switchboard is one.
const QUICK: [(&str, &str); 2] = [("VIGIE_CALL_MINUTES", "0.02"), ("VIGIE_NEXT_CALL_MINUTES", "0.02")];
const SLOW: [(&str, &str); 2] = [("VIGIE_CALL_MINUTES", "30"), ("VIGIE_NEXT_CALL_MINUTES", "30")];
/// For what is owed at the end, on a machine that does other things too.
const PATIENCE: Duration = Duration::from_secs(300);

/// The data folder of a program that is not running, with its people.
async fn opened() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let desk = desk(&data).await;
    people(&desk).await;
    desk.db.close().await;
    (folder, data)
}

/// A neurologist, a radiologist behind, each with a pager, and who sends.
async fn people(desk: &Desk) {
    let mut on_call = Vec::new();
    for (username, role, site) in [
        ("emergency", Role::Emergency, "valmont"),
        ("neurologist", Role::Neurologist, "saint-aubin"),
        ("radiologist", Role::Radiologist, "grand-lac"),
    ] {
        let new = NewUser {
            username: username.to_owned(),
            display_name: username.to_owned(),
            role,
            sites: vec![site.parse().unwrap()],
            password: PASSWORD.to_owned(),
        };
        add_user(desk, Manager::CommandLine, new).await.unwrap();
        if role != Role::Emergency {
            let contact = Contact { pager: Some(username.to_owned()), ..Contact::default() };
            set_contact(desk, &actor(desk, username).await, &contact).await.unwrap();
            on_call.push(actor(desk, username).await.user.id);
        }
    }
    let levels = [Level::FIRST, Level::SECOND];
    let pool = Pool {
        id: "neuro".parse().unwrap(),
        name: "Neurologie".to_owned(),
        specialty: Specialty::Neurologist,
        sites: ["valmont".parse().unwrap()].into(),
        zone: "Europe/Paris".parse().unwrap(),
        shifts: levels.into_iter().zip(on_call).map(|(level, who)| Shift::always(level, who)).collect(),
        exceptions: Vec::new(),
    };
    add_pool(desk, Manager::CommandLine, &pool).await.unwrap();
}

async fn actor(desk: &Desk, username: &str) -> Actor {
    let mut tx = desk.db.read().await.unwrap();
    let (user, _) = users::by_username(&mut tx, username).await.unwrap().unwrap();
    Actor { user, from: None }
}

/// An alert kept by a program that ended before its switchboard looked.
async fn alert(data: &Path, patient: usize) -> CaseId {
    let desk = desk(data).await;
    let sender = actor(&desk, "emergency").await;
    let alert = NewAlert {
        site: "valmont".parse().unwrap(),
        patient: Patient {
            id: format!("KILLED-{patient:04}").parse().unwrap(),
            family_name: "Brocéliande".to_owned(),
            given_name: "Viviane".to_owned(),
            birth_date: None,
            sex: Sex::Female,
        },
        picture: ClinicalPicture::unstated(),
        door_at: None,
        idempotency_key: None,
    };
    let case = raise_alert(&desk, &sender, alert).await.unwrap().case();
    desk.db.close().await;
    case
}

/// The one call of each case.
async fn the_calls(db: &Database, cases: &[CaseId]) -> Vec<Call> {
    let mut tx = db.read().await.unwrap();
    let mut all = Vec::new();
    for case in cases {
        let mut of_case = calls::of_case(&mut tx, *case).await.unwrap();
        assert_eq!(of_case.len(), 1, "one call a case");
        all.push(of_case.remove(0).1);
    }
    all
}

/// Looks until `holds`, while the server works on the same database.
async fn wait_until(data: &Path, cases: &[CaseId], holds: impl Fn(&[Call]) -> bool) -> Vec<Call> {
    let db = open(data).await;
    let deadline = Instant::now() + PATIENCE;
    loop {
        let found = the_calls(&db, cases).await;
        if holds(&found) {
            db.close().await;
            return found;
        }
        assert!(Instant::now() < deadline, "the switchboard owes a round: {found:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Pages by case and pager: the ids they came under, and how often each came.
fn pages(gateway: &Gateway) -> BTreeMap<(String, String), BTreeMap<String, usize>> {
    let mut pages: BTreeMap<_, BTreeMap<String, usize>> = BTreeMap::new();
    for page in gateway.received() {
        let body: serde_json::Value = serde_json::from_str(&page.body).unwrap();
        let text = |key: &str| body[key].as_str().unwrap().to_owned();
        let ids = pages.entry((text("reference"), text("to"))).or_default();
        *ids.entry(page.headers["idempotency-key"].clone()).or_default() += 1;
    }
    pages
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_call_goes_to_its_end_through_every_kill() {
    let mut random = seeded();
    let (_folder, data) = opened().await;
    let gateway = Gateway::open(&[200]).await;
    let url = format!("http://127.0.0.1:{}/page", gateway.port);
    let pager = [("VIGIE_WEBHOOK_URL", url.as_str()), ("VIGIE_WEBHOOK_SECRET", "shared with the gateway")];
    let variables: Vec<_> = pager.into_iter().chain(QUICK).collect();

    let mut cases = Vec::new();
    for kill in 0..KILLS {
        cases.push(alert(&data, kill).await);
        let server = Server::start_with(&data, &variables).await;
        tokio::time::sleep(LATEST_KILL.mul_f64(random.random_range(0.0..1.0))).await;
        server.kill().await;
    }
    let server = Server::start_with(&data, &variables).await;
    let told = |calls: &[Call]| calls.iter().all(|call| matches!(call.stage, Stage::Everyone { .. }));
    let ended = wait_until(&data, &cases, told).await;
    let deadline = Instant::now() + PATIENCE;
    while pages(&gateway).len() < 2 * KILLS {
        assert!(Instant::now() < deadline, "a page is owed");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    server.end().await;

    for call in &ended {
        let people: BTreeSet<UserId> = call.called.iter().map(|called| called.person).collect();
        assert_eq!((call.called.len(), people.len()), (2, 2), "each person once: {call:?}");
        let [one, other] = [0, 1].map(|n| call.called[n]);
        assert_eq!((one.round, other.round), (1, 2));
        assert!(other.at - one.at >= Minutes(0.02), "no round before its time: {call:?}");
    }
    for (page, ids) in pages(&gateway) {
        assert_eq!(ids.len(), 1, "{page:?} was paged under one id, so that a gateway can tell: {ids:?}");
        // Sent and not yet noted at the kill: sent again.
        assert!(ids.values().all(|times| *times <= 1 + KILLS), "{page:?}: {ids:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_does_not_begin_the_wait_anew() {
    let (_folder, data) = opened().await;
    let called = |calls: &[Call]| calls.iter().all(|call| call.rounds() == 1);

    let mut cases = vec![alert(&data, 0).await];
    let server = Server::start_with(&data, &SLOW).await;
    let before = wait_until(&data, &cases, called).await;
    server.kill().await;
    cases.push(alert(&data, 1).await);
    let server = Server::start_with(&data, &SLOW).await;
    // The second call's first round shows that the switchboard has looked at what is due.
    let after = wait_until(&data, &cases, called).await;
    server.kill().await;
    assert_eq!(after[0], before[0], "the same people, the same due time");
}
