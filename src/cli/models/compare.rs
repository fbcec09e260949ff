//! `vigie models compare`: two packs on the same labelled studies.

use super::cohort::{Cohort, pack};
use crate::cli::{Failure, print};
use crate::domain::evidence::Interval;
use crate::inference::evaluation::{Comparison, PairedShare, compare};

/// Compare two packs on the same labelled studies: differences with their intervals, second less first.
///
/// Example: vigie models compare haemorrhage /packs/haemorrhage-2 --cases /data/head-ct
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The first pack: its folder, or the name of an installed one.
    first: String,
    /// The second pack.
    second: String,
    #[command(flatten)]
    cohort: Cohort,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let packs = vec![pack(&args.first)?, pack(&args.second)?];
    if packs[0].manifest.task != packs[1].manifest.task {
        return Err(Failure::Usage("the two packs have different tasks".to_owned()));
    }
    let measured = args.cohort.evaluate(packs)?;
    let [first, second] = measured.as_slice() else { return Ok(()) };
    let comparison = compare(first, second)?;
    if args.json {
        print(&serde_json::to_string(&comparison)?);
    } else {
        table(&comparison);
    }
    Ok(())
}

fn table(comparison: &Comparison) {
    let name = |model: &crate::inference::pack::ModelRef| format!("{} {}", model.name, model.version);
    print(&format!(
        "{} against {}, {} studies",
        name(&comparison.second),
        name(&comparison.first),
        comparison.studies
    ));
    for (label, share) in [
        ("sensitivity", comparison.sensitivity),
        ("specificity", comparison.specificity),
        ("analysed", comparison.analysed),
    ] {
        print(&format!("  {label:<14}{}", line(share)));
    }
    print(&format!("  {:<14}{}", "AUC", difference(comparison.auc_difference)));
}

fn line(share: PairedShare) -> String {
    let counts = share.counts;
    format!(
        "{}  first alone right {}, second alone right {}, of {}  (McNemar p = {:.3})",
        difference(share.difference),
        counts.first_only,
        counts.second_only,
        counts.studies(),
        share.p_value
    )
}

fn difference(interval: Option<Interval>) -> String {
    interval.map_or_else(|| "–".to_owned(), |d| format!("{:+.3} ({:+.3} to {:+.3})", d.value, d.low, d.high))
}
