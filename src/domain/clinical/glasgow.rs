//! Glasgow coma scale, 3–15 (Teasdale and Jennett 1974, doi:10.1016/S0140-6736(74)91639-0). A component that cannot
//! be tested leaves no total (Teasdale 2014, doi:10.1016/S1474-4422(14)70120-6).

use super::form::{Form, Untested, item, level, said};

pub(super) const FORM: Form = Form {
    name: "Glasgow",
    purpose: said("Conscience, 3 à 15", "Consciousness, 3 to 15"),
    items: &[
        item(
            "eyes",
            "Ouverture des yeux",
            "Eye opening",
            &[
                level(1, "Aucune", "None"),
                level(2, "À la pression", "To pressure"),
                level(3, "À la voix", "To sound"),
                level(4, "Spontanée", "Spontaneous"),
            ],
        )
        .or_untestable("Œdème, pansement", "Swelling, dressing"),
        item(
            "verbal",
            "Réponse verbale",
            "Verbal response",
            &[
                level(1, "Aucune", "None"),
                level(2, "Sons", "Sounds"),
                level(3, "Mots", "Words"),
                level(4, "Confuse", "Confused"),
                level(5, "Orientée", "Orientated"),
            ],
        )
        .or_untestable("Intubation, aphasie", "Intubated, aphasic"),
        item(
            "motor",
            "Réponse motrice",
            "Best motor response",
            &[
                level(1, "Aucune", "None"),
                level(2, "Extension", "Extension"),
                level(3, "Flexion anormale", "Abnormal flexion"),
                level(4, "Flexion normale", "Normal flexion"),
                level(5, "Localise", "Localising"),
                level(6, "Obéit", "Obeys commands"),
            ],
        )
        .or_untestable("Curarisation, paralysie", "Paralysed"),
    ],
    untested: Untested::NoTotal,
    cut: None,
    source: "Teasdale, Jennett 1974, Lancet 304:81, doi:10.1016/S0140-6736(74)91639-0 ; Teasdale 2014, \
             doi:10.1016/S1474-4422(14)70120-6",
};
