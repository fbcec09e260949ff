//! What a slice shows: where the head is, whether a skull surrounds brain, whether vessels are bright.

use std::f64::consts::TAU;

use ndarray::Array2;
use serde::{Deserialize, Serialize};

/// Bone, HU; thin vaults on a coarse grid stay above it.
const BONE_HU: f32 = 150.0;
/// Brain, blood and fluid, HU.
const SOFT_HU: std::ops::Range<f32> = -20.0..110.0;
/// Contrast in vessels: denser than fresh blood, thinner than bone, HU.
const VESSEL_HU: std::ops::Range<f32> = 130.0..500.0;
/// Rays from the head's middle outwards.
const RAYS: u16 = 120;
/// Share of the rays that must meet bone: a fracture or a flap taken out leaves a head a head.
const CLOSED: f64 = 0.85;
/// Calcifications in the middle are no skull, mm.
const MIN_RADIUS: f64 = 25.0;
/// A slice through the brain has an area within these, mm².
const BRAIN_AREA: std::ops::Range<f64> = 4_000.0..30_000.0;
/// Partial volumes of bone reach this far inside the skull, mm.
const RIM: f64 = 7.0;

/// What lies between a slice's middle and the bone around it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// Share of the directions in which there is bone.
    pub closed: f64,
    /// mm² inside the bone.
    pub area: f64,
    /// Share of that area that is as dense as brain.
    pub soft: f64,
    /// mm² inside, away from the bone.
    pub core: f64,
    /// Of the core, mm² as dense as vessels with contrast.
    pub vessels: f64,
}

impl Content {
    /// Looks at a slice that is cropped around its head, on a grid of `spacing` mm.
    #[must_use]
    pub fn of(image: &Array2<f32>, spacing: f64) -> Self {
        let mut content = Self::default();
        let mut soft = 0.0;
        for ray in 0..RAYS {
            let along = Ray::new(image, TAU * f64::from(ray) / f64::from(RAYS));
            let Some(bone) = along.first_bone(spacing) else { continue };
            content.closed += 1.0 / f64::from(RAYS);
            for (radius, hu) in along.samples().take_while(|&(radius, _)| radius < bone) {
                // a sample stands for its piece of the sector between this ray and the next
                let area = TAU / f64::from(RAYS) * radius * spacing * spacing;
                content.area += area;
                soft += if SOFT_HU.contains(&hu) { area } else { 0.0 };
                if radius < bone - RIM / spacing {
                    content.core += area;
                    content.vessels += if VESSEL_HU.contains(&hu) { area } else { 0.0 };
                }
            }
        }
        content.soft = if content.area > 0.0 { soft / content.area } else { 0.0 };
        content
    }

    /// Whether the slice shows brain in a skull.
    #[must_use]
    pub fn is_brain(&self) -> bool {
        self.closed >= CLOSED && BRAIN_AREA.contains(&self.area) && self.soft >= 0.7
    }
}

/// The pixels from the middle of a picture outwards.
#[derive(Debug)]
struct Ray<'a> {
    image: &'a Array2<f32>,
    direction: (f64, f64),
}

impl<'a> Ray<'a> {
    fn new(image: &'a Array2<f32>, angle: f64) -> Self {
        Self { image, direction: angle.sin_cos() }
    }

    /// Radius in pixels, and HU there, until the picture ends.
    #[expect(clippy::cast_precision_loss, reason = "grid coordinates")]
    fn samples(&self) -> impl Iterator<Item = (f64, f32)> {
        let (rows, columns) = self.image.dim();
        let middle = (rows as f64 / 2.0, columns as f64 / 2.0);
        let reach = u16::try_from(rows.min(columns) / 2).unwrap_or(u16::MAX);
        (0..reach).filter_map(move |step| {
            let radius = f64::from(step) + 0.5;
            let place = (middle.0 + radius * self.direction.0, middle.1 + radius * self.direction.1);
            let index = (index_of(place.0)?, index_of(place.1)?);
            self.image.get(index).map(|&hu| (radius, hu))
        })
    }

    /// Radius of the first bone that may be the skull, pixels.
    fn first_bone(&self, spacing: f64) -> Option<f64> {
        self.samples()
            .find(|&(radius, hu)| radius * spacing >= MIN_RADIUS && hu >= BONE_HU)
            .map(|(radius, _)| radius)
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
fn index_of(coordinate: f64) -> Option<usize> {
    (0.0..65_536.0).contains(&coordinate).then_some(coordinate as usize)
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
pub(in crate::inference) fn floor_to_i64(value: f64) -> i64 {
    value.floor() as i64
}
