//! The regulator's question: does a transport change this patient's outcome, by how much, and for what cost?

use super::evidence::Differential;
use super::outcome::{self, MrsDistribution};
use super::time::Minutes;
use super::wording::Text;

mod break_even;
mod conditions;
mod daylight;
mod foreseen;
mod gate;
mod onset;
mod options;
mod plans;
mod range;
mod recommend;

pub use break_even::{BreakEven, break_even};
pub use conditions::{Conditions, Weather, When};
pub use daylight::{Light, light_at};
pub use foreseen::{Accuracy, Held, Moments, Stretch, accuracy, held};
pub use gate::{AgainstGate, Stopped, pass_gate};
pub use onset::{OnsetAge, Seen};
pub use options::{Options, Question, options, thrombolysis};
pub use plans::{
    Aboard, Circumstances, Leg, LegKind, Milestones, Mode, Route, Thrombolysis, TransportPlan, UnknownPlace,
    Vehicle, Workup, generate,
};
pub use range::{Range, Spread};
pub use recommend::{Gain, NEGLIGIBLE_UTILITY};

/// Which model gave the figures: kept with every decision.
pub const MODEL_VERSION: &str = "vigie-dispatch/2 (stroke-outcome 0.1.8)";

/// Odds ratio of a better outcome for a haemorrhage taken past a nearer stroke hospital (RACECAT, secondary
/// analysis, 0.63, 95 % interval 0.41–0.96; doi:10.1001/jamaneurol.2023.2754).
pub const BYPASS_HEMORRHAGE_ODDS_RATIO: f64 = 0.63;

/// A haemorrhage that never reaches specialised care loses for a day.
const NO_SPECIALISED_CARE: Minutes = Minutes(1440.0);

/// What a plan does to the patient. Times are minutes from now; the past is the patient's onset.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Stable identifier, or the scenario's name.
    pub name: String,
    pub label: Text,
    /// How the patient, or the team, travels; `None`: not said.
    pub mode: Option<Mode>,
    /// The aircraft that it needs, by name: for the patient or for the team.
    pub aircraft: Option<String>,
    /// What a late transport makes late.
    pub hinges: Hinges,
    /// Until thrombolysis; `None`: not given.
    pub needle: Option<Minutes>,
    /// Until groin puncture; `None`: no thrombectomy.
    pub groin: Option<Minutes>,
    /// Of the minutes until then, those spent waiting and travelling; `None`: not told apart from the treatment's.
    pub on_the_way: Option<Minutes>,
    pub cost_euros: f64,
    /// Goes past a nearer hospital that treats strokes.
    pub bypass: bool,
    /// Chance of no thrombectomy on arrival, 0 to 1.
    pub futile: f64,
    /// Log odds of a better outcome that a haemorrhage loses an hour before specialised care.
    pub hemorrhage_loss_per_hour: f64,
    /// The gate that stops the plan; `None`: it can be done.
    pub blocked_by: Option<Text>,
}

/// The treatments that come after a plan's transport: late when it is late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hinges {
    Nothing,
    /// The needle comes before the transport, or does not wait for it.
    Groin,
    Everything,
}

/// For whom the plans are compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Patient {
    pub onset: OnsetAge,
    pub posterior: Differential,
}

/// What is drawn by chance or known only about, in one future.
#[derive(Debug, Clone, Copy)]
struct Future {
    /// Minutes from onset to now.
    age: Minutes,
    /// Shares of haemorrhage, large-vessel occlusion, other ischaemia, mimic.
    shares: [f64; 4],
    /// Odds ratio of bypass for a haemorrhage.
    bypass_odds_ratio: f64,
}

/// A plan's times and futility in one future.
#[derive(Debug, Clone, Copy)]
struct Course {
    needle: Option<Minutes>,
    groin: Option<Minutes>,
    futile: f64,
}

impl Plan {
    fn flies(&self) -> bool {
        self.aircraft.is_some() || self.mode == Some(Mode::Air)
    }

    fn as_planned(&self) -> Course {
        Course { needle: self.needle, groin: self.groin, futile: self.futile }
    }

    /// The patient's outcome: each diagnosis takes its own distribution, weighted by its share. A thrombectomy
    /// moves only the occlusion share, and only where it is not futile; a mimic keeps its pre-stroke (nLVO)
    /// distribution; a haemorrhage starts from the untreated occlusion's.
    fn outcome(&self, future: &Future, course: Course) -> MrsDistribution {
        let from_onset = |t: Minutes| future.age + t;
        let (needle, groin) = (course.needle.map(from_onset), course.groin.map(from_onset));
        let [hemorrhage, lvo, nlvo, mimic] = future.shares;
        MrsDistribution::mixture([
            (hemorrhage, self.hemorrhage_outcome(future, course)),
            (lvo * course.futile, outcome::lvo(needle, None)),
            (lvo * (1.0 - course.futile), outcome::lvo(needle, groin)),
            (nlvo, outcome::nlvo(needle)),
            (mimic, MrsDistribution::PRE_STROKE_NLVO),
        ])
    }

    fn hemorrhage_outcome(&self, future: &Future, course: Course) -> MrsDistribution {
        let care = course.groin.or(course.needle).unwrap_or(NO_SPECIALISED_CARE);
        let lost = (-self.hemorrhage_loss_per_hour * care.0 / 60.0).exp();
        let bypassed = if self.bypass { future.bypass_odds_ratio } else { 1.0 };
        MrsDistribution::UNTREATED_LVO.with_odds_ratio(lost * bypassed)
    }
}

/// One plan's figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    pub mrs: MrsDistribution,
    pub expected_utility: f64,
    pub p_mrs_0_2: f64,
    /// Minutes to groin puncture gained on the cheapest feasible plan with thrombectomy (to the needle where
    /// either has no thrombectomy); negative: later. `None` where the two share no treatment.
    pub minutes_gained: Option<f64>,
    pub range: Range,
}

/// The plans compared, in the order given.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    pub assessments: Vec<Assessment>,
    /// Index of the plan recommended; `None` when none can be done.
    pub recommended: Option<usize>,
    /// What the recommended plan gains on the cheapest that could do in its place.
    pub gain: Option<Gain>,
    /// The recommendation with its numbers.
    pub sentence: Text,
}

/// Compares plans for one patient. The same inputs and seed give the same result.
#[must_use]
pub fn compare(plans: &[Plan], patient: &Patient, spread: &Spread, seed: u64) -> Comparison {
    let central: Vec<MrsDistribution> = plans.iter().map(|plan| central_outcome(plan, patient)).collect();
    let draws = range::draw(plans, patient, spread, seed);
    let assessments: Vec<Assessment> = plans
        .iter()
        .zip(central)
        .zip(&draws)
        .map(|((plan, mrs), draws)| Assessment {
            expected_utility: mrs.expected_utility(),
            p_mrs_0_2: mrs.p_mrs_0_2(),
            minutes_gained: recommend::minutes_gained(plans, plan),
            range: Range::around(&mrs, draws),
            mrs,
        })
        .collect();
    let recommended = recommend::recommend(plans, &assessments);
    let gain = recommended.and_then(|chosen| recommend::gain(plans, &assessments, &draws, chosen, patient));
    let sentence = super::wording::recommendation(plans, &assessments, recommended, gain.as_ref(), patient);
    Comparison { assessments, recommended, gain, sentence }
}

/// The outcome with every input at its stated value; over the possible onsets where the onset is not known.
fn central_outcome(plan: &Plan, patient: &Patient) -> MrsDistribution {
    let shares = patient.posterior.to_array();
    let at = |age| {
        let future = Future { age, shares, bypass_odds_ratio: BYPASS_HEMORRHAGE_ODDS_RATIO };
        plan.outcome(&future, plan.as_planned())
    };
    match patient.onset {
        OnsetAge::Known(age) => at(age),
        OnsetAge::WithinLast { .. } => {
            MrsDistribution::mixture(patient.onset.grid().map(|age| (1.0 / onset::GRID, at(age))))
        }
    }
}

#[cfg(test)]
mod tests;
