//! A scale as one person filled it in: every item answered, each answer one that the form allows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::form::{Item, Scale, Untested};
use crate::domain::case::{Nihss, Race};

/// What the examiner found for one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Score {
    Points(u8),
    /// Neither normal nor absent: it could not be examined.
    Untestable(UntestableWord),
}

/// The word for [`Score::Untestable`] where a number would stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UntestableWord {
    Untestable,
}

impl Score {
    pub const UNTESTABLE: Self = Self::Untestable(UntestableWord::Untestable);
}

/// Why answers do not fill a form in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("{} is not answered", .0.code)]
    Missing(&'static Item),
    #[error("{} does not allow this answer", .0.code)]
    NotAllowed(&'static Item),
    #[error("an answer belongs to no item of the scale")]
    Foreign,
}

/// What the answers sum to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Total {
    Exact(u8),
    /// Items could not be tested: it is this or more.
    AtLeast(u8),
    /// An item could not be tested, and the scale then has no total.
    None,
}

impl Total {
    /// The points, if there are any to show.
    #[must_use]
    pub fn points(self) -> Option<u8> {
        match self {
            Self::Exact(points) | Self::AtLeast(points) => Some(points),
            Self::None => None,
        }
    }
}

/// A form filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Answers", into = "Answers")]
pub struct Examination {
    scale: Scale,
    /// In the form's order.
    scores: Vec<Score>,
}

/// The same by the items' names, as it is kept and sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    pub scale: Scale,
    pub answers: BTreeMap<String, Score>,
}

impl Examination {
    /// Answers in the form's order, checked.
    ///
    /// # Errors
    /// [`Refused`] at the first item without an answer that it allows, or for an answer too many.
    pub fn new(scale: Scale, scores: Vec<Score>) -> Result<Self, Refused> {
        let items = scale.form().items;
        for (at, item) in items.iter().enumerate() {
            let score = scores.get(at).ok_or(Refused::Missing(item))?;
            let allowed = match score {
                Score::Points(points) => item.levels.iter().any(|level| level.points == *points),
                Score::Untestable(_) => item.untestable.is_some(),
            };
            if !allowed {
                return Err(Refused::NotAllowed(item));
            }
        }
        if scores.len() > items.len() { Err(Refused::Foreign) } else { Ok(Self { scale, scores }) }
    }

    #[must_use]
    pub fn scale(&self) -> Scale {
        self.scale
    }

    /// Each item with its answer, in the form's order.
    pub fn answers(&self) -> impl Iterator<Item = (&'static Item, Score)> {
        self.scale.form().items.iter().zip(self.scores.iter().copied())
    }

    /// The items that could not be tested.
    pub fn untestable(&self) -> impl Iterator<Item = &'static Item> {
        self.answers().filter(|(_, score)| *score == Score::UNTESTABLE).map(|(item, _)| item)
    }

    #[must_use]
    pub fn total(&self) -> Total {
        let sum = self.scores.iter().map(|score| match score {
            Score::Points(points) => *points,
            Score::Untestable(_) => 0,
        });
        let points = sum.sum();
        match (self.untestable().next(), self.scale.form().untested) {
            (None, _) => Total::Exact(points),
            (Some(_), Untested::AddsNothing) => Total::AtLeast(points),
            (Some(_), Untested::NoTotal) => Total::None,
        }
    }

    /// What it tells the case's clinical picture, where the picture has a place for it.
    #[must_use]
    pub fn for_picture(&self) -> Option<ForPicture> {
        let points = self.total().points()?;
        match self.scale {
            Scale::Nihss => Nihss::try_from(points).ok().map(ForPicture::Nihss),
            Scale::Race => Race::try_from(points).ok().map(ForPicture::Race),
            Scale::Lams | Scale::FastEd | Scale::Glasgow | Scale::Rankin | Scale::Ich => None,
        }
    }
}

/// A total that the clinical picture has a place for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForPicture {
    Nihss(Nihss),
    Race(Race),
}

impl TryFrom<Answers> for Examination {
    type Error = Refused;

    fn try_from(Answers { scale, mut answers }: Answers) -> Result<Self, Refused> {
        let mut scores = Vec::new();
        for item in scale.form().items {
            scores.push(answers.remove(item.code).ok_or(Refused::Missing(item))?);
        }
        if answers.is_empty() { Self::new(scale, scores) } else { Err(Refused::Foreign) }
    }
}

impl From<Examination> for Answers {
    fn from(examination: Examination) -> Self {
        let answers = examination.answers().map(|(item, score)| (item.code.to_owned(), score)).collect();
        Self { scale: examination.scale, answers }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Any examination that its form allows.
    pub(crate) fn any_examination() -> impl Strategy<Value = Examination> {
        (prop::sample::select(Scale::ALL.to_vec()), prop::collection::vec(any::<u8>(), 15)).prop_map(
            |(scale, dice)| {
                let scores = scale.form().items.iter().zip(dice).map(|(item, die)| {
                    let choices = item.levels.len() + usize::from(item.untestable.is_some());
                    let chosen = usize::from(die) % choices;
                    item.levels.get(chosen).map_or(Score::UNTESTABLE, |level| Score::Points(level.points))
                });
                Examination::new(scale, scores.collect()).unwrap()
            },
        )
    }

    proptest! {
        #[test]
        fn every_examination_is_within_its_form_and_survives_its_writing(examined in any_examination()) {
            let form = examined.scale().form();
            match examined.total() {
                Total::Exact(points) => {
                    prop_assert!((form.min_total()..=form.max_total()).contains(&points));
                    prop_assert_eq!(examined.untestable().count(), 0);
                }
                Total::AtLeast(points) => prop_assert!(points < form.max_total()),
                Total::None => prop_assert!(examined.untestable().count() > 0),
            }
            let written = serde_json::to_string(&examined).unwrap();
            prop_assert_eq!(serde_json::from_str::<Examination>(&written).unwrap(), examined);
        }

        #[test]
        fn one_point_beyond_an_item_is_refused_and_so_is_an_item_left_out(
            examined in any_examination(),
            at in any::<prop::sample::Index>(),
        ) {
            let items = examined.scale().form().items;
            let at = at.index(items.len());
            let mut scores: Vec<Score> = examined.answers().map(|(_, score)| score).collect();
            scores[at] = Score::Points(items[at].max() + 1);
            prop_assert_eq!(Examination::new(examined.scale(), scores.clone()), Err(Refused::NotAllowed(&items[at])));
            let mut named = Answers::from(examined.clone());
            named.answers.remove(items[at].code);
            prop_assert_eq!(Examination::try_from(named), Err(Refused::Missing(&items[at])));
            scores = examined.answers().map(|(_, score)| score).collect();
            scores.push(Score::Points(0));
            prop_assert_eq!(Examination::new(examined.scale(), scores), Err(Refused::Foreign));
        }

        #[test]
        fn a_worse_answer_never_lowers_the_total(examined in any_examination(), at in any::<prop::sample::Index>()) {
            let items = examined.scale().form().items;
            let at = at.index(items.len());
            let mut scores: Vec<Score> = examined.answers().map(|(_, score)| score).collect();
            let Score::Points(points) = scores[at] else { return Ok(()) };
            if points == items[at].max() { return Ok(()) }
            scores[at] = Score::Points(points + 1);
            let worse = Examination::new(examined.scale(), scores).unwrap();
            let raised = examined.total().points().map(|points| points + 1);
            prop_assert_eq!(worse.total().points(), raised);
        }
    }

    fn nihss(answer: impl Fn(&Item) -> Score) -> Result<Examination, Refused> {
        Examination::new(Scale::Nihss, Scale::Nihss.form().items.iter().map(answer).collect())
    }

    #[test]
    fn the_nihss_has_its_published_maxima_and_untestable_items() {
        let maxima: Vec<u8> = Scale::Nihss.form().items.iter().map(Item::max).collect();
        assert_eq!(maxima, [3, 2, 2, 2, 3, 3, 4, 4, 4, 4, 2, 2, 3, 2, 2]);
        let untestable: Vec<&str> =
            Scale::Nihss.form().items.iter().filter(|i| i.untestable.is_some()).map(|i| i.code).collect();
        assert_eq!(untestable, ["left_arm", "right_arm", "left_leg", "right_leg", "ataxia", "dysarthria"]);
        assert!(nihss(|_| Score::UNTESTABLE).is_err(), "consciousness is always scored");
    }

    #[test]
    fn an_untestable_arm_leaves_a_floor_and_the_picture_takes_it() {
        let all_but_arm = |item: &Item| match item.code {
            "left_arm" => Score::UNTESTABLE,
            _ => Score::Points(item.max()),
        };
        let examined = nihss(all_but_arm).unwrap();
        assert_eq!(examined.total(), Total::AtLeast(38));
        assert_eq!(examined.for_picture(), Some(ForPicture::Nihss(Nihss::try_from(38).unwrap())));
    }

    #[test]
    fn an_intubated_patient_has_no_glasgow_total() {
        let scores = vec![Score::Points(1), Score::UNTESTABLE, Score::Points(5)];
        let examined = Examination::new(Scale::Glasgow, scores).unwrap();
        assert_eq!((examined.total(), examined.for_picture()), (Total::None, None));
    }

    #[test]
    fn answers_are_written_as_numbers_and_the_word() {
        let scores = vec![Score::Points(4), Score::UNTESTABLE, Score::Points(6)];
        let written = serde_json::to_value(Examination::new(Scale::Glasgow, scores).unwrap()).unwrap();
        let expected = serde_json::json!({
            "scale": "glasgow", "answers": { "eyes": 4, "verbal": "untestable", "motor": 6 }
        });
        assert_eq!(written, expected);
        let foreign = serde_json::json!({ "scale": "rankin", "answers": { "grade": 1, "mood": 2 } });
        assert!(serde_json::from_value::<Examination>(foreign).is_err());
    }
}
