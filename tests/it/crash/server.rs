//! `vigie serve` as a process of its own.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// Starting opens, sweeps and loads a model, on a machine that does other things too.
const START: Duration = Duration::from_secs(60);

pub struct Server {
    process: Child,
    pub dicom: SocketAddr,
    pub http: SocketAddr,
}

impl Server {
    /// Starts on free ports over a data folder; returns once it says that it is ready. What it says later is shown.
    pub async fn start(data: &Path) -> Self {
        Self::start_with(data, &[]).await
    }

    /// The same with further variables of its environment.
    #[expect(clippy::print_stdout, reason = "a failed test shows what the server said")]
    pub async fn start_with(data: &Path, variables: &[(&str, &str)]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_vigie"))
            .arg("serve")
            .env("VIGIE_DATA_DIR", data)
            .env("VIGIE_HTTP_ADDR", "127.0.0.1:0")
            .env("VIGIE_DICOM_ADDR", "127.0.0.1:0")
            .env("VIGIE_MEDIA_ADDR", "127.0.0.1:0")
            .env("VIGIE_LOG", "warn")
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut said = BufReader::new(process.stderr.take().unwrap()).lines();
        let ready = async {
            let mut before = String::new();
            while let Some(line) = said.next_line().await.unwrap() {
                if line.contains("ready:") {
                    return addresses(&line).unwrap();
                }
                before = before + &line + "\n";
            }
            panic!("the server ended at its start:\n{before}");
        };
        let (http, dicom) = tokio::time::timeout(START, ready).await.expect("the server does not get ready");
        tokio::spawn(async move {
            while let Ok(Some(line)) = said.next_line().await {
                println!("server: {line}");
            }
        });
        Self { process, dicom, http }
    }

    /// SIGKILL.
    pub async fn kill(mut self) {
        self.process.kill().await.unwrap();
    }

    /// SIGTERM, and the end that follows.
    pub async fn end(mut self) {
        let id = self.process.id().unwrap().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
        assert!(self.process.wait().await.unwrap().success());
    }
}

/// The web's and DICOM's addresses of "ready: http://…, DICOM VIGIE on …".
fn addresses(ready: &str) -> Option<(SocketAddr, SocketAddr)> {
    let (_, told) = ready.split_once("http://")?;
    let (http, rest) = told.split_once(',')?;
    Some((http.parse().ok()?, rest.rsplit(' ').next()?.parse().ok()?))
}
