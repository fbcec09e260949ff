//! The key image of a flagged series with the outline of the finding, as PNG.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use ndarray::Array2;

use super::pipeline::Outcome;
use super::sources::ReadError;
use crate::domain::evidence::Task;
use crate::imaging::decode::{DecodeError, Instance};
use crate::imaging::gate::{Limits, Refusal};
use crate::imaging::header::Rescale;
use crate::inference::analysis::SeriesAnalysis;
use crate::inference::contour::sides;

/// Brain window, HU.
const BRAIN: [f64; 2] = [0.0, 80.0];
/// Contrast in arteries beside bone, HU.
const ARTERIES: [f64; 2] = [-150.0, 550.0];
/// Share of a diffusion image's pixels that are not brighter than white.
const NOT_WHITE: f64 = 0.998;
/// Pixels of the picture for one of the image's, so that the line does not hide what it surrounds.
const ZOOM: usize = 2;
const LINE: [u8; 3] = [255, 170, 40];

/// An overlay could not be written.
#[derive(Debug, thiserror::Error)]
pub(super) enum OverlayError {
    #[error("the key image cannot be read: {0}")]
    Read(#[from] ReadError),
    #[error("the key image is refused: {0}")]
    Refused(#[from] Refusal),
    #[error("the key image cannot be decoded: {0}")]
    Decode(#[from] DecodeError),
    #[error("the picture cannot be written: {0}")]
    Io(#[from] std::io::Error),
    #[error("the picture cannot be encoded: {0}")]
    Png(#[from] png::EncodingError),
}

/// Writes `<series UID>.<task>.png`; a UID is digits and dots. A word without a key image writes nothing.
pub(super) fn write(outcome: &Outcome, analysis: &SeriesAnalysis, folder: &Path) -> Result<(), OverlayError> {
    let Some(key) = &analysis.key_instance else { return Ok(()) };
    let Some((_, place)) = outcome.instances.iter().find(|(sop, _)| *sop == key.sop_instance_uid) else {
        return Ok(());
    };
    let limits = Limits::default();
    let bytes = place.read(&limits)?;
    let instance = Instance::open_file(&bytes, limits)?;
    let number = key.frame.map_or(0, |frame| frame.saturating_sub(1));
    let frame = instance.decode_frame(number)?;
    let plain = Rescale { slope: 1.0, intercept: 0.0 };
    let said = usize::try_from(number).ok().and_then(|number| instance.frames().get(number));
    let rescale = said.and_then(|frame| frame.rescale).unwrap_or(plain);
    let values = frame.rescaled(rescale);
    let window = window(analysis.task, &values);
    let mut picture = Picture::new(frame.columns * ZOOM, frame.rows * ZOOM);
    for row in 0..picture.height {
        for column in 0..picture.width {
            let grey = grey(f64::from(values[(row / ZOOM, column / ZOOM)]), window);
            picture.set(column, row, [grey; 3]);
        }
    }
    let slice = analysis.slices.get(key.index);
    for contour in slice.into_iter().flat_map(|slice| &slice.contours) {
        for (from, to) in sides(contour) {
            picture.line(from, to);
        }
    }
    picture.encode(&folder.join(format!("{}.{}.png", outcome.series, analysis.task.as_str())))
}

/// Values shown black and white.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "an index"
)]
fn window(task: Task, values: &Array2<f32>) -> [f64; 2] {
    match task {
        Task::Hemorrhage => BRAIN,
        Task::Occlusion => ARTERIES,
        Task::Infarct => {
            let mut sorted: Vec<f32> = values.iter().copied().collect();
            sorted.sort_by(f32::total_cmp);
            let white = sorted.get((NOT_WHITE * sorted.len() as f64) as usize).copied().unwrap_or(1.0);
            [0.0, f64::from(white.max(1.0))]
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
fn grey(value: f64, [black, white]: [f64; 2]) -> u8 {
    ((value - black) / (white - black) * 255.0).clamp(0.0, 255.0) as u8
}

#[derive(Debug)]
struct Picture {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Picture {
    fn new(width: usize, height: usize) -> Self {
        Self { width, height, pixels: vec![0; width * height * 3] }
    }

    fn set(&mut self, column: usize, row: usize, colour: [u8; 3]) {
        let at = (row * self.width + column) * 3;
        if column < self.width
            && let Some(pixel) = self.pixels.get_mut(at..at + 3)
        {
            pixel.copy_from_slice(&colour);
        }
    }

    /// A line between two points of the image, whose first pixel's centre is 0, 0.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "pixel coordinates; a negative one saturates to the border"
    )]
    fn line(&mut self, from: [f32; 2], to: [f32; 2]) {
        let zoom = ZOOM as f32;
        let [from, to] = [from, to].map(|point| point.map(|part| (part + 0.5) * zoom));
        let steps = (to[0] - from[0]).abs().max((to[1] - from[1]).abs()).ceil().clamp(1.0, 10_000.0) as u16;
        for step in 0..=steps {
            let t = f32::from(step) / f32::from(steps);
            let at: [f32; 2] = [0, 1].map(|axis: usize| from[axis] + t * (to[axis] - from[axis]));
            self.set(at[0] as usize, at[1] as usize, LINE);
        }
    }

    fn encode(&self, path: &Path) -> Result<(), OverlayError> {
        let side = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let mut encoder =
            png::Encoder::new(BufWriter::new(File::create(path)?), side(self.width), side(self.height));
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.add_text_chunk(
            "Comment".to_owned(),
            "Vigie: decision support, not a diagnosis; research use until certified".to_owned(),
        )?;
        encoder.write_header()?.write_image_data(&self.pixels)?;
        Ok(())
    }
}
