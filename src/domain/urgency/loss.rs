//! Utility lost a minute by each diagnosis, at its worst since the case's clock started.

use std::sync::LazyLock;

use super::{Policy, QueueCase};
use crate::domain::case::Onset;
use crate::domain::evidence::Differential;
use crate::domain::outcome::{lvo_loss_rate, nlvo_loss_rate};
use crate::domain::time::Minutes;

/// Minutes from onset that the tables cover: the end of the late window's day.
const DAY: usize = 1440;
/// Thousandths of utility.
const MILLI: f64 = 1000.0;

/// A wake-up stroke began at some time of the night: assumption, evenly over 8 hours, whoever saw the patient
/// last, so that the same evidence weighs the same whenever its clock started.
const NIGHT: Minutes = Minutes(480.0);

/// Rates of the published early curves by whole minute from onset, in thousandths.
static EARLY: LazyLock<[[f64; 2]; DAY]> = LazyLock::new(|| {
    let mut table = [[0.0; 2]; DAY];
    for (rates, minute) in table.iter_mut().zip(0_u16..) {
        let t = Minutes(f64::from(minute));
        *rates = [lvo_loss_rate(t) * MILLI, nlvo_loss_rate(t) * MILLI];
    }
    table
});

/// Utility lost a minute, in thousandths, were the diagnosis certain.
pub(super) struct Loss {
    hemorrhage: f64,
    lvo: f64,
    nlvo: f64,
}

impl Loss {
    /// The greatest rate since the clock started, by whole minute: waiting longer never lowers it, though the
    /// curves themselves flatten and end.
    pub(super) fn worst_since_start(case: &QueueCase<'_>, policy: &Policy, waited: Minutes) -> Self {
        let [lvo, nlvo] = match case.picture.onset {
            Onset::Known { at } => {
                let at_start = (case.clock.started_at - at).max(Minutes::ZERO);
                worst(policy, at_start, at_start + waited)
            }
            Onset::WakeUp { .. } => mean(policy, NIGHT),
            // Assumption: any time of the last 24 hours.
            Onset::Unknown => mean(policy, Minutes(1440.0)),
        };
        Self { hemorrhage: lvo * policy.hemorrhage_loss, lvo, nlvo }
    }

    /// Expected loss by haemorrhage, large-vessel occlusion, other ischaemia. A mimic loses nothing.
    pub(super) fn by_diagnosis(&self, differential: &Differential) -> [f64; 3] {
        [
            differential.hemorrhage() * self.hemorrhage,
            differential.lvo() * self.lvo,
            differential.nlvo() * self.nlvo,
        ]
    }

    pub(super) fn total(&self, differential: &Differential) -> f64 {
        self.by_diagnosis(differential).iter().sum()
    }
}

/// Rates at a whole minute from onset.
fn rates(policy: &Policy, minute: usize) -> [f64; 2] {
    let Some([lvo, nlvo]) = EARLY.get(minute) else { return [0.0, 0.0] };
    [lvo + policy.late_window.loss_rate(as_minutes(minute)) * MILLI, *nlvo]
}

fn worst(policy: &Policy, from: Minutes, to: Minutes) -> [f64; 2] {
    (as_index(from)..=as_index(to))
        .map(|minute| rates(policy, minute))
        .fold([0.0, 0.0], |worst: [f64; 2], here| [worst[0].max(here[0]), worst[1].max(here[1])])
}

fn mean(policy: &Policy, over: Minutes) -> [f64; 2] {
    let last = as_index(over);
    let sum = (0..=last)
        .map(|minute| rates(policy, minute))
        .fold([0.0, 0.0], |sum: [f64; 2], here| [sum[0] + here[0], sum[1] + here[1]]);
    sum.map(|rate| rate / (as_minutes(last).0 + 1.0))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the table")]
fn as_index(minutes: Minutes) -> usize {
    minutes.0.clamp(0.0, 1440.0) as usize
}

#[expect(clippy::cast_precision_loss, reason = "a minute of the day")]
fn as_minutes(minute: usize) -> Minutes {
    Minutes(minute as f64)
}
