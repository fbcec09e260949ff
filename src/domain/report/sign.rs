//! From a draft to a signed version: what is missing, unconfirmed or contradictory stops it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::observation::{Item, Observation, Presence};
use super::source::{DraftItem, Proposal, Source, Standing, Statement};
use super::{Draft, Report, ReportStatus};
use crate::domain::clinical::hematoma::{Ventricles, ich_score};
use crate::domain::identity::UserId;
use crate::domain::time::Timestamp;

/// What a signature is given with.
#[derive(Debug, Clone, Copy)]
pub struct Signing<'a> {
    pub previous: Option<&'a Report>,
    /// What the models' words suggest at this moment.
    pub proposals: &'a [Proposal],
    /// The patient's date of birth, where it is known.
    pub born: Option<Date>,
    pub by: UserId,
    pub at: Timestamp,
}

/// Why a draft could not be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignRefused {
    #[error("a report needs a conclusion")]
    NoConclusion,
    #[error("a final report needs its findings")]
    NoFindings,
    #[error("a preliminary report cannot follow a final one")]
    AlreadyFinal,
    #[error("an addendum is added to a final report, and there is none")]
    NothingToAddTo,
    #[error("an item that a model proposed was not confirmed")]
    Unconfirmed(Item),
    #[error("an item was confirmed that no model's word suggests any more")]
    Outdated(Item),
    #[error("an item is stated twice")]
    Twice(Item),
    #[error("an item gives details of what is absent or not stated")]
    Contradicts { item: Item, with: Item },
    #[error("an item is computed, not entered")]
    Entered(Item),
}

impl Draft {
    /// Signs the draft as the version after `signing.previous`. A final report may be followed by a corrected final one
    /// or by an addendum.
    ///
    /// # Errors
    /// [`SignRefused`] says what is missing or wrong.
    pub fn sign(self, signing: Signing<'_>) -> Result<Report, SignRefused> {
        if self.conclusion.trim().is_empty() {
            return Err(SignRefused::NoConclusion);
        }
        if self.status == ReportStatus::Final && self.findings.trim().is_empty() {
            return Err(SignRefused::NoFindings);
        }
        // Whatever follows a final report, the case has one: an addendum only ever follows a final one.
        let was_final = signing.previous.is_some_and(|report| report.status != ReportStatus::Preliminary);
        match self.status {
            ReportStatus::Preliminary if was_final => return Err(SignRefused::AlreadyFinal),
            ReportStatus::Addendum if !was_final => return Err(SignRefused::NothingToAddTo),
            ReportStatus::Preliminary | ReportStatus::Final | ReportStatus::Addendum => {}
        }
        Ok(Report {
            version: signing.previous.map_or(1, |report| report.version.saturating_add(1)),
            status: self.status,
            findings: self.findings,
            conclusion: self.conclusion,
            recommendation: self.recommendation,
            items: statements(self.items, &signing)?,
            signed_by: signing.by,
            signed_at: signing.at,
        })
    }
}

fn statements(drafts: Vec<DraftItem>, signing: &Signing<'_>) -> Result<Vec<Statement>, SignRefused> {
    let mut stated: BTreeMap<Item, Statement> = BTreeMap::new();
    for DraftItem { observation, standing } in drafts {
        let item = observation.item();
        if item == Item::IchScore {
            return Err(SignRefused::Entered(item));
        }
        let source = match standing {
            Standing::Entered => Source::Reader,
            Standing::Proposed => return Err(SignRefused::Unconfirmed(item)),
            Standing::Confirmed => {
                let same = signing.proposals.iter().find(|proposal| proposal.observation == observation);
                Source::Confirmed(same.ok_or(SignRefused::Outdated(item))?.by.clone())
            }
        };
        if stated.insert(item, Statement { observation, source }).is_some() {
            return Err(SignRefused::Twice(item));
        }
    }
    for item in stated.keys() {
        let Some(with) = item.depends_on() else { continue };
        if !stated.get(&with).is_some_and(|statement| statement.observation.allows_details()) {
            return Err(SignRefused::Contradicts { item: *item, with });
        }
    }
    if let Some(score) = computed_ich(&stated, signing) {
        let observation = Observation::IchScore(score);
        stated.insert(Item::IchScore, Statement { observation, source: Source::Computed });
    }
    Ok(stated.into_values().collect())
}

/// The ICH score, where each of its five parts is stated: never a guess of one that is not.
fn computed_ich(stated: &BTreeMap<Item, Statement>, signing: &Signing<'_>) -> Option<u8> {
    let of = |item: Item| stated.get(&item).map(|statement| &statement.observation);
    let Observation::Haemorrhage(Presence::Present) = of(Item::Haemorrhage)? else { return None };
    let Observation::HaemorrhageSite(site) = of(Item::HaemorrhageSite)? else { return None };
    let Observation::HaemorrhageVolume(volume) = of(Item::HaemorrhageVolume)? else { return None };
    let Observation::Ventricles(ventricles) = of(Item::Ventricles)? else { return None };
    let Observation::Glasgow(glasgow) = of(Item::Glasgow)? else { return None };
    let ventricles: Ventricles = *ventricles;
    let age = age_years(signing.born?, signing.at)?;
    ich_score((*glasgow).into(), (*volume).into(), ventricles, site.kind.origin()?, age).ok()
}

/// Completed years at `at`, by the calendar of UTC: the score's step at 80 may come some hours late.
fn age_years(born: Date, at: Timestamp) -> Option<u8> {
    let today = TimeZone::UTC.to_datetime(at.to_jiff()).date();
    let before_birthday = (today.month(), today.day()) < (born.month(), born.day());
    u8::try_from(today.year() - born.year() - i16::from(before_birthday)).ok()
}
