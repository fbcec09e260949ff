//! Thrombolysis checklist (AHA/ASA 2019, doi:10.1161/STR.0000000000000211; ESO 2021, doi:10.1177/2396987321989865).
//! Decision support: the physician weighs what it finds, and says so.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::dose::{Agent, Dose, Kilograms, dose};
use super::form::{Said, said};

/// Where the questions come from, as it is shown.
pub const SOURCE: &str =
    "AHA/ASA 2019, doi:10.1161/STR.0000000000000211 ; ESO 2021, doi:10.1177/2396987321989865";

/// A question that must be answered before thrombolysis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    /// The deficit disables.
    DisablingDeficit,
    /// Last known well less than 4.5 h ago.
    Within4h30,
    /// Imaging shows no haemorrhage.
    HemorrhageExcluded,
    /// Blood pressure below 185/110 mmHg, treated or not.
    BloodPressureControlled,
    /// Glucose above 2.8 mmol/L (50 mg/dL).
    GlucoseAbove2point8,
    /// Platelets 100 G/L or more.
    PlateletsSufficient,
    /// Vitamin K antagonist with INR above 1.7, direct oral anticoagulant within 48 h, or heparin in effect.
    AnticoagulantInEffect,
    /// Any intracranial haemorrhage before.
    PreviousIntracranialHemorrhage,
    /// Stroke, severe head trauma, intracranial or spinal surgery within 3 months.
    RecentStrokeTraumaOrNeurosurgery,
    /// Gastrointestinal cancer or bleeding within 21 days.
    RecentGastrointestinalBleeding,
    /// Infective endocarditis or aortic dissection suspected.
    EndocarditisOrDissection,
}

impl Item {
    pub const ALL: [Self; 11] = [
        Self::DisablingDeficit,
        Self::Within4h30,
        Self::HemorrhageExcluded,
        Self::BloodPressureControlled,
        Self::GlucoseAbove2point8,
        Self::PlateletsSufficient,
        Self::AnticoagulantInEffect,
        Self::PreviousIntracranialHemorrhage,
        Self::RecentStrokeTraumaOrNeurosurgery,
        Self::RecentGastrointestinalBleeding,
        Self::EndocarditisOrDissection,
    ];

    /// The question as it is asked.
    #[must_use]
    pub fn question(self) -> Said {
        match self {
            Self::DisablingDeficit => said("Déficit invalidant", "Disabling deficit"),
            Self::Within4h30 => {
                said("Vu sans déficit il y a moins de 4 h 30", "Last known well less than 4.5 h ago")
            }
            Self::HemorrhageExcluded => {
                said("Hémorragie exclue par l'imagerie", "Haemorrhage excluded by imaging")
            }
            Self::BloodPressureControlled => {
                said("Pression artérielle sous 185/110 mmHg", "Blood pressure below 185/110 mmHg")
            }
            Self::GlucoseAbove2point8 => {
                said("Glycémie supérieure à 2,8 mmol/L (0,5 g/L)", "Glucose above 2.8 mmol/L (50 mg/dL)")
            }
            Self::PlateletsSufficient => {
                said("Plaquettes à 100 G/L ou plus", "Platelets 100 × 10⁹/L or more")
            }
            Self::AnticoagulantInEffect => said(
                "Anticoagulant actif : AVK avec INR > 1,7, AOD depuis moins de 48 h, héparine",
                "Anticoagulant in effect: VKA with INR > 1.7, DOAC within 48 h, heparin",
            ),
            Self::PreviousIntracranialHemorrhage => {
                said("Antécédent d'hémorragie intracrânienne", "Any intracranial haemorrhage before")
            }
            Self::RecentStrokeTraumaOrNeurosurgery => said(
                "AVC, traumatisme crânien grave ou neurochirurgie depuis moins de 3 mois",
                "Stroke, severe head trauma or neurosurgery within 3 months",
            ),
            Self::RecentGastrointestinalBleeding => said(
                "Cancer ou saignement digestif depuis moins de 21 jours",
                "Gastrointestinal cancer, or bleeding within 21 days",
            ),
            Self::EndocarditisOrDissection => said(
                "Endocardite ou dissection aortique suspectée",
                "Infective endocarditis or aortic dissection suspected",
            ),
        }
    }

    /// What speaks against thrombolysis, where the answer does.
    #[must_use]
    pub fn against(self) -> Said {
        match self {
            Self::DisablingDeficit => said("Déficit non invalidant", "Deficit not disabling"),
            Self::Within4h30 => {
                said("Vu sans déficit il y a 4 h 30 ou plus", "Last known well 4.5 h ago or more")
            }
            Self::HemorrhageExcluded => {
                said("Hémorragie non exclue par l'imagerie", "Haemorrhage not excluded by imaging")
            }
            Self::BloodPressureControlled => {
                said("Pression artérielle à 185/110 mmHg ou plus", "Blood pressure 185/110 mmHg or more")
            }
            Self::GlucoseAbove2point8 => {
                said("Glycémie à 2,8 mmol/L (0,5 g/L) ou moins", "Glucose 2.8 mmol/L (50 mg/dL) or less")
            }
            Self::PlateletsSufficient => said("Plaquettes sous 100 G/L", "Platelets below 100 × 10⁹/L"),
            Self::AnticoagulantInEffect
            | Self::PreviousIntracranialHemorrhage
            | Self::RecentStrokeTraumaOrNeurosurgery
            | Self::RecentGastrointestinalBleeding
            | Self::EndocarditisOrDissection => self.question(),
        }
    }

    /// Whether a physician may let it pass with a written reason. Bleeding that imaging has not excluded never does.
    #[must_use]
    pub fn may_be_weighed(self) -> bool {
        self != Self::HemorrhageExcluded
    }

    /// The answer that lets thrombolysis pass.
    #[must_use]
    pub fn passes_on(self) -> Answer {
        match self {
            Self::DisablingDeficit
            | Self::Within4h30
            | Self::HemorrhageExcluded
            | Self::BloodPressureControlled
            | Self::GlucoseAbove2point8
            | Self::PlateletsSufficient => Answer::Yes,
            Self::AnticoagulantInEffect
            | Self::PreviousIntracranialHemorrhage
            | Self::RecentStrokeTraumaOrNeurosurgery
            | Self::RecentGastrointestinalBleeding
            | Self::EndocarditisOrDissection => Answer::No,
        }
    }
}

/// Unknown is an answer, and never passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Yes,
    No,
    Unknown,
}

/// The checklist as one person filled it in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// An item without an answer is unknown.
    pub answers: BTreeMap<Item, Answer>,
    /// Why an item that is against, or unknown, does not stop this physician.
    #[serde(default)]
    pub weighed: BTreeMap<Item, String>,
    pub agent: Agent,
    /// `None`: nobody knows it yet.
    pub weight_kg: Option<Kilograms>,
}

/// What the answers amount to.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Nothing is against that was not weighed, and nothing is unknown.
    Ready(Dose),
    Blocked(Blocks),
}

/// What stands in the way of a dose.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Blocks {
    /// These speak against it.
    pub against: Vec<Item>,
    /// These are not known yet.
    pub unknown: Vec<Item>,
    /// The dose goes by weight.
    pub weight: Weight,
}

/// Whether the weight is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Weight {
    #[default]
    Known,
    Unknown,
}

impl Review {
    #[must_use]
    pub fn answer(&self, item: Item) -> Answer {
        self.answers.get(&item).copied().unwrap_or(Answer::Unknown)
    }

    /// Whether a written reason lets the item pass.
    fn is_weighed(&self, item: Item) -> bool {
        item.may_be_weighed() && self.weighed.get(&item).is_some_and(|reason| !reason.trim().is_empty())
    }

    /// A dose, or what stands in its way: never a dose while something is unknown and nobody has said why it may be.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let open = || Item::ALL.into_iter().filter(|item| !self.is_weighed(*item));
        let unknown: Vec<Item> = open().filter(|item| self.answer(*item) == Answer::Unknown).collect();
        let against: Vec<Item> = open()
            .filter(|item| ![Answer::Unknown, item.passes_on()].contains(&self.answer(*item)))
            .collect();
        match self.weight_kg {
            Some(weight) if unknown.is_empty() && against.is_empty() => {
                Verdict::Ready(dose(self.agent, weight))
            }
            weight => Verdict::Blocked(Blocks {
                against,
                unknown,
                weight: if weight.is_some() { Weight::Known } else { Weight::Unknown },
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all_pass() -> Review {
        Review {
            answers: Item::ALL.into_iter().map(|item| (item, item.passes_on())).collect(),
            weighed: BTreeMap::new(),
            agent: Agent::Alteplase,
            weight_kg: Some(Kilograms::try_from(70.0).unwrap()),
        }
    }

    fn against(item: Item) -> Answer {
        if item.passes_on() == Answer::Yes { Answer::No } else { Answer::Yes }
    }

    fn blocks(review: &Review) -> Blocks {
        match review.verdict() {
            Verdict::Blocked(blocks) => blocks,
            Verdict::Ready(dose) => panic!("{dose:?}"),
        }
    }

    #[test]
    fn everything_answered_and_nothing_against_gives_the_dose() {
        assert!(matches!(all_pass().verdict(), Verdict::Ready(_)));
    }

    #[test]
    fn each_item_unknown_or_unsaid_blocks_by_its_name() {
        for item in Item::ALL {
            let mut review = all_pass();
            review.answers.insert(item, Answer::Unknown);
            assert_eq!(blocks(&review), Blocks { unknown: vec![item], ..Blocks::default() });
            review.answers.remove(&item);
            assert_eq!(blocks(&review), Blocks { unknown: vec![item], ..Blocks::default() });
        }
    }

    #[test]
    fn each_item_against_blocks_by_its_name() {
        for item in Item::ALL {
            let mut review = all_pass();
            review.answers.insert(item, against(item));
            assert_eq!(blocks(&review), Blocks { against: vec![item], ..Blocks::default() });
        }
    }

    #[test]
    fn a_written_reason_lets_an_item_pass_save_bleeding_not_excluded() {
        for item in Item::ALL {
            for answer in [against(item), Answer::Unknown] {
                let mut review = all_pass();
                review.answers.insert(item, answer);
                review.weighed.insert(item, "  ".to_owned());
                assert!(matches!(review.verdict(), Verdict::Blocked(_)), "an empty reason is none");
                review.weighed.insert(item, "repris avec la famille".to_owned());
                let passes = matches!(review.verdict(), Verdict::Ready(_));
                assert_eq!(passes, item != Item::HemorrhageExcluded);
            }
        }
    }

    #[test]
    fn no_weight_no_dose() {
        let review = Review { weight_kg: None, ..all_pass() };
        assert_eq!(blocks(&review), Blocks { weight: Weight::Unknown, ..Blocks::default() });
    }

    proptest! {
        #[test]
        fn there_is_never_a_dose_with_something_unknown_or_against_and_unweighed(
            dice in prop::collection::vec(0_u8..5, Item::ALL.len()),
            weight in prop::option::of(30.0..200.0_f64),
        ) {
            let mut review = Review { weight_kg: weight.map(|kg| Kilograms::try_from(kg).unwrap()), ..all_pass() };
            for (item, die) in Item::ALL.into_iter().zip(dice) {
                let answer = match die {
                    0 => Answer::Yes,
                    1 => Answer::No,
                    2 => Answer::Unknown,
                    _ => item.passes_on(),
                };
                review.answers.insert(item, answer);
            }
            let clean = Item::ALL.into_iter().all(|item| review.answer(item) == item.passes_on());
            prop_assert_eq!(matches!(review.verdict(), Verdict::Ready(_)), clean && weight.is_some());
            if let Verdict::Blocked(blocks) = review.verdict() {
                let told = blocks.against.len() + blocks.unknown.len();
                let wrong = Item::ALL.into_iter().filter(|item| review.answer(*item) != item.passes_on());
                prop_assert_eq!(told, wrong.count());
            }
        }
    }
}
