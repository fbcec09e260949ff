//! Clinical scales, as people and the API are shown them: the forms, what was recorded, and where two differ.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{Person, Words};
use crate::db::users::User;
use crate::domain::clinical::checklist::{self, Answer, Review, Verdict};
use crate::domain::clinical::comparison::differences;
use crate::domain::clinical::dose::{Agent, Dose};
use crate::domain::clinical::examination::{Examination, Score, Total};
use crate::domain::clinical::form::{Form, Item, Scale, Untested};
use crate::domain::clinical::score::{Assessment, Scored, Way, latest_of_each};
use crate::domain::identity::{ScoreId, UserId};
use crate::domain::time::Timestamp;
use crate::domain::wording;

/// An answer that an item allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LevelView {
    pub points: u8,
    pub text: Words,
}

/// What is examined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FormItemView {
    #[schema(value_type = String)]
    pub code: &'static str,
    pub label: Words,
    pub levels: Vec<LevelView>,
    /// What lets the examiner say "untestable"; null where the form does not have it.
    pub untestable: Option<Words>,
}

/// A total from which the scale says something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CutView {
    pub from: u8,
    pub text: Words,
}

/// A scale's form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FormView {
    #[schema(value_type = String)]
    pub scale: Scale,
    #[schema(value_type = String)]
    pub name: &'static str,
    pub purpose: Words,
    pub items: Vec<FormItemView>,
    /// What an untestable item does to the total: `adds_nothing` (it is then a floor) or `no_total`.
    #[schema(value_type = String)]
    pub untested: Untested,
    pub cut: Option<CutView>,
    #[schema(value_type = String)]
    pub source: &'static str,
}

/// A question of the thrombolysis checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct QuestionView {
    #[schema(value_type = String)]
    pub code: checklist::Item,
    pub text: Words,
    /// `yes` or `no`: the answer that lets thrombolysis pass.
    #[schema(value_type = String)]
    pub passes_on: Answer,
    /// Whether a written reason may let it pass otherwise.
    pub may_be_weighed: bool,
}

/// A thrombolytic and its dose.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct AgentView {
    /// `alteplase` or `tenecteplase`.
    #[schema(value_type = String)]
    pub code: Agent,
    pub mg_per_kg: f64,
    pub most_mg: f64,
    #[schema(value_type = String)]
    pub source: &'static str,
}

/// The thrombolysis checklist.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ChecklistView {
    pub questions: Vec<QuestionView>,
    pub agents: Vec<AgentView>,
    #[schema(value_type = String)]
    pub source: &'static str,
}

/// Every form.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Forms {
    pub scales: Vec<FormView>,
    pub thrombolysis: ChecklistView,
}

impl Forms {
    #[must_use]
    pub fn all() -> Self {
        let question = |item: checklist::Item| QuestionView {
            code: item,
            text: words(item.question()),
            passes_on: item.passes_on(),
            may_be_weighed: item.may_be_weighed(),
        };
        let agent = |agent: Agent| AgentView {
            code: agent,
            mg_per_kg: agent.mg_per_kg(),
            most_mg: agent.most_mg(),
            source: agent.source(),
        };
        Self {
            scales: Scale::ALL.into_iter().map(|scale| form_view(scale, scale.form())).collect(),
            thrombolysis: ChecklistView {
                questions: checklist::Item::ALL.into_iter().map(question).collect(),
                agents: Agent::ALL.into_iter().map(agent).collect(),
                source: checklist::SOURCE,
            },
        }
    }
}

fn words(said: crate::domain::clinical::form::Said) -> Words {
    Words { fr: said.fr.to_owned(), en: said.en.to_owned() }
}

fn form_view(scale: Scale, form: &'static Form) -> FormView {
    let item = |item: &'static Item| FormItemView {
        code: item.code,
        label: words(item.label),
        levels: item
            .levels
            .iter()
            .map(|level| LevelView { points: level.points, text: words(level.said) })
            .collect(),
        untestable: item.untestable.map(words),
    };
    FormView {
        scale,
        name: form.name,
        purpose: words(form.purpose),
        items: form.items.iter().map(item).collect(),
        untested: form.untested,
        cut: form.cut.map(|cut| CutView { from: cut.from, text: words(cut.said) }),
        source: form.source,
    }
}

/// What a scale's answers sum to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct TotalView {
    /// Null where an item could not be tested and the scale then has no total.
    pub points: Option<u8>,
    /// Items could not be tested: it is this or more.
    pub at_least: bool,
    pub max: u8,
}

/// A dose in milligrams.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DoseView {
    #[schema(value_type = String)]
    pub agent: Agent,
    pub total_mg: f64,
    pub bolus_mg: f64,
    pub infusion_mg: f64,
    pub text: Words,
}

impl From<&Dose> for DoseView {
    fn from(dose: &Dose) -> Self {
        Self {
            agent: dose.agent,
            total_mg: dose.total_mg,
            bolus_mg: dose.bolus_mg,
            infusion_mg: dose.infusion_mg,
            text: wording::dosed(dose).into(),
        }
    }
}

/// A scale or the checklist as one person recorded it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ScoreView {
    #[schema(value_type = String)]
    pub id: ScoreId,
    /// A scale's name, or `thrombolysis`.
    pub scale: String,
    /// `bedside` or `video`.
    #[schema(value_type = String)]
    pub way: Way,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    pub by: Option<Person>,
    /// In one line.
    pub text: Words,
    /// Null for the checklist.
    pub total: Option<TotalView>,
    /// By item: points or `untestable`; of the checklist `yes`, `no` or `unknown`.
    #[schema(value_type = std::collections::BTreeMap<String, serde_json::Value>)]
    pub answers: BTreeMap<String, serde_json::Value>,
    /// Of the checklist: why an item does not stop the physician.
    pub weighed: BTreeMap<String, String>,
    /// Of the checklist, where nothing blocks it.
    pub dose: Option<DoseView>,
    /// Of the checklist: what stands in the way of a dose.
    pub blocked_by: Option<Words>,
}

impl ScoreView {
    #[must_use]
    pub fn of(scored: &Scored, people: &BTreeMap<UserId, User>) -> Self {
        let view = Self {
            id: scored.id,
            scale: String::new(),
            way: scored.way,
            at: scored.at,
            by: people.get(&scored.by).map(Person::from),
            text: wording::assessed(&scored.assessment, scored.way).into(),
            total: None,
            answers: BTreeMap::new(),
            weighed: BTreeMap::new(),
            dose: None,
            blocked_by: None,
        };
        match &scored.assessment {
            Assessment::Scale(examination) => view.with_examination(examination),
            Assessment::Thrombolysis(review) => view.with_review(review),
        }
    }

    fn with_examination(self, examination: &Examination) -> Self {
        let total = examination.total();
        Self {
            scale: code(&examination.scale()),
            total: Some(TotalView {
                points: total.points(),
                at_least: matches!(total, Total::AtLeast(_)),
                max: examination.scale().form().max_total(),
            }),
            answers: examination
                .answers()
                .map(|(item, score)| (item.code.to_owned(), serde_json::json!(score)))
                .collect(),
            ..self
        }
    }

    fn with_review(self, review: &Review) -> Self {
        let (dose, blocked_by) = match review.verdict() {
            Verdict::Ready(dose) => (Some(DoseView::from(&dose)), None),
            Verdict::Blocked(blocks) => (None, Some(wording::blocked(&blocks).into())),
        };
        Self {
            scale: "thrombolysis".to_owned(),
            answers: checklist::Item::ALL
                .into_iter()
                .map(|item| (code(&item), serde_json::json!(review.answer(item))))
                .collect(),
            weighed: review.weighed.iter().map(|(item, reason)| (code(item), reason.clone())).collect(),
            dose,
            blocked_by,
            ..self
        }
    }
}

/// The word that serde gives an enum without data.
fn code<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// An item on which examiners differ.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DifferenceView {
    #[schema(value_type = String)]
    pub code: &'static str,
    pub label: Words,
    /// Points or `untestable`, in the order of `scores`.
    #[schema(value_type = Vec<serde_json::Value>)]
    pub answers: Vec<Score>,
}

/// The latest examination of each person for one scale, side by side.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ComparisonView {
    #[schema(value_type = String)]
    pub scale: Scale,
    /// Ids of the records compared.
    #[schema(value_type = Vec<String>)]
    pub scores: Vec<ScoreId>,
    pub differences: Vec<DifferenceView>,
}

/// What was recorded of a case.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Scores {
    /// In the order in which the patient was examined.
    pub scores: Vec<ScoreView>,
    /// Scales that several people examined.
    pub comparisons: Vec<ComparisonView>,
}

impl Scores {
    #[must_use]
    pub fn of(scores: &[Scored], people: &BTreeMap<UserId, User>) -> Self {
        Self {
            scores: scores.iter().map(|scored| ScoreView::of(scored, people)).collect(),
            comparisons: Scale::ALL.into_iter().filter_map(|scale| comparison(scale, scores)).collect(),
        }
    }
}

fn comparison(scale: Scale, scores: &[Scored]) -> Option<ComparisonView> {
    let latest = latest_of_each(scale, scores);
    if latest.len() < 2 {
        return None;
    }
    let examinations: Vec<&Examination> = latest.iter().map(|(_, examination)| *examination).collect();
    let view = differences(&examinations).into_iter().map(|difference| DifferenceView {
        code: difference.item.code,
        label: words(difference.item.label),
        answers: difference.scores,
    });
    Some(ComparisonView {
        scale,
        scores: latest.iter().map(|(scored, _)| scored.id).collect(),
        differences: view.collect(),
    })
}
