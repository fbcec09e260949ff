//! What the network judges: slices, or slabs of thin slices, each with its neighbours.

use std::borrow::Cow;

use ndarray::Array2;

use crate::imaging::series;
use crate::inference::preprocess::{PreparedSlice, Preprocessing};

/// Indices of the slices that make up this unit, the one below and the one above. As slices keep their index, a key
/// names one input of the network for good.
pub(super) type Key = [Vec<usize>; 3];

#[derive(Debug, Clone, PartialEq)]
struct Unit {
    /// Indices into the slices as they came.
    members: Vec<usize>,
    /// Mean position along the normal, mm.
    at: f64,
}

/// The units of the slices that have come, lowest first.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Units {
    units: Vec<Unit>,
    /// Slices in one unit when it is whole.
    run: usize,
    /// Median distance of units, mm.
    spacing: f64,
    offset: f64,
    max_gap: f64,
    /// Whether the newest slice is the highest: only then do the runs of thin slices stay as they are.
    rising: bool,
}

impl Units {
    pub(super) fn of(slices: &[PreparedSlice], steps: &Preprocessing) -> Self {
        let planes: Vec<_> = slices.iter().map(|slice| slice.plane).collect();
        let ordered = series::order(&planes);
        let run = run_length(ordered.spacing, steps);
        let unit = |members: &[usize]| Unit {
            at: mean(members.iter().map(|&index| planes[index].along_normal)),
            members: members.to_vec(),
        };
        let units: Vec<Unit> = ordered.order.chunks(run).map(unit).collect();
        let mut gaps: Vec<f64> = units.windows(2).map(|pair| pair[1].at - pair[0].at).collect();
        gaps.sort_by(f64::total_cmp);
        Self {
            spacing: gaps.get(gaps.len() / 2).copied().unwrap_or(0.0),
            rising: ordered.order.last() == Some(&slices.len().wrapping_sub(1)),
            units,
            run,
            offset: steps.neighbour_offset,
            max_gap: steps.neighbour_gap,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.units.len()
    }

    pub(super) fn spacing(&self) -> f64 {
        self.spacing
    }

    pub(super) fn members(&self, index: usize) -> &[usize] {
        &self.units[index].members
    }

    pub(super) fn key(&self, index: usize) -> Key {
        let (below, above) = (self.below(index), self.above(index));
        [below, index, above].map(|unit| self.units[unit].members.clone())
    }

    /// Units that more slices will hardly change: whole, with a neighbour on either side about as far as wanted.
    pub(super) fn settled(&self) -> impl Iterator<Item = usize> {
        let tolerance = (self.spacing / 2.0).max(0.6);
        let near = move |from: usize, to: usize| {
            let distance = (self.units[from].at - self.units[to].at).abs();
            from != to && (distance - self.offset).abs() <= tolerance && distance <= self.max_gap
        };
        let whole = move |index: usize| self.units[index].members.len() == self.run;
        let stable = self.run == 1 || self.rising;
        (0..self.units.len()).filter(move |&index| {
            let (below, above) = (self.below(index), self.above(index));
            stable && near(index, below) && near(index, above) && [below, index, above].into_iter().all(whole)
        })
    }

    /// The unit below that is nearest to the wanted distance; itself where there is none or it is too far.
    fn below(&self, index: usize) -> usize {
        self.nearest(index, 0..index)
    }

    fn above(&self, index: usize) -> usize {
        self.nearest(index, index + 1..self.units.len())
    }

    fn nearest(&self, index: usize, candidates: std::ops::Range<usize>) -> usize {
        let distance = |other: usize| (self.units[other].at - self.units[index].at).abs();
        candidates
            .min_by(|&a, &b| (distance(a) - self.offset).abs().total_cmp(&(distance(b) - self.offset).abs()))
            .filter(|&other| distance(other) <= self.max_gap)
            .unwrap_or(index)
    }

    /// The pictures of the unit below, this one, the one above.
    pub(super) fn images<'a>(&self, index: usize, slices: &'a [PreparedSlice]) -> [Cow<'a, Array2<f32>>; 3] {
        [self.below(index), index, self.above(index)].map(|unit| average(&self.units[unit].members, slices))
    }
}

/// Consecutive slices to average (the manifest's `slab_average`).
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small count")]
fn run_length(spacing: f64, steps: &Preprocessing) -> usize {
    if spacing > 0.0 && spacing < steps.slab_below {
        ((steps.slab_target / spacing + 0.3).floor() as usize).clamp(1, 64)
    } else {
        1
    }
}

/// One picture as it is; several as their mean, leaving out those of another size than the first.
#[expect(clippy::cast_precision_loss, reason = "a small count")]
fn average<'a>(members: &[usize], slices: &'a [PreparedSlice]) -> Cow<'a, Array2<f32>> {
    let first = &slices[members[0]].image;
    if members.len() == 1 {
        return Cow::Borrowed(first);
    }
    let same: Vec<_> = members
        .iter()
        .map(|&index| &slices[index].image)
        .filter(|image| image.dim() == first.dim())
        .collect();
    let mut sum = Array2::zeros(first.dim());
    for image in &same {
        sum += *image;
    }
    Cow::Owned(sum / same.len() as f32)
}

#[expect(clippy::cast_precision_loss, reason = "a small count")]
fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len().max(1) as f64;
    values.sum::<f64>() / count
}
