//! What would change a case's place: the same order, over a case of which one thing more were known.

use super::{QueueCase, Scale, Standing};
use crate::domain::case::{Anticoagulant, ClinicalPicture, Onset, Race};
use crate::domain::evidence::{Analysis, Finding, Task};
use crate::domain::time::{Minutes, Timestamp};

/// One thing more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Supposed {
    /// A model that has not judged yet flags.
    Flag(Task),
    Race(Race),
    /// On a vitamin K antagonist, where nobody said.
    VitaminKAntagonist,
    /// Onset an hour ago, where unknown.
    OnsetAnHourAgo,
    /// Nothing but waiting, as long as this; the others wait too.
    Wait(Minutes),
}

/// What one thing more does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    pub supposed: Supposed,
    /// The case's place then, from 1.
    pub position: usize,
}

/// How far ahead a wait is looked at.
const AHEAD: u16 = 120;

/// The place of `cases[subject]`, and everything of [`Supposed`] that would give it another.
#[must_use]
pub fn changes(
    cases: &[QueueCase<'_>],
    subject: usize,
    scale: &Scale,
    now: Timestamp,
) -> (usize, Vec<Change>) {
    let queue = Queue::of(cases, subject, scale);
    let case = &cases[subject];
    let own = Standing::of(case, scale);
    let here = queue.position(&own, now);
    let supposed =
        |supposed, standing: &Standing| Change { supposed, position: queue.position(standing, now) };
    let mut found: Vec<Change> = flags(case)
        .map(|(task, findings)| {
            supposed(Supposed::Flag(task), &Standing::of(&QueueCase { findings: &findings, ..*case }, scale))
        })
        .chain(pictures(case, now).into_iter().map(|(what, picture)| {
            supposed(what, &Standing::of(&QueueCase { picture: &picture, ..*case }, scale))
        }))
        .filter(|change| change.position != here)
        .collect();
    found.extend(queue.first_wait(&own, here, now));
    (here, found)
}

/// The case with a flag of each task that is not judged yet by a model which may move the queue.
fn flags<'a>(case: &QueueCase<'a>) -> impl Iterator<Item = (Task, Vec<Finding>)> {
    let (findings, site) = (case.findings, case.site);
    Task::ALL.into_iter().filter_map(move |task| {
        let pending = findings.iter().position(|f| {
            f.task == task && site.admits(f) && (f.provisional || matches!(f.analysis, Analysis::Pending))
        })?;
        let judged = findings.iter().any(|f| f.task == task && f.is_positive() && site.admits(f));
        if judged {
            return None;
        }
        let mut findings = findings.to_vec();
        findings[pending].analysis =
            Analysis::Analysed { probability: 1.0, threshold: 0.5, flag: true, volume_ml: None };
        Some((task, findings))
    })
}

/// The clinical picture with one thing more that nobody has said.
fn pictures(case: &QueueCase<'_>, now: Timestamp) -> Vec<(Supposed, ClinicalPicture)> {
    let picture = case.picture;
    let mut more = Vec::new();
    if picture.race.is_none() {
        for race in [0, 9].into_iter().filter_map(|points| Race::try_from(points).ok()) {
            more.push((Supposed::Race(race), ClinicalPicture { race: Some(race), ..picture.clone() }));
        }
    }
    if picture.anticoagulant == Anticoagulant::Unknown {
        let anticoagulant = Anticoagulant::Vka;
        more.push((Supposed::VitaminKAntagonist, ClinicalPicture { anticoagulant, ..picture.clone() }));
    }
    if picture.onset == Onset::Unknown {
        let onset = Onset::Known { at: now + Minutes(-60.0) };
        more.push((Supposed::OnsetAnHourAgo, ClinicalPicture { onset, ..picture.clone() }));
    }
    more
}

/// The subject's case among the others.
struct Queue<'a> {
    scale: &'a Scale,
    subject: &'a QueueCase<'a>,
    others: Vec<(&'a QueueCase<'a>, Standing)>,
}

impl<'a> Queue<'a> {
    fn of(cases: &'a [QueueCase<'a>], subject: usize, scale: &'a Scale) -> Self {
        let others = cases
            .iter()
            .enumerate()
            .filter(|(place, _)| *place != subject)
            .map(|(_, case)| (case, Standing::of(case, scale)));
        Self { scale, subject: &cases[subject], others: others.collect() }
    }

    /// The place of the subject were its standing `standing`, at a moment.
    fn position(&self, standing: &Standing, at: Timestamp) -> usize {
        let index = standing.index(self.scale, self.subject.clock.waited(at));
        let before = |(case, other): &&(&QueueCase<'_>, Standing)| {
            let theirs = other.index(self.scale, case.clock.waited(at));
            super::goes_before((theirs, case), (index, self.subject)).is_lt()
        };
        1 + self.others.iter().filter(before).count()
    }

    /// The first whole minute at which waiting alone gives another place.
    fn first_wait(&self, own: &Standing, here: usize, now: Timestamp) -> Option<Change> {
        (1..=AHEAD).map(|minutes| Minutes(f64::from(minutes))).find_map(|wait| {
            let position = self.position(own, now + wait);
            (position != here).then_some(Change { supposed: Supposed::Wait(wait), position })
        })
    }
}
