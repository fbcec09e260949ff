//! From the network's segments to the series' word.

use std::f64::consts::TAU;

use super::head::Block;
use super::instance::PreparedSlice;
use super::{Occlusion, SegmentOutput};
use crate::domain::evidence::Analysis;
use crate::inference::analysis::{KeyInstance, SeriesAnalysis, SliceFinding};
use crate::inference::contour::Contour;

/// Radius of the ring drawn around a place, mm.
const RING: f64 = 7.0;
/// Corners of the ring.
const CORNERS: u16 = 24;
/// Slices this far above and below a place show its ring, mm.
const SHOWN: f64 = 3.0;

/// The final word on a whole series. A slice's probability is that of the named segments whose place it shows, 0
/// elsewhere.
pub(super) fn whole(
    model: &Occlusion,
    slices: &[PreparedSlice],
    segments: &[SegmentOutput],
    block: &Block,
    top: f64,
) -> SeriesAnalysis {
    let manifest = model.manifest();
    let best = segments.iter().max_by(|a, b| a.probability.total_cmp(&b.probability));
    let word = |outcome| SeriesAnalysis::without_slices(manifest, model.model().clone(), outcome);
    let Some(best) = best else { return word(Analysis::NotApplicable) };
    let flag = best.probability >= manifest.threshold;
    let mut analysis = word(Analysis::Analysed {
        probability: best.probability,
        threshold: manifest.threshold,
        flag,
        volume_ml: None,
    });
    let mut ordered: Vec<&PreparedSlice> = slices.iter().collect();
    ordered.sort_by(|a, b| a.plane.along_normal.total_cmp(&b.plane.along_normal));
    let named = segments.iter().filter(|segment| segment.probability >= manifest.threshold);
    let places: Vec<Place> = named.map(|segment| Place::of(segment, block, top, model)).collect();
    analysis.slices = ordered.iter().map(|slice| finding(slice, &places)).collect();
    if flag {
        analysis.location = Some(best.location);
        let height = Place::of(best, block, top, model).height;
        let distance = |index: usize| (ordered[index].plane.along_normal - height).abs();
        let nearest = (0..ordered.len()).min_by(|&a, &b| distance(a).total_cmp(&distance(b)));
        analysis.key_instance = nearest.map(|index| KeyInstance {
            sop_instance_uid: ordered[index].sop_instance.clone(),
            index,
            frame: None,
        });
    }
    analysis
}

/// A segment's place in the series.
#[derive(Debug, Clone, Copy)]
struct Place {
    probability: f64,
    /// Along the normal, mm.
    height: f64,
    /// From the turned picture's outer edges, mm.
    row: f64,
    column: f64,
}

impl Place {
    #[expect(clippy::cast_precision_loss, reason = "a place in a picture")]
    fn of(segment: &SegmentOutput, block: &Block, top: f64, model: &Occlusion) -> Self {
        let steps = model.steps();
        let [bin, row, column] = segment.site;
        let depth = ((block.vertex + steps.head.from) as f64 + bin) * steps.bin;
        Self {
            probability: segment.probability,
            height: top - depth,
            row: (block.origin[0] as f64 + row) * steps.grid.spacing,
            column: (block.origin[1] as f64 + column) * steps.grid.spacing,
        }
    }
}

fn finding(slice: &PreparedSlice, places: &[Place]) -> SliceFinding {
    let near = |place: &&Place| (place.height - slice.plane.along_normal).abs() <= SHOWN;
    let shown: Vec<&Place> = places.iter().filter(near).collect();
    SliceFinding {
        sop_instance_uid: slice.sop_instance.clone(),
        frame: None,
        probability: shown.iter().map(|place| place.probability).fold(0.0, f64::max),
        contours: shown.iter().map(|place| ring(place, slice)).collect(),
    }
}

/// A ring around a place, in pixel centres of the instance as it was sent.
#[expect(clippy::cast_possible_truncation, reason = "pixel coordinates")]
fn ring(place: &Place, slice: &PreparedSlice) -> Contour {
    let (plane, turn) = (&slice.plane, slice.turn);
    (0..CORNERS)
        .map(|corner| {
            let (sin, cos) = (TAU * f64::from(corner) / f64::from(CORNERS)).sin_cos();
            let column = (place.column + RING * cos) / plane.column_spacing - 0.5;
            let row = (place.row + RING * sin) / plane.row_spacing - 0.5;
            let point = [turn.columns.point(column, plane.columns), turn.rows.point(row, plane.rows)];
            point.map(|at| ((at * 10.0).round() / 10.0) as f32)
        })
        .collect()
}
