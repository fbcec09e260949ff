//! What the domain promises of its speed: ten thousand open cases put in order after one event, a thousand transport
//! plans with their ranges, and the simulator's million patients. `make bench` prints them beside the rest.

#![allow(missing_docs, reason = "criterion's macros make functions without")]
#![allow(clippy::unwrap_used, reason = "a measurement fails by panicking")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use vigie::domain::case::{Anticoagulant, ClinicalPicture, Onset, Race};
use vigie::domain::dispatch::{Hinges, OnsetAge, Patient, Plan, Spread, compare};
use vigie::domain::evidence::{
    Analysis, Differential, EvidenceLevel, Finding, Interval, Performance, SiteEvidence, Task,
};
use vigie::domain::identity::CaseId;
use vigie::domain::time::{CaseClock, ClockStart, Minutes, Timestamp};
use vigie::domain::urgency::{QueueCase, Scale, Stage, Team, order};
use vigie::domain::wording::Text;
use vigie::simulate::{Policy, Scenario, simulate};

const OPEN_CASES: u32 = 10_000;
/// So many that the limits of all cases have to be looked at.
const READERS: usize = 1_000;
const PLANS: u32 = 1_000;
const PATIENTS: u32 = 1_000_000;

/// Something else for every `i`, always the same.
fn scattered(i: u32, below: u32) -> u32 {
    i.wrapping_mul(2_654_435_761).rotate_left(13) % below
}

fn picture(i: u32, now: Timestamp) -> ClinicalPicture {
    ClinicalPicture {
        onset: match i % 3 {
            0 => Onset::Known { at: now + Minutes(-f64::from(60 + scattered(i, 240))) },
            1 => Onset::WakeUp { at: None },
            _ => Onset::Unknown,
        },
        race: Race::try_from(u8::try_from(scattered(i, 12)).unwrap()).ok(),
        anticoagulant: Anticoagulant::Unknown,
        ..ClinicalPicture::unstated()
    }
}

fn finding(i: u32) -> Finding {
    let rate = Interval { value: 0.9, low: 0.85, high: 0.94 };
    Finding {
        task: Task::ALL[i as usize % Task::ALL.len()],
        analysis: Analysis::Analysed {
            probability: f64::from(scattered(i, 100)) / 100.0,
            threshold: 0.8,
            flag: scattered(i, 100) >= 80,
            volume_ml: None,
        },
        provisional: false,
        evidence: EvidenceLevel::Internal,
        performance: Some(Performance { sensitivity: rate, specificity: rate }),
    }
}

fn ordering(bench: &mut Criterion) {
    let now: Timestamp = "2026-11-24T08:00:00Z".parse().unwrap();
    let (site, scale) = (SiteEvidence::default(), Scale::default());
    let known: Vec<(ClinicalPicture, Vec<Finding>)> =
        (0..OPEN_CASES).map(|i| (picture(i, now), (0..i % 4).map(|k| finding(i + k)).collect())).collect();
    let cases: Vec<QueueCase<'_>> = (0..OPEN_CASES)
        .zip(&known)
        .map(|(i, (picture, findings))| QueueCase {
            id: CaseId(uuid::Uuid::from_u128(u128::from(i))),
            clock: CaseClock {
                started_at: now + Minutes(-f64::from(scattered(i, 180))),
                started_by: ClockStart::Alert,
            },
            stage: Stage::Waiting,
            picture,
            findings,
            site: &site,
        })
        .collect();
    bench.bench_function("10,000 open cases in order (at most 10 ms)", |b| {
        b.iter(|| order(black_box(&cases), &scale, &Team::of(READERS), black_box(now)));
    });
}

fn plan(i: u32) -> Plan {
    Plan {
        name: format!("plan {i}"),
        label: Text::new("plan", "plan"),
        mode: None,
        aircraft: None,
        hinges: Hinges::Everything,
        needle: Some(Minutes(60.0 + f64::from(i) / 10.0)),
        groin: Some(Minutes(120.0 + f64::from(i) / 5.0)),
        on_the_way: None,
        cost_euros: f64::from(i),
        bypass: i.is_multiple_of(2),
        futile: 0.43,
        hemorrhage_loss_per_hour: 0.1,
        blocked_by: None,
    }
}

fn dispatching(bench: &mut Criterion) {
    let plans: Vec<Plan> = (0..PLANS).map(plan).collect();
    let patient = Patient { onset: OnsetAge::unknown(), posterior: Differential::PRIOR };
    bench.bench_function("1,000 plans with their ranges (at most 1 s)", |b| {
        b.iter(|| compare(black_box(&plans), &patient, &Spread::default(), 1));
    });
}

fn simulating(bench: &mut Criterion) {
    let scenario = Scenario { patients: PATIENTS, ..Scenario::default() };
    bench.bench_function("a million patients simulated (at most 5 s)", |b| {
        b.iter(|| simulate(black_box(&scenario), &[Policy::Vigie], 1, |_| {}));
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).warm_up_time(Duration::from_secs(1)).without_plots();
    targets = ordering, dispatching, simulating
}
criterion_main!(benches);
