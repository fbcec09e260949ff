//! What an image declares, held against what it carries and what a decoder would have to allocate.

use dicom_dictionary_std::tags as dicom;

use super::values::Values;
use crate::imaging::gate::{Collected, Limits, PixelLayout, Refusal};

/// A fragment may hold many frames (video), but not more than hours of them.
const MAX_FRAMES_PER_FRAGMENT: u64 = 1_000_000;

/// Refuses dimensions that would make a decoder allocate beyond the limits, and native pixels of which less than
/// half is there (a few missing rows are a scanner's quirk; a missing image is a bomb or a fault).
pub(crate) fn check_dimensions(collected: &Collected, limits: &Limits) -> Result<(), Refusal> {
    let Some(pixels) = &collected.pixels else { return Ok(()) };
    let values = Values::new(collected);
    let short = |tag| values.short(tag).map(u64::from);
    let (Some(rows), Some(columns)) = (short(dicom::ROWS), short(dicom::COLUMNS)) else { return Ok(()) };
    let samples = short(dicom::SAMPLES_PER_PIXEL).unwrap_or(1);
    let bits = short(dicom::BITS_ALLOCATED).unwrap_or(8);
    let frame_bits = u128::from(rows) * u128::from(columns) * u128::from(samples) * u128::from(bits);
    let frame_bytes = u64::try_from(frame_bits.div_ceil(8)).unwrap_or(u64::MAX);
    if frame_bytes > limits.max_frame_bytes {
        return Err(Refusal::FrameTooLarge { bytes: frame_bytes, limit: limits.max_frame_bytes });
    }
    let frames = match values.integer(dicom::NUMBER_OF_FRAMES) {
        Some(frames) => u64::try_from(frames).unwrap_or(u64::MAX),
        None => 1,
    };
    let (declared, carried) = match pixels {
        PixelLayout::Native { length, .. } => (frame_bytes.saturating_mul(frames), length.saturating_mul(2)),
        PixelLayout::Encapsulated(fragments) => {
            (frames, (fragments.len() as u64).saturating_mul(MAX_FRAMES_PER_FRAGMENT))
        }
    };
    if declared > carried { Err(Refusal::PixelsMissing { declared, carried }) } else { Ok(()) }
}
