//! A table of dated hours goes into the rota: all of it, or nothing with each wrong line named.

use std::collections::BTreeMap;

use super::calling::can_answer;
use super::desk::{Actor, Desk};
use super::edit_rota::EditError;
use crate::db::rota::{self, Kept};
use crate::db::{DbError, Tx, users};
use crate::domain::identity::SiteId;
use crate::domain::rota::Pool;
use crate::domain::rota::import::{Candidate, Change, Wrong, import};
use crate::interop::rota_table::read_table;

/// Why nothing was taken.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("{} lines are wrong", .0.len())]
    Lines(Vec<Wrong>),
    #[error(transparent)]
    Edit(#[from] EditError),
}

impl From<DbError> for ImportError {
    fn from(error: DbError) -> Self {
        Self::Edit(error.into())
    }
}

/// What a table would change, without changing it.
///
/// # Errors
/// [`ImportError`]
pub async fn preview_import(desk: &Desk, table: &str) -> Result<Vec<Change>, ImportError> {
    let mut tx = desk.db.read().await?;
    Ok(planned(desk, &mut tx, table).await?.into_iter().map(|(_, change)| change).collect())
}

/// Takes a table, in one transaction with the audit record of each pool that it changes.
///
/// # Errors
/// [`ImportError`]
pub async fn import_rota(desk: &Desk, actor: &Actor, table: &str) -> Result<Vec<Change>, ImportError> {
    let now = desk.now();
    let mut tx = desk.db.write().await?;
    let planned = planned(desk, &mut tx, table).await?;
    let mut names = Vec::new();
    for (kept, change) in planned.iter().filter(|(_, change)| change.added > 0) {
        let replaced = rota::replace(&mut tx, &change.pool, kept.version, actor.user.id, now).await?;
        replaced.ok_or(EditError::Outdated)?;
        names.push(change.pool.id.to_string());
    }
    let changes = planned.into_iter().map(|(_, change)| change).collect();
    if !names.is_empty() {
        desk.commit(tx, &[], &actor.record(now, "rota.import", Some(names.join(" ")))).await?;
    }
    Ok(changes)
}

async fn planned(desk: &Desk, tx: &mut Tx, table: &str) -> Result<Vec<(Kept, Change)>, ImportError> {
    let lines = read_table(table).map_err(ImportError::Lines)?;
    let kept = rota::all(tx).await?;
    let pools: Vec<Pool> = kept.iter().map(|kept| kept.pool.clone()).collect();
    let people = candidates(desk, tx).await?;
    let changes = import(&lines, &pools, &people).map_err(ImportError::Lines)?;
    let of = |change: Change| {
        let kept = kept.iter().find(|kept| kept.pool.id == change.pool.id)?;
        Some((kept.clone(), change))
    };
    Ok(changes.into_iter().filter_map(of).collect())
}

async fn candidates(desk: &Desk, tx: &mut Tx) -> Result<BTreeMap<String, Candidate>, DbError> {
    let sites: Vec<&SiteId> = desk.region.sites().iter().map(|site| &site.id).collect();
    let all = users::all(tx).await?.into_iter();
    let candidate = |user: users::User| {
        let answers = sites.iter().filter(|site| can_answer(&desk.region, &user, site));
        let answers = answers.map(|site| (*site).clone()).collect();
        (user.username, Candidate { id: user.id, answers })
    };
    Ok(all.map(candidate).collect())
}
