//! What the evidence of a case weighs, in the form whose index costs a few operations at any moment.

use super::loss::{Age, Loss, Rates, Stake};
use super::{Policy, QueueCase, ReasonCode};
use crate::domain::evidence::{Differential, Task};
use crate::domain::outcome::MT_NO_EFFECT;
use crate::domain::time::{LIMIT, Minutes, TARGET};

/// A policy with its tables: made once, used for every case.
#[derive(Debug, Clone)]
pub struct Scale {
    policy: Policy,
    rates: Rates,
    stake: Stake,
}

impl Default for Scale {
    fn default() -> Self {
        Self::of(Policy::default())
    }
}

impl Scale {
    #[must_use]
    pub fn of(policy: Policy) -> Self {
        Self { policy, rates: Rates::of(&policy), stake: Stake::of(&policy) }
    }

    /// What evidence weighs, from nothing to 1: a half where as much is at stake as `half_stake` says, steeply either
    /// way. Where the onset is known and the published curves have ended when the clock starts, waiting costs too
    /// little to pass others for: nothing.
    fn weight(&self, stake: f64, age: Age) -> f64 {
        if matches!(age, Age::Known(at_start) if at_start >= MT_NO_EFFECT) {
            return 0.0;
        }
        let steep = (stake / self.policy.half_stake).powi(4);
        steep / (1.0 + steep)
    }

    /// By how much evidence of this weight brings a case's limit forward.
    pub(super) fn brought_forward(&self, weight: f64) -> Minutes {
        Minutes(self.policy.brought_forward.0 * weight)
    }

    /// The wait that evidence of this weight counts for among cases past their limits.
    pub(super) fn credit(&self, weight: f64) -> Minutes {
        Minutes(self.policy.credit.0 * weight)
    }

    /// Rises from 0 to the target's weight at 45 minutes, and without bound towards 120, of the wait as counted.
    pub(super) fn deadline_pressure(&self, waited: Minutes) -> f64 {
        let to_target = (waited.0 / TARGET.0).min(1.0);
        let to_limit = waited.0 / (LIMIT - waited).0;
        let pressure = self.policy.target_weight * to_target * to_target
            + self.policy.limit_weight * to_limit * to_limit;
        pressure.min(JUST_BEFORE)
    }
}

/// What is known of a case, weighed. It changes when the evidence does, not with time.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    pub(super) clinical: Differential,
    age: Age,
    /// How far the evidence alone brings the limit forward and counts past it, 0 to 1.
    pub(super) weight: f64,
    /// The differentials that flags give, at least one flag each, at most one a task.
    raised: Vec<Raised>,
}

/// The differential that some flags give.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Raised {
    differential: Differential,
    /// Which tasks' flags, in the order of `Task::ALL`.
    tasks: [bool; Task::ALL.len()],
}

/// The most that the deadline presses, reached milliseconds before the limit.
const JUST_BEFORE: f64 = 1e9;
/// Past its limit a case's index is this plus minutes: above all that is before.
const PAST_LIMIT: f64 = 1e10;

impl Standing {
    #[must_use]
    pub fn of(case: &QueueCase<'_>, scale: &Scale) -> Self {
        let clinical = case.site.clinical(case.picture);
        let age = Age::at_start(case.picture.onset, case.clock.started_at);
        let raised = raised(case, clinical);
        let most = raised.iter().map(|raised| scale.stake.of_differential(&raised.differential));
        let most = most.fold(scale.stake.of_differential(&clinical), f64::max);
        Self { clinical, age, weight: scale.weight(most, age), raised }
    }

    /// The index after a wait. The flags count by the choice of one or none a task that raises the loss most: so
    /// another flag, or a negative, failed or missing analysis, never lowers it.
    #[must_use]
    pub fn index(&self, scale: &Scale, waited: Minutes) -> f64 {
        let loss = self.loss(scale, waited);
        let most = self.raised.iter().map(|raised| loss.total(&raised.differential));
        let most = most.fold(loss.total(&self.clinical), f64::max);
        if self.is_past_limit(scale, waited) {
            PAST_LIMIT + waited.0 + scale.credit(self.weight).0
        } else {
            most + scale.deadline_pressure(self.counted(scale, waited))
        }
    }

    /// Whether the case's own limit is past: two hours, or earlier as far as the evidence brings it forward.
    pub(super) fn is_past_limit(&self, scale: &Scale, waited: Minutes) -> bool {
        self.counted(scale, waited) >= LIMIT
    }

    /// The wait as the deadline counts it.
    pub(super) fn counted(&self, scale: &Scale, waited: Minutes) -> Minutes {
        waited + scale.brought_forward(self.weight)
    }

    pub(super) fn loss(&self, scale: &Scale, waited: Minutes) -> Loss {
        scale.rates.worst_since_start(self.age, waited)
    }

    /// What the flags add to the loss that the clinical picture alone puts. Two flags that raise it together share
    /// what they raise.
    pub(super) fn raised_by_models(&self, loss: &Loss) -> Vec<(ReasonCode, f64)> {
        let alone = loss.total(&self.clinical);
        let (most, tasks) =
            self.raised.iter().map(|raised| (loss.total(&raised.differential) - alone, raised.tasks)).fold(
                (0.0, [false; Task::ALL.len()]),
                |best, choice| if choice.0 > best.0 { choice } else { best },
            );
        let chosen: Vec<Task> =
            Task::ALL.into_iter().zip(tasks).filter(|(_, chosen)| *chosen).map(|(task, _)| task).collect();
        let each = most / f64::from(u8::try_from(chosen.len().max(1)).unwrap_or(u8::MAX));
        chosen.into_iter().map(|task| (reason_of(task), each)).collect()
    }
}

/// Every choice of one flag or none a task, but for none at all.
fn raised(case: &QueueCase<'_>, clinical: Differential) -> Vec<Raised> {
    let mut choices: Vec<Raised> = Vec::new();
    for (place, task) in Task::ALL.into_iter().enumerate() {
        let before = choices.len();
        let flags = case.findings.iter().filter(|f| f.task == task && f.is_positive() && case.site.admits(f));
        for flag in flags {
            let mut tasks = [false; Task::ALL.len()];
            tasks[place] = true;
            choices.push(Raised { differential: clinical.given(flag), tasks });
            for earlier in 0..before {
                let mut both = choices[earlier];
                both.tasks[place] = true;
                choices.push(Raised { differential: both.differential.given(flag), ..both });
            }
        }
    }
    choices
}

fn reason_of(task: Task) -> ReasonCode {
    match task {
        Task::Hemorrhage => ReasonCode::AiHemorrhage,
        Task::Occlusion => ReasonCode::AiOcclusion,
        Task::Infarct => ReasonCode::AiInfarct,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Stage;
    use super::*;
    use crate::domain::case::{ClinicalPicture, Onset};
    use crate::domain::evidence::{Analysis, EvidenceLevel, Finding, Interval, Performance, SiteEvidence};
    use crate::domain::identity::CaseId;
    use crate::domain::time::{CaseClock, ClockStart, Timestamp};

    fn flag(task: Task) -> Finding {
        let rate = Interval { value: 0.9, low: 0.8, high: 0.95 };
        Finding {
            task,
            analysis: Analysis::Analysed { probability: 0.9, threshold: 0.5, flag: true, volume_ml: None },
            provisional: false,
            evidence: EvidenceLevel::Internal,
            performance: Some(Performance { sensitivity: rate, specificity: rate }),
        }
    }

    #[test]
    fn evidence_weighs_a_half_at_half_the_stake_and_nothing_once_the_curves_have_ended() {
        let scale = Scale::of(Policy { half_stake: 0.6, ..Policy::default() });
        let close = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-12, "{found}");
        close(scale.weight(0.0, Age::Unknown), 0.0);
        close(scale.weight(0.3, Age::Unknown), 1.0 / 17.0);
        close(scale.weight(0.6, Age::OnWaking), 0.5);
        close(scale.weight(1.2, Age::Known(Minutes(479.9))), 16.0 / 17.0);
        close(scale.weight(1.2, Age::Known(MT_NO_EFFECT)), 0.0);
    }

    #[test]
    fn the_strongest_evidence_brings_a_limit_to_the_target_and_counts_for_two_hours_past_it() {
        let scale = Scale::default();
        assert_eq!((scale.brought_forward(1.0), scale.credit(1.0)), (Minutes(75.0), Minutes(120.0)));
        assert_eq!((scale.brought_forward(0.2), scale.credit(0.25)), (Minutes(15.0), Minutes(30.0)));
    }

    #[test]
    fn flags_that_raise_the_loss_together_share_what_they_raise() {
        let started_at: Timestamp = "2026-11-24T08:00:00Z".parse().unwrap();
        let picture =
            ClinicalPicture { onset: Onset::Known { at: started_at }, ..ClinicalPicture::unstated() };
        let (site, scale) = (SiteEvidence::default(), Scale::default());
        let raised = |findings: &[Finding]| {
            let case = QueueCase {
                id: CaseId(uuid::Uuid::nil()),
                clock: CaseClock { started_at, started_by: ClockStart::Alert },
                stage: Stage::Waiting,
                picture: &picture,
                findings,
                site: &site,
            };
            let standing = Standing::of(&case, &scale);
            let loss = standing.loss(&scale, Minutes(10.0));
            let all = loss.total(&site.posterior(&picture, findings)) - loss.total(&standing.clinical);
            (standing.raised_by_models(&loss), all)
        };
        let (one, all) = raised(&[flag(Task::Occlusion)]);
        assert_eq!(one, [(ReasonCode::AiOcclusion, all)]);
        let (two, all) = raised(&[flag(Task::Occlusion), flag(Task::Infarct)]);
        assert!(all > 0.0);
        assert_eq!(two, [(ReasonCode::AiOcclusion, all / 2.0), (ReasonCode::AiInfarct, all / 2.0)]);
        assert_eq!(raised(&[]), (Vec::new(), 0.0));
    }

    #[test]
    fn the_deadline_presses_by_the_square_of_the_wait_and_without_bound() {
        let policy = Policy { target_weight: 2.0, limit_weight: 3.0, ..Policy::default() };
        let scale = Scale::of(policy);
        let pressure = |waited| scale.deadline_pressure(Minutes(waited));
        assert_eq!(pressure(0.0), 0.0);
        assert!((pressure(22.5) - (2.0 * 0.25 + 3.0 * (22.5_f64 / 97.5).powi(2))).abs() < 1e-12);
        assert!((pressure(45.0) - (2.0 + 3.0 * 0.36)).abs() < 1e-12);
        // Past its target the first term has reached its weight.
        assert!((pressure(90.0) - (2.0 + 3.0 * 9.0)).abs() < 1e-12);
        assert_eq!(pressure(120.0), JUST_BEFORE);
    }
}
