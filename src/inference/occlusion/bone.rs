//! Bone taken out, contrast medium counted, slabs made: from the block to the network's input.

use ndarray::{Array3, Axis, Slice};

use super::steps::{Bone, Contrast, Slabs};

/// Large dense pieces, and what lies within so many steps of them, take the floor's value. Vessels and calcifications
/// are small pieces and stay.
pub(super) fn suppress(volume: &mut Array3<i16>, bone: &Bone) {
    let size = volume.dim();
    let mut mask = large_pieces(volume, bone);
    for _ in 0..bone.dilations {
        mask = dilated(&mask, size);
    }
    for (hu, &masked) in volume.iter_mut().zip(&mask) {
        if masked {
            *hu = bone.value;
        }
    }
}

/// Voxels as bright as arteries in the block's middle.
pub(super) fn contrast(volume: &Array3<i16>, contrast: &Contrast) -> usize {
    let ([top, bottom], [left, right]) = (contrast.rows, contrast.columns);
    let rows = volume.slice_axis(Axis(1), Slice::from(top..bottom));
    rows.slice_axis(Axis(2), Slice::from(left..right)).iter().filter(|&&hu| hu > contrast.above).count()
}

/// Overlapping maxima [slabs, rows, columns].
pub(super) fn slab_maxima(volume: &Array3<i16>, slabs: &Slabs) -> Array3<f32> {
    let (bins, rows, columns) = volume.dim();
    let count = (bins - slabs.thickness) / slabs.stride + 1;
    let [floor, ceiling] = slabs.clamp;
    let mut out = Array3::zeros((count, rows, columns));
    for (slab, mut picture) in out.outer_iter_mut().enumerate() {
        let first = slab * slabs.stride;
        picture.fill(f32::from(floor));
        for bin in first..first + slabs.thickness {
            picture.zip_mut_with(&volume.index_axis(Axis(0), bin), |most, &hu| {
                *most = most.max(f32::from(hu.min(ceiling)));
            });
        }
    }
    out
}

/// 6-connected pieces of at least so many voxels, in raster order.
fn large_pieces(volume: &Array3<i16>, bone: &Bone) -> Vec<bool> {
    let size = volume.dim();
    let mut dense: Vec<bool> = volume.iter().map(|&hu| hu > bone.above).collect();
    let mut mask = vec![false; dense.len()];
    let mut piece = Vec::new();
    for start in 0..dense.len() {
        if !std::mem::take(&mut dense[start]) {
            continue;
        }
        piece.clear();
        piece.push(start);
        let mut looked = 0;
        while let Some(&at) = piece.get(looked) {
            looked += 1;
            for next in neighbours(at, size).into_iter().flatten() {
                if std::mem::take(&mut dense[next]) {
                    piece.push(next);
                }
            }
        }
        if piece.len() >= bone.voxels {
            for &at in &piece {
                mask[at] = true;
            }
        }
    }
    mask
}

fn dilated(mask: &[bool], size: (usize, usize, usize)) -> Vec<bool> {
    let mut out = mask.to_vec();
    for at in (0..mask.len()).filter(|&at| mask[at]) {
        for next in neighbours(at, size).into_iter().flatten() {
            out[next] = true;
        }
    }
    out
}

/// The up to six neighbours of a voxel.
fn neighbours(at: usize, (bins, rows, columns): (usize, usize, usize)) -> [Option<usize>; 6] {
    let area = rows * columns;
    let (bin, row, column) = (at / area, at / columns % rows, at % columns);
    [
        (bin > 0).then(|| at - area),
        (row > 0).then(|| at - columns),
        (column > 0).then(|| at - 1),
        (column + 1 < columns).then(|| at + 1),
        (row + 1 < rows).then(|| at + columns),
        (bin + 1 < bins).then(|| at + area),
    ]
}
