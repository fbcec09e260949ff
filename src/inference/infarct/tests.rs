use std::path::PathBuf;

use ndarray::{Array2, Axis};
use serde::Deserialize;

use super::gather::{Gathered, Role, Shown};
use super::steps::{Steps, Weighting};
use super::volume::Volume;
use super::*;
use crate::imaging::geometry::{Mirror, SlicePlane, Turn};
use crate::imaging::quality::Unfit;
use crate::inference::preprocess::Grid;

/// Agreement wanted with the reference implementation, relative.
const AGREEMENT: f32 = 1e-3;
const PLAIN: Turn = Turn { rows: Mirror::Kept, columns: Mirror::Kept };
const WEIGHTED: Role = Role::Directional { b_value: 1000.0 };
const UNWEIGHTED: Role = Role::Unweighted { b_value: 0.0 };

fn steps() -> Steps {
    Steps {
        least_normal_z: 0.7,
        weighting: Weighting {
            minimum: 500.0,
            maximum: 1500.0,
            preferred: 1000.0,
            shell: 50.0,
            unweighted_below: 50.0,
            adc_maximum: 4000.0,
            adc_missing: -1.0,
        },
        grid: Grid { spacing: 2.0, outside: 0.0 },
        share: 0.4,
        percentile: 95,
        size: 112,
        above: 0.5,
        neighbour_offset: 5.0,
        neighbour_gap: 9.0,
    }
}

fn shown(number: i64) -> Shown {
    let sop_instance = format!("1.2.{number}").parse().unwrap();
    Shown { instance_number: Some(number), sop_instance, frame: None, turn: PLAIN }
}

fn plane(rows: usize, columns: usize, spacing: [f64; 2], along_normal: f64) -> SlicePlane {
    SlicePlane {
        rows: u16::try_from(rows).unwrap(),
        columns: u16::try_from(columns).unwrap(),
        row_spacing: spacing[0],
        column_spacing: spacing[1],
        normal: [0.0, 0.0, 1.0],
        along_normal,
    }
}

/// One pixel a place is enough to see what is summed with what.
fn pixel(gathered: &mut Gathered, role: Role, at: f64, number: i64, value: f64) {
    if let Role::Directional { b_value } | Role::Isotropic { b_value } | Role::Unweighted { b_value } = role {
        gathered.met(b_value);
    }
    gathered.take(role, plane(1, 1, [2.0, 2.0], at), shown(number), Array2::from_elem((1, 1), value));
}

fn traces(gathered: &Gathered) -> Vec<(f64, f64)> {
    let places = gathered.places(&steps().weighting).unwrap();
    let round = |value: f64| (value * 1e6).round() / 1e6;
    places.places.iter().map(|place| (place.plane.along_normal, round(place.trace()(0)))).collect()
}

#[derive(Deserialize)]
struct Reference {
    slices: usize,
    rows: usize,
    cols: usize,
    spacing_row: f64,
    spacing_col: f64,
    positions: Vec<f64>,
    b_high: f64,
    b_low: f64,
    origin: [i64; 2],
    expected_slices: Vec<usize>,
}

fn floats(name: &str) -> Vec<f32> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("models/infarct/reference");
    let bytes = std::fs::read(folder.join(name)).unwrap();
    bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
}

#[test]
fn agrees_with_the_reference_vectors() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("models/infarct/reference");
    let text = std::fs::read_to_string(folder.join("series.toml")).unwrap();
    let reference: Reference = toml::from_str(&text).unwrap();
    let (trace, b0) = (floats("series.trace.f32"), floats("series.b0.f32"));
    let (rows, columns) = (reference.rows, reference.cols);
    let mut gathered = Gathered::default();
    for slice in 0..reference.slices {
        let spacing = [reference.spacing_row, reference.spacing_col];
        let plane = plane(rows, columns, spacing, reference.positions[slice]);
        let image = |values: &[f32]| {
            let slice = values[slice * rows * columns..].iter().map(|&value| f64::from(value));
            Array2::from_shape_vec((rows, columns), slice.take(rows * columns).collect()).unwrap()
        };
        let weighted = Role::Isotropic { b_value: reference.b_high };
        let unweighted = Role::Unweighted { b_value: reference.b_low };
        let number = i64::try_from(slice).unwrap();
        gathered.take(weighted, plane, shown(number), image(&trace));
        gathered.take(unweighted, plane, shown(100 + number), image(&b0));
    }
    let volume = Volume::of(&gathered.places(&steps().weighting).unwrap(), &steps()).unwrap();
    assert_eq!(volume.origin, reference.origin);
    let expected = floats("series.expected.f32");
    let each = 6 * 112 * 112;
    assert_eq!(expected.len(), each * reference.expected_slices.len());
    for (&slice, expected) in reference.expected_slices.iter().zip(expected.chunks_exact(each)) {
        let input = volume.input(slice, &steps());
        let away = |(a, b): (&f32, &f32)| (a - b).abs() / b.abs().max(1.0);
        let worst = input.iter().zip(expected).map(away).fold(0.0, f32::max);
        assert!(worst <= AGREEMENT, "slice {slice}: {worst}");
        assert!(input.index_axis(Axis(1), 4).iter().any(|&adc| adc > 300.0));
    }
}

#[test]
fn directions_become_their_geometric_mean_by_position_in_whatever_order_they_come() {
    let images =
        [(5.0, 1, 100.0), (0.0, 2, 90.0), (5.05, 3, 400.0), (0.0, 4, 10.0), (10.0, 5, 50.0), (10.0, 6, 0.0)];
    let mut gathered = Gathered::default();
    let mut merged = Gathered::default();
    for (at, number, value) in images {
        pixel(&mut gathered, WEIGHTED, at, number, value);
    }
    for &(at, number, value) in images.iter().rev() {
        let mut one = Gathered::default();
        pixel(&mut one, WEIGHTED, at, number, value);
        merged.merge(one);
    }
    let expected = [(0.0, 30.0), (5.0, 200.0), (10.0, 0.0)];
    assert_eq!(traces(&gathered), expected);
    assert_eq!(traces(&merged), expected);
    let places = merged.places(&steps().weighting).unwrap();
    assert_eq!(places.places[1].shown.instance_number, Some(1));
}

#[test]
fn a_given_trace_counts_before_its_directions_and_the_shell_is_the_nearest_to_1000() {
    let mut gathered = Gathered::default();
    pixel(&mut gathered, Role::Directional { b_value: 1000.0 }, 0.0, 1, 10.0);
    pixel(&mut gathered, Role::Isotropic { b_value: 1000.0 }, 0.0, 2, 20.0);
    pixel(&mut gathered, Role::Isotropic { b_value: 1400.0 }, 0.0, 3, 30.0);
    assert_eq!(traces(&gathered), [(0.0, 20.0)]);
    let mut even = Gathered::default();
    pixel(&mut even, Role::Isotropic { b_value: 800.0 }, 0.0, 1, 10.0);
    pixel(&mut even, Role::Isotropic { b_value: 1200.0 }, 0.0, 2, 20.0);
    assert_eq!(traces(&even), [(0.0, 20.0)]);
}

#[test]
fn the_series_says_why_it_has_no_trace() {
    let weighting = steps().weighting;
    let mut gathered = Gathered::default();
    gathered.named = 3;
    assert_eq!(gathered.places(&weighting).unwrap_err(), Unfit::NoDiffusionWeighting);
    pixel(&mut gathered, UNWEIGHTED, 0.0, 1, 10.0);
    gathered.met(200.0);
    let found = Unfit::NoHighBValue { found: 200.0, low: 500.0, high: 1500.0 };
    assert_eq!(gathered.places(&weighting).unwrap_err(), found);
    pixel(&mut gathered, WEIGHTED, 0.0, 2, 10.0);
    gathered.take(WEIGHTED, plane(1, 2, [2.0, 2.0], 5.0), shown(3), Array2::zeros((1, 2)));
    assert_eq!(gathered.places(&weighting).unwrap_err(), Unfit::MixedSizes);
}

#[test]
fn unweighted_images_of_any_other_scan_are_dropped_before_they_fill_the_memory() {
    let mut gathered = Gathered::default();
    for number in 0..40_u32 {
        let role = Role::Unweighted { b_value: 0.0 };
        let plane = plane(512, 512, [0.5, 0.5], f64::from(number));
        gathered.take(role, plane, shown(i64::from(number)), Array2::zeros((512, 512)));
    }
    assert_eq!(gathered.overflow, gather::Overflow::Unweighted);
    pixel(&mut gathered, WEIGHTED, 0.0, 50, 7.0);
    assert!(gathered.places(&steps().weighting).unwrap().places[0].unweighted().is_none());
}

/// A disc of 160 mm at 500 with 30 around, in ten slices.
fn head(gathered: &mut Gathered, role: Role, inside: f64, outside: f64) {
    for slice in 0..10_u32 {
        let image = Array2::from_shape_fn((100, 100), |(row, column)| {
            let away =
                (i64::try_from(row).unwrap() - 60).pow(2) + (i64::try_from(column).unwrap() - 45).pow(2);
            if away < 40 * 40 { inside } else { outside }
        });
        let plane = plane(100, 100, [2.0, 2.0], f64::from(slice) * 5.0);
        gathered.take(role, plane, shown(i64::from(slice)), image);
    }
}

fn volume(gathered: &Gathered) -> Result<Volume, Unfit> {
    Volume::of(&gathered.places(&steps().weighting)?, &steps())
}

fn coefficient(gathered: &Gathered) -> f32 {
    volume(gathered).unwrap().input(5, &steps())[(0, 4, 56, 56)]
}

#[test]
fn the_coefficient_is_given_in_any_unit_or_computed_or_missing() {
    for unit in [1.0, 1e-3, 1e3, 1e-6] {
        let mut gathered = Gathered::default();
        head(&mut gathered, WEIGHTED, 500.0, 30.0);
        head(&mut gathered, Role::Adc, 800.0 * unit, 0.0);
        assert!((coefficient(&gathered) / 800.0 - 1.0).abs() < 1e-3, "{unit}");
    }
    let mut computed = Gathered::default();
    head(&mut computed, WEIGHTED, 500.0, 30.0);
    head(&mut computed, Role::Adc, 5e-9, 0.0);
    assert_eq!(coefficient(&computed), -1.0);
    head(&mut computed, Role::Unweighted { b_value: 0.004 }, 500.0 * 0.8_f64.exp(), 30.0);
    assert!((coefficient(&computed) / 800.0 - 1.0).abs() < 1e-3);
}

#[test]
fn what_has_no_signal_or_no_head_s_size_is_not_judged() {
    let mut nothing = Gathered::default();
    head(&mut nothing, WEIGHTED, 0.0, 0.0);
    assert_eq!(volume(&nothing).unwrap_err(), Unfit::NoSignal);
    let mut body = Gathered::default();
    for slice in 0..3_u32 {
        let plane = plane(150, 150, [2.0, 2.0], f64::from(slice) * 5.0);
        body.take(WEIGHTED, plane, shown(i64::from(slice)), Array2::from_elem((150, 150), 500.0));
    }
    assert_eq!(volume(&body).unwrap_err(), Unfit::NoHeadSeen);
}

#[test]
fn territories_are_read_by_name() {
    let names = ["none", "ACA right", "vertebrobasilar left"].map(str::to_owned).to_vec();
    let read = steps::locations(&crate::inference::manifest::Territories { names }).unwrap();
    assert_eq!(read.len(), 3);
    assert_eq!(read[0], None);
    let wrong = crate::inference::manifest::Territories { names: vec!["none".into(), "MCA rigth".into()] };
    assert_eq!(steps::locations(&wrong), None);
}
