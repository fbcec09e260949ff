//! Where ONNX Runtime and the model packs are, for the subcommands that need them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Failure;
use crate::domain::evidence::Task;
use crate::inference::haemorrhage::Haemorrhage;
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

/// The haemorrhage network, ready, with `threads` to one inference.
///
/// # Errors
/// A pack or the runtime is refused, or no pack has this task.
pub fn haemorrhage(threads: usize) -> Result<Arc<Haemorrhage>, Failure> {
    let packs = Pack::discover(&model_roots())?;
    let pack = packs
        .into_iter()
        .rev()
        .find(|pack| pack.manifest.task == Task::Hemorrhage)
        .ok_or_else(|| Failure::Work("no model pack has the task hemorrhage".into()))?;
    let runtime = Runtime::load(&library_path())?;
    Ok(Arc::new(Haemorrhage::open(&runtime, pack, threads)?))
}
