//! How late a transport may be before another plan does as well.

use super::onset::THROMBOLYSIS_WINDOW;
use super::{Hinges, OnsetAge, Patient, Plan, central_outcome};
use crate::domain::time::Minutes;

/// Delays looked at: after a day every published curve has ended.
const LONGEST: Minutes = Minutes(1440.0);
/// To within a hundredth of a minute.
const HALVINGS: usize = 18;

/// The delay of one plan's transport at which another is as good for the patient.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum BreakEven {
    /// Up to this delay the plan is the better.
    After(Minutes),
    /// However late, within a day, the plan stays the better.
    Never,
}

/// How late `plan`'s transport may be before `over` has the same expected utility; zero where `plan` is not the better
/// even on time. The other plan is on time.
#[must_use]
pub fn break_even(plan: &Plan, over: &Plan, patient: &Patient) -> BreakEven {
    let utility = |plan: &Plan| central_outcome(plan, patient).expected_utility();
    let to_beat = utility(over);
    let is_better = |delay: Minutes| utility(&plan.delayed(delay, patient.onset)) > to_beat;
    if !is_better(Minutes::ZERO) {
        return BreakEven::After(Minutes::ZERO);
    }
    if is_better(LONGEST) {
        return BreakEven::Never;
    }
    let (mut better, mut not_better) = (Minutes::ZERO, LONGEST);
    for _ in 0..HALVINGS {
        let middle = Minutes((better.0 + not_better.0) / 2.0);
        if is_better(middle) { better = middle } else { not_better = middle }
    }
    BreakEven::After(better)
}

impl Plan {
    /// The same plan with its transport late by `by`: what hinges on it comes later. Thrombolysis pushed out of its
    /// window is not given.
    #[must_use]
    pub fn delayed(&self, by: Minutes, onset: OnsetAge) -> Self {
        let later = |at: Option<Minutes>| at.map(|at| at + by);
        let (needle, groin) = match self.hinges {
            Hinges::Nothing => (self.needle, self.groin),
            Hinges::Groin => (self.needle, later(self.groin)),
            Hinges::Everything => (self.needle.and_then(|at| later_needle(at, by, onset)), later(self.groin)),
        };
        Self { needle, groin, ..self.clone() }
    }
}

fn later_needle(at: Minutes, by: Minutes, onset: OnsetAge) -> Option<Minutes> {
    let OnsetAge::Known(age) = onset else { return Some(at + by) };
    let was_in_time = age + at <= THROMBOLYSIS_WINDOW;
    (!was_in_time || age + at + by <= THROMBOLYSIS_WINDOW).then_some(at + by)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::dispatch::tests::{LVO, patient, plan};

    const EARLY: OnsetAge = OnsetAge::Known(Minutes(150.0));

    #[test]
    fn a_late_needle_is_given_up_to_the_end_of_its_window() {
        let late = |by, onset| later_needle(Minutes(100.0), Minutes(by), onset);
        assert_eq!(late(20.0, EARLY), Some(Minutes(120.0)));
        assert_eq!(late(20.5, EARLY), None);
        assert_eq!(late(20.5, OnsetAge::unknown()), Some(Minutes(120.5)));
        // Past the window from the start, the plan says so already: it is only later.
        assert_eq!(late(20.5, OnsetAge::Known(Minutes(200.0))), Some(Minutes(120.5)));
        assert_eq!(late(0.0, OnsetAge::Known(Minutes(170.0))), Some(Minutes(100.0)));
    }

    #[test]
    fn what_is_no_better_on_time_breaks_even_at_once_and_a_day_late_is_never() {
        let at = |plan: &Plan, over: &Plan| break_even(plan, over, &patient(LVO));
        let (early, late) = (plan("p", None, Some(120.0), 0.0), plan("q", None, Some(180.0), 0.0));
        assert_eq!(at(&early, &early), BreakEven::After(Minutes::ZERO));
        assert_eq!(at(&late, &early), BreakEven::After(Minutes::ZERO));
        let BreakEven::After(delay) = at(&early, &late) else { panic!("an hour's lead") };
        assert!((delay.0 - 60.0).abs() < 0.01, "{delay:?}");
        // The needle does not hinge on the transport, and is all that either gives once the groin is too late.
        let given = plan("p", Some(60.0), None, 0.0);
        assert_eq!(at(&given, &plan("q", None, None, 0.0)), BreakEven::Never);
        assert_eq!(at(&given, &given), BreakEven::After(Minutes::ZERO), "as good however late is not better");
    }

    #[test]
    fn only_what_hinges_on_the_transport_is_late_with_it() {
        let times = |hinges| {
            let late =
                Plan { hinges, ..plan("p", Some(60.0), Some(200.0), 0.0) }.delayed(Minutes(30.0), EARLY);
            (late.needle.map(|t| t.0), late.groin.map(|t| t.0))
        };
        assert_eq!(times(Hinges::Nothing), (Some(60.0), Some(200.0)));
        assert_eq!(times(Hinges::Groin), (Some(60.0), Some(230.0)));
        assert_eq!(times(Hinges::Everything), (Some(90.0), Some(230.0)));
    }
}
