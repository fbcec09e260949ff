//! `vigie dispatch`: the transport plans of a scenario file, compared without a server.

use std::io::{self, Write};
use std::path::PathBuf;

use serde::Serialize;

use super::Failure;
use crate::domain::dispatch::{Assessment, BreakEven, MODEL_VERSION, OnsetAge, Plan, Spread};
use crate::domain::outcome::MRS_GRADES;
use crate::domain::time::Minutes;
use crate::domain::wording::Text;

mod scenario;

use scenario::Answered;

/// The scenario's form, as `--help` shows it.
const HELP: &str = r#"A scenario with explicit plans:

  [patient]
  onset_minutes_ago = 60        # or onset = "unknown" or "wake_up": times then count from now
  [posterior]                   # sums to 1; left out: the site's case mix
  hemorrhage = 0.0
  lvo = 1.0
  nlvo = 0.0
  mimic = 0.0
  [[plans]]
  name = "drip-and-ship by road"
  needle_at = 95                # minutes from onset; left out: not given
  groin_at = 210
  cost_euros = 400
  bypass = false                # goes past a nearer hospital that treats strokes: late, its needle is late too
  mode = "road"                 # or "air", "team", "stay": what the sentence calls it; left out: its name
  futile = 0.42                 # chance of no thrombectomy on arrival; default by site, else 0.43

With places instead of plans (generated, as on the regulator's screen):

  [patient]
  onset_minutes_ago = 60
  site = "valmont"
  anticoagulant = "none"        # or "vka", "doac" (no thrombolysis), "unknown"
  thrombolysis = "possible"     # or "excluded"; left out: from the anticoagulant and the posterior
  workup = "imaged"             # or "not_imaged"
  [conditions]
  at = "2026-11-24T17:00:00+01:00"  # decides light, traffic, opening and duty hours; or instead, with all of them open:
  light = "day"                 # or "night"
  weather = "flyable"           # or "grounded", "unknown"

The region is the demonstration's; another by region_file = "region.toml" at the top, or written out:

  [region]
  name = "Haute-Combe"
  time_zone = "Europe/Paris"    # needed where anything has hours
  [[region.sites]]
  id = "valmont"
  name = "Centre hospitalier de Valmont"
  short_name = "CH Valmont"
  position = { lat = 45.378, lon = 6.722 }
  capabilities = ["thrombolysis", "helipad"]     # also "thrombectomy", "hosts_team"
  opening = { helipad = [{ days = "every", from = "07:00", to = "22:00" }] }   # or "weekdays", "weekend";
                                # a capability not named is open at any hour
  delays = { needle = 40, ambulance = 30, helipad = 8, groin_after_transfer = 60, groin_direct = 90, team = 30 }
  futile = 0.43                 # chance of no thrombectomy for a patient sent here
  ambulance_euros_per_hour = 120
  hemorrhage_loss_per_hour = 0  # log odds that a haemorrhage loses an hour before specialised care
  [[region.roads]]
  between = ["valmont", "grand-lac"]
  minutes = 104
  by_hour = [{ days = "weekdays", from = "07:00", to = "09:30", minutes = 124 }]
  [[region.aircraft]]
  id = "dragon"
  name = "Dragon"
  base = "grand-lac"
  speed_kmh = 230
  start_minutes = 8             # from the call to take-off
  landing_minutes = 5           # each time
  flies = "day_only"            # or "day_and_night"
  duty = [{ from = "08:00", to = "20:00" }]      # left out: at any hour
  euros_per_hour = 2000

Example: vigie dispatch --scenario case.toml --json"#;

/// Compare transport plans: what each changes in the patient's outcome, and what it costs.
#[derive(Debug, clap::Args)]
#[command(after_long_help = HELP)]
pub struct Args {
    /// Scenario file (TOML): a patient, and plans or places.
    #[arg(long, value_name = "FILE.toml")]
    scenario: PathBuf,
    /// Print one JSON object instead of a table.
    #[arg(long)]
    json: bool,
    /// Seed of the draws behind the ranges: the same seed gives the same ranges.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Futures drawn for the ranges.
    #[arg(long, default_value_t = Spread::default().draws, value_name = "N")]
    draws: usize,
}

/// Reads the scenario and prints the comparison on standard output.
///
/// # Errors
/// [`Failure::Work`] when the file cannot be read or says what cannot be.
pub fn run(args: &Args) -> Result<(), Failure> {
    let spread = Spread { draws: args.draws, ..Spread::default() };
    let answered = scenario::answer(&args.scenario, spread, args.seed)?;
    let mut out = io::stdout().lock();
    if args.json {
        serde_json::to_writer(&mut out, &Answer::of(&answered))?;
        writeln!(out)?;
    } else {
        table(&mut out, &answered)?;
    }
    Ok(())
}

/// `vigie.dispatch/1`.
#[derive(Debug, Serialize)]
struct Answer<'a> {
    schema: &'static str,
    model_version: &'static str,
    plans: Vec<AnsweredPlan<'a>>,
    recommended: Option<&'a str>,
    sentence: &'a str,
    sentence_text: &'a Text,
    onset_used: Text,
    /// What the recommended plan gains on the one it is held against.
    gain: Option<AnsweredGain<'a>>,
}

#[derive(Debug, Serialize)]
struct AnsweredGain<'a> {
    over: &'a str,
    minutes: Option<f64>,
    p_mrs_0_2: f64,
    p_mrs_0_2_range: [f64; 2],
    euros: f64,
    euros_per_good_outcome: Option<f64>,
    /// Delay of the recommended plan's transport at which the other does as well; null: however late.
    break_even_minutes: Option<f64>,
}

#[derive(Debug, Serialize)]
struct AnsweredPlan<'a> {
    name: &'a str,
    mrs: [f64; MRS_GRADES],
    expected_utility: f64,
    p_mrs_0_2: f64,
    cost_euros: f64,
    minutes_gained: Option<f64>,
    range: AnsweredRange,
    needle_at: Option<f64>,
    groin_at: Option<f64>,
    bypass: bool,
    futile: f64,
    feasible: bool,
    blocked_by: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct AnsweredRange {
    expected_utility: [f64; 2],
    p_mrs_0_2: [f64; 2],
}

impl<'a> Answer<'a> {
    fn of(answered: &'a Answered) -> Self {
        let Answered { plans, comparison, .. } = answered;
        let figures = plans.iter().zip(&comparison.assessments);
        Self {
            schema: "vigie.dispatch/1",
            model_version: MODEL_VERSION,
            plans: figures.map(|(plan, assessed)| answered_plan(answered, plan, assessed)).collect(),
            recommended: comparison.recommended.map(|i| plans[i].name.as_str()),
            sentence: &comparison.sentence.en,
            sentence_text: &comparison.sentence,
            onset_used: answered.patient.onset.in_words(),
            gain: comparison.gain.as_ref().map(|gain| AnsweredGain {
                over: plans[gain.over].name.as_str(),
                minutes: gain.minutes,
                p_mrs_0_2: gain.p_mrs_0_2,
                p_mrs_0_2_range: gain.p_mrs_0_2_range,
                euros: gain.euros,
                euros_per_good_outcome: gain.euros_per_good_outcome,
                break_even_minutes: match gain.break_even {
                    BreakEven::After(delay) => Some(delay.0),
                    BreakEven::Never => None,
                },
            }),
        }
    }
}

fn answered_plan<'a>(question: &Answered, plan: &'a Plan, assessed: &Assessment) -> AnsweredPlan<'a> {
    AnsweredPlan {
        name: &plan.name,
        mrs: assessed.mrs.probabilities(),
        expected_utility: assessed.expected_utility,
        p_mrs_0_2: assessed.p_mrs_0_2,
        cost_euros: plan.cost_euros,
        minutes_gained: assessed.minutes_gained,
        range: AnsweredRange {
            expected_utility: assessed.range.expected_utility,
            p_mrs_0_2: assessed.range.p_mrs_0_2,
        },
        needle_at: plan.needle.map(|t| question.written(t).0),
        groin_at: plan.groin.map(|t| question.written(t).0),
        bypass: plan.bypass,
        futile: plan.futile,
        feasible: plan.blocked_by.is_none(),
        blocked_by: plan.blocked_by.as_ref().map(|gate| gate.en.as_str()),
    }
}

fn table(out: &mut impl Write, question: &Answered) -> io::Result<()> {
    let comparison = &question.comparison;
    let width = question.plans.iter().map(|p| p.name.chars().count()).max().unwrap_or(0).max(4);
    writeln!(
        out,
        "{:width$}  {:>6}  {:>6}  {:>21}  {:>22}  {:>7}",
        "plan", "needle", "groin", "P(mRS 0–2), %", "expected utility", "euros"
    )?;
    let minutes =
        |t: Option<Minutes>| t.map_or("–".to_owned(), |t| format!("{:.0}", question.written(t).0));
    for (plan, a) in question.plans.iter().zip(&comparison.assessments) {
        let [p_low, p_high] = a.range.p_mrs_0_2.map(|p| p * 100.0);
        let [u_low, u_high] = a.range.expected_utility;
        let p = format!("{:.1} [{p_low:.1}, {p_high:.1}]", a.p_mrs_0_2 * 100.0);
        let u = format!("{:.3} [{u_low:.3}, {u_high:.3}]", a.expected_utility);
        write!(
            out,
            "{:width$}  {:>6}  {:>6}  {p:>21}  {u:>22}  {:>7.0}",
            plan.name,
            minutes(plan.needle),
            minutes(plan.groin),
            plan.cost_euros
        )?;
        match &plan.blocked_by {
            Some(gate) => writeln!(out, "  ({})", gate.en)?,
            None => writeln!(out)?,
        }
    }
    let origin = match question.patient.onset {
        OnsetAge::Known(_) => "from onset",
        OnsetAge::WithinLast { .. } => "from now",
    };
    writeln!(out, "\nTimes in minutes {origin}.\n{}", comparison.sentence.en)
}
