//! `vigie models evaluate`: a pack measured on a hospital's own labelled studies.

use std::path::{Path, PathBuf};

use super::cohort::{Cohort, pack};
use super::plot;
use crate::cli::{Failure, print, say};
use crate::domain::evidence::Interval;
use crate::inference::evaluation::{Evaluation, Share};

/// Measure a pack on labelled studies and write evaluation.json, with the ROC curve and the reliability as SVG beside it.
///
/// Each study is read as `vigie triage` reads it. What a pack refuses is counted as not analysable, never as negative.
///
/// Example: vigie models evaluate --pack haemorrhage --cases /data/head-ct --out evaluation.json
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A pack's folder, or the name of an installed pack.
    #[arg(long, value_name = "PACK")]
    pack: String,
    #[command(flatten)]
    cohort: Cohort,
    /// Where to write.
    #[arg(long, value_name = "FILE", default_value = "evaluation.json")]
    out: PathBuf,
    /// Print the figures as one JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let measured = args.cohort.evaluate(vec![pack(&args.pack)?])?;
    for evaluation in &measured {
        write(evaluation, &args.out)?;
        if args.json { print(&serde_json::to_string(&evaluation.figures)?) } else { table(evaluation) }
    }
    Ok(())
}

fn write(evaluation: &Evaluation, out: &Path) -> Result<(), Failure> {
    let mut json = serde_json::to_vec_pretty(evaluation)?;
    json.push(b'\n');
    std::fs::write(out, json)?;
    let stem = out.file_stem().unwrap_or_default().to_string_lossy();
    let beside = |what: &str| out.with_file_name(format!("{stem}-{what}.svg"));
    let (figures, model) = (&evaluation.figures, &evaluation.model);
    let title = format!("{} {}, {} études / studies", model.name, model.version, figures.studies);
    let mut written = vec![out.to_owned()];
    if !figures.roc.is_empty() {
        std::fs::write(beside("roc"), plot::roc(figures, &title))?;
        written.push(beside("roc"));
    }
    if let Some(calibration) = &figures.calibration {
        std::fs::write(beside("reliability"), plot::reliability(calibration, &title))?;
        written.push(beside("reliability"));
    }
    for path in written {
        say(&format!("written: {}", path.display()));
    }
    Ok(())
}

fn table(evaluation: &Evaluation) {
    let figures = &evaluation.figures;
    let model = &evaluation.model;
    print(&format!(
        "{} {}  {}  {} studies",
        model.name,
        model.version,
        evaluation.task.as_str(),
        figures.studies
    ));
    for (name, share) in [
        ("sensitivity", figures.sensitivity),
        ("specificity", figures.specificity),
        ("found of all positives", figures.found),
        ("not analysable", figures.not_analysable),
    ] {
        print(&format!("  {name:<24}{}", counted(share)));
    }
    if let Some(auc) = figures.auc {
        print(&format!("  {:<24}{}", "AUC", interval(auc)));
    }
    if let Some(calibration) = &figures.calibration {
        let error = calibration.expected_calibration_error;
        print(&format!("  {:<24}{error:.3} (Brier {:.3})", "calibration error", calibration.brier));
    }
    if let Some(volume) = figures.volume {
        print(&format!(
            "  {:<24}{:+.1} mL ({:+.1} to {:+.1}), 95 % of the differences within {:+.1} to {:+.1}, {} studies",
            "volume, bias",
            volume.bias.value,
            volume.bias.low,
            volume.bias.high,
            volume.limits[0],
            volume.limits[1],
            volume.pairs
        ));
    }
    for refused in &figures.reasons {
        print(&format!("  {:>5} × {}", refused.studies, refused.reason));
    }
}

fn counted(share: Share) -> String {
    let estimate = share.estimate.map_or_else(|| "–".to_owned(), interval);
    format!("{estimate}  {}/{}", share.counted.part, share.counted.whole)
}

pub(super) fn interval(interval: Interval) -> String {
    format!("{:.3} ({:.3}–{:.3})", interval.value, interval.low, interval.high)
}
