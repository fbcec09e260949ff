//! Utility lost a minute by each diagnosis, at its worst since the case's clock started.

use std::sync::LazyLock;

use super::Policy;
use crate::domain::case::Onset;
use crate::domain::evidence::Differential;
use crate::domain::outcome::{IVT_NO_EFFECT, MT_NO_EFFECT, lvo, lvo_loss_rate, nlvo, nlvo_loss_rate};
use crate::domain::time::{Minutes, Timestamp};

/// Whole minutes from onset that are tabulated: a day, the end of the late window.
const DAY: u16 = 1440;
/// A wake-up stroke began at some time of the night: assumption, evenly over 8 hours, whoever saw the patient
/// last, so that the same evidence weighs the same whenever its clock started.
const NIGHT: u16 = 480;
/// Thousandths of utility.
const MILLI: f64 = 1000.0;

/// The published early curves' rates by whole minute from onset.
static EARLY: LazyLock<Vec<Rate>> = LazyLock::new(|| {
    let at = |minute| Minutes(f64::from(minute));
    (0..DAY)
        .map(|m| Rate { lvo: lvo_loss_rate(at(m)) * MILLI, nlvo: nlvo_loss_rate(at(m)) * MILLI })
        .collect()
});

/// How long after onset a case's clock started, if anyone knows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Age {
    Known(Minutes),
    OnWaking,
    Unknown,
}

impl Age {
    pub(super) fn at_start(onset: Onset, started_at: Timestamp) -> Self {
        match onset {
            Onset::Known { at } => Self::Known((started_at - at).max(Minutes::ZERO)),
            Onset::WakeUp { .. } => Self::OnWaking,
            Onset::Unknown => Self::Unknown,
        }
    }
}

/// Rates of loss by whole minute from onset, in thousandths of utility a minute.
#[derive(Debug, Clone)]
pub(super) struct Rates {
    by_minute: Vec<Rate>,
    /// On average where the onset is somewhere in the night.
    on_waking: Rate,
    /// On average where the onset is any time of the last 24 hours: assumption for an unknown onset.
    unknown: Rate,
    hemorrhage_loss: f64,
}

#[derive(Debug, Clone, Copy)]
struct Rate {
    lvo: f64,
    nlvo: f64,
}

impl Rates {
    pub(super) fn of(policy: &Policy) -> Self {
        let with_late_window = |(minute, early): (u16, &Rate)| {
            let late = policy.late_window.loss_rate(Minutes(f64::from(minute))) * MILLI;
            Rate { lvo: early.lvo + late, ..*early }
        };
        let by_minute: Vec<Rate> = (0..DAY).zip(EARLY.iter()).map(with_late_window).collect();
        let mean = |minutes: u16| {
            let within = || by_minute.iter().take(usize::from(minutes));
            let mean = |of: fn(&Rate) -> f64| within().map(of).sum::<f64>() / f64::from(minutes);
            Rate { lvo: mean(|rate| rate.lvo), nlvo: mean(|rate| rate.nlvo) }
        };
        let (on_waking, unknown) = (mean(NIGHT), mean(DAY));
        Self { by_minute, on_waking, unknown, hemorrhage_loss: policy.hemorrhage_loss }
    }

    /// The greatest rate since the clock started, by whole minute: waiting longer never lowers it, though the
    /// curves themselves flatten and end.
    pub(super) fn worst_since_start(&self, age: Age, waited: Minutes) -> Loss {
        let Rate { lvo, nlvo } = match age {
            Age::Known(at_start) => self.worst(at_start, at_start + waited),
            Age::OnWaking => self.on_waking,
            Age::Unknown => self.unknown,
        };
        Loss { hemorrhage: lvo * self.hemorrhage_loss, lvo, nlvo }
    }

    fn worst(&self, from: Minutes, to: Minutes) -> Rate {
        // Beyond the table nothing is lost by waiting.
        let within = self.by_minute.get(whole(from)..).unwrap_or_default();
        within.iter().take(whole(to) - whole(from) + 1).fold(Rate { lvo: 0.0, nlvo: 0.0 }, |worst, here| {
            Rate { lvo: worst.lvo.max(here.lvo), nlvo: worst.nlvo.max(here.nlvo) }
        })
    }
}

/// Minutes begun, at most the table's.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the table")]
fn whole(minutes: Minutes) -> usize {
    minutes.0.clamp(0.0, f64::from(DAY)) as usize
}

/// Utility lost a minute, in thousandths, were the diagnosis certain.
pub(super) struct Loss {
    hemorrhage: f64,
    lvo: f64,
    nlvo: f64,
}

impl Loss {
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

/// Utility that treatment still changes from onset on, by diagnosis, against the average suspected stroke's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stake {
    lvo: f64,
    nlvo: f64,
    hemorrhage: f64,
    average: f64,
}

impl Stake {
    pub(super) fn of(policy: &Policy) -> Self {
        let falls = |outcome: &dyn Fn(Minutes) -> f64, end| outcome(Minutes::ZERO) - outcome(end);
        let occlusion = falls(&|t| lvo(None, Some(t)).expected_utility(), MT_NO_EFFECT);
        let ischaemia = falls(&|t| nlvo(Some(t)).expected_utility(), IVT_NO_EFFECT);
        let stake = Self {
            lvo: occlusion,
            nlvo: ischaemia,
            hemorrhage: occlusion * policy.hemorrhage_loss,
            average: 1.0,
        };
        Self { average: stake.of_differential(&Differential::PRIOR), ..stake }
    }

    /// 1 for the average suspected stroke.
    pub(super) fn of_differential(&self, d: &Differential) -> f64 {
        (d.hemorrhage() * self.hemorrhage + d.lvo() * self.lvo + d.nlvo() * self.nlvo) / self.average
    }
}
