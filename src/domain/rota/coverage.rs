//! Who holds which level when.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};

use super::{Day, Exception, Level, Pool, Rota, Shift, Specialty};
use crate::domain::identity::{SiteId, UserId};
use crate::domain::time::Timestamp;

/// Why a person is on call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// A weekly shift.
    Weekly { days: BTreeSet<Day>, from: Time, to: Time },
    /// A dated exception.
    Dated { from: DateTime, to: DateTime, note: String },
}

/// A person on call, and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    pub person: UserId,
    pub until: Timestamp,
    pub why: Why,
}

/// A level of a pool, and who holds it: nobody is a gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rung<'a> {
    pub pool: &'a Pool,
    pub level: Level,
    pub duties: Vec<Duty>,
}

/// Whom to call for a site and a need, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnCall<'a> {
    /// Every level of every pool that answers, those that nobody holds too; empty when no pool answers.
    pub rungs: Vec<Rung<'a>>,
}

/// A stretch of time in which one level of a pool is held by the same people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    pub level: Level,
    pub from: Timestamp,
    pub to: Timestamp,
    /// Nobody is a gap.
    pub people: BTreeSet<UserId>,
}

impl OnCall<'_> {
    /// The people to call, by steps; a step without anyone is left out.
    #[must_use]
    pub fn ladder(&self) -> Vec<Vec<UserId>> {
        let people = |rung: &Rung<'_>| rung.duties.iter().map(|duty| duty.person).collect::<Vec<_>>();
        self.rungs.iter().map(people).filter(|people| !people.is_empty()).collect()
    }
}

impl Rota {
    /// Who is on call at `at` for `site` and `need`.
    #[must_use]
    pub fn on_call(&self, site: &SiteId, need: Specialty, at: Timestamp) -> OnCall<'_> {
        let answering =
            self.pools().iter().filter(|pool| pool.specialty == need && pool.sites.contains(site));
        let rungs = answering.flat_map(|pool| {
            let rung = move |level| Rung { pool, level, duties: pool.duties(level, at) };
            pool.levels().into_iter().map(rung)
        });
        OnCall { rungs: rungs.collect() }
    }
}

impl Rota {
    /// Who reads now for any of `sites`: of each pool of readers, the first level that someone holds; who stands behind
    /// is called only where these fail. `None` where no such pool serves them.
    #[must_use]
    pub fn readers_now(&self, sites: &BTreeSet<SiteId>, at: Timestamp) -> Option<BTreeSet<UserId>> {
        let reads = |pool: &&Pool| matches!(pool.specialty, Specialty::Neurologist | Specialty::Radiologist);
        let mut serving =
            self.pools().iter().filter(reads).filter(|pool| !pool.sites.is_disjoint(sites)).peekable();
        serving.peek()?;
        let first = |pool: &Pool| {
            let mut held = pool.levels().into_iter().map(|level| pool.duties(level, at));
            held.find(|duties| !duties.is_empty()).unwrap_or_default()
        };
        Some(serving.flat_map(first).map(|duty| duty.person).collect())
    }
}

impl Pool {
    /// Who holds `level` at `at`, in the rota's order.
    #[must_use]
    pub fn duties(&self, level: Level, at: Timestamp) -> Vec<Duty> {
        let dated: Vec<_> = self.dated(level).collect();
        if let Some((_, to, exception)) = dated.iter().find(|(from, to, _)| *from <= at && at < *to) {
            let why = Why::Dated { from: exception.from, to: exception.to, note: exception.note.clone() };
            let duty = |person: &UserId| Duty { person: *person, until: *to, why: why.clone() };
            return exception.people.iter().map(duty).collect();
        }
        let next_exception = dated.iter().map(|(from, ..)| *from).filter(|from| *from > at).min();
        let mut duties: Vec<Duty> = Vec::new();
        for shift in self.shifts.iter().filter(|shift| shift.level == level) {
            let Some(end) = self.held_until(shift, at) else { continue };
            let until = next_exception.map_or(end, |next| end.min(next));
            // Two shifts of one person that overlap are one duty.
            match duties.iter_mut().find(|duty| duty.person == shift.person) {
                Some(duty) => duty.until = duty.until.max(until),
                None => {
                    let Shift { days, from, to, .. } = shift.clone();
                    duties.push(Duty { person: shift.person, until, why: Why::Weekly { days, from, to } });
                }
            }
        }
        duties
    }

    /// Who holds each level from `from` to `to`: without overlap, in order, every gap named.
    #[must_use]
    pub fn segments(&self, from: Timestamp, to: Timestamp) -> Vec<Segment> {
        let mut segments: Vec<Segment> = Vec::new();
        for level in self.levels() {
            let mut at = from;
            for next in self.changes(level, from, to).into_iter().chain([to]) {
                let people: BTreeSet<UserId> =
                    self.duties(level, at).into_iter().map(|duty| duty.person).collect();
                match segments.last_mut().filter(|last| last.level == level && last.people == people) {
                    Some(last) => last.to = next,
                    None => segments.push(Segment { level, from: at, to: next, people }),
                }
                at = next;
            }
        }
        segments
    }

    /// The moments strictly between `from` and `to` at which a level may change hands.
    fn changes(&self, level: Level, from: Timestamp, to: Timestamp) -> BTreeSet<Timestamp> {
        let weekly = self.shifts.iter().filter(|shift| shift.level == level).flat_map(|shift| {
            let days = self.days_around(from).chain(self.days_after(from, to));
            days.filter_map(|day| self.occurrence(shift, day)).collect::<Vec<_>>()
        });
        let dated = self.dated(level).map(|(start, end, _)| (start, end));
        let ends = weekly.chain(dated).flat_map(|(start, end)| [start, end]);
        ends.filter(|moment| from < *moment && *moment < to).collect()
    }

    /// The moments of a level's exceptions.
    fn dated(&self, level: Level) -> impl Iterator<Item = (Timestamp, Timestamp, &Exception)> {
        self.exceptions.iter().filter(move |exception| exception.level == level).filter_map(|exception| {
            Some((self.zone.moment(exception.from)?, self.zone.moment(exception.to)?, exception))
        })
    }

    /// When the occurrence of `shift` that holds `at` ends.
    fn held_until(&self, shift: &Shift, at: Timestamp) -> Option<Timestamp> {
        self.days_around(at)
            .filter_map(|day| self.occurrence(shift, day))
            .find(|(start, end)| *start <= at && at < *end)
            .map(|(_, end)| end)
    }

    /// The days on which a shift that holds `at` may have begun. No shift is longer than a day.
    fn days_around(&self, at: Timestamp) -> impl Iterator<Item = Date> {
        let today = self.zone.clocks(at).date();
        (-1..=1).filter_map(move |n: i32| today.checked_add(n.days()).ok())
    }

    fn days_after(&self, from: Timestamp, to: Timestamp) -> impl Iterator<Item = Date> {
        let (first, last) = (self.zone.clocks(from).date(), self.zone.clocks(to).date());
        first.series(1.day()).take_while(move |day| *day <= last)
    }

    /// The moments of the shift that begins on `day`; `None` when none does.
    fn occurrence(&self, shift: &Shift, day: Date) -> Option<(Timestamp, Timestamp)> {
        if !shift.days.iter().any(|d| d.is(day.weekday())) {
            return None;
        }
        let last = if shift.to > shift.from { day } else { day.tomorrow().ok()? };
        Some((self.zone.moment(day.to_datetime(shift.from))?, self.zone.moment(last.to_datetime(shift.to))?))
    }
}
