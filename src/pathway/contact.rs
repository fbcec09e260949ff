//! How a person is reached: their own to say.

use sha2::{Digest, Sha256};

use super::desk::{Actor, Desk};
use crate::db::contacts::{self, Subscription};
use crate::db::DbError;
use crate::domain::alerting::Contact;
use crate::domain::identity::Invalid;

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
