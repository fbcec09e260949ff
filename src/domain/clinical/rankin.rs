//! Modified Rankin scale, 0–6 (van Swieten 1988, doi:10.1161/01.STR.19.5.604; 6, death, as trials have added it).

use super::form::{Form, Untested, item, level, said};

pub(super) const FORM: Form = Form {
    name: "mRS",
    purpose: said("Handicap, 0 à 6", "Disability, 0 to 6"),
    items: &[item(
        "grade",
        "Handicap",
        "Disability",
        &[
            level(0, "Aucun symptôme", "No symptoms"),
            level(1, "Symptômes sans handicap significatif", "Symptoms, no significant disability"),
            level(2, "Handicap léger : indépendant", "Slight disability: independent"),
            level(3, "Handicap modéré : aide, marche seul", "Moderate: some help, walks alone"),
            level(
                4,
                "Handicap assez sévère : ne marche pas sans aide",
                "Moderately severe: cannot walk unassisted",
            ),
            level(5, "Handicap sévère : alité, soins constants", "Severe: bedridden, constant care"),
            level(6, "Décès", "Dead"),
        ],
    )],
    untested: Untested::NoTotal,
    cut: None,
    source: "van Swieten 1988, Stroke 19:604, doi:10.1161/01.STR.19.5.604",
};
