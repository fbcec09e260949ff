//! National Institutes of Health Stroke Scale: fifteen items, 0–42 (Brott 1989, doi:10.1161/01.STR.20.7.864; the
//! levels and the untestable state "UN" as on the NINDS form).

use super::form::{Form, Item, Level, Untested, item, level, said};

const RIGHT_ANSWERS: &[Level] = &[
    level(0, "Deux bonnes réponses", "Both right"),
    level(1, "Une seule bonne réponse", "One right"),
    level(2, "Aucune bonne réponse", "Neither right"),
];

const ORDERS: &[Level] = &[
    level(0, "Les deux ordres exécutés", "Both commands obeyed"),
    level(1, "Un seul ordre exécuté", "One command obeyed"),
    level(2, "Aucun ordre exécuté", "Neither obeyed"),
];

const ARM: &[Level] = &[
    level(0, "Tient 10 s", "Holds for 10 s"),
    level(1, "Descend avant 10 s sans toucher le lit", "Drifts before 10 s, does not hit the bed"),
    level(2, "Lutte contre la pesanteur mais tombe", "Some effort against gravity, falls"),
    level(3, "Bouge, sans lutter contre la pesanteur", "Moves, no effort against gravity"),
    level(4, "Aucun mouvement", "No movement"),
];

const LEG: &[Level] = &[
    level(0, "Tient 5 s", "Holds for 5 s"),
    level(1, "Descend avant 5 s sans toucher le lit", "Drifts before 5 s, does not hit the bed"),
    level(2, "Lutte contre la pesanteur mais tombe", "Some effort against gravity, falls"),
    level(3, "Bouge, sans lutter contre la pesanteur", "Moves, no effort against gravity"),
    level(4, "Aucun mouvement", "No movement"),
];

const fn limb(code: &'static str, fr: &'static str, en: &'static str, levels: &'static [Level]) -> Item {
    item(code, fr, en, levels).or_untestable("Amputation, articulation bloquée", "Amputation, fused joint")
}

pub(super) const FORM: Form = Form {
    name: "NIHSS",
    purpose: said("Gravité du déficit, 0 à 42", "Severity of the deficit, 0 to 42"),
    items: &[
        item(
            "consciousness",
            "1a. Niveau de conscience",
            "1a. Level of consciousness",
            &[
                level(0, "Alerte", "Alert"),
                level(1, "Éveillable par une stimulation mineure", "Roused by minor stimulation"),
                level(
                    2,
                    "Éveillable par une stimulation répétée ou douloureuse",
                    "Roused by repeated or painful stimulation",
                ),
                level(3, "Réponses réflexes seulement, ou aucune", "Reflex responses only, or none"),
            ],
        ),
        item("questions", "1b. Questions : le mois, l'âge", "1b. Questions: month, age", RIGHT_ANSWERS),
        item(
            "commands",
            "1c. Ordres : fermer les yeux, serrer la main",
            "1c. Commands: close the eyes, grip the hand",
            ORDERS,
        ),
        item(
            "gaze",
            "2. Regard horizontal",
            "2. Horizontal gaze",
            &[
                level(0, "Normal", "Normal"),
                level(1, "Paralysie partielle", "Partial palsy"),
                level(2, "Déviation forcée ou paralysie totale", "Forced deviation or total palsy"),
            ],
        ),
        item(
            "visual_fields",
            "3. Champ visuel",
            "3. Visual fields",
            &[
                level(0, "Normal", "Normal"),
                level(1, "Hémianopsie partielle", "Partial hemianopia"),
                level(2, "Hémianopsie complète", "Complete hemianopia"),
                level(3, "Hémianopsie bilatérale ou cécité", "Bilateral hemianopia or blindness"),
            ],
        ),
        item(
            "facial_palsy",
            "4. Paralysie faciale",
            "4. Facial palsy",
            &[
                level(0, "Mouvements normaux", "Normal movement"),
                level(1, "Mineure : sourire asymétrique", "Minor: asymmetric smile"),
                level(2, "Partielle : bas du visage", "Partial: lower face"),
                level(3, "Complète : haut et bas du visage", "Complete: upper and lower face"),
            ],
        ),
        limb("left_arm", "5a. Bras gauche tendu, 10 s", "5a. Left arm held out, 10 s", ARM),
        limb("right_arm", "5b. Bras droit tendu, 10 s", "5b. Right arm held out, 10 s", ARM),
        limb("left_leg", "6a. Jambe gauche levée, 5 s", "6a. Left leg raised, 5 s", LEG),
        limb("right_leg", "6b. Jambe droite levée, 5 s", "6b. Right leg raised, 5 s", LEG),
        limb(
            "ataxia",
            "7. Ataxie des membres",
            "7. Limb ataxia",
            &[
                level(0, "Absente", "Absent"),
                level(1, "Un membre", "One limb"),
                level(2, "Deux membres ou plus", "Two limbs or more"),
            ],
        ),
        item(
            "sensory",
            "8. Sensibilité",
            "8. Sensory",
            &[
                level(0, "Normale", "Normal"),
                level(1, "Diminution légère à modérée", "Mild to moderate loss"),
                level(2, "Diminution sévère à totale", "Severe to total loss"),
            ],
        ),
        item(
            "language",
            "9. Langage",
            "9. Best language",
            &[
                level(0, "Normal", "Normal"),
                level(1, "Aphasie légère à modérée", "Mild to moderate aphasia"),
                level(2, "Aphasie sévère", "Severe aphasia"),
                level(3, "Mutisme, aphasie globale", "Mute, global aphasia"),
            ],
        ),
        item(
            "dysarthria",
            "10. Dysarthrie",
            "10. Dysarthria",
            &[
                level(0, "Articulation normale", "Normal articulation"),
                level(1, "Légère à modérée, compréhensible", "Mild to moderate, understood"),
                level(2, "Sévère, incompréhensible", "Severe, not understood"),
            ],
        )
        .or_untestable("Intubation, obstacle", "Intubated, barrier"),
        item(
            "neglect",
            "11. Extinction et négligence",
            "11. Extinction and inattention",
            &[
                level(0, "Absente", "Absent"),
                level(1, "Une modalité sensorielle", "One sensory modality"),
                level(2, "Sévère, ou plus d'une modalité", "Severe, or more than one modality"),
            ],
        ),
    ],
    untested: Untested::AddsNothing,
    cut: None,
    source: "Brott 1989, Stroke 20:864, doi:10.1161/01.STR.20.7.864 ; NINDS",
};
