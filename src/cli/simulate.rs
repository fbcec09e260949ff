//! `vigie simulate`: what an order of the queue does to patients, before anyone is read by it.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::{Failure, say};
use crate::domain::wording::Language;
use crate::simulate::report::{Page, report};
use crate::simulate::{Policy, Scenario, ScenarioError, simulate};

mod table;

/// The scenario's form, as `--help` shows it.
const HELP: &str = r#"A scenario; every key has the default shown:

  patients = 200000          # counted, after the warm-up
  warmup = 5000
  readers = 1
  discipline = "non-preemptive"          # or "preemptive-resume"
  [arrivals]
  per_hour = 4.8                         # Poisson; or per_hour_day, per_hour_night, day = ["07:00", "23:00"]
  [case_mix]
  diseased = 0.1                         # an occlusion; or hemorrhage, lvo, nlvo, mimic summing to 1
  [ai]
  sensitivity = 0.9
  specificity = 0.9
  delay_minutes = 0.0
  [reading]
  distribution = "exponential"           # or "log-normal" with sd_minutes
  mean_minutes = 10.0
  [clinical]                             # what the order is told besides the flag
  picture = "none"                       # or "race": a RACE score and the onset
  onset_minutes_ago = 90.0               # for what waiting costs

Readers by shift instead of readers (several may overlap):

  [[shifts]]
  from = "08:00"
  to = "20:00"
  readers = 2

Policies: fifo (as they came), ai-first (flagged first), edf (a flagged case is due at 45 min, others at 120),
vigie (this program's order), oracle (knows each diagnosis). All meet the same patients.

Example: vigie simulate --policy all --patients 100000 --seed 7 --json"#;

/// Simulate the reading queue under one policy or all: who waits how long, and what that costs.
#[derive(Debug, clap::Args)]
#[command(after_long_help = HELP)]
pub struct Args {
    /// Scenario file (TOML); left out: one reader at load 0.8.
    #[arg(long, value_name = "FILE.toml")]
    scenario: Option<PathBuf>,
    /// The order of the queue.
    #[arg(long, value_enum, default_value_t = Which::All)]
    policy: Which,
    /// Patients counted, instead of the scenario's.
    #[arg(long, value_name = "N")]
    patients: Option<u32>,
    /// Readers on duty at all hours, instead of the scenario's.
    #[arg(long, value_name = "N")]
    readers: Option<u32>,
    /// The same seed gives the same patients.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print one JSON object instead of a table.
    #[arg(long)]
    json: bool,
    /// Write the report's figures and tables here instead: every order by load and by sensitivity.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["scenario", "policy", "readers", "json"])]
    report: Option<PathBuf>,
    /// Language of the table.
    #[arg(long, value_enum, default_value_t = Tongue::En)]
    lang: Tongue,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Which {
    Fifo,
    AiFirst,
    Edf,
    Vigie,
    Oracle,
    All,
}

impl Which {
    fn policies(self) -> Vec<Policy> {
        let one = match self {
            Self::Fifo => Policy::Fifo,
            Self::AiFirst => Policy::AiFirst,
            Self::Edf => Policy::Edf,
            Self::Vigie => Policy::Vigie,
            Self::Oracle => Policy::Oracle,
            Self::All => return Policy::ALL.to_vec(),
        };
        vec![one]
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Tongue {
    Fr,
    En,
}

/// Why there was nothing to simulate.
#[derive(Debug, thiserror::Error)]
enum SimulateError {
    #[error("cannot read {path}")]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot write {path}")]
    Write { path: PathBuf, source: io::Error },
    #[error("{path}")]
    Scenario { path: PathBuf, source: ScenarioError },
    #[error(transparent)]
    Override(#[from] ScenarioError),
}

/// Reads the scenario, runs it, and prints the result on standard output.
///
/// # Errors
/// [`Failure::Work`] when the file cannot be read or says what cannot be.
pub fn run(args: &Args) -> Result<(), Failure> {
    if let Some(folder) = &args.report {
        return write_report(folder, args);
    }
    let scenario = scenario(args)?;
    let told = |policy: Policy| say(&format!("{}: {} patients", policy.as_str(), scenario.patients));
    let outcome = simulate(&scenario, &args.policy.policies(), args.seed, told);
    let mut out = io::stdout().lock();
    if args.json {
        serde_json::to_writer(&mut out, &outcome)?;
        writeln!(out)?;
    } else {
        let language = match args.lang {
            Tongue::Fr => Language::French,
            Tongue::En => Language::English,
        };
        table::write(&mut out, &outcome, language)?;
    }
    Ok(())
}

fn write_report(folder: &Path, args: &Args) -> Result<(), Failure> {
    let write = |path: PathBuf, source| SimulateError::Write { path, source };
    std::fs::create_dir_all(folder).map_err(|source| write(folder.to_owned(), source))?;
    let patients = args.patients.unwrap_or(Scenario::default().patients);
    for Page { name, content } in report(patients, args.seed, say) {
        let path = folder.join(name);
        std::fs::write(&path, content).map_err(|source| write(path, source))?;
    }
    Ok(())
}

fn scenario(args: &Args) -> Result<Scenario, SimulateError> {
    let mut scenario = match &args.scenario {
        None => Scenario::default(),
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .map_err(|source| SimulateError::Read { path: path.clone(), source })?;
            Scenario::parse(&text).map_err(|source| SimulateError::Scenario { path: path.clone(), source })?
        }
    };
    scenario.patients = args.patients.unwrap_or(scenario.patients);
    if let Some(readers) = args.readers {
        scenario.readers = readers;
        scenario.shifts.clear();
    }
    scenario.check()?;
    Ok(scenario)
}
