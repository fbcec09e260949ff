//! Texts for people, in French and English, with each language's numbers.

use serde::{Deserialize, Serialize};

mod alerting;
mod change;
mod clinical;
mod dispatch;
mod evidence;
mod number;
mod protocol;
mod report;
mod rota;
mod staffing;
mod urgency;

pub use alerting::{answer_refused, call, cause, channel, relief, stood_down, unanswered, urgency_word};
pub use change::supposed;
pub use clinical::{assessed, blocked, dosed, examined, verdict};
pub use dispatch::recommendation;
pub use evidence::{evidence_level, lacking, refusal};
pub use number::{Number, Sign};
pub use protocol::{concern_name, phase_name};
pub use report::{item_label, observed};
pub use rota::{absence, duty_reason, gap, import_problem, specialty};
pub use staffing::staffing;
pub use urgency::{explain, reason};

/// One text in both languages of the product.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Text {
    pub fr: String,
    pub en: String,
}

impl Text {
    #[must_use]
    pub fn new(fr: impl Into<String>, en: impl Into<String>) -> Self {
        Self { fr: fr.into(), en: en.into() }
    }

    /// In one language.
    #[must_use]
    pub fn write(&self, language: Language) -> &str {
        match language {
            Language::French => &self.fr,
            Language::English => &self.en,
        }
    }

    /// The parts that say something, joined by `separator` in both languages.
    #[must_use]
    pub fn join(parts: &[Self], separator: &str) -> Self {
        let joined = |of: fn(&Self) -> &str| {
            parts.iter().map(of).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(separator)
        };
        Self { fr: joined(|t| &t.fr), en: joined(|t| &t.en) }
    }
}

/// The language of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    #[serde(rename = "fr")]
    French,
    #[serde(rename = "en")]
    English,
}

#[cfg(test)]
mod tests;
