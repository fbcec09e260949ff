//! A DICOMweb server of a test's own, with people of several roles.

use std::sync::Arc;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio_util::sync::CancellationToken;
use vigie::api::{self, App, Parts};
use vigie::archive::FileStore;
use vigie::clock::SystemClock;
use vigie::consult::{Relay, RelayConfig};
use vigie::db::{Database, DatabaseUrl};
use vigie::domain::identity::Role;
use vigie::domain::region::Region;
use vigie::imaging::gate::Limits;
use vigie::pathway::bell::EventBell;
use vigie::pathway::contact::Outward;
use vigie::pathway::desk::Desk;
use vigie::pathway::manage_users::{Manager, NewUser, add_user, issue_token};
use vigie::pathway::receive_instance::{Arrival, Receiver};
use vigie::pathway::record::Auditor;
use vigie::pathway::retrieve::Retriever;

pub struct Web {
    pub base: String,
    pub desk: Desk,
    client: reqwest::Client,
    _folder: tempfile::TempDir,
    _arrivals: UnboundedReceiver<Arrival>,
    serving: tokio::task::JoinHandle<()>,
}

impl Drop for Web {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// What the server answered.
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&self.body)))
    }

    /// The parts of a multipart answer: their headers and bytes.
    pub fn parts(&self) -> Vec<(String, Vec<u8>)> {
        let boundary = self.header("content-type").split("boundary=").nth(1).expect("a boundary").to_owned();
        let delimiter = format!("--{boundary}");
        let mut parts = Vec::new();
        let mut rest = self.body.as_slice();
        while let Some(at) = find(rest, delimiter.as_bytes()) {
            rest = &rest[at + delimiter.len()..];
            if rest.starts_with(b"--") {
                return parts;
            }
            let end = find(rest, format!("\r\n{delimiter}").as_bytes()).expect("an end");
            let part = &rest[2..end];
            let head = find(part, b"\r\n\r\n").expect("headers");
            parts.push((String::from_utf8_lossy(&part[..head]).into_owned(), part[head + 4..].to_vec()));
        }
        panic!("no closing delimiter");
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

impl Web {
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let vault = FileStore::open(folder.path().join("blobs")).await.unwrap();
        let db = Database::open(&DatabaseUrl::Sqlite(folder.path().join("vigie.db"))).await.unwrap();
        let region = include_str!("../../../demo/region.toml");
        let region = Arc::new(Region::parse(region).unwrap());
        let (bell, clock) = (EventBell::default(), Arc::new(SystemClock));
        let (receiver, arrivals) =
            Receiver::start(db.clone(), vault.clone(), Arc::clone(&region), clock.clone(), bell.clone());
        let auditor = Arc::new(Auditor::open(folder.path()).unwrap());
        let desk = Desk { db: db.clone(), region, auditor, bell, clock };
        let retriever = Retriever::new(db, vault.clone(), Limits::default());
        let relay = Relay::bind(RelayConfig::new(([127, 0, 0, 1], 0).into())).unwrap();
        let stop = CancellationToken::new();
        let app = App::new(Parts {
            desk: desk.clone(),
            vault,
            receiver,
            retriever,
            relay,
            models: None,
            outward: Outward::default(),
            stop,
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/dicomweb", listener.local_addr().unwrap());
        let serving = tokio::spawn(async move { axum::serve(listener, api::service(app)).await.unwrap() });
        let client = reqwest::Client::new();
        Self { base, desk, client, _folder: folder, _arrivals: arrivals, serving }
    }

    /// A token of a new person.
    pub async fn person(&self, name: &str, role: Role, sites: &[&str]) -> String {
        let new = NewUser {
            username: name.to_owned(),
            display_name: name.to_owned(),
            role,
            sites: sites.iter().map(|site| site.parse().unwrap()).collect(),
            password: "une longue phrase de passe".to_owned(),
        };
        add_user(&self.desk, Manager::CommandLine, new).await.unwrap();
        issue_token(&self.desk, Manager::CommandLine, name).await.unwrap().reveal().to_owned()
    }

    /// The technologist of the first emergency site, who may store and see.
    pub async fn technologist(&self) -> String {
        self.person("manip", Role::Technologist, &["valmont"]).await
    }

    pub async fn get(&self, token: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.client.get(format!("{}{path}", self.base)).bearer_auth(token);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(request).await
    }

    pub async fn post(&self, token: &str, path: &str, content_type: &str, body: Vec<u8>) -> Answer {
        let url = format!("{}{path}", self.base);
        let request =
            self.client.post(url).bearer_auth(token).header("content-type", content_type).body(body);
        answer(request).await
    }

    /// Stores files; all must be taken.
    pub async fn store(&self, token: &str, files: &[Vec<u8>]) {
        let answer = self.post(token, "/studies", MULTIPART, multipart(files)).await;
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    }
}

async fn answer(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, body: response.bytes().await.unwrap().to_vec() }
}

pub const MULTIPART: &str = "multipart/related; type=\"application/dicom\"; boundary=xyz";

pub fn multipart(files: &[Vec<u8>]) -> Vec<u8> {
    let mut body = Vec::new();
    for file in files {
        body.extend_from_slice(b"--xyz\r\nContent-Type: application/dicom\r\n\r\n");
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--xyz--\r\n");
    body
}
