//! `vigie send`: DICOM files to a storage peer over real associations.

use std::io::Write as _;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::json;

use super::Failure;
use crate::domain::identity::AeTitle;
use crate::imaging::gate::Limits;
use crate::intake::scu::{self, Destination, SendOptions, Sent};

/// Send DICOM files to a storage peer (C-STORE), each in the transfer syntax it has.
///
/// Every file below the folder is checked first: what is damaged or not DICOM is named and not sent.
/// Exit code 0 when the peer stored every DICOM file, 1 otherwise.
///
/// Example: vigie send study/ --to VIGIE@127.0.0.1:11112 --parallel 4
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// A folder (with its subfolders) or a file.
    #[arg(value_name = "DIR")]
    path: PathBuf,
    /// The peer.
    #[arg(long, value_name = "AE@HOST:PORT")]
    to: Destination,
    /// Associations at once.
    #[arg(long, value_name = "N", default_value = "1")]
    parallel: NonZeroUsize,
    /// The title to call with; the peer knows the hospital by it.
    #[arg(long, value_name = "AE", default_value = "VIGIE_SEND")]
    from: AeTitle,
    /// Seconds to wait for the peer.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    timeout: u64,
    /// Print one JSON object instead of lines.
    #[arg(long)]
    json: bool,
}

/// Scans, sends, prints one line a file that was not stored and one line of totals.
///
/// # Errors
/// [`Failure::Usage`] when the folder does not exist; [`Failure::Work`] when a file was not stored.
pub fn run(args: &Args) -> Result<(), Failure> {
    if !args.path.exists() {
        return Err(Failure::Usage(format!("{} does not exist", args.path.display())));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(send(args))
}

/// Why the command fails as a whole.
#[derive(Debug, thiserror::Error)]
enum NotAllStored {
    #[error("no DICOM file in the folder")]
    Nothing,
    #[error("{failed} of {all} DICOM files were not stored")]
    Some { failed: usize, all: usize },
}

async fn send(args: &Args) -> Result<(), Failure> {
    let path = args.path.clone();
    let found = tokio::task::spawn_blocking(move || scu::scan(&path, Limits::default())).await??;
    let mut failures = Vec::new();
    let mut not_dicom = 0_usize;
    for skipped in &found.skipped {
        if skipped.reason.is_not_dicom() {
            not_dicom += 1;
        } else {
            failures.push((skipped.path.clone(), cause_line(&skipped.reason), None));
        }
    }
    let all = found.sendable.len() + failures.len();
    if all == 0 {
        return Err(NotAllStored::Nothing.into());
    }
    let bytes: u64 = found.sendable.iter().map(|file| file.length).sum();
    let options = SendOptions {
        calling: args.from.clone(),
        parallel: args.parallel,
        patience: Duration::from_secs(args.timeout),
    };
    let started = Instant::now();
    let mut stored = 0_usize;
    let sendable = found.sendable.len();
    let mut reports = scu::send(found.sendable, &args.to, &options);
    while let Some(report) = reports.recv().await {
        match report {
            Sent::Stored { .. } => stored += 1,
            Sent::Refused { file, status, comment } => {
                let comment = comment.map(|comment| format!(": {comment}")).unwrap_or_default();
                failures.push((
                    file.path,
                    format!("refused with status {status:04X}{comment}"),
                    Some(status),
                ));
            }
            Sent::NotSent { file, error } => failures.push((file.path, cause_line(&error), None)),
        }
        progress(stored, sendable);
    }
    let elapsed = started.elapsed();
    let mut out = std::io::stdout().lock();
    if args.json {
        let failed: Vec<_> = failures
            .iter()
            .map(|(path, reason, status)| {
                let status = status.map(|status| format!("{status:04X}"));
                json!({"path": path, "reason": reason, "status": status})
            })
            .collect();
        let line = json!({
            "schema": "vigie.send/1", "stored": stored, "failed": failed, "not_dicom": not_dicom,
            "bytes": bytes, "seconds": elapsed.as_secs_f64(),
        });
        writeln!(out, "{line}")?;
    } else {
        for (path, reason, _) in &failures {
            writeln!(out, "{}: {reason}", path.display())?;
        }
        let seconds = elapsed.as_secs_f64();
        writeln!(out, "{stored} of {all} DICOM files stored by {} in {seconds:.2} s", args.to.title)?;
    }
    if failures.is_empty() { Ok(()) } else { Err(NotAllStored::Some { failed: failures.len(), all }.into()) }
}

#[expect(clippy::print_stderr, reason = "progress of a command goes to standard error")]
fn progress(stored: usize, all: usize) {
    eprint!("\r{stored}/{all}");
    if stored == all {
        eprintln!();
    }
}

/// An error and its causes on one line.
fn cause_line(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line = format!("{line}: {error}");
        cause = error.source();
    }
    line
}
