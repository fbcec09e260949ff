//! From what is known of a patient to how likely each diagnosis is.

use serde::{Deserialize, Serialize};

use super::case::{Anticoagulant, ClinicalPicture, Nihss, Race};
use super::identity::Invalid;

/// How likely each diagnosis is: four shares that sum to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Shares", into = "Shares")]
pub struct Differential {
    hemorrhage: f64,
    lvo: f64,
    nlvo: f64,
    mimic: f64,
}

/// The four shares before they are checked.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shares {
    /// Intracranial haemorrhage.
    pub hemorrhage: f64,
    /// Ischaemic stroke by a large-vessel occlusion.
    pub lvo: f64,
    /// Other ischaemic stroke.
    pub nlvo: f64,
    /// Not a stroke.
    pub mimic: f64,
}

/// How far from 1 the sum of four written shares may be.
const SUM_TOLERANCE: f64 = 1e-6;

impl TryFrom<Shares> for Differential {
    type Error = Invalid;

    fn try_from(s: Shares) -> Result<Self, Invalid> {
        let shares = [s.hemorrhage, s.lvo, s.nlvo, s.mimic];
        let invalid = |problem| Invalid { what: "hemorrhage, lvo, nlvo, mimic", problem };
        if !shares.iter().all(|p| (0.0..=1.0).contains(p)) {
            return Err(invalid("must each be 0 to 1"));
        }
        if (shares.iter().sum::<f64>() - 1.0).abs() > SUM_TOLERANCE {
            return Err(invalid("must sum to 1"));
        }
        Ok(Self::normalised(shares))
    }
}

impl From<Differential> for Shares {
    fn from(d: Differential) -> Self {
        Self { hemorrhage: d.hemorrhage, lvo: d.lvo, nlvo: d.nlvo, mimic: d.mimic }
    }
}

impl Differential {
    /// Before anything is known of the patient, in a hospital that has not counted its own: haemorrhage 10 %,
    /// large-vessel occlusion 20 %, other ischaemia 35 %, mimic or transient attack 35 %. Between two cohorts of
    /// suspected stroke: 11 % haemorrhage and 28 % occlusion (FAST PLUS, PMC6160663), 8 % haemorrhage, 54 %
    /// ischaemic stroke and 38 % mimic or transient attack (Berlin mobile unit, PMC7786495).
    pub const PRIOR: Self = Self { hemorrhage: 0.10, lvo: 0.20, nlvo: 0.35, mimic: 0.35 };

    #[must_use]
    pub fn hemorrhage(&self) -> f64 {
        self.hemorrhage
    }

    #[must_use]
    pub fn lvo(&self) -> f64 {
        self.lvo
    }

    #[must_use]
    pub fn nlvo(&self) -> f64 {
        self.nlvo
    }

    #[must_use]
    pub fn mimic(&self) -> f64 {
        self.mimic
    }

    /// Share of the patients who have what `task` looks for.
    #[must_use]
    pub fn prevalence(&self, task: Task) -> f64 {
        match task {
            Task::Hemorrhage => self.hemorrhage,
            Task::Occlusion => self.lvo,
            Task::Infarct => self.lvo + self.nlvo,
        }
    }

    /// Non-negative weights (not all zero) to shares.
    pub(super) fn normalised(weights: [f64; 4]) -> Self {
        let total: f64 = weights.iter().sum();
        let [hemorrhage, lvo, nlvo, mimic] = weights.map(|w| w / total);
        Self { hemorrhage, lvo, nlvo, mimic }
    }

    pub(super) fn to_array(self) -> [f64; 4] {
        [self.hemorrhage, self.lvo, self.nlvo, self.mimic]
    }

    /// Bayes' rule. Evidence impossible under every diagnosis leaves the differential as it was.
    fn updated(self, likelihood: [f64; 4]) -> Self {
        let prior = self.to_array();
        let weights: [f64; 4] = std::array::from_fn(|i| prior[i] * likelihood[i]);
        if weights.iter().sum::<f64>() > 0.0 { Self::normalised(weights) } else { self }
    }
}

/// What a model looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    Hemorrhage,
    Occlusion,
    Infarct,
}

impl Task {
    pub const ALL: [Self; 3] = [Self::Hemorrhage, Self::Occlusion, Self::Infarct];

    /// The name used in the API, the database and model packs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hemorrhage => "hemorrhage",
            Self::Occlusion => "occlusion",
            Self::Infarct => "infarct",
        }
    }
}

/// On what a model was measured, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceLevel {
    /// Synthetic images only.
    Phantom,
    /// Patients of the data it was trained on, held out.
    Internal,
    /// Patients of other hospitals.
    External,
    /// Patients of this hospital.
    Site,
}

/// An estimate with its 95 % interval, each 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

/// What a model was measured to do at its threshold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Performance {
    pub sensitivity: Interval,
    pub specificity: Interval,
}

/// What a flag is worth at a site.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PredictiveValues {
    /// P(disease | flagged).
    pub ppv: Interval,
    /// P(no disease | analysed and not flagged).
    pub npv: Interval,
}

impl Performance {
    /// Predictive values at `prevalence` (0 to 1). The interval's ends take the intervals' ends of sensitivity and
    /// specificity together: wider than 95 %, never narrower.
    #[must_use]
    pub fn predictive_values(&self, prevalence: f64) -> PredictiveValues {
        let ppv = |se: f64, sp: f64| share(se * prevalence, (1.0 - sp) * (1.0 - prevalence));
        let npv = |se: f64, sp: f64| share(sp * (1.0 - prevalence), (1.0 - se) * prevalence);
        let (se, sp) = (self.sensitivity, self.specificity);
        let over = |f: &dyn Fn(f64, f64) -> f64| Interval {
            value: f(se.value, sp.value),
            low: f(se.low, sp.low),
            high: f(se.high, sp.high),
        };
        PredictiveValues { ppv: over(&ppv), npv: over(&npv) }
    }

    /// P(flag | disease) / P(flag | no disease).
    #[must_use]
    pub fn positive_likelihood_ratio(&self) -> f64 {
        let (se, sp) = self.usable();
        se / (1.0 - sp)
    }

    /// Sensitivity and specificity kept off 0 and 1: no finite evaluation proves certainty.
    fn usable(&self) -> (f64, f64) {
        const MARGIN: f64 = 1e-3;
        (
            self.sensitivity.value.clamp(MARGIN, 1.0 - MARGIN),
            self.specificity.value.clamp(MARGIN, 1.0 - MARGIN),
        )
    }
}

/// a / (a + b); 0 when both are 0 (the event never happens).
fn share(a: f64, b: f64) -> f64 {
    if a + b > 0.0 { a / (a + b) } else { 0.0 }
}

/// Where the analysis of a series stands. What was not analysed is never negative.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "status")]
pub enum Analysis {
    /// Received, not yet analysed.
    Pending,
    Analysed {
        /// The model's probability for the series.
        probability: f64,
        threshold: f64,
        flag: bool,
        volume_ml: Option<f64>,
    },
    /// The model must not judge this series; `reason` in English.
    NotAnalysable { reason: String },
    /// Another kind of series than the model's.
    NotApplicable,
    /// The analysis broke; `reason` in English.
    Failed { reason: String },
}

/// One model's word on one series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    pub task: Task,
    #[serde(flatten)]
    pub analysis: Analysis,
    /// Slices still arrive: the final word may differ.
    pub provisional: bool,
    pub evidence: EvidenceLevel,
    /// Absent for a model that was never measured: it then moves nothing.
    pub performance: Option<Performance>,
}

impl Finding {
    /// A flag raised.
    #[must_use]
    pub fn is_positive(&self) -> bool {
        matches!(self.analysis, Analysis::Analysed { flag: true, .. })
    }

    /// P(this finding | diagnosis) for each diagnosis; `None` when it says nothing.
    fn likelihood(&self) -> Option<[f64; 4]> {
        let Analysis::Analysed { flag, .. } = self.analysis else { return None };
        let (se, sp) = self.performance?.usable();
        let (with, without) = if flag { (se, 1.0 - sp) } else { (1.0 - se, sp) };
        Some(match self.task {
            Task::Hemorrhage => [with, without, without, without],
            Task::Occlusion => [without, with, without, without],
            Task::Infarct => [without, with, with, without],
        })
    }
}

/// What a site knows and demands of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SiteEvidence {
    /// Case mix of suspected strokes here.
    pub prior: Differential,
    /// The least evidence a model needs to move the queue, by task.
    pub minimum: MinimumEvidence,
}

impl Default for SiteEvidence {
    fn default() -> Self {
        Self { prior: Differential::PRIOR, minimum: MinimumEvidence::default() }
    }
}

/// The least evidence by task; by default a model measured on patients, not on phantoms alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MinimumEvidence {
    pub hemorrhage: EvidenceLevel,
    pub occlusion: EvidenceLevel,
    pub infarct: EvidenceLevel,
}

impl Default for MinimumEvidence {
    fn default() -> Self {
        let level = EvidenceLevel::Internal;
        Self { hemorrhage: level, occlusion: level, infarct: level }
    }
}

impl SiteEvidence {
    /// Whether the finding may move the queue here: measured, and at or above the site's level.
    #[must_use]
    pub fn admits(&self, finding: &Finding) -> bool {
        let minimum = match finding.task {
            Task::Hemorrhage => self.minimum.hemorrhage,
            Task::Occlusion => self.minimum.occlusion,
            Task::Infarct => self.minimum.infarct,
        };
        finding.performance.is_some() && finding.evidence >= minimum
    }

    /// The differential from the clinical picture alone.
    #[must_use]
    pub fn clinical(&self, picture: &ClinicalPicture) -> Differential {
        self.prior.updated(clinical_likelihood(picture))
    }

    /// The differential from the clinical picture and what the models say. Series of one patient are not
    /// independent, so each task counts once: its strongest flag, else its strongest negative.
    #[must_use]
    pub fn posterior(&self, picture: &ClinicalPicture, findings: &[Finding]) -> Differential {
        let admitted = |task| findings.iter().filter(move |f| f.task == task && self.admits(f));
        let strength = |f: &&Finding| f.performance.map_or(0.0, |p| p.positive_likelihood_ratio());
        Task::ALL
            .into_iter()
            .filter_map(|task| {
                let flagged = admitted(task)
                    .filter(|f| f.is_positive())
                    .max_by(|a, b| strength(a).total_cmp(&strength(b)));
                flagged.or_else(|| {
                    admitted(task)
                        .filter(|f| matches!(f.analysis, Analysis::Analysed { .. }))
                        .max_by(|a, b| strength(a).total_cmp(&strength(b)))
                })
            })
            .fold(self.clinical(picture), |differential, finding| differential.given(finding))
    }
}

impl Differential {
    /// Updated by one finding; unchanged when it says nothing.
    #[must_use]
    pub fn given(self, finding: &Finding) -> Self {
        finding.likelihood().map_or(self, |likelihood| self.updated(likelihood))
    }
}

/// P(clinical picture | diagnosis), up to a common factor.
fn clinical_likelihood(picture: &ClinicalPicture) -> [f64; 4] {
    let lvo = occlusion_likelihood_ratio(picture.race, picture.nihss);
    // Haemorrhage looks like an occlusion to a deficit scale, less strongly: among RACE > 4 in RACECAT 302 of
    // 1,401 bled (22 %, likelihood ratio 1.6 from a 15 % base) while the same cut gives 2.7 for occlusion: half
    // the logarithm.
    let hemorrhage = lvo.sqrt() * anticoagulant_likelihood_ratio(picture.anticoagulant);
    [hemorrhage, lvo, 1.0, 1.0]
}

/// P(LVO | RACE) = 1/(1+exp(2.9297 − 0.5533·RACE)) (from Pérez de la Ossa 2014, doi:10.1161/STROKEAHA.113.003071).
#[must_use]
pub fn lvo_probability_given_race(race: Race) -> f64 {
    1.0 / (1.0 + (2.9297 - 0.5533 * f64::from(u8::from(race))).exp())
}

/// Odds of occlusion in the cohort behind that curve: 76 of 357 patients.
const RACE_COHORT_ODDS: f64 = 76.0 / 281.0;

/// Likelihood ratio of occlusion. RACE where given: both scales measure the same deficit, so only one counts.
/// Else NIHSS in three bands, from the sensitivities and specificities at ≥ 8 and ≥ 10 of Purrucker 2017
/// (doi:10.1136/bmjopen-2017-016893, table 2: 72.4/80.7 and 65.9/88.0 %). Neither: 1.
fn occlusion_likelihood_ratio(race: Option<Race>, nihss: Option<Nihss>) -> f64 {
    if let Some(race) = race {
        let p = lvo_probability_given_race(race);
        return p / (1.0 - p) / RACE_COHORT_ODDS;
    }
    match nihss.map(u8::from) {
        None => 1.0,
        Some(0..8) => (1.0 - 0.724) / 0.807,
        Some(8..10) => (0.724 - 0.659) / (0.880 - 0.807),
        Some(10..) => 0.659 / (1.0 - 0.880),
    }
}

/// Likelihood ratio of haemorrhage. Assumption, in the direction of registries where anticoagulants, vitamin K
/// antagonists above all, are more frequent among bleeds than among infarcts; unknown says nothing.
fn anticoagulant_likelihood_ratio(anticoagulant: Anticoagulant) -> f64 {
    match anticoagulant {
        Anticoagulant::Vka => 2.0,
        Anticoagulant::Doac => 1.3,
        Anticoagulant::None | Anticoagulant::Unknown => 1.0,
    }
}
