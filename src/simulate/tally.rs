//! What is kept of each wait: enough for exact percentiles, and sums by batch for the mean's interval.

use super::outcome::{Group, PolicyOutcome, Waits};
use super::patients::Patient;
use super::policy::Policy;
use super::scenario::Scenario;
use crate::domain::case::Diagnosis;
use crate::domain::outcome::{LateWindow, lvo, nlvo};
use crate::domain::time::{LIMIT, Minutes, TARGET};
use crate::domain::urgency;

/// Batches of consecutive patients: waits of neighbours are alike, those of batches hardly.
const BATCHES: usize = 50;

/// Diseased or not, flagged or not.
const CELLS: usize = 4;

pub(super) struct Tally {
    patients: u32,
    /// Minutes, one a counted patient; to the ten-millionth of itself.
    waits: [Vec<f32>; CELLS],
    sums: [[Batch; BATCHES]; CELLS],
    utility_lost: f64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Batch {
    n: f64,
    sum: f64,
}

impl Tally {
    pub(super) fn of(patients: u32) -> Self {
        Self {
            patients,
            waits: std::array::from_fn(|_| Vec::new()),
            sums: [[Batch::default(); BATCHES]; CELLS],
            utility_lost: 0.0,
        }
    }

    /// A counted patient, the `place`th of them.
    pub(super) fn count(&mut self, place: u64, patient: &Patient, wait: f64, utility_lost: f64) {
        let cell = usize::from(patient.is_diseased()) * 2 + usize::from(patient.flag.is_some());
        let batch = place * BATCHES as u64 / u64::from(self.patients);
        let batch = usize::try_from(batch).unwrap_or(BATCHES).min(BATCHES - 1);
        let kept = &mut self.sums[cell][batch];
        kept.n += 1.0;
        kept.sum += wait;
        self.utility_lost += utility_lost;
        #[expect(clippy::cast_possible_truncation, reason = "a wait in minutes, kept to seven digits")]
        self.waits[cell].push(wait as f32);
    }

    pub(super) fn close(mut self, policy: Policy) -> PolicyOutcome {
        let [spared, false_flags, missed, found] = [0, 1, 2, 3];
        let mut group = |cells: &[usize]| self.group(cells);
        let waits = Waits {
            all: group(&[spared, false_flags, missed, found]),
            diseased: group(&[missed, found]),
            non_diseased: group(&[spared, false_flags]),
            flagged: group(&[false_flags, found]),
            unflagged: group(&[spared, missed]),
            missed: group(&[missed]),
            true_positive: group(&[found]),
            false_positive: group(&[false_flags]),
            true_negative: group(&[spared]),
        };
        let Group { n, past_target, past_limit, .. } = waits.all;
        let utility_lost_per_patient = if n == 0 { 0.0 } else { self.utility_lost / count(n) };
        PolicyOutcome { policy, waits, past_target, past_limit, utility_lost_per_patient }
    }

    fn group(&mut self, cells: &[usize]) -> Group {
        let mut waits: Vec<f32> = cells.iter().flat_map(|cell| &self.waits[*cell]).copied().collect();
        let batches: [Batch; BATCHES] = std::array::from_fn(|batch| {
            cells
                .iter()
                .map(|cell| self.sums[*cell][batch])
                .fold(Batch::default(), |a, b| Batch { n: a.n + b.n, sum: a.sum + b.sum })
        });
        let (mean, half) = mean(&batches);
        let later = |than: Minutes| {
            let later = waits.iter().filter(|wait| f64::from(**wait) > than.0).count();
            if waits.is_empty() { 0.0 } else { count(later) / count(waits.len()) }
        };
        let (past_target, past_limit) = (later(TARGET), later(LIMIT));
        Group {
            n: waits.len(),
            mean,
            ci95: mean.zip(half).map(|(mean, half)| [mean - half, mean + half]),
            p50: percentile(&mut waits, 50),
            p95: percentile(&mut waits, 95),
            p99: percentile(&mut waits, 99),
            max: waits.iter().copied().max_by(f32::total_cmp).map(f64::from),
            past_target,
            past_limit,
        }
    }
}

/// Student's t for 95 %, two-sided, of 49 degrees of freedom.
const T: f64 = 2.0096;

/// The mean and half the width of its 95 % interval, by the method of batch means for a ratio.
fn mean(batches: &[Batch; BATCHES]) -> (Option<f64>, Option<f64>) {
    let total = batches.iter().fold(Batch::default(), |a, b| Batch { n: a.n + b.n, sum: a.sum + b.sum });
    if total.n == 0.0 {
        return (None, None);
    }
    let mean = total.sum / total.n;
    let residuals: f64 = batches.iter().map(|batch| (batch.sum - mean * batch.n).powi(2)).sum();
    let scale = count(BATCHES) / count(BATCHES - 1);
    (Some(mean), Some(T * (scale * residuals).sqrt() / total.n))
}

/// By nearest rank, exactly.
fn percentile(waits: &mut [f32], percent: usize) -> Option<f64> {
    let rank = (waits.len() * percent).div_ceil(100).checked_sub(1)?;
    let (_, value, _) = waits.select_nth_unstable_by(rank, f32::total_cmp);
    Some(f64::from(*value))
}

#[expect(clippy::cast_precision_loss, reason = "patients are far fewer than 2^52")]
fn count(n: usize) -> f64 {
    n as f64
}

/// What waiting costs a patient, by the truth: the published curves from onset to arrival against onset to reading.
pub(super) struct Loss {
    onset_ago: f64,
    hemorrhage_loss: f64,
    late: LateWindow,
    at_arrival: [f64; 2],
}

impl Loss {
    pub(super) fn of(scenario: &Scenario) -> Self {
        let policy = urgency::Policy::default();
        let onset_ago = scenario.clinical.onset_minutes_ago;
        Self {
            onset_ago,
            hemorrhage_loss: policy.hemorrhage_loss,
            late: policy.late_window,
            at_arrival: utilities(Minutes(onset_ago)),
        }
    }

    pub(super) fn of_wait(&self, patient: &Patient, wait: f64) -> f64 {
        let until = Minutes(self.onset_ago + wait);
        let [occlusion, ischaemia] = self.at_arrival;
        let lvo = || {
            occlusion - lvo(None, Some(until)).expected_utility()
                + self.late.lost(Minutes(self.onset_ago), until)
        };
        match patient.truth {
            Diagnosis::Haemorrhage => self.hemorrhage_loss * lvo(),
            Diagnosis::Lvo => lvo(),
            Diagnosis::Ischaemia => ischaemia - nlvo(Some(until)).expected_utility(),
            Diagnosis::Mimic | Diagnosis::Undetermined => 0.0,
        }
    }
}

/// Expected utility of an occlusion and of another ischaemic stroke treated at a time from onset.
fn utilities(at: Minutes) -> [f64; 2] {
    [lvo(None, Some(at)).expected_utility(), nlvo(Some(at)).expected_utility()]
}
