//! A head as a function of place: which tissue lies where, mm, x to the patient's left, y to the back, z up, the
//! origin near the third ventricle. Sizes are those of an adult; nothing is taken from a patient.

use super::lesion::pick;
use super::noise::Noise;

/// What lies at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tissue {
    Air,
    Fat,
    Muscle,
    CorticalBone,
    Diploe,
    Csf,
    Dura,
    Grey,
    White,
    Cerebellum,
    Calcification,
}

/// Half axes of the scalp's ellipsoid.
pub(super) const HALF: [f64; 3] = [77.0, 96.0, 93.0];
/// Mean half axis: turns relative depth into mm.
pub(super) const MEAN_HALF: f64 = 84.0;
const SCALP: f64 = 5.5;
const SKULL: f64 = 12.5;
const BRAIN: f64 = 13.8;

/// One person's head: the same plan with its own proportions, folds and thickness.
#[derive(Debug, Clone, Copy)]
pub(super) struct Anatomy {
    folds: Noise,
    fine: Noise,
    /// Size of the ventricles relative to the plan.
    ventricles: f64,
    /// Width of the sulci relative to the plan.
    atrophy: f64,
}

impl Anatomy {
    pub(super) fn of(seed: u64) -> Self {
        Self {
            folds: Noise::new(seed ^ 0xF01D),
            fine: Noise::new(seed ^ 0xF19E),
            ventricles: 0.85 + 0.4 * pick(seed, 20),
            atrophy: 0.7 + 0.5 * pick(seed, 21),
        }
    }

    /// Depth below the scalp, mm; negative outside.
    pub(super) fn depth(p: [f64; 3]) -> f64 {
        // below the widest part the head narrows slowly towards the neck, in front it is slimmer than behind
        let z = if p[2] < 0.0 { p[2] * 0.45 } else { p[2] };
        let half_x = HALF[0] + 0.04 * p[1];
        let f = ((p[0] / half_x).powi(2) + (p[1] / HALF[1]).powi(2) + (z / HALF[2]).powi(2)).sqrt();
        (1.0 - f) * MEAN_HALF
    }

    pub(super) fn tissue(&self, p: [f64; 3]) -> Tissue {
        let depth = Self::depth(p);
        let wobble = 1.2 * self.folds.at(p.map(|c| c / 35.0));
        if depth < 0.0 {
            return Tissue::Air;
        }
        if depth < SCALP {
            return if depth > 0.8 && depth < 3.4 { Tissue::Fat } else { Tissue::Muscle };
        }
        let floor = floor_of_skull(p);
        if p[2] < floor - 7.0 {
            return self.below_the_base(p, depth);
        }
        if depth < SKULL + wobble {
            let within = depth - SCALP;
            let table = within < 2.0 || depth > SKULL + wobble - 1.8;
            return if table { Tissue::CorticalBone } else { Tissue::Diploe };
        }
        if p[2] < floor {
            return self.base(p, floor);
        }
        if depth < BRAIN + wobble {
            return Tissue::Csf;
        }
        self.inside(p, depth - BRAIN - wobble)
    }

    fn base(&self, p: [f64; 3], floor: f64) -> Tissue {
        let foramen = p[0].hypot(p[1] - 22.0) < 15.0;
        if foramen {
            return if p[0].hypot(p[1] - 22.0) < 9.0 { Tissue::White } else { Tissue::Csf };
        }
        if floor - p[2] < 2.0 || self.fine.at(p.map(|c| c / 5.0)) > 0.1 {
            Tissue::CorticalBone
        } else {
            Tissue::Diploe
        }
    }

    fn below_the_base(&self, p: [f64; 3], depth: f64) -> Tissue {
        let sinus = ellipsoid(p, [0.0, -42.0, -38.0], [22.0, 14.0, 18.0]) < 1.0;
        let orbit =
            [-1.0, 1.0].iter().any(|s| ellipsoid(p, [s * 31.0, -62.0, -28.0], [17.0, 20.0, 16.0]) < 1.0);
        let canal = p[0].hypot(p[1] - 22.0);
        match canal {
            ..8.0 => return Tissue::White,
            8.0..12.0 => return Tissue::Csf,
            12.0..18.0 => return Tissue::CorticalBone,
            _ => {}
        }
        if sinus {
            if self.fine.at(p.map(|c| c / 9.0)) > 0.35 { Tissue::CorticalBone } else { Tissue::Air }
        } else if orbit || depth < 9.0 {
            Tissue::Fat
        } else if self.folds.at(p.map(|c| c / 14.0)) > 0.55 {
            Tissue::CorticalBone
        } else {
            Tissue::Muscle
        }
    }

    /// Inside the dura; `depth` from the brain's surface.
    fn inside(&self, p: [f64; 3], depth: f64) -> Tissue {
        if let Some(tissue) = self.midline(p, depth).or_else(|| self.cisterns_and_ventricles(p)) {
            return tissue;
        }
        if is_below_the_tentorium(p) {
            return self.posterior_fossa(p);
        }
        if is_deep_grey(p) {
            return Tissue::Grey;
        }
        self.mantle(p, depth)
    }

    fn midline(&self, p: [f64; 3], depth: f64) -> Option<Tissue> {
        let across = p[0].abs();
        let above_callosum = ellipsoid(p, [0.0, 0.0, 8.0], [40.0, 42.0, 24.0]) > 1.0 && p[2] > -2.0;
        if !above_callosum {
            return None;
        }
        let widening = 0.6 + 1.0 * self.atrophy * (1.0 - depth / 40.0).max(0.0);
        if across < 0.75 && p[1].abs() > 10.0 {
            Some(Tissue::Dura)
        } else if across < widening + 0.4 * self.fine.at(p.map(|c| c / 8.0)) {
            Some(Tissue::Csf)
        } else {
            None
        }
    }

    fn cisterns_and_ventricles(&self, p: [f64; 3]) -> Option<Tissue> {
        let side = p[0].abs();
        let q = [side, p[1], p[2]];
        let v = self.ventricles;
        let pineal = ellipsoid(p, [0.0, 22.0, 8.0], [2.2, 2.4, 2.2]) < 1.0;
        let choroid = ellipsoid(q, [19.0, 27.0, 12.0], [2.0, 3.0, 2.2]) < 1.0;
        if pineal || choroid {
            return Some(Tissue::Calcification);
        }
        let fluid = [
            // bodies, frontal and occipital horns of the lateral ventricles
            ellipsoid(q, [10.0, -2.0, 23.0], [6.0 * v, 28.0, 6.5 * v]),
            ellipsoid(q, [8.0, -25.0, 15.0], [4.5 * v, 11.0, 8.5 * v]),
            ellipsoid(q, [19.0, 31.0, 13.0], [5.5 * v, 14.0, 6.5 * v]),
            // third and fourth ventricle
            ellipsoid(p, [0.0, -1.0, 5.0], [2.0 * v, 12.0, 9.0]),
            ellipsoid(p, [0.0, 30.0, -27.0], [6.0 * v, 4.5, 8.0]),
            // suprasellar, quadrigeminal and prepontine cisterns
            ellipsoid(p, [0.0, -9.0, -15.0], [11.0, 8.0, 6.0]),
            ellipsoid(p, [0.0, 25.0, 1.0], [10.0, 3.0, 5.0]),
            ellipsoid(p, [0.0, -1.0, -28.0], [13.0, 3.5, 13.0]),
        ];
        if fluid.iter().any(|&f| f < 1.0) {
            return Some(Tissue::Csf);
        }
        let sylvian = side > 36.0
            && (p[2] - 2.0 - 0.35 * p[1] - 3.0 * self.folds.at(p.map(|c| c / 15.0))).abs()
                < 0.8 * self.atrophy + 0.04 * (side - 36.0)
            && (-24.0..24.0).contains(&p[1]);
        sylvian.then_some(Tissue::Csf)
    }

    fn posterior_fossa(&self, p: [f64; 3]) -> Tissue {
        if ellipsoid(p, [0.0, 13.0, -26.0], [14.0, 12.0, 30.0]) < 1.0 {
            return Tissue::White;
        }
        let folia = self.fine.at([p[0] / 9.0, p[1] / 3.2, p[2] / 3.2]);
        if folia > 0.55 { Tissue::Csf } else { Tissue::Cerebellum }
    }

    /// Cortex, sulci and white matter.
    fn mantle(&self, p: [f64; 3], depth: f64) -> Tissue {
        let fold = (self.folds.at(p.map(|c| c / 12.0)) + 0.35 * self.fine.at(p.map(|c| c / 6.0))).abs();
        let reach = (1.0 - depth / 22.0).max(0.0);
        if fold < 0.075 * self.atrophy * reach {
            Tissue::Csf
        } else if depth < 2.6 || fold < 0.30 * reach {
            Tissue::Grey
        } else {
            Tissue::White
        }
    }

    /// Whether a lesion may lie here.
    pub(super) fn is_brain(&self, p: [f64; 3]) -> bool {
        matches!(self.tissue(p), Tissue::Grey | Tissue::White | Tissue::Cerebellum)
    }
}

/// Height of the skull's floor: anterior, middle and posterior fossa, with the petrous ridges between.
fn floor_of_skull(p: [f64; 3]) -> f64 {
    let step = |at: f64, width: f64| 1.0 / (1.0 + (-(p[1] - at) / width).exp());
    let ridge =
        14.0 * (-((p[1] - 6.0 - 0.25 * p[0].abs()) / 7.0).powi(2)).exp() * (p[0].abs() / 40.0).min(1.0);
    -18.0 - 14.0 * step(-38.0, 4.0) - 18.0 * step(8.0, 4.0) + ridge
}

pub(super) fn is_below_the_tentorium(p: [f64; 3]) -> bool {
    p[1] > -4.0 && p[2] < -6.0 + 0.18 * (p[1] - 10.0)
}

fn is_deep_grey(p: [f64; 3]) -> bool {
    let q = [p[0].abs(), p[1], p[2]];
    ellipsoid(q, [10.5, 5.0, 8.0], [7.5, 13.0, 8.0]) < 1.0
        || ellipsoid(q, [13.0, -22.0, 13.0], [4.5, 8.0, 9.0]) < 1.0
        || ellipsoid(q, [25.0, -6.0, 6.0], [5.5, 16.0, 10.0]) < 1.0
}

/// Below 1 inside.
pub(super) fn ellipsoid(p: [f64; 3], centre: [f64; 3], half: [f64; 3]) -> f64 {
    (0..3).map(|axis| ((p[axis] - centre[axis]) / half[axis]).powi(2)).sum()
}
