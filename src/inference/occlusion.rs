//! The occlusion network: slab maxima of a CT angiogram in, a probability and a place a segment and side out.

mod bone;
mod head;
pub mod instance;
mod judge;
pub mod series;
pub mod steps;
mod volume;

use ndarray::{Array4, Axis};
use ort::value::TensorRef;

use super::manifest::{Aggregation, Manifest};
use super::pack::{ModelRef, Pack, PackError};
use super::runtime::{Expected, InferenceError, Runtime};
use super::sessions::Sessions;
use crate::domain::evidence::{Location, Task};
use steps::Steps;

/// What the network says of one segment on one side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SegmentOutput {
    pub location: Location,
    pub probability: f64,
    /// Where the occlusion would be: bin, row and column of the block, from its upper, anterior, right edges.
    pub site: [f64; 3],
}

/// The loaded network. Share it by `Arc`.
#[derive(Debug)]
pub struct Occlusion {
    manifest: Manifest,
    model: ModelRef,
    steps: Steps,
    /// What each value of the segment output stands for.
    locations: Vec<Location>,
    /// Names of the outputs.
    segment_probability: String,
    site: String,
    sessions: Sessions,
}

impl Occlusion {
    /// Opens the pack's network for `at_once` inferences at a time.
    ///
    /// # Errors
    /// Another task or other preprocessing than this pipeline's, or a network whose inputs and outputs are not those
    /// of the manifest.
    pub fn open(runtime: &Runtime, pack: Pack, at_once: usize) -> Result<Self, PackError> {
        let refused =
            |problem: &str| PackError::Network { folder: pack.folder.clone(), problem: problem.to_owned() };
        if pack.manifest.task != Task::Occlusion {
            return Err(refused("its task is not occlusion"));
        }
        if pack.manifest.aggregation != Aggregation::Max {
            return Err(refused("its aggregation is not max"));
        }
        let steps = Steps::of(&pack.manifest.preprocessing)
            .ok_or_else(|| refused("its preprocessing is not one that this program carries out"))?;
        let named = pack.manifest.outputs.clone();
        let (Some(segment_probability), Some(site)) = (named.segment_probability, named.site) else {
            return Err(refused("it names no outputs `segment_probability` and `site`"));
        };
        let locations: Option<Vec<Location>> =
            pack.manifest.segments.iter().map(|name| steps::location(name)).collect();
        let locations = locations
            .filter(|locations| !locations.is_empty())
            .ok_or_else(|| refused("its segments are not those known here"))?;
        let dimension = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
        let [slabs, rows, columns] = steps.input().map(dimension);
        let count = dimension(locations.len());
        let sessions = Sessions::open(
            runtime,
            &pack,
            at_once,
            &[Expected { name: &pack.manifest.input.name, shape: &[-1, slabs, rows, columns] }],
            &[
                Expected { name: &segment_probability, shape: &[-1, count] },
                Expected { name: &site, shape: &[-1, count, 3] },
            ],
        )?;
        let model = pack.model_ref();
        Ok(Self { manifest: pack.manifest, model, steps, locations, segment_probability, site, sessions })
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

    /// Infers one head's slabs [slabs, rows, columns].
    ///
    /// # Errors
    /// The runtime's.
    pub fn infer(&self, slabs: ndarray::Array3<f32>) -> Result<Vec<SegmentOutput>, InferenceError> {
        let input: Array4<f32> = slabs.insert_axis(Axis(0));
        let mut session = self.sessions.take();
        let inputs = ort::inputs![self.manifest.input.name.as_str() => TensorRef::from_array_view(&input)?];
        let outputs = session.run(inputs)?;
        let (_, probabilities) = outputs[self.segment_probability.as_str()].try_extract_tensor::<f32>()?;
        let (_, sites) = outputs[self.site.as_str()].try_extract_tensor::<f32>()?;
        let count = self.locations.len();
        let finite = probabilities.iter().chain(sites).all(|value| value.is_finite());
        if probabilities.len() != count || sites.len() != 3 * count || !finite {
            return Err(InferenceError::Output);
        }
        let segments = self.locations.iter().zip(probabilities).zip(sites.chunks_exact(3));
        Ok(segments
            .map(|((&location, &probability), site)| SegmentOutput {
                location,
                probability: f64::from(probability).clamp(0.0, 1.0),
                site: [site[0], site[1], site[2]].map(f64::from),
            })
            .collect())
    }
}

#[cfg(test)]
mod tests;
