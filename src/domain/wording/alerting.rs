//! Calls and their notices, in words. What leaves the house names no patient.

use super::Text;
use crate::domain::alerting::{AnswerRefused, Cause, Channel, Relief};

/// One word of urgency for what leaves the house.
#[must_use]
pub fn urgency_word(flagged: bool, past_target: bool) -> Text {
    match (flagged, past_target) {
        (true, _) => Text::new("urgence vitale", "critical"),
        (false, true) => Text::new("délai dépassé", "past target"),
        (false, false) => Text::new("urgent", "urgent"),
    }
}

/// Title and body of a call.
#[must_use]
pub fn call(site: &str, reference: &str, urgency: &Text, round: u8) -> (Text, Text) {
    let title = Text::new(
        format!("Appel AVC : {site}, {}", urgency.fr),
        format!("Stroke call: {site}, {}", urgency.en),
    );
    let (again_fr, again_en) = if round > 1 {
        (
            format!(" Appel n° {round} : personne n'a encore accepté."),
            format!(" Round {round}: nobody has accepted yet."),
        )
    } else {
        (String::new(), String::new())
    };
    let body = Text::new(
        format!("Cas {reference}, {site} : {}.{again_fr} Acceptez ou déclinez dans Vigie.", urgency.fr),
        format!("Case {reference}, {site}: {}.{again_en} Accept or decline in Vigie.", urgency.en),
    );
    (title, body)
}

/// Title and body for a sender whose case nobody has accepted.
#[must_use]
pub fn unanswered(site: &str, reference: &str) -> (Text, Text) {
    (
        Text::new(format!("Sans réponse : {site}"), format!("Unanswered: {site}")),
        Text::new(
            format!(
                "Cas {reference}, {site} : personne n'a accepté, tous les lecteurs sont appelés. Téléphonez au centre."
            ),
            format!(
                "Case {reference}, {site}: nobody has accepted, every reader is called. Telephone the centre."
            ),
        ),
    )
}

/// Title and body for who accepted and is not expected any more.
#[must_use]
pub fn stood_down(site: &str, reference: &str) -> (Text, Text) {
    (
        Text::new(format!("Appel levé : {site}"), format!("Stood down: {site}")),
        Text::new(
            format!("Cas {reference}, {site} : vous n'êtes plus attendu."),
            format!("Case {reference}, {site}: you are not expected any more."),
        ),
    )
}

/// Why who accepted is not expected any more; `who` took or decided the case, where that is known.
#[must_use]
pub fn relief(relief: Relief, who: Option<&str>) -> Text {
    let (fr, en) = match relief {
        Relief::Taken { .. } => (
            format!("{} lit le cas", who.unwrap_or("Une autre personne")),
            format!("{} reads the case", who.unwrap_or("Another person")),
        ),
        Relief::Decided { .. } => (
            format!("{} a posé le diagnostic", who.unwrap_or("Une autre personne")),
            format!("{} has made the diagnosis", who.unwrap_or("Another person")),
        ),
        Relief::StoodDown => ("L'appel est levé".to_owned(), "The call is stood down".to_owned()),
    };
    Text::new(format!("{fr} : vous n'êtes plus attendu."), format!("{en}: you are not expected any more."))
}

/// What made a call needed.
#[must_use]
pub fn cause(cause: Cause) -> Text {
    match cause {
        Cause::Alert => Text::new("alerte des urgences", "emergency alert"),
        Cause::Flag => Text::new("signalement d'un modèle", "a model's flag"),
        Cause::GivenBack { .. } => Text::new("cas rendu à la file", "case given back"),
        Cause::Lapsed { .. } => Text::new("lecture interrompue sans suite", "reading left without a word"),
        Cause::Thrombectomy { .. } => Text::new("thrombectomie décidée", "thrombectomy decided"),
        Cause::Asked { .. } => Text::new("demande d'une personne", "asked for by a person"),
    }
}

/// A channel's name.
#[must_use]
pub fn channel(channel: Channel) -> Text {
    match channel {
        Channel::InApp => Text::new("application", "application"),
        Channel::WebPush => Text::new("notification du navigateur", "browser notification"),
        Channel::Email => Text::new("courriel", "e-mail"),
        Channel::Webhook => Text::new("bip ou SMS", "pager or SMS"),
    }
}

/// Why an answer was not taken; `who` accepted, where that is known.
#[must_use]
pub fn answer_refused(refused: AnswerRefused, who: Option<&str>) -> Text {
    match (refused, who) {
        (AnswerRefused::Accepted { .. }, Some(who)) => Text::new(
            format!("{who} a déjà accepté cet appel."),
            format!("{who} has accepted this call already."),
        ),
        (AnswerRefused::Accepted { .. }, None) => Text::new(
            "Une autre personne a déjà accepté cet appel.",
            "Another person has accepted this call already.",
        ),
        (AnswerRefused::Ended, _) => Text::new(
            "L'appel est clos : il n'est plus nécessaire.",
            "The call has ended: it is no longer needed.",
        ),
        (AnswerRefused::NotCalled, _) => {
            Text::new("Cet appel ne vous était pas adressé.", "This call was not for you.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_says_where_how_urgent_and_which_round() {
        let (title, body) = call("CH Valmont", "1a2b3c4d", &urgency_word(true, false), 1);
        assert_eq!(title.fr, "Appel AVC : CH Valmont, urgence vitale");
        assert_eq!(body.en, "Case 1a2b3c4d, CH Valmont: critical. Accept or decline in Vigie.");
        let (_, body) = call("CH Valmont", "1a2b3c4d", &urgency_word(false, true), 2);
        assert!(body.fr.contains("délai dépassé. Appel n° 2"), "{}", body.fr);
    }
}
