//! `vigie models`: which model packs there are, whether each is what it says, and what it does on a hospital's studies.

mod cohort;
mod compare;
mod evaluate;
mod import;
mod labels;
mod plot;
mod sign;

use serde::Serialize;

use super::{Failure, engine};
use crate::domain::evidence::{EvidenceLevel, Task};
use crate::inference::models::Network;
use crate::inference::pack::Pack;
use crate::inference::runtime::Runtime;

/// Show, check, install and measure model packs: the bundled ones, and those of the folder in VIGIE_MODELS_DIR.
///
/// Example: vigie models verify
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// One line a pack: name, version, task, evidence, measured figures.
    List {
        /// Print one JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// Load every pack: manifest, hash, and the network's inputs and outputs in ONNX Runtime.
    Verify,
    Import(import::Args),
    Evaluate(evaluate::Args),
    Compare(compare::Args),
    Sign(sign::Args),
}

#[derive(Debug, Serialize)]
struct Line<'a> {
    name: &'a str,
    version: &'a str,
    task: Task,
    evidence: EvidenceLevel,
    sha256: &'a str,
    licence: &'a str,
    threshold: f64,
    sensitivity: f64,
    specificity: f64,
    study_auc: f64,
    patients: u32,
    from: String,
}

/// Does what is asked.
///
/// # Errors
/// [`Failure::Work`] for the first pack that is refused, or for studies that cannot be read.
pub fn run(args: &Args) -> Result<(), Failure> {
    match &args.command {
        Command::List { json } => list(&installed()?, if *json { Form::Json } else { Form::Table }),
        Command::Verify => verify(installed()?),
        Command::Import(args) => import::run(args),
        Command::Evaluate(args) => evaluate::run(args),
        Command::Compare(args) => compare::run(args),
        Command::Sign(args) => sign::run(args),
    }
}

fn installed() -> Result<Vec<Pack>, Failure> {
    Ok(Pack::discover(&engine::model_roots())?)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Json,
    Table,
}

fn list(packs: &[Pack], form: Form) -> Result<(), Failure> {
    for pack in packs {
        let line = Line {
            name: &pack.manifest.name,
            version: &pack.manifest.version,
            task: pack.manifest.task,
            evidence: pack.manifest.evidence,
            sha256: &pack.manifest.sha256,
            licence: &pack.manifest.licence,
            threshold: pack.manifest.threshold,
            sensitivity: pack.manifest.measured.sensitivity,
            specificity: pack.manifest.measured.specificity,
            study_auc: pack.manifest.measured.study_auc,
            patients: pack.manifest.measured.patients,
            from: pack.folder.display().to_string(),
        };
        match form {
            Form::Json => super::print(&serde_json::to_string(&line)?),
            Form::Table => super::print(&format!(
                "{} {}  {}  evidence {:?}  sensitivity {:.0} %, specificity {:.0} %, AUC {:.2} on {} patients  {}",
                line.name,
                line.version,
                line.task.as_str(),
                line.evidence,
                line.sensitivity * 100.0,
                line.specificity * 100.0,
                line.study_auc,
                line.patients,
                line.from
            )),
        }
    }
    Ok(())
}

fn verify(packs: Vec<Pack>) -> Result<(), Failure> {
    let runtime = Runtime::load(&engine::library_path())?;
    for pack in packs {
        let (name, version, sha256) =
            (pack.manifest.name.clone(), pack.manifest.version.clone(), pack.manifest.sha256.clone());
        Network::open(&runtime, pack, 1)?;
        super::print(&format!("{name} {version}  sha256 {sha256}  ok"));
    }
    Ok(())
}
