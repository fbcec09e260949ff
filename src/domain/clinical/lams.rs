//! Los Angeles Motor Scale, 0–5 (Llanes 2004, Prehosp Emerg Care 8:46; cut of Nazliel 2008,
//! doi:10.1161/STROKEAHA.107.508127).

use super::form::{Cut, Form, Untested, item, level, said};

pub(super) const FORM: Form = Form {
    name: "LAMS",
    purpose: said("Occlusion d'une grosse artère, 0 à 5", "Large-vessel occlusion, 0 to 5"),
    items: &[
        item(
            "face",
            "Chute d'un côté du visage",
            "Facial droop",
            &[level(0, "Absente", "Absent"), level(1, "Présente", "Present")],
        ),
        item(
            "arm",
            "Chute d'un bras tendu",
            "Arm drift",
            &[
                level(0, "Absente", "Absent"),
                level(1, "Descend", "Drifts down"),
                level(2, "Tombe rapidement", "Falls rapidly"),
            ],
        ),
        item(
            "grip",
            "Force de la main",
            "Grip strength",
            &[level(0, "Normale", "Normal"), level(1, "Faible", "Weak"), level(2, "Nulle", "No grip")],
        ),
    ],
    untested: Untested::NoTotal,
    cut: Some(Cut {
        from: 4,
        said: said(
            "4 ou plus : sensibilité 81 %, spécificité 89 % pour une occlusion (Nazliel 2008) ; moins ne l'exclut pas",
            "4 or more: sensitivity 81%, specificity 89% for an occlusion (Nazliel 2008); less does not exclude it",
        ),
    }),
    source: "Llanes 2004, Prehosp Emerg Care 8:46 ; Nazliel 2008, Stroke 39:2264, doi:10.1161/STROKEAHA.107.508127",
};
