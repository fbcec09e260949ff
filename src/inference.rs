//! Model packs, the ONNX runtime, and one pipeline a task; streaming per slice.
//!
//! A pack is a folder of `models/`: `model.onnx` and the `manifest.toml` that says what goes in, what comes out and
//! what was measured. A pack that does not hold what its manifest says is refused when it is loaded.

pub mod abc2;
pub mod aggregate;
pub mod analysis;
pub mod contour;
pub mod evaluation;
pub mod haemorrhage;
pub mod infarct;
pub mod manifest;
pub mod models;
pub mod occlusion;
pub mod pack;
pub mod preprocess;
pub mod runtime;
mod sessions;
pub mod triage;
