//! Accounts: added, listed, disabled, given a password or a machine's token. By an administrator, in the web
//! application or at the command line of the server.

use super::desk::{Actor, Desk};
use super::record::Record;
use crate::db::DbError;
use crate::db::sessions::{self, Kind, Session};
use crate::db::users::{self, Standing, User};
use crate::domain::identity::{Role, SiteId, UserId};
use crate::domain::time::Timestamp;
use crate::security::password::{self, PasswordError};
use crate::security::token::Token;

/// An account to add.
#[derive(Clone)]
pub struct NewUser {
    pub username: String,
    pub display_name: String,
    pub role: Role,
    pub sites: Vec<SiteId>,
    pub password: String,
}

impl std::fmt::Debug for NewUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewUser")
            .field("role", &self.role)
            .field("sites", &self.sites)
            .finish_non_exhaustive()
    }
}

/// Who manages: a signed-in administrator, or whoever holds the server's own command line.
#[derive(Debug, Clone, Copy)]
pub enum Manager<'a> {
    Person(&'a Actor),
    CommandLine,
}

impl Manager<'_> {
    fn record(self, at: Timestamp, action: &str, subject: UserId) -> Record {
        self.record_of(at, action, subject.to_string())
    }

    /// The audit record of what they did to `subject`.
    pub(super) fn record_of(self, at: Timestamp, action: &str, subject: String) -> Record {
        let subject = Some(subject);
        match self {
            Self::Person(actor) => actor.record(at, action, subject),
            Self::CommandLine => Record::of_the_program(at, action, subject),
        }
    }
}

/// Why an account was left as it was.
#[derive(Debug, thiserror::Error)]
pub enum ManageError {
    #[error("a user name has 1 to 64 of a–z, 0–9, '.', '_' and '-'")]
    Name,
    #[error("a display name has 1 to 128 characters")]
    DisplayName,
    #[error("the region has no site '{0}'")]
    UnknownSite(SiteId),
    #[error("the user name is taken")]
    Taken,
    #[error("no such user")]
    Unknown,
    #[error(transparent)]
    Password(#[from] PasswordError),
    #[error("the password's hashing was interrupted")]
    Interrupted(#[from] tokio::task::JoinError),
    #[error(transparent)]
    Db(#[from] DbError),
}

async fn hashed(password: String) -> Result<String, ManageError> {
    Ok(tokio::task::spawn_blocking(move || password::hash(&password)).await??)
}

fn check(desk: &Desk, new: &NewUser) -> Result<(), ManageError> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-');
    if !(1..=64).contains(&new.username.len()) || !new.username.bytes().all(allowed) {
        return Err(ManageError::Name);
    }
    let shown = new.display_name.chars();
    if !(1..=128).contains(&shown.clone().count()) || shown.clone().any(char::is_control) {
        return Err(ManageError::DisplayName);
    }
    match new.sites.iter().find(|site| desk.region.site(site).is_none()) {
        Some(site) => Err(ManageError::UnknownSite(site.clone())),
        None => Ok(()),
    }
}

/// Adds an account.
///
/// # Errors
/// [`ManageError`]
pub async fn add_user(desk: &Desk, manager: Manager<'_>, new: NewUser) -> Result<User, ManageError> {
    check(desk, &new)?;
    let now = desk.now();
    let NewUser { username, display_name, role, sites, password } = new;
    let hash = hashed(password).await?;
    let user = User {
        id: UserId(uuid::Uuid::new_v4()),
        username,
        display_name,
        role,
        sites,
        standing: Standing::Active,
        created_at: now,
    };
    let mut tx = desk.db.write().await?;
    match users::insert(&mut tx, &user, &hash).await {
        Err(error) if error.is_unique_violation() => return Err(ManageError::Taken),
        outcome => outcome?,
    }
    desk.commit(tx, &[], &manager.record(now, "user.add", user.id)).await?;
    Ok(user)
}

/// Every account, by name.
///
/// # Errors
/// [`DbError`]
pub async fn list_users(desk: &Desk) -> Result<Vec<User>, DbError> {
    let mut tx = desk.db.read().await?;
    users::all(&mut tx).await
}

async fn by_name(desk: &Desk, username: &str) -> Result<User, ManageError> {
    let mut tx = desk.db.read().await?;
    Ok(users::by_username(&mut tx, username).await?.ok_or(ManageError::Unknown)?.0)
}

/// Lets nobody sign in with this account any more, and ends its sessions and tokens.
///
/// # Errors
/// [`ManageError`]
pub async fn disable_user(desk: &Desk, manager: Manager<'_>, username: &str) -> Result<(), ManageError> {
    let user = by_name(desk, username).await?;
    let mut tx = desk.db.write().await?;
    users::set_standing(&mut tx, user.id, Standing::Disabled).await?;
    sessions::delete_of(&mut tx, user.id).await?;
    Ok(desk.commit(tx, &[], &manager.record(desk.now(), "user.disable", user.id)).await?)
}

/// Gives an account a new password, and ends its sessions and tokens.
///
/// # Errors
/// [`ManageError`]
pub async fn set_password(
    desk: &Desk,
    manager: Manager<'_>,
    username: &str,
    password: String,
) -> Result<(), ManageError> {
    let user = by_name(desk, username).await?;
    let hash = hashed(password).await?;
    let mut tx = desk.db.write().await?;
    users::set_password(&mut tx, user.id, &hash).await?;
    sessions::delete_of(&mut tx, user.id).await?;
    Ok(desk.commit(tx, &[], &manager.record(desk.now(), "user.password", user.id)).await?)
}

/// A new token for a machine that acts as this account. It is shown once and lives until the account's password
/// is set again or the account disabled.
///
/// # Errors
/// [`ManageError`]
pub async fn issue_token(desk: &Desk, manager: Manager<'_>, username: &str) -> Result<Token, ManageError> {
    let user = by_name(desk, username).await?;
    if user.standing == Standing::Disabled {
        return Err(ManageError::Unknown);
    }
    let (token, now) = (Token::random(), desk.now());
    let session = Session {
        digest: token.digest(),
        user: user.id,
        kind: Kind::Token,
        created_at: now,
        last_seen_at: now,
    };
    let mut tx = desk.db.write().await?;
    sessions::insert(&mut tx, &session).await?;
    desk.commit(tx, &[], &manager.record(now, "user.token", user.id)).await?;
    Ok(token)
}
