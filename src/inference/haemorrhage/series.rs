//! One series under analysis while its slices still arrive, in whatever order.
//!
//! A slice is inferred once its neighbours are known; `finish` orders the whole series, infers what is missing or has
//! got other neighbours since, and gives the final word. Nothing is negative before that. What is kept of a slice is
//! its picture on the network's coarse grid (about 100 kB), so a series of 300 slices stays around 30 MB.

mod judge;
mod units;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Haemorrhage, SliceOutput};
use crate::domain::evidence::Analysis;
use crate::imaging::decode::Instance;
use crate::imaging::quality::Unfit;
use crate::imaging::series::{self, SeriesKind, has_contrast, kind_of};
use crate::inference::analysis::{Provisional, SeriesAnalysis};
use crate::inference::preprocess::PreparedSlice;
use crate::inference::runtime::InferenceError;
use units::{Key, Units};

/// More slices than any head CT has.
const MAX_SLICES: usize = 2_000;

/// What one instance is to the series' analysis.
#[derive(Debug, Clone)]
pub enum Prepared {
    /// One a frame.
    Slices(Vec<PreparedSlice>),
    /// The series must not be judged, because of this instance.
    Unfit(Unfit),
    /// Not a slice of the kind that the model judges (a localizer, a reformat, another modality).
    NotApplicable,
}

impl Prepared {
    /// Looks at an instance, decodes and resamples it. Pure work: run it on any thread.
    #[must_use]
    pub fn of(instance: &Instance<'_>, model: &Haemorrhage) -> Self {
        let (header, input) = (instance.header(), &model.manifest().input);
        if header.series_level.modality != input.modality {
            return Self::NotApplicable;
        }
        let kind = kind_of(header);
        if kind == SeriesKind::Other && has_contrast(header) && series::is_slice(header) {
            return Self::Unfit(Unfit::ContrastGiven);
        }
        if kind != input.kind {
            return Self::NotApplicable;
        }
        match PreparedSlice::prepare(instance, model.steps()) {
            Ok(slices) => Self::Slices(slices),
            Err(unfit) => Self::Unfit(unfit),
        }
    }
}

/// The analysis of one series.
#[derive(Debug)]
pub struct SeriesTriage {
    model: Arc<Haemorrhage>,
    slices: Vec<PreparedSlice>,
    unfit: Option<Unfit>,
    inferred: HashMap<Key, SliceOutput>,
    failed: Option<String>,
    not_applicable: usize,
    inference_time: Duration,
}

impl SeriesTriage {
    #[must_use]
    pub fn new(model: Arc<Haemorrhage>) -> Self {
        Self {
            model,
            slices: Vec::new(),
            unfit: None,
            inferred: HashMap::new(),
            failed: None,
            not_applicable: 0,
            inference_time: Duration::ZERO,
        }
    }

    /// Takes an instance, in any order; the same instance again changes nothing. Infers nothing yet.
    pub fn add(&mut self, prepared: Prepared) {
        match prepared {
            Prepared::NotApplicable => self.not_applicable += 1,
            Prepared::Unfit(unfit) => {
                self.unfit.get_or_insert(unfit);
            }
            Prepared::Slices(slices) => slices.into_iter().for_each(|slice| self.take(slice)),
        }
    }

    fn take(&mut self, slice: PreparedSlice) {
        let same =
            |other: &PreparedSlice| other.sop_instance == slice.sop_instance && other.frame == slice.frame;
        if self.slices.len() < MAX_SLICES && !self.slices.iter().any(same) {
            if let Err(unfit) = series::check_plane(&slice.plane, &self.model.manifest().accepted()) {
                self.unfit.get_or_insert(unfit);
            }
            self.slices.push(slice);
        }
    }

    /// Slices taken so far.
    #[must_use]
    pub fn slices_seen(&self) -> usize {
        self.slices.len()
    }

    /// Infers at most one slice whose neighbours have all come. Returns whether there was one: call again.
    ///
    /// # Errors
    /// The runtime's; the series' final word is then "failed".
    pub fn advance(&mut self) -> Result<bool, InferenceError> {
        if self.unfit.is_some() || self.failed.is_some() {
            return Ok(false);
        }
        let units = Units::of(&self.slices, self.model.steps());
        let Some(index) = units.settled().find(|&index| !self.inferred.contains_key(&units.key(index)))
        else {
            return Ok(false);
        };
        self.infer(&units, index)?;
        Ok(true)
    }

    /// Evidence that is strong before the series is whole; none says nothing.
    #[must_use]
    pub fn provisional(&self) -> Option<Provisional> {
        if self.unfit.is_some() || self.failed.is_some() || judge::content(&self.slices).is_err() {
            return None;
        }
        let units = Units::of(&self.slices, self.model.steps());
        let outputs = self.outputs(&units);
        let known: Vec<f64> = outputs.iter().flatten().map(|output| output.probability).collect();
        let manifest = self.model.manifest();
        if known.len() < self.model.slices_aggregated() {
            return None;
        }
        let probability = self.model.study_probability(&known)?;
        (probability >= manifest.early_threshold).then(|| Provisional {
            task: manifest.task,
            model: self.model.model().clone(),
            evidence: manifest.evidence,
            performance: manifest.measured.performance(),
            probability,
            threshold: manifest.threshold,
            volume_ml: judge::volume_ml(&self.model, outputs.iter().copied().flatten(), units.spacing()),
            slices_seen: self.slices.len(),
        })
    }

    /// The final word on what has come. Slices that come later may be added, and `finish` called again.
    pub fn finish(&mut self) -> SeriesAnalysis {
        let (manifest, model) = (self.model.manifest(), self.model.model().clone());
        let word = |outcome| SeriesAnalysis::without_slices(manifest, model.clone(), outcome);
        if let Err(unfit) = self.fitness() {
            let mut analysis = word(Analysis::NotAnalysable { reason: unfit.english() });
            analysis.unfit = Some(unfit);
            return self.timed(analysis);
        }
        if self.slices.is_empty() {
            return word(Analysis::NotApplicable);
        }
        if let Some(reason) = self.failed.clone().or_else(|| self.infer_all().err().map(|e| e.to_string())) {
            let analysis =
                SeriesAnalysis::without_slices(self.model.manifest(), model, Analysis::Failed { reason });
            return self.timed(analysis);
        }
        let units = Units::of(&self.slices, self.model.steps());
        let outputs = self.outputs(&units);
        let analysis = judge::whole(&self.model, &self.slices, &units, &outputs);
        self.timed(analysis)
    }

    /// Whether the series, as far as it has come, may be judged.
    fn fitness(&self) -> Result<(), Unfit> {
        if let Some(unfit) = &self.unfit {
            return Err(unfit.clone());
        }
        if self.slices.is_empty() {
            return Ok(());
        }
        let planes: Vec<_> = self.slices.iter().map(|slice| slice.plane).collect();
        series::check(&planes, &series::order(&planes), &self.model.manifest().accepted())?;
        judge::content(&self.slices)
    }

    fn infer_all(&mut self) -> Result<(), InferenceError> {
        let units = Units::of(&self.slices, self.model.steps());
        for index in 0..units.len() {
            if !self.inferred.contains_key(&units.key(index)) {
                self.infer(&units, index)?;
            }
        }
        Ok(())
    }

    fn infer(&mut self, units: &Units, index: usize) -> Result<(), InferenceError> {
        let start = Instant::now();
        let [below, this, above] = units.images(index, &self.slices);
        let outcome = self.model.infer([&below, &this, &above]);
        self.inference_time += start.elapsed();
        match outcome {
            Ok(output) => {
                self.inferred.insert(units.key(index), output);
                Ok(())
            }
            Err(error) => {
                self.failed = Some(error.to_string());
                Err(error)
            }
        }
    }

    fn outputs(&self, units: &Units) -> Vec<Option<&SliceOutput>> {
        (0..units.len()).map(|index| self.inferred.get(&units.key(index))).collect()
    }

    fn timed(&self, mut analysis: SeriesAnalysis) -> SeriesAnalysis {
        let sum = |of: fn(&PreparedSlice) -> Duration| self.slices.iter().map(of).sum();
        analysis.timing = crate::inference::analysis::Timing::of(
            sum(|slice| slice.decode_time),
            sum(|slice| slice.preprocess_time),
            self.inference_time,
        );
        analysis.slices_seen = self.slices.len();
        analysis
    }
}
