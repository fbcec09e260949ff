//! From a decoded slice to what the network sees: the manifest's steps, to the letter.

mod content;
mod resample;

pub use content::Content;
pub(in crate::inference) use content::floor_to_i64;
pub use resample::{Grid, area};

use std::time::{Duration, Instant};

use ndarray::{Array2, Axis, Slice};

use super::manifest::{Component, Step};
use crate::domain::identity::SopInstanceUid;
use crate::imaging::decode::{Instance, StoredFrame};
use crate::imaging::geometry::SlicePlane;
use crate::imaging::header::{FrameHeader, Rescale};
use crate::imaging::quality::Unfit;

/// Parameters of the five steps, in the only order in which they make sense.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Preprocessing {
    /// Lowest and highest HU kept.
    pub clamp: [f64; 2],
    /// Series thinner than this are averaged, mm.
    pub slab_below: f64,
    /// Thickness that averaging aims at, mm.
    pub slab_target: f64,
    /// Pixel size of the network's grid, mm.
    pub spacing: f64,
    /// HU of what lies outside a picture.
    pub outside: f32,
    /// Pixels a side of the crop.
    pub size: usize,
    /// The head is what is denser than this, HU.
    pub above: f32,
    /// Distance of the neighbours wanted, mm.
    pub neighbour_offset: f64,
    /// Farthest neighbour taken, mm.
    pub neighbour_gap: f64,
}

impl Preprocessing {
    /// The manifest's steps, when they are the ones that this program carries out.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "HU of a manifest fit in f32")]
    pub fn of(steps: &[Step]) -> Option<Self> {
        let &[
            Step::Hounsfield { minimum, maximum },
            Step::SlabAverage { below_mm, target_mm },
            Step::AreaResample { spacing_mm, outside },
            Step::CentreCrop { size, above_hu, component: Component::Largest, outside: beyond },
            Step::StackNeighbours { offset_mm, max_gap_mm },
        ] = steps
        else {
            return None;
        };
        let lawful = minimum < maximum && spacing_mm > 0.0 && (1..=512).contains(&size);
        (lawful && outside.to_bits() == beyond.to_bits()).then_some(Self {
            clamp: [minimum, maximum],
            slab_below: below_mm,
            slab_target: target_mm,
            spacing: spacing_mm,
            outside: outside as f32,
            size,
            above: above_hu as f32,
            neighbour_offset: offset_mm,
            neighbour_gap: max_gap_mm,
        })
    }

    /// A slice on the network's grid, whole picture, HU.
    #[must_use]
    pub fn resample(&self, frame: &StoredFrame, rescale: Rescale, plane: &SlicePlane) -> Array2<f32> {
        let [minimum, maximum] = self.clamp;
        let grid = Grid { spacing: self.spacing, outside: f64::from(self.outside) };
        area([frame.rows, frame.columns], [plane.row_spacing, plane.column_spacing], grid, |index| {
            (f64::from(frame.samples[index]) * rescale.slope + rescale.intercept).clamp(minimum, maximum)
        })
    }

    /// First row and column of the crop on the network's grid: centred on the head, possibly negative.
    #[must_use]
    pub fn origin(&self, image: &Array2<f32>) -> [i64; 2] {
        let [row, column] = content::head_centre(image, self.above);
        [row, column].map(|centre| content::floor_to_i64(centre + 0.5) - self.size.cast_signed() as i64 / 2)
    }

    /// The square at `origin`, filled up outside the picture.
    #[must_use]
    pub fn crop(&self, image: &Array2<f32>, origin: [i64; 2]) -> Array2<f32> {
        square(image, origin, self.size, self.outside)
    }
}

/// The square of `size` pixels at `origin`, filled up outside the picture.
#[must_use]
pub fn square(image: &Array2<f32>, origin: [i64; 2], size: usize, outside: f32) -> Array2<f32> {
    let mut out = Array2::from_elem((size, size), outside);
    let overlap = |origin: i64, length: usize| {
        let from = usize::try_from(origin.max(0)).unwrap_or(usize::MAX).min(length);
        let end = usize::try_from(origin.saturating_add(size.cast_signed() as i64)).unwrap_or(0).min(length);
        let shift = usize::try_from((-origin).max(0)).unwrap_or(usize::MAX).min(size);
        (from, end.max(from), shift)
    };
    let (top, bottom, down) = overlap(origin[0], image.nrows());
    let (left, right, across) = overlap(origin[1], image.ncols());
    out.slice_axis_mut(Axis(0), Slice::from(down..down + (bottom - top)))
        .slice_axis_mut(Axis(1), Slice::from(across..across + (right - left)))
        .assign(
            &image
                .slice_axis(Axis(0), Slice::from(top..bottom))
                .slice_axis(Axis(1), Slice::from(left..right)),
        );
    out
}

/// A slice ready for its series: what the network needs of it, and nothing else.
#[derive(Debug, Clone)]
pub struct PreparedSlice {
    pub sop_instance: SopInstanceUid,
    /// From 1; none of a single-frame instance.
    pub frame: Option<u32>,
    pub instance_number: Option<i64>,
    pub plane: SlicePlane,
    /// On the network's grid, whole picture, HU.
    pub image: Array2<f32>,
    /// What the picture shows, for the question whether this is a head without contrast.
    pub content: Content,
    pub decode_time: Duration,
    pub preprocess_time: Duration,
}

impl PreparedSlice {
    /// Decodes and resamples an instance's frames. Pure work: run it on any thread.
    ///
    /// # Errors
    /// What makes one of them, and so its series, unfit.
    pub fn prepare(instance: &Instance<'_>, steps: &Preprocessing) -> Result<Vec<Self>, Unfit> {
        let frames = (0..).zip(instance.frames());
        frames.map(|(number, frame)| Self::prepare_frame(instance, number, frame, steps)).collect()
    }

    fn prepare_frame(
        instance: &Instance<'_>,
        number: u32,
        frame: &FrameHeader,
        steps: &Preprocessing,
    ) -> Result<Self, Unfit> {
        let header = instance.header();
        let of_image = header.image.as_ref().ok_or(Unfit::GeometryMissing)?;
        let plane = SlicePlane::of_frame(of_image, &frame.geometry)?;
        let rescale = frame.rescale.ok_or(Unfit::RescaleMissing)?;
        let start = Instant::now();
        let stored = instance
            .decode_frame(number)
            .map_err(|error| Unfit::Undecodable { reason: error.to_string() })?;
        let decode_time = start.elapsed();
        let start = Instant::now();
        let image = steps.resample(&stored, rescale, &plane);
        let crop = steps.crop(&image, steps.origin(&image));
        let content = Content::of(&crop, steps.spacing);
        Ok(Self {
            sop_instance: header.sop_instance.clone(),
            frame: (of_image.frames > 1).then_some(number + 1),
            instance_number: header.acquisition.instance_number,
            plane,
            image,
            content,
            decode_time,
            preprocess_time: start.elapsed(),
        })
    }
}

#[cfg(test)]
mod tests;
