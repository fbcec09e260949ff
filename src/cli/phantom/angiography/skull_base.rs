//! The sphenoid between the siphons: bone that an angiogram's arteries run along.

use crate::cli::phantom::anatomy::{Tissue, ellipsoid};

/// What the sphenoid puts here; none where it does not reach.
pub(super) fn tissue(p: [f64; 3]) -> Option<Tissue> {
    let q = [p[0].abs(), p[1], p[2]];
    let sinus = ellipsoid(p, [0.0, -22.0, -38.0], [9.0, 9.0, 6.0]);
    if sinus < 1.0 {
        return Some(if sinus < 0.8 { Tissue::Air } else { Tissue::CorticalBone });
    }
    let body = ellipsoid(p, [0.0, -17.0, -38.0], [12.0, 15.0, 9.0]);
    let bone = [
        // dorsum sellae, anterior clinoid processes, lesser wings
        ellipsoid(p, [0.0, -8.5, -27.0], [7.0, 1.8, 5.0]),
        ellipsoid(q, [9.5, -29.0, -21.0], [2.2, 6.0, 1.8]),
        ellipsoid(q, [26.0, -37.0, -19.0], [18.0, 3.0, 1.8]),
    ];
    if bone.iter().any(|&part| part < 1.0) {
        Some(Tissue::CorticalBone)
    } else if body < 1.0 {
        Some(if body > 0.75 { Tissue::CorticalBone } else { Tissue::Diploe })
    } else {
        None
    }
}
