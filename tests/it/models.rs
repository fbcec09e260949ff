//! Packs measured, compared and installed from the command line.

mod cohort;
mod import;
mod sign;

use std::path::Path;
use std::process::{Command, Output};

/// Runs `vigie models …` with this folder of installed packs.
fn models(installed: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vigie"))
        .arg("models")
        .args(arguments)
        .env("VIGIE_MODELS_DIR", installed)
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8([output.stdout.as_slice(), &output.stderr].concat()).unwrap()
}
