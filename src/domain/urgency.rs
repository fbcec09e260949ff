//! The order of the queue: what waiting costs each patient, with the deadline in it.
//!
//! index = expected utility lost a minute (thousandths) + pressure of the deadline. It has five properties, each
//! held by a property test: model evidence never lowers it; waiting never lowers it; equal evidence goes by
//! the earlier clock, in a total order; its reasons' shares sum to 1; past its limit a case is ahead of every
//! case before its own.

use serde::{Deserialize, Serialize};

use super::case::ClinicalPicture;
use super::evidence::{Differential, Finding, SiteEvidence, Task};
use super::identity::CaseId;
use super::outcome::LateWindow;
use super::time::{CaseClock, LIMIT, Minutes, TARGET, Timestamp};

mod loss;

use loss::{Loss, Rates};

/// A waiting case as the queue sees it.
#[derive(Debug, Clone, Copy)]
pub struct QueueCase<'a> {
    pub id: CaseId,
    pub clock: CaseClock,
    pub picture: &'a ClinicalPicture,
    pub findings: &'a [Finding],
    pub site: &'a SiteEvidence,
}

/// The weights of the index, in thousandths of utility a minute.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Policy {
    /// Pressure reached at the 45-minute target, growing with the square of the wait.
    pub target_weight: f64,
    /// Pressure of the limit: this × waited / (limit − waited), without bound.
    pub limit_weight: f64,
    /// Utility that a haemorrhage loses a minute, as a multiple of a large-vessel occlusion's at the same time.
    /// There is no agreed curve: 1 is the stated assumption.
    pub hemorrhage_loss: f64,
    pub late_window: LateWindow,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            target_weight: 0.15,
            limit_weight: 0.10,
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
    /// Higher goes first. Before the limit: thousandths of utility a minute and the deadline's pressure; past it:
    /// above every case before its limit.
    pub index: f64,
    /// Largest share first, never empty.
    pub reasons: Vec<Reason>,
    /// With what the models say.
    pub posterior: Differential,
    /// From the clinical picture alone.
    pub clinical: Differential,
}

/// Past its limit a case's index is this plus the minutes waited: above what microseconds before the limit reach.
const PAST_LIMIT: f64 = 1e10;

/// How urgent `case` is at `now`.
#[must_use]
pub fn urgency(case: &QueueCase<'_>, policy: &Policy, now: Timestamp) -> Urgency {
    urgency_by(case, policy, &Rates::of(policy), now)
}

/// With the policy's rates at hand.
fn urgency_by(case: &QueueCase<'_>, policy: &Policy, rates: &Rates, now: Timestamp) -> Urgency {
    let clinical = case.site.clinical(case.picture);
    let posterior = case.site.posterior(case.picture, case.findings);
    let waited = case.clock.waited(now);
    if now >= case.clock.limit_at() {
        let reasons = vec![Reason { code: ReasonCode::PastLimit, share: 1.0 }];
        return Urgency { index: PAST_LIMIT + waited.0, reasons, posterior, clinical };
    }
    let loss = rates.worst_since_start(case, waited);
    let [hemorrhage, lvo, nlvo] = loss.by_diagnosis(&clinical);
    let raised = raised_by_models(case, &clinical, &loss);
    let mut parts = vec![
        (ReasonCode::ClinicalHemorrhage, hemorrhage),
        (ReasonCode::ClinicalLvo, lvo),
        (ReasonCode::ClinicalIschaemia, nlvo),
        (ReasonCode::Deadline, deadline_pressure(waited, policy)),
    ];
    parts.extend(raised);
    let index = parts.iter().map(|(_, amount)| amount).sum();
    Urgency { index, reasons: shares(parts), posterior, clinical }
}

/// Rises from 0 to the target's weight at 45 minutes, and without bound towards 120.
fn deadline_pressure(waited: Minutes, policy: &Policy) -> f64 {
    let to_target = (waited.0 / TARGET.0).min(1.0);
    policy.target_weight * to_target * to_target + policy.limit_weight * waited.0 / (LIMIT - waited).0
}

/// What the models' flags add to the loss that the clinical picture alone puts: the most that any choice of one
/// flag or none a task gives. So another flag, or a negative, failed or missing analysis, never lowers the index.
fn raised_by_models(case: &QueueCase<'_>, clinical: &Differential, loss: &Loss) -> Vec<(ReasonCode, f64)> {
    let mut choices = vec![(*clinical, Vec::new())];
    for task in Task::ALL {
        let flags: Vec<_> = case
            .findings
            .iter()
            .filter(|f| f.task == task && f.is_positive() && case.site.admits(f))
            .collect();
        let with_flag: Vec<_> = choices
            .iter()
            .flat_map(|(differential, tasks)| {
                flags.iter().map(move |flag| {
                    let mut tasks: Vec<Task> = tasks.clone();
                    tasks.push(task);
                    (differential.given(flag), tasks)
                })
            })
            .collect();
        choices.extend(with_flag);
    }
    let alone = loss.total(clinical);
    let (most, tasks) = choices
        .into_iter()
        .map(|(differential, tasks)| (loss.total(&differential) - alone, tasks))
        .fold((0.0, Vec::new()), |best, choice| if choice.0 > best.0 { choice } else { best });
    // Two flags that raise the index together share what they raise.
    let each = most / f64::from(u8::try_from(tasks.len().max(1)).unwrap_or(u8::MAX));
    tasks.into_iter().map(|task| (reason_of(task), each)).collect()
}

fn reason_of(task: Task) -> ReasonCode {
    match task {
        Task::Hemorrhage => ReasonCode::AiHemorrhage,
        Task::Occlusion => ReasonCode::AiOcclusion,
        Task::Infarct => ReasonCode::AiInfarct,
    }
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

/// The queue at `now`, first place first. Ties go to the earlier clock, then the smaller case id: total and
/// reproducible, whatever the order of `cases`.
#[must_use]
pub fn order(cases: &[QueueCase<'_>], policy: &Policy, now: Timestamp) -> Vec<Ranked> {
    let rates = Rates::of(policy);
    let mut queue: Vec<(usize, Urgency)> =
        cases.iter().map(|case| urgency_by(case, policy, &rates, now)).enumerate().collect();
    queue.sort_by(|(a, urgency_a), (b, urgency_b)| {
        let (a, b) = (&cases[*a], &cases[*b]);
        urgency_b
            .index
            .total_cmp(&urgency_a.index)
            .then(a.clock.started_at.cmp(&b.clock.started_at))
            .then(a.id.cmp(&b.id))
    });
    queue
        .into_iter()
        .enumerate()
        .map(|(place, (case, urgency))| Ranked { case, position: place + 1, urgency })
        .collect()
}

#[cfg(test)]
mod tests;
