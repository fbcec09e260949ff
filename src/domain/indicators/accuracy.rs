//! The models' flags against the signed diagnoses.

use super::{Flagged, Row};
use crate::domain::case::Diagnosis;
use crate::domain::evidence::Task;
use crate::domain::statistics::Proportion;

/// How often a task's flag was wrong, among cases with a signed diagnosis that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accuracy {
    pub task: Task,
    /// Of the diseased who were analysed, those not flagged.
    pub missed: Proportion,
    /// Of the others who were analysed, those flagged.
    pub false_flags: Proportion,
    /// With a diagnosis, but no series that could be analysed: neither missed nor spared.
    pub not_analysed: u32,
}

impl Accuracy {
    pub(super) fn of(task: Task, rows: &[&Row]) -> Self {
        let judged = || {
            rows.iter().filter_map(move |row| {
                let diseased = has(task, row.diagnosis?)?;
                Some((diseased, row.flags.get(&task).copied()))
            })
        };
        let share = |of_diseased: bool, wrong: Flagged| {
            let analysed =
                judged().filter(|(diseased, _)| *diseased == of_diseased).filter_map(|(_, flagged)| flagged);
            Proportion::of(analysed, |flagged| *flagged == wrong)
        };
        Self {
            task,
            missed: share(true, Flagged::Unflagged),
            false_flags: share(false, Flagged::Flagged),
            not_analysed: Proportion::of(judged(), |(_, flagged)| flagged.is_none()).part,
        }
    }
}

/// Whether a patient with this diagnosis has what the task looks for; `None` where the diagnosis does not say.
fn has(task: Task, diagnosis: Diagnosis) -> Option<bool> {
    match (task, diagnosis) {
        (_, Diagnosis::Undetermined) => None,
        (Task::Hemorrhage, Diagnosis::Haemorrhage)
        | (Task::Occlusion, Diagnosis::Lvo)
        | (Task::Infarct, Diagnosis::Lvo | Diagnosis::Ischaemia) => Some(true),
        (Task::Hemorrhage | Task::Occlusion | Task::Infarct, _) => Some(false),
    }
}
