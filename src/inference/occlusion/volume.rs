//! Slices of any distance as bins of equal height, counted in depth from the top of the series.

use ndarray::{Array2, Zip};

/// Gaps up to this are no distance: slices at one place, mm.
const SAME_PLACE: f64 = 0.01;
/// A bin in which slices cover less than this is empty, mm.
const EMPTY: f64 = 1e-6;

/// One slice on the grid, HU.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layer<'a> {
    pub picture: &'a Array2<i16>,
    /// Position upwards along the normal, mm.
    pub position: f64,
}

/// A series from its top downwards.
#[derive(Debug, Clone)]
pub(super) struct Bins<'a> {
    /// Highest first.
    layers: Vec<Layer<'a>>,
    /// Lower median of the gaps; every slice counts as so thick, mm.
    distance: f64,
    /// Height of a bin, mm.
    size: f64,
}

impl<'a> Bins<'a> {
    /// None where no two slices are apart.
    pub(super) fn of(mut layers: Vec<Layer<'a>>, size: f64) -> Option<Self> {
        layers.sort_by(|a, b| b.position.total_cmp(&a.position));
        let mut gaps: Vec<f64> = layers
            .windows(2)
            .map(|pair| pair[0].position - pair[1].position)
            .filter(|&gap| gap > SAME_PLACE)
            .collect();
        gaps.sort_by(f64::total_cmp);
        let distance = *gaps.get(gaps.len().checked_sub(1)? / 2)?;
        Some(Self { layers, distance, size })
    }

    /// mm.
    pub(super) fn distance(&self) -> f64 {
        self.distance
    }

    /// Slices at the place of another one.
    pub(super) fn repeated(&self) -> usize {
        self.layers.windows(2).filter(|pair| pair[0].position - pair[1].position <= SAME_PLACE).count()
    }

    /// Largest distance of neighbours, mm.
    pub(super) fn largest_gap(&self) -> f64 {
        self.layers.windows(2).map(|pair| pair[0].position - pair[1].position).fold(0.0, f64::max)
    }

    /// Position of the top slice's upper edge: depth 0, mm.
    pub(super) fn top(&self) -> f64 {
        self.layers.first().map_or(0.0, |layer| layer.position + self.distance / 2.0)
    }

    /// Whole bins in the series.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "never negative; saturates")]
    pub(super) fn len(&self) -> usize {
        let lowest = self.layers.last().map_or(0.0, |layer| self.depth(layer) + self.distance / 2.0);
        (lowest / self.size + EMPTY).floor() as usize
    }

    fn depth(&self, layer: &Layer<'_>) -> f64 {
        self.top() - layer.position
    }

    /// The mean of the slices that cover a bin, each by its share; none where no slice does.
    #[expect(clippy::cast_precision_loss, reason = "a bin's number")]
    pub(super) fn bin(&self, number: usize) -> Option<Array2<i16>> {
        let [low, high] = [number as f64, (number + 1) as f64].map(|edge| edge * self.size);
        let half = self.distance / 2.0;
        let mut sum: Option<Array2<f64>> = None;
        let mut total = 0.0;
        for layer in &self.layers {
            let depth = self.depth(layer);
            let weight = (depth + half).min(high) - (depth - half).max(low);
            if weight <= 0.0 {
                continue;
            }
            total += weight;
            let sum = sum.get_or_insert_with(|| Array2::zeros(layer.picture.dim()));
            Zip::from(sum).and(layer.picture).for_each(|sum, &hu| *sum += weight * f64::from(hu));
        }
        let sum = sum.filter(|_| total >= EMPTY)?;
        Some(sum.mapv(|sum| rounded(sum / total)))
    }
}

/// The nearest whole HU, halves upwards.
#[expect(clippy::cast_possible_truncation, reason = "HU, clamped before")]
pub(super) fn rounded(value: f64) -> i16 {
    (value + 0.5).floor() as i16
}
