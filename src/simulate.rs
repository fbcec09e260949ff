//! A reading queue simulated: what an order of the queue does to patients before anyone is read by it.
//!
//! Discrete events, the same for the same seed; every policy meets the same patients (common random numbers). How
//! such a study is done: Thompson et al. (doi:10.1007/s11134-024-09927-w) and its program multi-QuCAD; their theory
//! is the oracle of the tests here. The product's order is `domain::urgency` itself, not a copy.

mod engine;
mod outcome;
mod patients;
mod policy;
pub mod report;
mod scenario;
mod staffing;
mod tally;

pub use outcome::{Group, Outcome, PolicyOutcome, Waits};
pub use patients::{Drawn, Patient};
pub use policy::Policy;
pub use scenario::{
    Ai, Arrivals, CaseMix, Clinical, Discipline, Picture, Reading, Scenario, ScenarioError, Shift,
};
pub use staffing::{Arrival, KEPT, Need, Night, readers_needed};

use patients::Patients;

/// Runs each policy over the same patients. `told` hears each policy's name as it starts.
#[must_use]
pub fn simulate(
    scenario: &Scenario,
    policies: &[Policy],
    seed: u64,
    mut told: impl FnMut(Policy),
) -> Outcome {
    let policies = policies
        .iter()
        .map(|policy| {
            told(*policy);
            let patients = Patients::of(scenario, seed);
            engine::run(scenario, *policy, patients)
        })
        .collect();
    Outcome { schema: outcome::SCHEMA, seed, policies }
}

#[cfg(test)]
mod tests;
