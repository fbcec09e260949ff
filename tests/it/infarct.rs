//! Diffusion series from file to word: real ones, classic and enhanced, and ones that must not be judged.

pub(crate) mod enhanced;
mod nifti;
mod real;
mod unfit;

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use vigie::domain::evidence::{Analysis, Task};
use vigie::imaging::decode::Instance;
use vigie::imaging::gate::Limits;
use vigie::inference::analysis::SeriesAnalysis;
use vigie::inference::infarct::Infarct;
use vigie::inference::infarct::instance::Prepared;
use vigie::inference::infarct::series::SeriesTriage;
use vigie::inference::pack::Pack;

use crate::imaging_support::runtime;

/// The bundled network, or none where the set-up has not fetched its runtime.
fn network() -> Option<Arc<Infarct>> {
    let runtime = runtime()?;
    let bundled = Pack::bundled().unwrap();
    let pack = bundled.into_iter().find(|pack| pack.manifest.task == Task::Infarct).unwrap();
    Some(Arc::new(Infarct::open(&runtime, pack, 1).unwrap()))
}

/// Every file of a folder, by name, unpacked where it is gzipped.
fn contents(folder: &Path) -> Vec<Vec<u8>> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: &PathBuf| {
        let bytes = std::fs::read(path).unwrap();
        if path.extension().is_none_or(|extension| extension != "gz") {
            return bytes;
        }
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut plain).unwrap();
        plain
    };
    paths.iter().filter(|path| path.is_file()).map(read).collect()
}

/// The word on what these files hold of one series.
fn word(files: &[Vec<u8>], network: &Arc<Infarct>) -> SeriesAnalysis {
    let mut series = SeriesTriage::new(network.clone());
    for file in files {
        if let Ok(instance) = Instance::open_file(file, Limits::default()) {
            series.add(Prepared::of(&instance, network));
        }
    }
    series.finish()
}

fn probability(analysis: &SeriesAnalysis) -> (f64, bool) {
    match analysis.outcome {
        Analysis::Analysed { probability, flag, .. } => (probability, flag),
        ref other => panic!("{other:?} {:?}", analysis.unfit),
    }
}
