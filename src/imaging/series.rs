//! A series put in order: lowest slice first, spacing, gaps, duplicates, and what kind of series it is.

mod kind;

pub use kind::{SeriesKind, has_contrast, is_adc_map, is_diffusion_map, is_localizer, is_slice, kind_of};

use super::geometry::SlicePlane;
use super::quality::Unfit;

/// A hole of this many slice distances, and of this many mm, hides too much to call a series negative.
const GAP_SPACINGS: f64 = 2.5;
const GAP_MM: f64 = 15.0;
/// Slices closer than this are at the same place, mm.
const SAME_PLACE: f64 = 0.05;

/// What a series accepts of its geometry, mm, from the model's manifest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Accepted {
    pub min_slices: usize,
    pub slice_spacing: [f64; 2],
    pub pixel_spacing: [f64; 2],
}

/// Slices in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Ordered {
    /// Indices into what was given, by rising position; of slices at one place the first given is kept.
    pub order: Vec<usize>,
    /// Indices of slices left out because another lies at their place.
    pub duplicates: Vec<usize>,
    /// Median distance of neighbours, mm; 0 for a single slice.
    pub spacing: f64,
    /// Largest distance of neighbours, mm.
    pub largest_gap: f64,
}

/// Puts slices in order along their normal.
#[must_use]
pub fn order(planes: &[SlicePlane]) -> Ordered {
    let mut sorted: Vec<usize> = (0..planes.len()).collect();
    sorted.sort_by(|&a, &b| planes[a].along_normal.total_cmp(&planes[b].along_normal).then(a.cmp(&b)));
    let (mut order, mut duplicates) = (Vec::<usize>::new(), Vec::new());
    for index in sorted {
        let at = planes[index].along_normal;
        match order.last() {
            Some(&last) if at - planes[last].along_normal < SAME_PLACE => duplicates.push(index),
            _ => order.push(index),
        }
    }
    let mut gaps: Vec<f64> =
        order.windows(2).map(|pair| planes[pair[1]].along_normal - planes[pair[0]].along_normal).collect();
    gaps.sort_by(f64::total_cmp);
    let spacing = gaps.get(gaps.len() / 2).copied().unwrap_or(0.0);
    Ordered { order, duplicates, spacing, largest_gap: gaps.last().copied().unwrap_or(0.0) }
}

/// Holds a whole series' geometry against what is accepted.
///
/// # Errors
/// The first thing for which the series must not be judged.
pub fn check(planes: &[SlicePlane], ordered: &Ordered, accepted: &Accepted) -> Result<(), Unfit> {
    let found = ordered.order.len();
    if found < accepted.min_slices {
        return Err(Unfit::TooFewSlices { found, needed: accepted.min_slices });
    }
    let Some(first) = ordered.order.first().map(|&index| planes[index]) else {
        return Err(Unfit::TooFewSlices { found: 0, needed: accepted.min_slices });
    };
    for plane in planes {
        check_plane(plane, accepted)?;
        if !plane.is_parallel_to(&first) {
            return Err(Unfit::NotParallel);
        }
    }
    let [low, high] = accepted.slice_spacing;
    if !(low..=high).contains(&ordered.spacing) {
        return Err(Unfit::SliceSpacing { found: ordered.spacing, low, high });
    }
    if ordered.largest_gap > GAP_MM.max(GAP_SPACINGS * ordered.spacing) {
        return Err(Unfit::SlicesMissing { gap: ordered.largest_gap });
    }
    Ok(())
}

/// What can be said of one slice alone.
///
/// # Errors
/// Not axial, or pixels of another size than accepted.
pub fn check_plane(plane: &SlicePlane, accepted: &Accepted) -> Result<(), Unfit> {
    if !plane.is_axial() {
        return Err(Unfit::NotAxial);
    }
    let [low, high] = accepted.pixel_spacing;
    for found in [plane.row_spacing, plane.column_spacing] {
        if !(low..=high).contains(&found) {
            return Err(Unfit::PixelSpacing { found, low, high });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
