//! From inferred slices to the series' word: probability, volume, territory and side.

use super::gather::Places;
use super::volume::Volume;
use super::{Infarct, SliceOutput};
use crate::domain::evidence::{Analysis, Location, Side};
use crate::imaging::geometry::{SlicePlane, Turn};
use crate::imaging::series;
use crate::inference::analysis::{KeyInstance, SeriesAnalysis, SliceFinding};
use crate::inference::contour::Contour;

/// Share of the lesion that a territory must hold to be named: below it the network does not know, and no name is better
/// than a wrong one.
const CLEAR: f64 = 0.5;
/// The other side's share of the lesion from which both are named.
const BOTH_SIDES: f64 = 0.2;

/// The final word on a whole series.
pub(super) fn whole(
    model: &Infarct,
    series: &Places<'_>,
    volume: &Volume,
    outputs: &[SliceOutput],
) -> SeriesAnalysis {
    let manifest = model.manifest();
    let probabilities: Vec<f64> = outputs.iter().map(|output| output.probability).collect();
    let Some(probability) = model.study_probability(&probabilities) else {
        return SeriesAnalysis::without_slices(manifest, model.model().clone(), Analysis::NotApplicable);
    };
    let flag = probability >= manifest.threshold;
    let showing = || outputs.iter().filter(|output| output.probability >= manifest.slice_threshold);
    let volume_ml =
        volume_ml(series, showing().map(|output| output.marked).sum(), model.steps().grid.spacing);
    let outcome =
        Analysis::Analysed { probability, threshold: manifest.threshold, flag, volume_ml: Some(volume_ml) };
    let mut analysis = SeriesAnalysis::without_slices(manifest, model.model().clone(), outcome);
    analysis.slices = series
        .places
        .iter()
        .zip(outputs)
        .map(|(place, output)| SliceFinding {
            sop_instance_uid: place.shown.sop_instance.clone(),
            frame: place.shown.frame,
            probability: output.probability,
            contours: if output.probability >= manifest.slice_threshold {
                let spacing = model.steps().grid.spacing;
                in_pixels(&output.contours, volume.origin, spacing, &place.plane, place.shown.turn)
            } else {
                Vec::new()
            },
        })
        .collect();
    analysis.key_instance = key(&analysis.slices, outputs);
    if flag {
        analysis.location = location(model.locations(), showing());
    }
    analysis
}

fn key(slices: &[SliceFinding], outputs: &[SliceOutput]) -> Option<KeyInstance> {
    let rank = |index: &usize| (outputs[*index].probability, outputs[*index].marked);
    let best = (0..outputs.len()).max_by(|a, b| {
        let ((p, marked), (q, other)) = (rank(a), rank(b));
        p.total_cmp(&q).then(marked.cmp(&other)).then(b.cmp(a))
    })?;
    let slice = slices.get(best)?;
    Some(KeyInstance { sop_instance_uid: slice.sop_instance_uid.clone(), index: best, frame: slice.frame })
}

/// Marked pixels times the distance of slices.
#[expect(clippy::cast_precision_loss, reason = "pixel counts")]
fn volume_ml(series: &Places<'_>, marked: usize, spacing: f64) -> f64 {
    let planes: Vec<SlicePlane> = series.places.iter().map(|place| place.plane).collect();
    marked as f64 * spacing * spacing * series::order(&planes).spacing / 1000.0
}

/// The territory that clearly holds most of the lesion, and its side; both where the same territory of the other side
/// holds a fair share of it.
fn location<'a>(
    locations: &[Option<Location>],
    showing: impl Iterator<Item = &'a SliceOutput>,
) -> Option<Location> {
    let mut sums = vec![0.0; locations.len()];
    for output in showing {
        sums.iter_mut().zip(&output.territories).for_each(|(sum, share)| *sum += share);
    }
    let known = || sums.iter().zip(locations).filter_map(|(&sum, location)| Some((sum, (*location)?)));
    let total: f64 = known().map(|(sum, _)| sum).sum();
    let (_, largest) =
        known().filter(|&(sum, _)| sum > 0.0 && sum >= CLEAR * total).max_by(|a, b| a.0.total_cmp(&b.0))?;
    let Location::Territory { territory, side } = largest else { return Some(largest) };
    let other = known().find(|&(_, location)| {
        matches!(location, Location::Territory { territory: t, side: s } if t == territory && s != side)
    });
    let side = if other.is_some_and(|(sum, _)| sum >= BOTH_SIDES * total) { Side::Both } else { side };
    Some(Location::Territory { territory, side })
}

/// From pixel centres of the crop to pixel centres of the instance as it is stored.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "pixel coordinates")]
fn in_pixels(
    contours: &[Contour],
    origin: [i64; 2],
    spacing: f64,
    plane: &SlicePlane,
    turn: Turn,
) -> Vec<Contour> {
    let source =
        |grid: f32, origin: i64, pixel: f64| (f64::from(grid) + origin as f64 + 0.5) * spacing / pixel - 0.5;
    let tenth = |value: f64| ((value * 10.0).round() / 10.0) as f32;
    let point = |&[column, row]: &[f32; 2]| {
        let column = turn.columns.point(source(column, origin[1], plane.column_spacing), plane.columns);
        let row = turn.rows.point(source(row, origin[0], plane.row_spacing), plane.rows);
        [tenth(column), tenth(row)]
    };
    contours.iter().map(|contour| contour.iter().map(point).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::evidence::Territory;
    use crate::imaging::geometry::Mirror;

    fn at(territory: Territory, side: Side) -> Option<Location> {
        Some(Location::Territory { territory, side })
    }

    fn named(shares: [f64; 4]) -> Option<Location> {
        let locations = [
            None,
            at(Territory::MiddleCerebral, Side::Right),
            at(Territory::PosteriorCerebral, Side::Right),
            at(Territory::MiddleCerebral, Side::Left),
        ];
        let output =
            SliceOutput { probability: 0.9, marked: 10, contours: Vec::new(), territories: shares.to_vec() };
        location(&locations, [output.clone(), output].iter())
    }

    #[test]
    fn the_largest_share_names_territory_and_side() {
        assert_eq!(named([50.0, 6.0, 3.0, 1.0]), at(Territory::MiddleCerebral, Side::Right));
        assert_eq!(named([0.0, 6.0, 1.0, 4.0]), at(Territory::MiddleCerebral, Side::Both));
        assert_eq!(named([0.0, 1.0, 5.0, 1.0]), at(Territory::PosteriorCerebral, Side::Right));
        assert_eq!(named([50.0, 0.0, 0.0, 0.0]), None);
        assert_eq!(named([0.0, 4.0, 3.0, 3.0]), None);
    }

    #[test]
    fn outlines_lie_in_the_pixels_as_they_are_stored() {
        let plane = SlicePlane {
            rows: 100,
            columns: 200,
            row_spacing: 2.0,
            column_spacing: 1.0,
            normal: [0.0, 0.0, 1.0],
            along_normal: 0.0,
        };
        let outline = [vec![[10.0, 20.0]]];
        let plain = Turn { rows: Mirror::Kept, columns: Mirror::Kept };
        assert_eq!(in_pixels(&outline, [-5, 3], 2.0, &plane, plain), [[[26.5, 15.0]]]);
        let turned = Turn { rows: Mirror::Mirrored, columns: Mirror::Mirrored };
        assert_eq!(in_pixels(&outline, [-5, 3], 2.0, &plane, turned), [[[172.5, 84.0]]]);
    }
}
