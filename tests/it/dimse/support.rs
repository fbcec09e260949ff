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
use vigie::pathway::receive_instance::{Arrival, Receiver};

/// DCMTK's own tools: a Python package may put others of the same name first on the path.
pub const STORESCU: &str = "/usr/bin/storescu";
pub const DCMSEND: &str = "/usr/bin/dcmsend";
pub const ECHOSCU: &str = "/usr/bin/echoscu";

pub struct Vigie {
    pub address: SocketAddr,
    pub vault: FileStore,
    pub db: Database,
    pub folder: tempfile::TempDir,
    pub arrivals: UnboundedReceiver<Arrival>,
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
        let (receiver, arrivals) =
            Receiver::start(db.clone(), vault.clone(), region, Arc::new(SystemClock), EventBell::default());
        let server =
            Server::bind(([127, 0, 0, 1], 0).into(), options, vault.clone(), receiver).await.unwrap();
        let address = server.local_addr().unwrap();
        let stop = CancellationToken::new();
        let serving = tokio::spawn(server.run(stop.clone()));
        Self { address, vault, db, folder, arrivals, stop, serving }
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
