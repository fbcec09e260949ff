//! A prescribed examination, as people and the API are shown it.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{PatientView, Person, SiteName, Words};
use crate::db::users::User;
use crate::domain::case::Case;
use crate::domain::identity::{CaseId, ProtocolId, UserId};
use crate::domain::protocol::{
    Answer, Concern, Contrast, Done, Modality, Order, Phase, Questions, Renal, Seen, State,
};
use crate::domain::region::Region;
use crate::domain::time::Timestamp;
use crate::domain::wording::{concern_name, phase_name};

/// A part of the examination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PhaseView {
    #[schema(value_type = String)]
    pub phase: Phase,
    pub name: Words,
}

/// A point that speaks against the examination, or is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConcernView {
    /// `renal`, `allergy`, `pregnancy` or `implant`.
    #[schema(value_type = String)]
    pub concern: Concern,
    pub name: Words,
}

/// The answers to what is asked before an examination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct QuestionsView {
    /// mL/min/1.73 m²; null when not known.
    pub egfr: Option<u16>,
    /// `yes`, `no` or `unknown`, as the two after it.
    #[schema(value_type = String)]
    pub allergy: Answer,
    #[schema(value_type = String)]
    pub pregnancy: Answer,
    #[schema(value_type = String)]
    pub implant: Answer,
}

impl From<Questions> for QuestionsView {
    fn from(questions: Questions) -> Self {
        let Questions { renal, allergy, pregnancy, implant } = questions;
        let egfr = match renal {
            Renal::Known { egfr } => Some(egfr),
            Renal::Unknown => None,
        };
        Self { egfr, allergy, pregnancy, implant }
    }
}

/// The first sign from the scanner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct ImagedView {
    /// `image` or `scanner` (MPPS).
    #[schema(value_type = String)]
    pub by: Seen,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// An order with what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProtocolView {
    #[schema(value_type = String)]
    pub protocol_id: ProtocolId,
    #[schema(value_type = String)]
    pub case_id: CaseId,
    pub site: SiteName,
    pub patient: PatientView,
    /// `CT` or `MR`.
    #[schema(value_type = String)]
    pub modality: Modality,
    pub phases: Vec<PhaseView>,
    /// Null without contrast.
    pub contrast_ml: Option<u16>,
    pub range: String,
    pub reason: String,
    pub questions: QuestionsView,
    /// What speaks against it as prescribed; `despite` says why it is done all the same.
    pub against: Vec<ConcernView>,
    pub unknown: Vec<ConcernView>,
    pub despite: String,
    pub prescribed_by: Option<Person>,
    #[schema(value_type = String, format = DateTime)]
    pub prescribed_at: Timestamp,
    /// `prescribed`, `acknowledged`, `done`, `deviated`, `refused` or `withdrawn`.
    #[schema(value_type = String)]
    pub state: &'static str,
    /// Something is still to be done.
    pub open: bool,
    pub state_by: Option<Person>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub state_at: Option<Timestamp>,
    /// What was done otherwise, or why it was refused.
    pub note: String,
    pub imaged: Option<ImagedView>,
}

impl ProtocolView {
    /// With the case's patient, and names where accounts are known.
    #[must_use]
    pub fn of(order: &Order, case: &Case, region: &Region, people: &BTreeMap<UserId, User>) -> Self {
        let prescription = &order.prescription;
        let concerns = prescription.concerns();
        let named = |concerns: Vec<Concern>| {
            let view = |concern| ConcernView { concern, name: concern_name(concern).into() };
            concerns.into_iter().map(view).collect()
        };
        let person = |id: UserId| people.get(&id).map(Person::from);
        let (state, moved, note) = match &order.state {
            State::Prescribed => ("prescribed", None, ""),
            State::Acknowledged { by, at } => ("acknowledged", Some((by, at)), ""),
            State::Done { by, at, done: Done::AsPrescribed } => ("done", Some((by, at)), ""),
            State::Done { by, at, done: Done::Deviated { what } } => {
                ("deviated", Some((by, at)), what.as_str())
            }
            State::Refused { by, at, reason } => ("refused", Some((by, at)), reason.as_str()),
            State::Withdrawn { by, at } => ("withdrawn", Some((by, at)), ""),
        };
        Self {
            protocol_id: order.id,
            case_id: order.case,
            site: SiteName::of(&order.site, region),
            patient: PatientView::of(case),
            modality: prescription.modality,
            phases: prescription
                .phases
                .iter()
                .map(|phase| PhaseView { phase: *phase, name: phase_name(*phase).into() })
                .collect(),
            contrast_ml: match prescription.contrast {
                Contrast::None => None,
                Contrast::Injected { dose_ml } => Some(dose_ml.into()),
            },
            range: prescription.range.clone(),
            reason: prescription.reason.clone(),
            questions: prescription.questions.into(),
            against: named(concerns.against),
            unknown: named(concerns.unknown),
            despite: prescription.despite.clone(),
            prescribed_by: person(order.prescribed_by),
            prescribed_at: order.prescribed_at,
            state,
            open: order.state.is_open(),
            state_by: moved.and_then(|(by, _)| person(*by)),
            state_at: moved.map(|(_, at)| *at),
            note: note.to_owned(),
            imaged: order.imaged.map(|imaged| ImagedView { by: imaged.by, at: imaged.at }),
        }
    }
}
