//! `vigie dispatch`: the transport plans of a scenario file, compared without a server.

use std::io::{self, Write};
use std::path::PathBuf;

use serde::Serialize;

use super::Failure;
use crate::domain::dispatch::{self, Assessment, Comparison, MODEL_VERSION, OnsetAge, Plan, Spread};
use crate::domain::outcome::MRS_GRADES;
use crate::domain::time::Minutes;
use crate::domain::wording::Text;

mod scenario;

use scenario::Question;

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
  bypass = false                # goes past a nearer hospital that treats strokes
  mode = "road"                 # or "air", "team", "stay": what the sentence calls it; left out: its name
  futile = 0.42                 # chance of no thrombectomy on arrival; default by site, else 0.43

With places instead of plans (the plans are generated):

  [patient]
  onset_minutes_ago = 60
  site = "valmont"
  thrombolysis = "possible"     # or "excluded"
  workup = "imaged"             # or "not_imaged"
  [conditions]
  light = "day"                 # or "night"
  weather = "flyable"           # or "grounded", "unknown"
  [region]                      # as demo/region.toml, or region_file = "region.toml" at the top;
                                # left out: the demonstration's region

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
    let question = scenario::read(&args.scenario)?;
    let spread = Spread { draws: args.draws, ..Spread::default() };
    let comparison = dispatch::compare(&question.plans, &question.patient, &spread, args.seed);
    let mut out = io::stdout().lock();
    if args.json {
        serde_json::to_writer(&mut out, &Answer::of(&question, &comparison))?;
        writeln!(out)?;
    } else {
        table(&mut out, &question, &comparison)?;
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
    fn of(question: &'a Question, comparison: &'a Comparison) -> Self {
        let plans = question.plans.iter().zip(&comparison.assessments);
        Self {
            schema: "vigie.dispatch/1",
            model_version: MODEL_VERSION,
            plans: plans.map(|(plan, assessed)| answered(question, plan, assessed)).collect(),
            recommended: comparison.recommended.map(|i| question.plans[i].name.as_str()),
            sentence: &comparison.sentence.en,
            sentence_text: &comparison.sentence,
            onset_used: question.patient.onset.in_words(),
        }
    }
}

fn answered<'a>(question: &Question, plan: &'a Plan, assessed: &Assessment) -> AnsweredPlan<'a> {
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

fn table(out: &mut impl Write, question: &Question, comparison: &Comparison) -> io::Result<()> {
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
