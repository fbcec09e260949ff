//! The outline of what the network marked: marching squares at the mask's threshold.

use std::collections::HashMap;

use ndarray::Array2;

/// A closed outline; each point is [column, row], the first pixel's centre being 0, 0.
pub type Contour = Vec<[f32; 2]>;

/// The outline's sides, each as where it begins and where it ends; the last one closes it.
pub fn sides(outline: &Contour) -> impl Iterator<Item = ([f32; 2], [f32; 2])> + '_ {
    outline.iter().copied().zip(outline.iter().copied().cycle().skip(1))
}

/// Outlines shorter than this are specks of less than a pixel.
const MIN_POINTS: usize = 4;

/// A crossing of the threshold on the edge between two neighbouring samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Edge {
    /// From (row, column) to (row, column + 1).
    Across(usize, usize),
    /// From (row, column) to (row + 1, column).
    Down(usize, usize),
}

/// The samples with a border of zeros, so that every outline closes.
#[derive(Debug)]
struct Padded<'a> {
    mask: &'a Array2<f32>,
    threshold: f32,
}

impl Padded<'_> {
    fn at(&self, row: usize, column: usize) -> f32 {
        let inner = row.checked_sub(1).zip(column.checked_sub(1));
        inner.and_then(|at| self.mask.get(at)).copied().unwrap_or(0.0)
    }

    fn is_in(&self, row: usize, column: usize) -> bool {
        self.at(row, column) > self.threshold
    }

    /// Where the threshold is crossed, in the mask's pixel centres.
    #[expect(clippy::cast_precision_loss, reason = "grid coordinates")]
    fn point(&self, edge: Edge) -> [f32; 2] {
        let share = |from: f32, to: f32| {
            let span = to - from;
            if span.abs() > f32::EPSILON { ((self.threshold - from) / span).clamp(0.0, 1.0) } else { 0.5 }
        };
        match edge {
            Edge::Across(row, column) => {
                let along = share(self.at(row, column), self.at(row, column + 1));
                [column as f32 + along - 1.0, row as f32 - 1.0]
            }
            Edge::Down(row, column) => {
                let along = share(self.at(row, column), self.at(row + 1, column));
                [column as f32 - 1.0, row as f32 + along - 1.0]
            }
        }
    }
}

/// Closed outlines of the pixels above the threshold, in the mask's pixel centres. Diagonal neighbours stay apart.
#[must_use]
pub fn trace(mask: &Array2<f32>, threshold: f32) -> Vec<Contour> {
    let padded = Padded { mask, threshold };
    let mut next = HashMap::new();
    for row in 0..=mask.nrows() {
        for column in 0..=mask.ncols() {
            for (from, to) in cell(&padded, row, column).into_iter().flatten() {
                next.insert(from, to);
            }
        }
    }
    let mut starts: Vec<Edge> = next.keys().copied().collect();
    starts.sort_by_key(|edge| match *edge {
        Edge::Across(row, column) => (row, column, 0),
        Edge::Down(row, column) => (row, column, 1),
    });
    let mut contours = Vec::new();
    for start in starts {
        let mut contour = Contour::new();
        let mut edge = start;
        while let Some(following) = next.remove(&edge) {
            contour.push(padded.point(edge));
            edge = following;
        }
        if contour.len() >= MIN_POINTS {
            contours.push(contour);
        }
    }
    contours
}

/// The one or two pieces of outline through the cell whose top left sample is (row, column), with the inside on the
/// right hand of the way.
fn cell(padded: &Padded<'_>, row: usize, column: usize) -> [Option<(Edge, Edge)>; 2] {
    let (top, bottom) = (Edge::Across(row, column), Edge::Across(row + 1, column));
    let (left, right) = (Edge::Down(row, column), Edge::Down(row, column + 1));
    let corner = |down: usize, across: usize| padded.is_in(row + down, column + across);
    match (corner(0, 0), corner(0, 1), corner(1, 1), corner(1, 0)) {
        (false, false, false, false) | (true, true, true, true) => [None, None],
        (true, false, false, false) => [Some((top, left)), None],
        (false, true, false, false) => [Some((right, top)), None],
        (false, false, true, false) => [Some((bottom, right)), None],
        (false, false, false, true) => [Some((left, bottom)), None],
        (true, true, false, false) => [Some((right, left)), None],
        (false, true, true, false) => [Some((bottom, top)), None],
        (false, false, true, true) => [Some((left, right)), None],
        (true, false, false, true) => [Some((top, bottom)), None],
        (true, true, true, false) => [Some((bottom, left)), None],
        (true, true, false, true) => [Some((right, bottom)), None],
        (true, false, true, true) => [Some((top, right)), None],
        (false, true, true, true) => [Some((left, top)), None],
        (true, false, true, false) => [Some((top, left)), Some((bottom, right))],
        (false, true, false, true) => [Some((right, top)), Some((left, bottom))],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(contour: &Contour) -> f32 {
        sides(contour).map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum::<f32>().abs() / 2.0
    }

    #[test]
    fn a_square_has_one_outline_halfway_to_its_neighbours() {
        let inside = |(row, column)| (2..5).contains(&row) && (3..6).contains(&column);
        let mask = Array2::from_shape_fn((8, 8), |at| if inside(at) { 1.0 } else { 0.0 });
        let contours = trace(&mask, 0.5);
        assert_eq!(contours.len(), 1);
        assert!((area(&contours[0]) - 8.5).abs() < 1e-3, "{}", area(&contours[0]));
        assert!(contours[0].iter().all(|[c, r]| (2.4..=5.6).contains(c) && (1.4..=4.6).contains(r)));
    }

    #[test]
    fn holes_specks_and_pieces_at_the_border_close() {
        let mut mask = Array2::from_elem((6, 6), 1.0);
        mask[(3, 3)] = 0.0;
        let contours = trace(&mask, 0.5);
        assert_eq!(contours.len(), 2);
        assert_eq!(trace(&Array2::zeros((4, 4)), 0.5), Vec::<Contour>::new());
        let mut diagonal = Array2::zeros((4, 4));
        diagonal[(1, 1)] = 1.0;
        diagonal[(2, 2)] = 1.0;
        assert_eq!(trace(&diagonal, 0.5).len(), 2);
    }
}
