//! What was foreseen of a transport against what happened, by case and over all.

use serde::{Deserialize, Serialize};

use crate::domain::time::{Minutes, Timestamp};

/// The moments of a transport, foreseen or real; `None`: none, or not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Moments {
    pub departure: Option<Timestamp>,
    /// At the last hospital.
    pub arrival: Option<Timestamp>,
    pub needle: Option<Timestamp>,
    pub groin: Option<Timestamp>,
}

/// A stretch of time that a plan foresees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stretch {
    /// From the decision to leaving.
    ToDeparture,
    /// From leaving to the last hospital.
    Travel,
    /// From the decision to thrombolysis.
    ToNeedle,
    /// From the last hospital's door to groin puncture.
    DoorToGroin,
    /// From the decision to groin puncture: what the comparison of plans rests on.
    ToGroin,
}

impl Stretch {
    pub const ALL: [Self; 5] =
        [Self::ToDeparture, Self::Travel, Self::ToNeedle, Self::DoorToGroin, Self::ToGroin];

    fn of(self, moments: &Moments, decided: Timestamp) -> Option<Minutes> {
        let between = |from: Option<Timestamp>, to: Option<Timestamp>| Some(to? - from?);
        match self {
            Self::ToDeparture => between(Some(decided), moments.departure),
            Self::Travel => between(moments.departure, moments.arrival),
            Self::ToNeedle => between(Some(decided), moments.needle),
            Self::DoorToGroin => between(moments.arrival, moments.groin),
            Self::ToGroin => between(Some(decided), moments.groin),
        }
    }
}

/// One stretch of one case.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Held {
    pub stretch: Stretch,
    pub foreseen: Option<Minutes>,
    pub real: Option<Minutes>,
    /// Real less foreseen: positive, it took longer. `None` where either is missing.
    pub error: Option<Minutes>,
}

/// Every stretch that the plan foresaw or that is known, of a transport decided at `decided`.
#[must_use]
pub fn held(foreseen: &Moments, real: &Moments, decided: Timestamp) -> Vec<Held> {
    Stretch::ALL
        .into_iter()
        .map(|stretch| {
            let (foreseen, real) = (stretch.of(foreseen, decided), stretch.of(real, decided));
            let error = foreseen.zip(real).map(|(foreseen, real)| real - foreseen);
            Held { stretch, foreseen, real, error }
        })
        .filter(|held| held.foreseen.is_some() || held.real.is_some())
        .collect()
}

/// How well a stretch is foreseen over many cases, minutes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Accuracy {
    pub stretch: Stretch,
    pub cases: usize,
    /// Median error: positive, it takes longer than foreseen.
    pub median: Minutes,
    /// 10th to 90th percentile of the errors.
    pub spread: [Minutes; 2],
    /// Median of the errors' size.
    pub median_size: Minutes,
}

/// Over all cases; a stretch without an error to count is left out.
#[must_use]
pub fn accuracy(cases: &[Vec<Held>]) -> Vec<Accuracy> {
    Stretch::ALL
        .into_iter()
        .filter_map(|stretch| {
            let of_stretch = cases.iter().flatten().filter(|held| held.stretch == stretch);
            let errors: Vec<f64> = of_stretch.filter_map(|held| held.error).map(|error| error.0).collect();
            let sizes: Vec<f64> = errors.iter().map(|error| error.abs()).collect();
            Some(Accuracy {
                stretch,
                cases: errors.len(),
                median: percentile(&errors, 50)?,
                spread: [percentile(&errors, 10)?, percentile(&errors, 90)?],
                median_size: percentile(&sizes, 50)?,
            })
        })
        .collect()
}

/// Linear between the ranks (Hyndman and Fan's type 7); `None` of nothing.
fn percentile(values: &[f64], percent: usize) -> Option<Minutes> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = sorted.len().checked_sub(1)? * percent;
    let (below, part) = (at / 100, at % 100);
    let low = *sorted.get(below)?;
    let high = sorted.get(below + 1).copied().unwrap_or(low);
    let share = f64::from(u8::try_from(part).unwrap_or(0)) / 100.0;
    Some(Minutes(low + (high - low) * share))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided() -> Timestamp {
        "2026-11-24T12:00:00Z".parse().unwrap()
    }

    fn moments([departure, arrival, needle, groin]: [Option<f64>; 4]) -> Moments {
        let at = |minutes: Option<f64>| minutes.map(|m| decided() + Minutes(m));
        Moments { departure: at(departure), arrival: at(arrival), needle: at(needle), groin: at(groin) }
    }

    fn error(held: &[Held], stretch: Stretch) -> Option<f64> {
        held.iter().find(|h| h.stretch == stretch)?.error.map(|e| e.0)
    }

    #[test]
    fn each_stretch_is_held_against_its_own() {
        let foreseen = moments([Some(40.0), Some(144.0), Some(40.0), Some(204.0)]);
        let real = moments([Some(55.0), Some(150.0), Some(38.0), Some(240.0)]);
        let held = held(&foreseen, &real, decided());
        assert_eq!(error(&held, Stretch::ToDeparture), Some(15.0));
        assert_eq!(error(&held, Stretch::Travel), Some(-9.0));
        assert_eq!(error(&held, Stretch::ToNeedle), Some(-2.0));
        assert_eq!(error(&held, Stretch::DoorToGroin), Some(30.0));
        assert_eq!(error(&held, Stretch::ToGroin), Some(36.0));
    }

    #[test]
    fn what_is_not_known_is_not_counted() {
        let foreseen = moments([Some(40.0), Some(144.0), None, Some(204.0)]);
        let real = moments([Some(50.0), None, Some(30.0), None]);
        let held = held(&foreseen, &real, decided());
        assert_eq!(error(&held, Stretch::ToDeparture), Some(10.0));
        assert_eq!(error(&held, Stretch::Travel), None);
        assert!(held.iter().any(|h| h.stretch == Stretch::ToNeedle && h.error.is_none()));
        let all = accuracy(&[held]);
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].stretch, all[0].cases, all[0].median), (Stretch::ToDeparture, 1, Minutes(10.0)));
        assert!(accuracy(&[]).is_empty());
    }

    #[test]
    fn between_two_ranks_a_percentile_is_linear() {
        // Errors of 0, 10, 30 and 70 minutes: the fourth parts are at 0, 1, 2, 3; the tenth at 0.3, the ninetieth at 2.7.
        let case = |late: f64| {
            let real = moments([Some(40.0 + late), None, None, None]);
            held(&moments([Some(40.0), None, None, None]), &real, decided())
        };
        let all = accuracy(&[30.0, 0.0, 70.0, 10.0].map(case));
        assert_eq!((all[0].cases, all[0].median, all[0].median_size), (4, Minutes(20.0), Minutes(20.0)));
        let [low, high] = all[0].spread.map(|minutes| minutes.0);
        assert!((low - 3.0).abs() < 1e-9 && (high - 58.0).abs() < 1e-9, "{low} to {high}");
    }

    #[test]
    fn over_many_cases_the_median_and_its_spread() {
        let cases: Vec<Vec<Held>> = (0..11)
            .map(|k| {
                let real = moments([Some(40.0 + f64::from(k) * 10.0 - 50.0), None, None, None]);
                held(&moments([Some(40.0), None, None, None]), &real, decided())
            })
            .collect();
        let all = accuracy(&cases);
        assert_eq!(all[0].median, Minutes(0.0));
        assert_eq!(all[0].spread, [Minutes(-40.0), Minutes(40.0)]);
        assert_eq!(all[0].median_size, Minutes(30.0));
    }
}
