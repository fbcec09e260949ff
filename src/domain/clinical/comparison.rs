//! Two people, one scale: where they differ.

use super::examination::{Examination, Score};
use super::form::Item;

/// An item that was not scored alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub item: &'static Item,
    /// In the order of the examinations.
    pub scores: Vec<Score>,
}

/// The items of one scale that the examinations do not all score alike, in the form's order; none of fewer than two,
/// or of different scales.
#[must_use]
pub fn differences(examinations: &[&Examination]) -> Vec<Difference> {
    let Some((first, others)) = examinations.split_first() else { return Vec::new() };
    if others.iter().any(|other| other.scale() != first.scale()) {
        return Vec::new();
    }
    let of = |at: usize| examinations.iter().filter_map(move |e| e.answers().nth(at).map(|(_, score)| score));
    first
        .answers()
        .enumerate()
        .filter(|(at, (_, score))| of(*at).any(|other| other != *score))
        .map(|(at, (item, _))| Difference { item, scores: of(at).collect() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clinical::form::Scale;

    fn race(points: [u8; 5]) -> Examination {
        Examination::new(Scale::Race, points.map(Score::Points).to_vec()).unwrap()
    }

    #[test]
    fn only_the_items_scored_otherwise_are_told() {
        let [bedside, video] = [race([2, 2, 1, 0, 1]), race([2, 1, 1, 0, 2])];
        let told = differences(&[&bedside, &video]);
        let seen: Vec<_> = told.iter().map(|d| (d.item.code, d.scores.as_slice())).collect();
        let points = |a, b| [Score::Points(a), Score::Points(b)];
        assert_eq!(seen, [("arm", points(2, 1).as_slice()), ("cortical", points(1, 2).as_slice())]);
        assert!(differences(&[&bedside, &bedside.clone()]).is_empty());
        assert!(differences(&[&bedside]).is_empty());
        assert!(differences(&[]).is_empty());
    }

    #[test]
    fn scales_are_not_compared_across() {
        let lams = Examination::new(Scale::Lams, [1, 2, 2].map(Score::Points).to_vec()).unwrap();
        assert!(differences(&[&race([1, 2, 2, 0, 0]), &lams]).is_empty());
    }
}
