//! Thrombolysis checklist (AHA/ASA 2019, doi:10.1161/STR.0000000000000211; ESO 2021, doi:10.1177/2396987321989865).
//! Decision support: the physician weighs what it finds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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

    /// The answer that lets thrombolysis pass.
    fn passes_on(self) -> Answer {
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

/// What the answers amount to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Outcome {
    /// Every item answered, none against.
    NothingAgainst,
    /// These speak against it.
    Against { items: Vec<Item> },
    /// None against so far; these are not known yet.
    Open { unknown: Vec<Item> },
}

/// Judges the answers; an item without one is unknown.
#[must_use]
pub fn judge(answers: &BTreeMap<Item, Answer>) -> Outcome {
    let answer = |item: Item| answers.get(&item).copied().unwrap_or(Answer::Unknown);
    let (unknown, known): (Vec<Item>, Vec<Item>) =
        Item::ALL.into_iter().partition(|item| answer(*item) == Answer::Unknown);
    let items: Vec<Item> = known.into_iter().filter(|item| answer(*item) != item.passes_on()).collect();
    if !items.is_empty() {
        Outcome::Against { items }
    } else if unknown.is_empty() {
        Outcome::NothingAgainst
    } else {
        Outcome::Open { unknown }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_pass() -> BTreeMap<Item, Answer> {
        Item::ALL.into_iter().map(|item| (item, item.passes_on())).collect()
    }

    #[test]
    fn everything_answered_and_nothing_against_passes() {
        assert_eq!(judge(&all_pass()), Outcome::NothingAgainst);
    }

    #[test]
    fn each_item_unknown_or_unsaid_leaves_it_open() {
        for item in Item::ALL {
            let mut answers = all_pass();
            answers.insert(item, Answer::Unknown);
            assert_eq!(judge(&answers), Outcome::Open { unknown: vec![item] });
            answers.remove(&item);
            assert_eq!(judge(&answers), Outcome::Open { unknown: vec![item] });
        }
    }

    #[test]
    fn each_item_against_stops_it_whatever_else_is_unknown() {
        for item in Item::ALL {
            let against = if item.passes_on() == Answer::Yes { Answer::No } else { Answer::Yes };
            assert_eq!(judge(&BTreeMap::from([(item, against)])), Outcome::Against { items: vec![item] });
        }
    }
}
