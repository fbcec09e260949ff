//! Series analysed while they arrive, and again after a crash.
//!
//! Reception tells that a series has more; what it has is read from the database in the order of arrival, so a
//! restart takes the same way as the first run. A series is finished when every association that brought it has
//! ended, or after a quiet time; until then only strong positive evidence is written, which can only raise the case.
//! The job's row says that the work is owed; its lease says that somebody is at it.

mod record;
mod series;
mod step;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::bell::EventBell;
use super::receive_instance::Arrival;
use crate::archive::FileStore;
use crate::clock::Clock;
use crate::db::{Database, DbError, jobs};
use crate::domain::identity::SeriesUid;
use crate::domain::time::Minutes;
use crate::imaging::gate::Limits;
use crate::inference::models::{Models, Reading};
use series::Live;
use step::{Step, Stepped};

/// The first reading's job; its subject is the series' UID.
pub const ANALYSE_SERIES: &str = "analyse_series";
/// The second reading's, asked for when the first is done.
pub const REREAD_SERIES: &str = "reread_series";
/// Without news of the sender, a series is complete after this.
pub const QUIET: Minutes = Minutes(5.0 / 60.0);
/// The same, for the process' own stopwatch.
const QUIET_TIME: Duration = Duration::from_secs(5);
/// How long a lease holds without renewal: then another process may take the job.
const LEASE: Minutes = Minutes(0.25);
/// Between looks at what is owed and what has gone quiet.
const TICK: Duration = Duration::from_millis(500);
/// Steps of second readings at once: the other cores stay free for whoever arrives.
const SECOND_STEPS_AT_ONCE: usize = 1;
/// Series whose slices are in memory at once (about 100 kB a slice).
const SERIES_AT_ONCE: usize = 8;
/// How long a finished series is kept in memory, for a modality that opens one association an image.
const KEPT_WARM: Duration = Duration::from_secs(20);

/// What the analysis works with.
#[derive(Debug, Clone)]
pub struct Workshop {
    pub db: Database,
    pub vault: FileStore,
    pub clock: Arc<dyn Clock>,
    pub bell: EventBell,
    pub models: Models,
    pub limits: Limits,
}

/// Analyses whatever is received or owed until `stop`.
///
/// # Errors
/// [`DbError`] when the leases of an earlier run cannot be ended.
pub async fn run(
    workshop: Workshop,
    mut arrivals: mpsc::UnboundedReceiver<Arrival>,
    stop: CancellationToken,
) -> Result<(), DbError> {
    if let Database::Sqlite { .. } = workshop.db {
        let mut tx = workshop.db.write().await?;
        jobs::end_leases(&mut tx).await?;
        tx.commit().await?;
    }
    let (done, mut stepped) = mpsc::channel(workshop.models.at_once());
    let mut analysis = Analysis {
        workshop,
        owner: uuid::Uuid::new_v4().to_string(),
        live: HashMap::new(),
        busy: HashMap::new(),
        done,
    };
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            arrival = arrivals.recv() => match arrival {
                Some(arrival) => analysis.hear(arrival),
                None => return Ok(()),
            },
            Some(step) = stepped.recv() => analysis.settle(step),
            _ = tick.tick() => analysis.look_around().await,
        }
        analysis.start_steps();
    }
}

type Key = (SeriesUid, Reading);

/// The job that a reading does.
fn job_of(reading: Reading) -> &'static str {
    match reading {
        Reading::First => ANALYSE_SERIES,
        Reading::Second => REREAD_SERIES,
    }
}

struct Analysis {
    workshop: Workshop,
    owner: String,
    live: HashMap<Key, Live>,
    /// Steps under way, by reading.
    busy: HashMap<Reading, usize>,
    done: mpsc::Sender<Stepped>,
}

impl Analysis {
    fn hear(&mut self, arrival: Arrival) {
        match arrival {
            Arrival::Stored { series, delivery } => {
                let key = (series, Reading::First);
                self.live.entry(key).or_insert_with(Live::arriving).has_more(delivery);
            }
            Arrival::Closed(delivery) => {
                for live in self.live.values_mut() {
                    live.closed(delivery);
                }
            }
        }
    }

    fn settle(&mut self, step: Stepped) {
        if let Some(busy) = self.busy.get_mut(&step.reading) {
            *busy -= 1;
        }
        if let Some(live) = self.live.get_mut(&(step.series, step.reading)) {
            live.settle(step.state, step.outcome);
        }
    }

    /// Takes up what is owed and unheld, calls quiet series complete, lets finished ones go.
    async fn look_around(&mut self) {
        for live in self.live.values_mut() {
            live.complete_if_quiet(QUIET_TIME);
        }
        self.live.retain(|_, live| !live.may_go(KEPT_WARM));
        match self.owed().await {
            Ok(owed) => {
                for key in owed {
                    self.live.entry(key).or_insert_with(Live::owed);
                }
            }
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the analyses that are owed cannot be read"
                );
            }
        }
    }

    async fn owed(&self) -> Result<Vec<Key>, DbError> {
        let (mut tx, now) = (self.workshop.db.read().await?, self.workshop.clock.now());
        let mut owed = Vec::new();
        for reading in [Reading::First, Reading::Second] {
            let due = jobs::due(&mut tx, job_of(reading), now, 64).await?;
            let series = due.into_iter().filter_map(|due| due.subject.parse().ok());
            owed.extend(series.map(|series| (series, reading)));
        }
        Ok(owed)
    }

    fn busy(&self, reading: Reading) -> usize {
        self.busy.get(&reading).copied().unwrap_or(0)
    }

    /// Whether another step of this reading may begin now: each keeps a core and a session busy.
    fn has_hands_for(&self, reading: Reading) -> bool {
        let all = self.busy(Reading::First) + self.busy(Reading::Second);
        all < self.workshop.models.at_once()
            && (reading == Reading::First || self.busy(reading) < SECOND_STEPS_AT_ONCE)
    }

    fn start_steps(&mut self) {
        loop {
            let in_memory = self.live.values().filter(|live| live.in_memory()).count();
            let room = in_memory < SERIES_AT_ONCE;
            // Second readings wait until no first one wants the machine.
            let first_waits =
                self.live.iter().any(|(key, live)| key.1 == Reading::First && live.wants_step());
            let reading = if first_waits { Reading::First } else { Reading::Second };
            if !self.has_hands_for(reading) {
                return;
            }
            let next = self
                .live
                .iter_mut()
                .filter(|(key, live)| key.1 == reading && live.wants_step() && (room || live.in_memory()))
                .min_by_key(|(_, live)| live.precedence());
            let Some(((series, _), live)) = next else {
                if !room && !self.forget_one_finished() {
                    return;
                }
                if room {
                    return;
                }
                continue;
            };
            let networks = self.workshop.models.of(reading);
            let step = Step {
                workshop: self.workshop.clone(),
                owner: self.owner.clone(),
                series: series.clone(),
                reading,
                state: live.begin_step(&networks),
                networks,
                completeness: live.completeness(),
            };
            *self.busy.entry(reading).or_default() += 1;
            let done = self.done.clone();
            tokio::spawn(async move {
                // The receiver ends with the program.
                let _ = done.send(step.run().await).await;
            });
        }
    }

    /// Makes room for a waiting series. Returns whether there was one to forget and one that waits.
    fn forget_one_finished(&mut self) -> bool {
        let waits = self.live.values().any(|live| live.wants_step() && !live.in_memory());
        let finished =
            self.live.iter().find(|(_, live)| live.may_go(Duration::ZERO)).map(|(key, _)| key.clone());
        match finished {
            Some(key) if waits => self.live.remove(&key).is_some(),
            _ => false,
        }
    }
}
