//! One diffusion series under analysis. Its brightness is only known once it is whole, so nothing is inferred, and
//! nothing said, before `finish`.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::gather::{Gathered, Places};
use super::instance::Prepared;
use super::judge;
use super::volume::Volume;
use super::{Infarct, SliceOutput};
use crate::domain::evidence::Analysis;
use crate::domain::identity::SopInstanceUid;
use crate::imaging::quality::Unfit;
use crate::imaging::series;
use crate::inference::analysis::{SeriesAnalysis, Timing};
use crate::inference::runtime::InferenceError;

/// The analysis of one series.
#[derive(Debug)]
pub struct SeriesTriage {
    model: Arc<Infarct>,
    seen: HashSet<SopInstanceUid>,
    gathered: Gathered,
    unfit: Option<Unfit>,
    decode_time: Duration,
    preprocess_time: Duration,
}

impl SeriesTriage {
    #[must_use]
    pub fn new(model: Arc<Infarct>) -> Self {
        Self {
            model,
            seen: HashSet::new(),
            gathered: Gathered::default(),
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
            Prepared::Images(images) => {
                if self.seen.insert(images.sop_instance.clone()) {
                    self.decode_time += images.decode_time;
                    self.preprocess_time += images.preprocess_time;
                    self.gathered.merge(images.gathered);
                }
            }
        }
    }

    /// The final word on what has come. Instances that come later may be added, and `finish` called again.
    pub fn finish(&mut self) -> SeriesAnalysis {
        let word = |outcome| {
            SeriesAnalysis::without_slices(self.model.manifest(), self.model.model().clone(), outcome)
        };
        let not_analysable = |unfit: Unfit| {
            let mut analysis = word(Analysis::NotAnalysable { reason: unfit.english() });
            analysis.unfit = Some(unfit);
            analysis
        };
        if let Some(unfit) = &self.unfit {
            return not_analysable(unfit.clone());
        }
        if !self.gathered.is_diffusion() {
            return word(Analysis::NotApplicable);
        }
        let start = Instant::now();
        let (places, volume) = match self.volume() {
            Ok(made) => made,
            Err(unfit) => return not_analysable(unfit),
        };
        let preprocess_time = self.preprocess_time + start.elapsed();
        let start = Instant::now();
        let mut analysis = match self.infer(&volume) {
            Ok(outputs) => judge::whole(&self.model, &places, &volume, &outputs),
            Err(error) => word(Analysis::Failed { reason: error.to_string() }),
        };
        analysis.timing = Timing::of(self.decode_time, preprocess_time, start.elapsed());
        analysis.slices_seen = volume.len();
        analysis
    }

    /// The series on the network's grid, when it may be judged.
    fn volume(&self) -> Result<(Places<'_>, Volume), Unfit> {
        let steps = self.model.steps();
        let places = self.gathered.places(&steps.weighting)?;
        let planes: Vec<_> = places.places.iter().map(|place| place.plane).collect();
        series::check(&planes, &series::order(&planes), &self.model.manifest().accepted())?;
        let volume = Volume::of(&places, steps)?;
        Ok((places, volume))
    }

    fn infer(&self, volume: &Volume) -> Result<Vec<SliceOutput>, InferenceError> {
        let steps = self.model.steps();
        (0..volume.len()).map(|index| self.model.infer(&volume.input(index, steps))).collect()
    }
}
