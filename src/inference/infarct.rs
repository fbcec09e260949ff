//! The infarct network: a slice of diffusion MRI with its neighbours in, a mask, a probability and the arterial
//! territories out.

mod gather;
pub mod instance;
mod judge;
pub mod series;
pub mod steps;
mod volume;

use ndarray::{Array2, Array4};
use ort::value::TensorRef;

use super::aggregate;
use super::contour::{self, Contour};
use super::manifest::Manifest;
use super::pack::{ModelRef, Pack, PackError};
use super::runtime::{Expected, InferenceError, Runtime};
use super::sessions::Sessions;
use crate::domain::evidence::{Location, Task};
use steps::Steps;

/// What the network says of one slice.
#[derive(Debug, Clone, PartialEq)]
pub struct SliceOutput {
    pub probability: f64,
    /// Pixels of the mask above the mask threshold.
    pub marked: usize,
    /// Outlines in pixel centres of the crop.
    pub contours: Vec<Contour>,
    /// Summed over the marked pixels: the probability of each territory.
    pub territories: Vec<f64>,
}

/// The loaded network. Share it by `Arc`.
#[derive(Debug)]
pub struct Infarct {
    manifest: Manifest,
    model: ModelRef,
    steps: Steps,
    /// What each channel of the territory output stands for.
    locations: Vec<Option<Location>>,
    outputs: OutputNames,
    sessions: Sessions,
}

#[derive(Debug)]
struct OutputNames {
    mask: String,
    slice_probability: String,
    territory: String,
}

impl Infarct {
    /// Opens the pack's network for `at_once` inferences at a time.
    ///
    /// # Errors
    /// Another task or other preprocessing than this pipeline's, or a network whose inputs and outputs are not those
    /// of the manifest.
    pub fn open(runtime: &Runtime, pack: Pack, at_once: usize) -> Result<Self, PackError> {
        let refused =
            |problem: &str| PackError::Network { folder: pack.folder.clone(), problem: problem.to_owned() };
        if pack.manifest.task != Task::Infarct {
            return Err(refused("its task is not infarct"));
        }
        let steps = Steps::of(&pack.manifest.preprocessing)
            .ok_or_else(|| refused("its preprocessing is not one that this program carries out"))?;
        let named = pack.manifest.outputs.clone();
        let (Some(mask), Some(slice_probability), Some(territory)) =
            (named.mask, named.slice_probability, named.territory)
        else {
            return Err(refused("it names no outputs `mask`, `slice_probability` and `territory`"));
        };
        let locations = pack.manifest.territories.as_ref().and_then(steps::locations);
        let locations = locations.ok_or_else(|| refused("territories.names are not those known here"))?;
        let side = i64::try_from(steps.size).unwrap_or(i64::MAX);
        let channels = i64::try_from(locations.len()).unwrap_or(i64::MAX);
        let sessions = Sessions::open(
            runtime,
            &pack,
            at_once,
            &[Expected { name: &pack.manifest.input.name, shape: &[-1, 6, side, side] }],
            &[
                Expected { name: &mask, shape: &[-1, 1, side, side] },
                Expected { name: &slice_probability, shape: &[-1] },
                Expected { name: &territory, shape: &[-1, channels, side, side] },
            ],
        )?;
        let model = pack.model_ref();
        Ok(Self {
            manifest: pack.manifest,
            model,
            steps,
            locations,
            outputs: OutputNames { mask, slice_probability, territory },
            sessions,
        })
    }

    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    #[must_use]
    pub fn model(&self) -> &ModelRef {
        &self.model
    }

    #[must_use]
    pub fn steps(&self) -> &Steps {
        &self.steps
    }

    /// What each channel of the territory output stands for.
    #[must_use]
    pub fn locations(&self) -> &[Option<Location>] {
        &self.locations
    }

    /// Infers one slice with its neighbours.
    ///
    /// # Errors
    /// The runtime's.
    #[expect(clippy::cast_possible_truncation, reason = "thresholds are shares")]
    pub fn infer(&self, input: &Array4<f32>) -> Result<SliceOutput, InferenceError> {
        let (side, threshold) = (self.steps.size, self.manifest.mask_threshold as f32);
        let mut session = self.sessions.take();
        let inputs = ort::inputs![self.manifest.input.name.as_str() => TensorRef::from_array_view(input)?];
        let outputs = session.run(inputs)?;
        let (_, mask) = outputs[self.outputs.mask.as_str()].try_extract_tensor::<f32>()?;
        let (_, probability) =
            outputs[self.outputs.slice_probability.as_str()].try_extract_tensor::<f32>()?;
        let (_, territory) = outputs[self.outputs.territory.as_str()].try_extract_tensor::<f32>()?;
        let &[probability] = probability else { return Err(InferenceError::Output) };
        if !probability.is_finite() || territory.len() != self.locations.len() * side * side {
            return Err(InferenceError::Output);
        }
        let territories = territory.chunks_exact(side * side).map(|shares| {
            let marked = shares.iter().zip(mask).filter(|&(_, &share)| share > threshold);
            marked.map(|(&share, _)| f64::from(share)).sum()
        });
        let territories: Vec<f64> = territories.collect();
        let mask =
            Array2::from_shape_vec((side, side), mask.to_vec()).map_err(|_shape| InferenceError::Output)?;
        let marked = mask.iter().filter(|&&share| share > threshold).count();
        let contours = if marked == 0 { Vec::new() } else { contour::trace(&mask, threshold) };
        Ok(SliceOutput { probability: f64::from(probability).clamp(0.0, 1.0), marked, contours, territories })
    }

    /// The study's probability from its slices'; none of no slices.
    #[must_use]
    pub fn study_probability(&self, slices: &[f64]) -> Option<f64> {
        aggregate::study(&self.manifest.aggregation, slices)
    }
}

#[cfg(test)]
mod tests;
