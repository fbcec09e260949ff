use super::*;

fn plane(along_normal: f64) -> SlicePlane {
    SlicePlane {
        rows: 512,
        columns: 512,
        row_spacing: 0.45,
        column_spacing: 0.45,
        normal: [0.0, 0.0, 1.0],
        along_normal,
    }
}

const ACCEPTED: Accepted = Accepted { min_slices: 8, slice_spacing: [0.4, 8.0], pixel_spacing: [0.2, 1.2] };

fn series(positions: impl IntoIterator<Item = f64>) -> Vec<SlicePlane> {
    positions.into_iter().map(plane).collect()
}

fn verdict(planes: &[SlicePlane]) -> Result<(), Unfit> {
    check(planes, &order(planes), &ACCEPTED)
}

#[test]
fn slices_in_any_order_come_out_lowest_first_without_duplicates() {
    let planes = series([10.0, 0.0, 5.0, 5.01, 20.0]);
    let ordered = order(&planes);
    assert_eq!((ordered.order, ordered.duplicates), (vec![1, 2, 0, 4], vec![3]));
    assert!((ordered.largest_gap - 10.0).abs() < 1e-9 && (ordered.spacing - 5.0).abs() < 0.1);
}

#[test]
fn an_even_series_passes_and_a_missing_slice_is_tolerated() {
    assert_eq!(verdict(&series((0..10).map(|i| f64::from(i) * 5.0))), Ok(()));
    assert_eq!(verdict(&series((0..12).filter(|&i| i != 5).map(|i| f64::from(i) * 5.0))), Ok(()));
}

#[test]
fn too_few_slices_wide_gaps_and_wrong_spacings_are_named() {
    let code = |planes: &[SlicePlane]| verdict(planes).unwrap_err().code();
    assert_eq!(code(&series([0.0, 5.0])), "too_few_slices");
    assert_eq!(code(&[]), "too_few_slices");
    assert_eq!(code(&series((0..12).map(|i| f64::from(i) * 10.0))), "slice_spacing");
    assert_eq!(
        code(&series((0..20).filter(|i| !(5..9).contains(i)).map(|i| f64::from(i) * 5.0))),
        "slices_missing"
    );
    let mut coarse = series((0..10).map(|i| f64::from(i) * 5.0));
    coarse[3].row_spacing = 2.0;
    assert_eq!(code(&coarse), "pixel_spacing");
    let mut turned = series((0..10).map(|i| f64::from(i) * 5.0));
    turned[3].normal = [0.2, 0.0, 0.98];
    assert_eq!(code(&turned), "not_parallel");
}
