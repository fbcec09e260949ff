//! How many readers a night needs, in one sentence.

use super::Text;

/// What the recorded nights say.
#[must_use]
pub fn staffing(recommended: Option<u32>, nights: u64, cases: u64) -> Text {
    if nights == 0 || cases == 0 {
        return Text::new(
            "Aucun dossier n'a encore été enregistré à ces heures : rien à simuler.",
            "No case has been recorded at these hours yet: nothing to simulate.",
        );
    }
    let basis = Text::new(
        format!("d'après {cases} dossiers en {nights} périodes enregistrées"),
        format!("from {cases} cases in {nights} recorded periods"),
    );
    match recommended {
        Some(1) => Text::new(
            format!("Un lecteur suffit 19 fois sur 20, {}.", basis.fr),
            format!("One reader is enough 19 times in 20, {}.", basis.en),
        ),
        Some(readers) => Text::new(
            format!("Il faut {readers} lecteurs pour tenir la limite 19 fois sur 20, {}.", basis.fr),
            format!("It takes {readers} readers to keep the limit 19 times in 20, {}.", basis.en),
        ),
        None => Text::new(
            format!("Aucun effectif essayé ne tient la limite 19 fois sur 20, {}.", basis.fr),
            format!("No number of readers tried keeps the limit 19 times in 20, {}.", basis.en),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_are_counted_from_nights_with_cases() {
        let said = |recommended, nights, cases| staffing(recommended, nights, cases).en;
        let nothing = "No case has been recorded at these hours yet: nothing to simulate.";
        assert_eq!([said(Some(2), 0, 0), said(Some(2), 30, 0), said(Some(2), 0, 9)], [nothing; 3]);
        assert_eq!(
            said(Some(1), 30, 9),
            "One reader is enough 19 times in 20, from 9 cases in 30 recorded periods."
        );
        assert!(said(Some(2), 30, 9).starts_with("It takes 2 readers to keep the limit 19 times in 20"));
        assert!(said(None, 30, 9).starts_with("No number of readers tried keeps the limit"));
    }
}
