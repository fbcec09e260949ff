//! `vigie triage`: studies from files, folders and ZIP archives, without a server.

mod evidence;
mod overlay;
pub(super) mod pipeline;
pub(super) mod sources;

use std::path::PathBuf;

use serde::Serialize;

use super::{Failure, engine};
use crate::domain::identity::{SeriesUid, StudyUid};
use crate::imaging::series::SeriesKind;
use crate::inference::analysis::{AnalysisLine, SeriesAnalysis, Timing};
use pipeline::{Gathered, Outcome, Series};

/// Analyse DICOM studies without a server.
///
/// PATH is a DICOM file, a folder (searched in depth) or a ZIP archive. One line a series, or with --json one JSON
/// object a study. What was not analysed is never negative: it says why instead.
///
/// Example: vigie triage /tmp/study --json
#[derive(Debug, clap::Args)]
pub struct Args {
    /// DICOM files, folders, ZIP archives.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Print one JSON object a study.
    #[arg(long)]
    json: bool,
    /// For each flagged series, write a DICOM SR (TID 1500), a DICOM SEG, and a PNG of the key image with the outline.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// One study of the contract's `vigie.triage/1`.
#[derive(Debug, Serialize)]
struct StudyLine<'a> {
    schema: &'static str,
    study_instance_uid: &'a StudyUid,
    series: Vec<SeriesLine<'a>>,
}

#[derive(Debug, Serialize)]
struct SeriesLine<'a> {
    series_instance_uid: &'a SeriesUid,
    modality: &'a str,
    kind: SeriesKind,
    instances: usize,
    analysis: Vec<AnalysisLine<'a>>,
    timing_ms: Timing,
}

/// Analyses everything under the paths.
///
/// # Errors
/// [`Failure::Work`] when a path cannot be read, when there is no DICOM instance, or when the model cannot be loaded.
pub fn run(args: &Args) -> Result<(), Failure> {
    let sources = sources::expand(&args.paths)?;
    let networks = engine::models(&engine::model_roots(), &[], 1)?.active();
    let Gathered { series, refused, ignored } = pipeline::analyse(&sources, &networks);
    for (source, refusal) in &refused {
        super::say(&format!("refused: {source}: {refusal}"));
    }
    super::say(&format!(
        "{} instances of {} series; {} refused, {ignored} not DICOM",
        series.iter().map(|series| series.instances.len()).sum::<usize>(),
        series.len(),
        refused.len()
    ));
    if series.is_empty() {
        return Err(Failure::Work("no DICOM instance was found".into()));
    }
    let outcomes: Vec<Outcome> = series.into_iter().map(Series::finish).collect();
    if let Some(folder) = &args.out {
        std::fs::create_dir_all(folder)?;
        for outcome in &outcomes {
            for analysis in outcome.analyses.iter().filter(|analysis| analysis.finding().is_positive()) {
                overlay::write(outcome, analysis, folder)?;
                evidence::write(outcome, analysis, folder)?;
            }
        }
    }
    for study in studies(&outcomes) {
        if args.json { super::print(&serde_json::to_string(&study)?) } else { print_table(&study) }
    }
    Ok(())
}

/// Studies in the order in which they were met, series as the sender numbered them.
fn studies(outcomes: &[Outcome]) -> Vec<StudyLine<'_>> {
    let mut studies: Vec<StudyLine<'_>> = Vec::new();
    for outcome in outcomes {
        let line = SeriesLine {
            series_instance_uid: &outcome.series,
            modality: &outcome.modality,
            kind: outcome.kind,
            instances: outcome.instances.len(),
            analysis: outcome.analyses.iter().map(SeriesAnalysis::line).collect(),
            timing_ms: outcome.analyses.iter().map(|analysis| analysis.timing).sum(),
        };
        match studies.iter_mut().find(|study| *study.study_instance_uid == outcome.study) {
            Some(study) => study.series.push(line),
            None => studies.push(StudyLine {
                schema: "vigie.triage/1",
                study_instance_uid: &outcome.study,
                series: vec![line],
            }),
        }
    }
    studies
}

fn print_table(study: &StudyLine<'_>) {
    super::print(&format!("study {}", study.study_instance_uid));
    for series in &study.series {
        for analysis in &series.analysis {
            super::print(&format!(
                "  series {}  {} {}  {} images  {}: {}",
                series.series_instance_uid,
                series.modality,
                series.kind.as_str(),
                series.instances,
                analysis.task.as_str(),
                verdict(analysis)
            ));
        }
    }
}

/// Three different words: flagged or unflagged, not analysable, not applicable.
fn verdict(line: &AnalysisLine<'_>) -> String {
    match (line.flag, line.probability) {
        (Some(flag), Some(probability)) => {
            let word = if flag { "FLAGGED" } else { "unflagged" };
            let volume = line.volume_ml.map_or_else(String::new, |ml| format!(", {ml:.1} mL"));
            let place =
                line.location.map_or_else(String::new, |location| format!(", {}", location.words().en));
            let key = line.key_instance.map_or_else(String::new, |key| {
                format!(", key image {} of {}", key.index + 1, line.slices.len())
            });
            format!(
                "{word}, {:.0} % (threshold {:.0} %){place}{volume}{key}",
                probability * 100.0,
                line.threshold * 100.0
            )
        }
        _ => format!("{}: {}", line.status.replace('_', " "), line.reason.as_deref().unwrap_or("")),
    }
}
