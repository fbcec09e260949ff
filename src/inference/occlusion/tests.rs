use ndarray::Array2;

use super::head::Block;
use super::steps::Steps;
use super::volume::{Bins, Layer};
use super::{bone, steps};
use crate::domain::evidence::{Location, Segment, Side};
use crate::imaging::quality::Unfit;
use crate::inference::manifest::Step;
use crate::inference::preprocess::area;

/// The steps of the pack's contract.
fn written() -> Vec<Step> {
    vec![
        Step::Hounsfield { minimum: -1000.0, maximum: 3000.0 },
        Step::AreaResample { spacing_mm: 1.0, outside: -1000.0 },
        Step::DepthBins { size_mm: 1.0 },
        Step::HeadBlock {
            above_hu: -200.0,
            vertex_mm2: 2000,
            vertex_bins: 5,
            missing_top_mm2: 6000,
            head_mm2: [11_000.0, 45_000.0],
            centre_from: 45,
            centre_bins: 20,
            from: 45,
            size: [80, 128, 160],
            centre: [68, 80],
            outside: -1000.0,
        },
        Step::SuppressBone { above_hu: 650.0, min_voxels: 300, dilate: 2, value: -100.0 },
        Step::Contrast { above_hu: 150.0, rows: [28, 108], cols: [40, 120], min_voxels: 800 },
        Step::SlabMaximum { thickness: 8, stride: 4, minimum: -100.0, maximum: 900.0 },
    ]
}

fn steps() -> Steps {
    Steps::of(&written()).unwrap()
}

/// An ellipsoid of soft tissue of this many slices a millimetre apart, its top at depth `above`.
fn ball(above: usize, slices: usize) -> Vec<Array2<i16>> {
    (0..slices)
        .map(|slice| {
            let z =
                (f64::from(u32::try_from(slice).unwrap()) - f64::from(u32::try_from(above).unwrap()) - 90.0)
                    / 90.0;
            Array2::from_shape_fn((220, 180), |(row, column)| {
                let square = |index: usize, middle: f64, half: f64| {
                    ((f64::from(u32::try_from(index).unwrap()) + 0.5 - middle) / half).powi(2)
                };
                if square(row, 112.0, 95.0) + square(column, 90.0, 76.0) + z * z < 1.0 { 40 } else { -1000 }
            })
        })
        .collect()
}

fn block(pictures: &[Array2<i16>]) -> Result<Block, Unfit> {
    let position = |index: usize| 50.0 - f64::from(u32::try_from(index).unwrap());
    let layers = pictures
        .iter()
        .enumerate()
        .map(|(index, picture)| Layer { picture, position: position(index) })
        .collect();
    Block::of(&Bins::of(layers, 1.0).unwrap(), &steps())
}

#[test]
fn steps_that_are_not_carried_out_are_refused() {
    for missing in 0..written().len() {
        let mut fewer = written();
        fewer.remove(missing);
        assert_eq!(Steps::of(&fewer), None);
    }
    let mut coarse = written();
    coarse[2] = Step::DepthBins { size_mm: 2.0 };
    assert_eq!(Steps::of(&coarse), None);
    assert_eq!(steps().input(), [19, 128, 160]);
}

#[test]
fn segments_are_the_patient_s() {
    let segment = Segment::CarotidTerminus;
    assert_eq!(steps::location("left ICA-T"), Some(Location::Segment { segment, side: Side::Left }));
    assert_eq!(steps::location("left P1"), None);
}

#[test]
fn slices_of_any_distance_fill_the_bins_by_their_share() {
    let pictures: Vec<_> = [0_i16, 100, 200].iter().map(|&hu| Array2::from_elem((2, 2), hu)).collect();
    let layers =
        pictures.iter().zip([9.0, 7.5, 6.0]).map(|(picture, position)| Layer { picture, position }).collect();
    let bins = Bins::of(layers, 1.0).unwrap();
    assert_eq!((bins.len(), bins.distance().to_bits()), (4, 1.5_f64.to_bits()));
    let values: Vec<_> = (0..4).map(|number| bins.bin(number).map(|bin| bin[[0, 0]])).collect();
    assert_eq!(values, [Some(0), Some(50), Some(100), Some(200)]);
}

#[test]
fn a_second_phase_at_the_same_places_is_seen() {
    let picture = Array2::from_elem((2, 2), 0_i16);
    let positions = [3.0, 3.0, 2.0, 2.0, 1.0];
    let layers = positions.iter().map(|&position| Layer { picture: &picture, position }).collect();
    let bins = Bins::of(layers, 1.0).unwrap();
    assert_eq!((bins.repeated(), bins.distance().to_bits()), (2, 1.0_f64.to_bits()));
}

#[test]
fn a_head_is_found_below_the_air_above_it() {
    let found = block(&ball(12, 190)).unwrap();
    // the ellipsoid's section reaches 2,000 mm² between 4 and 5 mm below its top
    assert_eq!((found.vertex, found.origin), (17, [112 - 68, 90 - 80]));
    assert_eq!(found.volume.dim(), (80, 128, 160));
}

#[test]
fn what_is_no_whole_head_is_named() {
    let code = |pictures: &[Array2<i16>]| block(pictures).unwrap_err().code();
    assert_eq!(code(&ball(12, 130)), "cover_too_short");
    assert_eq!(code(&ball(12, 190)[40..]), "top_missing");
    let air: Vec<_> = (0..190).map(|_| Array2::from_elem((220, 180), -1000)).collect();
    assert_eq!(code(&air), "no_head_seen");
    // an arm: long enough, but thin
    let arm = Array2::from_shape_fn((220, 180), |(row, column)| {
        if (60..120).contains(&row) && (60..120).contains(&column) { 40 } else { -1000 }
    });
    assert_eq!(code(&vec![arm; 190]), "no_head_seen");
}

#[test]
fn bone_goes_and_small_dense_pieces_stay() {
    let mut volume = ndarray::Array3::from_elem((20, 30, 30), 40_i16);
    for ((bin, row, column), hu) in volume.indexed_iter_mut() {
        if (5..15).contains(&bin) && (5..15).contains(&row) && (5..8).contains(&column) {
            *hu = 1000;
        } else if (10..12).contains(&bin) && (20..22).contains(&row) && (20..22).contains(&column) {
            *hu = 900;
        }
    }
    bone::suppress(&mut volume, &steps().bone);
    assert_eq!([volume[[6, 6, 6]], volume[[6, 6, 9]], volume[[6, 6, 10]]], [-100, -100, 40]);
    assert_eq!(volume[[10, 20, 20]], 900);
}

/// `models/occlusion/reference`, written by the pack's own `reference.py`.
#[derive(serde::Deserialize)]
struct Drawn {
    rows: usize,
    cols: usize,
    slope: f64,
    intercept: f64,
    spacing_row: f64,
    spacing_col: f64,
    positions: Vec<f64>,
    distance: f64,
    top: f64,
    vertex: usize,
    area_at_vertex: usize,
    origin: [i64; 2],
    changed_by_bone: usize,
    contrast_voxels: usize,
}

fn unpacked(path: &std::path::Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).unwrap();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(file), &mut bytes).unwrap();
    bytes
}

#[test]
fn the_steps_agree_with_the_pack_s_own_on_its_drawn_head() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("models/occlusion/reference");
    let drawn: Drawn = toml::from_str(&std::fs::read_to_string(folder.join("drawn.toml")).unwrap()).unwrap();
    let stored = unpacked(&folder.join("drawn.stored.i16.gz"));
    let expected = unpacked(&folder.join("drawn.expected.f32.gz"));
    let stored: Vec<i16> =
        stored.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect();
    let expected: Vec<f32> = expected
        .chunks_exact(4)
        .map(|word| f32::from_le_bytes([word[0], word[1], word[2], word[3]]))
        .collect();
    let steps = steps();
    let pictures: Vec<Array2<i16>> = stored
        .chunks_exact(drawn.rows * drawn.cols)
        .map(|slice| {
            let hu = |index: usize| {
                (f64::from(slice[index]) * drawn.slope + drawn.intercept)
                    .clamp(steps.clamp[0], steps.clamp[1])
            };
            let spacing = [drawn.spacing_row, drawn.spacing_col];
            area([drawn.rows, drawn.cols], spacing, steps.grid, hu)
                .mapv(|hu| super::volume::rounded(f64::from(hu)))
        })
        .collect();
    let layers = pictures
        .iter()
        .zip(&drawn.positions)
        .map(|(picture, &position)| Layer { picture, position })
        .collect();
    let bins = Bins::of(layers, steps.bin).unwrap();
    assert!((bins.distance() - drawn.distance).abs() < 1e-6 && (bins.top() - drawn.top).abs() < 1e-6);
    let mut block = Block::of(&bins, &steps).unwrap();
    assert_eq!((block.vertex, block.area, block.origin), (drawn.vertex, drawn.area_at_vertex, drawn.origin));
    let before = block.volume.clone();
    bone::suppress(&mut block.volume, &steps.bone);
    assert_eq!(before.iter().zip(&block.volume).filter(|(a, b)| a != b).count(), drawn.changed_by_bone);
    assert_eq!(bone::contrast(&block.volume, &steps.contrast), drawn.contrast_voxels);
    let slabs = bone::slab_maxima(&block.volume, &steps.slabs);
    let far = slabs.iter().zip(&expected).filter(|(a, b)| (**a - **b).abs() > 1.0).count();
    assert_eq!(slabs.len(), expected.len());
    assert!(far * 1000 <= expected.len(), "{far} voxels differ by more than 1 HU");
}
