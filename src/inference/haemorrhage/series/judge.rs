//! From inferred slices to the series' word.

use super::units::Units;
use crate::domain::evidence::Analysis;
use crate::imaging::geometry::SlicePlane;
use crate::imaging::quality::Unfit;
use crate::inference::abc2::abc2;
use crate::inference::analysis::{KeyInstance, SeriesAnalysis, SliceFinding};
use crate::inference::contour::Contour;
use crate::inference::haemorrhage::{Haemorrhage, SliceOutput};
use crate::inference::preprocess::PreparedSlice;

/// Slices through the brain that make a series a head.
const BRAIN_SLICES: usize = 3;
/// Share of the brain's core that is as dense as contrast in vessels, in the median slice: bone of the skull's base and
/// calcifications reach it in a few slices only.
const VESSEL_SHARE: f64 = 0.003;
/// Slices whose core is at least this share of the largest are through the middle of the brain.
const MIDDLE: f64 = 0.6;

/// Whether the pictures show a head, and no contrast medium.
pub(super) fn content(slices: &[PreparedSlice]) -> Result<(), Unfit> {
    let brain: Vec<_> =
        slices.iter().map(|slice| slice.content).filter(|content| content.is_brain()).collect();
    if brain.len() < BRAIN_SLICES {
        return Err(Unfit::NotAHead);
    }
    let largest = brain.iter().map(|content| content.core).fold(0.0, f64::max);
    let mut shares: Vec<f64> = brain
        .iter()
        .filter(|content| content.core >= MIDDLE * largest && content.core > 0.0)
        .map(|content| content.vessels / content.core)
        .collect();
    shares.sort_by(f64::total_cmp);
    if shares.get(shares.len() / 2).is_some_and(|&median| median > VESSEL_SHARE) {
        return Err(Unfit::ContrastSeen);
    }
    Ok(())
}

/// Blood in mL: marked pixels of the slices above the slice threshold, times the distance of slices.
#[expect(clippy::cast_precision_loss, reason = "pixel counts")]
pub(super) fn volume_ml<'a>(
    model: &Haemorrhage,
    outputs: impl Iterator<Item = &'a SliceOutput>,
    spacing: f64,
) -> f64 {
    let threshold = model.manifest().slice_threshold;
    let marked: usize =
        outputs.filter(|output| output.probability >= threshold).map(|output| output.marked).sum();
    marked as f64 * model.steps().spacing * model.steps().spacing * spacing / 1000.0
}

/// The final word on a whole series whose units are all inferred.
pub(super) fn whole(
    model: &Haemorrhage,
    slices: &[PreparedSlice],
    units: &Units,
    outputs: &[Option<&SliceOutput>],
) -> SeriesAnalysis {
    let manifest = model.manifest();
    let mut findings = Vec::new();
    let mut best: Option<(usize, f64, usize)> = None;
    for (index, output) in outputs.iter().enumerate().filter_map(|(index, output)| Some((index, (*output)?)))
    {
        let members = units.members(index);
        let better = best.is_none_or(|(_, probability, marked)| {
            (output.probability, output.marked) > (probability, marked)
        });
        if better {
            best = Some((findings.len() + members.len() / 2, output.probability, output.marked));
        }
        let shown = output.probability >= manifest.slice_threshold;
        findings.extend(members.iter().map(|&member| SliceFinding {
            sop_instance_uid: slices[member].sop_instance.clone(),
            frame: slices[member].frame,
            probability: output.probability,
            contours: if shown {
                in_pixels(&output.contours, &slices[member].plane, model.steps().spacing)
            } else {
                Vec::new()
            },
        }));
    }
    let known: Vec<f64> = outputs.iter().flatten().map(|output| output.probability).collect();
    let Some(probability) = model.study_probability(&known) else {
        return SeriesAnalysis::without_slices(manifest, model.model().clone(), Analysis::NotApplicable);
    };
    let outcome = Analysis::Analysed {
        probability,
        threshold: manifest.threshold,
        flag: probability >= manifest.threshold,
        volume_ml: Some(volume_ml(model, outputs.iter().copied().flatten(), units.spacing())),
    };
    let mut analysis = SeriesAnalysis::without_slices(manifest, model.model().clone(), outcome);
    analysis.key_instance = best.and_then(|(index, ..)| {
        findings.get(index).map(|slice| KeyInstance {
            sop_instance_uid: slice.sop_instance_uid.clone(),
            index,
            frame: slice.frame,
        })
    });
    let shown = outputs.iter().flatten().filter(|output| output.probability >= manifest.slice_threshold);
    analysis.abc2_ml = abc2(shown.map(|output| &output.contours[..]), model.steps().spacing, units.spacing());
    analysis.slices = findings;
    analysis
}

/// From pixel centres of the network's grid to pixel centres of the instance.
#[expect(clippy::cast_possible_truncation, reason = "pixel coordinates")]
fn in_pixels(contours: &[Contour], plane: &SlicePlane, spacing: f64) -> Vec<Contour> {
    let source =
        |grid: f32, pixel: f64| (((f64::from(grid) + 0.5) * spacing / pixel - 0.5) * 10.0).round() / 10.0;
    let point = |&[column, row]: &[f32; 2]| {
        [source(column, plane.column_spacing) as f32, source(row, plane.row_spacing) as f32]
    };
    contours.iter().map(|contour| contour.iter().map(point).collect()).collect()
}
