//! ONNX Runtime, loaded from a shared library when the program starts.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ort::environment::Environment;
use ort::ep;
use ort::session::Session;
use ort::value::{Outlet, TensorElementType, ValueType};

use super::pack::{Pack, PackError};

/// The runtime could not be loaded or used.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    #[error("ONNX Runtime cannot be loaded from {path}: {reason}; set ORT_DYLIB_PATH or run `make setup`")]
    Load { path: PathBuf, reason: String },
    #[error("ONNX Runtime: {0}")]
    Ort(#[from] ort::Error),
}

/// A network could not be run.
#[derive(Debug, thiserror::Error)]
pub enum InferenceError {
    #[error("the network failed: {0}")]
    Ort(#[from] ort::Error),
    #[error("the network's output has an unexpected form")]
    Output,
}

/// One a process, as the library wants it.
static ENVIRONMENT: Mutex<Option<Environment>> = Mutex::new(None);

/// The loaded runtime.
#[derive(Debug, Clone)]
pub struct Runtime {
    environment: Environment,
}

/// A tensor as a manifest wants it: name, and the dimensions that are not free.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected<'a> {
    pub name: &'a str,
    /// −1 where any size will do.
    pub shape: &'a [i64],
}

impl Runtime {
    /// Loads the shared library, once a process: later calls return the runtime that is already there.
    ///
    /// # Errors
    /// The library is missing, unreadable or too old.
    pub fn load(library: &Path) -> Result<Self, RuntimeError> {
        let mut environment = ENVIRONMENT.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(environment) = environment.as_ref() {
            return Ok(Self { environment: environment.clone() });
        }
        let failed = |reason: String| RuntimeError::Load { path: library.to_owned(), reason };
        if !library.is_file() {
            return Err(failed("no such file".to_owned()));
        }
        let loaded = ort::init_from(library)
            .map_err(|error| failed(error.to_string()))?
            .with_name("vigie")
            .build()
            .map_err(|error| failed(error.to_string()))?;
        *environment = Some(loaded.clone());
        Ok(Self { environment: loaded })
    }

    /// A session for a pack's network, one thread to an inference: what comes together is inferred side by side. No
    /// memory arena: it would hold its high-water mark for good.
    ///
    /// # Errors
    /// The network cannot be read, or its inputs and outputs are not those expected.
    pub(super) fn session(
        &self,
        pack: &Pack,
        inputs: &[Expected<'_>],
        outputs: &[Expected<'_>],
    ) -> Result<Session, PackError> {
        let refused = |problem: String| PackError::Network { folder: pack.folder.clone(), problem };
        let session = self.open(&pack.model).map_err(|error| refused(error.to_string()))?;
        match_outlets("input", session.inputs(), inputs).map_err(refused)?;
        match_outlets("output", session.outputs(), outputs).map_err(refused)?;
        Ok(session)
    }

    fn open(&self, model: &[u8]) -> ort::Result<Session> {
        Session::builder(&self.environment)?
            .with_execution_providers([ep::CPU::default().with_arena_allocator(false).build()])?
            .with_intra_threads(1)?
            .with_inter_threads(1)?
            .with_intra_op_spinning(false)?
            .with_memory_pattern(false)?
            .commit_from_memory(model)
    }
}

fn match_outlets(role: &str, found: &[Outlet], expected: &[Expected<'_>]) -> Result<(), String> {
    for want in expected {
        let outlet = found
            .iter()
            .find(|outlet| outlet.name() == want.name)
            .ok_or_else(|| format!("the network has no {role} named {:?}", want.name))?;
        let ValueType::Tensor { ty: TensorElementType::Float32, shape, .. } = outlet.dtype() else {
            return Err(format!("{role} {:?} is not a tensor of 32-bit floats", want.name));
        };
        let fits = shape.len() == want.shape.len()
            && shape.iter().zip(want.shape).all(|(&found, &want)| found == want || found < 0 || want < 0);
        if !fits {
            return Err(format!("{role} {:?} has shape {shape:?}, expected {:?}", want.name, want.shape));
        }
    }
    if role == "input" && found.len() != expected.len() {
        return Err(format!("the network takes {} inputs, expected {}", found.len(), expected.len()));
    }
    Ok(())
}
