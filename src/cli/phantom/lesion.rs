//! Lumps in a head, and the choices that a seed makes.

use super::anatomy::{Anatomy, ellipsoid};
use super::noise::{Noise, mix};

/// A lump with an uneven surface.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lump {
    centre: [f64; 3],
    /// Half axes, mm.
    half: [f64; 3],
    surface: Noise,
}

impl Lump {
    /// A haemorrhage where they come from small vessels: putamen or thalamus, of 10 to 40 mL.
    pub(super) fn haemorrhage(seed: u64) -> Self {
        let side = if pick(seed, 1) < 0.5 { -1.0 } else { 1.0 };
        let deep = pick(seed, 2) < 0.65;
        let centre = if deep { [side * 30.0, -2.0, 10.0] } else { [side * 16.0, 8.0, 12.0] };
        let size = if deep { 15.0 + 5.0 * pick(seed, 3) } else { 12.5 + 3.0 * pick(seed, 3) };
        let half = [size * 0.8, size * 1.25, size];
        Self { centre: jittered(centre, seed, 3.0), half, surface: Noise::new(mix(seed ^ 0xB1EE)) }
    }

    /// A lump of this size around a place, mm.
    pub(super) fn new(centre: [f64; 3], half: [f64; 3], seed: u64) -> Self {
        Self { centre, half, surface: Noise::new(mix(seed)) }
    }

    /// 0 at the centre, 1 on the surface.
    pub(super) fn at(&self, p: [f64; 3]) -> f64 {
        ellipsoid(p, self.centre, self.half).sqrt() + 0.22 * self.surface.at(p.map(|c| c / 9.0))
    }

    pub(super) fn holds(&self, p: [f64; 3], anatomy: &Anatomy) -> bool {
        self.at(p) < 1.0 && anatomy.is_brain(p)
    }
}

/// 0 to 1, from the seed and a number that names the choice.
#[expect(clippy::cast_precision_loss, reason = "53 bits")]
pub(super) fn pick(seed: u64, choice: u64) -> f64 {
    (mix(mix(seed) ^ choice) >> 11) as f64 / (1_u64 << 53) as f64
}

pub(super) fn jittered(centre: [f64; 3], seed: u64, by: f64) -> [f64; 3] {
    [0, 1, 2].map(|axis: usize| centre[axis] + by * (2.0 * pick(seed, 10 + axis as u64) - 1.0))
}
