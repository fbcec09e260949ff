//! Who is on call: now for a site and a need, with the reason; and for a week, with its gaps.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

use super::desk::Desk;
use super::view::SiteName;
use super::view::rota::{
    DutyView, ExceptionView, OnCallView, PoolView, RotaPerson, RotaView, RungView, SegmentView, ShiftView,
};
use crate::db::DbError;
use crate::db::rota::{self, Kept};
use crate::db::users::{self, Standing, User};
use crate::domain::identity::{Action, SiteId, UserId};
use crate::domain::rota::{OnCall, Pool, Rung, Segment, Shift, Specialty, Zone};
use crate::domain::time::Timestamp;
use crate::domain::wording::{self, Text};

type People = BTreeMap<UserId, User>;

/// Who is on call at the moment for `site` and `need`.
///
/// # Errors
/// [`DbError`]
pub async fn who_is_on_call(desk: &Desk, site: &SiteId, need: Specialty) -> Result<OnCallView, DbError> {
    let now = desk.now();
    let mut tx = desk.db.read().await?;
    let rota = rota::rota(&mut tx).await?;
    let people = everybody(users::all(&mut tx).await?);
    drop(tx);
    let found = rota.on_call(site, need, now);
    let site = SiteName::of(site, &desk.region);
    let sentence = sentence(&found, &site.name, need, &people);
    let rungs = found.rungs.iter().map(|rung| rung_view(rung, &people)).collect();
    Ok(OnCallView { at: now, site, need, rungs, sentence })
}

/// The week that begins on the Monday of `day`, or of today; by each pool's own clocks.
///
/// # Errors
/// [`DbError`]
pub async fn week(desk: &Desk, day: Option<Date>) -> Result<RotaView, DbError> {
    let now = desk.now();
    let mut tx = desk.db.read().await?;
    let kept = rota::all(&mut tx).await?;
    let people = everybody(users::all(&mut tx).await?);
    drop(tx);
    let today = |kept: Option<&Kept>| match kept {
        Some(kept) => kept.pool.zone.clocks(now).date(),
        None => now.to_jiff().to_zoned(jiff::tz::TimeZone::UTC).date(),
    };
    let monday = monday_of(day.unwrap_or_else(|| today(kept.first())));
    let readers = people.values().filter(|user| {
        user.standing == Standing::Active && user.role.may(Action::ClaimCase) && !user.sites.is_empty()
    });
    Ok(RotaView {
        week: monday,
        pools: kept.iter().filter_map(|kept| pool_view(desk, kept, monday, &people)).collect(),
        people: readers.map(|user| person(user.id, &people)).collect(),
    })
}

fn everybody(all: Vec<User>) -> People {
    all.into_iter().map(|user| (user.id, user)).collect()
}

/// The calendar's very first days have no Monday before them.
fn monday_of(day: Date) -> Date {
    let since = i32::from(day.weekday().to_monday_zero_offset());
    day.checked_sub(since.days()).unwrap_or(day)
}

fn person(id: UserId, people: &People) -> RotaPerson {
    let user = people.get(&id);
    RotaPerson {
        user_id: id,
        display_name: user.map(|user| user.display_name.clone()).unwrap_or_default(),
        role: user.map(|user| user.role),
    }
}

fn rung_view(rung: &Rung<'_>, people: &People) -> RungView {
    let duties = rung.duties.iter().map(|duty| DutyView {
        person: person(duty.person, people),
        until: duty.until,
        reason: wording::duty_reason(rung.pool, rung.level, duty),
    });
    RungView {
        pool: rung.pool.id.clone(),
        pool_name: rung.pool.name.clone(),
        level: rung.level,
        people: duties.collect(),
    }
}

fn sentence(found: &OnCall<'_>, site: &str, need: Specialty, people: &People) -> Text {
    let first = found.rungs.iter().find_map(|rung| rung.duties.first().map(|duty| (rung, duty)));
    let Some((rung, duty)) = first else {
        return wording::absence(site, need, found.rungs.len());
    };
    let name = person(duty.person, people).display_name;
    let why = wording::duty_reason(rung.pool, rung.level, duty);
    Text::new(format!("{name} : {}", why.fr), format!("{name}: {}", why.en))
}

/// `None` only at the calendar's ends.
fn pool_view(desk: &Desk, kept: &Kept, monday: Date, people: &People) -> Option<PoolView> {
    let pool = &kept.pool;
    let (from, to) = week_of(&pool.zone, monday)?;
    let segment = |segment: Segment| SegmentView {
        gap: segment.people.is_empty().then(|| wording::gap(pool, &segment)),
        level: segment.level,
        from: segment.from,
        to: segment.to,
        people: segment.people.iter().map(|id| person(*id, people)).collect(),
    };
    Some(PoolView {
        id: pool.id.clone(),
        name: pool.name.clone(),
        specialty: pool.specialty,
        sites: pool.sites.iter().map(|site| SiteName::of(site, &desk.region)).collect(),
        zone: pool.zone.name().to_owned(),
        version: kept.version,
        from,
        to,
        segments: pool.segments(from, to).into_iter().map(segment).collect(),
        shifts: pool.shifts.iter().map(shift_view).collect(),
        exceptions: exceptions(pool),
    })
}

fn week_of(zone: &Zone, monday: Date) -> Option<(Timestamp, Timestamp)> {
    let next = monday.checked_add(7.days()).ok()?;
    let midnight = |day: Date| zone.moment(day.at(0, 0, 0, 0));
    Some((midnight(monday)?, midnight(next)?))
}

fn shift_view(shift: &Shift) -> ShiftView {
    ShiftView {
        level: shift.level,
        person: shift.person,
        days: shift.days.iter().copied().collect(),
        from: shift.from,
        to: shift.to,
    }
}

fn exceptions(pool: &Pool) -> Vec<ExceptionView> {
    let view = |exception: &crate::domain::rota::Exception| ExceptionView {
        level: exception.level,
        from: exception.from,
        to: exception.to,
        people: exception.people.iter().copied().collect(),
        note: exception.note.clone(),
    };
    pool.exceptions.iter().map(view).collect()
}
