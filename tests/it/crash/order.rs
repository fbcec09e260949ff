//! The queue's order is what the database makes it: a process killed and started again gives the same.

use std::path::Path;

use reqwest::Client;
use serde_json::{Value, json};
use vigie::domain::identity::Role;
use vigie::pathway::manage_users::{Manager, NewUser, add_user, issue_token};

use super::scanner::{SLICES, Study, send};
use super::server::Server;
use super::{desk, wait_for_every_word};

/// An emergency physician's token, given at the command line before the server starts.
async fn token(data: &Path) -> String {
    let desk = desk(data).await;
    let physician = NewUser {
        username: "emergency".to_owned(),
        display_name: "Dr emergency".to_owned(),
        role: Role::Emergency,
        sites: vec!["valmont".parse().unwrap()],
        password: crate::support::server::PASSWORD.to_owned(),
    };
    add_user(&desk, Manager::CommandLine, physician).await.unwrap();
    let token = issue_token(&desk, Manager::CommandLine, "emergency").await.unwrap();
    let secret = token.reveal().to_owned();
    desk.db.close().await;
    secret
}

struct Page<'a> {
    client: Client,
    token: &'a str,
    base: String,
}

impl<'a> Page<'a> {
    fn of(server: &Server, token: &'a str) -> Self {
        Self { client: Client::new(), token, base: format!("http://{}/api/v1", server.http) }
    }

    async fn alert(&self, patient: usize, race: Option<u8>) {
        let alert = json!({
            "site": "valmont",
            "patient": { "id": format!("ORDER-{patient}"), "family_name": "Brocéliande", "given_name": "Viviane",
                         "birth_date": "1951-06-30", "sex": "F" },
            "onset": { "kind": "unknown" },
            "door_at": null, "nihss": null, "race": race, "anticoagulant": "unknown", "note": ""
        });
        let posted = self.client.post(format!("{}/cases", self.base)).bearer_auth(self.token).json(&alert);
        assert_eq!(posted.send().await.unwrap().status(), 201);
    }

    /// Case, and whether a model's flag moves it, in order.
    async fn order(&self) -> Vec<(Value, bool)> {
        let asked = self.client.get(format!("{}/worklist", self.base)).bearer_auth(self.token);
        let list: Value = asked.send().await.unwrap().json().await.unwrap();
        let row = |item: &Value| {
            let flags = item["flags"].as_array().unwrap();
            let moved = flags.iter().any(|flag| flag["flag"] == true && flag["moves_queue"] == true);
            (item["case_id"].clone(), moved)
        };
        list["items"].as_array().unwrap().iter().map(row).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_order_after_a_kill_is_the_one_before() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let token = token(&data).await;
    let study = Study::write(&folder.path().join("study"), 0);

    let server = Server::start(&data).await;
    let page = Page::of(&server, &token);
    // Arrived in an order that is not the one to read them in, two alike.
    for (patient, race) in [Some(0), Some(9), None, Some(4), Some(9), Some(6)].into_iter().enumerate() {
        page.alert(patient, race).await;
    }
    let files = study.not_in(&std::collections::BTreeSet::new());
    assert_eq!(send(server.dicom, files).await.len(), SLICES);
    wait_for_every_word(&data, std::slice::from_ref(&study)).await;
    let before = page.order().await;
    assert_eq!(before.len(), 7, "six told of and one that only images tell of");
    assert!(before.iter().any(|(_, moved)| *moved), "a flag is part of the order: {before:?}");
    server.kill().await;

    let server = Server::start(&data).await;
    assert_eq!(Page::of(&server, &token).order().await, before);
    server.end().await;
}
