use std::path::PathBuf;

use serde::Deserialize;

use super::*;

/// Agreement wanted with the reference implementation, HU.
const AGREEMENT: f32 = 1e-3;

#[derive(Deserialize)]
struct Reference {
    rows: usize,
    cols: usize,
    slope: f64,
    intercept: f64,
    spacing_row: f64,
    spacing_col: f64,
    origin: [i64; 2],
}

fn steps() -> Preprocessing {
    Preprocessing {
        clamp: [-1000.0, 3000.0],
        slab_below: 2.5,
        slab_target: 5.0,
        spacing: 1.4,
        outside: -1000.0,
        size: 160,
        above: -200.0,
        neighbour_offset: 5.0,
        neighbour_gap: 8.0,
    }
}

fn plane(row_spacing: f64, column_spacing: f64) -> SlicePlane {
    SlicePlane {
        rows: 1,
        columns: 1,
        row_spacing,
        column_spacing,
        normal: [0.0, 0.0, 1.0],
        along_normal: 0.0,
    }
}

fn reference(name: &str) -> (Reference, StoredFrame, Vec<f32>) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("models/haemorrhage/reference");
    let read = |suffix: &str| std::fs::read(folder.join(format!("{name}.{suffix}"))).unwrap();
    let reference: Reference = toml::from_str(&String::from_utf8(read("toml")).unwrap()).unwrap();
    let samples =
        read("stored.i16").chunks_exact(2).map(|b| i32::from(i16::from_le_bytes([b[0], b[1]]))).collect();
    let expected =
        read("expected.f32").chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
    let frame = StoredFrame { rows: reference.rows, columns: reference.cols, samples };
    (reference, frame, expected)
}

#[test]
fn agrees_with_the_reference_vectors() {
    for name in ["ctich", "oblong"] {
        let (reference, frame, expected) = reference(name);
        let rescale = Rescale { slope: reference.slope, intercept: reference.intercept };
        let plane = plane(reference.spacing_row, reference.spacing_col);
        let image = steps().resample(&frame, rescale, &plane);
        let origin = steps().origin(&image);
        assert_eq!(origin, reference.origin, "{name}");
        let crop = steps().crop(&image, origin);
        let worst = crop.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst <= AGREEMENT, "{name}: {worst} HU apart");
    }
}

#[test]
fn a_crop_beyond_the_picture_is_filled() {
    let image = Array2::from_elem((10, 20), 40.0);
    let crop = steps().crop(&image, [-75, -70]);
    assert_eq!(crop[(74, 70)], -1000.0);
    assert_eq!(crop[(75, 70)], 40.0);
    assert_eq!(crop.iter().filter(|&&hu| hu > 0.0).count(), 200);
    assert!(steps().crop(&image, [500, 500]).iter().all(|&hu| hu <= -1000.0));
    assert!(steps().crop(&image, [-500, 0]).iter().all(|&hu| hu <= -1000.0));
}

#[test]
fn a_picture_of_air_is_cropped_around_its_middle() {
    let image = Array2::from_elem((200, 100), -1000.0);
    assert_eq!(steps().origin(&image), [20, -30]);
}

/// A skull of bone around brain, on the network's grid.
fn head(brain: f32) -> Array2<f32> {
    Array2::from_shape_fn((160, 160), |(row, column)| {
        #[expect(clippy::cast_precision_loss, reason = "grid coordinates")]
        let away = ((row as f32 - 80.0).powi(2) / 1.4 + (column as f32 - 80.0).powi(2)).sqrt();
        match away {
            ..45.0 => brain,
            45.0..50.0 => 900.0,
            50.0..54.0 => 30.0,
            _ => -1000.0,
        }
    })
}

#[test]
fn brain_in_a_skull_is_told_from_air_from_no_skull_and_from_contrast() {
    let plain = Content::of(&head(35.0), 1.4);
    assert!(plain.is_brain() && plain.closed > 0.99);
    assert!(plain.core > 5_000.0 && plain.vessels == 0.0);
    assert!(!Content::of(&head(-700.0), 1.4).is_brain());
    let half = Array2::from_shape_fn((160, 160), |at| if at.0 < 90 { 35.0 } else { head(35.0)[at] });
    assert!(!Content::of(&half, 1.4).is_brain());
    let mut fractured = head(35.0);
    fractured
        .slice_axis_mut(Axis(0), Slice::from(0..80))
        .slice_axis_mut(Axis(1), Slice::from(76..84))
        .fill(35.0);
    assert!(Content::of(&fractured, 1.4).is_brain());
    let mut vessels = head(35.0);
    vessels
        .slice_axis_mut(Axis(0), Slice::from(70..90))
        .slice_axis_mut(Axis(1), Slice::from(70..80))
        .fill(250.0);
    assert!((Content::of(&vessels, 1.4).vessels / (200.0 * 1.96) - 1.0).abs() < 0.1);
}
