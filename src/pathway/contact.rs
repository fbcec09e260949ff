//! How a person is reached: their own to say.

use sha2::{Digest, Sha256};

use super::desk::{Actor, Desk};
use crate::db::DbError;
use crate::db::contacts::{self, Subscription};
use crate::domain::alerting::{Channel, Contact};
use crate::domain::identity::Invalid;

/// What people are told of the channels that calls go out by.
#[derive(Debug, Clone, Default)]
pub struct Outward {
    pub channels: Vec<Channel>,
    /// The key that browsers subscribe with (RFC 8292), base64url.
    pub push_key: Option<String>,
    pub push_services: PushServices,
}

/// The push services whose endpoints are taken. An endpoint is a URL that this server will call, and it comes from a
/// browser: it must not lead into the hospital's own network.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PushServices {
    /// Beside the browsers' own: exact origins, as `https://push.hospital.example`.
    pub further: Vec<String>,
}

/// The services of Chromium, Firefox, Safari and Edge.
const PUSH_HOSTS: [&str; 4] =
    ["fcm.googleapis.com", "push.services.mozilla.com", "push.apple.com", "notify.windows.com"];

impl PushServices {
    /// Whether an endpoint is of a push service that is known here.
    #[must_use]
    pub fn allow(&self, endpoint: &str) -> bool {
        let is_of = |origin: &String| {
            endpoint.strip_prefix(origin.as_str()).is_some_and(|rest| rest.starts_with('/'))
        };
        if self.further.iter().any(is_of) {
            return true;
        }
        let Some(host) = endpoint.strip_prefix("https://").and_then(|rest| rest.split('/').next()) else {
            return false;
        };
        let plain = host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
        let known =
            |name: &str| host == name || host.strip_suffix(name).is_some_and(|before| before.ends_with('.'));
        plain && PUSH_HOSTS.iter().any(|name| known(name))
    }
}

/// Why a contact stayed as it was.
#[derive(Debug, thiserror::Error)]
pub enum ContactError {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// A browser's offer to take web push, as `PushSubscription.toJSON()` has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSubscription {
    pub endpoint: String,
    pub p256dh: String,
    pub auth: String,
}

/// A person's contact, and how many of their browsers take web push.
///
/// # Errors
/// [`DbError`]
pub async fn contact_of(desk: &Desk, actor: &Actor) -> Result<(Contact, usize), DbError> {
    let mut tx = desk.db.read().await?;
    let contact = contacts::get(&mut tx, actor.user.id).await?;
    let browsers = contacts::subscriptions(&mut tx, actor.user.id).await?.len();
    Ok((contact, browsers))
}

/// Changes the person's own contact.
///
/// # Errors
/// [`ContactError`]
pub async fn set_contact(desk: &Desk, actor: &Actor, contact: &Contact) -> Result<(), ContactError> {
    contact.check()?;
    let now = desk.now();
    let mut tx = desk.db.write().await?;
    contacts::put(&mut tx, actor.user.id, contact).await?;
    let record = actor.record(now, "contact.change", Some(actor.user.id.to_string()));
    Ok(desk.commit(tx, &[], &record).await?)
}

/// Takes a browser's offer. The edge has checked that its endpoint is a push service's.
///
/// # Errors
/// [`DbError`]
pub async fn subscribe(desk: &Desk, actor: &Actor, new: NewSubscription) -> Result<(), DbError> {
    let now = desk.now();
    let NewSubscription { endpoint, p256dh, auth } = new;
    let id = subscription_id(&endpoint);
    let subscription = Subscription { id, person: actor.user.id, endpoint, p256dh, auth, created_at: now };
    let mut tx = desk.db.write().await?;
    contacts::subscribe(&mut tx, &subscription).await?;
    let record = actor.record(now, "contact.subscribe", Some(actor.user.id.to_string()));
    desk.commit(tx, &[], &record).await
}

/// Forgets a browser of the person's.
///
/// # Errors
/// [`DbError`]
pub async fn unsubscribe(desk: &Desk, actor: &Actor, endpoint: &str) -> Result<(), DbError> {
    let now = desk.now();
    let mut tx = desk.db.write().await?;
    contacts::unsubscribe(&mut tx, &subscription_id(endpoint), actor.user.id).await?;
    let record = actor.record(now, "contact.unsubscribe", Some(actor.user.id.to_string()));
    desk.commit(tx, &[], &record).await
}

fn subscription_id(endpoint: &str) -> String {
    hex::encode(Sha256::digest(endpoint.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_push_services_are_called() {
        let services = PushServices { further: vec!["https://push.hospital.example".to_owned()] };
        for endpoint in [
            "https://fcm.googleapis.com/fcm/send/abc",
            "https://updates.push.services.mozilla.com/wpush/v2/abc",
            "https://push.hospital.example/abc",
        ] {
            assert!(services.allow(endpoint), "{endpoint}");
        }
        for endpoint in [
            "http://fcm.googleapis.com/fcm/send/abc",
            "https://10.0.0.1/admin",
            "https://fcm.googleapis.com.attacker.example/",
            "https://notfcm.googleapis.com/",
            "https://attacker.example?.push.apple.com/",
            "https://10.0.0.1#.push.apple.com/",
            "https://user@push.apple.com/",
            "https://push.hospital.example.attacker.example/",
            "https://fcm.googleapis.com:8443/",
        ] {
            assert!(!services.allow(endpoint), "{endpoint}");
        }
    }
}
