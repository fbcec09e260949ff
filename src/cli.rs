//! The composition root: parses arguments and runs one subcommand.

use std::error::Error;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub mod arenas;
pub mod audit;
pub mod couriers;
mod demo;
pub mod dispatch;
pub mod engine;
pub mod models;
pub mod phantom;
pub mod region;
pub mod send;
pub mod serve;
pub mod simulate;
pub mod system;
pub mod triage;
pub mod user;

/// Stroke tele-diagnosis triage: decision support, not a diagnosis; research use until certified.
#[derive(Debug, Parser)]
#[command(name = "vigie", version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// One variant a file of this folder.
#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Args),
    Demo(demo::Args),
    Dispatch(dispatch::Args),
    Models(models::Args),
    Phantom(phantom::Args),
    Send(send::Args),
    Simulate(simulate::Args),
    Triage(triage::Args),
    Audit(audit::Args),
    User(user::Args),
}

/// How a subcommand fails; each maps to one exit code.
#[derive(Debug)]
pub enum Failure {
    /// The command line asks for what cannot be: exit code 2, as clap's own refusals.
    Usage(String),
    /// The work failed: exit code 1.
    Work(Box<dyn Error + Send + Sync>),
}

impl<E: Error + Send + Sync + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Work(Box::new(error))
    }
}

impl Failure {
    fn exit_code(&self) -> u8 {
        match self {
            Self::Work(_) => 1,
            Self::Usage(_) => 2,
        }
    }

    /// The error and its causes on one line.
    fn line(&self) -> String {
        match self {
            Self::Usage(message) => message.clone(),
            Self::Work(error) => {
                let mut line = error.to_string();
                let mut cause = error.source();
                while let Some(error) = cause {
                    line = format!("{line}: {error}");
                    cause = error.source();
                }
                line.split_whitespace().collect::<Vec<_>>().join(" ")
            }
        }
    }
}

/// A result, on standard output.
#[expect(clippy::print_stdout, reason = "the command line's one place for results")]
pub(crate) fn print(line: &str) {
    println!("{line}");
}

/// Progress, on standard error.
#[expect(clippy::print_stderr, reason = "the command line's one place for progress")]
pub(crate) fn say(line: &str) {
    eprintln!("{line}");
}

/// Runs the program. 0 done; 1 the work failed; 2 wrong usage (clap's own code).
#[must_use]
pub fn run() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Serve(args) => serve::run(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Dispatch(args) => dispatch::run(&args),
        Command::Models(args) => models::run(&args),
        Command::Phantom(args) => phantom::run(&args),
        Command::Send(args) => send::run(&args),
        Command::Simulate(args) => simulate::run(&args),
        Command::Triage(args) => triage::run(&args),
        Command::Audit(args) => audit::run(&args),
        Command::User(args) => user::run(args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            #[expect(clippy::print_stderr, reason = "the command line's one place for errors")]
            {
                eprintln!("vigie: {}", failure.line());
            }
            ExitCode::from(failure.exit_code())
        }
    }
}
