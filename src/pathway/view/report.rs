//! Signed reports and what models suggest for one, as people and the API are shown them.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{Person, Words};
use crate::db::users::User;
use crate::domain::evidence::{EvidenceLevel, Task};
use crate::domain::identity::{SeriesUid, UserId};
use crate::domain::report::{
    Cited, InForce, Item, Observation, Proposal, Report, ReportStatus, Source, Statement,
};
use crate::domain::time::Timestamp;
use crate::domain::wording::{item_label, observed};

/// The model's word behind an item.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct CitedView {
    #[schema(value_type = String)]
    pub task: Task,
    #[schema(value_type = String)]
    pub series_instance_uid: SeriesUid,
    pub name: String,
    pub version: String,
    pub sha256: String,
    pub probability: f64,
    pub threshold: f64,
    /// `phantom`, `internal`, `external` or `site`: on what the model was measured.
    #[schema(value_type = String)]
    pub evidence: EvidenceLevel,
}

impl From<Cited> for CitedView {
    fn from(cited: Cited) -> Self {
        let Cited { task, series, model, version, sha256, probability, threshold, evidence } = cited;
        Self {
            task,
            series_instance_uid: series,
            name: model,
            version,
            sha256,
            probability,
            threshold,
            evidence,
        }
    }
}

/// A signed statement.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct StatementView {
    #[schema(value_type = String)]
    pub item: Item,
    pub label: Words,
    /// As it is sent: its form depends on the item.
    #[schema(value_type = Object)]
    pub value: Value,
    pub text: Words,
    /// `reader`, `confirmed` (a model's word) or `computed`.
    #[schema(value_type = String)]
    pub source: &'static str,
    pub model: Option<CitedView>,
}

/// What a model suggests for an item.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ProposalView {
    #[schema(value_type = String)]
    pub item: Item,
    pub label: Words,
    #[schema(value_type = Object)]
    pub value: Value,
    pub text: Words,
    pub model: CitedView,
}

/// The value alone, as it stands beside its item in JSON.
fn value_of(observation: &Observation) -> Value {
    match serde_json::to_value(observation) {
        Ok(Value::Object(mut whole)) => whole.remove("value").unwrap_or_default(),
        _ => Value::Null,
    }
}

impl From<Statement> for StatementView {
    fn from(statement: Statement) -> Self {
        let Statement { observation, source } = statement;
        let (source, model) = match source {
            Source::Reader => ("reader", None),
            Source::Confirmed(cited) => ("confirmed", Some(cited.into())),
            Source::Computed => ("computed", None),
        };
        Self {
            item: observation.item(),
            label: item_label(observation.item()).into(),
            value: value_of(&observation),
            text: observed(&observation).into(),
            source,
            model,
        }
    }
}

impl From<Proposal> for ProposalView {
    fn from(proposal: Proposal) -> Self {
        let Proposal { observation, by } = proposal;
        Self {
            item: observation.item(),
            label: item_label(observation.item()).into(),
            value: value_of(&observation),
            text: observed(&observation).into(),
            model: by.into(),
        }
    }
}

/// A signed version.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct VersionView {
    pub version: u32,
    /// `preliminary`, `final` or `addendum`.
    #[schema(value_type = String)]
    pub status: ReportStatus,
    pub findings: String,
    pub conclusion: String,
    pub recommendation: String,
    pub items: Vec<StatementView>,
    pub signed_by: Option<Person>,
    #[schema(value_type = String, format = DateTime)]
    pub signed_at: Timestamp,
}

impl VersionView {
    /// With the signer's name, where the account is known.
    #[must_use]
    pub fn of(report: Report, people: &BTreeMap<UserId, User>) -> Self {
        Self {
            version: report.version,
            status: report.status,
            findings: report.findings,
            conclusion: report.conclusion,
            recommendation: report.recommendation,
            items: report.items.into_iter().map(StatementView::from).collect(),
            signed_by: people.get(&report.signed_by).map(Person::from),
            signed_at: report.signed_at,
        }
    }
}

/// The report in force: its latest version that is no addendum, and what was added since.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ReportView {
    #[serde(flatten)]
    pub version: VersionView,
    pub addenda: Vec<VersionView>,
}

impl ReportView {
    #[must_use]
    pub fn of(standing: InForce, people: &BTreeMap<UserId, User>) -> Self {
        Self {
            version: VersionView::of(standing.report, people),
            addenda: standing.addenda.into_iter().map(|report| VersionView::of(report, people)).collect(),
        }
    }
}
