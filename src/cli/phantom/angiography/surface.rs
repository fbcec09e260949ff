//! Places given by their depth below the scalp, and the tortuosity of one person's vessels.

use super::tube::{Station, station};
use crate::cli::phantom::anatomy::{Anatomy, HALF, MEAN_HALF};
use crate::cli::phantom::noise::{Noise, mix};

/// Depth of the dura: no vessel of the brain lies farther out, mm.
const INNER: f64 = 14.2;

/// On the left side at this y and z, `depth` mm below the scalp.
pub(super) fn lateral(y: f64, z: f64, depth: f64, radius: f64) -> Station {
    let low = if z < 0.0 { z * 0.45 } else { z };
    let section = (1.0 - depth / MEAN_HALF).powi(2) - (y / HALF[1]).powi(2) - (low / HALF[2]).powi(2);
    station((HALF[0] + 0.04 * y) * section.max(0.003).sqrt(), y, z, radius)
}

/// In the scalp of the left side.
pub(super) fn scalp(y: f64, z: f64, depth: f64, radius: f64) -> Station {
    lateral(y, z, depth, radius)
}

/// In the midline, towards this y and z, `depth` mm below the scalp.
pub(super) fn midline(y: f64, z: f64, depth: f64, radius: f64) -> Station {
    let low = if z < 0.0 { z * 0.45 } else { z };
    let size = (y / HALF[1]).hypot(low / HALF[2]).max(0.01);
    let share = (1.0 - depth / MEAN_HALF) / size;
    station(0.0, y * share, z * share, radius)
}

/// A smooth displacement of space: vessels that meet still meet after it.
#[derive(Debug, Clone)]
pub(super) struct Warp {
    wide: [Noise; 3],
    narrow: [Noise; 3],
}

impl Warp {
    pub(super) fn new(seed: u64) -> Self {
        let noise = |from: u64| [0, 1, 2].map(|axis| Noise::new(mix(seed ^ (from + axis))));
        Self { wide: noise(0x3A00), narrow: noise(0x3B00) }
    }

    /// Displaces a course; what lay inside the dura stays inside.
    pub(super) fn bend(&self, course: Vec<Station>) -> Vec<Station> {
        course.into_iter().map(|station| Station { at: self.moved(station.at), ..station }).collect()
    }

    fn moved(&self, p: [f64; 3]) -> [f64; 3] {
        let q: [f64; 3] = std::array::from_fn(|axis| {
            p[axis]
                + 2.2 * self.wide[axis].at(p.map(|c| c / 26.0))
                + 1.3 * self.narrow[axis].at(p.map(|c| c / 7.5))
        });
        if Anatomy::depth(p) < INNER || Anatomy::depth(q) >= INNER {
            return q;
        }
        let share = (1.0 - INNER / MEAN_HALF) / (1.0 - Anatomy::depth(q) / MEAN_HALF);
        q.map(|c| c * share)
    }
}
