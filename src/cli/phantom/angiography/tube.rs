//! Vessels as tubes: a smooth course through given places, and its share of each pixel.

use crate::cli::phantom::picture::{Grid, dot};

/// Distance of stations along a course, mm.
const STEP: f64 = 1.0;
/// Width over which a wall fades into its surroundings: about a pixel, mm.
const EDGE: f64 = 0.5;
/// Thickest slice drawn as one layer, mm.
const LAYER: f64 = 0.8;

/// A place on a course.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Station {
    /// mm.
    pub at: [f64; 3],
    /// mm.
    pub radius: f64,
}

pub(super) const fn station(x: f64, y: f64, z: f64, radius: f64) -> Station {
    Station { at: [x, y, z], radius }
}

/// A smooth course through all of these (Catmull-Rom), in stations about a millimetre apart.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "lengths in a head"
)]
pub(super) fn course(through: &[Station]) -> Vec<Station> {
    let get = |index: usize| through[index.min(through.len() - 1)];
    let mut stations = Vec::new();
    for index in 0..through.len().saturating_sub(1) {
        let [before, from, to, after] =
            [get(index.saturating_sub(1)), get(index), get(index + 1), get(index + 2)];
        let steps = (distance(from.at, to.at) / STEP).ceil().max(1.0) as usize;
        stations.extend((0..steps).map(|step| {
            let t = step as f64 / steps as f64;
            let curve = |a: f64, b: f64, c: f64, d: f64| {
                b + 0.5 * t * (c - a + t * (2.0 * a - 5.0 * b + 4.0 * c - d + t * (3.0 * (b - c) + d - a)))
            };
            Station {
                at: std::array::from_fn(|axis| {
                    curve(before.at[axis], from.at[axis], to.at[axis], after.at[axis])
                }),
                radius: from.radius + t * (to.radius - from.radius),
            }
        }));
    }
    stations.extend(through.last());
    stations
}

pub(super) fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
    let between: [f64; 3] = std::array::from_fn(|axis| a[axis] - b[axis]);
    dot(between, between).sqrt()
}

/// A straight piece of one density, in patient coordinates.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub ends: [Station; 2],
    /// HU.
    pub density: f64,
}

impl Piece {
    /// Share of a pixel-sized ball around `p` that lies inside.
    fn share(&self, p: [f64; 3]) -> f64 {
        let [from, to] = self.ends;
        let along: [f64; 3] = std::array::from_fn(|axis| to.at[axis] - from.at[axis]);
        let reach: [f64; 3] = std::array::from_fn(|axis| p[axis] - from.at[axis]);
        let length = dot(along, along);
        let t = if length > 0.0 { (dot(reach, along) / length).clamp(0.0, 1.0) } else { 0.0 };
        let radius = from.radius + t * (to.radius - from.radius);
        let foot: [f64; 3] = std::array::from_fn(|axis| from.at[axis] + t * along[axis]);
        // a tube thinner than a pixel fills no more of it than its own section
        let thin = (radius / EDGE).min(1.0);
        thin * (0.5 + (radius - distance(p, foot)) / EDGE).clamp(0.0, 1.0)
    }

    fn reach(&self) -> f64 {
        self.ends[0].radius.max(self.ends[1].radius) + EDGE
    }

    /// Lowest and highest patient coordinate along an axis.
    fn extent(&self, axis: usize) -> [f64; 2] {
        let [a, b] = self.ends.map(|end| end.at[axis]);
        [a.min(b) - self.reach(), a.max(b) + self.reach()]
    }
}

/// Lays the pieces over a slice's densities. Where two overlap, the one that shows more of itself stays.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "clamped to the picture"
)]
pub(super) fn paint(pieces: &[Piece], grid: Grid, z: f64, thickness: f64, pixels: &mut [f32]) {
    let layers = (thickness / LAYER).ceil().max(1.0) as usize;
    let side = usize::from(grid.side);
    let (mut filled, mut density) = (vec![0.0_f32; grid.len()], vec![0.0_f32; grid.len()]);
    let (mut all, mut weighted) = (vec![0.0_f32; grid.len()], vec![0.0_f32; grid.len()]);
    for layer in 0..layers {
        let height = z + thickness * ((layer as f64 + 0.5) / layers as f64 - 0.5);
        filled.fill(0.0);
        for piece in pieces {
            let [low, high] = piece.extent(2);
            if height < low || height > high {
                continue;
            }
            let range = |axis: usize| {
                let [low, high] = piece.extent(axis);
                let bound = |index: f64| index.clamp(0.0, f64::from(grid.side)) as usize;
                bound(grid.index(low).ceil())..bound(grid.index(high).floor() + 1.0)
            };
            for row in range(1) {
                for column in range(0) {
                    let share =
                        piece.share([grid.centre(column as f64), grid.centre(row as f64), height]) as f32;
                    let at = row * side + column;
                    if share * piece.density as f32 > filled[at] * density[at] {
                        (filled[at], density[at]) = (share, piece.density as f32);
                    }
                }
            }
        }
        for at in 0..grid.len() {
            all[at] += filled[at];
            weighted[at] += filled[at] * density[at];
        }
    }
    let count = layers as f32;
    for (pixel, (share, sum)) in pixels.iter_mut().zip(all.iter().zip(&weighted)) {
        *pixel = *pixel * (1.0 - share / count) + sum / count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_course_passes_through_its_places_in_steps_of_a_millimetre() {
        let through =
            [station(0.0, 0.0, 0.0, 2.0), station(10.0, 0.0, 0.0, 1.0), station(10.0, 8.0, 0.0, 1.0)];
        let course = course(&through);
        assert_eq!((course.first(), course.last()), (through.first(), through.last()));
        assert!(course.contains(&through[1]));
        assert!(course.windows(2).all(|pair| distance(pair[0].at, pair[1].at) < 1.5 * STEP));
    }

    #[test]
    fn a_tube_fills_its_section_and_nothing_else() {
        let grid = Grid { side: 40, pixel: 0.5 };
        let ends = [station(0.0, 0.0, -9.0, 3.0), station(0.0, 0.0, 9.0, 3.0)];
        let mut pixels = vec![0.0; grid.len()];
        paint(&[Piece { ends, density: 100.0 }], grid, 0.0, 2.0, &mut pixels);
        let area = f64::from(pixels.iter().sum::<f32>()) / 100.0 * grid.pixel * grid.pixel;
        assert!((area - std::f64::consts::PI * 9.0).abs() < 0.6, "{area} mm²");
    }
}
