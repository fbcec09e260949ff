//! A real PostgreSQL: one cluster a process, a fresh database a caller, gone with the test.

use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use sqlx::postgres::PgPoolOptions;

/// A running cluster. Dropped, it ends and its folder goes.
pub struct Cluster {
    server: Child,
    port: u16,
    databases: AtomicU32,
    _folder: tempfile::TempDir,
}

impl Cluster {
    /// Makes and starts a cluster on a free port. It never runs as root, so it takes the package's own account there.
    pub async fn start() -> Self {
        let programs = programs();
        let account = Account::for_server();
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        if let Some(account) = &account {
            chown(folder.path(), Some(account.user), Some(account.group)).unwrap();
        }
        let mut initdb = command(&programs.join("initdb"), account.as_ref());
        initdb.args([
            "--auth=trust",
            "--username=vigie",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
            "-D",
        ]);
        let made = initdb.arg(&data).stderr(Stdio::piped()).output().unwrap();
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut server = command(&programs.join("postgres"), account.as_ref());
        server.arg("-D").arg(&data).arg("-k").arg(folder.path()).arg("-p").arg(port.to_string());
        // No power cut is tested here, and each test opens a pool of its own.
        server.args(["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=200"]);
        let server = server.spawn().unwrap();
        let cluster = Self { server, port, databases: AtomicU32::new(0), _folder: folder };
        cluster.wait_until_ready().await;
        cluster
    }

    /// The URL of a new, empty database.
    pub async fn database(&self) -> String {
        let name = format!("vigie_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let pool = PgPoolOptions::new().max_connections(1).connect(&self.url("postgres")).await.unwrap();
        sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&pool).await.unwrap();
        pool.close().await;
        self.url(&name)
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://vigie@127.0.0.1:{}/{database}", self.port)
    }

    async fn wait_until_ready(&self) {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let answer = PgPoolOptions::new().max_connections(1).connect(&self.url("postgres")).await;
            match answer {
                Ok(pool) => return pool.close().await,
                Err(error) => assert!(Instant::now() < deadline, "PostgreSQL does not answer: {error}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // An immediate shutdown: the postmaster takes its children with it.
        let told = Command::new("kill").args(["-QUIT", &self.server.id().to_string()]).status();
        if !told.is_ok_and(|status| status.success()) {
            let _ = self.server.kill();
        }
        let _ = self.server.wait();
    }
}

/// Where the package puts the server's programs: the newest version's.
fn programs() -> PathBuf {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|versions| versions.map(|version| version.unwrap().path().join("bin")).collect())
        .unwrap_or_default();
    found.retain(|bin| bin.join("initdb").exists());
    found.sort();
    found.pop().expect("PostgreSQL's server is not installed: apt-get install postgresql")
}

struct Account {
    user: u32,
    group: u32,
}

impl Account {
    /// None where the test does not run as root.
    fn for_server() -> Option<Self> {
        let id = |what: &[&str]| -> u32 {
            let answer = Command::new("id").args(what).output().unwrap();
            String::from_utf8(answer.stdout).unwrap().trim().parse().expect("an account named postgres")
        };
        (id(&["-u"]) == 0).then(|| Self { user: id(&["-u", "postgres"]), group: id(&["-g", "postgres"]) })
    }
}

fn command(program: &Path, account: Option<&Account>) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).current_dir("/");
    if let Some(account) = account {
        command.uid(account.user).gid(account.group);
    }
    command
}
