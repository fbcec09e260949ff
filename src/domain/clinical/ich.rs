//! ICH score, 0–6 (Hemphill 2001, doi:10.1161/01.STR.32.4.891), as a form; [`super::hematoma::ich_score`] is the
//! same from the measurements.

use super::form::{Form, Level, Untested, item, level, said};

const NO_OR_YES: &[Level] = &[level(0, "Non", "No"), level(1, "Oui", "Yes")];

pub(super) const FORM: Form = Form {
    name: "ICH",
    purpose: said("Gravité d'une hémorragie cérébrale, 0 à 6", "Severity of a cerebral haemorrhage, 0 to 6"),
    items: &[
        item(
            "glasgow",
            "Score de Glasgow",
            "Glasgow coma scale",
            &[level(0, "13 à 15", "13 to 15"), level(1, "5 à 12", "5 to 12"), level(2, "3 ou 4", "3 or 4")],
        ),
        item(
            "volume",
            "Volume de l'hématome",
            "Volume of the haematoma",
            &[level(0, "Moins de 30 mL", "Less than 30 mL"), level(1, "30 mL ou plus", "30 mL or more")],
        ),
        item("ventricles", "Sang dans les ventricules", "Blood in the ventricles", NO_OR_YES),
        item("infratentorial", "Origine sous-tentorielle", "Infratentorial origin", NO_OR_YES),
        item("age", "80 ans ou plus", "Aged 80 or more", NO_OR_YES),
    ],
    untested: Untested::NoTotal,
    cut: None,
    source: "Hemphill 2001, Stroke 32:891, doi:10.1161/01.STR.32.4.891",
};

#[cfg(test)]
mod tests {
    use crate::domain::clinical::examination::{Examination, Score, Total};
    use crate::domain::clinical::form::Scale;
    use crate::domain::clinical::hematoma::{Origin, Ventricles, ich_score};

    #[test]
    fn the_form_and_the_formula_agree_everywhere() {
        for glasgow in 3..=15_u8 {
            for (volume, bloody, infratentorial, age) in
                (0..16_u8).map(|bits| (bits & 1, bits >> 1 & 1, bits >> 2 & 1, bits >> 3 & 1))
            {
                let band = match glasgow {
                    3..=4 => 2,
                    5..=12 => 1,
                    _ => 0,
                };
                let answers = [band, volume, bloody, infratentorial, age].map(Score::Points);
                let examined = Examination::new(Scale::Ich, answers.to_vec()).unwrap();
                let by_formula = ich_score(
                    glasgow,
                    if volume == 1 { 30.0 } else { 29.9 },
                    if bloody == 1 { Ventricles::Bloody } else { Ventricles::Clear },
                    if infratentorial == 1 { Origin::Infratentorial } else { Origin::Supratentorial },
                    if age == 1 { 80 } else { 79 },
                );
                assert_eq!(examined.total(), Total::Exact(by_formula.unwrap()));
            }
        }
    }
}
