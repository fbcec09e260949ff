//! From a draft to a signed version: what is missing, unconfirmed or contradictory stops it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::observation::{IchTotal, Item, Observation, Presence};
use super::source::{DraftItem, Proposal, Source, Standing, Statement};
use super::{Draft, Report, ReportStatus};
use crate::domain::clinical::hematoma::IchParts;
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
    #[error("the ICH score cannot be {stated} with what the other items say: {} to {}", .bounds[0], .bounds[1])]
    IchScore { stated: u8, bounds: [u8; 2] },
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
    settle_ich(&mut stated, signing)?;
    Ok(stated.into_values().collect())
}

/// The ICH score is reckoned where each of its five parts is stated. A total that the reader states stands where parts
/// are missing, and only if the others allow it.
fn settle_ich(stated: &mut BTreeMap<Item, Statement>, signing: &Signing<'_>) -> Result<(), SignRefused> {
    let Ok(bounds) = ich_parts(stated, signing).bounds() else { return Ok(()) };
    let of = |item: Item| stated.get(&item).map(|statement| &statement.observation);
    if let Some(Observation::IchScore(total)) = of(Item::IchScore) {
        let total = u8::from(*total);
        if !(bounds[0]..=bounds[1]).contains(&total) {
            return Err(SignRefused::IchScore { stated: total, bounds });
        }
    }
    let bleeds = matches!(of(Item::Haemorrhage), Some(Observation::Haemorrhage(Presence::Present)));
    if let (true, [least, most], Ok(total)) = (bleeds, bounds, IchTotal::try_from(bounds[0]))
        && least == most
    {
        let observation = Observation::IchScore(total);
        stated.insert(Item::IchScore, Statement { observation, source: Source::Computed });
    }
    Ok(())
}

fn ich_parts(stated: &BTreeMap<Item, Statement>, signing: &Signing<'_>) -> IchParts {
    let mut parts = IchParts {
        age_years: signing.born.and_then(|born| age_years(born, signing.at)),
        ..IchParts::default()
    };
    for Statement { observation, .. } in stated.values() {
        match observation {
            Observation::Glasgow(glasgow) => parts.glasgow = Some((*glasgow).into()),
            Observation::HaemorrhageVolume(volume) => parts.volume_ml = Some((*volume).into()),
            Observation::Ventricles(ventricles) => parts.ventricles = Some(*ventricles),
            Observation::HaemorrhageSite(site) => parts.origin = site.kind.origin(),
            _ => {}
        }
    }
    parts
}

/// Completed years at `at`, by the calendar of UTC: the score's step at 80 may come some hours late.
fn age_years(born: Date, at: Timestamp) -> Option<u8> {
    let today = TimeZone::UTC.to_datetime(at.to_jiff()).date();
    let before_birthday = (today.month(), today.day()) < (born.month(), born.day());
    u8::try_from(today.year() - born.year() - i16::from(before_birthday)).ok()
}
