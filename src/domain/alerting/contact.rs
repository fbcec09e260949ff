//! How a person wants to be reached beside the open application, which always calls.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Channel;
use crate::domain::identity::Invalid;
use crate::domain::wording::Language;

/// Longest address, characters (RFC 5321, 4.5.3.1.3: a path of 256 octets with its brackets).
const LONGEST: usize = 254;

/// A person's addresses and wishes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// In which the person is written to.
    pub language: Language,
    #[serde(default)]
    pub email: Option<String>,
    /// What the pager or SMS gateway calls this person by: a number or a name.
    #[serde(default)]
    pub pager: Option<String>,
    /// Channels that must not be used.
    #[serde(default)]
    pub muted: BTreeSet<Channel>,
}

impl Default for Contact {
    fn default() -> Self {
        Self { language: Language::French, email: None, pager: None, muted: BTreeSet::new() }
    }
}

impl Contact {
    /// Checks what types alone cannot. The open application cannot be muted: a call must not be lost to a wish.
    ///
    /// # Errors
    /// [`Invalid`]
    pub fn check(&self) -> Result<(), Invalid> {
        let plain = |text: &str| {
            (1..=LONGEST).contains(&text.chars().count()) && !text.chars().any(|c| c.is_control() || c == ' ')
        };
        let is_address = |text: &str| {
            let parts = text.rsplit_once('@');
            plain(text) && parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
        };
        if self.email.as_deref().is_some_and(|text| !is_address(text)) {
            return Err(Invalid { what: "email", problem: "must be an address, as name@hospital.example" });
        }
        if self.pager.as_deref().is_some_and(|text| !plain(text)) {
            return Err(Invalid { what: "pager", problem: "must have 1 to 254 characters and no space" });
        }
        if self.muted.contains(&Channel::InApp) {
            return Err(Invalid { what: "muted", problem: "must not have in_app: it always calls" });
        }
        Ok(())
    }

    /// The channels that reach this person, apart from what the site has configured; `subscribed` browsers take push.
    #[must_use]
    pub fn channels(&self, subscribed: usize) -> BTreeSet<Channel> {
        let reaches = |channel: &Channel| match channel {
            Channel::InApp => true,
            Channel::WebPush => subscribed > 0,
            Channel::Email => self.email.is_some(),
            Channel::Webhook => self.pager.is_some(),
        };
        let wanted = |channel: &Channel| !self.muted.contains(channel);
        Channel::ALL.into_iter().filter(reaches).filter(wanted).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_checked_and_the_application_always_calls() {
        let email = |text: &str| Contact { email: Some(text.to_owned()), ..Contact::default() }.check();
        assert!(email("dr@chu.example").is_ok());
        for wrong in ["", "dr", "@chu.example", "dr@", "a b@c", "a\n@c"] {
            assert!(email(wrong).is_err(), "{wrong}");
        }
        assert!(Contact { pager: Some("+33 6".to_owned()), ..Contact::default() }.check().is_err());
        assert!(Contact { muted: [Channel::InApp].into(), ..Contact::default() }.check().is_err());
    }

    #[test]
    fn an_address_and_a_pager_s_number_are_one_word_of_at_most_254_characters() {
        let pager =
            |text: &str| Contact { pager: Some(text.to_owned()), ..Contact::default() }.check().is_ok();
        assert_eq!(["+33601020304", "7", &"9".repeat(254)].map(pager), [true; 3]);
        assert_eq!(["", "33\n6", "33 6", &"9".repeat(255)].map(pager), [false; 4]);
        let address = |name: usize| format!("{}@chu.example", "x".repeat(name));
        let email = |text: String| Contact { email: Some(text), ..Contact::default() }.check().is_ok();
        assert_eq!([242, 243].map(|name| email(address(name))), [true, false]);
    }

    #[test]
    fn a_channel_needs_an_address_and_no_refusal() {
        let contact = Contact {
            email: Some("dr@chu.example".to_owned()),
            muted: [Channel::WebPush].into(),
            ..Contact::default()
        };
        assert_eq!(contact.channels(2), [Channel::InApp, Channel::Email].into());
        assert_eq!(Contact::default().channels(1), [Channel::InApp, Channel::WebPush].into());
        assert_eq!(Contact::default().channels(0), [Channel::InApp].into());
        let paged = Contact { pager: Some("7".to_owned()), ..Contact::default() };
        assert_eq!(paged.channels(0), [Channel::InApp, Channel::Webhook].into());
    }
}
