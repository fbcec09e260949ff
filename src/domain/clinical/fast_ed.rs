//! Field Assessment Stroke Triage for Emergency Destination, 0–9 (Lima 2016, doi:10.1161/STROKEAHA.116.013301).

use super::form::{Cut, Form, Untested, item, level, said};

pub(super) const FORM: Form = Form {
    name: "FAST-ED",
    purpose: said("Occlusion d'une grosse artère, 0 à 9", "Large-vessel occlusion, 0 to 9"),
    items: &[
        item(
            "face",
            "Paralysie faciale",
            "Facial palsy",
            &[
                level(0, "Normale ou mineure", "Normal or minor"),
                level(1, "Partielle ou complète", "Partial or complete"),
            ],
        ),
        item(
            "arm",
            "Faiblesse d'un bras",
            "Arm weakness",
            &[
                level(0, "Absente", "No drift"),
                level(1, "Descend, ou lutte contre la pesanteur", "Drift, or some effort against gravity"),
                level(2, "Ne lutte pas, ou ne bouge pas", "No effort against gravity, or no movement"),
            ],
        ),
        item(
            "speech",
            "Parole",
            "Speech changes",
            &[
                level(0, "Normale", "Absent"),
                level(1, "Légère à modérée", "Mild to moderate"),
                level(2, "Aphasie sévère, globale, mutisme", "Severe or global aphasia, mute"),
            ],
        ),
        item(
            "eyes",
            "Déviation du regard",
            "Eye deviation",
            &[
                level(0, "Absente", "Absent"),
                level(1, "Partielle", "Partial"),
                level(2, "Forcée", "Forced deviation"),
            ],
        ),
        item(
            "neglect",
            "Anosognosie, négligence",
            "Denial, neglect",
            &[
                level(0, "Absente", "Absent"),
                level(1, "Une seule modalité", "One modality only"),
                level(
                    2,
                    "Ne reconnaît pas son bras, ou n'oriente que d'un côté",
                    "Does not know own hand, or one side only",
                ),
            ],
        ),
    ],
    untested: Untested::NoTotal,
    cut: Some(Cut {
        from: 4,
        said: said(
            "4 ou plus : sensibilité 60 %, spécificité 89 % pour une occlusion dans l'étude d'origine ; moins ne l'exclut pas",
            "4 or more: sensitivity 60%, specificity 89% for an occlusion in the derivation study; less does not exclude it",
        ),
    }),
    source: "Lima 2016, Stroke 47:1997, doi:10.1161/STROKEAHA.116.013301",
};
