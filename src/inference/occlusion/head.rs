//! The head in a volume: its top, its middle, and the block around the arteries of the base.

use ndarray::{Array2, Array3, Axis, Slice};

use super::steps::{Head, Steps};
use super::volume::Bins;
use crate::imaging::quality::Unfit;

/// The part of a head that the network sees.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block {
    /// HU, top first [bins, rows, columns].
    pub volume: Array3<i16>,
    /// First bin of the series in which the head is.
    pub vertex: usize,
    /// Pixels of head there.
    #[cfg(test)]
    pub area: usize,
    /// Row and column of the block's corner in the picture on the grid; may lie outside.
    pub origin: [i64; 2],
}

/// Sums over the pixels of one bin's head.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    area: usize,
    rows: usize,
    columns: usize,
}

impl Block {
    /// Finds the head from the top of the series downwards.
    pub(super) fn of(bins: &Bins<'_>, steps: &Steps) -> Result<Self, Unfit> {
        let head = &steps.head;
        let (vertex, area) = vertex(bins, head)?;
        if vertex == 0 && area > head.missing_top_area {
            return Err(Unfit::TopMissing);
        }
        if vertex + steps.reach() > bins.len() {
            return Err(Unfit::CoverTooShort);
        }
        let pictures: Option<Vec<Array2<i16>>> =
            (vertex + head.from..vertex + steps.reach()).map(|number| bins.bin(number)).collect();
        let pictures = pictures.ok_or(Unfit::SlicesMissing { gap: bins.largest_gap() })?;
        let mut all = Sums::default();
        for picture in &pictures[..head.centre_bins] {
            let sums = largest_piece(picture, head.above);
            all.area += sums.area;
            all.rows += sums.rows;
            all.columns += sums.columns;
        }
        let [low, high] = head.area;
        if !(low..=high).contains(&mean(all.area, head.centre_bins)) {
            return Err(Unfit::NoHeadSeen);
        }
        let corner = |sum: usize, centre: i64| nearest(mean(sum, all.area) + 0.5) - centre;
        let origin = [corner(all.rows, head.centre[0]), corner(all.columns, head.centre[1])];
        Ok(Self {
            volume: crop(&pictures, origin, head),
            vertex,
            #[cfg(test)]
            area,
            origin,
        })
    }
}

/// The first bin of so many in a row that are large enough, and its area.
fn vertex(bins: &Bins<'_>, head: &Head) -> Result<(usize, usize), Unfit> {
    let (mut run, mut first) = (0, 0);
    for number in 0..bins.len() {
        let area = bins.bin(number).map_or(0, |picture| largest_piece(&picture, head.above).area);
        if area < head.vertex_area {
            run = 0;
            continue;
        }
        if run == 0 {
            first = area;
        }
        run += 1;
        if run == head.vertex_bins {
            return Ok((number + 1 - run, first));
        }
    }
    Err(Unfit::NoHeadSeen)
}

/// The largest 4-connected piece above a value; the first in raster order of equals.
fn largest_piece(picture: &Array2<i16>, above: i16) -> Sums {
    let (rows, columns) = picture.dim();
    let mut open_pixels: Vec<bool> = picture.iter().map(|&hu| hu > above).collect();
    let mut waiting = Vec::new();
    let mut largest = Sums::default();
    for start in 0..open_pixels.len() {
        if !std::mem::take(&mut open_pixels[start]) {
            continue;
        }
        waiting.push(start);
        let mut sums = Sums::default();
        while let Some(at) = waiting.pop() {
            let (row, column) = (at / columns, at % columns);
            sums.area += 1;
            sums.rows += row;
            sums.columns += column;
            let neighbours = [
                (row > 0).then(|| at - columns),
                (column > 0).then(|| at - 1),
                (column + 1 < columns).then(|| at + 1),
                (row + 1 < rows).then(|| at + columns),
            ];
            for next in neighbours.into_iter().flatten() {
                if std::mem::take(&mut open_pixels[next]) {
                    waiting.push(next);
                }
            }
        }
        if sums.area > largest.area {
            largest = sums;
        }
    }
    largest
}

fn crop(pictures: &[Array2<i16>], origin: [i64; 2], head: &Head) -> Array3<i16> {
    let [bins, rows, columns] = head.size;
    let mut block = Array3::from_elem((bins, rows, columns), head.outside);
    let overlap = |origin: i64, wanted: usize, length: usize| {
        let from = usize::try_from(origin.max(0)).unwrap_or(usize::MAX).min(length);
        let end =
            usize::try_from(origin.saturating_add(wanted.cast_signed() as i64)).unwrap_or(0).min(length);
        let shift = usize::try_from((-origin).max(0)).unwrap_or(usize::MAX).min(wanted);
        (Slice::from(from..end.max(from)), Slice::from(shift..shift + end.saturating_sub(from)))
    };
    for (mut layer, picture) in block.outer_iter_mut().zip(pictures) {
        let (from_rows, to_rows) = overlap(origin[0], rows, picture.nrows());
        let (from_columns, to_columns) = overlap(origin[1], columns, picture.ncols());
        let taken = picture.slice_axis(Axis(0), from_rows);
        layer
            .slice_axis_mut(Axis(0), to_rows)
            .slice_axis_mut(Axis(1), to_columns)
            .assign(&taken.slice_axis(Axis(1), from_columns));
    }
    block
}

#[expect(clippy::cast_precision_loss, reason = "pixel counts")]
fn mean(sum: usize, count: usize) -> f64 {
    sum as f64 / count.max(1) as f64
}

#[expect(clippy::cast_possible_truncation, reason = "a place in a picture")]
fn nearest(value: f64) -> i64 {
    (value + 0.5).floor() as i64
}
