//! One series as the analysis holds it between steps. Pure bookkeeping on the process' own stopwatch.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use super::step::Outcome;
use crate::inference::models::Network;
use crate::inference::triage::SeriesTriage;
use crate::pathway::receive_instance::DeliveryId;

/// Whether more instances are expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Completeness {
    Arriving,
    Complete,
}

/// What a step takes along and brings back.
#[derive(Debug)]
pub(super) struct State {
    pub engine: SeriesTriage,
    /// Instances fed, in the order of arrival.
    pub fed: i64,
    /// Models whose provisional word is written.
    pub told: HashSet<String>,
    /// When the lease was last renewed.
    pub leased: Option<Instant>,
}

#[derive(Debug)]
enum Place {
    /// Nothing in memory yet.
    Database,
    Here(Box<State>),
    /// A step has it.
    Away,
}

#[derive(Debug)]
pub(super) struct Live {
    place: Place,
    deliveries: HashSet<DeliveryId>,
    completeness: Completeness,
    /// Something came, or the series became complete, since the last step saw it.
    news: bool,
    last_news: Instant,
    /// When it came, or came again after it was finished.
    began: Instant,
    wait_until: Option<Instant>,
    finished: bool,
}

impl Live {
    /// A series of which an instance has just come.
    pub fn arriving() -> Self {
        Self {
            place: Place::Database,
            deliveries: HashSet::new(),
            completeness: Completeness::Arriving,
            news: true,
            last_news: Instant::now(),
            began: Instant::now(),
            wait_until: None,
            finished: false,
        }
    }

    /// A series whose analysis is owed and whose sender is not here any more.
    pub fn owed() -> Self {
        Self { completeness: Completeness::Complete, ..Self::arriving() }
    }

    pub fn has_more(&mut self, delivery: DeliveryId) {
        self.deliveries.insert(delivery);
        self.completeness = Completeness::Arriving;
        self.touch();
    }

    pub fn closed(&mut self, delivery: DeliveryId) {
        if self.deliveries.remove(&delivery) && self.deliveries.is_empty() {
            self.completeness = Completeness::Complete;
            self.touch();
        }
    }

    fn touch(&mut self) {
        self.last_news = Instant::now();
        if self.finished {
            self.began = self.last_news;
        }
        self.news = true;
        self.finished = false;
        self.wait_until = None;
    }

    pub fn complete_if_quiet(&mut self, quiet: Duration) {
        if self.completeness == Completeness::Arriving && self.last_news.elapsed() >= quiet {
            self.deliveries.clear();
            self.completeness = Completeness::Complete;
            self.touch();
        }
    }

    pub fn in_memory(&self) -> bool {
        !matches!(self.place, Place::Database)
    }

    pub fn wants_step(&self) -> bool {
        let rested = self.wait_until.is_none_or(|until| until <= Instant::now());
        self.news && rested && !matches!(self.place, Place::Away)
    }

    /// Complete series first, then the one that came first: when several come together each gets its answer in
    /// turn, where an equal share for all would answer all of them last.
    pub fn precedence(&self) -> (bool, Instant) {
        (self.completeness == Completeness::Arriving, self.began)
    }

    pub fn completeness(&self) -> Completeness {
        self.completeness
    }

    pub fn begin_step(&mut self, networks: &[Network]) -> Box<State> {
        self.news = false;
        match std::mem::replace(&mut self.place, Place::Away) {
            Place::Here(state) => state,
            Place::Database | Place::Away => Box::new(State {
                engine: SeriesTriage::new(networks),
                fed: 0,
                told: HashSet::new(),
                leased: None,
            }),
        }
    }

    /// Takes back what a step brings.
    pub fn settle(&mut self, state: Box<State>, outcome: Outcome) {
        self.place = Place::Here(state);
        match outcome {
            Outcome::MoreToFeed => self.news = true,
            Outcome::Fed => {}
            Outcome::Finished | Outcome::NotOurs => self.finished = !self.news,
            Outcome::Failed { again_in } => {
                // What broke may lie in the engine: the next try feeds a new one.
                self.place = Place::Database;
                self.news = true;
                self.wait_until = Some(Instant::now() + again_in);
            }
        }
    }

    /// Whether it has been done with for `warm`.
    pub fn may_go(&self, warm: Duration) -> bool {
        self.finished && !matches!(self.place, Place::Away) && self.last_news.elapsed() >= warm
    }
}
