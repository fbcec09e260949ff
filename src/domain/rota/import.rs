//! Dated hours from a table, as hospitals keep their rotas: read whole or not at all, each wrong line named.
//!
//! Hours are by the clocks of the line's zone, or of the pool's where it names none; they are kept by the pool's.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::DateTime;

use super::{Exception, Level, Pool, Zone};
use crate::domain::identity::{SiteId, UserId};

/// Longest duty taken, days: a longer one is a date mistyped.
pub const LONGEST_DAYS: i64 = 31;

/// The columns, in any order; `zone` may be left out.
pub const COLUMNS: [&str; 6] = ["pool", "level", "person", "from", "to", "zone"];

/// A line as it stands in the table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// In the file, from 1.
    pub number: u64,
    pub pool: String,
    pub level: String,
    /// The account's name.
    pub person: String,
    pub from: String,
    pub to: String,
    pub zone: String,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// Not a table: a quote that does not close, or other columns than the first line has.
    Unreadable,
    /// The first line has no column of this name.
    NoColumn(&'static str),
    NoPool,
    NoLevel,
    /// No account of this name.
    NoPerson,
    /// Not a reader in service who sees the cases of this site of the pool.
    CannotAnswer(SiteId),
    NoFrom,
    NoTo,
    NoZone,
    Backwards,
    TooLong,
    /// The pool's clocks show this hour twice, and the second time is meant.
    Twofold,
    /// The same person for the same hours as on an earlier line.
    Repeats(u64),
    /// Other hours that an earlier line gives the level.
    Overlaps(u64),
    /// Other hours that an exception of the pool gives the level already.
    OverlapsKept {
        from: DateTime,
        to: DateTime,
    },
    /// The pool would have too many exceptions.
    TooMany,
}

/// A wrong line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    pub line: u64,
    pub problem: Problem,
}

/// An account that may stand in a table, and the sites for which it can answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub id: UserId,
    pub answers: BTreeSet<SiteId>,
}

/// A pool as it would be, and what of the table is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub pool: Pool,
    /// Lines that add someone.
    pub added: usize,
    /// Lines that were there already.
    pub already: usize,
}

/// A line that makes sense by itself.
struct Entry {
    line: u64,
    level: Level,
    person: UserId,
    from: DateTime,
    to: DateTime,
}

/// The pools with the table's lines as further exceptions. Lines of one level with the same hours are people together;
/// a table that was taken before changes nothing.
///
/// # Errors
/// Every wrong line, in order.
pub fn import(
    lines: &[Line],
    pools: &[Pool],
    people: &BTreeMap<String, Candidate>,
) -> Result<Vec<Change>, Vec<Wrong>> {
    let mut wrong = Vec::new();
    let mut entries: BTreeMap<&SiteId, Vec<Entry>> = BTreeMap::new();
    for line in lines {
        match entry(line, pools, people) {
            Ok((pool, entry)) => entries.entry(&pool.id).or_default().push(entry),
            Err(problem) => wrong.push(Wrong { line: line.number, problem }),
        }
    }
    let mut changes = Vec::new();
    for pool in pools {
        let Some(entries) = entries.remove(&pool.id) else { continue };
        let before = wrong.len();
        wrong.extend(clashes(&entries, &pool.exceptions));
        if wrong.len() > before {
            continue;
        }
        let last = entries.last().map_or(0, |entry| entry.line);
        let change = changed(pool, entries);
        if change.pool.check().is_err() {
            wrong.push(Wrong { line: last, problem: Problem::TooMany });
        }
        changes.push(change);
    }
    wrong.sort_by_key(|wrong| wrong.line);
    if wrong.is_empty() { Ok(changes) } else { Err(wrong) }
}

fn entry<'a>(
    line: &Line,
    pools: &'a [Pool],
    people: &BTreeMap<String, Candidate>,
) -> Result<(&'a Pool, Entry), Problem> {
    let pool = pools.iter().find(|pool| pool.id.as_str() == line.pool).ok_or(Problem::NoPool)?;
    let level = line.level.parse::<u8>().ok().and_then(|level| Level::try_from(level).ok());
    let level = level.ok_or(Problem::NoLevel)?;
    let person = people.get(&line.person).ok_or(Problem::NoPerson)?;
    if let Some(site) = pool.sites.difference(&person.answers).next() {
        return Err(Problem::CannotAnswer(site.clone()));
    }
    let zone = match line.zone.as_str() {
        "" => pool.zone.clone(),
        name => name.parse().map_err(|_| Problem::NoZone)?,
    };
    let read = |text: &str, problem: Problem| text.parse::<DateTime>().map_err(|_| problem);
    let from = by_the_pool_s_clocks(read(&line.from, Problem::NoFrom)?, &zone, &pool.zone)?;
    let to = by_the_pool_s_clocks(read(&line.to, Problem::NoTo)?, &zone, &pool.zone)?;
    if to <= from {
        return Err(Problem::Backwards);
    }
    if to.duration_since(from).as_hours() > LONGEST_DAYS * 24 {
        return Err(Problem::TooLong);
    }
    Ok((pool, Entry { line: line.number, level, person: person.id, from, to }))
}

/// What the pool's clocks show when the line's show `hour`.
fn by_the_pool_s_clocks(hour: DateTime, from: &Zone, to: &Zone) -> Result<DateTime, Problem> {
    if from == to {
        return Ok(hour);
    }
    let moment = from.moment(hour).ok_or(Problem::TooLong)?;
    let shown = to.clocks(moment);
    if to.moment(shown) == Some(moment) { Ok(shown) } else { Err(Problem::Twofold) }
}

/// Lines that repeat another, and hours that overlap others of their level without being the same.
fn clashes(entries: &[Entry], kept: &[Exception]) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    for (place, entry) in entries.iter().enumerate() {
        let Entry { line, level, person, from, to } = entry;
        let meets = |of: Level, start: DateTime, end: DateTime| {
            of == *level && start < *to && *from < end && (start, end) != (*from, *to)
        };
        let earlier = entries.iter().take(place);
        let same = |other: &&Entry| {
            (other.level, other.person, other.from, other.to) == (*level, *person, *from, *to)
        };
        let repeated = earlier.clone().find(same).map(|other| Problem::Repeats(other.line));
        let overlapped = earlier
            .clone()
            .find(|other| meets(other.level, other.from, other.to))
            .map(|other| Problem::Overlaps(other.line));
        let overlaps_kept = kept
            .iter()
            .find(|kept| meets(kept.level, kept.from, kept.to))
            .map(|kept| Problem::OverlapsKept { from: kept.from, to: kept.to });
        let problem = repeated.or(overlapped).or(overlaps_kept);
        wrong.extend(problem.map(|problem| Wrong { line: *line, problem }));
    }
    wrong
}

fn changed(pool: &Pool, entries: Vec<Entry>) -> Change {
    let mut change = Change { pool: pool.clone(), added: 0, already: 0 };
    let kept = &mut change.pool.exceptions;
    for Entry { level, person, from, to, .. } in entries {
        let same = |one: &&mut Exception| (one.level, one.from, one.to) == (level, from, to);
        let is_new = match kept.iter_mut().find(same) {
            Some(exception) => exception.people.insert(person),
            None => {
                kept.push(Exception { level, from, to, people: [person].into(), note: String::new() });
                true
            }
        };
        if is_new {
            change.added += 1;
        } else {
            change.already += 1;
        }
    }
    change
}

#[cfg(test)]
mod tests;
