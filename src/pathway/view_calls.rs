//! A case's calls, with what became of each person's notice.

use std::collections::BTreeMap;

use super::calling::reach;
use super::desk::Desk;
use super::view::calls::{CallView, CaseCalls};
use crate::db::users::{self, User};
use crate::db::{DbError, calls, notices};
use crate::domain::alerting::Reach;
use crate::domain::identity::{CaseId, UserId};

/// Every call of a case, in order.
///
/// # Errors
/// [`DbError`]
pub async fn view_calls(desk: &Desk, case: CaseId) -> Result<CaseCalls, DbError> {
    let now = desk.now();
    let mut tx = desk.db.read().await?;
    let notices = notices::of_case(&mut tx, case).await?;
    let people: BTreeMap<UserId, User> =
        users::all(&mut tx).await?.into_iter().map(|user| (user.id, user)).collect();
    let (mut views, mut alerts) = (Vec::new(), 0);
    for (id, call) in calls::of_case(&mut tx, case).await? {
        alerts += call.called.len();
        let reach = match call.due_at() {
            Some(_) => reach(&mut tx, &desk.region, &call, now).await?,
            None => Reach::default(),
        };
        views.push(CallView::of(id, &call, &reach, &notices, &people, &desk.region));
    }
    Ok(CaseCalls { alerts, calls: views })
}
