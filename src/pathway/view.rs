//! What people are shown of cases, in the words of the JSON API. Read models: nothing here decides.

pub mod analysis;
pub mod calls;
pub mod findings;
pub mod indicators;
pub mod milestones;
pub mod models;
pub mod protocol;
pub mod report;
pub mod rota;
pub mod scores;

use analysis::{AnalysisView, Flag};
use report::ReportView;
use serde::Serialize;
use utoipa::ToSchema;

use crate::db::users::User;
use crate::domain::case::{Anticoagulant, Case, Diagnosis, Nihss, Onset, Race, Treatment};
use crate::domain::clinical::benchmark::Stretch;
use crate::domain::evidence::{Differential, Interval, Ranges};
use crate::domain::hand_over::Leaving;
use crate::domain::identity::{CaseId, ConsultId, PatientId, Role, SeriesUid, Sex, SiteId, StudyUid, UserId};
use crate::domain::region::Region;
use crate::domain::time::{CaseClock, ClockStart, ClockState, Timestamp};
use crate::domain::urgency::ReasonCode;
use crate::domain::wording::Text;

/// A text for people in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Words {
    pub fr: String,
    pub en: String,
}

impl From<Text> for Words {
    fn from(text: Text) -> Self {
        Self { fr: text.fr, en: text.en }
    }
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Person {
    pub display_name: String,
    #[schema(value_type = String)]
    pub role: Role,
}

impl From<&User> for Person {
    fn from(user: &User) -> Self {
        Self { display_name: user.display_name.clone(), role: user.role }
    }
}

/// A site by id and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SiteName {
    #[schema(value_type = String)]
    pub id: SiteId,
    pub name: String,
}

impl SiteName {
    /// The id stands for a site that the region no longer has.
    #[must_use]
    pub fn of(id: &SiteId, region: &Region) -> Self {
        Self {
            id: id.clone(),
            name: region.site(id).map_or_else(|| id.to_string(), |site| site.name.clone()),
        }
    }
}

/// Who holds a case, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Holder {
    #[schema(value_type = String)]
    pub user_id: UserId,
    pub display_name: String,
    #[schema(value_type = String)]
    pub role: Option<Role>,
    #[schema(value_type = String, format = DateTime)]
    pub until: Timestamp,
}

/// The patient, always with birth date and sex.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PatientView {
    #[schema(value_type = String)]
    pub id: PatientId,
    pub family_name: String,
    pub given_name: String,
    #[schema(value_type = Option<String>, format = Date)]
    pub birth_date: Option<jiff::civil::Date>,
    #[schema(value_type = String)]
    pub sex: Sex,
}

/// When symptoms began, if anyone knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct OnsetView {
    /// `known`, `wake_up` or `unknown`.
    #[schema(value_type = String)]
    pub kind: &'static str,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
}

impl From<Onset> for OnsetView {
    fn from(onset: Onset) -> Self {
        match onset {
            Onset::Known { at } => Self { kind: "known", at: Some(at) },
            Onset::WakeUp { at } => Self { kind: "wake_up", at },
            Onset::Unknown => Self { kind: "unknown", at: None },
        }
    }
}

/// The mission's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct ClockView {
    #[schema(value_type = String, format = DateTime)]
    pub started_at: Timestamp,
    /// `alert`, `door` or `first_image`.
    #[schema(value_type = String)]
    pub started_by: ClockStart,
    #[schema(value_type = String, format = DateTime)]
    pub target_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub limit_at: Timestamp,
    /// `running`, `past_target`, `past_limit` or `stopped`.
    #[schema(value_type = String)]
    pub state: ClockState,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub stopped_at: Option<Timestamp>,
}

impl ClockView {
    pub(super) fn of(clock: CaseClock, stopped_at: Option<Timestamp>, now: Timestamp) -> Self {
        Self {
            started_at: clock.started_at,
            started_by: clock.started_by,
            target_at: clock.target_at(),
            limit_at: clock.limit_at(),
            state: if stopped_at.is_some() { ClockState::Stopped } else { clock.state(now) },
            stopped_at,
        }
    }
}

/// An estimate with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct Estimate {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

impl From<Interval> for Estimate {
    fn from(interval: Interval) -> Self {
        Self { value: interval.value, low: interval.low, high: interval.high }
    }
}

/// One part of the urgency, in words.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ReasonView {
    #[schema(value_type = String)]
    pub code: ReasonCode,
    #[schema(value_type = Words)]
    pub text: Text,
    /// Share of the urgency, 0 to 1; a case's shares sum to 1.
    pub share: f64,
}

/// How much of the imaging has come; documents are not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct ImagingView {
    pub series: u64,
    pub instances: u64,
    pub receiving: bool,
}

/// Who had a case before, and what they left for the next reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LeftView {
    pub by: Option<Person>,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// `given_back`, or `lapsed` where the hold ended without a word.
    #[schema(value_type = String)]
    pub how: Leaving,
    pub note: String,
    /// The series that were on the screen.
    #[schema(value_type = Vec<String>)]
    pub seen: Vec<SeriesUid>,
}

/// A row of the worklist.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Item {
    #[schema(value_type = String)]
    pub case_id: CaseId,
    /// From 1.
    pub position: u64,
    /// Higher goes first; 0 for a decided case.
    pub urgency: f64,
    #[schema(value_type = Words)]
    pub sentence: Text,
    pub reasons: Vec<ReasonView>,
    pub flags: Vec<Flag>,
    pub clock: ClockView,
    /// `waiting`, `reading` or `decided`.
    #[schema(value_type = String)]
    pub state: &'static str,
    pub claimed_by: Option<Holder>,
    pub patient: PatientView,
    pub site: SiteName,
    pub onset: OnsetView,
    #[schema(value_type = Option<u8>, minimum = 0, maximum = 42)]
    pub nihss: Option<Nihss>,
    #[schema(value_type = Option<u8>, minimum = 0, maximum = 9)]
    pub race: Option<Race>,
    /// `none`, `vka`, `doac` or `unknown`.
    #[schema(value_type = String)]
    pub anticoagulant: Anticoagulant,
    pub imaging: ImagingView,
    #[schema(value_type = Option<String>)]
    pub consult_id: Option<ConsultId>,
    pub decision: Option<DecisionView>,
    /// Who left the case undecided, if anyone.
    pub left: Option<LeftView>,
    /// Whether the emergency room raised an alert.
    pub alert: bool,
}

/// The ordered worklist.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Worklist {
    #[schema(value_type = String, format = DateTime)]
    pub generated_at: Timestamp,
    /// Readers missing for every waiting case to be opened before its limit.
    pub readers_short: u64,
    /// Readers that it takes, each reading of ten minutes.
    pub readers_needed: u64,
    /// Readers who are there, as `readers_from` counts them.
    pub readers_present: u64,
    /// `rota`: who is on call now, first of their pool; `sessions`, where no rota serves the sites: who used the
    /// program within the last quarter of an hour.
    #[schema(value_type = String)]
    pub readers_from: ReadersFrom,
    pub items: Vec<Item>,
}

/// What the readers that are there are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadersFrom {
    Rota,
    Sessions,
}

/// The reader's decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DecisionView {
    /// `haemorrhage`, `lvo`, `ischaemia`, `mimic` or `undetermined`.
    #[schema(value_type = String)]
    pub diagnosis: Diagnosis,
    #[schema(value_type = Vec<String>)]
    pub treatments: Vec<Treatment>,
    #[schema(value_type = Option<u8>, minimum = 0, maximum = 42)]
    pub nihss: Option<Nihss>,
    pub note: String,
    pub by: Option<Person>,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// Shares of each diagnosis, summing to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct Posterior {
    pub hemorrhage: f64,
    pub lvo: f64,
    pub nlvo: f64,
    pub mimic: f64,
    /// How far the models' measured rates leave the shares open; null where no model counts.
    pub ranges: Option<PosteriorRanges>,
}

/// A 95 % interval around each share.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct PosteriorRanges {
    pub hemorrhage: Estimate,
    pub lvo: Estimate,
    pub nlvo: Estimate,
    pub mimic: Estimate,
}

impl Posterior {
    #[must_use]
    pub fn of(d: Differential, ranges: Option<Ranges>) -> Self {
        Self {
            hemorrhage: d.hemorrhage(),
            lvo: d.lvo(),
            nlvo: d.nlvo(),
            mimic: d.mimic(),
            ranges: ranges.map(|ranges| PosteriorRanges {
                hemorrhage: ranges.hemorrhage.into(),
                lvo: ranges.lvo.into(),
                nlvo: ranges.nlvo.into(),
                mimic: ranges.mimic.into(),
            }),
        }
    }
}

/// A series of a case's study.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SeriesView {
    #[schema(value_type = String)]
    pub series_instance_uid: SeriesUid,
    pub modality: String,
    /// `ncct`, `cta`, `ctp`, `dwi` or `other`.
    pub kind: Option<String>,
    pub description: Option<String>,
    pub instances: u64,
    pub complete: bool,
    /// It says something of images and holds none: a structured report, a segmentation.
    pub document: bool,
}

/// A study of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StudyView {
    #[schema(value_type = String)]
    pub study_instance_uid: StudyUid,
    pub description: Option<String>,
    pub study_date: Option<String>,
    pub modalities: Vec<String>,
    pub series: Vec<SeriesView>,
}

/// The regulator's decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DispatchDecisionView {
    pub plan: String,
    #[schema(value_type = Option<Words>)]
    pub label: Option<Text>,
    pub reason: String,
    /// The gate that it was decided against; null where none stopped the plan.
    #[schema(value_type = Option<Words>)]
    pub gate: Option<Text>,
    /// Why the gate does not hold.
    pub despite: Option<String>,
    pub by: Option<Person>,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// A measured step of the pathway.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Benchmark {
    #[schema(value_type = String)]
    pub code: Stretch,
    #[schema(value_type = Words)]
    pub label: Text,
    /// Null while not known.
    pub minutes: Option<f64>,
    /// Minutes not to exceed.
    pub target: f64,
}

/// A case, whole.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct CaseView {
    #[serde(flatten)]
    pub item: Item,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub door_at: Option<Timestamp>,
    pub note: String,
    pub posterior: Posterior,
    pub studies: Vec<StudyView>,
    pub analyses: Vec<AnalysisView>,
    pub report: Option<ReportView>,
    /// An hour from the first image; null before it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub report_due_at: Option<Timestamp>,
    /// When the first version was signed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub reported_at: Option<Timestamp>,
    pub dispatch_decision: Option<DispatchDecisionView>,
    pub benchmarks: Vec<Benchmark>,
}

impl PatientView {
    pub(super) fn of(case: &Case) -> Self {
        let patient = &case.patient;
        Self {
            id: patient.id.clone(),
            family_name: patient.family_name.clone(),
            given_name: patient.given_name.clone(),
            birth_date: patient.birth_date,
            sex: patient.sex,
        }
    }
}
