//! How many readers a night needs, from the nights that were.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::engine;
use super::patients::{Patient, Readings};
use super::policy::Policy;
use super::scenario::{Clinical, Picture, Reading, Scenario};
use crate::domain::case::{Diagnosis, Race};
use crate::domain::evidence::Task;
use crate::domain::time::{LIMIT, Minutes};

/// A case as it came on a night that was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arrival {
    /// From the night's start.
    pub after: Minutes,
    pub flag: Option<Task>,
    pub race: Option<Race>,
    pub truth: Option<Diagnosis>,
}

/// The arrivals of one night.
pub type Night = Vec<Arrival>;

/// What so many readers do to such nights, read in the product's order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Need {
    pub readers: u32,
    /// Share of the nights on which every case was opened before its limit.
    pub nights_kept: f64,
    /// Shares of the cases that waited longer than 45 and 120 minutes.
    pub past_target: f64,
    pub past_limit: f64,
    /// The longest wait of a night, on average.
    pub longest: Minutes,
}

/// The share of nights that is to be kept. Assumption: a night in twenty may need a call for help.
pub const KEPT: f64 = 0.95;
/// Most readers tried.
const MOST: u32 = 12;
/// Nights simulated for each number of readers: those that were, drawn again, with new reading times.
const DRAWN: u32 = 400;

/// From one reader to the first number that keeps enough nights, and one more to show what it would add.
#[must_use]
pub fn readers_needed(nights: &[Night], reading: Reading, seed: u64) -> Vec<Need> {
    let mut tried = Vec::new();
    if nights.iter().all(Vec::is_empty) {
        return tried;
    }
    for readers in 1..=MOST {
        let enough_before = tried.last().is_some_and(|need: &Need| need.nights_kept >= KEPT);
        tried.push(with(readers, nights, reading, seed));
        if enough_before {
            break;
        }
    }
    tried
}

fn with(readers: u32, nights: &[Night], reading: Reading, seed: u64) -> Need {
    // The same nights and reading times whatever the number of readers.
    let mut rng = StdRng::seed_from_u64(seed);
    let readings = Readings::of(reading);
    let clinical = Clinical { picture: Picture::Race, ..Clinical::default() };
    let (mut kept, mut cases, mut target, mut limit, mut longest) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for _ in 0..DRAWN {
        let night = &nights[rng.random_range(0..nights.len())];
        let patients: Vec<Patient> =
            night.iter().map(|arrival| patient(arrival, readings.draw(&mut rng))).collect();
        let Ok(n) = u32::try_from(patients.len()) else { continue };
        if n == 0 {
            kept += 1.0;
            continue;
        }
        let scenario = Scenario { patients: n, warmup: 0, readers, clinical, ..Scenario::default() };
        let waits = engine::run(&scenario, Policy::Vigie, patients.into_iter()).waits.all;
        let most = waits.max.unwrap_or(0.0);
        kept += f64::from(u8::from(most <= LIMIT.0));
        cases += f64::from(n);
        target += waits.past_target * f64::from(n);
        limit += waits.past_limit * f64::from(n);
        longest += most;
    }
    let drawn = f64::from(DRAWN);
    let share = |part: f64| if cases > 0.0 { part / cases } else { 0.0 };
    Need {
        readers,
        nights_kept: kept / drawn,
        past_target: share(target),
        past_limit: share(limit),
        longest: Minutes(longest / drawn),
    }
}

fn patient(arrival: &Arrival, reading: f64) -> Patient {
    Patient {
        arrives: arrival.after.0,
        truth: arrival.truth.unwrap_or(Diagnosis::Undetermined),
        flag: arrival.flag,
        race: arrival.race,
        reading,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn night(arrivals: &[f64]) -> Night {
        let case = |after| Arrival { after: Minutes(after), flag: None, race: None, truth: None };
        arrivals.iter().copied().map(case).collect()
    }

    #[test]
    fn a_crowd_needs_more_readers_than_a_quiet_night() {
        let reading = Reading::LogNormal { mean: Minutes(20.0), sd: Minutes(8.0) };
        let crowd: Vec<f64> = (0..30).map(|i| f64::from(i) * 4.0).collect();
        let quiet = readers_needed(&[night(&[0.0, 200.0, 400.0])], reading, 1);
        let busy = readers_needed(&[night(&crowd)], reading, 1);
        let enough = |needs: &[Need]| needs.iter().find(|need| need.nights_kept >= KEPT).map(|n| n.readers);
        assert_eq!(enough(&quiet), Some(1));
        assert!(enough(&busy) > Some(1), "{busy:?}");
        assert!(busy.is_sorted_by(|a, b| a.nights_kept <= b.nights_kept), "{busy:?}");
    }

    #[test]
    fn nights_without_a_case_say_nothing() {
        let reading = Reading::Exponential { mean: Minutes(10.0) };
        assert!(readers_needed(&[], reading, 1).is_empty());
        assert!(readers_needed(&[Vec::new()], reading, 1).is_empty());
    }
}
