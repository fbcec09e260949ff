//! How calls reach people: links, waits, and the channels that are configured.

use std::net::SocketAddr;

use super::{ConfigError, Keys, parsed, without_secret};
use crate::domain::alerting::Waits;
use crate::domain::time::Minutes;

/// Longest wait between two rounds, minutes: a limit of 120 leaves no more.
const LONGEST_WAIT: f64 = 30.0;

/// Calls and their channels; a channel without its keys is not there.
#[derive(Debug, Clone, PartialEq)]
pub struct Outward {
    /// Where the links in notices lead.
    pub public_url: String,
    pub waits: Waits,
    pub mail: Option<Mail>,
    pub webhook: Option<Webhook>,
    /// Where a push service's operators may write; with it, browsers can be called.
    pub push_contact: Option<String>,
    /// Push services beside the browsers' own, by origin.
    pub push_services: Vec<String>,
}

/// The mail server, with its password, and who writes.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    pub url: String,
    pub from: String,
}

/// The gateway for pagers and SMS, and the secret shared with it.
#[derive(Clone, PartialEq, Eq)]
pub struct Webhook {
    pub url: http::Uri,
    pub secret: String,
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail").field("from", &self.from).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Webhook").field("url", &self.url).finish_non_exhaustive()
    }
}

const URL: &str = "http:// or https:// and a host";
const SMTP: &str = "smtp://HOST:PORT, smtp://…?tls=required or smtps://USER:PASSWORD@HOST, with mail_from";
const FROM: &str = "an address, as vigie@hospital.example, with smtp_url";
const SECRET: &str = "16 characters or more, with webhook_url";
const HOOK: &str = "http:// or https:// and a host, with webhook_secret";
const CONTACT: &str = "mailto:ADDRESS or https://…";
const ORIGINS: &str = "origins as https://push.hospital.example, comma-separated";
const WAIT: &str = "minutes, more than 0 and at most 30";

pub(super) fn checked(keys: &mut Keys, http_addr: SocketAddr) -> Result<Outward, ConfigError> {
    let public_url = keys.public_url.take().unwrap_or_else(|| format!("http://{http_addr}"));
    if !is_web(&public_url) {
        return Err(refused("public_url", public_url, URL));
    }
    let defaults = Waits::default();
    let waits = Waits {
        first: wait("call_minutes", keys.call_minutes.take(), defaults.first)?,
        then: wait("next_call_minutes", keys.next_call_minutes.take(), defaults.then)?,
    };
    let push_contact = keys.push_contact.take();
    if let Some(contact) = push_contact.as_ref().filter(|c| !(c.starts_with("mailto:") || is_web(c))) {
        return Err(refused("push_contact", contact.clone(), CONTACT));
    }
    let push_services = keys.push_services.take().unwrap_or_default();
    let push_services: Vec<String> =
        push_services.split(',').map(str::trim).filter(|o| !o.is_empty()).map(str::to_owned).collect();
    if let Some(wrong) = push_services.iter().find(|origin| !is_web(origin) || origin.ends_with('/')) {
        return Err(refused("push_services", wrong.clone(), ORIGINS));
    }
    Ok(Outward { public_url, waits, mail: mail(keys)?, webhook: webhook(keys)?, push_contact, push_services })
}

fn mail(keys: &mut Keys) -> Result<Option<Mail>, ConfigError> {
    match (keys.smtp_url.take(), keys.mail_from.take()) {
        (None, None) => Ok(None),
        (Some(url), Some(from)) if url.starts_with("smtp://") || url.starts_with("smtps://") => {
            if from.contains('@') {
                Ok(Some(Mail { url, from }))
            } else {
                Err(refused("mail_from", from, FROM))
            }
        }
        (Some(url), _) => Err(refused("smtp_url", url, SMTP)),
        (None, Some(from)) => Err(refused("mail_from", from, FROM)),
    }
}

fn webhook(keys: &mut Keys) -> Result<Option<Webhook>, ConfigError> {
    match (keys.webhook_url.take(), keys.webhook_secret.take()) {
        (None, None) => Ok(None),
        (Some(url), Some(secret)) if is_web(&url) => {
            if secret.chars().count() < 16 {
                return Err(refused("webhook_secret", "…".to_owned(), SECRET));
            }
            Ok(Some(Webhook { url: parsed("webhook_url", url, HOOK)?, secret }))
        }
        (Some(url), _) => Err(refused("webhook_url", url, HOOK)),
        (None, Some(_)) => Err(refused("webhook_secret", "…".to_owned(), SECRET)),
    }
}

fn is_web(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
}

fn wait(key: &str, value: Option<String>, default: Minutes) -> Result<Minutes, ConfigError> {
    let Some(value) = value else { return Ok(default) };
    match value.parse::<f64>() {
        Ok(minutes) if minutes > 0.0 && minutes <= LONGEST_WAIT => Ok(Minutes(minutes)),
        _ => Err(refused(key, value, WAIT)),
    }
}

fn refused(key: &str, value: String, allowed: &'static str) -> ConfigError {
    ConfigError::Value { key: key.to_owned(), value: without_secret(value), allowed }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;
    use crate::domain::time::Minutes;

    fn load(keys: &[(&str, &str)]) -> Result<Config, String> {
        let environment =
            |name: &str| keys.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        Config::load(None, environment).map_err(|error| error.to_string())
    }

    #[test]
    fn nothing_said_is_two_minutes_then_three_and_no_channel() {
        let outward = load(&[]).unwrap().outward;
        assert_eq!((outward.waits.first, outward.waits.then), (Minutes(2.0), Minutes(3.0)));
        assert!(outward.mail.is_none() && outward.webhook.is_none() && outward.push_contact.is_none());
        assert_eq!(outward.public_url, "http://127.0.0.1:8080");
    }

    #[test]
    fn half_a_channel_is_refused_with_its_key_and_without_its_secret() {
        for (keys, named) in [
            (vec![("VIGIE_SMTP_URL", "smtps://me:hush@mail.example")], "smtp_url"),
            (vec![("VIGIE_MAIL_FROM", "vigie@a.example")], "mail_from"),
            (vec![("VIGIE_WEBHOOK_URL", "https://pager.example")], "webhook_url"),
            (vec![("VIGIE_WEBHOOK_URL", "https://a"), ("VIGIE_WEBHOOK_SECRET", "hush")], "webhook_secret"),
            (vec![("VIGIE_CALL_MINUTES", "0")], "call_minutes"),
            (vec![("VIGIE_NEXT_CALL_MINUTES", "soon")], "next_call_minutes"),
            (vec![("VIGIE_PUBLIC_URL", "vigie.example")], "public_url"),
            (vec![("VIGIE_PUSH_SERVICES", "https://push.example/")], "push_services"),
            (vec![("VIGIE_PUSH_CONTACT", "me")], "push_contact"),
        ] {
            let message = load(&keys).unwrap_err();
            assert!(message.starts_with(named) && !message.contains("hush"), "{message}");
        }
    }

    #[test]
    fn a_whole_channel_is_taken_and_does_not_show_its_secret() {
        let config = load(&[
            ("VIGIE_SMTP_URL", "smtps://me:hush@mail.example"),
            ("VIGIE_MAIL_FROM", "vigie@a.example"),
            ("VIGIE_WEBHOOK_URL", "https://pager.example/in"),
            ("VIGIE_WEBHOOK_SECRET", "sixteen characters"),
        ])
        .unwrap();
        let shown = format!("{:?}", config.outward);
        assert!(
            shown.contains("pager.example") && !shown.contains("hush") && !shown.contains("sixteen"),
            "{shown}"
        );
    }
}
