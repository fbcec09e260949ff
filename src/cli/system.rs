//! The whole program assembled: what `serve` and `demo` start and stop.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::Failure;
use super::couriers::couriers;
use super::engine;
use crate::api;
use crate::archive::FileStore;
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::consult::{Relay, RelayConfig};
use crate::db::Database;
use crate::domain::region::Region;
use crate::imaging::gate::Limits;
use crate::inference::models::Models;
use crate::intake::bounds::Bounds;
use crate::intake::negotiation::Terms;
use crate::intake::scp::{Options, Patience, Server};
use crate::intake::sites::{CalledTitle, SitePolicy};
use crate::pathway::analyse_series::{self, Workshop};
use crate::pathway::bell::EventBell;
use crate::pathway::desk::Desk;
use crate::pathway::publish_result::{self, Publisher};
use crate::pathway::receive_instance::Receiver;
use crate::pathway::record::Auditor;
use crate::pathway::retrieve::Retriever;
use crate::pathway::sweep_vault::sweep_vault;
use crate::pathway::switchboard::Switchboard;
use crate::pathway::watch_models::watch_models;

/// Associations at once: in all, and from one peer.
const ASSOCIATIONS: Bounds = Bounds { total: 200, per_peer: 100 };
/// Bytes of a P-DATA-TF PDU that peers may send (PS3.8 D.1).
const PDU_LENGTH: u32 = 131_072;
/// Cores that analyses may keep busy, where there are as many: each loads the networks once more.
const MOST_INFERENCES_AT_ONCE: usize = 8;

/// The running program.
#[derive(Debug)]
pub struct System {
    pub desk: Desk,
    pub http_addr: SocketAddr,
    pub dicom_addr: SocketAddr,
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

/// The database, the vault and what is shared by all use cases: enough for the commands that need no network.
///
/// # Errors
/// [`Failure`] when the data folder, the database or the audit key cannot be opened.
pub async fn desk(config: &Config, region: Arc<Region>) -> Result<Desk, Failure> {
    std::fs::create_dir_all(&config.data_dir)?;
    let db = Database::open(&config.database_url).await?;
    let auditor = Arc::new(Auditor::open(&config.data_dir)?);
    Ok(Desk { db, region, auditor, bell: EventBell::default(), clock: Arc::new(SystemClock) })
}

impl System {
    /// Starts everything; a line of progress each.
    ///
    /// # Errors
    /// [`Failure`] naming what could not start.
    pub async fn start(config: &Config, region: Arc<Region>, sites: SitePolicy) -> Result<Self, Failure> {
        progress("opening the database and the archive");
        let desk = desk(config, Arc::clone(&region)).await?;
        let vault = FileStore::open(config.blob_dir.clone()).await?;
        // Only files of earlier runs are looked at: it need not hold up the start.
        tokio::spawn(sweep(desk.db.clone(), vault.clone()));
        progress("loading the models");
        let active: Vec<_> = config.models_dir.clone().into_iter().collect();
        let candidates: Vec<_> = config.candidate_models_dir.clone().into_iter().collect();
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let at_once = cores.min(MOST_INFERENCES_AT_ONCE);
        let models =
            tokio::task::spawn_blocking(move || engine::models(&active, &candidates, at_once)).await?;
        let models = reported(models);
        let clock: Arc<dyn Clock> = Arc::clone(&desk.clock);
        let (receiver, arrivals) =
            Receiver::start(desk.db.clone(), vault.clone(), region, Arc::clone(&clock), desk.bell.clone());
        let stop = CancellationToken::new();
        let mut tasks = JoinSet::new();
        if let Some(models) = &models {
            let workshop = Workshop {
                db: desk.db.clone(),
                vault: vault.clone(),
                clock,
                bell: desk.bell.clone(),
                models: models.clone(),
                limits: Limits::default(),
            };
            tasks.spawn(watch_models(desk.clone(), models.clone(), stop.clone()));
            let stop = stop.clone();
            tasks.spawn(async move {
                if let Err(error) = analyse_series::run(workshop, arrivals, stop).await {
                    tracing::error!(error = &error as &dyn std::error::Error, "the analysis ended");
                }
            });
        }
        let publisher = Publisher {
            db: desk.db.clone(),
            vault: vault.clone(),
            receiver: receiver.clone(),
            clock: Arc::clone(&desk.clock),
            bell: desk.bell.clone(),
            limits: Limits::default(),
            zone: jiff::tz::TimeZone::system(),
        };
        tasks.spawn(publish_result::run(publisher, stop.clone()));
        let (couriers, outward) = couriers(config, &desk)?;
        let switchboard = Switchboard {
            desk: desk.clone(),
            couriers,
            waits: config.outward.waits,
            public_url: config.outward.public_url.clone(),
        };
        tasks.spawn(switchboard.run(stop.clone()));
        progress("opening the DICOM, media and web ports");
        let dicom = Server::bind(
            config.dicom_addr,
            Options {
                terms: Terms {
                    title: config.ae_title.clone(),
                    called: CalledTitle::Any,
                    sites,
                    max_length: PDU_LENGTH,
                },
                bounds: ASSOCIATIONS,
                patience: Patience::default(),
                limits: Limits::default(),
            },
            vault.clone(),
            receiver.clone(),
        )
        .await
        .map_err(|source| CannotListen { what: "DICOM", address: config.dicom_addr, source })?
        .offering_orders(desk.clone());
        let dicom_addr = dicom.local_addr()?;
        let relay = Relay::bind(RelayConfig {
            advertise: config.media_public_addr.into_iter().collect(),
            ..RelayConfig::new(config.media_addr)
        })?;
        let http = TcpListener::bind(config.http_addr).await.map_err(|source| CannotListen {
            what: "HTTP",
            address: config.http_addr,
            source,
        })?;
        let http_addr = http.local_addr()?;
        let retriever = Retriever::new(desk.db.clone(), vault.clone(), Limits::default());
        let app = api::App::new(api::Parts {
            desk: desk.clone(),
            vault,
            receiver,
            retriever,
            relay,
            models,
            outward,
            stop: stop.clone(),
        });
        let (dicom_stop, http_stop) = (stop.clone(), stop.clone());
        tasks.spawn(dicom.run(dicom_stop));
        tasks.spawn(async move {
            let served =
                axum::serve(http, api::service(app)).with_graceful_shutdown(http_stop.cancelled_owned());
            if let Err(error) = served.await {
                tracing::error!(error = &error as &dyn std::error::Error, "the HTTP server ended");
            }
        });
        Ok(Self { desk, http_addr, dicom_addr, stop, tasks })
    }

    /// Runs until the program is told to end, then lets what is under way come to its end.
    ///
    /// # Errors
    /// [`Failure`] when the signals cannot be heard.
    pub async fn run_to_the_end(mut self) -> Result<(), Failure> {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted?,
            _ = terminate.recv() => {}
        }
        progress("ending");
        self.stop.cancel();
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(ENDING, all).await.is_err() {
            tracing::warn!("some connections were cut");
        }
        self.desk.db.close().await;
        Ok(())
    }
}

async fn sweep(db: Database, vault: FileStore) {
    match sweep_vault(&db, &vault).await {
        Ok(0) => {}
        Ok(swept) => tracing::warn!(swept, "removed files of instances that were never acknowledged"),
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "files without a row stay until the next start"
            );
        }
    }
}

/// A line of progress on standard error.
#[expect(clippy::print_stderr, reason = "the command line speaks to the person who started it")]
pub fn progress(line: &str) {
    eprintln!("· {line}");
}

/// A line of the result on standard output.
#[expect(clippy::print_stdout, reason = "the command line speaks to the person who started it")]
pub fn say(line: &str) {
    println!("{line}");
}

/// How long connections may take to come to their end.
const ENDING: std::time::Duration = std::time::Duration::from_secs(12);

#[derive(Debug, thiserror::Error)]
#[error("{what}: {address} cannot be listened on")]
struct CannotListen {
    what: &'static str,
    address: SocketAddr,
    #[source]
    source: std::io::Error,
}

/// A model that cannot be loaded leaves the images coming in: nothing is analysed, nothing is negative, and
/// readiness says so.
fn reported(models: Result<Models, Failure>) -> Option<Models> {
    models
        .inspect_err(|failure| {
            tracing::error!(reason = failure.line(), "no model: what is received is not analysed");
        })
        .ok()
}
