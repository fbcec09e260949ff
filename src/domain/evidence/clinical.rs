//! What the clinical picture says, before any model.

use crate::domain::case::{Anticoagulant, ClinicalPicture, Nihss, Race};

/// P(clinical picture | diagnosis), up to a common factor.
pub(super) fn clinical_likelihood(picture: &ClinicalPicture) -> [f64; 4] {
    let lvo = occlusion_likelihood_ratio(picture.race, picture.nihss);
    // Haemorrhage looks like an occlusion to a deficit scale, less strongly: among RACE > 4 in RACECAT 302 of
    // 1,401 bled (22 %, likelihood ratio 1.6 from a 15 % base) while the same cut gives 2.7 for occlusion: half
    // the logarithm.
    let hemorrhage = lvo.sqrt() * anticoagulant_likelihood_ratio(picture.anticoagulant);
    [hemorrhage, lvo, 1.0, 1.0]
}

/// P(LVO | RACE) = 1/(1+exp(2.9297 − 0.5533·RACE)) (from Pérez de la Ossa 2014, doi:10.1161/STROKEAHA.113.003071).
#[must_use]
pub fn lvo_probability_given_race(race: Race) -> f64 {
    1.0 / (1.0 + (2.9297 - 0.5533 * f64::from(u8::from(race))).exp())
}

/// Odds of occlusion in the cohort behind that curve: 76 of 357 patients.
const RACE_COHORT_ODDS: f64 = 76.0 / 281.0;

/// Likelihood ratio of occlusion. RACE where given: both scales measure the same deficit, so only one counts.
/// Else NIHSS in three bands, from the sensitivities and specificities at ≥ 8 and ≥ 10 of Purrucker 2017
/// (doi:10.1136/bmjopen-2017-016893, table 2: 72.4/80.7 and 65.9/88.0 %). Neither: 1.
fn occlusion_likelihood_ratio(race: Option<Race>, nihss: Option<Nihss>) -> f64 {
    if let Some(race) = race {
        let p = lvo_probability_given_race(race);
        return p / (1.0 - p) / RACE_COHORT_ODDS;
    }
    match nihss.map(u8::from) {
        None => 1.0,
        Some(0..8) => (1.0 - 0.724) / 0.807,
        Some(8..10) => (0.724 - 0.659) / (0.880 - 0.807),
        Some(10..) => 0.659 / (1.0 - 0.880),
    }
}

/// Likelihood ratio of haemorrhage. Assumption, in the direction of registries where anticoagulants, vitamin K
/// antagonists above all, are more frequent among bleeds than among infarcts; unknown says nothing.
fn anticoagulant_likelihood_ratio(anticoagulant: Anticoagulant) -> f64 {
    match anticoagulant {
        Anticoagulant::Vka => 2.0,
        Anticoagulant::Doac => 1.3,
        Anticoagulant::None | Anticoagulant::Unknown => 1.0,
    }
}
