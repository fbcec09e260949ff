//! What a reader who gives a case back tells the next.

use serde::{Deserialize, Serialize};

use super::identity::{Invalid, SeriesUid, UserId};
use super::time::Timestamp;

/// Longest note, characters.
const NOTE: usize = 2_000;
/// Most series named.
const SERIES: usize = 200;

/// What was seen, and what is to be said of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOver {
    note: String,
    seen: Vec<SeriesUid>,
}

impl HandOver {
    /// # Errors
    /// [`Invalid`] when the note or the list is too long.
    pub fn new(note: &str, mut seen: Vec<SeriesUid>) -> Result<Self, Invalid> {
        let note = note.trim();
        if note.chars().count() > NOTE {
            return Err(Invalid { what: "note", problem: "has at most 2,000 characters" });
        }
        if seen.len() > SERIES {
            return Err(Invalid { what: "seen", problem: "names at most 200 series" });
        }
        seen.sort_unstable();
        seen.dedup();
        Ok(Self { note: note.to_owned(), seen })
    }

    #[must_use]
    pub fn note(&self) -> &str {
        &self.note
    }

    /// The series that were on the reader's screen.
    #[must_use]
    pub fn seen(&self) -> &[SeriesUid] {
        &self.seen
    }

    /// Whether there is nothing to tell.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.note.is_empty() && self.seen.is_empty()
    }
}

/// How a case came back to the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leaving {
    /// The reader gave it back.
    GivenBack,
    /// The reader's hold ended without a word.
    Lapsed,
}

/// Who had a case before, and what they left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    pub reader: UserId,
    pub at: Timestamp,
    pub how: Leaving,
    pub hand_over: HandOver,
}

impl Left {
    /// The later of what was handed over and a hold that lapsed; a hand-over's words stay with a lapse after it.
    #[must_use]
    pub fn latest(given_back: Option<Self>, lapsed: Option<(UserId, Timestamp)>) -> Option<Self> {
        match (given_back, lapsed) {
            (given_back, None) => given_back,
            (Some(given), Some((_, until))) if given.at >= until => Some(given),
            (given, Some((reader, at))) => Some(Self {
                reader,
                at,
                how: Leaving::Lapsed,
                hand_over: given.map(|given| given.hand_over).unwrap_or_default(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lapse_after_a_hand_over_keeps_its_words() {
        let [one, two] = [1, 2].map(|n| UserId(uuid::Uuid::from_u128(n)));
        let at = |rfc3339: &str| rfc3339.parse::<Timestamp>().unwrap();
        let hand_over = HandOver::new(" vu la série native ", Vec::new()).unwrap();
        let given = Left { reader: one, at: at("2026-11-24T08:10:00Z"), how: Leaving::GivenBack, hand_over };
        let lapsed = Left::latest(Some(given.clone()), Some((two, at("2026-11-24T08:40:00Z")))).unwrap();
        assert_eq!((lapsed.how, lapsed.reader), (Leaving::Lapsed, two));
        assert_eq!(lapsed.hand_over.note(), "vu la série native");
        let earlier = Left::latest(Some(given.clone()), Some((two, at("2026-11-24T08:00:00Z"))));
        assert_eq!(earlier, Some(given.clone()));
        assert_eq!(Left::latest(Some(given.clone()), None), Some(given));
        assert_eq!(Left::latest(None, None), None);
        assert!(HandOver::new(&"x".repeat(2_001), Vec::new()).is_err());
    }

    #[test]
    fn a_note_has_2000_characters_and_names_200_series_at_most() {
        let series = |n: usize| (0..n).map(|i| format!("1.{i}").parse().unwrap()).collect::<Vec<SeriesUid>>();
        assert!(HandOver::new(&"é".repeat(2_000), Vec::new()).is_ok());
        assert!(HandOver::new("", series(200)).is_ok() && HandOver::new("", series(201)).is_err());
        let twice = ["1.2", "1.1", "1.2"].map(|uid| uid.parse().unwrap());
        let seen = HandOver::new("", twice.to_vec()).unwrap();
        assert_eq!(seen.seen().iter().map(SeriesUid::as_str).collect::<Vec<_>>(), ["1.1", "1.2"]);
    }

    #[test]
    fn a_hand_over_at_the_moment_of_a_lapse_stands() {
        let [one, two] = [1, 2].map(|n| UserId(uuid::Uuid::from_u128(n)));
        let at: Timestamp = "2026-11-24T08:10:00Z".parse().unwrap();
        let given = Left { reader: one, at, how: Leaving::GivenBack, hand_over: HandOver::default() };
        assert_eq!(Left::latest(Some(given.clone()), Some((two, at))), Some(given));
        let lapsed = Left { reader: two, at, how: Leaving::Lapsed, hand_over: HandOver::default() };
        assert_eq!(Left::latest(None, Some((two, at))), Some(lapsed));
    }

    #[test]
    fn a_word_or_a_series_seen_is_something_to_tell() {
        let told = |note: &str, seen: &[&str]| {
            let seen = seen.iter().map(|uid| uid.parse().unwrap()).collect();
            !HandOver::new(note, seen).unwrap().is_empty()
        };
        assert_eq!([told(" ", &[]), told("vu", &[]), told("", &["1.2"])], [false, true, true]);
    }
}
