//! The patients of a scenario, in the order in which they arrive, the same for the same seed.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Exp1, LogNormal};

use super::scenario::{Arrivals, DAY, Picture, Reading, Scenario};
use crate::domain::case::{Diagnosis, Race};
use crate::domain::evidence::{Differential, Interval, Performance, Task, lvo_probability_given_race};

/// A patient of the queue. Times in minutes; 0 is a midnight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Patient {
    pub arrives: f64,
    /// What the patient has; undetermined counts as no stroke.
    pub truth: Diagnosis,
    /// What the model will flag, if anything.
    pub flag: Option<Task>,
    pub race: Option<Race>,
    /// How long the reading takes.
    pub reading: f64,
}

impl Patient {
    #[must_use]
    pub fn is_diseased(&self) -> bool {
        matches!(self.truth, Diagnosis::Haemorrhage | Diagnosis::Lvo | Diagnosis::Ischaemia)
    }
}

/// What the draws of a scenario look like to a model of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drawn {
    mix: Differential,
    sensitivity: f64,
    false_flags: f64,
}

/// The diagnoses, in the order of a differential's shares.
const DIAGNOSES: [Diagnosis; 4] =
    [Diagnosis::Haemorrhage, Diagnosis::Lvo, Diagnosis::Ischaemia, Diagnosis::Mimic];

impl Drawn {
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        let ai = scenario.ai;
        Self { mix: scenario.case_mix.0, sensitivity: ai.sensitivity, false_flags: 1.0 - ai.specificity }
    }

    /// Each task's share of the diseased: a false flag falls to the tasks as the diseases do.
    fn share(&self, task: Task) -> f64 {
        let diseased = 1.0 - self.mix.mimic();
        let of_task = match task {
            Task::Hemorrhage => self.mix.hemorrhage(),
            Task::Occlusion => self.mix.lvo(),
            Task::Infarct => self.mix.nlvo(),
        };
        match (diseased > 0.0, task) {
            (true, _) => of_task / diseased,
            (false, Task::Occlusion) => 1.0,
            (false, _) => 0.0,
        }
    }

    /// What an evaluation of the model on such patients would measure for `task`: the order is told the truth about
    /// its evidence.
    #[must_use]
    pub fn performance(&self, task: Task) -> Performance {
        let with = self.share(task) * (1.0 - self.mix.mimic());
        let falsely = self.false_flags * self.share(task) * self.mix.mimic();
        let specificity = if with < 1.0 { 1.0 - falsely / (1.0 - with) } else { 1.0 };
        let exactly = |value| Interval { value, low: value, high: value };
        Performance { sensitivity: exactly(self.sensitivity), specificity: exactly(specificity) }
    }

    fn truth(&self, at: f64) -> Diagnosis {
        let shares = [self.mix.hemorrhage(), self.mix.lvo(), self.mix.nlvo()];
        let mut below = 0.0;
        for (diagnosis, share) in DIAGNOSES.into_iter().zip(shares) {
            below += share;
            if at < below {
                return diagnosis;
            }
        }
        Diagnosis::Mimic
    }

    fn flag(&self, truth: Diagnosis, at: f64) -> Option<Task> {
        let own = match truth {
            Diagnosis::Haemorrhage => Task::Hemorrhage,
            Diagnosis::Lvo => Task::Occlusion,
            Diagnosis::Ischaemia => Task::Infarct,
            Diagnosis::Mimic | Diagnosis::Undetermined => return self.false_flag(at),
        };
        (at < self.sensitivity).then_some(own)
    }

    fn false_flag(&self, at: f64) -> Option<Task> {
        let mut below = 0.0;
        Task::ALL.into_iter().find(|task| {
            below += self.false_flags * self.share(*task);
            at < below
        })
    }
}

/// How often each RACE score is drawn, by truth: cumulative, in the order of [`scores`].
#[derive(Debug, Clone)]
struct RaceScores {
    scores: Vec<Race>,
    without: Vec<f64>,
    hemorrhage: Vec<f64>,
    lvo: Vec<f64>,
}

impl RaceScores {
    /// By how much the logarithm of a score's frequency falls with each point among patients without an occlusion:
    /// the one geometric law under which the published curve (Pérez de la Ossa 2014,
    /// doi:10.1161/STROKEAHA.113.003071) makes a distribution of the scores of those with one. Haemorrhage lies half
    /// way, as `domain::evidence` takes it.
    const FALL: f64 = 0.5;

    fn new() -> Self {
        let scores: Vec<Race> = (0..=9).filter_map(|points| Race::try_from(points).ok()).collect();
        let drawn = |tilt: fn(f64) -> f64| {
            let weight = |race: &Race| {
                let p = lvo_probability_given_race(*race);
                (-Self::FALL * f64::from(u8::from(*race))).exp() * tilt(p / (1.0 - p))
            };
            let total: f64 = scores.iter().map(weight).sum();
            let below = |below: &mut f64, race| {
                *below += weight(race) / total;
                Some(*below)
            };
            scores.iter().scan(0.0, below).collect()
        };
        Self { without: drawn(|_| 1.0), hemorrhage: drawn(f64::sqrt), lvo: drawn(|odds| odds), scores }
    }

    fn score(&self, truth: Diagnosis, at: f64) -> Option<Race> {
        let cumulative = match truth {
            Diagnosis::Haemorrhage => &self.hemorrhage,
            Diagnosis::Lvo => &self.lvo,
            Diagnosis::Ischaemia | Diagnosis::Mimic | Diagnosis::Undetermined => &self.without,
        };
        let place = cumulative.iter().take_while(|below| at >= **below).count();
        self.scores.get(place).or(self.scores.last()).copied()
    }
}

/// An endless stream of patients.
pub(super) struct Patients {
    arrivals: Arrivals,
    reading: Readings,
    drawn: Drawn,
    race: Option<RaceScores>,
    now: f64,
    /// Gaps and reading times take varying numbers of draws: kept apart, so that the same patients come whatever
    /// the model's figures.
    times: StdRng,
    people: StdRng,
}

/// A law of reading times.
pub(super) enum Readings {
    Exponential(f64),
    LogNormal(Option<LogNormal<f64>>, f64),
}

impl Readings {
    pub(super) fn of(reading: Reading) -> Self {
        match reading {
            Reading::Exponential { mean } => Self::Exponential(mean.0),
            Reading::LogNormal { mean, sd } => {
                Self::LogNormal(LogNormal::from_mean_cv(mean.0, sd.0 / mean.0).ok(), mean.0)
            }
        }
    }

    pub(super) fn draw(&self, rng: &mut StdRng) -> f64 {
        match self {
            Self::Exponential(mean) => mean * <Exp1 as Distribution<f64>>::sample(&Exp1, rng),
            Self::LogNormal(Some(law), _) => law.sample(rng),
            Self::LogNormal(None, mean) => *mean,
        }
    }
}

impl Patients {
    pub(super) fn of(scenario: &Scenario, seed: u64) -> Self {
        let mut people = StdRng::seed_from_u64(seed);
        let times = StdRng::seed_from_u64(people.random());
        Self {
            arrivals: scenario.arrivals,
            reading: Readings::of(scenario.reading),
            drawn: Drawn::of(scenario),
            race: (scenario.clinical.picture == Picture::Race).then(RaceScores::new),
            now: 0.0,
            times,
            people,
        }
    }

    /// The next arrival: what is left of a unit exponential is spent at each rate in turn.
    fn next_arrival(&mut self) -> f64 {
        let mut left: f64 = Exp1.sample(&mut self.times);
        loop {
            let (per_minute, until) = self.arrivals.rate_at(self.now);
            let spent = per_minute * (until - self.now);
            if left < spent {
                self.now += left / per_minute;
                return self.now;
            }
            left -= spent;
            self.now = until;
        }
    }
}

impl Arrivals {
    /// Patients a minute at a moment, and until when.
    fn rate_at(&self, now: f64) -> (f64, f64) {
        let midnight = (now / DAY).floor() * DAY;
        let [from, to] = self.day.map(|minute| midnight + minute);
        let (day, night) = (self.per_hour_day / 60.0, self.per_hour_night / 60.0);
        if now < from {
            (night, from)
        } else if now < to {
            (day, to)
        } else {
            (night, midnight + DAY)
        }
    }
}

impl Iterator for Patients {
    type Item = Patient;

    fn next(&mut self) -> Option<Patient> {
        let arrives = self.next_arrival();
        let reading = self.reading.draw(&mut self.times);
        let truth = self.drawn.truth(self.people.random());
        let flag = self.drawn.flag(truth, self.people.random());
        let race = self.race.as_ref().and_then(|scores| scores.score(truth, self.people.random()));
        Some(Patient { arrives, truth, flag, race, reading })
    }
}
