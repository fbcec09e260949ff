//! People with an account, and the sites they belong to.

use std::collections::BTreeMap;

use super::column::{parse, time};
use super::{DbError, Tx, on};
use crate::domain::identity::{Role, SiteId, UserId};
use crate::domain::time::Timestamp;

/// A person with an account. One role; the sites they belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub id: UserId,
    pub username: String,
    pub display_name: String,
    pub role: Role,
    pub sites: Vec<SiteId>,
    pub standing: Standing,
    pub created_at: Timestamp,
}

/// Whether an account may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Active,
    Disabled,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    username: String,
    display_name: String,
    role: String,
    disabled: i64,
    created_at: i64,
}

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT id, username, display_name, role, disabled, created_at FROM users ", $rest)
    };
}

impl Row {
    fn into_user(self, sites: Vec<SiteId>) -> Result<User, DbError> {
        Ok(User {
            id: parse(&self.id, "user id")?,
            username: self.username,
            display_name: self.display_name,
            role: parse(&self.role, "role")?,
            sites,
            standing: if self.disabled == 0 { Standing::Active } else { Standing::Disabled },
            created_at: time(self.created_at, "account's date")?,
        })
    }
}

async fn sites_of(tx: &mut Tx, id: &str) -> Result<Vec<SiteId>, DbError> {
    let sites: Vec<String> = on!(tx, |c| {
        sqlx::query_scalar("SELECT site_id FROM user_sites WHERE user_id = $1 ORDER BY site_id")
            .bind(id)
            .fetch_all(c)
            .await
    })?;
    sites.iter().map(|s| parse(s, "site id")).collect()
}

/// Adds an account.
///
/// # Errors
/// [`DbError`]; [`DbError::is_unique_violation`] when the name is taken.
pub async fn insert(tx: &mut Tx, user: &User, password_hash: &str) -> Result<(), DbError> {
    let disabled = i64::from(user.standing == Standing::Disabled);
    on!(&mut *tx, |c| {
        sqlx::query(
            "INSERT INTO users (id, username, display_name, role, password_hash, disabled, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(user.id.to_string())
        .bind(&user.username)
        .bind(&user.display_name)
        .bind(user.role.as_str())
        .bind(password_hash)
        .bind(disabled)
        .bind(user.created_at.as_microsecond())
        .execute(c)
        .await
        .map(|_| ())
    })?;
    for site in &user.sites {
        on!(&mut *tx, |c| {
            sqlx::query("INSERT INTO user_sites (user_id, site_id) VALUES ($1, $2)")
                .bind(user.id.to_string())
                .bind(site.as_str())
                .execute(c)
                .await
                .map(|_| ())
        })?;
    }
    Ok(())
}

/// An account by its id.
///
/// # Errors
/// [`DbError`]
pub async fn get(tx: &mut Tx, id: UserId) -> Result<Option<User>, DbError> {
    let row: Option<Row> = on!(&mut *tx, |c| {
        sqlx::query_as(select!("WHERE id = $1")).bind(id.to_string()).fetch_optional(c).await
    })?;
    let Some(row) = row else { return Ok(None) };
    let sites = sites_of(tx, &row.id).await?;
    row.into_user(sites).map(Some)
}

/// An account by its name, with its password's hash.
///
/// # Errors
/// [`DbError`]
pub async fn by_username(tx: &mut Tx, username: &str) -> Result<Option<(User, String)>, DbError> {
    let row: Option<Row> = on!(&mut *tx, |c| {
        sqlx::query_as(select!("WHERE username = $1")).bind(username).fetch_optional(c).await
    })?;
    let Some(row) = row else { return Ok(None) };
    let hash: String = on!(&mut *tx, |c| {
        sqlx::query_scalar("SELECT password_hash FROM users WHERE id = $1").bind(&row.id).fetch_one(c).await
    })?;
    let sites = sites_of(tx, &row.id).await?;
    Ok(Some((row.into_user(sites)?, hash)))
}

/// Every account, by name.
///
/// # Errors
/// [`DbError`]
pub async fn all(tx: &mut Tx) -> Result<Vec<User>, DbError> {
    let rows: Vec<Row> = on!(&mut *tx, |c| sqlx::query_as(select!("ORDER BY username")).fetch_all(c).await)?;
    let pairs: Vec<(String, String)> = on!(&mut *tx, |c| {
        sqlx::query_as("SELECT user_id, site_id FROM user_sites ORDER BY site_id").fetch_all(c).await
    })?;
    let mut sites: BTreeMap<String, Vec<SiteId>> = BTreeMap::new();
    for (user, site) in pairs {
        sites.entry(user).or_default().push(parse(&site, "site id")?);
    }
    rows.into_iter()
        .map(|row| {
            let sites = sites.remove(&row.id).unwrap_or_default();
            row.into_user(sites)
        })
        .collect()
}

/// Replaces the password's hash.
///
/// # Errors
/// [`DbError`]
pub async fn set_password(tx: &mut Tx, id: UserId, password_hash: &str) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query("UPDATE users SET password_hash = $1 WHERE id = $2")
            .bind(password_hash)
            .bind(id.to_string())
            .execute(c)
            .await
            .map(|_| ())
    })?;
    Ok(())
}

/// Lets an account sign in, or not any more.
///
/// # Errors
/// [`DbError`]
pub async fn set_standing(tx: &mut Tx, id: UserId, standing: Standing) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query("UPDATE users SET disabled = $1 WHERE id = $2")
            .bind(i64::from(standing == Standing::Disabled))
            .bind(id.to_string())
            .execute(c)
            .await
            .map(|_| ())
    })?;
    Ok(())
}
