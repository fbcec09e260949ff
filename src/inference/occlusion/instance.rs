//! What one instance is to an angiogram: a slice on the coarse grid, turned to the patient's sides.

use std::time::{Duration, Instant};

use ndarray::Array2;

use super::Occlusion;
use super::steps::Steps;
use super::volume::rounded;
use crate::domain::identity::SopInstanceUid;
use crate::imaging::decode::{Instance, StoredFrame};
use crate::imaging::geometry::{Mirror, SlicePlane, Turn};
use crate::imaging::quality::Unfit;
use crate::imaging::series::{SeriesKind, has_contrast, is_slice, kind_of};
use crate::inference::preprocess::area;

/// Rows and columns must run within about 30° of the patient's axes (cosine).
const ALONG: f64 = 0.85;

/// What one instance is to the series' analysis.
#[derive(Debug, Clone)]
pub enum Prepared {
    Slice(Box<PreparedSlice>),
    /// The series must not be judged, because of this instance.
    Unfit(Unfit),
    /// No slice of an angiogram (a localizer, a reformat, another modality).
    NotApplicable,
}

/// A slice ready for its series: about 100 kB.
#[derive(Debug, Clone)]
pub struct PreparedSlice {
    pub(super) sop_instance: SopInstanceUid,
    pub(super) plane: SlicePlane,
    pub(super) turn: Turn,
    /// On the grid, columns to the patient's left and rows to posterior, HU.
    pub(super) picture: Array2<i16>,
    pub(super) decode_time: Duration,
    pub(super) preprocess_time: Duration,
}

impl Prepared {
    /// Looks at an instance, decodes and resamples it. Pure work: run it on any thread.
    #[must_use]
    pub fn of(instance: &Instance<'_>, model: &Occlusion) -> Self {
        let (header, input) = (instance.header(), &model.manifest().input);
        if header.series_level.modality != input.modality {
            return Self::NotApplicable;
        }
        let kind = kind_of(header);
        if kind == SeriesKind::Other && has_contrast(header) && is_slice(header) {
            return Self::Unfit(Unfit::PhaseUnsaid);
        }
        if kind != input.kind {
            return Self::NotApplicable;
        }
        match PreparedSlice::prepare(instance, model.steps()) {
            Ok(slice) => Self::Slice(Box::new(slice)),
            Err(unfit) => Self::Unfit(unfit),
        }
    }
}

impl PreparedSlice {
    fn prepare(instance: &Instance<'_>, steps: &Steps) -> Result<Self, Unfit> {
        let header = instance.header();
        let plane = SlicePlane::of(header)?;
        let orientation = header.geometry.orientation.ok_or(Unfit::GeometryMissing)?;
        let turn = Turn::of(orientation)?;
        if [orientation[0], orientation[4], plane.normal[2]].iter().any(|cosine| cosine.abs() < ALONG) {
            return Err(Unfit::NotAxial);
        }
        let rescale = header.image.as_ref().and_then(|image| image.rescale).ok_or(Unfit::RescaleMissing)?;
        let start = Instant::now();
        let frame =
            instance.decode_frame(0).map_err(|error| Unfit::Undecodable { reason: error.to_string() })?;
        let decode_time = start.elapsed();
        let start = Instant::now();
        let samples = turned(&frame, turn);
        let [minimum, maximum] = steps.clamp;
        let size = [frame.rows, frame.columns];
        let picture = area(size, [plane.row_spacing, plane.column_spacing], steps.grid, |index| {
            (f64::from(samples[index]) * rescale.slope + rescale.intercept).clamp(minimum, maximum)
        });
        Ok(Self {
            sop_instance: header.sop_instance.clone(),
            plane,
            turn,
            picture: picture.mapv(|hu| rounded(f64::from(hu))),
            decode_time,
            preprocess_time: start.elapsed(),
        })
    }
}

fn turned(frame: &StoredFrame, turn: Turn) -> std::borrow::Cow<'_, [i32]> {
    if turn == (Turn { rows: Mirror::Kept, columns: Mirror::Kept }) {
        return (&frame.samples).into();
    }
    let rows = (0..frame.rows).map(|row| turn.rows.index(row, frame.rows));
    rows.flat_map(|row| {
        (0..frame.columns).map(move |column| row * frame.columns + turn.columns.index(column, frame.columns))
    })
    .map(|at| frame.samples[at])
    .collect()
}
