//! Orders as the case's page and the technologist's page show them.

use std::collections::{BTreeMap, BTreeSet};

use super::desk::{Actor, Desk};
use super::view::protocol::ProtocolView;
use crate::db::users::{self, User};
use crate::db::{DbError, Tx, cases, protocols};
use crate::domain::identity::{CaseId, UserId};
use crate::domain::protocol::Order;
use crate::domain::time::Minutes;

/// How long a closed order stays on the technologist's page: a night's duty.
const CLOSED_SHOWN: Minutes = Minutes(12.0 * 60.0);

/// A case's orders, latest first.
///
/// # Errors
/// [`DbError`]
pub async fn protocols_of_case(desk: &Desk, case: CaseId) -> Result<Vec<ProtocolView>, DbError> {
    let mut tx = desk.db.read().await?;
    let orders = protocols::of_case(&mut tx, case).await?;
    shown(desk, &mut tx, orders).await
}

/// The orders of one's own sites: the open ones first, then the latest.
///
/// # Errors
/// [`DbError`]
pub async fn protocols_here(desk: &Desk, actor: &Actor) -> Result<Vec<ProtocolView>, DbError> {
    let since = desk.now() + Minutes(-CLOSED_SHOWN.0);
    let mut tx = desk.db.read().await?;
    let mut orders = Vec::new();
    for site in actor.user.sites.iter().collect::<BTreeSet<_>>() {
        orders.extend(protocols::of_site(&mut tx, site, since).await?);
    }
    orders.sort_by_key(|order| order.prescribed_at);
    let mut views = shown(desk, &mut tx, orders).await?;
    views.sort_by_key(|view| !view.open);
    Ok(views)
}

async fn shown(desk: &Desk, tx: &mut Tx, mut orders: Vec<Order>) -> Result<Vec<ProtocolView>, DbError> {
    orders.reverse();
    let people: BTreeMap<UserId, User> =
        users::all(tx).await?.into_iter().map(|user| (user.id, user)).collect();
    let mut views = Vec::with_capacity(orders.len());
    for order in orders {
        let Some(case) = cases::get(tx, order.case).await? else { continue };
        views.push(ProtocolView::of(&order, &case, &desk.region, &people));
    }
    Ok(views)
}

/// One order, as it stands.
///
/// # Errors
/// [`DbError`]
pub async fn view_protocol(desk: &Desk, order: Order) -> Result<Option<ProtocolView>, DbError> {
    let mut tx = desk.db.read().await?;
    Ok(shown(desk, &mut tx, vec![order]).await?.pop())
}
