//! From a presented token to the person behind it, or nobody.

use super::desk::Desk;
use super::sign_in::SESSION_LIFE;
use crate::db::DbError;
use crate::db::sessions::{self, Kind, Session};
use crate::db::users::{self, Standing, User};
use crate::domain::time::{Minutes, Timestamp};
use crate::security::token::Token;

/// A login not used for so long has ended.
pub const IDLE_LIFE: Minutes = Minutes(60.0);
/// Its use is written down at most this often.
const TOUCH_EVERY: Minutes = Minutes(1.0);

/// A valid session and its holder.
#[derive(Debug, Clone)]
pub struct Authenticated {
    pub user: User,
    pub session: Session,
}

impl Authenticated {
    /// When the session ends, whatever happens; machines' tokens do not.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        match &self.session.kind {
            Kind::Login { expires_at, .. } => Some(*expires_at),
            Kind::Token => None,
        }
    }

    /// The secret that a browser sends beside its cookie; machines have none.
    #[must_use]
    pub fn csrf_token(&self) -> Option<&str> {
        match &self.session.kind {
            Kind::Login { csrf_token, .. } => Some(csrf_token),
            Kind::Token => None,
        }
    }
}

/// The person behind `token`, if it is a session that still runs of an account that may sign in.
///
/// # Errors
/// [`DbError`]
pub async fn authenticate(desk: &Desk, token: &Token) -> Result<Option<Authenticated>, DbError> {
    use_session(desk, &token.digest()).await
}

/// The same by the session's digest: for streams that stay open. A page that follows the queue is a use, for a
/// reader on call must not be signed out by a quiet night; the session still ends with the shift.
///
/// # Errors
/// [`DbError`]
pub async fn use_session(desk: &Desk, digest: &str) -> Result<Option<Authenticated>, DbError> {
    let found = session_of(desk, digest).await?;
    let now = desk.now();
    if let Some(Authenticated { session, .. }) = &found
        && now - session.last_seen_at >= TOUCH_EVERY
    {
        let mut tx = desk.db.write().await?;
        sessions::touch(&mut tx, digest, now).await?;
        tx.commit().await?;
    }
    Ok(found)
}

async fn session_of(desk: &Desk, digest: &str) -> Result<Option<Authenticated>, DbError> {
    let now = desk.now();
    let mut tx = desk.db.read().await?;
    let Some(session) = sessions::get(&mut tx, digest).await? else { return Ok(None) };
    if !runs(&session, now) {
        return Ok(None);
    }
    let user = users::get(&mut tx, session.user).await?;
    Ok(user.filter(|user| user.standing == Standing::Active).map(|user| Authenticated { user, session }))
}

fn runs(session: &Session, now: Timestamp) -> bool {
    match session.kind {
        Kind::Token => true,
        Kind::Login { expires_at, .. } => {
            now < expires_at
                && now - session.last_seen_at < IDLE_LIFE
                && now - session.created_at < SESSION_LIFE
        }
    }
}
