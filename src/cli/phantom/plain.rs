//! CT without contrast medium: partial volume, blur and noise of a scanner, with or without a bleed.

use super::anatomy::{Anatomy, Tissue};
use super::lesion::{Lump, pick};
use super::noise::Noise;
use super::picture::{Grain, Grid, Slice, blur, to_i16};

/// Field of view of a head CT, 230 mm.
pub(super) const GRID: Grid = Grid { side: 512, pixel: FIELD / 512.0 };
const FIELD: f64 = 230.0;
const PIXEL: f64 = GRID.pixel;
/// Noise before the blur, HU.
const SIGMA: f64 = 8.5;

/// A head, its pose in the scanner, and its bleed where it has one.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    seed: u64,
    anatomy: Anatomy,
    bleed: Option<Lump>,
    texture: Noise,
    scale: f64,
    turn: (f64, f64),
    shift: [f64; 2],
}

impl Scene {
    pub(super) fn new(seed: u64, bleed: Option<Lump>) -> Self {
        Self {
            seed,
            anatomy: Anatomy::of(seed),
            bleed,
            texture: Noise::new(seed ^ 0x7E87),
            scale: 0.95 + 0.1 * pick(seed, 23),
            turn: (0.12 * (pick(seed, 22) - 0.5)).sin_cos(),
            shift: [8.0 * (pick(seed, 24) - 0.5), 8.0 * (pick(seed, 25) - 0.5)],
        }
    }

    /// Draws the slice at height `z` mm, `thickness` mm thick.
    pub(super) fn slice(&self, z: f64, thickness: f64) -> Slice {
        let side = usize::from(GRID.side);
        let layers: &[f64] = if thickness > 2.0 { &[-0.3, 0.0, 0.3] } else { &[0.0] };
        let mut sharp = vec![0.0_f32; GRID.len()];
        let mut lesion = Vec::new();
        let mut at = 0_u32;
        for row in 0..GRID.side {
            for column in 0..GRID.side {
                let place = |layer: f64| self.place(row, column, z + layer * thickness);
                if self.bleed.is_some_and(|bleed| bleed.holds(place(0.0), &self.anatomy)) {
                    lesion.push(at);
                }
                let sum: f64 = layers.iter().map(|&layer| self.value(place(layer))).sum();
                sharp[usize::from(row) * side + usize::from(column)] = mean(sum, layers.len());
                at += 1;
            }
        }
        self.add_noise(&mut sharp, z);
        Slice { values: blur(&sharp, side).into_iter().map(to_i16).collect(), lesion }
    }

    /// From a pixel to the head's own coordinates.
    fn place(&self, row: u16, column: u16, z: f64) -> [f64; 3] {
        let x = (f64::from(column) + 0.5) * PIXEL - FIELD / 2.0 - self.shift[0];
        let y = (f64::from(row) + 0.5) * PIXEL - FIELD / 2.0 - self.shift[1];
        let (sin, cos) = self.turn;
        [(x * cos + y * sin) / self.scale, (y * cos - x * sin) / self.scale, z / self.scale]
    }

    fn value(&self, p: [f64; 3]) -> f64 {
        if Anatomy::depth(p) < 0.0 {
            return -1000.0;
        }
        let tissue = self.anatomy.tissue(p);
        if let Some(bleed) = self.bleed
            && matches!(tissue, Tissue::Grey | Tissue::White | Tissue::Cerebellum)
        {
            // dense clot, softer towards its rim, in a halo of oedema
            let at = bleed.at(p);
            if at < 1.0 {
                return 66.0 - 10.0 * at * at + 6.0 * self.texture.at(p.map(|c| c / 6.0));
            }
            if at < 1.25 {
                return 21.0;
            }
        }
        hounsfield(tissue, self.texture.at(p.map(|c| c / 7.0)))
    }

    /// Noise of the detector; the blur that follows makes it grainy as a soft kernel does.
    #[expect(clippy::cast_possible_truncation, reason = "noise of some HU")]
    fn add_noise(&self, pixels: &mut [f32], z: f64) {
        let mut grain = Grain::new(self.seed ^ z.to_bits());
        for pixel in pixels {
            *pixel += (SIGMA * grain.next()) as f32;
        }
    }
}

/// HU; `texture` −1 to 1 varies what varies.
pub(super) fn hounsfield(tissue: Tissue, texture: f64) -> f64 {
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

#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a mean of a few HU values")]
fn mean(sum: f64, count: usize) -> f32 {
    (sum / count as f64) as f32
}
