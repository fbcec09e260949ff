//! One step of a series' analysis: feed what has come, infer what can be, write what may be said.

use std::time::{Duration, Instant};

use super::record::{self, Final, Held, Retry};
use super::series::{Completeness, State};
use super::{LEASE, Workshop, job_of};
use crate::archive::BlobError;
use crate::db::{DbError, instances, jobs};
use crate::domain::identity::SeriesUid;
use crate::imaging::decode::Instance;
use crate::imaging::quality::Unfit;
use crate::inference::models::{Network, Reading};
use crate::inference::triage::{Prepared, SeriesTriage};

/// Instances fed in one step, so that no series keeps a core from the others for long.
const FEED: u32 = 4;
/// A lease is renewed when it is this old.
const RENEW: Duration = Duration::from_secs(4);

/// What a step is to do.
#[derive(Debug)]
pub(super) struct Step {
    pub workshop: Workshop,
    pub owner: String,
    pub series: SeriesUid,
    pub reading: Reading,
    /// Those of the reading.
    pub networks: Vec<Network>,
    pub state: Box<State>,
    pub completeness: Completeness,
}

/// What it did.
#[derive(Debug)]
pub(super) struct Stepped {
    pub series: SeriesUid,
    pub reading: Reading,
    pub state: Box<State>,
    pub outcome: Outcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// There is more in the database.
    MoreToFeed,
    /// All that has come is fed.
    Fed,
    /// The final word is written.
    Finished,
    /// Done already, or another process has it.
    NotOurs,
    Failed {
        again_in: Duration,
    },
}

#[derive(Debug, thiserror::Error)]
enum StepError {
    #[error(transparent)]
    Database(#[from] DbError),
    #[error(transparent)]
    Vault(#[from] BlobError),
    #[error("the worker stopped")]
    Stopped(#[from] tokio::task::JoinError),
}

impl Step {
    pub async fn run(mut self) -> Stepped {
        let outcome = match self.work().await {
            Ok(outcome) => outcome,
            Err(error) => self.fail(&error).await,
        };
        Stepped { series: self.series, reading: self.reading, state: self.state, outcome }
    }

    async fn work(&mut self) -> Result<Outcome, StepError> {
        if !self.hold().await? {
            return Ok(Outcome::NotOurs);
        }
        let mut tx = self.workshop.db.read().await?;
        let come = instances::arrived_after(&mut tx, &self.series, self.state.fed, FEED).await?;
        drop(tx);
        for instance in &come {
            self.feed(instance).await?;
        }
        self.tell_early().await?;
        if come.len() >= FEED as usize {
            return Ok(Outcome::MoreToFeed);
        }
        match self.completeness {
            Completeness::Arriving => Ok(Outcome::Fed),
            Completeness::Complete => self.finish().await,
        }
    }

    /// Takes or renews the lease. False when the job is done or another's.
    async fn hold(&mut self) -> Result<bool, StepError> {
        if self.state.leased.is_some_and(|at| at.elapsed() < RENEW) {
            return Ok(true);
        }
        let now = self.workshop.clock.now();
        let mut tx = self.workshop.db.write().await?;
        let held =
            jobs::lease(&mut tx, job_of(self.reading), self.series.as_str(), &self.owner, now, now + LEASE)
                .await?;
        tx.commit().await?;
        self.state.leased = held.as_ref().map(|_| Instant::now());
        Ok(held.is_some())
    }

    /// Reads, decodes and resamples one instance, then infers what has its neighbours.
    async fn feed(&mut self, instance: &instances::Located) -> Result<(), StepError> {
        let range = instance.data_set_offset..instance.size;
        let bytes = self.workshop.vault.read_range(instance.blob, range).await?;
        let (syntax, limits) = (instance.transfer_syntax.clone(), self.workshop.limits);
        let networks = self.networks.clone();
        self.on_engine(move |engine| {
            engine.add(match Instance::open(&bytes, &syntax, limits) {
                Ok(instance) => Prepared::of(&instance, &networks),
                Err(refusal) => {
                    Prepared::unfit(&Unfit::Undecodable { reason: refusal.to_string() }, &networks)
                }
            });
            while engine.advance() {}
        })
        .await?;
        self.state.fed = instance.ordinal;
        Ok(())
    }

    /// Runs work on the engine where it may keep a core busy. A panic loses the engine, not the program.
    async fn on_engine<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut SeriesTriage) -> T + Send + 'static,
    ) -> Result<T, StepError> {
        let stand_in = SeriesTriage::new(&[]);
        let mut engine = std::mem::replace(&mut self.state.engine, stand_in);
        let (engine, outcome) = tokio::task::spawn_blocking(move || {
            let outcome = work(&mut engine);
            (engine, outcome)
        })
        .await?;
        self.state.engine = engine;
        Ok(outcome)
    }

    /// Writes evidence that is strong already, once a model: the final word follows. A second reading has nothing to
    /// hurry for.
    async fn tell_early(&mut self) -> Result<(), StepError> {
        if self.reading == Reading::Second {
            return Ok(());
        }
        for provisional in self.state.engine.provisional() {
            if self.state.told.insert(provisional.model.name.clone()) {
                record::early(&self.workshop, &self.series, provisional).await?;
            }
        }
        Ok(())
    }

    async fn finish(&mut self) -> Result<Outcome, StepError> {
        let analyses = self.on_engine(SeriesTriage::finish).await?;
        let held = Held { series: &self.series, reading: self.reading, owner: &self.owner };
        match record::last(&self.workshop, held, self.state.fed, &analyses).await? {
            Final::Written => {
                self.state.leased = None;
                self.state.told.clear();
                Ok(Outcome::Finished)
            }
            Final::MoreHasCome => Ok(Outcome::MoreToFeed),
        }
    }

    /// Gives the job back, or says that the analysis failed when it was tried often enough.
    async fn fail(&mut self, error: &StepError) -> Outcome {
        tracing::error!(series = %self.series, error = error as &dyn std::error::Error, "an analysis step failed");
        self.state.leased = None;
        let held = Held { series: &self.series, reading: self.reading, owner: &self.owner };
        match record::failed(&self.workshop, held, &self.networks, &error.to_string()).await {
            Ok(Retry::GivenUp) => Outcome::Finished,
            Ok(Retry::In(again_in)) => Outcome::Failed { again_in },
            Err(error) => {
                tracing::error!(series = %self.series, error = &error as &dyn std::error::Error, "a job cannot be given back");
                Outcome::Failed { again_in: RENEW }
            }
        }
    }
}
