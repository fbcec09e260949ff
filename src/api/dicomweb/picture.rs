//! Stored values into a picture: window, size, PNG or JPEG. Pure.

use crate::imaging::decode::StoredFrame;
use crate::imaging::header::ImageHeader;

/// A window of output units (PS3.3 section C.11.2.1.2).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    pub centre: f64,
    pub width: f64,
}

/// An 8-bit grey picture, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grey {
    pub columns: u32,
    pub rows: u32,
    pub samples: Vec<u8>,
}

/// The file format of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Jpeg,
    Png,
}

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    #[error("the picture cannot be encoded")]
    Png(#[from] png::EncodingError),
    #[error("the picture cannot be encoded")]
    Jpeg(#[from] jpeg_encoder::EncodingError),
    #[error("the picture is larger than the format allows")]
    TooLarge,
}

/// The stored values through a window: the one given, the header's, or all there is.
#[must_use]
pub fn windowed(frame: &StoredFrame, header: &ImageHeader, window: Option<Window>) -> Grey {
    let (slope, intercept) = header.rescale.map_or((1.0, 0.0), |rescale| (rescale.slope, rescale.intercept));
    let units = |stored: i32| f64::from(stored) * slope + intercept;
    let own = header.window_centre.zip(header.window_width).map(|(centre, width)| Window { centre, width });
    let window = window.or(own).filter(|window| window.width >= 1.0).unwrap_or_else(|| {
        let low = frame.samples.iter().copied().map(units).fold(f64::INFINITY, f64::min);
        let high = frame.samples.iter().copied().map(units).fold(f64::NEG_INFINITY, f64::max);
        Window { centre: f64::midpoint(low, high), width: (high - low).max(1.0) }
    });
    let inverted = header.photometric == "MONOCHROME1";
    let samples = frame.samples.iter().map(|stored| {
        let grey = linear(units(*stored), window);
        if inverted { 255 - grey } else { grey }
    });
    Grey {
        columns: u32::try_from(frame.columns).unwrap_or(u32::MAX),
        rows: u32::try_from(frame.rows).unwrap_or(u32::MAX),
        samples: samples.collect(),
    }
}

/// The LINEAR function of PS3.3 C.11.2.1.2.1.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0–255 before")]
fn linear(value: f64, window: Window) -> u8 {
    let width = (window.width - 1.0).max(f64::MIN_POSITIVE);
    (((value - (window.centre - 0.5)) / width + 0.5) * 255.0).clamp(0.0, 255.0).round() as u8
}

impl Grey {
    /// The largest picture of the same shape within these bounds; never larger than it is.
    #[must_use]
    pub fn within(&self, columns: u32, rows: u32) -> Self {
        let shrink =
            (f64::from(columns) / f64::from(self.columns)).min(f64::from(rows) / f64::from(self.rows));
        if shrink >= 1.0 || self.columns == 0 || self.rows == 0 {
            return self.clone();
        }
        let size = |length: u32| scaled(length, shrink);
        let (new_columns, new_rows) = (size(self.columns), size(self.rows));
        let mut samples = Vec::new();
        for row in 0..new_rows {
            for column in 0..new_columns {
                samples
                    .push(self.mean(span(row, new_rows, self.rows), span(column, new_columns, self.columns)));
            }
        }
        Self { columns: new_columns, rows: new_rows, samples }
    }

    fn mean(&self, rows: std::ops::Range<u32>, columns: std::ops::Range<u32>) -> u8 {
        let (mut sum, mut count) = (0_u64, 0_u64);
        for row in rows {
            let start = row as usize * self.columns as usize;
            for sample in &self.samples[start + columns.start as usize..start + columns.end as usize] {
                sum += u64::from(*sample);
                count += 1;
            }
        }
        u8::try_from(sum / count.max(1)).unwrap_or(u8::MAX)
    }

    /// The file's bytes; `quality` 1–100 counts for JPEG.
    ///
    /// # Errors
    /// [`PictureError`]
    pub fn encode(&self, format: Format, quality: u8) -> Result<Vec<u8>, PictureError> {
        let mut bytes = Vec::new();
        match format {
            Format::Png => {
                let mut encoder = png::Encoder::new(&mut bytes, self.columns, self.rows);
                encoder.set_color(png::ColorType::Grayscale);
                encoder.set_depth(png::BitDepth::Eight);
                encoder.write_header()?.write_image_data(&self.samples)?;
            }
            Format::Jpeg => {
                let side = |length: u32| u16::try_from(length).map_err(|_| PictureError::TooLarge);
                let encoder = jpeg_encoder::Encoder::new(&mut bytes, quality.clamp(1, 100));
                let (columns, rows) = (side(self.columns)?, side(self.rows)?);
                encoder.encode(&self.samples, columns, rows, jpeg_encoder::ColorType::Luma)?;
            }
        }
        Ok(bytes)
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a positive length made smaller")]
fn scaled(length: u32, shrink: f64) -> u32 {
    ((f64::from(length) * shrink).round() as u32).max(1)
}

/// The source pixels that make up one pixel of a smaller picture; at least one.
fn span(index: u32, new: u32, old: u32) -> std::ops::Range<u32> {
    let at = |index: u32| u32::try_from(u64::from(index) * u64::from(old) / u64::from(new)).unwrap_or(old);
    let start = at(index).min(old - 1);
    start..at(index + 1).clamp(start + 1, old)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_maps_its_ends_to_black_and_white() {
        let window = Window { centre: 40.0, width: 80.0 };
        assert_eq!(linear(-1000.0, window), 0);
        assert_eq!(linear(0.0, window), 0);
        assert_eq!(linear(79.0, window), 255);
        assert_eq!(linear(3000.0, window), 255);
        assert_eq!(linear(39.5, window), 128);
    }

    #[test]
    fn a_smaller_picture_keeps_its_shape_and_mean() {
        let grey = Grey { columns: 4, rows: 2, samples: vec![0, 0, 100, 100, 0, 0, 100, 100] };
        let small = grey.within(2, 2);
        assert_eq!(small, Grey { columns: 2, rows: 1, samples: vec![0, 100] });
        assert_eq!(grey.within(100, 100), grey);
    }

    #[test]
    fn both_formats_are_written() {
        let grey = Grey { columns: 2, rows: 1, samples: vec![0, 255] };
        assert!(grey.encode(Format::Png, 90).unwrap().starts_with(b"\x89PNG"));
        assert!(grey.encode(Format::Jpeg, 90).unwrap().starts_with(&[0xFF, 0xD8]));
    }
}
