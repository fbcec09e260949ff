//! One reader, exponential reading: the simulator against the formulas of queueing theory (Thompson et al.,
//! doi:10.1007/s11134-024-09927-w), within 1 % and within its own interval.
//!
//! Plain averages of a busy queue need tens of millions of patients to settle to 1 %. So the first-come order is
//! corrected by a martingale of known mean, zero, built from its waits (Henderson and Glynn,
//! doi:10.1287/moor.27.2.253.329), and the unflagged wait by the first-come one of the same patients.

use super::super::engine;
use super::*;

const S: f64 = 10.0;
const LOADS: [f64; 4] = [0.3, 0.6, 0.8, 0.9];
const PREVALENCES: [f64; 3] = [0.1, 0.3, 0.5];
const MODELS: [(f64, f64); 3] = [(0.9, 0.9), (0.7, 0.8), (0.95, 0.7)];
/// Patients counted in a block; blocks are independent.
const BLOCK: u32 = 250_000;
const FIRST_COME_BLOCKS: usize = 12;

fn scenario(load: f64, prevalence: f64, (sensitivity, specificity): (f64, f64)) -> Scenario {
    Scenario {
        patients: BLOCK,
        arrivals: Arrivals::steady(load * 60.0 / S),
        case_mix: CaseMix::one_disease(prevalence),
        ai: Ai { sensitivity, specificity, delay_minutes: 0.0 },
        ..Scenario::default()
    }
}

fn block(scenario: &Scenario, policy: Policy, seed: usize) -> Waits {
    let seed = u64::try_from(seed).unwrap();
    engine::run(scenario, policy, Patients::of(scenario, seed)).waits
}

/// A mean over blocks, with its standard error.
fn over(blocks: &[f64]) -> (f64, f64) {
    let n = f64::from(u32::try_from(blocks.len()).unwrap());
    let mean = blocks.iter().sum::<f64>() / n;
    let variance = blocks.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

#[track_caller]
fn agrees(what: &str, blocks: &[f64], theory: f64) {
    let (mean, error) = over(blocks);
    let off = (mean - theory).abs();
    assert!(off <= 0.01 * theory, "{what}: {mean:.3} ± {error:.3}, theory {theory:.3}");
    assert!(off <= 4.0 * error, "{what}: {mean:.3} ± {error:.3}, theory {theory:.3}");
    assert!(1.96 * error <= 0.01 * theory, "{what}: too wide an interval, {mean:.3} ± {error:.3}");
}

/// The first-come waits of the same patients by Lindley's recursion: their mean, and the mean of the martingale
/// differences wait × (X − E X), X a reading less the gap to the next arrival.
fn lindley(scenario: &Scenario, seed: usize) -> (f64, f64) {
    let expected = S - 60.0 / scenario.arrivals.per_hour_day;
    let mut patients = Patients::of(scenario, u64::try_from(seed).unwrap()).peekable();
    let (mut wait, mut waits, mut martingale) = (0.0_f64, 0.0, 0.0);
    for number in 0..scenario.warmup + scenario.patients {
        let patient = patients.next().unwrap();
        let x = patient.reading - (patients.peek().unwrap().arrives - patient.arrives);
        if number >= scenario.warmup {
            waits += wait;
            martingale += wait * (x - expected);
        }
        wait = (wait + x).max(0.0);
    }
    let n = f64::from(scenario.patients);
    (waits / n, martingale / n / expected)
}

#[test]
fn first_come_first_served_waits_as_theory_says() {
    for load in LOADS {
        let scenario = scenario(load, 0.1, (0.9, 0.9));
        let corrected: Vec<f64> = (0..FIRST_COME_BLOCKS)
            .map(|seed| {
                let simulated = block(&scenario, Policy::Fifo, seed).all.mean.unwrap();
                let (by_recursion, correction) = lindley(&scenario, seed);
                assert!((simulated - by_recursion).abs() < 1e-6, "patient by patient the same waits");
                simulated + correction
            })
            .collect();
        agrees(&format!("first come, load {load}"), &corrected, load * S / (1.0 - load));
    }
}

#[test]
fn flagged_first_waits_as_theory_says_without_preemption() {
    flagged_first(Discipline::NonPreemptive);
}

#[test]
fn flagged_first_waits_as_theory_says_with_preemption() {
    flagged_first(Discipline::PreemptiveResume);
}

fn flagged_first(discipline: Discipline) {
    for load in LOADS {
        let first_come = load * S / (1.0 - load);
        let plain = scenario(load, 0.1, (0.9, 0.9));
        let strays: Vec<f64> = (0..FIRST_COME_BLOCKS)
            .map(|seed| block(&plain, Policy::Fifo, seed).all.mean.unwrap() - first_come)
            .collect();
        for prevalence in PREVALENCES {
            for model in MODELS {
                let share = prevalence * model.0 + (1.0 - prevalence) * (1.0 - model.1);
                let load_1 = load * share;
                let scenario = Scenario { discipline, ..scenario(load, prevalence, model) };
                let (flagged, unflagged) = match discipline {
                    Discipline::NonPreemptive => {
                        (load * S / (1.0 - load_1), load * S / ((1.0 - load_1) * (1.0 - load)))
                    }
                    Discipline::PreemptiveResume => (
                        load_1 * S / (1.0 - load_1),
                        S / (1.0 - load_1) + load * S / ((1.0 - load_1) * (1.0 - load)) - S,
                    ),
                };
                let waits: Vec<Waits> = (0..blocks(load, share, discipline))
                    .map(|seed| block(&scenario, Policy::AiFirst, seed))
                    .collect();
                let name = format!("load {load}, prevalence {prevalence}, {model:?}, {discipline:?}");
                let simulated: Vec<f64> = waits.iter().map(|w| w.flagged.mean.unwrap()).collect();
                agrees(&format!("flagged, {name}"), &simulated, flagged);
                let corrected: Vec<f64> = waits
                    .iter()
                    .zip(&strays)
                    .map(|(w, stray)| w.unflagged.mean.unwrap() - stray / (1.0 - load_1))
                    .collect();
                agrees(&format!("unflagged, {name}"), &corrected, unflagged);
            }
        }
    }
}

/// Enough blocks for the flagged mean's interval: of a wait that is 0 but for a share p, else exponential, the
/// relative variance is 2/p − 1, and somewhat more as neighbours are alike.
fn blocks(load: f64, share: f64, discipline: Discipline) -> usize {
    let p = match discipline {
        Discipline::NonPreemptive => load,
        Discipline::PreemptiveResume => load * share,
    };
    let alike = 1.1 + 3.0 * load * share;
    let needed = (2.0 / p - 1.0) * alike / (0.0037_f64.powi(2) * share) / f64::from(BLOCK);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive count")]
    let needed = needed.ceil() as usize;
    needed.max(FIRST_COME_BLOCKS)
}
