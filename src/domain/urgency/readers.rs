//! Whether the readers present can open every waiting case before its limit.

use crate::domain::time::Minutes;

/// How long a reading takes on average. Assumption until a site measures its own.
pub const MEAN_READING: Minutes = Minutes(10.0);

/// How many readers it takes to open every waiting case before its limit, the nearest limit first, each reading of
/// mean length (earliest deadline first meets every limit that any order can, Jackson 1955). `left` are the minutes
/// to each waiting case's limit, in any order; one whose limit is past takes its place and asks for nothing more.
/// `reading` are the cases being read now: each holds a reader.
#[must_use]
pub fn readers_needed(left: &[Minutes], reading: usize, mean: Minutes) -> usize {
    let mut left: Vec<f64> = left.iter().map(|left| left.0).collect();
    left.sort_by(f64::total_cmp);
    let open = |(before, left): (usize, &f64)| {
        // Of the cases up to this one, a reader opens one at once and another after each mean reading.
        let turns = (left / mean.0).ceil();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive, saturating")]
        let turns = if turns >= 1.0 { turns as usize } else { return 1 };
        (before + reading + 1).div_ceil(turns)
    };
    left.iter().enumerate().map(open).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn needed(left: &[f64], reading: usize) -> usize {
        let left: Vec<Minutes> = left.iter().copied().map(Minutes).collect();
        readers_needed(&left, reading, Minutes(10.0))
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
