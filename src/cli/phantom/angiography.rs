//! CT angiography: a head with its arteries and veins at one moment of a bolus.

mod arteries;
mod artery;
mod occlusion;
mod skull_base;
mod surface;
mod tube;
mod veins;

pub(super) use artery::Side;
pub(super) use occlusion::Segment;

use super::anatomy::{Anatomy, Tissue};
use super::lesion::pick;
use super::noise::{Noise, mix};
use super::picture::{Grain, Grid, Pose, Slice, blur, to_i16};
use super::plain::hounsfield;
use artery::{Artery, Part};
use occlusion::Occlusion;
use surface::Warp;
use tube::{Piece, Station, distance, paint};

/// Field of view of an angiogram of the head, 220 mm.
pub(super) const GRID: Grid = Grid { side: 512, pixel: 220.0 / 512.0 };
/// Blood without contrast medium, HU.
const BLOOD: f64 = 45.0;

/// A head, its vessels in patient coordinates, and the scanner's noise.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    seed: u64,
    anatomy: Anatomy,
    texture: Noise,
    pose: Pose,
    pieces: Vec<Piece>,
    blocked: Option<Blocked>,
}

/// What is blocked, for the ground truth.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub(super) struct Blocked {
    pub side: Side,
    pub segment: Segment,
    /// Contrast behind the clot as a share of the other side's.
    pub filling: f64,
    /// Patient coordinates, mm.
    pub site_mm: [f64; 3],
}

/// Contrast medium at the moment of the scan, HU above blood.
#[derive(Debug, Clone, Copy)]
struct Bolus {
    arteries: f64,
    veins: f64,
}

impl Bolus {
    /// From the early arterial phase, veins still dark, to a late one in which they are nearly as bright.
    fn of(seed: u64) -> Self {
        let late = pick(seed, 40).powi(2);
        let arteries = (260.0 + 200.0 * pick(seed, 41)) * (1.0 - 0.35 * late);
        Self { arteries, veins: arteries * (0.06 + 0.8 * late) }
    }
}

impl Scene {
    pub(super) fn open(seed: u64) -> Self {
        Self::draw(seed, |_| None)
    }

    pub(super) fn blocked(seed: u64) -> Self {
        Self::draw(seed, |arteries| Some(Occlusion::new(seed, arteries)))
    }

    fn draw(seed: u64, block: impl FnOnce(&[Artery]) -> Option<Occlusion>) -> Self {
        let pose = Pose::new(seed, [5.0, 8.0, 4.0]);
        let warp = Warp::new(seed);
        let arteries = arteries::draw(seed, &warp);
        let occlusion = block(&arteries);
        let bolus = Bolus::of(seed);
        let mut pieces = Vec::new();
        for artery in &arteries {
            let mut way = artery.start;
            pieces.extend(artery.course.windows(2).map(|pair| {
                let share = occlusion.map_or(1.0, |occlusion| occlusion.contrast(artery, way));
                way += distance(pair[0].at, pair[1].at);
                piece(&pose, [pair[0], pair[1]], BLOOD + share * bolus.arteries)
            }));
        }
        for vein in veins::draw(seed, &warp) {
            let pairs = vein.windows(2);
            pieces.extend(pairs.map(|pair| piece(&pose, [pair[0], pair[1]], BLOOD + bolus.veins)));
        }
        pieces
            .extend(plaques(seed, &arteries).into_iter().map(|(ends, density)| piece(&pose, ends, density)));
        let blocked = occlusion.and_then(|occlusion| {
            let rounded = |mm: f64| (mm * 10.0).round() / 10.0;
            Some(Blocked {
                side: occlusion.side,
                segment: occlusion.segment,
                filling: occlusion.filling,
                site_mm: pose.patient(occlusion.place(&arteries)?).map(rounded),
            })
        });
        Self { seed, anatomy: Anatomy::of(seed), texture: Noise::new(seed ^ 0x7E87), pose, pieces, blocked }
    }

    pub(super) fn truth(&self) -> Option<Blocked> {
        self.blocked
    }

    /// Draws the slice at height `z` mm, `thickness` mm thick.
    #[expect(clippy::cast_possible_truncation, reason = "HU fit in f32")]
    pub(super) fn slice(&self, z: f64, thickness: f64) -> Slice {
        let mut pixels = self.tissues(z);
        paint(&self.pieces, GRID, z, thickness, &mut pixels);
        // thin slices and sharp kernels are grainy
        let sigma = (26.0 + 24.0 * pick(self.seed, 42)) / thickness.max(0.4).sqrt();
        let mut grain = Grain::new(mix(self.seed ^ z.to_bits()));
        for pixel in &mut pixels {
            *pixel += (sigma * grain.next()) as f32;
        }
        let values = blur(&pixels, usize::from(GRID.side)).into_iter().map(to_i16).collect();
        Slice { values, lesion: Vec::new() }
    }

    /// HU of the tissues, worked out at every other pixel and interpolated: vessels alone are finer.
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "HU fit in f32")]
    fn tissues(&self, z: f64) -> Vec<f32> {
        let side = usize::from(GRID.side);
        let coarse = side / 2 + 1;
        let known: Vec<f32> = (0..coarse * coarse)
            .map(|at| {
                let (row, column) = (2 * (at / coarse), 2 * (at % coarse));
                let place = [GRID.centre(column as f64), GRID.centre(row as f64), z];
                self.density(self.pose.head(place)) as f32
            })
            .collect();
        (0..side * side)
            .map(|at| {
                let (row, column) = (at / side, at % side);
                let first = (row / 2) * coarse + column / 2;
                let right = first + column % 2;
                let down = coarse * (row % 2);
                (known[first] + known[right] + known[first + down] + known[right + down]) / 4.0
            })
            .collect()
    }

    fn density(&self, p: [f64; 3]) -> f64 {
        if Anatomy::depth(p) < 0.0 {
            return -1000.0;
        }
        let tissue = skull_base::tissue(p).unwrap_or_else(|| self.anatomy.tissue(p));
        // capillaries carry a little contrast
        let perfused = match tissue {
            Tissue::Grey | Tissue::Cerebellum => 6.0,
            Tissue::White => 3.0,
            Tissue::Muscle | Tissue::Dura => 12.0,
            _ => 0.0,
        };
        hounsfield(tissue, self.texture.at(p.map(|c| c / 7.0))) + perfused
    }
}

fn piece(pose: &Pose, ends: [Station; 2], density: f64) -> Piece {
    let ends = ends.map(|end| Station { at: pose.patient(end.at), radius: end.radius * pose.scale() });
    Piece { ends, density }
}

/// Calcified plaques in the walls of the siphons, in every second person; density in HU.
fn plaques(seed: u64, arteries: &[Artery]) -> Vec<([Station; 2], f64)> {
    let old = pick(seed, 43) < 0.5;
    let siphons = arteries.iter().filter(|artery| old && artery.part == Part::Carotid);
    siphons
        .flat_map(|artery| {
            (0..4_u64).filter_map(move |plaque| {
                let choice = 140 + 4 * plaque + if artery.side == Side::Left { 40 } else { 0 };
                let way = -6.0 - 30.0 * pick(seed, choice);
                let (from, to) = (artery.at(way)?, artery.at(way + 1.5 + 2.5 * pick(seed, choice + 1))?);
                let (sin, cos) = (std::f64::consts::TAU * pick(seed, choice + 2)).sin_cos();
                let wall = |station: Station| Station {
                    at: [
                        station.at[0] + cos * station.radius,
                        station.at[1] + 0.5 * sin * station.radius,
                        station.at[2] + sin * station.radius,
                    ],
                    radius: 0.6 + 0.5 * pick(seed, choice + 3),
                };
                Some(([wall(from), wall(to)], 900.0))
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Densities of the pieces within 2.5 mm of a place, HU.
    fn around(scene: &Scene, place: [f64; 3]) -> Vec<f64> {
        let near = |piece: &&Piece| distance(piece.ends[0].at, place) < 2.5;
        scene.pieces.iter().filter(near).map(|piece| piece.density).collect()
    }

    #[test]
    fn a_blocked_artery_is_dark_at_its_place_and_bright_there_when_open() {
        let mut segments = Vec::new();
        for seed in 1..12 {
            let blocked = Scene::blocked(seed);
            let truth = blocked.truth().unwrap();
            assert_eq!(truth.site_mm[0] > 0.0, truth.side == Side::Left, "seed {seed}");
            let darkest = around(&blocked, truth.site_mm).into_iter().fold(f64::MAX, f64::min);
            let open = around(&Scene::open(seed), truth.site_mm).into_iter().fold(f64::MIN, f64::max);
            assert!(darkest < BLOOD + 1.0 && open > 180.0, "seed {seed}: {darkest} and {open} HU");
            segments.push(truth.segment);
        }
        assert!([Segment::CarotidEnd, Segment::M1, Segment::M2].iter().all(|all| segments.contains(all)));
    }

    #[test]
    fn the_same_seed_draws_the_same_slice() {
        let draw = || Scene::blocked(5).slice(-12.0, 1.0).values;
        assert_eq!(draw(), draw());
    }
}
