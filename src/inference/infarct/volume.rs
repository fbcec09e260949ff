//! A whole series on the network's grid: trace in units of the series' own brightness, apparent diffusion coefficient in
//! 1e-6 mm²/s, cropped around the head.

use ndarray::{Array2, Array4, Axis};

use super::gather::Places;
use super::steps::Steps;
use crate::imaging::quality::Unfit;
use crate::inference::preprocess::{area, floor_to_i64, square};

/// Lowest and highest median of a given coefficient inside the head, and the factor to 1e-6 mm²/s: the scanners' units.
const ADC_UNITS: [(f64, f64, f64); 4] =
    [(200.0, 3000.0, 1.0), (0.2, 3.0, 1e3), (2e5, 3e6, 1e-3), (2e-4, 3e-3, 1e6)];
/// Area of the largest slice through a head above the crop's threshold, mm²: from a child's to a broad adult's with scalp.
const HEAD_AREA: [f64; 2] = [5_000.0, 45_000.0];

/// The series, ready for the network; lowest slice first.
#[derive(Debug, Clone)]
pub(super) struct Volume {
    trace: Vec<Array2<f32>>,
    /// None where no coefficient is known.
    adc: Option<Vec<Array2<f32>>>,
    positions: Vec<f64>,
    /// First row and column of the crop on the grid, possibly negative.
    pub origin: [i64; 2],
}

impl Volume {
    /// # Errors
    /// The pictures have no signal, or show nothing of a head's size.
    pub fn of(series: &Places<'_>, steps: &Steps) -> Result<Self, Unfit> {
        let raw: Vec<Array2<f32>> =
            series.places.iter().map(|place| on_grid(place, place.trace(), steps)).collect();
        let scale = scale(&raw, steps).ok_or(Unfit::NoSignal)?;
        let trace: Vec<_> = raw.iter().map(|image| image / scale).collect();
        check_head(&trace, steps)?;
        let adc = given_adc(series, &trace, steps).or_else(|| computed_adc(series, &raw, steps));
        let origin = origin(&trace, steps);
        let crop = |image: &Array2<f32>| square(image, origin, steps.size, 0.0);
        Ok(Self {
            trace: trace.iter().map(crop).collect(),
            adc: adc.map(|adc| adc.iter().map(crop).collect()),
            positions: series.places.iter().map(|place| place.plane.along_normal).collect(),
            origin,
        })
    }

    pub fn len(&self) -> usize {
        self.trace.len()
    }

    /// The network's input of one slice: trace below, this, above; coefficient below, this, above.
    pub fn input(&self, index: usize, steps: &Steps) -> Array4<f32> {
        let side = steps.size;
        let mut input = Array4::from_elem((1, 6, side, side), steps.weighting.adc_missing);
        let slices = [self.below(index, steps), index, self.above(index, steps)];
        let mut channels = input.index_axis_mut(Axis(0), 0);
        for (channel, &slice) in slices.iter().enumerate() {
            channels.index_axis_mut(Axis(0), channel).assign(&self.trace[slice]);
            if let Some(adc) = &self.adc {
                channels.index_axis_mut(Axis(0), 3 + channel).assign(&adc[slice]);
            }
        }
        input
    }

    fn below(&self, index: usize, steps: &Steps) -> usize {
        self.nearest(index, 0..index, steps)
    }

    fn above(&self, index: usize, steps: &Steps) -> usize {
        self.nearest(index, index + 1..self.positions.len(), steps)
    }

    /// Of these, the slice nearest to the wanted distance; itself where there is none or it is too far.
    fn nearest(&self, index: usize, candidates: std::ops::Range<usize>, steps: &Steps) -> usize {
        let distance = |other: usize| (self.positions[other] - self.positions[index]).abs();
        let off = |other: usize| (distance(other) - steps.neighbour_offset).abs();
        candidates
            .min_by(|&a, &b| off(a).total_cmp(&off(b)))
            .filter(|&other| distance(other) <= steps.neighbour_gap)
            .unwrap_or(index)
    }
}

fn on_grid(place: &super::gather::Place<'_>, value: impl Fn(usize) -> f64, steps: &Steps) -> Array2<f32> {
    let plane = &place.plane;
    let size = [plane.rows, plane.columns].map(usize::from);
    area(size, [plane.row_spacing, plane.column_spacing], steps.grid, value)
}

/// Lower median of what is brighter than a share of a percentile of the series; none where there is no signal.
#[expect(clippy::cast_possible_truncation, reason = "as the network was trained: in f32")]
fn scale(images: &[Array2<f32>], steps: &Steps) -> Option<f32> {
    let mut values: Vec<f32> = images.iter().flatten().copied().collect();
    values.sort_by(f32::total_cmp);
    let percentile = *values.get(steps.percentile * values.len().checked_sub(1)? / 100)?;
    let bright = (steps.share * f64::from(percentile)) as f32;
    let bright = &values[values.partition_point(|&value| value <= bright)..];
    let median = *bright.get(bright.len().checked_sub(1)? / 2)?;
    (median > 0.0 && median.is_finite()).then_some(median)
}

#[expect(clippy::cast_precision_loss, reason = "pixel counts")]
fn check_head(trace: &[Array2<f32>], steps: &Steps) -> Result<(), Unfit> {
    let area = |image: &Array2<f32>| image.iter().filter(|&&value| value > steps.above).count() as f64;
    let largest = trace.iter().map(area).fold(0.0, f64::max) * steps.grid.spacing * steps.grid.spacing;
    let [low, high] = HEAD_AREA;
    if (low..=high).contains(&largest) { Ok(()) } else { Err(Unfit::NoHeadSeen) }
}

/// The scanner's own map, where every place has one and its unit can be told.
#[expect(clippy::cast_possible_truncation, reason = "as the network was trained: in f32")]
fn given_adc(series: &Places<'_>, trace: &[Array2<f32>], steps: &Steps) -> Option<Vec<Array2<f32>>> {
    let maps: Vec<Array2<f32>> =
        series.places.iter().map(|place| Some(on_grid(place, place.adc()?, steps))).collect::<Option<_>>()?;
    let mut inside: Vec<f32> = maps
        .iter()
        .zip(trace)
        .flat_map(|(map, trace)| {
            map.iter().zip(trace).filter(|&(_, &trace)| trace > steps.above).map(|(&adc, _)| adc)
        })
        .collect();
    inside.sort_by(f32::total_cmp);
    let median = f64::from(*inside.get(inside.len().checked_sub(1)? / 2)?);
    let &(.., factor) = ADC_UNITS.iter().find(|(low, high, _)| (*low..*high).contains(&median))?;
    let maximum = steps.weighting.adc_maximum;
    let convert = |map: Array2<f32>| map.mapv(|value| (f64::from(value) * factor).clamp(0.0, maximum) as f32);
    Some(maps.into_iter().map(convert).collect())
}

/// From unweighted images, where every place has one; 0 where there is no signal.
#[expect(clippy::cast_possible_truncation, reason = "as the network was trained: in f32")]
fn computed_adc(series: &Places<'_>, raw: &[Array2<f32>], steps: &Steps) -> Option<Vec<Array2<f32>>> {
    let (span, maximum) = (series.b_high - series.b_low, steps.weighting.adc_maximum);
    let coefficient = |unweighted: f32, weighted: f32| {
        if unweighted > 0.0 && weighted > 0.0 {
            let ratio = f64::from(unweighted) / f64::from(weighted);
            (1e6 * ratio.ln() / span).clamp(0.0, maximum) as f32
        } else {
            0.0
        }
    };
    let of_place = |(place, raw): (&super::gather::Place<'_>, &Array2<f32>)| {
        let mut image = on_grid(place, place.unweighted()?, steps);
        image.zip_mut_with(raw, |unweighted, &weighted| *unweighted = coefficient(*unweighted, weighted));
        Some(image)
    };
    series.places.iter().zip(raw).map(of_place).collect()
}

/// One crop for the whole series, centred on the mean place of what is head.
#[expect(clippy::cast_precision_loss, reason = "grid coordinates")]
fn origin(trace: &[Array2<f32>], steps: &Steps) -> [i64; 2] {
    let (mut rows, mut columns, mut count) = (0.0, 0.0, 0.0);
    for image in trace {
        for ((row, column), _) in image.indexed_iter().filter(|&(_, &value)| value > steps.above) {
            rows += row as f64;
            columns += column as f64;
            count += 1.0;
        }
    }
    let half = steps.size.cast_signed() as i64 / 2;
    [rows, columns].map(|sum| floor_to_i64(sum / f64::max(count, 1.0) + 1.0) - half)
}
