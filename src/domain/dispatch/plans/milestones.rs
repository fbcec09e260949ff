//! The moments of a plan that can be held against what happened.

use super::{Leg, LegKind, Mode, TransportPlan};
use crate::domain::time::Minutes;

/// Minutes from the decision; `None`: the plan has no such moment.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Milestones {
    /// The patient leaves.
    pub departure: Option<Minutes>,
    /// The patient is at the last hospital.
    pub arrival: Option<Minutes>,
    pub needle: Option<Minutes>,
    pub groin: Option<Minutes>,
}

impl TransportPlan {
    /// Where the team comes and the patient stays, nobody leaves.
    #[must_use]
    pub fn milestones(&self) -> Milestones {
        let mut travels = self.legs.iter().filter(|leg| leg.kind == LegKind::Travel);
        let first = travels.next();
        let last = travels.next_back().or(first);
        let (departure, arrival) = match self.mode {
            Mode::Stay => (None, None),
            Mode::Road | Mode::Air | Mode::Team => {
                (first.map(|leg: &Leg| leg.start), last.map(|leg| leg.end))
            }
        };
        Milestones { departure, arrival, needle: self.plan.needle, groin: self.plan.groin }
    }
}
