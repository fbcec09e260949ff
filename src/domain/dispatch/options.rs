//! The regulator's options for a patient of the region: plans generated, gates applied, figures compared.

use super::{
    Circumstances, Comparison, Conditions, OnsetAge, Patient, Plan, Spread, Thrombolysis, TransportPlan,
    UnknownPlace, Weather, Workup, compare, generate,
};
use crate::domain::case::Anticoagulant;
use crate::domain::evidence::Differential;
use crate::domain::identity::SiteId;
use crate::domain::region::Region;
use crate::domain::wording::Text;

/// For whom, where and when. The screen and the command line ask the same.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    pub region: &'a Region,
    pub site: &'a SiteId,
    pub onset: OnsetAge,
    /// The signed diagnosis where there is one ([`Differential::of`]), else the evidence's posterior.
    pub posterior: Differential,
    pub thrombolysis: Thrombolysis,
    pub workup: Workup,
    pub conditions: Conditions,
    pub spread: Spread,
    /// Decides the draws: the case's own, so that the same question shows the same ranges.
    pub seed: u64,
}

/// The plans, in a stable order, and what each changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// As long as, and in the order of, the comparison's assessments.
    pub plans: Vec<TransportPlan>,
    pub comparison: Comparison,
}

/// Answers the regulator's question.
///
/// # Errors
/// [`UnknownPlace`] when the region has no such site.
pub fn options(question: &Question<'_>) -> Result<Options, UnknownPlace> {
    let Question { region, site, onset, posterior, thrombolysis, workup, conditions, .. } = *question;
    let plans = generate(region, site, Circumstances { onset, thrombolysis, workup, conditions })?;
    let bare: Vec<Plan> = plans.iter().map(|transport| transport.plan.clone()).collect();
    let mut comparison = compare(&bare, &Patient { onset, posterior }, &question.spread, question.seed);
    let flies = comparison.recommended.is_some_and(|i| plans[i].plan.aircraft.is_some());
    if flies && conditions.weather == Weather::Unknown {
        let caution = Text::new(
            "Météo non renseignée : à vérifier avant le décollage.",
            "Weather not stated: to be checked before take-off.",
        );
        comparison.sentence = Text::join(&[comparison.sentence, caution], " ");
    }
    Ok(Options { plans, comparison })
}

/// Excluded under an anticoagulant (until its effect is measured; AHA/ASA 2019, ESO 2021) and where a bleed is more
/// likely than not.
#[must_use]
pub fn thrombolysis(anticoagulant: Anticoagulant, posterior: &Differential) -> Thrombolysis {
    let anticoagulated = matches!(anticoagulant, Anticoagulant::Vka | Anticoagulant::Doac);
    if anticoagulated || posterior.hemorrhage() > 0.5 {
        Thrombolysis::Excluded
    } else {
        Thrombolysis::Possible
    }
}
