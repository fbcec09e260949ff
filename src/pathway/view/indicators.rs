//! Indicators, as people and the API are shown them, and as a table for a spreadsheet.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Estimate, SiteName, Words};
use crate::domain::clinical::benchmark::Path;
use crate::domain::evidence::Task;
use crate::domain::identity::SiteId;
use crate::domain::indicators::{Accuracy, Interval, Key, Measure, Month, Summary, Transports};
use crate::domain::region::Region;
use crate::domain::statistics::Proportion;
use crate::domain::time::Timestamp;
use crate::domain::wording::Text;
use crate::pathway::indicators::Indicators;

/// So many out of so many, with the 95 % interval of the share.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct ShareView {
    pub part: u32,
    pub whole: u32,
    /// Null of nothing.
    pub share: Option<Estimate>,
}

impl From<Proportion> for ShareView {
    fn from(counted: Proportion) -> Self {
        Self {
            part: counted.part,
            whole: counted.whole,
            share: counted.interval().map(|share| {
                let round = |value: f64| (value * 1000.0).round() / 1000.0;
                Estimate { value: round(share.value), low: round(share.low), high: round(share.high) }
            }),
        }
    }
}

/// A stretch of the path over the cases in which it was measured.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct IntervalView {
    /// `clock_to_decision`, `door_to_imaging`, `imaging_to_read`, `door_to_needle`, `door_in_door_out`,
    /// `door_to_groin_direct` or `door_to_groin_transferred`.
    #[schema(value_type = String)]
    pub code: Measure,
    pub label: Words,
    /// Minutes not to exceed.
    pub target: f64,
    /// Of those measured, within the target.
    pub met: ShareView,
    /// Minutes; null of fewer than five cases.
    pub median: Option<f64>,
    pub p90: Option<f64>,
}

impl From<&Interval> for IntervalView {
    fn from(interval: &Interval) -> Self {
        let tenth = |minutes: f64| (minutes * 10.0).round() / 10.0;
        let [median, p90] = match interval.percentiles {
            Some(percentiles) => percentiles.map(|minutes| Some(tenth(minutes.0))),
            None => [None, None],
        };
        Self {
            code: interval.measure,
            label: label(interval.measure),
            target: interval.measure.target().0,
            met: interval.met.into(),
            median,
            p90,
        }
    }
}

fn label(measure: Measure) -> Words {
    let label = Text::from(measure.stretch().label());
    match measure.path() {
        None => label.into(),
        Some(Path::Direct) => {
            Words { fr: format!("{}, venu directement", label.fr), en: format!("{}, direct", label.en) }
        }
        Some(Path::Transferred) => {
            Words { fr: format!("{}, transféré", label.fr), en: format!("{}, transferred", label.en) }
        }
    }
}

/// A task's flags against the signed diagnoses.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct AccuracyView {
    /// `hemorrhage`, `occlusion` or `infarct`.
    #[schema(value_type = String)]
    pub task: Task,
    /// Of the diseased who were analysed, those not flagged.
    pub missed: ShareView,
    /// Of the others who were analysed, those flagged.
    pub false_flags: ShareView,
    pub not_analysed: u32,
}

impl From<&Accuracy> for AccuracyView {
    fn from(accuracy: &Accuracy) -> Self {
        Self {
            task: accuracy.task,
            missed: accuracy.missed.into(),
            false_flags: accuracy.false_flags.into(),
            not_analysed: accuracy.not_analysed,
        }
    }
}

/// What the regulator's recorded decisions flew and spared.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TransportsView {
    pub decisions: u32,
    pub flights: u32,
    /// A flight could have been carried out, and the patient was driven, or a team came.
    pub avoided_moving: u32,
    /// A flight could have been carried out, and the patient stayed.
    pub avoided_staying: u32,
    /// The cheapest flight of each case avoided, less what was chosen instead.
    pub euros_saved: f64,
}

impl From<Transports> for TransportsView {
    fn from(transports: Transports) -> Self {
        Self {
            decisions: transports.decisions,
            flights: transports.flights,
            avoided_moving: transports.avoided_moving,
            avoided_staying: transports.avoided_staying,
            euros_saved: transports.euros_saved.round(),
        }
    }
}

/// The indicators of a site and a month; null is all of them.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct CellView {
    #[schema(value_type = Option<String>)]
    pub site: Option<SiteId>,
    /// As `2026-11`.
    #[schema(value_type = Option<String>)]
    pub month: Option<Month>,
    pub cases: u32,
    /// Of the cases decided, or past 45 minutes, those decided within them.
    pub within_target: ShareView,
    /// The same for 120 minutes.
    pub within_limit: ShareView,
    pub intervals: Vec<IntervalView>,
    pub accuracy: Vec<AccuracyView>,
    pub transports: TransportsView,
    /// Of the calls that went out, those that the first people called did not accept in time.
    pub escalated: ShareView,
}

impl CellView {
    fn of(key: &Key, summary: &Summary) -> Self {
        Self {
            site: key.site.clone(),
            month: key.month,
            cases: summary.cases,
            within_target: summary.window.target.into(),
            within_limit: summary.window.limit.into(),
            intervals: summary.intervals.iter().map(IntervalView::from).collect(),
            accuracy: summary.accuracy.iter().map(AccuracyView::from).collect(),
            transports: summary.transports.into(),
            escalated: summary.escalated.into(),
        }
    }
}

/// The indicators of a period.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct IndicatorsView {
    #[schema(value_type = String, format = DateTime)]
    pub generated_at: Timestamp,
    /// Every month of the period, with cases or without.
    #[schema(value_type = Vec<String>)]
    pub months: Vec<Month>,
    pub sites: Vec<SiteName>,
    /// Below so many cases percentiles are not given.
    pub fewest: u32,
    /// Sites and months with cases, and their totals.
    pub cells: Vec<CellView>,
}

impl IndicatorsView {
    #[must_use]
    pub fn of(found: &Indicators, region: &Region) -> Self {
        Self {
            generated_at: found.generated_at,
            months: found.months.clone(),
            sites: found.sites.iter().map(|site| SiteName::of(site, region)).collect(),
            fewest: u32::try_from(crate::domain::indicators::FEWEST).unwrap_or(u32::MAX),
            cells: found.cells.iter().map(|(key, summary)| CellView::of(key, summary)).collect(),
        }
    }
}
