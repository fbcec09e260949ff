//! What would change a case's place: the same order, over a case of which one thing more were known.

use super::{QueueCase, Scale, Standing, Team, Turns, Urgency, urgency_among};
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
    /// Another reader for the waiting cases.
    OneMoreReader,
    /// Nothing but waiting, as long as this; the others wait too.
    Wait(Minutes),
}

/// A case's place in the queue, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Placement {
    /// From 1.
    pub position: usize,
    pub urgency: Urgency,
    /// Everything of [`Supposed`] that would give it another place.
    pub changes: Vec<Change>,
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

/// Where `cases[subject]` stands at `now`.
#[must_use]
pub fn placement(
    cases: &[QueueCase<'_>],
    subject: usize,
    scale: &Scale,
    team: &Team,
    now: Timestamp,
) -> Placement {
    let queue = Queue::of(cases, subject, scale, *team);
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
        .chain([Change {
            supposed: Supposed::OneMoreReader,
            position: queue.with_one_more().position(&own, now),
        }])
        .filter(|change| change.position != here)
        .collect();
    found.extend(queue.first_wait(&own, here, now));
    let urgency = urgency_among(case, scale, queue.turns.last(team, now), now);
    Placement { position: here, urgency, changes: found }
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
#[derive(Clone)]
struct Queue<'a> {
    scale: &'a Scale,
    team: Team,
    turns: Turns,
    subject: &'a QueueCase<'a>,
    others: Vec<(&'a QueueCase<'a>, Standing)>,
}

impl<'a> Queue<'a> {
    fn of(cases: &'a [QueueCase<'a>], subject: usize, scale: &'a Scale, team: Team) -> Self {
        let others = cases
            .iter()
            .enumerate()
            .filter(|(place, _)| *place != subject)
            .map(|(_, case)| (case, Standing::of(case, scale)))
            .collect();
        let turns = Turns::of(cases.iter().map(QueueCase::turn));
        Self { scale, team, turns, subject: &cases[subject], others }
    }

    fn with_one_more(&self) -> Self {
        Self { team: Team { readers: self.team.readers + 1, ..self.team }, ..self.clone() }
    }

    /// The place of the subject were its standing `standing`, at a moment.
    fn position(&self, standing: &Standing, at: Timestamp) -> usize {
        let last = self.turns.last(&self.team, at);
        if last == Some(self.subject.id) {
            return 1;
        }
        let index = standing.index(self.scale, self.subject.clock.waited(at));
        let before = |(case, other): &&(&QueueCase<'_>, Standing)| {
            let theirs = other.index(self.scale, case.clock.waited(at));
            last == Some(case.id) || super::goes_before((theirs, case), (index, self.subject)).is_lt()
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

#[cfg(test)]
mod tests {
    use super::super::Stage;
    use super::*;
    use crate::domain::evidence::{EvidenceLevel, Interval, Performance, SiteEvidence};
    use crate::domain::identity::CaseId;
    use crate::domain::time::{CaseClock, ClockStart};

    fn now() -> Timestamp {
        "2026-11-24T08:00:00Z".parse().unwrap()
    }

    fn word(task: Task, analysis: Analysis) -> Finding {
        let rate = Interval { value: 0.9, low: 0.8, high: 0.95 };
        Finding {
            task,
            analysis,
            provisional: false,
            evidence: EvidenceLevel::Internal,
            performance: Some(Performance { sensitivity: rate, specificity: rate }),
        }
    }

    fn judged(task: Task, flag: bool) -> Finding {
        word(task, Analysis::Analysed { probability: 0.5, threshold: 0.5, flag, volume_ml: None })
    }

    fn supposed_flags(findings: &[Finding]) -> Vec<Task> {
        let (picture, site) = (ClinicalPicture::unstated(), SiteEvidence::default());
        let clock = CaseClock { started_at: now(), started_by: ClockStart::Alert };
        let case = QueueCase {
            id: CaseId(uuid::Uuid::nil()),
            clock,
            stage: Stage::Waiting,
            picture: &picture,
            findings,
            site: &site,
        };
        let flagged = |(task, findings): (Task, Vec<Finding>)| {
            assert!(findings.iter().any(|f| f.task == task && f.is_positive()));
            task
        };
        flags(&case).map(flagged).collect()
    }

    #[test]
    fn only_what_a_model_that_counts_has_not_judged_yet_is_supposed_to_flag() {
        let pending = word(Task::Hemorrhage, Analysis::Pending);
        let other = [pending.clone(), judged(Task::Occlusion, true), judged(Task::Infarct, false)];
        assert_eq!(supposed_flags(&other), [Task::Hemorrhage]);
        assert_eq!(supposed_flags(&[pending.clone(), judged(Task::Hemorrhage, true)]), []);
        let cleared_so_far = Finding { provisional: true, ..judged(Task::Infarct, false) };
        assert_eq!(supposed_flags(&[cleared_so_far]), [Task::Infarct]);
        assert_eq!(supposed_flags(&[Finding { evidence: EvidenceLevel::Phantom, ..pending }]), []);
    }

    #[test]
    fn only_what_nobody_has_said_is_supposed_of_the_picture() {
        let supposed = |picture: &ClinicalPicture| -> Vec<Supposed> {
            let (site, clock) =
                (SiteEvidence::default(), CaseClock { started_at: now(), started_by: ClockStart::Alert });
            let case = QueueCase {
                id: CaseId(uuid::Uuid::nil()),
                clock,
                stage: Stage::Waiting,
                picture,
                findings: &[],
                site: &site,
            };
            pictures(&case, now()).into_iter().map(|(supposed, _)| supposed).collect()
        };
        let race = |points| Supposed::Race(Race::try_from(points).unwrap());
        let said = ClinicalPicture {
            onset: Onset::WakeUp { at: None },
            race: Race::try_from(4).ok(),
            anticoagulant: Anticoagulant::None,
            ..ClinicalPicture::unstated()
        };
        assert_eq!(supposed(&said), []);
        assert_eq!(supposed(&ClinicalPicture { race: None, ..said.clone() }), [race(0), race(9)]);
        let unknown = Anticoagulant::Unknown;
        assert_eq!(
            supposed(&ClinicalPicture { anticoagulant: unknown, ..said.clone() }),
            [Supposed::VitaminKAntagonist]
        );
        assert_eq!(supposed(&ClinicalPicture { onset: Onset::Unknown, ..said }), [Supposed::OnsetAnHourAgo]);
    }

    #[test]
    fn what_is_supposed_is_put_into_the_picture() {
        let (site, unstated) = (SiteEvidence::default(), ClinicalPicture::unstated());
        let case = QueueCase {
            id: CaseId(uuid::Uuid::nil()),
            clock: CaseClock { started_at: now(), started_by: ClockStart::Alert },
            stage: Stage::Waiting,
            picture: &unstated,
            findings: &[],
            site: &site,
        };
        let [(_, none), (_, most), (_, anticoagulated), (_, timed)] = &pictures(&case, now())[..] else {
            panic!("four suppositions")
        };
        assert_eq!([none.race, most.race].map(|race| race.map(u8::from)), [Some(0), Some(9)]);
        assert_eq!(anticoagulated.anticoagulant, Anticoagulant::Vka);
        assert_eq!(timed.onset, Onset::Known { at: "2026-11-24T07:00:00Z".parse().unwrap() });
    }

    #[test]
    fn a_flag_a_scale_or_an_onset_more_is_told_with_the_place_that_it_gives() {
        // Behind one that came ten minutes earlier.
        let (site, unstated) = (SiteEvidence::default(), ClinicalPicture::unstated());
        let findings = [word(Task::Hemorrhage, Analysis::Pending)];
        let case = |id, waited: f64, findings| QueueCase {
            id: CaseId(uuid::Uuid::from_u128(id)),
            clock: CaseClock { started_at: now() + Minutes(-waited), started_by: ClockStart::Alert },
            stage: Stage::Waiting,
            picture: &unstated,
            findings,
            site: &site,
        };
        let cases = [case(1, 0.0, &findings[..]), case(2, 10.0, &[])];
        let Placement { position: here, changes: found, .. } =
            placement(&cases, 0, &Scale::default(), &Team::of(5), now());
        assert_eq!(here, 2);
        let first: Vec<Supposed> = found.iter().filter(|c| c.position == 1).map(|c| c.supposed).collect();
        let race = Supposed::Race(Race::try_from(9).unwrap());
        let flag = Supposed::Flag(Task::Hemorrhage);
        assert_eq!(first, [flag, race, Supposed::VitaminKAntagonist, Supposed::OnsetAnHourAgo]);
    }

    #[test]
    fn the_first_whole_minute_that_gives_another_place_is_told() {
        // Alike but for the scale: the earlier case passes the graver one as its limit comes near.
        let site = SiteEvidence::default();
        let pictures = [9, 0].map(|points| ClinicalPicture {
            race: Race::try_from(points).ok(),
            anticoagulant: Anticoagulant::None,
            onset: Onset::Known { at: now() + Minutes(-60.0) },
            ..ClinicalPicture::unstated()
        });
        let case = |id, waited: f64, picture| QueueCase {
            id: CaseId(uuid::Uuid::from_u128(id)),
            clock: CaseClock { started_at: now() + Minutes(-waited), started_by: ClockStart::Alert },
            stage: Stage::Waiting,
            picture,
            findings: &[],
            site: &site,
        };
        let scale = Scale::default();
        let cases = [case(1, 0.0, &pictures[0]), case(2, 60.0, &pictures[1])];
        let team = Team::of(5);
        let place = |wait: f64| {
            let ranked = super::super::order(&cases, &scale, &team, now() + Minutes(wait));
            ranked.iter().find(|ranked| ranked.case == 1).unwrap().position
        };
        let Placement { position: here, changes: found, .. } = placement(&cases, 1, &scale, &team, now());
        assert_eq!(here, place(0.0));
        let first = (1..=120).map(f64::from).find(|wait| place(*wait) != here);
        let told = found.iter().find_map(|change| match change.supposed {
            Supposed::Wait(Minutes(wait)) => Some((wait, change.position)),
            _ => None,
        });
        assert_eq!(told, first.map(|wait| (wait, place(wait))));
        assert!(told.is_some());
    }
}
