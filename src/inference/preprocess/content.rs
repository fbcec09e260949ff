//! What a slice shows: where the head is, whether a skull closes around brain, whether vessels are bright.

use ndarray::Array2;
use serde::{Deserialize, Serialize};

/// Bone, HU; thin vaults on a coarse grid stay above it.
const BONE_HU: f32 = 200.0;
/// Brain, blood and fluid, HU.
const SOFT_HU: std::ops::Range<f32> = -20.0..110.0;
/// Contrast in vessels: denser than fresh blood, thinner than bone, HU.
const VESSEL_HU: std::ops::Range<f32> = 130.0..500.0;
/// A slice through the brain encloses at least this, mm².
const BRAIN_AREA: f64 = 4_000.0;
/// Partial volumes of bone reach this far inside the skull, mm.
const RIM: f64 = 7.0;

/// Areas inside the closed skull, mm².
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// Everything that bone encloses.
    pub enclosed: f64,
    /// Of that, what is as dense as brain.
    pub soft: f64,
    /// Away from the bone.
    pub core: f64,
    /// Of the core, what is as dense as vessels with contrast.
    pub vessels: f64,
}

impl Content {
    /// Looks at a cropped slice on a grid of `spacing` mm.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "pixel counts")]
    pub fn of(image: &Array2<f32>, spacing: f64) -> Self {
        let outside = reached_from_border(image);
        let mut inside = outside.map(|&reached| !reached);
        let pixel = spacing * spacing;
        let area = |mask: &Array2<bool>, wanted: &dyn Fn(f32) -> bool| {
            let count = mask.iter().zip(image.iter()).filter(|&(&inside, &hu)| inside && wanted(hu)).count();
            count as f64 * pixel
        };
        let mut content = Self {
            enclosed: area(&inside, &|hu| hu < BONE_HU),
            soft: area(&inside, &|hu| SOFT_HU.contains(&hu)),
            ..Self::default()
        };
        let mut rim = RIM;
        inside.zip_mut_with(image, |inside, &hu| *inside = *inside && hu < 500.0);
        while rim > 0.0 {
            inside = eroded(&inside);
            rim -= spacing;
        }
        content.core = area(&inside, &|_| true);
        content.vessels = area(&inside, &|hu| VESSEL_HU.contains(&hu));
        content
    }

    /// Whether the slice shows brain in a closed skull.
    #[must_use]
    pub fn is_brain(&self) -> bool {
        self.soft >= BRAIN_AREA && self.soft >= 0.7 * self.enclosed
    }
}

/// Pixels that are not bone and are connected (4 neighbours) to the border through such pixels.
fn reached_from_border(image: &Array2<f32>) -> Array2<bool> {
    let (rows, columns) = image.dim();
    let mut reached = Array2::from_elem((rows, columns), false);
    let on_border =
        |&(row, column): &(usize, usize)| row == 0 || column == 0 || row + 1 == rows || column + 1 == columns;
    let mut open: Vec<(usize, usize)> =
        (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))).filter(on_border).collect();
    while let Some(at) = open.pop() {
        if reached[at] || image[at] >= BONE_HU {
            continue;
        }
        reached[at] = true;
        open.extend(neighbours(at, (rows, columns)));
    }
    reached
}

/// Without the pixels that touch the outside of the mask.
fn eroded(mask: &Array2<bool>) -> Array2<bool> {
    let size = mask.dim();
    Array2::from_shape_fn(size, |at| mask[at] && neighbours(at, size).filter(|&next| mask[next]).count() == 4)
}

/// The up to four neighbours of a pixel.
fn neighbours(
    (row, column): (usize, usize),
    (rows, columns): (usize, usize),
) -> impl Iterator<Item = (usize, usize)> {
    let candidates = [
        (row.checked_sub(1), Some(column)),
        (Some(row), column.checked_sub(1)),
        (Some(row + 1), Some(column)),
        (Some(row), Some(column + 1)),
    ];
    candidates.into_iter().filter_map(move |(row, column)| {
        let at = (row?, column?);
        (at.0 < rows && at.1 < columns).then_some(at)
    })
}

/// Mean row and column, in pixel edges, of the largest 4-connected piece above `above`; the first in raster order of
/// equals. The picture's middle where there is none.
#[expect(clippy::cast_precision_loss, reason = "pixel counts")]
pub(super) fn head_centre(image: &Array2<f32>, above: f32) -> [f64; 2] {
    let size = image.dim();
    let mut seen = image.map(|&hu| hu <= above);
    let mut open = Vec::new();
    let (mut largest, mut centre) = (0, [size.0 as f64 / 2.0, size.1 as f64 / 2.0]);
    for start in (0..size.0).flat_map(|row| (0..size.1).map(move |column| (row, column))) {
        if seen[start] {
            continue;
        }
        seen[start] = true;
        open.push(start);
        let (mut count, mut rows, mut columns) = (0_u64, 0_u64, 0_u64);
        while let Some(at) = open.pop() {
            count += 1;
            rows += at.0 as u64;
            columns += at.1 as u64;
            for next in neighbours(at, size) {
                if !seen[next] {
                    seen[next] = true;
                    open.push(next);
                }
            }
        }
        if count > largest {
            largest = count;
            centre = [rows, columns].map(|sum| sum as f64 / count as f64 + 0.5);
        }
    }
    centre
}

/// Floor of a coordinate that is far below 2^53.
#[expect(clippy::cast_possible_truncation, reason = "grid coordinates")]
pub(super) fn floor_to_i64(value: f64) -> i64 {
    value.floor() as i64
}
