//! The scenario file: a patient, and plans written out or places that allow them.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::cli::region::DEMONSTRATION;
use crate::domain::case::Anticoagulant;
use crate::domain::dispatch::{
    self, Comparison, Conditions, Hinges, Light, Mode, OnsetAge, Patient, Plan, Question, Spread,
    Thrombolysis, UnknownPlace, Weather, When, Workup,
};
use crate::domain::evidence::Differential;
use crate::domain::identity::SiteId;
use crate::domain::region::{FUTILE_TRANSFER, Region, RegionError, Site};
use crate::domain::time::{Minutes, Timestamp};
use crate::domain::wording::Text;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    patient: PatientKeys,
    posterior: Option<Differential>,
    #[serde(default)]
    plans: Vec<PlanKeys>,
    #[serde(default)]
    conditions: ConditionsKeys,
    region: Option<Region>,
    region_file: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PatientKeys {
    onset_minutes_ago: Option<f64>,
    onset: Option<UnknownOnset>,
    site: Option<SiteId>,
    anticoagulant: Option<Anticoagulant>,
    thrombolysis: Option<Thrombolysis>,
    workup: Option<Workup>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum UnknownOnset {
    Unknown,
    WakeUp,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanKeys {
    name: String,
    needle_at: Option<f64>,
    groin_at: Option<f64>,
    #[serde(default)]
    cost_euros: f64,
    #[serde(default)]
    bypass: bool,
    mode: Option<Mode>,
    futile: Option<f64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConditionsKeys {
    at: Option<Timestamp>,
    light: Option<Light>,
    weather: Option<Weather>,
}

impl ConditionsKeys {
    fn read(&self) -> Result<Conditions, ScenarioError> {
        let when = match (self.at, self.light) {
            (Some(_), Some(_)) => return Err(value("conditions", "must not have both at and light")),
            (Some(at), None) => When::At(at),
            (None, light) => When::Unstated(light.unwrap_or(Light::Day)),
        };
        Ok(Conditions { when, weather: self.weather.unwrap_or(Weather::Unknown) })
    }
}

/// Why a scenario was refused.
#[derive(Debug, thiserror::Error)]
pub(super) enum ScenarioError {
    #[error("cannot read {path}")]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{path} is not a scenario")]
    Syntax { path: PathBuf, source: Box<toml::de::Error> },
    #[error("the region of {path} cannot be used")]
    Region { path: PathBuf, source: RegionError },
    #[error(transparent)]
    UnknownPlace(#[from] UnknownPlace),
    #[error("{key} {problem}")]
    Value { key: String, problem: &'static str },
}

/// What the scenario asks, and what is answered.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) plans: Vec<Plan>,
    pub(super) patient: Patient,
    pub(super) comparison: Comparison,
}

impl Answered {
    /// A time from now as the file counts it: from onset, or from now where the onset is not known.
    pub(super) fn written(&self, from_now: Minutes) -> Minutes {
        from_now + origin(self.patient.onset)
    }
}

/// Minutes between the file's time 0 and now.
fn origin(onset: OnsetAge) -> Minutes {
    match onset {
        OnsetAge::Known(age) => age,
        OnsetAge::WithinLast { .. } => Minutes::ZERO,
    }
}

/// Plans written out are compared as they are; places ask the screen's own question.
pub(super) fn answer(path: &Path, spread: Spread, seed: u64) -> Result<Answered, ScenarioError> {
    let scenario: Scenario = toml::from_str(&text(path)?)
        .map_err(|e| ScenarioError::Syntax { path: path.to_owned(), source: Box::new(e) })?;
    let onset = onset(&scenario.patient)?;
    let conditions = scenario.conditions.read()?;
    let region = region(&scenario, path)?;
    let site = scenario.patient.site.as_ref();
    let site = site.map(|id| region.site(id).ok_or_else(|| UnknownPlace(id.clone()))).transpose()?;
    let prior = site.map_or(Differential::PRIOR, |site| site.evidence.prior);
    let posterior = scenario.posterior.unwrap_or(prior);
    let patient = Patient { onset, posterior };
    if !scenario.plans.is_empty() {
        let plans = written_plans(&scenario.plans, onset, site)?;
        let comparison = dispatch::compare(&plans, &patient, &spread, seed);
        return Ok(Answered { plans, patient, comparison });
    }
    let Some(site) = site else { return Err(value("[[plans]] or patient.site", "must be given")) };
    let anticoagulant = scenario.patient.anticoagulant.unwrap_or(Anticoagulant::None);
    let excluded_or_not = || dispatch::thrombolysis(anticoagulant, &posterior);
    let options = dispatch::options(&Question {
        region: &region,
        site: &site.id,
        onset,
        posterior,
        thrombolysis: scenario.patient.thrombolysis.unwrap_or_else(excluded_or_not),
        workup: scenario.patient.workup.unwrap_or(Workup::Imaged),
        conditions,
        spread,
        seed,
    })?;
    let plans = options.plans.into_iter().map(|transport| transport.plan).collect();
    Ok(Answered { plans, patient, comparison: options.comparison })
}

fn text(path: &Path) -> Result<String, ScenarioError> {
    std::fs::read_to_string(path).map_err(|source| ScenarioError::Read { path: path.to_owned(), source })
}

fn onset(patient: &PatientKeys) -> Result<OnsetAge, ScenarioError> {
    match (patient.onset_minutes_ago, patient.onset) {
        (Some(minutes), None) => Ok(OnsetAge::Known(Minutes(amount("patient.onset_minutes_ago", minutes)?))),
        (None, Some(UnknownOnset::Unknown)) => Ok(OnsetAge::unknown()),
        (None, Some(UnknownOnset::WakeUp)) => Ok(OnsetAge::on_waking()),
        _ => Err(value("patient", "must have either onset_minutes_ago or onset")),
    }
}

fn region(scenario: &Scenario, path: &Path) -> Result<Region, ScenarioError> {
    let parse = |toml: &str, path: &Path| {
        Region::parse(toml).map_err(|source| ScenarioError::Region { path: path.to_owned(), source })
    };
    match (&scenario.region, &scenario.region_file) {
        (Some(_), Some(_)) => Err(value("region and region_file", "exclude each other")),
        (Some(region), None) => Ok(region.clone()),
        (None, Some(file)) => {
            let file = path.parent().unwrap_or(Path::new("")).join(file);
            parse(&text(&file)?, &file)
        }
        (None, None) => parse(DEMONSTRATION, Path::new("the demonstration")),
    }
}

fn written_plans(
    plans: &[PlanKeys],
    onset: OnsetAge,
    site: Option<&Site>,
) -> Result<Vec<Plan>, ScenarioError> {
    plans
        .iter()
        .enumerate()
        .map(|(i, plan)| {
            if plans[..i].iter().any(|earlier| earlier.name == plan.name) {
                return Err(value(&format!("plans '{}'", plan.name), "is named twice"));
            }
            written_plan(plan, onset, site)
        })
        .collect()
}

fn written_plan(plan: &PlanKeys, onset: OnsetAge, site: Option<&Site>) -> Result<Plan, ScenarioError> {
    let key = |key: &str| format!("plans '{}': {key}", plan.name);
    let from_now = |name: &str, at: Option<f64>| {
        at.map(|at| amount(&key(name), at).map(|at| Minutes(at) - origin(onset))).transpose()
    };
    let futile = plan.futile.unwrap_or(site.map_or(FUTILE_TRANSFER, |site| site.futile));
    if !(0.0..=1.0).contains(&futile) {
        return Err(value(&key("futile"), "must be 0 to 1"));
    }
    Ok(Plan {
        name: plan.name.clone(),
        label: Text::new(&plan.name, &plan.name),
        mode: plan.mode,
        aircraft: None,
        hinges: if plan.bypass { Hinges::Everything } else { Hinges::Groin },
        needle: from_now("needle_at", plan.needle_at)?,
        groin: from_now("groin_at", plan.groin_at)?,
        on_the_way: None,
        cost_euros: amount(&key("cost_euros"), plan.cost_euros)?,
        bypass: plan.bypass,
        futile,
        hemorrhage_loss_per_hour: site.map_or(0.0, |site| site.hemorrhage_loss_per_hour),
        blocked_by: None,
    })
}

fn amount(key: &str, amount: f64) -> Result<f64, ScenarioError> {
    if amount.is_finite() && amount >= 0.0 { Ok(amount) } else { Err(value(key, "must be 0 or more")) }
}

fn value(key: &str, problem: &'static str) -> ScenarioError {
    ScenarioError::Value { key: key.to_owned(), problem }
}
