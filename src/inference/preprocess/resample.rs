//! Area-weighted resampling, separable: each output pixel is the mean of what it covers.

use ndarray::Array2;

/// Largest picture on a network's grid, pixels a side: 700 mm at 1.4 mm. Wider pictures are cut there.
const MAX_SIDE: usize = 512;

/// The sources of one output pixel: first index, and the share of the output each covers.
#[derive(Debug, Clone, PartialEq)]
struct Taps {
    first: usize,
    weights: Vec<f64>,
}

/// Output pixel j covers [j·target, (j+1)·target) mm from the picture's outer edge, source pixel i
/// [i·spacing, (i+1)·spacing); the weight is their overlap as a share of the target.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pixel counts below 65,536"
)]
fn taps(pixels: usize, spacing: f64, target: f64) -> Vec<Taps> {
    let length = ((pixels as f64 * spacing / target - 1e-6).ceil().max(1.0) as usize).min(MAX_SIDE);
    let of_output = |output: usize| {
        let low = output as f64 * target;
        let first = ((low / spacing) as usize).saturating_sub(1);
        let last = ((((output + 1) as f64 * target) / spacing) as usize + 1).min(pixels.saturating_sub(1));
        let weights = (first..=last).map(|source| {
            let from = source as f64 * spacing;
            let overlap = (low + target).min(from + spacing) - low.max(from);
            overlap.max(0.0) / target
        });
        Taps { first, weights: weights.collect() }
    };
    (0..length).map(of_output).collect()
}

/// Square pixels to resample to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid {
    /// mm a pixel.
    pub spacing: f64,
    /// Value of what lies outside a picture.
    pub outside: f64,
}

/// A picture of `rows` and `columns`, given row by row, on the grid. Values above the outside value are summed, so that
/// what is uncovered needs no weight of its own.
#[expect(clippy::cast_possible_truncation, reason = "pixel values fit in f32")]
pub fn area(
    [rows, columns]: [usize; 2],
    [row_spacing, column_spacing]: [f64; 2],
    grid: Grid,
    value: impl Fn(usize) -> f64,
) -> Array2<f32> {
    let row_taps = taps(rows, row_spacing, grid.spacing);
    let column_taps = taps(columns, column_spacing, grid.spacing);
    let mut out = Array2::<f32>::zeros((row_taps.len(), column_taps.len()));
    let mut line = vec![0.0_f64; columns];
    for (taps, mut out_row) in row_taps.iter().zip(out.rows_mut()) {
        line.fill(0.0);
        for (source, &weight) in taps.weights.iter().enumerate().filter(|&(_, &weight)| weight > 0.0) {
            let start = (taps.first + source) * columns;
            for (column, sum) in line.iter_mut().enumerate() {
                *sum += weight * (value(start + column) - grid.outside);
            }
        }
        for (taps, out) in column_taps.iter().zip(out_row.iter_mut()) {
            let sources = &line[taps.first..taps.first + taps.weights.len()];
            let sum: f64 = sources.iter().zip(&taps.weights).map(|(&line, &weight)| line * weight).sum();
            *out = (sum + grid.outside) as f32;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::taps;

    #[test]
    fn weights_cover_each_output_once_and_the_last_in_part() {
        let taps = taps(10, 0.5, 1.4);
        assert_eq!(taps.len(), 4);
        let sums: Vec<f64> = taps.iter().map(|taps| taps.weights.iter().sum()).collect();
        for full in &sums[..3] {
            assert!((full - 1.0).abs() < 1e-9);
        }
        assert!((sums[3] - 0.8 / 1.4).abs() < 1e-9);
    }

    #[test]
    fn coarser_pixels_than_the_grid_are_spread() {
        let taps = taps(3, 2.8, 1.4);
        assert_eq!(taps.len(), 6);
        assert!(taps.iter().all(|taps| (taps.weights.iter().sum::<f64>() - 1.0).abs() < 1e-9));
    }
}
