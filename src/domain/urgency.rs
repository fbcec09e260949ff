//! The order of the queue: what waiting costs each patient, with the deadline in it.
//!
//! index = expected utility lost a minute (thousandths) + pressure of the deadline, which evidence of much at stake
//! brings forward. Its properties, each held by a property test: model evidence never lowers it; waiting never lowers
//! it; equal evidence goes by the earlier clock, in a total order; its reasons' shares sum to 1; and as long as the
//! readers suffice every case is opened before its limit, whatever else arrives, since the earliest clock goes first
//! once they would not suffice after one more reading. Where they do not suffice: at its limit a case is behind none
//! that has not waited for its target, and past it behind none that came two hours after it.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::case::ClinicalPicture;
use super::evidence::{Differential, Finding, SiteEvidence};
use super::identity::CaseId;
use super::outcome::LateWindow;
use super::time::{CaseClock, LIMIT, Minutes, TARGET, Timestamp};

mod change;
mod loss;
mod readers;
mod standing;
mod turn;

pub use change::{Change, Placement, Supposed, placement};
pub use readers::{MEAN_READING, Team};
pub use standing::{Scale, Standing};
pub use turn::Turns;

/// Whether somebody has an undecided case in hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Waiting,
    Reading,
}

/// An undecided case as the queue sees it.
#[derive(Debug, Clone, Copy)]
pub struct QueueCase<'a> {
    pub id: CaseId,
    pub clock: CaseClock,
    pub stage: Stage,
    pub picture: &'a ClinicalPicture,
    pub findings: &'a [Finding],
    pub site: &'a SiteEvidence,
}

impl QueueCase<'_> {
    /// What [`Turns`] takes of it.
    #[must_use]
    pub fn turn(&self) -> (CaseId, CaseClock, Stage) {
        (self.id, self.clock, self.stage)
    }
}

/// The weights of the index. How they were chosen, and what they do to whom: `docs/queue.md`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Policy {
    /// Pressure reached at the 45-minute target, growing with the square of the wait; thousandths of utility a minute.
    pub target_weight: f64,
    /// Pressure of the limit: this × (waited / (limit − waited))², without bound; thousandths of utility a minute.
    /// By default it outweighs a flagged occlusion of known onset (0.3) six minutes before the limit.
    pub limit_weight: f64,
    /// By how much the strongest evidence brings a case's limit forward. By default to the target, no further: so a
    /// case at its limit is behind none that has not waited for its target.
    pub brought_forward: Minutes,
    /// The wait that the strongest evidence counts for among cases past their limits: there no case is passed by one
    /// that came later than that after it.
    pub credit: Minutes,
    /// Where evidence weighs a half: the utility at stake, 1 for the average suspected stroke.
    pub half_stake: f64,
    /// Utility that a haemorrhage loses a minute, as a multiple of a large-vessel occlusion's at the same time.
    /// There is no agreed curve: 1 is the stated assumption.
    pub hemorrhage_loss: f64,
    pub late_window: LateWindow,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            target_weight: 0.02,
            limit_weight: 0.001,
            brought_forward: LIMIT - TARGET,
            credit: LIMIT,
            half_stake: 0.6,
            hemorrhage_loss: 1.0,
            late_window: LateWindow::default(),
        }
    }
}

/// Why a case stands where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonCode {
    /// A model flags a haemorrhage.
    AiHemorrhage,
    /// A model flags a vessel occlusion.
    AiOcclusion,
    /// A model flags an infarct.
    AiInfarct,
    /// A haemorrhage, from the clinical picture and the site's case mix.
    ClinicalHemorrhage,
    /// A large-vessel occlusion, from the clinical picture and the site's case mix.
    ClinicalLvo,
    /// Another ischaemic stroke, from the clinical picture and the site's case mix.
    ClinicalIschaemia,
    /// The wait: the target and the limit come nearer.
    Deadline,
    /// The two-hour limit is past.
    PastLimit,
    /// Just arrived, and nothing yet says that waiting costs anything.
    Arrived,
    /// The earliest clock of those that wait, and after one more reading the readers would no longer suffice.
    LastTurn,
}

/// One part of the index.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    pub code: ReasonCode,
    /// Share of the index, 0 to 1; a case's shares sum to 1.
    pub share: f64,
}

/// How urgent a case is, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Urgency {
    /// Higher goes first. Before the case's limit: thousandths of utility a minute and the deadline's pressure; past
    /// it: above every case before its own; in its last turn: above all.
    pub index: f64,
    /// Largest share first, never empty.
    pub reasons: Vec<Reason>,
    /// With what the models say.
    pub posterior: Differential,
    /// From the clinical picture alone.
    pub clinical: Differential,
    /// By how much the evidence brings the case's limit forward.
    pub brought_forward: Minutes,
}

/// Above every index that a case has of its own.
const LAST_TURN: f64 = 1e12;

impl Urgency {
    /// Of the case that must be opened next: first, whatever its evidence and the others' weigh.
    fn in_its_last_turn(self) -> Self {
        let reasons = vec![Reason { code: ReasonCode::LastTurn, share: 1.0 }];
        Self { index: LAST_TURN, reasons, ..self }
    }
}

/// How urgent `case` is at `now`, of itself.
#[must_use]
pub fn urgency(case: &QueueCase<'_>, scale: &Scale, now: Timestamp) -> Urgency {
    explained(case, &Standing::of(case, scale), scale, now)
}

/// How urgent `case` is at `now` among others, `last` being the one whose last turn it is.
#[must_use]
pub fn urgency_among(case: &QueueCase<'_>, scale: &Scale, last: Option<CaseId>, now: Timestamp) -> Urgency {
    let own = urgency(case, scale, now);
    if last == Some(case.id) { own.in_its_last_turn() } else { own }
}

fn explained(case: &QueueCase<'_>, standing: &Standing, scale: &Scale, now: Timestamp) -> Urgency {
    let posterior = case.site.posterior(case.picture, case.findings);
    let (clinical, waited) = (standing.clinical, case.clock.waited(now));
    let index = standing.index(scale, waited);
    let loss = standing.loss(scale, waited);
    let [hemorrhage, lvo, nlvo] = loss.by_diagnosis(&clinical);
    let mut parts = vec![
        (ReasonCode::ClinicalHemorrhage, hemorrhage),
        (ReasonCode::ClinicalLvo, lvo),
        (ReasonCode::ClinicalIschaemia, nlvo),
    ];
    parts.extend(standing.raised_by_models(&loss));
    if standing.is_past_limit(scale, waited) {
        // Minutes waited, and the minutes that the evidence counts for, shared as what it weighs.
        let evidence: f64 = parts.iter().map(|(_, amount)| amount).sum();
        let credit = if evidence > 0.0 { scale.credit(standing.weight).0 / evidence } else { 0.0 };
        for (_, amount) in &mut parts {
            *amount *= credit;
        }
        let late = if waited >= LIMIT { ReasonCode::PastLimit } else { ReasonCode::Deadline };
        parts.push((late, waited.0));
    } else {
        let pressure = scale.deadline_pressure(standing.counted(scale, waited));
        parts.push((ReasonCode::Deadline, pressure));
    }
    let brought_forward = scale.brought_forward(standing.weight);
    Urgency { index, reasons: shares(parts), posterior, clinical, brought_forward }
}

fn shares(parts: Vec<(ReasonCode, f64)>) -> Vec<Reason> {
    let total: f64 = parts.iter().map(|(_, amount)| amount).sum();
    let mut reasons: Vec<Reason> = parts
        .into_iter()
        .filter(|(_, amount)| *amount > 0.0)
        .map(|(code, amount)| Reason { code, share: amount / total })
        .collect();
    if reasons.is_empty() {
        reasons.push(Reason { code: ReasonCode::Arrived, share: 1.0 });
    }
    reasons.sort_by(|a, b| b.share.total_cmp(&a.share));
    reasons
}

/// A case's place in the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// Which of the cases given.
    pub case: usize,
    /// Its place, from 1.
    pub position: usize,
    pub urgency: Urgency,
}

/// The queue of `team` at `now`, first place first. Ties go to the earlier clock, then the smaller case id: total and
/// reproducible, whatever the order of `cases`.
#[must_use]
pub fn order(cases: &[QueueCase<'_>], scale: &Scale, team: &Team, now: Timestamp) -> Vec<Ranked> {
    let last = Turns::of(cases.iter().map(QueueCase::turn)).last(team, now);
    let urgency = |case| urgency_among(case, scale, last, now);
    let mut queue: Vec<(usize, Urgency)> = cases.iter().map(urgency).enumerate().collect();
    queue.sort_by(|(a, urgency_a), (b, urgency_b)| {
        goes_before((urgency_a.index, &cases[*a]), (urgency_b.index, &cases[*b]))
    });
    queue
        .into_iter()
        .enumerate()
        .map(|(place, (case, urgency))| Ranked { case, position: place + 1, urgency })
        .collect()
}

/// The order of two cases by index, then the earlier clock, then the id.
fn goes_before((index_a, a): (f64, &QueueCase<'_>), (index_b, b): (f64, &QueueCase<'_>)) -> Ordering {
    index_b.total_cmp(&index_a).then(a.clock.started_at.cmp(&b.clock.started_at)).then(a.id.cmp(&b.id))
}

#[cfg(test)]
mod tests;
