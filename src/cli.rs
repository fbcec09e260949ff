//! The composition root: parses arguments and runs one subcommand.

use std::process::ExitCode;

/// Runs the program. 0 done; 1 the work failed; 2 wrong usage (clap's own code).
#[must_use]
pub fn run() -> ExitCode {
    ExitCode::SUCCESS
}
