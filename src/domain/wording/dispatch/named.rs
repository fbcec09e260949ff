//! What a plan is called in a sentence.

use crate::domain::dispatch::{Mode, Plan};
use crate::domain::wording::Text;

/// The same plan at the start of a sentence, within it, and by its transport.
pub(super) struct Named {
    pub(super) first: Text,
    pub(super) within: Text,
    pub(super) transport: Text,
    /// French contracts "de" and "le".
    pub(super) of_transport: Text,
}

impl Named {
    /// By how it travels where that tells it from `other`, else by its label.
    pub(super) fn pair(plan: &Plan, other: &Plan) -> Self {
        let by_label = Text::new(format!("« {} »", plan.label.fr), format!("“{}”", plan.label.en));
        let (transport, of_transport) = match plan.mode {
            Some(Mode::Air) => (Text::new("le vol", "the flight"), "du vol"),
            Some(Mode::Road) => (Text::new("l'ambulance", "the ambulance"), "de l'ambulance"),
            Some(Mode::Team) => (Text::new("l'équipe", "the team"), "de l'équipe"),
            Some(Mode::Stay) | None => (by_label.clone(), ""),
        };
        let of_transport = if of_transport.is_empty() {
            Text::new(format!("de {}", by_label.fr), by_label.en.clone())
        } else {
            Text::new(of_transport, transport.en.clone())
        };
        let words = |fr_first: &str, en_first: &str, fr: &str, en: &str| {
            (Text::new(fr_first, en_first), Text::new(fr, en))
        };
        let (first, within) = match plan.mode {
            Some(mode) if other.mode.is_some_and(|theirs| theirs != mode) => match mode {
                Mode::Stay => words("Rester sur place", "Staying", "rester sur place", "staying"),
                Mode::Road => words("La route", "The road", "la route", "the road"),
                Mode::Air => words("L'hélicoptère", "The helicopter", "l'hélicoptère", "the helicopter"),
                Mode::Team => {
                    words("L'équipe mobile", "The visiting team", "l'équipe mobile", "the visiting team")
                }
            },
            _ => (by_label.clone(), by_label),
        };
        Self { first, within, transport, of_transport }
    }
}
