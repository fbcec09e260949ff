//! What is simulated, as a scenario file writes it: every key has a default, an unknown one is refused.

use jiff::civil::Time;
use serde::{Deserialize, Serialize};

use crate::domain::evidence::{Differential, Shares};
use crate::domain::identity::Invalid;
use crate::domain::time::Minutes;

/// Minutes of a day.
pub(super) const DAY: f64 = 1440.0;

/// Whether a reader leaves a case for a more urgent one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Discipline {
    /// A case begun is read to its end.
    NonPreemptive,
    /// A more urgent arrival or flag interrupts; the rest is read later.
    PreemptiveResume,
}

/// A Poisson stream of patients.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arrivals {
    /// By day and by night, an hour.
    pub per_hour_day: f64,
    pub per_hour_night: f64,
    /// When the day begins and ends, minutes after midnight.
    pub day: [f64; 2],
}

/// Shares of the diagnoses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CaseMix(pub Differential);

/// What the model finds, and when.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ai {
    pub sensitivity: f64,
    pub specificity: f64,
    /// From a patient's arrival in the queue to the model's word.
    pub delay_minutes: f64,
}

impl Default for Ai {
    fn default() -> Self {
        Self { sensitivity: 0.9, specificity: 0.9, delay_minutes: 0.0 }
    }
}

/// How long a reading takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reading {
    Exponential { mean: Minutes },
    LogNormal { mean: Minutes, sd: Minutes },
}

impl Reading {
    #[must_use]
    pub fn mean(&self) -> Minutes {
        match *self {
            Self::Exponential { mean } | Self::LogNormal { mean, .. } => mean,
        }
    }
}

/// What the order knows of the patient besides the model's flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Picture {
    /// Nothing: the case mix alone.
    None,
    /// A RACE score, drawn given the truth.
    Race,
}

/// The patients' clinic: an extension of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Clinical {
    pub picture: Picture,
    /// From onset to the patient's arrival in the queue, for what waiting costs. The order is told only when the
    /// picture says something.
    pub onset_minutes_ago: f64,
}

/// Assumption: onset an hour and a half before, near the median from onset to door of those who come in time.
impl Default for Clinical {
    fn default() -> Self {
        Self { picture: Picture::None, onset_minutes_ago: 90.0 }
    }
}

/// Readers on duty during some hours of every day: an extension of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shift {
    from: Time,
    /// Past midnight where it is not after `from`.
    to: Time,
    readers: u32,
}

impl Shift {
    pub(super) fn readers_at(&self, minute_of_day: f64) -> u32 {
        let [from, to] = [self.from, self.to].map(minutes);
        let inside = if from < to {
            (from..to).contains(&minute_of_day)
        } else {
            minute_of_day >= from || minute_of_day < to
        };
        if inside { self.readers } else { 0 }
    }

    pub(super) fn edges(&self) -> [f64; 2] {
        [self.from, self.to].map(minutes)
    }
}

fn minutes(time: Time) -> f64 {
    f64::from(time.hour()) * 60.0 + f64::from(time.minute()) + f64::from(time.second()) / 60.0
}

/// A whole scenario. The default is the contract's: one reader at load 0.8.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Counted, after the warm-up.
    pub patients: u32,
    pub warmup: u32,
    /// On duty at all hours, where no shift is given.
    pub readers: u32,
    pub shifts: Vec<Shift>,
    pub discipline: Discipline,
    pub arrivals: Arrivals,
    pub case_mix: CaseMix,
    pub ai: Ai,
    pub reading: Reading,
    pub clinical: Clinical,
}

impl Default for Scenario {
    fn default() -> Self {
        let always = 4.8;
        Self {
            patients: 200_000,
            warmup: 5_000,
            readers: 1,
            shifts: Vec::new(),
            discipline: Discipline::NonPreemptive,
            arrivals: Arrivals::steady(always),
            case_mix: CaseMix::one_disease(0.1),
            ai: Ai::default(),
            reading: Reading::Exponential { mean: Minutes(10.0) },
            clinical: Clinical::default(),
        }
    }
}

impl Arrivals {
    /// From 07:00 to 23:00 it is day.
    const DAYTIME: [f64; 2] = [420.0, 1380.0];

    /// The same at all hours.
    #[must_use]
    pub fn steady(per_hour: f64) -> Self {
        Self { per_hour_day: per_hour, per_hour_night: per_hour, day: Self::DAYTIME }
    }
}

impl CaseMix {
    /// One disease that one model looks for, an occlusion, and patients without it: what `diseased` means.
    #[must_use]
    pub fn one_disease(share: f64) -> Self {
        let share = share.clamp(0.0, 1.0);
        Self(Differential::normalised([0.0, share, 0.0, 1.0 - share]))
    }

    /// The first three diagnoses are the diseased.
    #[must_use]
    pub fn diseased(&self) -> f64 {
        1.0 - self.0.mimic()
    }
}

/// Why a scenario was refused.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    #[error("not a scenario")]
    Syntax(#[from] toml::de::Error),
    #[error("{key} {problem}")]
    Value { key: &'static str, problem: &'static str },
    #[error("case_mix: {0}")]
    CaseMix(#[from] Invalid),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    patients: Option<u32>,
    warmup: Option<u32>,
    readers: Option<u32>,
    discipline: Option<Discipline>,
    #[serde(default)]
    shifts: Vec<Shift>,
    #[serde(default)]
    arrivals: ArrivalsKeys,
    #[serde(default)]
    case_mix: CaseMixKeys,
    #[serde(default)]
    ai: Ai,
    #[serde(default)]
    reading: ReadingKeys,
    #[serde(default)]
    clinical: Clinical,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ArrivalsKeys {
    per_hour: Option<f64>,
    per_hour_day: Option<f64>,
    per_hour_night: Option<f64>,
    day: Option<[Time; 2]>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseMixKeys {
    diseased: Option<f64>,
    hemorrhage: Option<f64>,
    lvo: Option<f64>,
    nlvo: Option<f64>,
    mimic: Option<f64>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadingKeys {
    distribution: Option<Distribution>,
    mean_minutes: Option<f64>,
    sd_minutes: Option<f64>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Distribution {
    Exponential,
    LogNormal,
}

impl Scenario {
    /// Reads a scenario from TOML; what it leaves out is the default's.
    ///
    /// # Errors
    /// [`ScenarioError`] names the key or value that is wrong.
    pub fn parse(text: &str) -> Result<Self, ScenarioError> {
        let file: File = toml::from_str(text)?;
        let default = Self::default();
        let scenario = Self {
            patients: file.patients.unwrap_or(default.patients),
            warmup: file.warmup.unwrap_or(default.warmup),
            readers: file.readers.unwrap_or(default.readers),
            shifts: file.shifts,
            discipline: file.discipline.unwrap_or(default.discipline),
            arrivals: arrivals(&file.arrivals)?,
            case_mix: case_mix(&file.case_mix)?,
            ai: file.ai,
            reading: reading(&file.reading)?,
            clinical: file.clinical,
        };
        scenario.check()?;
        Ok(scenario)
    }

    /// Whether every number makes sense: for what was set after the file was read.
    ///
    /// # Errors
    /// [`ScenarioError`] names the key.
    pub fn check(&self) -> Result<(), ScenarioError> {
        let hold = |holds, key, problem| {
            if holds { Ok(()) } else { Err(ScenarioError::Value { key, problem }) }
        };
        let share = |key, value| hold((0.0..=1.0).contains(&value), key, "must be 0 to 1");
        let amount = |key, value: f64| hold(value.is_finite() && value >= 0.0, key, "must be 0 or more");
        hold(self.patients > 0, "patients", "must be 1 or more")?;
        hold(self.readers > 0 || !self.shifts.is_empty(), "readers", "must be 1 or more")?;
        hold(
            self.shifts.is_empty() || self.shifts.iter().any(|shift| shift.readers > 0),
            "shifts",
            "must have a reader",
        )?;
        share("ai.sensitivity", self.ai.sensitivity)?;
        share("ai.specificity", self.ai.specificity)?;
        amount("ai.delay_minutes", self.ai.delay_minutes)?;
        amount("clinical.onset_minutes_ago", self.clinical.onset_minutes_ago)?;
        amount("arrivals.per_hour_day", self.arrivals.per_hour_day)?;
        amount("arrivals.per_hour_night", self.arrivals.per_hour_night)?;
        let [from, to] = self.arrivals.day;
        hold(from <= to, "arrivals.day", "must begin before it ends")?;
        let day = if from < to { self.arrivals.per_hour_day } else { 0.0 };
        let night = if to - from < DAY { self.arrivals.per_hour_night } else { 0.0 };
        hold(day + night > 0.0, "arrivals", "must bring patients")?;
        let mean = self.reading.mean().0;
        hold(mean.is_finite() && mean > 0.0, "reading.mean_minutes", "must be above 0")?;
        if let Reading::LogNormal { sd, .. } = self.reading {
            hold(sd.0.is_finite() && sd.0 > 0.0, "reading.sd_minutes", "must be above 0")?;
        }
        Ok(())
    }
}

fn arrivals(keys: &ArrivalsKeys) -> Result<Arrivals, ScenarioError> {
    let default = Scenario::default().arrivals;
    if keys.per_hour.is_some() && (keys.per_hour_day.is_some() || keys.per_hour_night.is_some()) {
        return Err(ScenarioError::Value {
            key: "arrivals.per_hour",
            problem: "excludes per_hour_day and per_hour_night",
        });
    }
    Ok(Arrivals {
        per_hour_day: keys.per_hour.or(keys.per_hour_day).unwrap_or(default.per_hour_day),
        per_hour_night: keys.per_hour.or(keys.per_hour_night).unwrap_or(default.per_hour_night),
        day: keys.day.map_or(default.day, |day| day.map(minutes)),
    })
}

fn case_mix(keys: &CaseMixKeys) -> Result<CaseMix, ScenarioError> {
    let shares = [keys.hemorrhage, keys.lvo, keys.nlvo, keys.mimic];
    let value = |problem| ScenarioError::Value { key: "case_mix.diseased", problem };
    match (keys.diseased, shares.iter().any(Option::is_some)) {
        (Some(_), true) => Err(value("excludes hemorrhage, lvo, nlvo and mimic")),
        (Some(diseased), false) if (0.0..=1.0).contains(&diseased) => Ok(CaseMix::one_disease(diseased)),
        (Some(_), false) => Err(value("must be 0 to 1")),
        (None, false) => Ok(Scenario::default().case_mix),
        (None, true) => {
            let [hemorrhage, lvo, nlvo, mimic] = shares.map(Option::unwrap_or_default);
            Ok(CaseMix(Shares { hemorrhage, lvo, nlvo, mimic }.try_into()?))
        }
    }
}

fn reading(keys: &ReadingKeys) -> Result<Reading, ScenarioError> {
    let mean = keys.mean_minutes.map_or(Scenario::default().reading.mean(), Minutes);
    match (keys.distribution, keys.sd_minutes) {
        (None | Some(Distribution::Exponential), None) => Ok(Reading::Exponential { mean }),
        (Some(Distribution::LogNormal), sd) => Ok(Reading::LogNormal { mean, sd: sd.map_or(mean, Minutes) }),
        (_, Some(_)) => Err(ScenarioError::Value {
            key: "reading.sd_minutes",
            problem: "goes with distribution = \"log-normal\"",
        }),
    }
}
