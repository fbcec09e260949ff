//! Where ONNX Runtime and the model packs are, for the subcommands that need them.

use std::path::{Path, PathBuf};

use super::Failure;
use crate::inference::models::Models;
use crate::inference::pack::Pack;
use crate::inference::runtime::Runtime;

const LIBRARY: &str = ".cache/onnxruntime/libonnxruntime.so";

/// `ORT_DYLIB_PATH`, else what the set-up fetched: under the working folder, else under the source tree.
#[must_use]
pub fn library_path() -> PathBuf {
    if let Some(path) = std::env::var_os("ORT_DYLIB_PATH").filter(|path| !path.is_empty()) {
        return PathBuf::from(path);
    }
    let here = PathBuf::from(LIBRARY);
    if here.is_file() { here } else { Path::new(env!("CARGO_MANIFEST_DIR")).join(LIBRARY) }
}

/// `VIGIE_MODELS_DIR`, a folder of packs.
#[must_use]
pub fn model_roots() -> Vec<PathBuf> {
    let set = std::env::var_os("VIGIE_MODELS_DIR").filter(|path| !path.is_empty());
    set.map(PathBuf::from).into_iter().collect()
}

/// Every network, ready, for `at_once` inferences at a time: the bundled packs and those of the `active` folders active,
/// those of the `candidates` folders being tried.
///
/// # Errors
/// A pack or the runtime is refused.
pub fn models(active: &[PathBuf], candidates: &[PathBuf], at_once: usize) -> Result<Models, Failure> {
    let (active, candidates) = (Pack::discover(active)?, Pack::of_folders(candidates)?);
    let runtime = Runtime::load(&library_path())?;
    Ok(Models::open(&runtime, active, candidates, at_once)?)
}
