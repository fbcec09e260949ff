//! The haemorrhage network: one slice with its neighbours in, a mask and a probability out.

pub mod series;

use ndarray::{Array2, Array4, Axis};
use ort::value::TensorRef;

use super::aggregate;
use super::contour::{self, Contour};
use super::manifest::Manifest;
use super::pack::{ModelRef, Pack, PackError};
use super::preprocess::Preprocessing;
use super::runtime::{Expected, InferenceError, Runtime};
use super::sessions::Sessions;
use crate::domain::evidence::Task;

/// What the network says of one slice.
#[derive(Debug, Clone, PartialEq)]
pub struct SliceOutput {
    pub probability: f64,
    /// Pixels of the mask above the mask threshold.
    pub marked: usize,
    /// Outlines in pixel centres of the whole picture on the network's grid.
    pub contours: Vec<Contour>,
}

/// The loaded network. Share it by `Arc`.
#[derive(Debug)]
pub struct Haemorrhage {
    manifest: Manifest,
    model: ModelRef,
    steps: Preprocessing,
    /// Names of the outputs.
    mask: String,
    slice_probability: String,
    sessions: Sessions,
}

impl Haemorrhage {
    /// Opens the pack's network for `at_once` inferences at a time.
    ///
    /// # Errors
    /// Another task or other preprocessing than this pipeline's, or a network whose inputs and outputs are not those
    /// of the manifest.
    pub fn open(runtime: &Runtime, pack: Pack, at_once: usize) -> Result<Self, PackError> {
        let refused =
            |problem: &str| PackError::Network { folder: pack.folder.clone(), problem: problem.to_owned() };
        if pack.manifest.task != Task::Hemorrhage {
            return Err(refused("its task is not hemorrhage"));
        }
        let steps = Preprocessing::of(&pack.manifest.preprocessing)
            .ok_or_else(|| refused("its preprocessing is not one that this program carries out"))?;
        let side = i64::try_from(steps.size).unwrap_or(i64::MAX);
        let (Some(mask), Some(slice_probability)) =
            (pack.manifest.outputs.mask.clone(), pack.manifest.outputs.slice_probability.clone())
        else {
            return Err(refused("it names no outputs `mask` and `slice_probability`"));
        };
        let sessions = Sessions::open(
            runtime,
            &pack,
            at_once,
            &[Expected { name: &pack.manifest.input.name, shape: &[-1, 3, side, side] }],
            &[
                Expected { name: &mask, shape: &[-1, 1, side, side] },
                Expected { name: &slice_probability, shape: &[-1] },
            ],
        )?;
        let model = pack.model_ref();
        Ok(Self { manifest: pack.manifest, model, steps, mask, slice_probability, sessions })
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
    pub fn steps(&self) -> &Preprocessing {
        &self.steps
    }

    /// Infers the middle of three slices, whole pictures on the network's grid; all three are cropped around the
    /// middle one's head, so that they stay aligned.
    ///
    /// # Errors
    /// The runtime's.
    #[expect(clippy::cast_possible_truncation, reason = "thresholds are shares")]
    pub fn infer(&self, [below, this, above]: [&Array2<f32>; 3]) -> Result<SliceOutput, InferenceError> {
        let origin = self.steps.origin(this);
        let side = self.steps.size;
        let mut input = Array4::zeros((1, 3, side, side));
        for (channel, image) in [below, this, above].into_iter().enumerate() {
            input
                .index_axis_mut(Axis(0), 0)
                .index_axis_mut(Axis(0), channel)
                .assign(&self.steps.crop(image, origin));
        }
        let (mask, probability) = self.run(&input)?;
        let threshold = self.manifest.mask_threshold as f32;
        let marked = mask.iter().filter(|&&share| share > threshold).count();
        let mut contours = if marked == 0 { Vec::new() } else { contour::trace(&mask, threshold) };
        for point in contours.iter_mut().flatten() {
            *point = [point[0] + shift(origin[1]), point[1] + shift(origin[0])];
        }
        Ok(SliceOutput { probability: f64::from(probability).clamp(0.0, 1.0), marked, contours })
    }

    fn run(&self, input: &Array4<f32>) -> Result<(Array2<f32>, f32), InferenceError> {
        let side = self.steps.size;
        let mut session = self.sessions.take();
        let inputs = ort::inputs![self.manifest.input.name.as_str() => TensorRef::from_array_view(input)?];
        let outputs = session.run(inputs)?;
        let (_, mask) = outputs[self.mask.as_str()].try_extract_tensor::<f32>()?;
        let (_, probability) = outputs[self.slice_probability.as_str()].try_extract_tensor::<f32>()?;
        let &[probability] = probability else { return Err(InferenceError::Output) };
        let mask =
            Array2::from_shape_vec((side, side), mask.to_vec()).map_err(|_shape| InferenceError::Output)?;
        if !probability.is_finite() {
            return Err(InferenceError::Output);
        }
        Ok((mask, probability))
    }

    /// The study's probability from its slices'; none while fewer than the aggregation wants are known and the
    /// series may still grow.
    #[must_use]
    pub fn study_probability(&self, slices: &[f64]) -> Option<f64> {
        aggregate::study(&self.manifest.aggregation, slices)
    }

    /// How many slices the aggregation looks at.
    #[must_use]
    pub fn slices_aggregated(&self) -> usize {
        aggregate::slices_looked_at(&self.manifest.aggregation)
    }
}

#[expect(clippy::cast_precision_loss, reason = "grid coordinates")]
fn shift(origin: i64) -> f32 {
    origin as f32
}
