//! The key image of a flagged series with the outline of the finding, as PNG.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use super::pipeline::Outcome;
use super::sources::ReadError;
use crate::imaging::decode::{DecodeError, Instance};
use crate::imaging::gate::{Limits, Refusal};
use crate::imaging::header::Rescale;
use crate::inference::analysis::SeriesAnalysis;

/// Brain window, HU.
const CENTRE: f64 = 40.0;
const WIDTH: f64 = 80.0;
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
    let frame = instance.decode_frame(0)?;
    let plain = Rescale { slope: 1.0, intercept: 0.0 };
    let rescale = instance.header().image.as_ref().and_then(|image| image.rescale).unwrap_or(plain);
    let mut picture = Picture::new(frame.columns * ZOOM, frame.rows * ZOOM);
    for row in 0..picture.height {
        for column in 0..picture.width {
            let stored = frame.samples[row / ZOOM * frame.columns + column / ZOOM];
            let grey = grey(f64::from(stored) * rescale.slope + rescale.intercept);
            picture.set(column, row, [grey; 3]);
        }
    }
    let slice = analysis.slices.get(key.index);
    for contour in slice.into_iter().flat_map(|slice| &slice.contours) {
        for (from, to) in contour.iter().zip(contour.iter().cycle().skip(1)) {
            picture.line(*from, *to);
        }
    }
    picture.encode(&folder.join(format!("{}.{}.png", outcome.series, analysis.task.as_str())))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
fn grey(hu: f64) -> u8 {
    ((hu - CENTRE + WIDTH / 2.0) / WIDTH * 255.0).clamp(0.0, 255.0) as u8
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
