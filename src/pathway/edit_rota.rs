//! An administrator changes the rota, pool by pool. Who edits says which version they saw: two edits never mix.

use super::calling::can_answer;
use super::desk::{Actor, Desk};
use super::manage_users::Manager;
use crate::db::{DbError, Tx, rota, users};
use crate::domain::identity::{SiteId, UserId};
use crate::domain::rota::{Pool, RotaError};

/// Why the rota stayed as it was.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    #[error(transparent)]
    Rota(#[from] RotaError),
    #[error("the region has no site '{0}'")]
    UnknownSite(SiteId),
    #[error("{person} cannot answer for {site}: not a reader in service who sees its cases")]
    CannotAnswer { person: String, site: SiteId },
    #[error("the pool was changed by someone else since it was read, or is no longer there")]
    Outdated,
    #[error("a pool of this name is there already")]
    Taken,
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Adds a pool after the others.
///
/// # Errors
/// [`EditError`]
pub async fn add_pool(desk: &Desk, manager: Manager<'_>, pool: &Pool) -> Result<(), EditError> {
    let now = desk.now();
    let mut tx = desk.db.write().await?;
    check(desk, &mut tx, pool).await?;
    let by = match manager {
        Manager::Person(actor) => Some(actor.user.id),
        Manager::CommandLine => None,
    };
    match rota::insert(&mut tx, pool, by, now).await {
        Err(error) if error.is_unique_violation() => return Err(EditError::Taken),
        outcome => outcome?,
    }
    let record = manager.record_of(now, "rota.add", pool.id.to_string());
    Ok(desk.commit(tx, &[], &record).await?)
}

/// Replaces a pool. Returns its new version.
///
/// # Errors
/// [`EditError`]
pub async fn change_pool(desk: &Desk, actor: &Actor, pool: &Pool, seen: i64) -> Result<i64, EditError> {
    let now = desk.now();
    let mut tx = desk.db.write().await?;
    check(desk, &mut tx, pool).await?;
    let replaced = rota::replace(&mut tx, pool, seen, actor.user.id, now).await?;
    let version = replaced.ok_or(EditError::Outdated)?;
    desk.commit(tx, &[], &actor.record(now, "rota.change", Some(pool.id.to_string()))).await?;
    Ok(version)
}

/// Removes a pool.
///
/// # Errors
/// [`EditError`]
pub async fn remove_pool(desk: &Desk, actor: &Actor, id: &SiteId, seen: i64) -> Result<(), EditError> {
    let now = desk.now();
    let mut tx = desk.db.write().await?;
    if !rota::remove(&mut tx, id, seen).await? {
        return Err(EditError::Outdated);
    }
    Ok(desk.commit(tx, &[], &actor.record(now, "rota.remove", Some(id.to_string()))).await?)
}

/// The pool by itself, then against the region and its people.
async fn check(desk: &Desk, tx: &mut Tx, pool: &Pool) -> Result<(), EditError> {
    pool.check()?;
    if let Some(site) = pool.sites.iter().find(|site| desk.region.site(site).is_none()) {
        return Err(EditError::UnknownSite(site.clone()));
    }
    let known = users::all(tx).await?;
    let weekly = pool.shifts.iter().map(|shift| shift.person);
    let dated = pool.exceptions.iter().flat_map(|exception| exception.people.iter().copied());
    for person in weekly.chain(dated) {
        let user = known.iter().find(|user| user.id == person);
        let cannot = |site: &&SiteId| !user.is_some_and(|user| can_answer(&desk.region, user, site));
        if let Some(site) = pool.sites.iter().find(cannot) {
            let person = user.map_or_else(|| short(person), |user| user.display_name.clone());
            return Err(EditError::CannotAnswer { person, site: site.clone() });
        }
    }
    Ok(())
}

fn short(person: UserId) -> String {
    person.to_string().chars().take(8).collect()
}
