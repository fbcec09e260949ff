//! A scale as a printed form: its items, the answers that each allows, and where it comes from.

use serde::{Deserialize, Serialize};

use super::{fast_ed, glasgow, ich, lams, nihss, race, rankin};
use crate::domain::wording::Text;

/// A scale whose total is the sum of its items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    Nihss,
    Race,
    Lams,
    FastEd,
    Glasgow,
    Rankin,
    Ich,
}

impl Scale {
    pub const ALL: [Self; 7] =
        [Self::Nihss, Self::Race, Self::Lams, Self::FastEd, Self::Glasgow, Self::Rankin, Self::Ich];

    /// Its form.
    #[must_use]
    pub fn form(self) -> &'static Form {
        match self {
            Self::Nihss => &nihss::FORM,
            Self::Race => &race::FORM,
            Self::Lams => &lams::FORM,
            Self::FastEd => &fast_ed::FORM,
            Self::Glasgow => &glasgow::FORM,
            Self::Rankin => &rankin::FORM,
            Self::Ich => &ich::FORM,
        }
    }
}

/// A text of a form, in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said {
    pub fr: &'static str,
    pub en: &'static str,
}

impl From<Said> for Text {
    fn from(said: Said) -> Self {
        Self::new(said.fr, said.en)
    }
}

pub(super) const fn said(fr: &'static str, en: &'static str) -> Said {
    Said { fr, en }
}

/// An answer that an item allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    pub points: u8,
    pub said: Said,
}

pub(super) const fn level(points: u8, fr: &'static str, en: &'static str) -> Level {
    Level { points, said: said(fr, en) }
}

/// What is examined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// Its name in the API and the database.
    pub code: &'static str,
    pub label: Said,
    pub levels: &'static [Level],
    /// What lets the examiner say "untestable"; `None` where the form does not have it.
    pub untestable: Option<Said>,
}

pub(super) const fn item(
    code: &'static str,
    fr: &'static str,
    en: &'static str,
    levels: &'static [Level],
) -> Item {
    Item { code, label: said(fr, en), levels, untestable: None }
}

impl Item {
    pub(super) const fn or_untestable(self, fr: &'static str, en: &'static str) -> Self {
        Self { untestable: Some(said(fr, en)), ..self }
    }

    /// The highest score.
    #[must_use]
    pub fn max(&self) -> u8 {
        self.levels.iter().map(|level| level.points).max().unwrap_or(0)
    }
}

/// What an untestable item does to the total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Untested {
    /// It adds nothing: the total is a floor.
    AddsNothing,
    /// There is no total.
    NoTotal,
}

/// A total from which the scale says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    pub from: u8,
    pub said: Said,
}

/// The form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    /// As it is called everywhere.
    pub name: &'static str,
    pub purpose: Said,
    pub items: &'static [Item],
    pub untested: Untested,
    pub cut: Option<Cut>,
    /// Authors, year, journal, DOI.
    pub source: &'static str,
}

impl Form {
    /// The lowest total.
    #[must_use]
    pub fn min_total(&self) -> u8 {
        let lowest = |item: &Item| item.levels.iter().map(|level| level.points).min().unwrap_or(0);
        self.items.iter().map(lowest).sum()
    }

    /// The highest total.
    #[must_use]
    pub fn max_total(&self) -> u8 {
        self.items.iter().map(Item::max).sum()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_form_has_its_published_range_and_number_of_items() {
        let seen = Scale::ALL.map(|scale| {
            let form = scale.form();
            (form.name, form.items.len(), form.min_total(), form.max_total())
        });
        let published = [
            ("NIHSS", 15, 0, 42),
            ("RACE", 5, 0, 9),
            ("LAMS", 3, 0, 5),
            ("FAST-ED", 5, 0, 9),
            ("Glasgow", 3, 3, 15),
            ("mRS", 1, 0, 6),
            ("ICH", 5, 0, 6),
        ];
        assert_eq!(seen, published);
    }

    #[test]
    fn levels_rise_one_by_one_and_codes_are_told_apart() {
        for scale in Scale::ALL {
            let form = scale.form();
            let codes: BTreeSet<&str> = form.items.iter().map(|item| item.code).collect();
            assert_eq!(codes.len(), form.items.len(), "{scale:?}");
            for item in form.items {
                assert!(
                    item.levels.windows(2).all(|pair| pair[1].points == pair[0].points + 1),
                    "{}",
                    item.code
                );
                assert!(
                    item.levels.iter().all(|level| !level.said.fr.is_empty() && !level.said.en.is_empty())
                );
            }
            assert!(form.cut.is_none_or(|cut| (1..=form.max_total()).contains(&cut.from)));
            assert!(form.source.contains("doi:"), "{scale:?} names its source");
        }
    }
}
