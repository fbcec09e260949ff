//! Packs run on a folder of labelled studies, by the same pipeline as `vigie triage`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::labels::{self, Labelled};
use crate::cli::triage::pipeline::{self, Series};
use crate::cli::triage::sources;
use crate::cli::{Failure, engine, say};
use crate::inference::analysis::SeriesAnalysis;
use crate::inference::evaluation::{Evaluation, Judged, Truth, Word};
use crate::inference::models::Network;
use crate::inference::pack::Pack;
use crate::inference::runtime::Runtime;

/// A folder of studies and what is known of them.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Cohort {
    /// A folder with a subfolder or ZIP archive a study.
    #[arg(long, value_name = "DIR")]
    cases: PathBuf,
    /// CSV with the columns study (study instance UID, or name of the subfolder or archive), positive (0 or 1) and, if
    /// wanted, volume_ml [default: labels.csv in the folder].
    #[arg(long, value_name = "FILE")]
    labels: Option<PathBuf>,
}

/// The pack of a folder, else the installed one of that name.
pub(super) fn pack(named: &str) -> Result<Pack, Failure> {
    let folder = Path::new(named);
    if folder.join("manifest.toml").is_file() {
        return Ok(Pack::load(folder)?);
    }
    let installed = Pack::discover(&engine::model_roots())?;
    installed.into_iter().find(|pack| pack.manifest.name == named).ok_or_else(|| {
        Failure::Usage(format!("{named} is neither a pack's folder nor an installed pack's name"))
    })
}

impl Cohort {
    /// Runs each pack on every labelled study: an evaluation a pack, of the same studies in the same order.
    pub(super) fn evaluate(&self, packs: Vec<Pack>) -> Result<Vec<Evaluation>, Failure> {
        let labels = labels::read(&self.labels_file())?;
        let runtime = Runtime::load(&engine::library_path())?;
        let networks =
            packs.into_iter().map(|pack| Network::open(&runtime, pack, 1)).collect::<Result<Vec<_>, _>>()?;
        let words = self.words(&labels, &networks)?;
        Ok(networks
            .iter()
            .enumerate()
            .map(|(model, network)| {
                let studies = labels.iter().zip(&words).map(|(labelled, words)| Judged {
                    study: labelled.study.clone(),
                    label: labelled.label,
                    word: words.get(model).cloned().unwrap_or_else(Word::not_found),
                });
                Evaluation::of(network.manifest(), network.model().clone(), studies.collect())
            })
            .collect())
    }

    fn labels_file(&self) -> PathBuf {
        self.labels.clone().unwrap_or_else(|| self.cases.join("labels.csv"))
    }

    /// A word a network on each labelled study; none of a study that was not found.
    fn words(&self, labels: &[Labelled], networks: &[Network]) -> Result<Vec<Vec<Word>>, Failure> {
        let known: BTreeMap<&str, usize> =
            labels.iter().enumerate().map(|(index, labelled)| (labelled.study.as_str(), index)).collect();
        let mut series: Vec<Vec<Vec<SeriesAnalysis>>> = vec![Vec::new(); labels.len()];
        let mut unlabelled = BTreeSet::new();
        let cases = cases(&self.cases, &self.labels_file())?;
        for (number, (name, paths)) in cases.iter().enumerate() {
            let gathered = pipeline::analyse(&sources::expand(paths)?, networks);
            for (place, refusal) in &gathered.refused {
                say(&format!("refused: {place}: {refusal}"));
            }
            let mut met = BTreeSet::new();
            for mut outcome in gathered.series.into_iter().map(Series::finish) {
                let Some(&study) = known.get(outcome.study.as_str()).or_else(|| known.get(name.as_str()))
                else {
                    unlabelled.insert(outcome.study);
                    continue;
                };
                // outlines and slices are not needed for a study's word, and a cohort's would not fit
                outcome.analyses.iter_mut().for_each(|analysis| analysis.slices = Vec::new());
                series[study].push(outcome.analyses);
                met.insert(study);
            }
            let of = cases.len();
            for &study in &met {
                let said = word(&series[study], 0);
                say(&format!("{}/{of}  {}", number + 1, progress(&labels[study], &said)));
            }
            if met.is_empty() {
                say(&format!("{}/{of}  {name}: no labelled study", number + 1));
            }
        }
        if !unlabelled.is_empty() {
            say(&format!("{} studies have no label and are left out", unlabelled.len()));
        }
        for (labelled, _) in labels.iter().zip(&series).filter(|(_, series)| series.is_empty()) {
            say(&format!("{}: labelled, but no image was found", labelled.study));
        }
        let each = |series: Vec<Vec<SeriesAnalysis>>| {
            let models = if series.is_empty() { 0 } else { networks.len() };
            (0..models).map(|model| word(&series, model)).collect()
        };
        Ok(series.into_iter().map(each).collect())
    }
}

/// One network's word on a study's series.
fn word(series: &[Vec<SeriesAnalysis>], model: usize) -> Word {
    let of_model: Vec<SeriesAnalysis> =
        series.iter().filter_map(|analyses| analyses.get(model).cloned()).collect();
    Word::of(&of_model)
}

fn progress(labelled: &Labelled, word: &Word) -> String {
    let truth = match labelled.label.truth {
        Truth::Positive => "positive",
        Truth::Negative => "negative",
    };
    let said = word.probability.map_or_else(
        || format!("{}: {}", word.status.replace('_', " "), word.reason.as_deref().unwrap_or("")),
        |probability| format!("{:.0} %", probability * 100.0),
    );
    format!("{} ({truth}): {said}", labelled.study)
}

/// Each subfolder and archive by its name, without the archive's ending; loose files together are one case.
fn cases(folder: &Path, labels: &Path) -> Result<Vec<(String, Vec<PathBuf>)>, Failure> {
    let unreadable = |source: std::io::Error| Failure::Work(format!("{}: {source}", folder.display()).into());
    let entries = std::fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let mut paths: Vec<PathBuf> = entries.map_err(unreadable)?.iter().map(std::fs::DirEntry::path).collect();
    paths.retain(|path| path != labels);
    paths.sort();
    let is_case = |path: &PathBuf| {
        path.is_dir() || path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"))
    };
    let (cases, loose): (Vec<_>, Vec<_>) = paths.into_iter().partition(is_case);
    let named = |path: PathBuf| {
        let name = if path.is_dir() { path.file_name() } else { path.file_stem() };
        (name.unwrap_or_default().to_string_lossy().into_owned(), vec![path])
    };
    let together = (!loose.is_empty()).then(|| (".".to_owned(), loose));
    Ok(cases.into_iter().map(named).chain(together).collect())
}
