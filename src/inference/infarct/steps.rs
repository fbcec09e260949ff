//! The manifest's steps, in the only order in which they make sense.

use crate::domain::evidence::{Location, Side, Territory};
use crate::inference::manifest::{Step, Territories};
use crate::inference::preprocess::Grid;

/// Parameters of the six steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Steps {
    /// Steepest slices still judged: cosine of the normal with the patient's axis.
    pub least_normal_z: f64,
    pub weighting: Weighting,
    pub grid: Grid,
    /// The scale looks at what is brighter than this share …
    pub share: f64,
    /// … of this percentile of the series.
    pub percentile: usize,
    /// Pixels a side of the crop.
    pub size: usize,
    /// The head is what is brighter than this, in units of the series' scale.
    pub above: f32,
    /// Distance of the neighbours wanted, mm.
    pub neighbour_offset: f64,
    /// Farthest neighbour taken, mm.
    pub neighbour_gap: f64,
}

/// Which images are diffusion-weighted enough, s/mm², and what an apparent diffusion coefficient may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weighting {
    pub minimum: f64,
    pub maximum: f64,
    pub preferred: f64,
    /// Images of one shell differ by no more than this.
    pub shell: f64,
    /// Images below are not weighted.
    pub unweighted_below: f64,
    /// 1e-6 mm²/s.
    pub adc_maximum: f64,
    /// What the network takes where there is no coefficient.
    pub adc_missing: f32,
}

impl Steps {
    /// The manifest's steps, when they are the ones that this program carries out.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "parameters of a manifest fit in f32")]
    pub fn of(steps: &[Step]) -> Option<Self> {
        let &[
            Step::OrientAxial { least_normal_z },
            Step::TraceAndAdc {
                b_minimum,
                b_maximum,
                b_preferred,
                shell_width,
                b0_below,
                adc_maximum,
                adc_missing,
            },
            Step::AreaResample { spacing_mm, outside },
            Step::SeriesScale { percentile, share },
            Step::SeriesCrop { size, above, outside: beyond },
            Step::StackNeighbours { offset_mm, max_gap_mm },
        ] = steps
        else {
            return None;
        };
        let lawful = spacing_mm > 0.0
            && b0_below <= b_minimum
            && b_minimum <= b_maximum
            && percentile <= 100
            && (1..=512).contains(&size)
            // what lies outside a picture has no signal
            && outside.abs().max(beyond.abs()) <= 0.0;
        lawful.then_some(Self {
            least_normal_z,
            weighting: Weighting {
                minimum: b_minimum,
                maximum: b_maximum,
                preferred: b_preferred,
                shell: shell_width,
                unweighted_below: b0_below,
                adc_maximum,
                adc_missing: adc_missing as f32,
            },
            grid: Grid { spacing: spacing_mm, outside },
            share,
            percentile,
            size,
            above: above as f32,
            neighbour_offset: offset_mm,
            neighbour_gap: max_gap_mm,
        })
    }
}

/// What each channel of the territory output stands for; the first is no territory. None where a name is unknown.
#[must_use]
pub fn locations(territories: &Territories) -> Option<Vec<Option<Location>>> {
    let (none, named) = territories.names.split_first()?;
    let named = named.iter().map(|name| location(name).map(Some));
    (none == "none").then(|| std::iter::once(Some(None)).chain(named).collect())?
}

fn location(name: &str) -> Option<Location> {
    let (territory, side) = name.rsplit_once(' ')?;
    let territory = match territory {
        "ACA" => Territory::AnteriorCerebral,
        "MCA" => Territory::MiddleCerebral,
        "PCA" => Territory::PosteriorCerebral,
        "vertebrobasilar" => Territory::Vertebrobasilar,
        _ => return None,
    };
    let side = match side {
        "right" => Side::Right,
        "left" => Side::Left,
        _ => return None,
    };
    Some(Location::Territory { territory, side })
}
