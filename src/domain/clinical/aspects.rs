//! ASPECTS: early ischaemic change in the middle cerebral artery's territory, ten regions a side on non-contrast CT
//! (Barber 2000, doi:10.1016/S0140-6736(00)02237-6).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A region: the first four and M1–M3 at the level of the basal ganglia, M4–M6 above them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Region {
    Caudate,
    Lentiform,
    InternalCapsule,
    Insula,
    M1,
    M2,
    M3,
    M4,
    M5,
    M6,
}

impl Region {
    pub const ALL: [Self; 10] = [
        Self::Caudate,
        Self::Lentiform,
        Self::InternalCapsule,
        Self::Insula,
        Self::M1,
        Self::M2,
        Self::M3,
        Self::M4,
        Self::M5,
        Self::M6,
    ];

    /// The letters that readers use.
    #[must_use]
    pub fn letters(self) -> &'static str {
        match self {
            Self::Caudate => "C",
            Self::Lentiform => "L",
            Self::InternalCapsule => "IC",
            Self::Insula => "I",
            Self::M1 => "M1",
            Self::M2 => "M2",
            Self::M3 => "M3",
            Self::M4 => "M4",
            Self::M5 => "M5",
            Self::M6 => "M6",
        }
    }
}

/// What keeps a region from being counted as spared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Early ischaemic change.
    Affected,
    /// Not to be judged: artefact, an old lesion, not covered.
    Unreadable,
}

/// One side's regions; one that is not named is spared.
pub type Hemisphere = BTreeMap<Region, Change>;

/// Both sides, the patient's own.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aspects {
    #[serde(default)]
    pub left: Hemisphere,
    #[serde(default)]
    pub right: Hemisphere,
}

/// A side's score: 10 less one for each affected region. A region that could not be judged may be either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Score {
    pub low: u8,
    pub high: u8,
}

/// The score of one side.
#[must_use]
pub fn score(side: &Hemisphere) -> Score {
    let spared = Region::ALL.iter().filter(|region| !side.contains_key(region)).count();
    let unreadable = side.values().filter(|change| **change == Change::Unreadable).count();
    // Ten regions at most: the counts fit.
    let [low, high] = [spared, spared + unreadable].map(|n| u8::try_from(n).unwrap_or(u8::MAX));
    Score { low, high }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn side() -> impl Strategy<Value = Hemisphere> {
        let one = (
            prop::sample::select(Region::ALL.to_vec()),
            prop::sample::select(vec![Change::Affected, Change::Unreadable]),
        );
        prop::collection::btree_map(one.0, one.1, 0..=10)
    }

    #[test]
    fn a_spared_side_scores_ten_and_a_wholly_affected_one_nothing() {
        assert_eq!(score(&Hemisphere::new()), Score { low: 10, high: 10 });
        let all = Region::ALL.into_iter().map(|region| (region, Change::Affected)).collect();
        assert_eq!(score(&all), Score { low: 0, high: 0 });
    }

    proptest! {
        #[test]
        fn each_affected_region_costs_a_point_and_each_unreadable_one_widens(side in side()) {
            let affected = side.values().filter(|c| **c == Change::Affected).count();
            let unreadable = side.len() - affected;
            let Score { low, high } = score(&side);
            prop_assert_eq!(usize::from(high), 10 - affected);
            prop_assert_eq!(usize::from(high - low), unreadable);
        }

        #[test]
        fn what_is_written_is_read_back(left in side(), right in side()) {
            let aspects = Aspects { left, right };
            let text = serde_json::to_string(&aspects).unwrap();
            prop_assert_eq!(serde_json::from_str::<Aspects>(&text).unwrap(), aspects);
        }
    }
}
