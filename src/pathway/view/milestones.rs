//! The clock board, as people and the API are shown it.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{Person, Words};
use crate::db::users::User;
use crate::domain::clinical::benchmark::{Line, Standing, Stretch};
use crate::domain::clinical::milestone::{Entry, Known, MilestoneKind};
use crate::domain::identity::UserId;
use crate::domain::time::Timestamp;
use crate::domain::wording::Text;

/// What a person entered of a moment.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct EntryView {
    /// Null: what was entered before was taken back.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
    pub reason: String,
    pub by: Option<Person>,
    #[schema(value_type = String, format = DateTime)]
    pub recorded_at: Timestamp,
}

/// A moment of the case.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct MilestoneView {
    /// `door`, `first_image`, `last_image`, `opened`, `read`, `needle`, `departure`, `arrival` or `groin`.
    #[schema(value_type = String)]
    pub kind: MilestoneKind,
    pub label: Words,
    /// Null while not known.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
    /// What the program saw, before any correction.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub seen_at: Option<Timestamp>,
    /// Whether a person may enter or correct it.
    pub may_be_entered: bool,
    /// In the order in which it was entered.
    pub entries: Vec<EntryView>,
}

impl MilestoneView {
    #[must_use]
    pub fn of(
        kind: MilestoneKind,
        seen: Option<Timestamp>,
        entries: &[Entry],
        people: &BTreeMap<UserId, User>,
    ) -> Self {
        let mine: Vec<&Entry> = entries.iter().filter(|entry| entry.kind == kind).collect();
        Self {
            kind,
            label: Text::from(kind.label()).into(),
            at: mine.last().and_then(|entry| entry.at).or(seen),
            seen_at: seen,
            may_be_entered: kind.known() == Known::ByPeople,
            entries: mine
                .into_iter()
                .map(|entry| EntryView {
                    at: entry.at,
                    reason: entry.reason.clone(),
                    by: people.get(&entry.by).map(Person::from),
                    recorded_at: entry.recorded_at,
                })
                .collect(),
        }
    }
}

/// A stretch of the path against its target.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct LineView {
    /// `clock_to_decision`, `door_to_imaging`, `imaging_to_read`, `door_to_needle`, `door_in_door_out` or
    /// `door_to_groin`.
    #[schema(value_type = String)]
    pub code: Stretch,
    pub label: Words,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub from_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub to_at: Option<Timestamp>,
    /// Minutes not to exceed.
    pub target: f64,
    /// Stricter targets of the same sources, from the loosest.
    pub stretch_targets: Vec<f64>,
    /// `not_started`, `not_planned`, `possible`, `running`, `overdue`, `met` or `missed`.
    #[schema(value_type = String)]
    pub state: &'static str,
    /// Elapsed so far, or measured; null where it has not started or is not planned.
    pub minutes: Option<f64>,
    #[schema(value_type = String)]
    pub source: &'static str,
}

impl From<&Line> for LineView {
    fn from(line: &Line) -> Self {
        let (state, minutes) = match line.standing {
            Standing::NotStarted => ("not_started", None),
            Standing::NotPlanned => ("not_planned", None),
            Standing::Possible { elapsed } => ("possible", Some(elapsed)),
            Standing::Running { elapsed } => ("running", Some(elapsed)),
            Standing::Overdue { elapsed } => ("overdue", Some(elapsed)),
            Standing::Met { minutes } => ("met", Some(minutes)),
            Standing::Missed { minutes } => ("missed", Some(minutes)),
        };
        Self {
            code: line.stretch,
            label: Text::from(line.stretch.label()).into(),
            from_at: line.from,
            to_at: line.to,
            target: line.target.0,
            stretch_targets: line.stretch_targets.iter().map(|target| target.0).collect(),
            state,
            minutes: minutes.map(|minutes| (minutes.0 * 10.0).round() / 10.0),
            source: line.stretch.source(),
        }
    }
}

/// The clock board of a case.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ClockBoard {
    #[schema(value_type = String, format = DateTime)]
    pub generated_at: Timestamp,
    pub board: Vec<LineView>,
    /// In the order in which they are expected.
    pub milestones: Vec<MilestoneView>,
}
