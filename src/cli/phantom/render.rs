//! From anatomy to pictures: partial volume, blur and noise of a scanner.

use super::Kind;
use super::anatomy::{Anatomy, Tissue};
use super::lesion::{Arteries, Lump, pick};
use super::noise::Noise;

/// Pixels a side.
pub(super) const SIDE: u16 = 512;
/// Field of view, mm.
const FIELD: f64 = 230.0;
/// mm a pixel.
pub(super) const PIXEL: f64 = FIELD / 512.0;

/// A head, its pose in the scanner, and what is wrong with it.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    kind: Kind,
    seed: u64,
    anatomy: Anatomy,
    lump: Option<Lump>,
    arteries: Option<Arteries>,
    texture: Noise,
    scale: f64,
    turn: (f64, f64),
    shift: [f64; 2],
}

/// One slice's stored values (HU, or signal) and which pixels belong to the lesion.
#[derive(Debug, Clone)]
pub(super) struct Slice {
    pub values: Vec<i16>,
    pub lesion_pixels: usize,
}

impl Scene {
    pub(super) fn new(kind: Kind, seed: u64) -> Self {
        let anatomy = Anatomy::new(seed, 0.85 + 0.4 * pick(seed, 20), 0.7 + 0.5 * pick(seed, 21));
        let lump = match kind {
            Kind::Hemorrhage => Some(Lump::haemorrhage(seed)),
            Kind::DwiInfarct => Some(Lump::infarct(seed)),
            Kind::Normal | Kind::Cta | Kind::CtaOcclusion | Kind::Dwi => None,
        };
        let arteries = match kind {
            Kind::Cta => Some(Arteries::open()),
            Kind::CtaOcclusion => Some(Arteries::blocked(seed)),
            Kind::Normal | Kind::Hemorrhage | Kind::Dwi | Kind::DwiInfarct => None,
        };
        let turn = (0.12 * (pick(seed, 22) - 0.5)).sin_cos();
        Self {
            kind,
            seed,
            anatomy,
            lump,
            arteries,
            texture: Noise::new(seed ^ 0x7E87),
            scale: 0.95 + 0.1 * pick(seed, 23),
            turn,
            shift: [8.0 * (pick(seed, 24) - 0.5), 8.0 * (pick(seed, 25) - 0.5)],
        }
    }

    pub(super) fn blocked_at(&self) -> Option<[f64; 3]> {
        self.arteries.as_ref().and_then(|arteries| arteries.blocked_at)
    }

    /// Draws the slice at height `z` mm, `thickness` mm thick.
    pub(super) fn slice(&self, z: f64, thickness: f64, b_value: u16) -> Slice {
        let side = usize::from(SIDE);
        let layers: &[f64] = if thickness > 2.0 { &[-0.3, 0.0, 0.3] } else { &[0.0] };
        let mut sharp = vec![0.0_f32; side * side];
        let mut lesion_pixels = 0;
        for row in 0..SIDE {
            for column in 0..SIDE {
                let at = usize::from(row) * side + usize::from(column);
                let place = |layer: f64| self.place(row, column, z + layer * thickness);
                if self.lump.is_some_and(|lump| lump.holds(place(0.0), &self.anatomy)) {
                    lesion_pixels += 1;
                }
                let sum: f64 = layers.iter().map(|&layer| self.value(place(layer), b_value)).sum();
                sharp[at] = mean(sum, layers.len());
            }
        }
        self.add_noise(&mut sharp, z, b_value);
        let blurred = blur(&sharp, side);
        Slice { values: blurred.into_iter().map(to_i16).collect(), lesion_pixels }
    }

    /// From a pixel to the head's own coordinates.
    fn place(&self, row: u16, column: u16, z: f64) -> [f64; 3] {
        let x = (f64::from(column) + 0.5) * PIXEL - FIELD / 2.0 - self.shift[0];
        let y = (f64::from(row) + 0.5) * PIXEL - FIELD / 2.0 - self.shift[1];
        let (sin, cos) = self.turn;
        [(x * cos + y * sin) / self.scale, (y * cos - x * sin) / self.scale, z / self.scale]
    }

    fn value(&self, p: [f64; 3], b_value: u16) -> f64 {
        if Anatomy::depth(p) < 0.0 {
            return if self.kind.is_mr() { 0.0 } else { -1000.0 };
        }
        let tissue = self.anatomy.tissue(p);
        if self.kind.is_mr() {
            let restricted = self.lump.is_some_and(|lump| lump.holds(p, &self.anatomy));
            return diffusion_signal(tissue, restricted, b_value);
        }
        let fresh_blood = self.lump.filter(|_| self.kind == Kind::Hemorrhage).map(|lump| lump.at(p));
        let brain = matches!(tissue, Tissue::Grey | Tissue::White | Tissue::Cerebellum);
        if let Some(at) = fresh_blood
            && brain
        {
            // dense clot, softer towards its rim, in a halo of oedema
            if at < 1.0 {
                return 66.0 - 10.0 * at * at + 6.0 * self.texture.at(p.map(|c| c / 6.0));
            }
            if at < 1.25 {
                return 21.0;
            }
        }
        if self.arteries.as_ref().is_some_and(|arteries| arteries.hold(p)) && tissue != Tissue::CorticalBone {
            return 340.0;
        }
        hounsfield(tissue, self.texture.at(p.map(|c| c / 7.0)))
    }

    /// Noise of the detector; the blur that follows makes it grainy as a soft kernel does.
    #[expect(clippy::cast_possible_truncation, reason = "noise of some HU")]
    fn add_noise(&self, pixels: &mut [f32], z: f64, b_value: u16) {
        let sigma = if self.kind.is_mr() { 14.0 } else { 8.5 };
        let mut state = self.seed ^ z.to_bits() ^ u64::from(b_value).rotate_left(32);
        for pixel in pixels {
            // the sum of four uniform numbers is near enough to a normal one
            let mut sum = 0.0;
            for _ in 0..4 {
                state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
                sum += pick(state, 0) - 0.5;
            }
            *pixel += (sigma * 1.732 * sum) as f32;
        }
    }
}

/// HU; `texture` −1 to 1 varies what varies.
fn hounsfield(tissue: Tissue, texture: f64) -> f64 {
    match tissue {
        Tissue::Air => -1000.0,
        Tissue::Fat => -85.0 + 12.0 * texture,
        Tissue::Muscle => 52.0 + 8.0 * texture,
        Tissue::CorticalBone => 1250.0 + 250.0 * texture,
        Tissue::Diploe => 640.0 + 200.0 * texture,
        Tissue::Csf => 7.0 + 2.0 * texture,
        Tissue::Dura => 46.0,
        Tissue::Grey => 38.0 + 1.5 * texture,
        Tissue::White => 29.5 + 1.5 * texture,
        Tissue::Cerebellum => 34.5 + 2.0 * texture,
        Tissue::Calcification => 170.0 + 40.0 * texture,
    }
}

/// Echo-planar signal: T2 weighting and exp(−b·ADC), ADC in mm²/s.
fn diffusion_signal(tissue: Tissue, restricted: bool, b_value: u16) -> f64 {
    let (unweighted, adc) = match tissue {
        Tissue::Air | Tissue::CorticalBone | Tissue::Diploe | Tissue::Calcification => (8.0, 0.0),
        Tissue::Fat => (30.0, 0.0),
        Tissue::Muscle | Tissue::Dura => (90.0, 0.0015),
        Tissue::Csf => (900.0, 0.0030),
        Tissue::Grey | Tissue::Cerebellum if restricted => (420.0, 0.00042),
        Tissue::White if restricted => (360.0, 0.00042),
        Tissue::Grey | Tissue::Cerebellum => (380.0, 0.00082),
        Tissue::White => (320.0, 0.00074),
    };
    unweighted * (-f64::from(b_value) * adc).exp()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a mean of a few HU values")]
fn mean(sum: f64, count: usize) -> f32 {
    (sum / count as f64) as f32
}

#[expect(clippy::cast_possible_truncation, reason = "clamped")]
fn to_i16(value: f32) -> i16 {
    value.round().clamp(-1024.0, 3071.0) as i16
}

/// The scanner's point spread: five taps either way, about 1.1 mm wide.
fn blur(pixels: &[f32], side: usize) -> Vec<f32> {
    const TAPS: [f32; 5] = [0.08, 0.24, 0.36, 0.24, 0.08];
    let pass = |from: &[f32], step: usize, position: fn(usize, usize) -> usize| -> Vec<f32> {
        (0..from.len())
            .map(|at| {
                let along = position(at, side);
                if along < 2 || along + 2 >= side {
                    return from[at];
                }
                TAPS.iter().enumerate().map(|(tap, weight)| weight * from[at + tap * step - 2 * step]).sum()
            })
            .collect()
    };
    let across = pass(pixels, 1, |at, side| at % side);
    pass(&across, side, |at, side| at / side)
}
