//! Rapid Arterial oCclusion Evaluation, 0–9 (Pérez de la Ossa 2014, doi:10.1161/STROKEAHA.113.003071).

use super::form::{Cut, Form, Level, Untested, item, level, said};

const LIMB: &[Level] = &[
    level(0, "Normale à légèrement diminuée", "Normal to mild weakness"),
    level(1, "Modérément diminuée", "Moderate weakness"),
    level(2, "Très diminuée ou nulle", "Severe weakness or none"),
];

pub(super) const FORM: Form = Form {
    name: "RACE",
    purpose: said("Occlusion d'une grosse artère, 0 à 9", "Large-vessel occlusion, 0 to 9"),
    items: &[
        item(
            "face",
            "Paralysie faciale",
            "Facial palsy",
            &[
                level(0, "Absente", "Absent"),
                level(1, "Légère", "Mild"),
                level(2, "Modérée à sévère", "Moderate to severe"),
            ],
        ),
        item("arm", "Force du bras", "Arm motor function", LIMB),
        item("leg", "Force de la jambe", "Leg motor function", LIMB),
        item(
            "gaze",
            "Déviation de la tête et du regard",
            "Head and gaze deviation",
            &[level(0, "Absente", "Absent"), level(1, "Présente", "Present")],
        ),
        item(
            "cortical",
            "Aphasie (déficit droit) ou agnosie (déficit gauche)",
            "Aphasia (right-sided deficit) or agnosia (left-sided)",
            &[level(0, "Absente", "Absent"), level(1, "Modérée", "Moderate"), level(2, "Sévère", "Severe")],
        ),
    ],
    untested: Untested::NoTotal,
    cut: Some(Cut {
        from: 5,
        said: said(
            "5 ou plus : sensibilité 85 %, spécificité 68 % pour une occlusion dans l'étude d'origine ; moins ne l'exclut pas",
            "5 or more: sensitivity 85%, specificity 68% for an occlusion in the derivation study; less does not exclude it",
        ),
    }),
    source: "Pérez de la Ossa 2014, Stroke 45:87, doi:10.1161/STROKEAHA.113.003071",
};
