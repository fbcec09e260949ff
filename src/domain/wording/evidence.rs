//! On what a model was measured, and what keeps its figures from counting at a hospital, in words.

use super::{Number, Text};
use crate::domain::evidence::{
    EvidenceLevel, FEWEST_NEGATIVES, FEWEST_POSITIVES, Lacking, MOST_NOT_ANALYSABLE,
};

/// The level as it stands beside a flag and on the paper.
#[must_use]
pub fn evidence_level(level: EvidenceLevel) -> Text {
    match level {
        EvidenceLevel::Phantom => Text::new("preuve : fantômes", "evidence: phantoms"),
        EvidenceLevel::Internal => Text::new("preuve : interne", "evidence: internal"),
        EvidenceLevel::External => Text::new("preuve : externe", "evidence: external"),
        EvidenceLevel::Site => Text::new("preuve : ce site", "evidence: this site"),
    }
}

/// One shortcoming.
#[must_use]
pub fn lacking(shortcoming: Lacking) -> Text {
    let fewer = |have: u32, fewest: u32, fr: &str, en: &str| {
        Text::new(
            format!("{have} études {fr} analysées, il en faut {fewest}"),
            format!("{have} analysed studies {en}, {fewest} are needed"),
        )
    };
    let below = |low: f64, floor: f64, fr: &str, en: &str| {
        let [low, floor] = [low, floor].map(|share| Number::percent(share).as_percentage());
        Text::new(
            format!(
                "{fr} : la borne basse de l'intervalle est {}, le plancher du site est {}",
                low.fr, floor.fr
            ),
            format!("{en}: the interval's lower end is {}, the site's floor is {}", low.en, floor.en),
        )
    };
    match shortcoming {
        Lacking::Positives { have } => fewer(have, FEWEST_POSITIVES, "avec la maladie", "with the disease"),
        Lacking::Negatives { have } => {
            fewer(have, FEWEST_NEGATIVES, "sans la maladie", "without the disease")
        }
        Lacking::Analysable { refused } => {
            let [refused, most] = [refused, MOST_NOT_ANALYSABLE].map(|p| Number::percent(p).as_percentage());
            Text::new(
                format!("{} des études n'ont pas pu être analysées, {} au plus", refused.fr, most.fr),
                format!("{} of the studies could not be analysed, at most {} may", refused.en, most.en),
            )
        }
        Lacking::Sensitivity { low, floor } => below(low, floor, "sensibilité", "sensitivity"),
        Lacking::Specificity { low, floor } => below(low, floor, "spécificité", "specificity"),
    }
}

/// Why the figures do not count, whole; `shortcomings` is not empty.
#[must_use]
pub fn refusal(shortcomings: &[Lacking]) -> Text {
    let reasons: Vec<Text> = shortcomings.iter().copied().map(lacking).collect();
    let listed = Text::join(&reasons, "; ");
    Text::new(
        format!("L'évaluation ne suffit pas pour ce site : {}.", listed.fr),
        format!("The evaluation is not enough for this site: {}.", listed.en),
    )
}
