//! One angiogram under analysis. The head is found from its top downwards, so nothing is inferred, and nothing said,
//! before `finish`.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Occlusion;
use super::bone;
use super::head::Block;
use super::instance::{Prepared, PreparedSlice};
use super::judge;
use super::volume::{Bins, Layer};
use crate::domain::evidence::Analysis;
use crate::domain::identity::SopInstanceUid;
use crate::imaging::quality::Unfit;
use crate::imaging::series;
use crate::inference::analysis::{SeriesAnalysis, Timing};

/// More slices than any angiogram has.
const MAX_SLICES: usize = 4_000;
/// One slice in so many may lie at the place of another.
const REPEATED: usize = 10;
/// Slices this far below the highest show no brain, only neck and chest: they are let go, so that a long angiogram
/// takes no more memory than a head, mm.
const KEPT: f64 = 260.0;

/// The analysis of one series.
#[derive(Debug)]
pub struct SeriesTriage {
    model: Arc<Occlusion>,
    seen: HashSet<SopInstanceUid>,
    slices: Vec<PreparedSlice>,
    highest: f64,
    unfit: Option<Unfit>,
    decode_time: Duration,
    preprocess_time: Duration,
}

/// The network's input, and where in the series it was taken.
#[derive(Debug)]
pub(super) struct Input {
    pub slabs: ndarray::Array3<f32>,
    pub block: Block,
    /// Position of depth 0, mm.
    pub top: f64,
}

impl SeriesTriage {
    #[must_use]
    pub fn new(model: Arc<Occlusion>) -> Self {
        Self {
            model,
            seen: HashSet::new(),
            slices: Vec::new(),
            highest: f64::NEG_INFINITY,
            unfit: None,
            decode_time: Duration::ZERO,
            preprocess_time: Duration::ZERO,
        }
    }

    /// Takes an instance, in any order; the same instance again changes nothing.
    pub fn add(&mut self, prepared: Prepared) {
        match prepared {
            Prepared::NotApplicable => {}
            Prepared::Unfit(unfit) => {
                self.unfit.get_or_insert(unfit);
            }
            Prepared::Slice(slice) => {
                if self.seen.len() < MAX_SLICES && self.seen.insert(slice.sop_instance.clone()) {
                    self.take(*slice);
                }
            }
        }
    }

    fn take(&mut self, slice: PreparedSlice) {
        self.decode_time += slice.decode_time;
        self.preprocess_time += slice.preprocess_time;
        if let Err(unfit) = series::check_plane(&slice.plane, &self.model.manifest().accepted()) {
            self.unfit.get_or_insert(unfit);
        }
        let (highest, position) = (self.highest, slice.plane.along_normal);
        if position > highest {
            self.highest = position;
            self.slices.retain(|kept| kept.plane.along_normal >= position - KEPT);
        }
        if position >= self.highest - KEPT {
            self.slices.push(slice);
        }
    }

    /// The final word on what has come. Slices that come later may be added, and `finish` called again.
    pub fn finish(&mut self) -> SeriesAnalysis {
        let word = |outcome| {
            SeriesAnalysis::without_slices(self.model.manifest(), self.model.model().clone(), outcome)
        };
        if self.seen.is_empty() && self.unfit.is_none() {
            return word(Analysis::NotApplicable);
        }
        let start = Instant::now();
        let input = match &self.unfit {
            Some(unfit) => Err(unfit.clone()),
            None => input(&self.slices, &self.model),
        };
        let preprocess_time = self.preprocess_time + start.elapsed();
        let start = Instant::now();
        let mut analysis = match input {
            Err(unfit) => {
                let mut analysis = word(Analysis::NotAnalysable { reason: unfit.english() });
                analysis.unfit = Some(unfit);
                analysis
            }
            Ok(Input { slabs, block, top }) => match self.model.infer(slabs) {
                Ok(segments) => judge::whole(&self.model, &self.slices, &segments, &block, top),
                Err(error) => word(Analysis::Failed { reason: error.to_string() }),
            },
        };
        analysis.timing = Timing::of(self.decode_time, preprocess_time, start.elapsed());
        analysis.slices_seen = self.seen.len();
        analysis
    }
}

/// The series as the network takes it, when it may be judged.
pub(super) fn input(slices: &[PreparedSlice], model: &Occlusion) -> Result<Input, Unfit> {
    let (steps, accepted) = (model.steps(), model.manifest().accepted());
    let too_few = Unfit::TooFewSlices { found: slices.len(), needed: accepted.min_slices };
    if slices.len() < accepted.min_slices {
        return Err(too_few);
    }
    let first = slices.first().ok_or(too_few.clone())?;
    for slice in slices {
        if !slice.plane.is_parallel_to(&first.plane) {
            return Err(Unfit::NotParallel);
        }
        let (plane, other) = (&slice.plane, &first.plane);
        let same = (plane.rows, plane.columns, slice.turn) == (other.rows, other.columns, first.turn)
            && (plane.row_spacing - other.row_spacing).abs() < 1e-6
            && (plane.column_spacing - other.column_spacing).abs() < 1e-6;
        if !same {
            return Err(Unfit::MixedSizes);
        }
    }
    let bins = Bins::of(slices.iter().map(layer).collect(), steps.bin).ok_or(too_few)?;
    // one sent twice is nothing; a second phase in the series would dim the first
    if bins.repeated() * REPEATED > slices.len() {
        return Err(Unfit::PlacesRepeated);
    }
    let [low, high] = accepted.slice_spacing;
    if !(low..=high).contains(&bins.distance()) {
        return Err(Unfit::SliceSpacing { found: bins.distance(), low, high });
    }
    let mut block = Block::of(&bins, steps)?;
    bone::suppress(&mut block.volume, &steps.bone);
    if bone::contrast(&block.volume, &steps.contrast) < steps.contrast.least {
        return Err(Unfit::NoContrastSeen);
    }
    let slabs = bone::slab_maxima(&block.volume, &steps.slabs);
    Ok(Input { slabs, block, top: bins.top() })
}

fn layer(slice: &PreparedSlice) -> Layer<'_> {
    Layer { picture: &slice.picture, position: slice.plane.along_normal }
}
