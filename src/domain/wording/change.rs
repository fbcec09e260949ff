//! What would change a case's place, in words.

use super::{Number, Text};
use crate::domain::evidence::Task;
use crate::domain::urgency::Supposed;

/// One thing more that could be known of a case.
#[must_use]
pub fn supposed(supposed: Supposed) -> Text {
    match supposed {
        Supposed::Flag(Task::Hemorrhage) => {
            Text::new("si l'analyse en cours signale un saignement", "if the running analysis flags a bleed")
        }
        Supposed::Flag(Task::Occlusion) => Text::new(
            "si l'analyse en cours signale une occlusion",
            "if the running analysis flags an occlusion",
        ),
        Supposed::Flag(Task::Infarct) => Text::new(
            "si l'analyse en cours signale un infarctus",
            "if the running analysis flags an infarct",
        ),
        Supposed::Race(race) => {
            let points = u8::from(race);
            Text::new(format!("si le score RACE est {points}"), format!("if the RACE score is {points}"))
        }
        Supposed::VitaminKAntagonist => {
            Text::new("si le patient est sous AVK", "if the patient is on a vitamin K antagonist")
        }
        Supposed::OnsetAnHourAgo => {
            Text::new("si le début date d'il y a une heure", "if the onset was an hour ago")
        }
        Supposed::OneMoreReader => Text::new("avec un lecteur de plus", "with one more reader"),
        Supposed::Wait(wait) => {
            let wait = Number::whole(wait.0).with_unit("min");
            Text::new(
                format!("sans rien de nouveau, dans {}", wait.fr),
                format!("with nothing new, in {}", wait.en),
            )
        }
    }
}
