//! The HTTP edge on a free port, over a database of the test's own, with a clock moved by hand and one account a role.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use vigie::api::{self, App, Parts};
use vigie::archive::FileStore;
use vigie::db::{Database, DatabaseUrl};
use vigie::domain::identity::Role;
use vigie::domain::region::Region;
use vigie::imaging::gate::Limits;
use vigie::inference::models::Models;
use vigie::pathway::bell::EventBell;
use vigie::pathway::contact::Outward;
use vigie::pathway::desk::Desk;
use vigie::pathway::manage_users::{Manager, NewUser, add_user, issue_token};
use vigie::pathway::receive_instance::{DeliveryId, Origin, Received, Receiver};
use vigie::pathway::record::Auditor;
use vigie::pathway::retrieve::Retriever;

use super::clock::HandClock;
use super::instance::CtSlice;
use super::relay::QuietRelay;

/// Every account's password.
pub const PASSWORD: &str = "un mot de passe d'essai";

/// A running edge. Dropped, it stops.
pub struct Server {
    pub base: String,
    pub desk: Desk,
    pub clock: HandClock,
    pub data_dir: PathBuf,
    vault: FileStore,
    receiver: Receiver,
    tokens: BTreeMap<&'static str, String>,
    client: Client,
    stop: CancellationToken,
    _folder: tempfile::TempDir,
}

/// Role, sites: as in the demonstration, and an emergency room beside for what it must not see.
const PEOPLE: [(&str, Role, &[&str]); 8] = [
    ("emergency", Role::Emergency, &["valmont"]),
    ("technologist", Role::Technologist, &["valmont"]),
    ("neurologist", Role::Neurologist, &["saint-aubin"]),
    ("radiologist", Role::Radiologist, &["grand-lac"]),
    ("regulator", Role::Regulator, &["valmont", "roche-claire", "saint-aubin", "grand-lac"]),
    ("auditor", Role::Auditor, &[]),
    ("admin", Role::Admin, &["valmont", "roche-claire", "saint-aubin", "grand-lac"]),
    ("elsewhere", Role::Emergency, &["roche-claire"]),
];

impl Server {
    /// Over SQLite.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::Sqlite(folder.path().join("vigie.db"));
        Self::over(Database::open(&url).await.unwrap(), folder, None).await
    }

    /// Over SQLite, with models in service.
    pub async fn with(models: Models) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::Sqlite(folder.path().join("vigie.db"));
        Self::over(Database::open(&url).await.unwrap(), folder, Some(models)).await
    }

    /// Over a database that is open already.
    pub async fn on(db: Database) -> Self {
        Self::over(db, tempfile::tempdir().unwrap(), None).await
    }

    async fn over(db: Database, folder: tempfile::TempDir, models: Option<Models>) -> Self {
        let clock = HandClock::at("2026-11-24T08:00:00Z");
        let region = Arc::new(Region::parse(include_str!("../../../demo/region.toml")).unwrap());
        let vault = FileStore::open(folder.path().join("images")).await.unwrap();
        let desk = Desk {
            db: db.clone(),
            region: Arc::clone(&region),
            auditor: Arc::new(Auditor::open(folder.path()).unwrap()),
            bell: EventBell::default(),
            clock: Arc::new(clock.clone()),
        };
        let (receiver, _arrivals) =
            Receiver::start(db.clone(), vault.clone(), region, Arc::new(clock.clone()), desk.bell.clone());
        let stop = CancellationToken::new();
        let app = App::new(Parts {
            desk: desk.clone(),
            vault: vault.clone(),
            receiver: receiver.clone(),
            retriever: Retriever::new(db, vault.clone(), Limits::default()),
            relay: Arc::new(QuietRelay::default()),
            models,
            outward: Outward::default(),
            stop: stop.clone(),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        let ended = stop.clone().cancelled_owned();
        tokio::spawn(async move {
            axum::serve(listener, api::service(app)).with_graceful_shutdown(ended).await.unwrap();
        });
        let mut tokens = BTreeMap::new();
        for (username, role, sites) in PEOPLE {
            let new = NewUser {
                username: username.to_owned(),
                display_name: format!("Dr {username}"),
                role,
                sites: sites.iter().map(|site| site.parse().unwrap()).collect(),
                password: PASSWORD.to_owned(),
            };
            add_user(&desk, Manager::CommandLine, new).await.unwrap();
            let token = issue_token(&desk, Manager::CommandLine, username).await.unwrap();
            tokens.insert(username, token.reveal().to_owned());
        }
        Self {
            base: format!("http://{address}"),
            desk,
            clock,
            data_dir: folder.path().to_owned(),
            vault,
            receiver,
            tokens,
            client: Client::new(),
            stop,
            _folder: folder,
        }
    }

    /// A request as nobody.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base))
    }

    /// A request with the token of an account.
    pub fn by(&self, who: &str, method: Method, path: &str) -> RequestBuilder {
        self.request(method, path).bearer_auth(&self.tokens[who])
    }

    pub async fn get(&self, who: &str, path: &str) -> Response {
        self.by(who, Method::GET, path).send().await.unwrap()
    }

    pub async fn post(&self, who: &str, path: &str, body: &Value) -> Response {
        self.by(who, Method::POST, path).json(body).send().await.unwrap()
    }

    /// The JSON of a GET that must succeed.
    pub async fn read(&self, who: &str, path: &str) -> Value {
        let response = self.get(who, path).await;
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    }

    pub async fn login(&self, username: &str, password: &str) -> Response {
        let body = json!({ "username": username, "password": password });
        self.request(Method::POST, "/api/v1/sessions").json(&body).send().await.unwrap()
    }

    /// An alert for a patient of Valmont; the case's id.
    pub async fn alert(&self, patient: &str) -> String {
        let response = self.post("emergency", "/api/v1/cases", &alert(patient)).await;
        assert_eq!(response.status(), 201);
        let case: Value = response.json().await.unwrap();
        case["case_id"].as_str().unwrap().to_owned()
    }

    /// A slice received from a site's scanner.
    pub async fn receive(&self, slice: &CtSlice, site: &str) {
        let instance = slice.stream(&self.vault).await;
        let origin = Origin::CStore { calling: "SCANNER".parse().unwrap() };
        let received = Received::from_stream(origin, DeliveryId::new(), site.parse().unwrap(), instance);
        self.receiver.receive(received).await.unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// The body of an alert, an hour after onset.
pub fn alert(patient: &str) -> Value {
    json!({
        "site": "valmont",
        "patient": { "id": patient, "family_name": "Brocéliande", "given_name": "Viviane",
                     "birth_date": "1951-06-30", "sex": "F" },
        "onset": { "kind": "known", "at": "2026-11-24T07:00:00Z" },
        "door_at": null, "nihss": 14, "race": 6, "anticoagulant": "none", "note": "chute au jardin"
    })
}
