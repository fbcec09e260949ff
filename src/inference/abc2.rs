//! The bedside volume of a haemorrhage, measured on the outlines as one does on the film.

use super::contour::{Contour, sides};
use crate::domain::clinical::hematoma::abc2_ml;

/// Outlines of one slice, in any unit of length that columns and rows share.
pub type Outlines<'a> = &'a [Contour];

/// A·B·C/2 in mL of the bleed that is largest on any slice (Kothari 1996, doi:10.1161/01.STR.27.8.1304): A its
/// largest diameter on the slice where its area is largest, B the largest diameter across A there, C the distance of
/// slices times their number, where a slice with more than 75 % of the largest area counts one, one with 25 to 75 %
/// a half, and one with less nothing. `pixel` and `distance` are mm. None where nothing is outlined.
#[must_use]
pub fn abc2<'a>(slices: impl IntoIterator<Item = Outlines<'a>>, pixel: f64, distance: f64) -> Option<f64> {
    let largest_of = |outlines: Outlines<'a>| {
        let areas = outlines.iter().map(|outline| (area(outline), outline));
        areas.max_by(|a, b| a.0.total_cmp(&b.0))
    };
    let largest: Vec<(f64, &Contour)> = slices.into_iter().filter_map(largest_of).collect();
    let &(whole, outline) = largest.iter().max_by(|a, b| a.0.total_cmp(&b.0))?;
    let (a, b) = diameters(outline)?;
    let height: f64 = largest.iter().map(|(area, _)| share_counted(area / whole)).sum();
    abc2_ml(a * pixel, b * pixel, height * distance).ok()
}

fn share_counted(share: f64) -> f64 {
    match share {
        share if share > 0.75 => 1.0,
        share if share >= 0.25 => 0.5,
        _ => 0.0,
    }
}

/// The area within one outline.
fn area(outline: &Contour) -> f64 {
    sides(outline).map(|(from, to)| cross(point(&from), point(&to))).sum::<f64>().abs() / 2.0
}

/// The longest straight line between two points of an outline, and the widest extent across it.
fn diameters(outline: &Contour) -> Option<(f64, f64)> {
    let points: Vec<[f64; 2]> = outline.iter().map(point).collect();
    let pairs = points
        .iter()
        .enumerate()
        .flat_map(|(i, from)| points[i + 1..].iter().map(move |to| [to[0] - from[0], to[1] - from[1]]));
    let longest = pairs.max_by(|a, b| length(*a).total_cmp(&length(*b)))?;
    let a = length(longest);
    let across = points.iter().map(|&point| cross(longest, point) / a);
    let (low, high) =
        across.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), at| (low.min(at), high.max(at)));
    (a > 0.0).then_some((a, high - low))
}

fn point(&[column, row]: &[f32; 2]) -> [f64; 2] {
    [column.into(), row.into()]
}

fn length([x, y]: [f64; 2]) -> f64 {
    x.hypot(y)
}

fn cross(a: [f64; 2], b: [f64; 2]) -> f64 {
    a[0] * b[1] - a[1] * b[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::cast_possible_truncation, reason = "small test shapes")]
    fn ellipse(a: f64, b: f64) -> Contour {
        let at = |step: i32| f64::from(step).to_radians().sin_cos();
        (0..360)
            .map(at)
            .map(|(sin, cos)| [(50.0 + a / 2.0 * cos) as f32, (40.0 + b / 2.0 * sin) as f32])
            .collect()
    }

    #[test]
    fn an_ellipsoid_has_half_of_its_box() {
        // 40 × 30 mm on slices of 5 mm; areas of 100, 50 and 10 % of the largest
        let shapes = [ellipse(40.0, 30.0), ellipse(28.28, 21.21), ellipse(12.6, 9.4)].map(|one| [one]);
        let volume = abc2(shapes.iter().map(|one| &one[..]), 1.0, 5.0).unwrap();
        assert!((volume - 40.0 * 30.0 * (1.5 * 5.0) / 2.0 / 1000.0).abs() < 0.01, "{volume}");
    }

    #[test]
    fn the_grid_s_unit_counts_and_a_hole_does_not() {
        let shapes = [ellipse(20.0, 10.0), ellipse(4.0, 4.0)];
        let volume = abc2([&shapes[..]], 2.0, 3.0).unwrap();
        assert!((volume - 40.0 * 20.0 * 3.0 / 2.0 / 1000.0).abs() < 0.01, "{volume}");
        assert_eq!(abc2([&[][..]], 1.0, 5.0), None);
    }
}
