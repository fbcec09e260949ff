//! Who accepted a call and is not expected any more, and why.

use super::{Call, Cause, Stage};
use crate::domain::case::CaseState;
use crate::domain::identity::UserId;
use crate::domain::time::Timestamp;

/// Why who accepted need not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relief {
    /// Another person reads the case.
    Taken { by: UserId },
    /// Another person made the diagnosis.
    Decided { by: UserId },
    /// The call was stood down: what it was for is not planned any more, or goes elsewhere.
    StoodDown,
}

impl Call {
    /// Who accepted it.
    #[must_use]
    pub fn acceptor(&self) -> Option<UserId> {
        match self.stage {
            Stage::Accepted { by, .. } => Some(by),
            Stage::Calling { .. } | Stage::Everyone { .. } | Stage::Ended { .. } => None,
        }
    }

    /// Why `person`, who accepted, is not expected any more; `None` while they are. Whom a person asked for is
    /// expected whoever reads the case.
    #[must_use]
    pub fn relief(&self, person: UserId, state: &CaseState, now: Timestamp) -> Option<Relief> {
        match self.stage {
            Stage::Ended { .. } => return Some(Relief::StoodDown),
            Stage::Accepted { by, .. } if by == person => {}
            Stage::Accepted { .. } | Stage::Calling { .. } | Stage::Everyone { .. } => return None,
        }
        if !self.need.reads() || matches!(self.cause, Cause::Asked { .. }) {
            return None;
        }
        match (state, state.held(now)) {
            (CaseState::Decided { by, .. }, _) if *by != person => Some(Relief::Decided { by: *by }),
            (_, Some(held)) if held.reader != person => Some(Relief::Taken { by: held.reader }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::{Claim, Decision, Diagnosis};
    use crate::domain::identity::CaseId;
    use crate::domain::rota::Specialty;
    use crate::domain::time::Minutes;

    const COMES: UserId = UserId(uuid::Uuid::from_u128(1));
    const OTHER: UserId = UserId(uuid::Uuid::from_u128(2));

    fn after(minutes: f64) -> Timestamp {
        "2026-11-24T03:00:00Z".parse::<Timestamp>().unwrap() + Minutes(minutes)
    }

    fn accepted(need: Specialty, cause: Cause) -> Call {
        let call =
            Call::raise(CaseId(uuid::Uuid::nil()), "valmont".parse().unwrap(), need, cause, after(0.0));
        call.accept(COMES, after(1.0)).unwrap()
    }

    fn read_by(reader: UserId) -> CaseState {
        CaseState::Reading(Claim { reader, since: after(2.0), until: after(22.0) })
    }

    fn decided_by(by: UserId) -> CaseState {
        let decision = Decision {
            diagnosis: Diagnosis::Mimic,
            treatments: Vec::new(),
            nihss: None,
            note: String::new(),
        };
        CaseState::Decided { decision, by, at: after(5.0) }
    }

    #[test]
    fn who_accepted_is_expected_until_another_is_at_the_case() {
        let call = accepted(Specialty::Neurologist, Cause::Alert);
        let why = |state: &CaseState, minute| call.relief(COMES, state, after(minute));
        assert_eq!(call.acceptor(), Some(COMES));
        assert_eq!(why(&CaseState::Waiting, 3.0), None);
        assert_eq!(why(&read_by(OTHER), 3.0), Some(Relief::Taken { by: OTHER }));
        assert_eq!(why(&read_by(OTHER), 22.0), None, "that hold ran out: they are expected again");
        assert_eq!(why(&decided_by(OTHER), 60.0), Some(Relief::Decided { by: OTHER }));
        for own in [read_by(COMES), decided_by(COMES)] {
            assert_eq!(why(&own, 6.0), None);
        }
        assert_eq!(call.relief(OTHER, &decided_by(COMES), after(6.0)), None, "who did not accept");
    }

    #[test]
    fn a_reader_at_the_case_relieves_neither_who_treats_nor_who_was_asked_for() {
        for call in [
            accepted(Specialty::Interventionalist, Cause::Thrombectomy { by: OTHER }),
            accepted(Specialty::Radiologist, Cause::Asked { by: OTHER }),
        ] {
            for state in [read_by(OTHER), decided_by(OTHER)] {
                assert_eq!(call.relief(COMES, &state, after(6.0)), None);
            }
            let ended = call.stand_down(after(6.0));
            assert_eq!(ended.relief(COMES, &decided_by(OTHER), after(7.0)), Some(Relief::StoodDown));
            assert_eq!(ended.acceptor(), None);
        }
    }
}
