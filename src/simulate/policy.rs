//! The orders that are compared. Waiting cases fall into classes that a policy cannot tell apart; within a class the
//! earlier clock goes first, so only the classes' first cases need comparing.

use serde::{Deserialize, Serialize};

use super::patients::{Drawn, Patient};
use super::scenario::{Picture, Scenario};
use crate::domain::case::{ClinicalPicture, Diagnosis, Onset, Race};
use crate::domain::evidence::{Analysis, EvidenceLevel, Finding, SiteEvidence, Task};
use crate::domain::identity::CaseId;
use crate::domain::outcome::{lvo_loss_rate, nlvo_loss_rate};
use crate::domain::time::{CaseClock, ClockStart, LIMIT, Minutes, TARGET, Timestamp};
use crate::domain::urgency::{QueueCase, Scale, Stage, Standing, Team};

/// An order of the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Policy {
    /// As they came.
    Fifo,
    /// Flagged cases first, each group as they came.
    AiFirst,
    /// Earliest deadline first: a flagged case is due at the target, any other at the limit.
    Edf,
    /// The product's order.
    Vigie,
    /// Knows each patient's diagnosis and takes whom waiting costs most; not how long a reading will last.
    Oracle,
}

impl Policy {
    pub const ALL: [Self; 5] = [Self::Fifo, Self::AiFirst, Self::Edf, Self::Vigie, Self::Oracle];

    /// The name used in scenario results and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fifo => "fifo",
            Self::AiFirst => "ai-first",
            Self::Edf => "edf",
            Self::Vigie => "vigie",
            Self::Oracle => "oracle",
        }
    }
}

/// Scores 0 to 9, and none.
const PICTURES: usize = 11;
/// A flag of each task, and none.
const FLAGS: usize = Task::ALL.len() + 1;

/// A policy over one scenario.
pub(super) enum Order {
    Fifo,
    AiFirst,
    Edf,
    Vigie(Box<Vigie>),
    Oracle { onset_ago: f64, hemorrhage_loss: f64 },
}

/// The product's order over the classes of a scenario's evidence.
pub(super) struct Vigie {
    scale: Scale,
    standings: Vec<Standing>,
    /// How long a reading takes on average here.
    mean: Minutes,
}

impl Order {
    pub(super) fn of(policy: Policy, scenario: &Scenario) -> Self {
        match policy {
            Policy::Fifo => Self::Fifo,
            Policy::AiFirst => Self::AiFirst,
            Policy::Edf => Self::Edf,
            Policy::Vigie => Self::Vigie(Box::new(Vigie::of(scenario))),
            Policy::Oracle => Self::Oracle {
                onset_ago: scenario.clinical.onset_minutes_ago,
                hemorrhage_loss: crate::domain::urgency::Policy::default().hemorrhage_loss,
            },
        }
    }

    pub(super) fn classes(&self) -> usize {
        match self {
            Self::Fifo => 1,
            Self::AiFirst | Self::Edf => 2,
            Self::Vigie(vigie) => vigie.standings.len(),
            Self::Oracle { .. } => 4,
        }
    }

    /// The class of a patient; `flag` is the model's word as far as it has come.
    pub(super) fn class(&self, patient: &Patient, flag: Option<Task>) -> usize {
        match self {
            Self::Fifo => 0,
            Self::AiFirst | Self::Edf => usize::from(flag.is_some()),
            Self::Vigie(_) => class(patient.race, flag),
            Self::Oracle { .. } => match patient.truth {
                Diagnosis::Haemorrhage => 0,
                Diagnosis::Lvo => 1,
                Diagnosis::Ischaemia => 2,
                Diagnosis::Mimic | Diagnosis::Undetermined => 3,
            },
        }
    }

    /// How urgent the first case of a class is after a wait; the higher goes first, ties go to the earlier clock.
    pub(super) fn urgency(&self, class: usize, waited: f64) -> f64 {
        match self {
            Self::Fifo => waited,
            Self::AiFirst => [0.0, 1.0][class],
            Self::Edf => waited - [LIMIT.0, TARGET.0][class],
            Self::Vigie(vigie) => vigie.standings[class].index(&vigie.scale, Minutes(waited)),
            Self::Oracle { onset_ago, hemorrhage_loss } => {
                let now = Minutes(onset_ago + waited);
                match class {
                    0 => hemorrhage_loss * lvo_loss_rate(now),
                    1 => lvo_loss_rate(now),
                    2 => nlvo_loss_rate(now),
                    _ => -1.0,
                }
            }
        }
    }

    /// Whether the case that came first goes first whatever the urgencies: under the product's order, where the
    /// readers would no longer suffice after one more reading. `waits`, the longest first.
    pub(super) fn is_last_turn(
        &self,
        waits: impl Iterator<Item = f64>,
        readers: usize,
        reading: usize,
    ) -> bool {
        let Self::Vigie(vigie) = self else { return false };
        let team = Team { readers, mean: vigie.mean };
        team.is_last_turn(waits.map(|waited| LIMIT - Minutes(waited)), reading)
    }
}

fn class(race: Option<Race>, flag: Option<Task>) -> usize {
    let picture = race.map_or(0, |race| usize::from(u8::from(race)) + 1);
    let flag = flag.and_then(|flag| Task::ALL.iter().position(|task| *task == flag)).map_or(0, |at| at + 1);
    picture * FLAGS + flag
}

impl Vigie {
    /// The site's prior is the case mix and each model's figures are those that its flags are drawn by.
    fn of(scenario: &Scenario) -> Self {
        let site = SiteEvidence { prior: scenario.case_mix.0, ..SiteEvidence::default() };
        let scale = Scale::default();
        let drawn = Drawn::of(scenario);
        let known = scenario.clinical.picture == Picture::Race;
        let standings = (0..PICTURES * FLAGS).map(|class| {
            let picture = picture((class / FLAGS).checked_sub(1), known, scenario);
            let flag = (class % FLAGS).checked_sub(1).map(|at| Task::ALL[at]);
            standing(&scale, &site, &picture, flag, &drawn)
        });
        let standings = standings.collect();
        Self { scale, standings, mean: scenario.reading.mean() }
    }
}

fn picture(race: Option<usize>, onset_is_known: bool, scenario: &Scenario) -> ClinicalPicture {
    let onset = if onset_is_known {
        Onset::Known { at: start() + Minutes(-scenario.clinical.onset_minutes_ago) }
    } else {
        Onset::Unknown
    };
    let race =
        race.and_then(|points| u8::try_from(points).ok()).and_then(|points| Race::try_from(points).ok());
    ClinicalPicture { onset, race, ..ClinicalPicture::unstated() }
}

fn standing(
    scale: &Scale,
    site: &SiteEvidence,
    picture: &ClinicalPicture,
    flag: Option<Task>,
    drawn: &Drawn,
) -> Standing {
    let finding = flag.map(|task| Finding {
        task,
        analysis: Analysis::Analysed { probability: 1.0, threshold: 0.5, flag: true, volume_ml: None },
        provisional: false,
        evidence: EvidenceLevel::Site,
        performance: Some(drawn.performance(task)),
    });
    let clock = CaseClock { started_at: start(), started_by: ClockStart::Alert };
    let id = CaseId(uuid::Uuid::nil());
    let (stage, findings) = (Stage::Waiting, finding.as_slice());
    Standing::of(&QueueCase { id, clock, stage, picture, findings, site }, scale)
}

/// Any moment: only spans count.
fn start() -> Timestamp {
    jiff::Timestamp::UNIX_EPOCH.into()
}
