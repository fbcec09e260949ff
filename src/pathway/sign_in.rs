//! A person signs in with name and password, and gets a session; too many wrong passwords make them wait.

use std::net::IpAddr;

use super::desk::{Actor, Desk};
use super::record::{Outcome, Record};
use crate::db::sessions::{self, Kind, Session};
use crate::db::users::{self, Standing, User};
use crate::db::{DbError, Tx};
use crate::domain::time::{Minutes, Timestamp};
use crate::security::throttle::{self, Counted, Failures};
use crate::security::{password, token::Token};

/// A login ends after this, whatever happens: one long shift.
pub const SESSION_LIFE: Minutes = Minutes(12.0 * 60.0);
/// Failed logins of others older than this are cleared when someone signs in.
const FAILURES_KEPT: Minutes = Minutes(60.0);
/// Longest account name taken from the wire.
const NAME_LENGTH: usize = 64;

/// Name and password as presented.
#[derive(Clone)]
pub struct Credentials {
    pub username: String,
    pub password: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(…)")
    }
}

/// A session just begun: the one time its token is known.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub token: Token,
    pub csrf_token: String,
    pub expires_at: Timestamp,
    pub user: User,
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    #[error("wrong name or password")]
    Wrong,
    #[error("too many failed logins")]
    Throttled { wait: Minutes },
    #[error("the password's check was interrupted")]
    Interrupted(#[from] tokio::task::JoinError),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Signs a person in.
///
/// # Errors
/// [`SignInError`]; a wrong name and a wrong password are one answer.
pub async fn sign_in(
    desk: &Desk,
    credentials: Credentials,
    from: Option<IpAddr>,
) -> Result<SignedIn, SignInError> {
    let now = desk.now();
    let Credentials { username, password } = credentials;
    let username = username.trim().to_owned();
    let mut tx = desk.db.read().await?;
    let subjects = Subjects::of(&username, from);
    if let Some(wait) = subjects.wait(&mut tx, now).await? {
        return Err(SignInError::Throttled { wait });
    }
    let known =
        if username.len() <= NAME_LENGTH { users::by_username(&mut tx, &username).await? } else { None };
    drop(tx);

    let active = known.filter(|(user, _)| user.standing == Standing::Active);
    let (user, hash) = active.map_or((None, None), |(user, hash)| (Some(user), Some(hash)));
    let right = tokio::task::spawn_blocking(move || password::verify(&password, hash.as_deref())).await?;
    match user.filter(|_| right) {
        Some(user) => begin(desk, user, &subjects, from, now).await,
        None => {
            refuse(desk, &subjects, from, now).await?;
            Err(SignInError::Wrong)
        }
    }
}

async fn begin(
    desk: &Desk,
    user: User,
    subjects: &Subjects,
    from: Option<IpAddr>,
    now: Timestamp,
) -> Result<SignedIn, SignInError> {
    let (token, csrf_token) = (Token::random(), Token::random().reveal().to_owned());
    let expires_at = now + SESSION_LIFE;
    let session = Session {
        digest: token.digest(),
        user: user.id,
        kind: Kind::Login { csrf_token: csrf_token.clone(), expires_at },
        created_at: now,
        last_seen_at: now,
    };
    let mut tx = desk.db.write().await?;
    sessions::delete_expired(&mut tx, now).await?;
    sessions::clear_login_failures(&mut tx, &subjects.account, now + Minutes(-FAILURES_KEPT.0)).await?;
    sessions::insert(&mut tx, &session).await?;
    let actor = Actor { user, from };
    desk.commit(tx, &[], &actor.record(now, "session.begin", None)).await?;
    Ok(SignedIn { token, csrf_token, expires_at, user: actor.user })
}

/// Counts the failure and records it; the account's name is not in the record, for it may be a password typed in
/// the wrong field.
async fn refuse(
    desk: &Desk,
    subjects: &Subjects,
    from: Option<IpAddr>,
    now: Timestamp,
) -> Result<(), DbError> {
    let mut tx = desk.db.write().await?;
    for (_, subject) in subjects.counted() {
        let before = failures(&mut tx, subject).await?;
        let Failures { count, last_at } = throttle::failed(before, now);
        sessions::set_login_failures(&mut tx, subject, count, last_at).await?;
    }
    let record = Record {
        action: "session.begin".to_owned(),
        at: now,
        from,
        outcome: Outcome::Denied,
        role: None,
        subject: None,
        user: None,
    };
    desk.commit(tx, &[], &record).await
}

async fn failures(tx: &mut Tx, subject: &str) -> Result<Option<Failures>, DbError> {
    let kept = sessions::login_failures(tx, subject).await?;
    Ok(kept.map(|(count, last_at)| Failures { count, last_at }))
}

/// What a login's failures are counted against.
struct Subjects {
    /// By its hash's start: names typed wrongly may be secrets.
    account: String,
    address: Option<String>,
}

impl Subjects {
    fn of(username: &str, from: Option<IpAddr>) -> Self {
        let digest = Token::presented(username).digest();
        Self {
            account: format!("account:{}", &digest[..32]),
            address: from.map(|address| format!("address:{address}")),
        }
    }

    fn counted(&self) -> impl Iterator<Item = (Counted, &str)> {
        let account = std::iter::once((Counted::Account, self.account.as_str()));
        account.chain(self.address.as_deref().map(|address| (Counted::Address, address)))
    }

    /// The longest wait that still applies.
    async fn wait(&self, tx: &mut Tx, now: Timestamp) -> Result<Option<Minutes>, DbError> {
        let mut longest: Option<Minutes> = None;
        for (counted, subject) in self.counted() {
            if let Some(wait) = throttle::wait(counted, failures(tx, subject).await?, now) {
                longest = Some(longest.map_or(wait, |l| l.max(wait)));
            }
        }
        Ok(longest)
    }
}
