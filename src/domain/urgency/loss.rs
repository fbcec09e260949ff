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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::Diagnosis;

    const DIAGNOSES: [Diagnosis; 4] =
        [Diagnosis::Haemorrhage, Diagnosis::Lvo, Diagnosis::Ischaemia, Diagnosis::Mimic];

    /// What each diagnosis loses, were it certain.
    fn lost(rates: &Rates, age: Age, waited: f64) -> [f64; 4] {
        let loss = rates.worst_since_start(age, Minutes(waited));
        DIAGNOSES.map(|diagnosis| loss.total(&Differential::of(diagnosis).unwrap()))
    }

    fn near(found: [f64; 4], expected: [f64; 4]) {
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9), "{found:?}, not {expected:?}");
    }

    fn rates() -> Rates {
        Rates::of(&Policy { hemorrhage_loss: 1.5, ..Policy::default() })
    }

    #[test]
    fn a_certain_diagnosis_loses_what_its_published_curve_says() {
        let at = Minutes(90.0);
        let (lvo, nlvo) = (lvo_loss_rate(at) * 1000.0, nlvo_loss_rate(at) * 1000.0);
        near(lost(&rates(), Age::Known(at), 0.0), [1.5 * lvo, lvo, nlvo, 0.0]);
    }

    #[test]
    fn in_the_late_window_only_what_thrombectomy_still_changes_is_lost() {
        let at = Minutes(600.0);
        let late = Policy::default().late_window.loss_rate(at) * 1000.0;
        assert!(late > 0.0);
        near(lost(&rates(), Age::Known(at), 0.0), [1.5 * late, late, 0.0, 0.0]);
        near(lost(&rates(), Age::Known(Minutes(1440.0)), 60.0), [0.0; 4]);
    }

    #[test]
    fn the_worst_minute_since_the_clock_started_counts() {
        let each: Vec<[f64; 4]> =
            (60..=260).map(|minute| lost(&rates(), Age::Known(Minutes(f64::from(minute))), 0.0)).collect();
        let worst = |which: usize| each.iter().map(|lost| lost[which]).fold(0.0, f64::max);
        near(lost(&rates(), Age::Known(Minutes(60.0)), 200.0), [worst(0), worst(1), worst(2), 0.0]);
        // 24 hours and on: the table's last minute, then nothing.
        let last = lost(&rates(), Age::Known(Minutes(1439.0)), 0.0);
        near(lost(&rates(), Age::Known(Minutes(1439.0)), 500.0), last);
    }

    #[test]
    fn an_onset_in_the_night_or_the_day_loses_their_average() {
        let average = |minutes: u16| {
            let each = (0..minutes).map(|m| lost(&rates(), Age::Known(Minutes(f64::from(m))), 0.0));
            each.fold([0.0; 4], |sum, lost| std::array::from_fn(|i| sum[i] + lost[i] / f64::from(minutes)))
        };
        near(lost(&rates(), Age::OnWaking, 77.0), average(480));
        near(lost(&rates(), Age::Unknown, 77.0), average(1440));
    }

    #[test]
    fn a_clock_that_started_before_onset_starts_with_it() {
        let at: Timestamp = "2026-11-24T08:00:00Z".parse().unwrap();
        let age = |onset| Age::at_start(onset, at);
        assert_eq!(age(Onset::Known { at: at + Minutes(-30.0) }), Age::Known(Minutes(30.0)));
        assert_eq!(age(Onset::Known { at: at + Minutes(30.0) }), Age::Known(Minutes::ZERO));
        assert_eq!(age(Onset::WakeUp { at: Some(at) }), Age::OnWaking);
        assert_eq!(age(Onset::Unknown), Age::Unknown);
    }

    #[test]
    fn at_stake_is_the_utility_that_treatment_changes_against_the_averages() {
        let stake = Stake::of(&Policy { hemorrhage_loss: 1.5, ..Policy::default() });
        assert!((stake.of_differential(&Differential::PRIOR) - 1.0).abs() < 1e-9);
        let [hemorrhage, occlusion, ischaemia, mimic] =
            DIAGNOSES.map(|diagnosis| stake.of_differential(&Differential::of(diagnosis).unwrap()));
        let of_occlusion = |t| lvo(None, Some(t)).expected_utility();
        let of_ischaemia = |t| nlvo(Some(t)).expected_utility();
        let by_thrombectomy = of_occlusion(Minutes::ZERO) - of_occlusion(MT_NO_EFFECT);
        let by_thrombolysis = of_ischaemia(Minutes::ZERO) - of_ischaemia(IVT_NO_EFFECT);
        assert!((occlusion / ischaemia - by_thrombectomy / by_thrombolysis).abs() < 1e-9);
        assert!((hemorrhage / occlusion - 1.5).abs() < 1e-9);
        assert_eq!(mimic, 0.0);
    }
}
