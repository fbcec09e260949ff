//! Which artery feeds which part of the drawn brain, and infarcts within one territory.

use serde::Serialize;

use crate::cli::phantom::anatomy::{Anatomy, ellipsoid, is_below_the_tentorium};
use crate::cli::phantom::angiography::Side;
use crate::cli::phantom::lesion::{Lump, jittered, pick};

/// Territories of the large arteries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(in crate::cli::phantom) enum Territory {
    #[serde(rename = "ACA")]
    Anterior,
    #[serde(rename = "MCA")]
    Middle,
    #[serde(rename = "PCA")]
    Posterior,
    #[serde(rename = "vertebrobasilar")]
    Vertebrobasilar,
}

impl Territory {
    /// Of a place in the brain.
    fn at(p: [f64; 3]) -> Self {
        let q = [p[0].abs(), p[1], p[2]];
        let brainstem = ellipsoid(p, [0.0, 13.0, -26.0], [14.0, 12.0, 30.0]) < 1.0 && p[2] < -4.0;
        let thalamus = ellipsoid(q, [10.5, 5.0, 8.0], [7.5, 13.0, 8.0]) < 1.0;
        let occipital = q[1] > 38.0 && q[2] < 28.0 && q[0] < 40.0;
        let under_temporal = q[1] > 0.0 && q[2] < -6.0 && q[0] < 40.0;
        let medial = q[0] < 14.0 + (0.25 * (q[2] - 20.0)).max(0.0) && q[1] < 28.0 && q[2] > 14.0;
        let frontal_base = q[0] < 14.0 && q[1] < -30.0;
        if is_below_the_tentorium(p) || brainstem {
            Self::Vertebrobasilar
        } else if thalamus || occipital || under_temporal {
            Self::Posterior
        } else if medial || frontal_base {
            Self::Anterior
        } else {
            Self::Middle
        }
    }

    /// Where infarcts of this territory are seen, on the left side, and their largest size, mm.
    fn places(self) -> &'static [([f64; 3], f64)] {
        match self {
            Self::Middle => &[
                ([28.0, -4.0, 10.0], 15.0),
                ([45.0, -6.0, 10.0], 24.0),
                ([42.0, -26.0, 24.0], 24.0),
                ([46.0, 16.0, 28.0], 26.0),
                ([48.0, 4.0, -10.0], 18.0),
            ],
            Self::Anterior => &[([8.0, -30.0, 44.0], 20.0), ([7.0, -2.0, 56.0], 18.0)],
            Self::Posterior => &[([16.0, 56.0, 8.0], 19.0), ([10.5, 5.0, 8.0], 10.0)],
            Self::Vertebrobasilar => &[([25.0, 36.0, -30.0], 17.0), ([5.0, 9.0, -24.0], 7.0)],
        }
    }
}

/// Brain that died within one territory.
#[derive(Debug, Clone, Copy)]
pub(super) struct Infarct {
    pub territory: Territory,
    pub side: Side,
    lump: Lump,
}

impl Infarct {
    pub(super) fn new(seed: u64) -> Self {
        let territory = match pick(seed, 2) {
            ..0.6 => Territory::Middle,
            0.6..0.72 => Territory::Anterior,
            0.72..0.86 => Territory::Posterior,
            _ => Territory::Vertebrobasilar,
        };
        let side = Side::of(seed, 1);
        let places = territory.places();
        let (centre, largest) = chosen(places, pick(seed, 4));
        let size = largest * (0.4 + 0.6 * pick(seed, 3));
        let centre = jittered([side.sign() * centre[0], centre[1], centre[2]], seed, 3.0);
        let lump = Lump::new(centre, [size * 0.75, size * 1.2, size], seed ^ 0x1FA3);
        Self { territory, side, lump }
    }

    /// 0 in the core, 1 at the rim; none outside.
    pub(super) fn depth(&self, p: [f64; 3]) -> Option<f64> {
        let at = self.lump.at(p);
        (at < 1.0 && p[0] * self.side.sign() > 0.0 && Territory::at(p) == self.territory).then_some(at)
    }

    pub(super) fn holds(&self, p: [f64; 3], anatomy: &Anatomy) -> bool {
        self.depth(p).is_some() && anatomy.is_brain(p)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a handful of places"
)]
fn chosen<T: Copy>(from: &[T], share: f64) -> T {
    from[((share * from.len() as f64) as usize).min(from.len() - 1)]
}
