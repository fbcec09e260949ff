//! A model watched in service: what it refuses, whether its scores wander, whether the signed diagnosis bears it out.
//!
//! Each is a figure with its 95 % interval and a band. The alarm is raised when the whole interval has left the band: a
//! figure outside it may be chance, the interval's nearer end is not.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::case::Diagnosis;
use super::evidence::{Analysis, Differential, Interval, MOST_NOT_ANALYSABLE, Performance, Task};
use super::identity::CaseId;
use super::statistics::{Proportion, auc};
use super::time::Timestamp;

/// The newest words that are looked at: some weeks of a hospital, so that a change shows soon.
pub const RECENT: u32 = 200;
/// The first scores in service here, against which the recent ones are held.
pub const REFERENCE: u32 = 100;
/// Fewest words, or signed cases, before a figure is told from chance.
const FEWEST: u32 = 20;
/// Fewest scores on either side before drift is.
const FEWEST_SCORES: usize = 50;
/// Chance that a recent score exceeds a reference score: half without drift. A tenth either way is a shift of about a
/// third of a standard deviation.
const DRIFT_BAND: [f64; 2] = [0.4, 0.6];

/// What is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Watched {
    NotAnalysable,
    Drift,
    Agreement,
}

impl Watched {
    pub const ALL: [Self; 3] = [Self::NotAnalysable, Self::Drift, Self::Agreement];

    /// The name in the API, the database and the metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotAnalysable => "not_analysable",
            Self::Drift => "drift",
            Self::Agreement => "agreement",
        }
    }
}

/// Where a figure stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    TooFew,
    InBand,
    Alarm,
}

/// A figure in service.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// None while there is nothing to count.
    pub value: Option<Interval>,
    /// On so many series, scores or cases.
    pub counted: u32,
    pub band: [f64; 2],
    pub standing: Standing,
}

impl Reading {
    fn of(value: Option<Interval>, counted: u32, band: [f64; 2], enough: Enough) -> Self {
        let standing = match (value, enough) {
            (None, _) | (_, Enough::No) => Standing::TooFew,
            (Some(found), Enough::Yes) if found.low > band[1] || found.high < band[0] => Standing::Alarm,
            (Some(_), Enough::Yes) => Standing::InBand,
        };
        Self { value, counted, band, standing }
    }
}

#[derive(Debug, Clone, Copy)]
enum Enough {
    Yes,
    No,
}

impl From<bool> for Enough {
    fn from(enough: bool) -> Self {
        if enough { Self::Yes } else { Self::No }
    }
}

/// A word of the model in service, final.
#[derive(Debug, Clone, PartialEq)]
pub struct Spoken {
    pub at: Timestamp,
    pub case: Option<CaseId>,
    pub analysis: Analysis,
    /// Of a case whose report is signed.
    pub diagnosis: Option<Diagnosis>,
}

/// A model at a hospital.
#[derive(Debug, Clone, PartialEq)]
pub struct Watch {
    /// The oldest word looked at.
    pub since: Option<Timestamp>,
    pub not_analysable: Reading,
    pub drift: Reading,
    pub agreement: Reading,
    /// Of the signed cases with the disease, and of those without.
    pub sensitivity: Option<Interval>,
    pub specificity: Option<Interval>,
}

impl Watch {
    #[must_use]
    pub fn reading(&self, watched: Watched) -> Reading {
        match watched {
            Watched::NotAnalysable => self.not_analysable,
            Watched::Drift => self.drift,
            Watched::Agreement => self.agreement,
        }
    }
}

/// A score when the model was new here.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FirstScore {
    pub at: Timestamp,
    pub probability: f64,
}

/// Watches a model by its newest words, the first scores that it gave here, and the figures that it is held to.
#[must_use]
pub fn watch(task: Task, words: &[Spoken], reference: &[FirstScore], held_to: &Performance) -> Watch {
    let signed = Signed::of(task, words);
    Watch {
        since: words.iter().map(|word| word.at).min(),
        not_analysable: not_analysable(words),
        drift: drift(words, reference),
        agreement: signed.agreement(held_to),
        sensitivity: signed.with.interval(),
        specificity: signed.without.interval(),
    }
}

fn not_analysable(words: &[Spoken]) -> Reading {
    let judged =
        words.iter().filter(|word| !matches!(word.analysis, Analysis::NotApplicable | Analysis::Pending));
    let refused = Proportion::of(judged, |word| !matches!(word.analysis, Analysis::Analysed { .. }));
    let enough = (refused.whole >= FEWEST).into();
    Reading::of(refused.interval(), refused.whole, [0.0, MOST_NOT_ANALYSABLE], enough)
}

fn drift(words: &[Spoken], reference: &[FirstScore]) -> Reading {
    let then = reference.iter().map(|first| first.at).max();
    let score = |word: &Spoken| match word.analysis {
        Analysis::Analysed { probability, .. } => Some(probability),
        _ => None,
    };
    let since: Vec<f64> = words.iter().filter(|word| Some(word.at) > then).filter_map(score).collect();
    let first: Vec<f64> = reference.iter().map(|first| first.probability).collect();
    let enough = since.len() >= FEWEST_SCORES && first.len() >= FEWEST_SCORES;
    let counted = u32::try_from(since.len()).unwrap_or(u32::MAX);
    Reading::of(auc(&since, &first), counted, DRIFT_BAND, enough.into())
}

/// Cases whose report is signed, and whether the model had them right. A case counts once, by its strongest word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Signed {
    with: Proportion,
    without: Proportion,
}

impl Signed {
    fn of(task: Task, words: &[Spoken]) -> Self {
        let mut cases: BTreeMap<CaseId, (Differential, bool)> = BTreeMap::new();
        for word in words {
            let truth = word.diagnosis.and_then(Differential::of);
            if let (Some(case), Some(truth), Analysis::Analysed { flag, .. }) =
                (word.case, truth, &word.analysis)
            {
                cases.entry(case).or_insert((truth, false)).1 |= *flag;
            }
        }
        let diseased = |truth: &Differential| truth.prevalence(task) > 0.5;
        let (with, without): (Vec<_>, Vec<_>) = cases.into_values().partition(|(truth, _)| diseased(truth));
        Self {
            with: Proportion::of(with, |(_, flagged)| *flagged),
            without: Proportion::of(without, |(_, flagged)| !flagged),
        }
    }

    /// The share that the model had right, held against what its figures make of the same mix of cases. Better than
    /// promised is no alarm.
    fn agreement(self, held_to: &Performance) -> Reading {
        let right = Proportion {
            part: self.with.part + self.without.part,
            whole: self.with.whole + self.without.whole,
        };
        let share = Proportion { part: self.with.whole, whole: right.whole }.share().unwrap_or_default();
        let promised = share * held_to.sensitivity.low + (1.0 - share) * held_to.specificity.low;
        Reading::of(right.interval(), right.whole, [promised, 1.0], (right.whole >= FEWEST).into())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn spoken(case: u128, probability: f64, diagnosis: Option<Diagnosis>) -> Spoken {
        Spoken {
            at: "2026-11-24T08:00:00Z".parse().unwrap(),
            case: Some(CaseId(Uuid::from_u128(case))),
            analysis: Analysis::Analysed {
                probability,
                threshold: 0.5,
                flag: probability >= 0.5,
                volume_ml: None,
            },
            diagnosis,
        }
    }

    fn refused(case: u128) -> Spoken {
        Spoken {
            analysis: Analysis::NotAnalysable { reason: "not a head".to_owned() },
            ..spoken(case, 0.0, None)
        }
    }

    fn held_to(sensitivity: f64, specificity: f64) -> Performance {
        let at = |value| Interval { value, low: value - 0.1, high: value + 0.1 };
        Performance { sensitivity: at(sensitivity), specificity: at(specificity) }
    }

    /// Scores spread evenly over 0 to 1, moved by `shift`.
    fn scores(n: u32, shift: f64) -> Vec<f64> {
        (0..n).map(|i| (f64::from(i) / f64::from(n) + shift).clamp(0.0, 1.0)).collect()
    }

    fn words(scores: &[f64]) -> Vec<Spoken> {
        (0..).zip(scores).map(|(case, &p)| spoken(case, p, None)).collect()
    }

    #[test]
    fn nothing_seen_is_too_few_of_everything() {
        let seen = watch(Task::Hemorrhage, &[], &[], &held_to(0.8, 0.8));
        for watched in Watched::ALL {
            assert_eq!(seen.reading(watched).standing, Standing::TooFew);
        }
        assert_eq!(seen.since, None);
    }

    #[test]
    fn refusals_beyond_chance_raise_the_alarm() {
        let of = |refusals: u128, others: u128| {
            let words: Vec<Spoken> =
                (0..refusals).map(refused).chain((0..others).map(|case| spoken(case, 0.1, None))).collect();
            watch(Task::Hemorrhage, &words, &[], &held_to(0.8, 0.8)).not_analysable.standing
        };
        assert_eq!(of(10, 5), Standing::TooFew);
        assert_eq!(of(2, 38), Standing::InBand);
        assert_eq!(of(10, 30), Standing::InBand, "a quarter of forty may be chance");
        assert_eq!(of(20, 20), Standing::Alarm);
    }

    #[test]
    fn scores_that_wander_raise_the_alarm_and_the_same_ones_do_not() {
        let first: Vec<FirstScore> = scores(100, 0.0)
            .into_iter()
            .map(|probability| FirstScore { at: "2026-10-01T08:00:00Z".parse().unwrap(), probability })
            .collect();
        let of = |shift| watch(Task::Hemorrhage, &words(&scores(100, shift)), &first, &held_to(0.8, 0.8));
        assert_eq!(of(0.0).drift.standing, Standing::InBand);
        assert!((of(0.0).drift.value.unwrap().value - 0.5).abs() < 1e-9);
        assert_eq!(of(0.4).drift.standing, Standing::Alarm);
        assert_eq!(of(-0.4).drift.standing, Standing::Alarm);
    }

    #[test]
    fn a_signed_diagnosis_that_bears_the_flag_out_less_often_than_promised_raises_the_alarm() {
        let of = |right: u128, wrong: u128| {
            let words: Vec<Spoken> = (0..right + wrong)
                .map(|case| {
                    spoken(
                        case,
                        0.9,
                        Some(if case < right { Diagnosis::Haemorrhage } else { Diagnosis::Mimic }),
                    )
                })
                .collect();
            watch(Task::Hemorrhage, &words, &[], &held_to(0.8, 0.8))
        };
        assert_eq!(of(10, 2).agreement.standing, Standing::TooFew);
        assert_eq!(of(28, 4).agreement.standing, Standing::InBand);
        assert_eq!(of(10, 30).agreement.standing, Standing::Alarm);
        assert!((of(28, 4).specificity.unwrap().value).abs() < 1e-9, "every mimic was flagged");
    }

    #[test]
    fn a_case_counts_once_and_an_undetermined_one_not_at_all() {
        let words = [
            spoken(1, 0.1, Some(Diagnosis::Lvo)),
            spoken(1, 0.9, Some(Diagnosis::Lvo)),
            spoken(2, 0.9, Some(Diagnosis::Undetermined)),
            spoken(3, 0.9, None),
            refused(4),
        ];
        let seen = watch(Task::Occlusion, &words, &[], &held_to(0.8, 0.8));
        assert_eq!((seen.agreement.counted, seen.agreement.value.unwrap().value), (1, 1.0));
        assert_eq!(seen.not_analysable.counted, 5);
    }

    #[test]
    fn drift_is_told_from_enough_scores_on_both_sides() {
        let first = |n| -> Vec<FirstScore> {
            let at = "2026-10-01T08:00:00Z".parse().unwrap();
            scores(n, 0.0).into_iter().map(|probability| FirstScore { at, probability }).collect()
        };
        let of = |since, before: u32| {
            watch(Task::Hemorrhage, &words(&scores(since, 0.4)), &first(before), &held_to(0.8, 0.8))
                .drift
                .standing
        };
        assert_eq!(of(50, 50), Standing::Alarm);
        assert_eq!((of(49, 100), of(100, 49)), (Standing::TooFew, Standing::TooFew));
    }

    #[test]
    fn only_what_was_said_after_the_first_scores_is_held_against_them() {
        let first: Vec<FirstScore> = scores(100, 0.0)
            .into_iter()
            .map(|probability| FirstScore { at: "2026-11-24T08:00:00Z".parse().unwrap(), probability })
            .collect();
        let (at_the_last, later) = (words(&scores(60, 0.4)), "2026-11-24T08:00:01Z".parse().unwrap());
        let since: Vec<Spoken> =
            at_the_last.iter().take(55).map(|word| Spoken { at: later, ..word.clone() }).collect();
        let both = [at_the_last, since].concat();
        let drift = watch(Task::Hemorrhage, &both, &first, &held_to(0.8, 0.8)).drift;
        assert_eq!((drift.counted, drift.standing), (55, Standing::Alarm));
    }

    #[test]
    fn twenty_are_enough_to_tell_refusals_and_agreement() {
        let refusals = |n: u128| {
            let words: Vec<Spoken> = (0..n).map(refused).collect();
            watch(Task::Hemorrhage, &words, &[], &held_to(0.8, 0.8)).not_analysable.standing
        };
        assert_eq!([19, 20].map(refusals), [Standing::TooFew, Standing::Alarm]);
        let signed = |n: u128| {
            let words: Vec<Spoken> = (0..n).map(|case| spoken(case, 0.9, Some(Diagnosis::Mimic))).collect();
            watch(Task::Hemorrhage, &words, &[], &held_to(0.8, 0.8)).agreement.standing
        };
        assert_eq!([19, 20].map(signed), [Standing::TooFew, Standing::Alarm]);
        let waits = |analysis| Spoken { analysis, ..spoken(9, 0.1, None) };
        let words = [waits(Analysis::Pending), waits(Analysis::NotApplicable), refused(1)];
        assert_eq!(watch(Task::Hemorrhage, &words, &[], &held_to(0.8, 0.8)).not_analysable.counted, 1);
    }

    #[test]
    fn agreement_is_held_to_what_the_figures_promise_of_the_same_mix() {
        // Ten with the disease, eight of them flagged; thirty without, fifteen of them spared.
        let of = |range: std::ops::Range<u128>, p, diagnosis| {
            range.map(move |case| spoken(case, p, Some(diagnosis)))
        };
        let words: Vec<Spoken> = of(0..8, 0.9, Diagnosis::Haemorrhage)
            .chain(of(8..10, 0.1, Diagnosis::Haemorrhage))
            .chain(of(10..25, 0.1, Diagnosis::Mimic))
            .chain(of(25..40, 0.9, Diagnosis::Lvo))
            .collect();
        let seen = watch(Task::Hemorrhage, &words, &[], &held_to(0.9, 0.7));
        let near = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-9, "{found}");
        near(seen.sensitivity.unwrap().value, 0.8);
        near(seen.specificity.unwrap().value, 0.5);
        near(seen.agreement.value.unwrap().value, 23.0 / 40.0);
        // The lower ends: 0.8 of a quarter and 0.6 of the rest.
        near(seen.agreement.band[0], 0.25 * 0.8 + 0.75 * 0.6);
        assert_eq!((seen.agreement.band[1], seen.agreement.counted), (1.0, 40));
    }

    #[test]
    fn a_whole_interval_outside_its_band_raises_the_alarm_and_its_edge_does_not() {
        let standing = |low, high| {
            let found = Interval { value: f64::midpoint(low, high), low, high };
            Reading::of(Some(found), 50, [0.4, 0.6], Enough::Yes).standing
        };
        assert_eq!([standing(0.6, 0.7), standing(0.3, 0.4), standing(0.1, 0.9)], [Standing::InBand; 3]);
        assert_eq!([standing(0.61, 0.7), standing(0.3, 0.39)], [Standing::Alarm; 2]);
    }

    #[test]
    fn what_is_watched_is_named_as_it_is_written() {
        assert_eq!(Watched::ALL.map(Watched::as_str), ["not_analysable", "drift", "agreement"]);
        for watched in Watched::ALL {
            assert_eq!(serde_json::to_value(watched).unwrap(), watched.as_str());
        }
    }
}
