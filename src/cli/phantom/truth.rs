//! `truth.json`: what was drawn.

use serde::Serialize;

use super::angiography::{Blocked, Side};
use super::diffusion::Territory;
use super::picture::Grid;

/// The whole file.
#[derive(Debug, Serialize)]
pub(super) struct Truth {
    pub schema: &'static str,
    pub kind: &'static str,
    pub seed: u64,
    pub synthetic: bool,
    pub study_instance_uid: String,
    pub series_instance_uid: String,
    /// What a reader should find: hemorrhage, occlusion, infarct, or nothing.
    pub finding: Option<&'static str>,
    pub lesion_volume_ml: f64,
    pub occlusion: Option<Blocked>,
    pub infarct: Option<Fed>,
    /// Pixels a side of each picture.
    pub side: u16,
    pub pixel_mm: f64,
    pub slices: Vec<TruthSlice>,
}

/// Where an infarct lies.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Fed {
    pub territory: Territory,
    /// The patient's.
    pub side: Side,
}

/// One image.
#[derive(Debug, Serialize)]
pub(super) struct TruthSlice {
    pub sop_instance_uid: String,
    pub z_mm: f64,
    /// s/mm²; none for CT.
    pub b_value: Option<u16>,
    pub lesion_pixels: usize,
    /// The lesion's pixels: row, first column, how many.
    pub lesion_runs: Vec<[u32; 3]>,
}

/// Runs of neighbouring pixels in a row, from indices in raster order.
pub(super) fn runs(lesion: &[u32], grid: Grid) -> Vec<[u32; 3]> {
    let side = u32::from(grid.side);
    let mut runs: Vec<[u32; 3]> = Vec::new();
    for &at in lesion {
        let (row, column) = (at / side, at % side);
        match runs.last_mut() {
            Some([last, first, count]) if *last == row && *first + *count == column => *count += 1,
            _ => runs.push([row, column, 1]),
        }
    }
    runs
}

/// mL of so many pixels in slices this far apart, to a tenth.
#[expect(clippy::cast_precision_loss, reason = "pixel counts")]
pub(super) fn volume_ml(pixels: usize, grid: Grid, spacing: f64) -> f64 {
    (pixels as f64 * grid.pixel * grid.pixel * spacing / 100.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_end_with_their_row() {
        let grid = Grid { side: 4, pixel: 1.0 };
        assert_eq!(runs(&[1, 2, 3, 4, 6], grid), [[0, 1, 3], [1, 0, 1], [1, 2, 1]]);
    }
}
