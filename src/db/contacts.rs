//! How people want to be reached, and the browsers that take their web push.

use super::column::{json, time, to_json};
use super::{DbError, Tx, on};
use crate::domain::alerting::Contact;
use crate::domain::identity::UserId;
use crate::domain::time::Timestamp;

/// A person's contact; the default where nothing was said.
///
/// # Errors
/// [`DbError`]
pub async fn get(tx: &mut Tx, person: UserId) -> Result<Contact, DbError> {
    let text: Option<String> = on!(tx, |c| {
        sqlx::query_scalar("SELECT contact FROM contacts WHERE user_id = $1")
            .bind(person.to_string())
            .fetch_optional(c)
            .await
    })?;
    text.map_or_else(|| Ok(Contact::default()), |text| json(&text, "contact"))
}

/// Keeps a person's contact.
///
/// # Errors
/// [`DbError`]
pub async fn put(tx: &mut Tx, person: UserId, contact: &Contact) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO contacts (user_id, contact) VALUES ($1, $2)
             ON CONFLICT (user_id) DO UPDATE SET contact = excluded.contact",
        )
        .bind(person.to_string())
        .bind(to_json(contact, "contact")?)
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// A browser that takes web push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// SHA-256 of the endpoint, hexadecimal.
    pub id: String,
    pub person: UserId,
    pub endpoint: String,
    /// The browser's P-256 key and shared secret, base64url (RFC 8291).
    pub p256dh: String,
    pub auth: String,
    pub created_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    endpoint: String,
    p256dh: String,
    auth: String,
    created_at: i64,
}

/// Keeps a browser's subscription: a browser belongs to who used it last.
///
/// # Errors
/// [`DbError`]
pub async fn subscribe(tx: &mut Tx, subscription: &Subscription) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO push_subscriptions (id, user_id, endpoint, p256dh, auth, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (id) DO UPDATE
             SET user_id = excluded.user_id, p256dh = excluded.p256dh, auth = excluded.auth",
        )
        .bind(&subscription.id)
        .bind(subscription.person.to_string())
        .bind(&subscription.endpoint)
        .bind(&subscription.p256dh)
        .bind(&subscription.auth)
        .bind(subscription.created_at.as_microsecond())
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// Forgets a browser, if it is this person's.
///
/// # Errors
/// [`DbError`]
pub async fn unsubscribe(tx: &mut Tx, id: &str, person: UserId) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query("DELETE FROM push_subscriptions WHERE id = $1 AND user_id = $2")
            .bind(id)
            .bind(person.to_string())
            .execute(c)
            .await
            .map(|_| ())
    })?;
    Ok(())
}

/// A person's browsers.
///
/// # Errors
/// [`DbError`]
pub async fn subscriptions(tx: &mut Tx, person: UserId) -> Result<Vec<Subscription>, DbError> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, endpoint, p256dh, auth, created_at FROM push_subscriptions
             WHERE user_id = $1 ORDER BY created_at, id",
        )
        .bind(person.to_string())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter()
        .map(|row| {
            let Row { id, endpoint, p256dh, auth, created_at } = row;
            let created_at = time(created_at, "subscription's time")?;
            Ok(Subscription { id, person, endpoint, p256dh, auth, created_at })
        })
        .collect()
}
