//! Diffusion MRI: echo-planar pictures without and with diffusion weighting (trace), with or without a fresh infarct.

mod territory;

pub(super) use territory::Territory;

use super::anatomy::{Anatomy, Tissue, ellipsoid};
use super::angiography::Side;
use super::lesion::{Lump, jittered, pick};
use super::noise::{Noise, mix};
use super::picture::{Grain, Grid, Pose, Slice, to_i16};
use territory::Infarct;

/// An echo-planar matrix over 230 mm.
pub(super) const GRID: Grid = Grid { side: 192, pixel: 230.0 / 192.0 };
/// Places within a pixel and a slice at which tissue is looked up, as shares.
const WITHIN: [f64; 2] = [-0.25, 0.25];
const LAYERS: [f64; 3] = [-0.33, 0.0, 0.33];
/// Noise of either channel of the receiver, in units of the signal.
const SIGMA: f64 = 11.0;

/// A head in the magnet.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    seed: u64,
    anatomy: Anatomy,
    texture: Noise,
    coil: Noise,
    pose: Pose,
    fresh: Option<Infarct>,
    /// Old damage: bright by its T2, not restricted.
    old: Option<Lump>,
}

impl Scene {
    pub(super) fn healthy(seed: u64) -> Self {
        Self::draw(seed, None)
    }

    pub(super) fn with_infarct(seed: u64) -> Self {
        Self::draw(seed, Some(Infarct::new(seed)))
    }

    fn draw(seed: u64, fresh: Option<Infarct>) -> Self {
        let old = (pick(seed, 200) < 0.35).then(|| {
            let at = jittered([Side::of(seed, 201).sign() * 20.0, -14.0, 28.0], seed ^ 0x01D, 8.0);
            Lump::new(at, [4.0, 7.0, 5.0], seed ^ 0x01D)
        });
        Self {
            seed,
            anatomy: Anatomy::of(seed),
            texture: Noise::new(seed ^ 0x7E87),
            coil: Noise::new(seed ^ 0xC011),
            pose: Pose::new(seed, [4.0, 8.0, 3.0]),
            fresh,
            old,
        }
    }

    pub(super) fn territory(&self) -> Option<(Territory, Side)> {
        self.fresh.map(|infarct| (infarct.territory, infarct.side))
    }

    /// Draws the slice at height `z` mm, `thickness` mm thick, at a b-value in s/mm².
    #[expect(clippy::cast_possible_truncation, reason = "a signal of at most some thousands")]
    pub(super) fn slice(&self, z: f64, thickness: f64, b_value: u16) -> Slice {
        let mut grain = Grain::new(mix(self.seed ^ z.to_bits() ^ u64::from(b_value).rotate_left(32)));
        let mut values = Vec::with_capacity(GRID.len());
        let mut lesion = Vec::new();
        let mut at = 0;
        for row in 0..GRID.side {
            for column in 0..GRID.side {
                let place = |down: f64, right: f64, up: f64| {
                    let (x, y) = (GRID.centre(f64::from(column) + right), GRID.centre(f64::from(row) + down));
                    self.pose.head([x, y, z + up * thickness])
                };
                if self.fresh.is_some_and(|fresh| fresh.holds(place(0.0, 0.0, 0.0), &self.anatomy)) {
                    lesion.push(at);
                }
                let places = WITHIN.iter().flat_map(|&down| WITHIN.iter().map(move |&right| (down, right)));
                let all = places.flat_map(|(down, right)| LAYERS.iter().map(move |&up| (down, right, up)));
                let sum: f64 =
                    all.map(|(down, right, up)| self.signal(place(down, right, up), b_value)).sum();
                let signal = sum / 12.0 * self.sensitivity(place(0.0, 0.0, 0.0));
                // a magnitude picture: noise of two channels
                let magnitude = (signal + SIGMA * grain.next()).hypot(SIGMA * grain.next());
                values.push(to_i16(magnitude as f32));
                at += 1;
            }
        }
        Slice { values, lesion }
    }

    /// Echo-planar signal: T2 weighting and exp(−b·ADC), ADC in mm²/s.
    fn signal(&self, p: [f64; 3], b_value: u16) -> f64 {
        if Anatomy::depth(p) < 0.0 {
            return 0.0;
        }
        let tissue = self.anatomy.tissue(p);
        let (unweighted, adc) = match tissue {
            Tissue::Air | Tissue::CorticalBone | Tissue::Diploe | Tissue::Calcification => (8.0, 0.0),
            // fat is suppressed
            Tissue::Fat => (30.0, 0.0),
            Tissue::Muscle | Tissue::Dura => (90.0, 0.0015),
            Tissue::Csf => (900.0, 0.0030),
            Tissue::Grey | Tissue::Cerebellum | Tissue::White => self.brain(p, tissue),
        };
        let varied = unweighted * (1.0 + 0.04 * self.texture.at(p.map(|c| c / 6.0)));
        varied * piled_up(p) * (-f64::from(b_value) * adc).exp()
    }

    /// Signal without weighting, and ADC, of brain that lives, died lately, or died long ago.
    fn brain(&self, p: [f64; 3], tissue: Tissue) -> (f64, f64) {
        let (signal, adc) = if tissue == Tissue::White { (320.0, 0.00074) } else { (380.0, 0.00082) };
        if let Some(depth) = self.fresh.and_then(|fresh| fresh.depth(p)) {
            // swelling lifts T2 a little; restriction is deepest in the core
            return (signal * 1.25, 0.00036 + 0.00014 * depth * depth);
        }
        if self.old.is_some_and(|old| old.at(p) < 1.0) {
            return (signal * 1.9, 0.0014);
        }
        (signal, adc)
    }

    /// The coil's sensitivity: smooth, higher near the scalp.
    fn sensitivity(&self, p: [f64; 3]) -> f64 {
        let near = (1.0 - Anatomy::depth(p).max(0.0) / 80.0).max(0.0);
        0.85 + 0.2 * near + 0.12 * self.coil.at(p.map(|c| c / 70.0))
    }
}

/// Susceptibility: air in the sinuses and petrous bones pulls the signal of the brain next to it together.
fn piled_up(p: [f64; 3]) -> f64 {
    let q = [p[0].abs(), p[1], p[2]];
    let frontal = ellipsoid(q, [6.0, -46.0, -16.0], [16.0, 12.0, 6.0]);
    let petrous = ellipsoid(q, [44.0, 2.0, -24.0], [12.0, 12.0, 6.0]);
    1.0 + 0.7 * (-frontal).exp() + 0.5 * (-petrous).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean over the lesion's pixels, and over their mirror images across the middle column.
    fn lesion_and_mirror(slice: &Slice) -> (f64, f64) {
        let side = u32::from(GRID.side);
        let value = |at: u32| f64::from(slice.values[usize::try_from(at).unwrap()]);
        let count = f64::from(u32::try_from(slice.lesion.len()).unwrap());
        let mirror = |at: u32| at / side * side + (side - 1 - at % side);
        let mean =
            |of: &dyn Fn(u32) -> u32| slice.lesion.iter().map(|&at| value(of(at))).sum::<f64>() / count;
        (mean(&|at| at), mean(&mirror))
    }

    #[test]
    fn an_infarct_shines_under_diffusion_weighting_on_its_side_alone() {
        let scene = Scene::with_infarct(2);
        let (_, side) = scene.territory().unwrap();
        let slices = [-30.0, -5.0, 10.0, 30.0].map(|z| scene.slice(z, 5.0, 1000));
        let slice = slices.iter().max_by_key(|slice| slice.lesion.len()).unwrap();
        let (weighted, mirror) = lesion_and_mirror(slice);
        assert!(weighted > 1.4 * mirror, "{weighted} against {mirror}");
        let first = slice.lesion[0];
        assert_eq!(GRID.centre(f64::from(first % u32::from(GRID.side))) > 0.0, side == Side::Left);
    }
}
