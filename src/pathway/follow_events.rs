//! What happened after a place in the order of events, as far as a person sees it.

use super::desk::Desk;
use super::visibility::Sight;
use crate::db::DbError;
use crate::db::events::{self, Event, EventKind};
use crate::domain::identity::Role;

/// Read at a time.
const PAGE: u32 = 500;

/// A page of events.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Those that the person sees, in order.
    pub events: Vec<Event>,
    /// Up to where the page looked.
    pub last: i64,
    /// Whether there may be more to read at once.
    pub full: bool,
}

/// The next page after `seq`.
///
/// # Errors
/// [`DbError`]
pub async fn follow_events(desk: &Desk, sight: &Sight, role: Role, seq: i64) -> Result<Page, DbError> {
    let mut tx = desk.db.read().await?;
    let page = events::after(&mut tx, seq, PAGE).await?;
    let last = page.last().map_or(seq, |event| event.seq);
    let full = page.len() >= PAGE as usize;
    let events = page.into_iter().filter(|event| is_seen(event, sight, role)).collect();
    Ok(Page { events, last, full })
}

/// The place of the last event.
///
/// # Errors
/// [`DbError`]
pub async fn last_event(desk: &Desk) -> Result<i64, DbError> {
    let mut tx = desk.db.read().await?;
    events::last(&mut tx).await
}

fn is_seen(event: &Event, sight: &Sight, role: Role) -> bool {
    if matches!(event.kind, EventKind::ConflictKept | EventKind::ModelAlarm) {
        return role == Role::Admin;
    }
    match (&event.case, &event.site) {
        (Some(_), Some(site)) => sight.sees(site),
        (None, Some(site)) => sight.sees_unassigned(site),
        (_, None) => false,
    }
}
