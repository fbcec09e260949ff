//! A listening Vigie of a test's own, and files to send to it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio_util::sync::CancellationToken;
use vigie::archive::FileStore;
use vigie::clock::SystemClock;
use vigie::db::{Database, DatabaseUrl};
use vigie::domain::region::Region;
use vigie::imaging::gate::Limits;
use vigie::intake::bounds::Bounds;
use vigie::intake::negotiation::Terms;
use vigie::intake::scp::{Options, Patience, Server};
use vigie::intake::sites::{CalledTitle, SitePolicy};
use vigie::pathway::bell::EventBell;
use vigie::pathway::desk::Desk;
use vigie::pathway::receive_instance::{Arrival, Receiver};
use vigie::pathway::record::Auditor;

/// DCMTK's own tools: a Python package may put others of the same name first on the path.
pub const STORESCU: &str = "/usr/bin/storescu";
pub const DCMSEND: &str = "/usr/bin/dcmsend";
pub const ECHOSCU: &str = "/usr/bin/echoscu";

pub struct Vigie {
    pub address: SocketAddr,
    pub db: Database,
    pub desk: Desk,
    pub folder: tempfile::TempDir,
    /// Held so that the reception has somebody to tell.
    _arrivals: UnboundedReceiver<Arrival>,
    stop: CancellationToken,
    serving: tokio::task::JoinHandle<()>,
}

pub fn options() -> Options {
    let valmont = "valmont".parse().unwrap();
    let otherwise = "valmont".parse().unwrap();
    Options {
        terms: Terms {
            title: "VIGIE".parse().unwrap(),
            called: CalledTitle::OwnOnly,
            sites: SitePolicy::Else { listed: [("VALMONT_CT".parse().unwrap(), valmont)].into(), otherwise },
            max_length: 131_072,
        },
        bounds: Bounds { total: 200, per_peer: 100 },
        patience: Patience { silence: Duration::from_secs(60), ..Patience::default() },
        limits: Limits::default(),
    }
}

impl Vigie {
    pub async fn start(options: Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let vault = FileStore::open(folder.path().join("blobs")).await.unwrap();
        let db = Database::open(&DatabaseUrl::Sqlite(folder.path().join("vigie.db"))).await.unwrap();
        let region = std::fs::read_to_string(repository().join("demo/region.toml")).unwrap();
        let region = Arc::new(Region::parse(&region).unwrap());
        let desk = Desk {
            db: db.clone(),
            region: Arc::clone(&region),
            auditor: Arc::new(Auditor::open(folder.path()).unwrap()),
            bell: EventBell::default(),
            clock: Arc::new(SystemClock),
        };
        let (receiver, arrivals) =
            Receiver::start(db.clone(), vault.clone(), region, Arc::new(SystemClock), desk.bell.clone());
        let server = Server::bind(([127, 0, 0, 1], 0).into(), options, vault, receiver).await.unwrap();
        let server = server.offering_orders(desk.clone());
        let address = server.local_addr().unwrap();
        let stop = CancellationToken::new();
        let serving = tokio::spawn(server.run(stop.clone()));
        Self { address, db, desk, folder, _arrivals: arrivals, stop, serving }
    }

    pub async fn stop(self) {
        self.stop.cancel();
        self.serving.await.unwrap();
    }

    /// Files that the vault holds, pending ones included.
    pub fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut folders = vec![self.folder.path().join("blobs")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let entry = entry.unwrap();
                if entry.file_type().unwrap().is_dir() {
                    folders.push(entry.path());
                } else if entry.file_name() != "lock" {
                    files.push(entry.path());
                }
            }
        }
        files
    }
}

/// Runs a peer's tool against the address; its exit code and what it said.
pub async fn tool(program: &str, vigie: &Vigie, before: &[&str], after: &[&Path]) -> (i32, String) {
    let output = tokio::process::Command::new(program)
        .args(before)
        .arg(vigie.address.ip().to_string())
        .arg(vigie.address.port().to_string())
        .args(after)
        .output()
        .await
        .unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap_or(-1), said)
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The repository's demonstration studies.
pub fn demo_study(name: &str) -> PathBuf {
    repository().join("demo/studies").join(name)
}

/// The Python packages that the set-up installs for the tests.
pub fn site_packages() -> PathBuf {
    let lib = repository().join(".cache/venv/lib");
    let versions = std::fs::read_dir(&lib).expect("scripts/setup.sh test makes .cache/venv");
    let python = versions.map(|entry| entry.unwrap().path()).next().expect("a Python in .cache/venv/lib");
    python.join("site-packages")
}

/// Runs a Python script of a real peer; it must succeed.
pub async fn python(script: &str, arguments: &[String]) {
    let output = tokio::process::Command::new(repository().join(".cache/venv/bin/python"))
        .arg("-c")
        .arg(script)
        .args(arguments)
        .output()
        .await
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// pynetdicom's own loop may take the answer that its caller waits for: it looks once more when `send_*` already
/// believes it at rest (`Association._run_reactor`, between `wait()` and `_is_paused = False`), and the caller waits
/// 30 s for nothing. To a peer that only asks nothing comes that the loop would have to take.
const ANSWERS_REACH_WHO_ASKED: &str = "
from pynetdicom.dimse import DIMSEServiceProvider as Provider
take = Provider.get_msg
Provider.get_msg = lambda self, block=False: take(self, block) if block else (None, None)
";

/// Runs a script of pynetdicom as a peer that asks; it must succeed.
pub async fn pynetdicom(script: &str, arguments: &[String]) {
    python(&format!("{ANSWERS_REACH_WHO_ASKED}{script}"), arguments).await;
}

/// Rows of a table.
pub async fn count(db: &Database, table: &'static str) -> i64 {
    let Database::Sqlite { read, .. } = db else { panic!("SQLite here") };
    let sql = format!("SELECT COUNT(*) FROM {table}");
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(read).await.unwrap()
}

/// Waits until something holds.
pub async fn eventually(what: &str, holds: impl Fn() -> bool) {
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    while !holds() {
        assert!(std::time::Instant::now() < deadline, "{what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
