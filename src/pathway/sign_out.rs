//! A person ends their session.

use super::authenticate::Authenticated;
use super::desk::{Actor, Desk};
use crate::db::{DbError, sessions};

/// Ends the session; its token is worth nothing from here on.
///
/// # Errors
/// [`DbError`]
pub async fn sign_out(desk: &Desk, actor: &Actor, who: &Authenticated) -> Result<(), DbError> {
    let mut tx = desk.db.write().await?;
    sessions::delete(&mut tx, &who.session.digest).await?;
    desk.commit(tx, &[], &actor.record(desk.now(), "session.end", None)).await
}
