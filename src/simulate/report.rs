//! The figures of `docs/queue.md`: what each order does to whom, by load and by sensitivity.

use std::fmt::Write as _;

use super::outcome::{Group, PolicyOutcome};
use super::policy::Policy;
use super::scenario::{Ai, Arrivals, Clinical, Picture, Scenario};
use super::simulate;
use chart::{Axis, Chart, Line};

mod chart;

/// A file of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub name: &'static str,
    pub content: String,
}

/// Loads of one reader at ten minutes a reading.
const LOADS: [f64; 9] = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1];
const SENSITIVITIES: [f64; 7] = [0.70, 0.75, 0.80, 0.85, 0.90, 0.95, 0.98];
/// The load at which the promise is made.
const PROMISED: f64 = 0.8;

/// What is drawn: a policy, with a picture that says nothing or RACE.
const DRAWN: [(Policy, Picture, &str); 6] = [
    (Policy::Fifo, Picture::None, "fifo"),
    (Policy::AiFirst, Picture::None, "ai-first"),
    (Policy::Edf, Picture::None, "edf"),
    (Policy::Vigie, Picture::None, "vigie"),
    (Policy::Vigie, Picture::Race, "vigie, RACE told"),
    (Policy::Oracle, Picture::None, "oracle"),
];

/// Every policy at one load or sensitivity, in the order of [`DRAWN`].
struct Point {
    at: f64,
    outcomes: Vec<PolicyOutcome>,
}

/// Runs it all. `patients` are counted at each point below load 1; from load 1 on no steady state exists, and the
/// first 2,000 patients that an empty queue meets are.
#[must_use]
pub fn report(patients: u32, seed: u64, mut told: impl FnMut(&str)) -> Vec<Page> {
    let mut point = |at: f64, load: f64, sensitivity: f64| {
        told(&format!("load {load:.2}, sensitivity {sensitivity:.2}"));
        let drawn = |(policy, picture, _): &(Policy, Picture, &str)| {
            let scenario = scenario(load, sensitivity, *picture, patients);
            simulate(&scenario, &[*policy], seed, |_| {}).policies
        };
        Point { at, outcomes: DRAWN.iter().flat_map(drawn).collect() }
    };
    let by_load: Vec<Point> = LOADS.iter().map(|load| point(*load, *load, 0.9)).collect();
    let by_sensitivity: Vec<Point> =
        SENSITIVITIES.iter().map(|sensitivity| point(*sensitivity, PROMISED, *sensitivity)).collect();
    let load = Axis { label: "load of the reader", ticks: &[0.3, 0.5, 0.7, 0.9, 1.1] };
    let sensitivity = Axis { label: "sensitivity of the model", ticks: &[0.7, 0.8, 0.9, 0.98] };
    let diseased = |o: &PolicyOutcome| o.waits.diseased.mean;
    let missed = |o: &PolicyOutcome| o.waits.missed.p99;
    let lost = |o: &PolicyOutcome| Some(o.utility_lost_per_patient * 1000.0);
    let late = |o: &PolicyOutcome| Some(o.waits.diseased.past_limit * 100.0);
    let figures = [
        figure("diseased-by-load.svg", "Mean wait of the diseased, minutes", load, &by_load, diseased),
        figure(
            "missed-by-load.svg",
            "99th percentile of missed cases' waits, minutes",
            load,
            &by_load,
            missed,
        ),
        figure("late-by-load.svg", "Diseased that wait longer than 120 minutes, %", load, &by_load, late),
        figure("lost-by-load.svg", "Utility lost by waiting, thousandths a patient", load, &by_load, lost),
        figure(
            "diseased-by-sensitivity.svg",
            "Mean wait of the diseased at load 0.8, minutes",
            sensitivity,
            &by_sensitivity,
            diseased,
        ),
        figure(
            "missed-by-sensitivity.svg",
            "99th percentile of missed cases' waits at load 0.8, minutes",
            sensitivity,
            &by_sensitivity,
            missed,
        ),
    ];
    let tables = tables(&by_load, &by_sensitivity);
    figures.into_iter().chain([Page { name: "tables.md", content: tables }]).collect()
}

fn scenario(load: f64, sensitivity: f64, picture: Picture, patients: u32) -> Scenario {
    let default = Scenario::default();
    let (patients, warmup) = if load < 1.0 { (patients, default.warmup) } else { (2_000, 0) };
    Scenario {
        patients,
        warmup,
        arrivals: Arrivals::steady(load * 60.0 / default.reading.mean().0),
        ai: Ai { sensitivity, ..default.ai },
        clinical: Clinical { picture, ..default.clinical },
        ..default
    }
}

fn figure(
    name: &'static str,
    title: &str,
    axis: Axis<'_>,
    points: &[Point],
    value: fn(&PolicyOutcome) -> Option<f64>,
) -> Page {
    let lines: Vec<Line<'_>> = DRAWN
        .iter()
        .enumerate()
        .map(|(which, (_, _, label))| Line {
            label,
            points: points.iter().filter_map(|p| Some((p.at, value(&p.outcomes[which])?))).collect(),
        })
        .collect();
    Page { name, content: Chart { title, axis, lines }.svg() }
}

fn tables(by_load: &[Point], by_sensitivity: &[Point]) -> String {
    let mut text = String::from(
        "# The queue in figures\n\nWritten by `vigie simulate --report`; what it means is in \
         [queue.md](../queue.md). Waits in minutes.\n",
    );
    for (what, points) in [("load", by_load), ("sensitivity", by_sensitivity)] {
        for point in points {
            let _ = writeln!(text, "\n## At {what} {:.2}\n", point.at);
            text.push_str(HEAD);
            for (outcome, (_, _, label)) in point.outcomes.iter().zip(DRAWN) {
                for (name, group) in groups(outcome) {
                    row(&mut text, label, name, &group);
                }
                let lost = outcome.utility_lost_per_patient * 1000.0;
                let _ = writeln!(text, "| {label} | utility lost a patient, ‰ | | {lost:.3} | | | | | | |");
            }
        }
    }
    text
}

const HEAD: &str = "| order | group | n | mean | p50 | p95 | p99 | max | > 45 min, % | > 120 min, % |\n\
                    | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";

fn groups(outcome: &PolicyOutcome) -> [(&'static str, Group); 6] {
    let waits = &outcome.waits;
    [
        ("all", waits.all),
        ("diseased", waits.diseased),
        ("true positives", waits.true_positive),
        ("false positives", waits.false_positive),
        ("missed", waits.missed),
        ("true negatives", waits.true_negative),
    ]
}

fn row(text: &mut String, label: &str, name: &str, group: &Group) {
    let minutes = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.1}"));
    let values = [group.mean, group.p50, group.p95, group.p99, group.max].map(minutes).join(" | ");
    let (target, limit) = (group.past_target * 100.0, group.past_limit * 100.0);
    let _ = writeln!(text, "| {label} | {name} | {} | {values} | {target:.2} | {limit:.2} |", group.n);
}
