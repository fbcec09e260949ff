//! How many readers tonight needs, by the nights that were recorded.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::desk::Desk;
use super::view::Words;
use super::visibility::Sight;
use crate::db::{DbError, analyses, cases, events};
use crate::domain::case::{Case, CaseState};
use crate::domain::evidence::Task;
use crate::domain::identity::CaseId;
use crate::domain::time::{Minutes, Timestamp};
use crate::domain::urgency::MEAN_READING;
use crate::domain::wording::{Text, staffing};
use crate::simulate::{Arrival, KEPT, Need, Night, Reading, readers_needed};

/// Days looked back.
const DAYS: u16 = 90;
/// Fewest readings that say how long one takes here.
const FEWEST_READINGS: usize = 20;
/// A reading longer than this was left open.
const LONGEST_READING: Minutes = Minutes(120.0);
/// The same question has the same answer.
const SEED: u64 = 1;
/// Minutes of a day.
const DAY: f64 = 1440.0;

/// A night to come: from when, for how long.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shift {
    pub from: Timestamp,
    pub length: Minutes,
}

/// What so many readers do.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct NeedView {
    pub readers: u32,
    /// Share of the nights on which every case was opened within 120 minutes.
    pub nights_kept: f64,
    pub past_target: f64,
    pub past_limit: f64,
    /// The longest wait of a night, on average.
    pub longest_minutes: f64,
}

impl From<Need> for NeedView {
    fn from(need: Need) -> Self {
        Self {
            readers: need.readers,
            nights_kept: need.nights_kept,
            past_target: need.past_target,
            past_limit: need.past_limit,
            longest_minutes: need.longest.0,
        }
    }
}

/// The answer, and what it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Staffing {
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub until: Timestamp,
    /// Nights recorded, empty ones too, since the first case seen.
    pub nights: u64,
    /// Cases of those nights.
    pub cases: u64,
    pub reading_mean_minutes: f64,
    /// Readings measured here; below 20 the mean is an assumption of ten minutes.
    pub readings: u64,
    /// From one reader up.
    pub needs: Vec<NeedView>,
    /// The fewest readers that keep the share asked for; null where none does or nothing is recorded.
    pub recommended: Option<u32>,
    /// The share of nights to keep.
    pub kept: f64,
    #[schema(value_type = Words)]
    pub sentence: Text,
}

/// What the recorded nights of the sites seen say of `shift`.
///
/// # Errors
/// [`DbError`]
pub async fn plan_staffing(desk: &Desk, sight: &Sight, shift: Shift) -> Result<Staffing, DbError> {
    let now = desk.now();
    let since = now + Minutes(-DAY * f64::from(DAYS));
    let mut tx = desk.db.read().await?;
    let seen: Vec<Case> =
        cases::current(&mut tx, since).await?.into_iter().filter(|case| sight.sees(&case.site)).collect();
    let flags: BTreeMap<CaseId, Task> = analyses::flags_since(&mut tx, since).await?.into_iter().collect();
    let spans = events::readings_since(&mut tx, since).await?;
    drop(tx);
    let nights = nights(&seen, &flags, shift, now);
    let spans: Vec<f64> =
        spans.iter().map(|span| span.0).filter(|span| *span > 0.0 && *span <= LONGEST_READING.0).collect();
    let reading = reading(&spans);
    let (recorded, cases) = (nights.len() as u64, nights.iter().map(Vec::len).sum::<usize>() as u64);
    let needs = simulated(nights, reading).await;
    let recommended = needs.iter().find(|need| need.nights_kept >= KEPT).map(|need| need.readers);
    Ok(Staffing {
        from: shift.from,
        until: shift.from + shift.length,
        nights: recorded,
        cases,
        reading_mean_minutes: reading.mean().0,
        readings: spans.len() as u64,
        sentence: staffing(recommended, recorded, cases),
        needs: needs.into_iter().map(NeedView::from).collect(),
        recommended,
        kept: KEPT,
    })
}

/// Off the threads that serve: the work is bounded, but it is work.
async fn simulated(nights: Vec<Night>, reading: Reading) -> Vec<Need> {
    tokio::task::spawn_blocking(move || readers_needed(&nights, reading, SEED)).await.unwrap_or_else(
        |error| {
            tracing::error!(%error, "the staffing simulation did not end");
            Vec::new()
        },
    )
}

/// The same hours of each day before, back to the first case seen.
fn nights(seen: &[Case], flags: &BTreeMap<CaseId, Task>, shift: Shift, now: Timestamp) -> Vec<Night> {
    let Some(first) = seen.iter().map(|case| case.clock.started_at).min() else { return Vec::new() };
    (1..=DAYS)
        .map(|back| shift.from + Minutes(-DAY * f64::from(back)))
        .filter(|from| *from + shift.length <= now && *from >= first + Minutes(-DAY))
        .map(|from| {
            let mut night: Night = seen
                .iter()
                .filter(|case| (from..from + shift.length).contains(&case.clock.started_at))
                .map(|case| arrival(case, flags.get(&case.id).copied(), from))
                .collect();
            night.sort_by(|a, b| a.after.0.total_cmp(&b.after.0));
            night
        })
        .collect()
}

fn arrival(case: &Case, flag: Option<Task>, from: Timestamp) -> Arrival {
    let truth = match &case.state {
        CaseState::Decided { decision, .. } => Some(decision.diagnosis),
        CaseState::Waiting | CaseState::Reading(_) => None,
    };
    Arrival { after: case.clock.started_at - from, flag, race: case.picture.race, truth }
}

/// Reading times as measured here, or the assumption where too few were.
fn reading(spans: &[f64]) -> Reading {
    if spans.len() < FEWEST_READINGS {
        return Reading::LogNormal { mean: MEAN_READING, sd: Minutes(MEAN_READING.0 * 0.6) };
    }
    #[expect(clippy::cast_precision_loss, reason = "readings are counted in thousands")]
    let n = spans.len() as f64;
    let mean = spans.iter().sum::<f64>() / n;
    let variance = spans.iter().map(|span| (span - mean).powi(2)).sum::<f64>() / (n - 1.0);
    Reading::LogNormal { mean: Minutes(mean), sd: Minutes(variance.sqrt().max(0.1)) }
}
