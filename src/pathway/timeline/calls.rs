//! The steps of a call, in words.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::db::events::Event;
use crate::db::users::User;
use crate::domain::alerting::Channel;
use crate::domain::identity::UserId;
use crate::domain::rota::Specialty;
use crate::domain::wording::{self, Text};

/// What the event says, as `pathway/calling.rs` and its users write it.
#[derive(Deserialize)]
struct Detail {
    need: Specialty,
    #[serde(flatten)]
    step: Step,
}

#[derive(Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
enum Step {
    Asked,
    Called { round: u8, people: Vec<UserId> },
    Everyone { people: Vec<UserId> },
    Sent { channel: Channel },
    Delivered { channel: Channel },
    Seen,
    Declined,
    Accepted,
    StoodDown,
    StandDownDelivered,
    StandDownSeen,
    Failed { channel: Channel, reason: String, last: bool },
}

/// `None` for a step that this version does not know.
pub(super) fn words(event: &Event, people: &BTreeMap<UserId, User>) -> Option<Text> {
    let Detail { need, step } = serde_json::from_value(event.detail.clone()).ok()?;
    let need = wording::specialty(need);
    let names = |ids: &[UserId]| {
        let name = |id: &UserId| people.get(id).map(|user| user.display_name.as_str());
        ids.iter().filter_map(name).collect::<Vec<_>>().join(", ")
    };
    Some(match step {
        Step::Asked => {
            Text::new(format!("Demande de garde : {}", need.fr), format!("Asks for the {} on call", need.en))
        }
        Step::Called { round: 1, people } => {
            let who = names(&people);
            Text::new(format!("Appel ({}) : {who}", need.fr), format!("Called ({}): {who}", need.en))
        }
        Step::Called { people, .. } => {
            let who = names(&people);
            Text::new(
                format!("Sans réponse, appel suivant ({}) : {who}", need.fr),
                format!("No answer, next call ({}): {who}", need.en),
            )
        }
        Step::Everyone { people } => {
            let who = names(&people);
            Text::new(
                format!("Personne n'a accepté : tous les lecteurs et l'émetteur sont prévenus. {who}"),
                format!("Nobody has accepted: every reader and the sender are told. {who}"),
            )
        }
        Step::Sent { channel } => {
            let by = wording::channel(channel);
            Text::new(format!("Appel envoyé : {}", by.fr), format!("Call sent: {}", by.en))
        }
        Step::Delivered { channel } => {
            let by = wording::channel(channel);
            Text::new(format!("Appel reçu : {}", by.fr), format!("Call received: {}", by.en))
        }
        Step::Seen => Text::new("Appel vu", "Call seen"),
        Step::Declined => Text::new("Ne peut pas venir", "Cannot come"),
        Step::Accepted => Text::new("Appel accepté", "Call accepted"),
        Step::StoodDown => {
            Text::new(format!("Appel levé ({})", need.fr), format!("Call stood down ({})", need.en))
        }
        Step::StandDownDelivered => {
            Text::new("Levée de l'appel reçue : application", "Stand-down received: application")
        }
        Step::StandDownSeen => Text::new("Levée de l'appel vue", "Stand-down seen"),
        Step::Failed { channel, reason, last } => {
            let by = wording::channel(channel);
            let (then_fr, then_en) = if last {
                ("abandon de ce canal", "channel given up")
            } else {
                ("nouvel essai", "another try follows")
            };
            Text::new(
                format!("Échec d'envoi par {} : {reason} ({then_fr})", by.fr),
                format!("Sending by {} failed: {reason} ({then_en})", by.en),
            )
        }
    })
}
