//! What an administrator is shown of the models at their sites.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{Estimate, Person, SiteName};
use crate::db::candidate_analyses::Said;
use crate::db::signatures::{self, Signature};
use crate::db::users::{self, User};
use crate::db::{DbError, Tx};
use crate::domain::evidence::{Analysis, EvidenceLevel, Interval, Performance, SiteEvidence, Task};
use crate::domain::identity::UserId;
use crate::domain::region::Site;
use crate::domain::time::Timestamp;
use crate::domain::watch::{Reading, Standing};
use crate::domain::wording::Text;
use crate::inference::analysis::status;
use crate::inference::manifest::Manifest;
use crate::inference::models::{Models, Role};
use crate::pathway::desk::Desk;
use crate::pathway::watch_models::{Watching, watching};

/// A model at a site.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ModelEntry {
    pub name: String,
    pub version: String,
    pub sha256: String,
    #[schema(value_type = String)]
    pub task: Task,
    pub site: SiteName,
    /// `active`, or `candidate`: tried beside the active ones, moves nothing.
    #[schema(value_type = String)]
    pub role: &'static str,
    /// Probability from which the flag is raised.
    pub threshold: f64,
    /// In effect here: `phantom`, `internal`, `external` or `site`.
    #[schema(value_type = String)]
    pub evidence: EvidenceLevel,
    /// What the pack states.
    #[schema(value_type = String)]
    pub pack_evidence: EvidenceLevel,
    /// What the site asks before a flag moves the queue.
    #[schema(value_type = String)]
    pub minimum: EvidenceLevel,
    pub moves_queue: bool,
    pub licence: String,
    pub training_data: String,
    /// Figures in effect here.
    pub measured: MeasuredView,
    pub signed: Option<SignedView>,
    /// Null for a candidate.
    pub watch: Option<WatchView>,
}

/// What a model was measured to do.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct MeasuredView {
    pub positives: u32,
    pub negatives: u32,
    pub sensitivity: Estimate,
    pub specificity: Estimate,
    pub auc: Option<Estimate>,
}

/// Who answers for a model's figures at a site.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SignedView {
    pub by: Option<Person>,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    pub evaluation_sha256: String,
    pub positives: u32,
    pub negatives: u32,
    pub sensitivity: Estimate,
    pub specificity: Estimate,
}

/// A figure in service and its band.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ReadingView {
    pub value: Option<Estimate>,
    /// Series, scores or signed cases that it rests on.
    pub counted: u32,
    pub band: [f64; 2],
    /// `too_few`, `in_band` or `alarm`.
    #[schema(value_type = String)]
    pub state: Standing,
    pub alarm: bool,
}

impl From<Reading> for ReadingView {
    fn from(reading: Reading) -> Self {
        Self {
            value: reading.value.map(Into::into),
            counted: reading.counted,
            band: reading.band,
            state: reading.standing,
            alarm: reading.standing == Standing::Alarm,
        }
    }
}

/// Why series were refused, and how many.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ReasonCount {
    #[schema(value_type = super::Words)]
    pub text: Text,
    pub count: u32,
}

/// What a model refuses.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct RefusalsView {
    #[serde(flatten)]
    pub reading: ReadingView,
    pub share: Option<Estimate>,
    pub reasons: Vec<ReasonCount>,
}

/// Whether its scores wander.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DriftView {
    #[serde(flatten)]
    pub reading: ReadingView,
    #[schema(value_type = super::Words)]
    pub measure: Text,
}

/// Whether signed diagnoses bear it out.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct AgreementView {
    #[serde(flatten)]
    pub reading: ReadingView,
    pub share: Option<Estimate>,
    /// Cases with a signed report.
    pub reports: u32,
    pub sensitivity: Option<Estimate>,
    pub specificity: Option<Estimate>,
}

/// A model in service.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct WatchView {
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<Timestamp>,
    /// Series looked at.
    pub series: u32,
    pub not_analysable: RefusalsView,
    pub drift: DriftView,
    pub agreement: AgreementView,
}

impl From<Watching> for WatchView {
    fn from(watching: Watching) -> Self {
        let Watching { watch, reasons } = watching;
        let estimate = |interval: Option<Interval>| interval.map(Estimate::from);
        Self {
            since: watch.since,
            series: watch.not_analysable.counted,
            not_analysable: RefusalsView {
                share: estimate(watch.not_analysable.value),
                reading: watch.not_analysable.into(),
                reasons: reasons.into_iter().map(|(text, count)| ReasonCount { text, count }).collect(),
            },
            drift: DriftView {
                reading: watch.drift.into(),
                measure: Text::new(
                    "chance qu'un score récent dépasse l'un des premiers scores en service ici (0,5 sans dérive)",
                    "chance that a recent score exceeds one of the first in service here (0.5 without drift)",
                ),
            },
            agreement: AgreementView {
                share: estimate(watch.agreement.value),
                reports: watch.agreement.counted,
                reading: watch.agreement.into(),
                sensitivity: estimate(watch.sensitivity),
                specificity: estimate(watch.specificity),
            },
        }
    }
}

/// A model's word in a comparison.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SaidView {
    pub name: String,
    /// Null where the network is not installed any more.
    pub version: Option<String>,
    #[schema(value_type = String)]
    pub status: &'static str,
    pub flag: Option<bool>,
    pub probability: Option<f64>,
}

impl SaidView {
    #[must_use]
    pub fn of(said: &Said, models: Option<&Models>) -> Self {
        let (flag, probability) = match said.finding.analysis {
            Analysis::Analysed { flag, probability, .. } => (Some(flag), Some(probability)),
            _ => (None, None),
        };
        let installed = models.into_iter().flat_map(Models::installed);
        Self {
            name: said.model_name.clone(),
            version: installed
                .map(|installed| installed.network.manifest())
                .find(|manifest| manifest.sha256 == said.model_sha256)
                .map(|manifest| manifest.version.clone()),
            status: status(&said.finding.analysis),
            flag,
            probability,
        }
    }
}

/// Each model at each site of `user`, in the order of installation and of the region.
///
/// # Errors
/// [`DbError`]
pub async fn entries(desk: &Desk, models: &Models, user: &User) -> Result<Vec<ModelEntry>, DbError> {
    let mut tx = desk.db.read().await?;
    let signed = signatures::in_force(&mut tx).await?;
    let people: BTreeMap<UserId, User> =
        users::all(&mut tx).await?.into_iter().map(|user| (user.id, user)).collect();
    let mut entries = Vec::new();
    for installed in models.installed() {
        for site in desk.region.sites().iter().filter(|site| user.sites.contains(&site.id)) {
            let manifest = installed.network.manifest();
            let signature = signed
                .iter()
                .find(|signature| signature.model_sha256 == manifest.sha256 && signature.site == site.id);
            entries.push(entry(&mut tx, manifest, installed.role, site, signature, &people).await?);
        }
    }
    Ok(entries)
}

async fn entry(
    tx: &mut Tx,
    manifest: &Manifest,
    role: Role,
    site: &Site,
    signature: Option<&Signature>,
    people: &BTreeMap<UserId, User>,
) -> Result<ModelEntry, DbError> {
    let held_to =
        signature.map_or_else(|| manifest.measured.performance(), |signature| signature.performance);
    let evidence = if signature.is_some() { EvidenceLevel::Site } else { manifest.evidence };
    let SiteEvidence { minimum, .. } = site.evidence;
    let watch = match role {
        Role::Active => Some(watching(tx, manifest, &site.id, &held_to).await?.into()),
        Role::Candidate => None,
    };
    Ok(ModelEntry {
        name: manifest.name.clone(),
        version: manifest.version.clone(),
        sha256: manifest.sha256.clone(),
        task: manifest.task,
        site: SiteName { id: site.id.clone(), name: site.name.clone() },
        role: match role {
            Role::Active => "active",
            Role::Candidate => "candidate",
        },
        threshold: manifest.threshold,
        evidence,
        pack_evidence: manifest.evidence,
        minimum: minimum.of(manifest.task),
        moves_queue: role == Role::Active && evidence >= minimum.of(manifest.task),
        licence: manifest.licence.clone(),
        training_data: manifest.training_data.clone(),
        measured: signature.map_or_else(
            || stated(manifest, held_to),
            |signature| MeasuredView {
                positives: signature.measured.positives,
                negatives: signature.measured.negatives,
                sensitivity: held_to.sensitivity.into(),
                specificity: held_to.specificity.into(),
                auc: signature.measured.auc.map(Into::into),
            },
        ),
        signed: signature.map(|signature| SignedView {
            by: people.get(&signature.signed_by).map(Person::from),
            at: signature.signed_at,
            evaluation_sha256: signature.evaluation_sha256.clone(),
            positives: signature.measured.positives,
            negatives: signature.measured.negatives,
            sensitivity: held_to.sensitivity.into(),
            specificity: held_to.specificity.into(),
        }),
        watch,
    })
}

/// What the pack says of itself.
fn stated(manifest: &Manifest, performance: Performance) -> MeasuredView {
    let measured = &manifest.measured;
    let [low, high] = measured.study_auc_ci95;
    MeasuredView {
        positives: measured.positives,
        negatives: measured.patients.saturating_sub(measured.positives),
        sensitivity: performance.sensitivity.into(),
        specificity: performance.specificity.into(),
        auc: Some(Estimate { value: measured.study_auc, low, high }),
    }
}
