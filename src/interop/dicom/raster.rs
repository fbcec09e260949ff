//! From outlines to pixels.

use crate::inference::contour::{Contour, sides};

/// Which pixels of a slice have their centre within the outlines, row by row; outlines within outlines are holes
/// (even-odd rule). A centre on an outline's left or upper side is inside, on its right or lower side outside.
#[must_use]
pub fn fill(contours: &[Contour], rows: usize, columns: usize) -> Vec<bool> {
    let mut inside = vec![false; rows * columns];
    for (row, line) in inside.chunks_exact_mut(columns.max(1)).enumerate() {
        let mut crossings = crossings(contours, row);
        crossings.sort_by(f64::total_cmp);
        for pair in crossings.chunks_exact(2) {
            let (from, to) = (pixel_from(pair[0], columns), pixel_from(pair[1], columns));
            line[from..to.max(from)].fill(true);
        }
    }
    inside
}

/// Where outlines cross the line through a row's pixel centres.
#[expect(clippy::cast_precision_loss, reason = "a row's number")]
fn crossings(contours: &[Contour], row: usize) -> Vec<f64> {
    let at = row as f64;
    contours
        .iter()
        .flat_map(sides)
        .filter_map(|(from, to)| {
            let [[x0, y0], [x1, y1]] = [from, to].map(|point| point.map(f64::from));
            ((y0 <= at) != (y1 <= at)).then(|| x0 + (at - y0) / (y1 - y0) * (x1 - x0))
        })
        .collect()
}

/// The first pixel whose centre is not left of `x`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a negative value saturates at 0"
)]
fn pixel_from(x: f64, columns: usize) -> usize {
    (x.ceil() as usize).min(columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(contours: &[Contour], rows: usize, columns: usize) -> Vec<String> {
        let filled = fill(contours, rows, columns);
        let line = |line: &[bool]| line.iter().map(|&on| if on { '#' } else { '.' }).collect();
        filled.chunks(columns).map(line).collect()
    }

    #[test]
    fn centres_within_are_in_and_holes_are_out() {
        let outer = vec![[0.5, 0.5], [5.5, 0.5], [5.5, 4.5], [0.5, 4.5]];
        let hole = vec![[2.5, 1.5], [2.5, 3.5], [3.5, 3.5], [3.5, 1.5]];
        assert_eq!(
            drawn(&[outer, hole], 6, 7),
            [".......", ".#####.", ".##.##.", ".##.##.", ".#####.", "......."]
        );
    }

    #[test]
    fn neighbours_that_share_a_side_share_no_pixel_and_leave_none() {
        let left = vec![[0.0, 0.0], [2.0, 0.0], [2.0, 3.0], [0.0, 3.0]];
        let right = vec![[2.0, 0.0], [4.0, 0.0], [4.0, 3.0], [2.0, 3.0]];
        let (a, b) = (fill(std::slice::from_ref(&left), 3, 4), fill(std::slice::from_ref(&right), 3, 4));
        assert!(a.iter().zip(&b).all(|(a, b)| a != b));
    }

    #[test]
    fn what_lies_outside_the_picture_is_cut_off() {
        let large = vec![[-9.0, -9.0], [99.0, -9.0], [99.0, 99.0], [-9.0, 99.0]];
        assert!(fill(&[large], 3, 4).iter().all(|&on| on));
        assert!(fill(&[vec![[-5.0, -5.0], [-1.0, -5.0], [-1.0, -1.0]]], 3, 4).iter().all(|&on| !on));
        assert!(fill(&[], 0, 0).is_empty());
    }
}
