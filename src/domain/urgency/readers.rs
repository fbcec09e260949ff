//! Whether the readers present can open every waiting case before its limit.

use crate::domain::time::Minutes;

/// How long a reading takes on average. Assumption until a site measures its own.
pub const MEAN_READING: Minutes = Minutes(10.0);

/// The readers that waiting cases have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Team {
    pub readers: usize,
    /// How long a reading takes.
    pub mean: Minutes,
}

impl Team {
    /// Readers who take [`MEAN_READING`] for a case.
    #[must_use]
    pub fn of(readers: usize) -> Self {
        Self { readers, mean: MEAN_READING }
    }

    /// How many readers it takes to open every waiting case before its limit (earliest deadline first meets every
    /// limit that any order can, Jackson 1955). `left` are the minutes to each waiting case's limit, the nearest
    /// first; one whose limit is past takes its place and asks for nothing more. `reading` are the cases being read
    /// now: each holds a reader.
    #[must_use]
    pub fn needed(&self, left: impl IntoIterator<Item = Minutes>, reading: usize) -> usize {
        let each = left.into_iter().enumerate();
        each.map(|(before, left)| readers_for(left, before, reading, self.mean)).max().unwrap_or(0)
    }

    /// Whether the readers suffice for every limit to come and would not after one more reading: then the earliest
    /// clock goes first, whatever else waits. `left` and `reading` as for [`Self::needed`].
    ///
    /// With readings no longer than the mean, a case is so opened before its limit whatever arrives, as long as the
    /// readers suffice whenever a case comes and whenever one of them is free (the proof:
    /// `docs/decisions/2026-11-24-in-time-as-long-as-readers-suffice.md`).
    #[must_use]
    pub fn is_last_turn(&self, left: impl IntoIterator<Item = Minutes>, reading: usize) -> bool {
        let mut last = false;
        for (before, left) in left.into_iter().enumerate() {
            let [now, after_one_more] =
                [reading, reading + 1].map(|r| readers_for(left, before, r, self.mean));
            if now > self.readers {
                return false;
            }
            last |= after_one_more > self.readers;
        }
        last
    }
}

/// How many readers open a case before its limit after `before` others. Of the cases up to this one, a reader opens
/// one at once and another after each mean reading.
fn readers_for(left: Minutes, before: usize, reading: usize, mean: Minutes) -> usize {
    let turns = (left.0 / mean.0).ceil();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive, saturating")]
    let turns = if turns >= 1.0 { turns as usize } else { return 1 };
    (before + reading + 1).div_ceil(turns)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn needed(left: &[f64], reading: usize) -> usize {
        let mut left = left.to_vec();
        left.sort_by(f64::total_cmp);
        Team::of(1).needed(left.into_iter().map(Minutes), reading)
    }

    #[test]
    fn nobody_is_needed_for_nothing_and_one_for_a_case() {
        assert_eq!(needed(&[], 0), 0);
        assert_eq!(needed(&[120.0], 0), 1);
        assert_eq!(needed(&[-5.0], 0), 1);
    }

    #[test]
    fn cases_that_are_due_together_need_as_many_readers() {
        assert_eq!(needed(&[5.0, 5.0, 5.0], 0), 3);
        assert_eq!(needed(&[15.0, 15.0, 15.0], 0), 2);
        assert_eq!(needed(&[30.0, 30.0, 30.0], 0), 1);
        assert_eq!(needed(&[5.0], 1), 2);
    }

    /// Whether `readers`, all free or one reading each, open every case in time.
    fn suffice(left: &[f64], reading: usize, readers: usize) -> bool {
        let mut free: Vec<f64> = (0..readers).map(|_| 0.0).collect();
        for held in 0..reading {
            free[held % readers] += 10.0;
        }
        let mut left = left.to_vec();
        left.sort_by(f64::total_cmp);
        left.iter().all(|left| {
            free.sort_by(f64::total_cmp);
            let opened = free[0];
            free[0] += 10.0;
            opened < *left
        })
    }

    proptest! {
        #[test]
        fn so_many_suffice_and_one_fewer_does_not(
            left in proptest::collection::vec(0.1..200.0_f64, 1..20), reading in 0_usize..4,
        ) {
            let readers = needed(&left, reading);
            prop_assert!(suffice(&left, reading, readers));
            prop_assert!(readers == 1 || !suffice(&left, reading, readers - 1));
        }
    }
}
