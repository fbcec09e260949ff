//! The moments of a case that are measured: known by the program, or entered by a person and corrected with history.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::form::{Said, said};
use crate::domain::identity::UserId;
use crate::domain::time::{CLOCK_SKEW, Timestamp};

/// A moment of the patient's path, in the order in which it is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MilestoneKind {
    /// Arrival at the hospital that sent the case.
    Door,
    FirstImage,
    LastImage,
    /// A reader took the case.
    Opened,
    /// The diagnosis.
    Read,
    /// Thrombolysis begins.
    Needle,
    /// The patient leaves for another hospital.
    Departure,
    /// The patient arrives there.
    Arrival,
    /// Puncture for thrombectomy.
    Groin,
}

/// Who knows a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Known {
    /// The program alone: nobody can set it.
    ByProgram,
    /// A person; or the program, whom a person may correct.
    ByPeople,
}

impl MilestoneKind {
    pub const ALL: [Self; 9] = [
        Self::Door,
        Self::FirstImage,
        Self::LastImage,
        Self::Opened,
        Self::Read,
        Self::Needle,
        Self::Departure,
        Self::Arrival,
        Self::Groin,
    ];

    /// The reading and the decision are acts here; the rest happens in the hospital.
    #[must_use]
    pub fn known(self) -> Known {
        match self {
            Self::Opened | Self::Read => Known::ByProgram,
            Self::Door
            | Self::FirstImage
            | Self::LastImage
            | Self::Needle
            | Self::Departure
            | Self::Arrival
            | Self::Groin => Known::ByPeople,
        }
    }

    #[must_use]
    pub fn label(self) -> Said {
        match self {
            Self::Door => said("Arrivée", "Door"),
            Self::FirstImage => said("Première image", "First image"),
            Self::LastImage => said("Dernière image", "Last image"),
            Self::Opened => said("Pris par un lecteur", "Taken by a reader"),
            Self::Read => said("Diagnostic", "Diagnosis"),
            Self::Needle => said("Début de thrombolyse", "Needle"),
            Self::Departure => said("Départ vers un autre hôpital", "Departure to another hospital"),
            Self::Arrival => said("Arrivée à l'hôpital receveur", "Arrival at the receiving hospital"),
            Self::Groin => said("Ponction", "Groin puncture"),
        }
    }

    /// What must come before it, where both are known.
    fn after(self) -> &'static [Self] {
        match self {
            Self::Door => &[],
            Self::FirstImage | Self::Needle | Self::Departure | Self::Opened | Self::Read => &[Self::Door],
            Self::LastImage => &[Self::Door, Self::FirstImage],
            Self::Arrival => &[Self::Door, Self::Departure],
            Self::Groin => &[Self::Door, Self::Departure, Self::Arrival],
        }
    }
}

/// The moments that are known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Milestones(BTreeMap<MilestoneKind, Timestamp>);

impl FromIterator<(MilestoneKind, Timestamp)> for Milestones {
    fn from_iter<I: IntoIterator<Item = (MilestoneKind, Timestamp)>>(moments: I) -> Self {
        Self(moments.into_iter().collect())
    }
}

impl Milestones {
    #[must_use]
    pub fn at(&self, kind: MilestoneKind) -> Option<Timestamp> {
        self.0.get(&kind).copied()
    }

    /// With these, as far as they are known.
    #[must_use]
    pub fn with(mut self, moments: impl IntoIterator<Item = (MilestoneKind, Option<Timestamp>)>) -> Self {
        self.0.extend(moments.into_iter().filter_map(|(kind, at)| Some((kind, at?))));
        self
    }

    /// What the program knows, with what people entered over it: the last entry of a kind counts, and one without a
    /// moment takes the entries before it back.
    #[must_use]
    pub fn corrected(mut self, entries: &[Entry]) -> Self {
        let mut said: BTreeMap<MilestoneKind, &Entry> = BTreeMap::new();
        for entry in entries {
            said.insert(entry.kind, entry);
        }
        for entry in said.into_values() {
            if let Some(at) = entry.at {
                self.0.insert(entry.kind, at);
            }
        }
        self
    }

    /// Whether a person may set `kind` to `at`, the other moments being these.
    ///
    /// # Errors
    /// [`Refused`]
    pub fn may_set(&self, kind: MilestoneKind, at: Timestamp, now: Timestamp) -> Result<(), Refused> {
        if at > now + CLOCK_SKEW {
            return Err(Refused::Future);
        }
        for before in kind.after().iter().copied() {
            if self.at(before).is_some_and(|moment| at < moment) {
                return Err(Refused::Before(before));
            }
        }
        for later in ENTERED.into_iter().filter(|later| later.after().contains(&kind)) {
            if self.at(later).is_some_and(|moment| moment < at) {
                return Err(Refused::After(later));
            }
        }
        Ok(())
    }
}

/// What only people know, and so what a moment entered is held against: what the program saw (images under a
/// scanner's wrong clock) is no reason to refuse what a person knows of the hospital.
const ENTERED: [MilestoneKind; 4] =
    [MilestoneKind::Needle, MilestoneKind::Departure, MilestoneKind::Arrival, MilestoneKind::Groin];

/// Why a moment is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("the moment is in the future")]
    Future,
    #[error("the moment is before {0:?}, which comes first")]
    Before(MilestoneKind),
    #[error("the moment is after {0:?}, which comes later")]
    After(MilestoneKind),
}

/// What a person entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub kind: MilestoneKind,
    /// `None` takes what was entered before back.
    pub at: Option<Timestamp>,
    /// Why it was corrected; empty for a first entry.
    pub reason: String,
    pub by: UserId,
    pub recorded_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::time::Minutes;

    fn minute(minutes: f64) -> Timestamp {
        "2026-11-24T10:00:00Z".parse::<Timestamp>().unwrap() + Minutes(minutes)
    }

    fn entry(kind: MilestoneKind, at: Option<f64>) -> Entry {
        let by = UserId(uuid::Uuid::nil());
        Entry { kind, at: at.map(minute), reason: String::new(), by, recorded_at: minute(600.0) }
    }

    #[test]
    fn the_last_entry_counts_and_one_taken_back_leaves_what_the_program_saw() {
        use MilestoneKind::{Door, FirstImage, Needle};
        let seen = Milestones::from_iter([(Door, minute(0.0)), (FirstImage, minute(20.0))]);
        let entries = [entry(Needle, Some(60.0)), entry(FirstImage, Some(18.0)), entry(Needle, Some(55.0))];
        let known = seen.clone().corrected(&entries);
        assert_eq!(known.at(Needle), Some(minute(55.0)));
        assert_eq!(known.at(FirstImage), Some(minute(18.0)));
        let mut taken_back = entries.to_vec();
        taken_back.extend([entry(Needle, None), entry(FirstImage, None)]);
        assert_eq!(seen.clone().corrected(&taken_back), seen);
    }

    #[test]
    fn moments_keep_the_order_of_the_path() {
        use MilestoneKind::{Arrival, Departure, Door, Groin, Needle};
        let known =
            Milestones::from_iter([(Door, minute(0.0)), (Departure, minute(80.0)), (Arrival, minute(120.0))]);
        let now = minute(200.0);
        assert_eq!(known.may_set(Needle, minute(-1.0), now), Err(Refused::Before(Door)));
        assert_eq!(known.may_set(Groin, minute(100.0), now), Err(Refused::Before(Arrival)));
        assert_eq!(known.may_set(Departure, minute(121.0), now), Err(Refused::After(Arrival)));
        assert_eq!(known.may_set(Needle, minute(206.0), now), Err(Refused::Future));
        assert_eq!(known.may_set(Groin, minute(170.0), now), Ok(()));
        assert_eq!(known.may_set(Needle, minute(204.0), now), Ok(()), "clocks differ by a little");
    }

    #[test]
    fn two_moments_may_be_the_same() {
        use MilestoneKind::{Arrival, Departure, Door, Groin, LastImage};
        let known =
            Milestones::from_iter([(Door, minute(0.0)), (Departure, minute(80.0)), (Arrival, minute(120.0))]);
        let may = |kind, at| known.may_set(kind, minute(at), minute(200.0));
        assert_eq!([may(Departure, 0.0), may(Departure, 120.0), may(Groin, 120.0)], [Ok(()); 3]);
        assert_eq!(may(Groin, 205.0), Ok(()), "five minutes ahead is still now");
        assert_eq!(may(Groin, 205.1), Err(Refused::Future));
        // What the program saw does not hold a person's word up.
        let seen = Milestones::default().with([(LastImage, Some(minute(10.0))), (Groin, None)]);
        assert_eq!((seen.at(LastImage), seen.at(Groin)), (Some(minute(10.0)), None));
        assert_eq!(seen.may_set(Door, minute(30.0), minute(200.0)), Ok(()));
    }

    proptest! {
        #[test]
        fn moments_entered_one_by_one_end_up_in_order(
            steps in prop::collection::vec((0_usize..9, 0.0..300.0_f64), 1..30),
        ) {
            let mut known = Milestones::default();
            for (kind, at) in steps {
                let kind = MilestoneKind::ALL[kind];
                if kind.known() == Known::ByPeople && known.may_set(kind, minute(at), minute(300.0)).is_ok() {
                    known = known.corrected(&[entry(kind, Some(at))]);
                }
            }
            let in_order = [
                (MilestoneKind::Door, MilestoneKind::Needle),
                (MilestoneKind::Door, MilestoneKind::Departure),
                (MilestoneKind::Departure, MilestoneKind::Arrival),
                (MilestoneKind::Arrival, MilestoneKind::Groin),
            ];
            for (first, then) in in_order {
                if let (Some(first), Some(then)) = (known.at(first), known.at(then)) {
                    prop_assert!(first <= then);
                }
            }
        }
    }
}
