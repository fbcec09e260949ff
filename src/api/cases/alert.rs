//! The alert's body: every field checked, every refusal told at once with its pointer.

use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::api::problem::FieldError;
use crate::domain::case::{Anticoagulant, ClinicalPicture, Nihss, Onset, Race};
use crate::domain::identity::{Patient, PatientId, Sex, SiteId};
use crate::domain::time::Timestamp;
use crate::domain::wording::Text;
use crate::pathway::raise_alert::NewAlert;

/// Longest name and note taken, characters.
const NAME_LENGTH: usize = 64;
const NOTE_LENGTH: usize = 4_000;

/// The patient as the emergency room names them.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PatientBody {
    #[schema(value_type = String)]
    id: Value,
    #[schema(value_type = String)]
    family_name: Value,
    #[schema(value_type = String)]
    given_name: Value,
    #[schema(value_type = Option<String>, format = Date)]
    birth_date: Value,
    /// `M`, `F`, `O` or `U`.
    #[schema(value_type = String)]
    sex: Value,
}

/// When symptoms began.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OnsetBody {
    /// `known`, `wake_up` or `unknown`.
    #[schema(value_type = String)]
    kind: Value,
    #[schema(value_type = Option<String>, format = DateTime)]
    at: Value,
}

/// An alert.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AlertBody {
    #[schema(value_type = String)]
    site: Value,
    patient: PatientBody,
    #[serde(default)]
    onset: OnsetBody,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    door_at: Value,
    #[serde(default)]
    #[schema(value_type = Option<u8>, minimum = 0, maximum = 42)]
    nihss: Value,
    #[serde(default)]
    #[schema(value_type = Option<u8>, minimum = 0, maximum = 9)]
    race: Value,
    /// `none`, `vka`, `doac` or `unknown`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    anticoagulant: Value,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    note: Value,
}

/// Collects refusals, so that all are told at once.
#[derive(Default)]
struct Check {
    errors: Vec<FieldError>,
}

impl Check {
    fn refuse<T>(&mut self, pointer: &'static str, fr: &str, en: &str) -> Option<T> {
        self.errors.push(FieldError { pointer, detail: Text::new(fr, en) });
        None
    }

    /// A text that a type parses.
    fn parsed<T: std::str::FromStr>(
        &mut self,
        value: &Value,
        pointer: &'static str,
        fr: &str,
        en: &str,
    ) -> Option<T> {
        match value.as_str().and_then(|text| text.trim().parse().ok()) {
            Some(parsed) => Some(parsed),
            None => self.refuse(pointer, fr, en),
        }
    }

    /// The same where null is allowed.
    fn parsed_or_null<T: std::str::FromStr>(
        &mut self,
        value: &Value,
        pointer: &'static str,
        fr: &str,
        en: &str,
    ) -> Option<T> {
        if value.is_null() { None } else { self.parsed(value, pointer, fr, en) }
    }

    fn time(&mut self, value: &Value, pointer: &'static str) -> Option<Timestamp> {
        self.parsed_or_null(
            value,
            pointer,
            "Heure attendue avec son fuseau, comme 2026-11-24T03:10:00+01:00.",
            "A time with its offset is expected, as 2026-11-24T03:10:00+01:00.",
        )
    }

    fn text(&mut self, value: &Value, pointer: &'static str, most: usize) -> Option<String> {
        let Some(text) = value.as_str().map(str::trim) else {
            return self.refuse(pointer, "Texte attendu.", "A text is expected.");
        };
        let is_allowed = |c: char| !c.is_control() || matches!(c, '\n' | '\t');
        if text.chars().count() > most || !text.chars().all(is_allowed) {
            return self.refuse(
                pointer,
                &format!("Au plus {most} caractères, sans caractère de contrôle."),
                &format!("At most {most} characters, no control character."),
            );
        }
        Some(text.to_owned())
    }

    fn name(&mut self, value: &Value, pointer: &'static str) -> Option<String> {
        let name = self.text(value, pointer, NAME_LENGTH)?;
        if name.is_empty() { self.refuse(pointer, "À remplir.", "To be filled in.") } else { Some(name) }
    }

    fn word<T: serde::de::DeserializeOwned>(
        &mut self,
        value: &Value,
        pointer: &'static str,
        allowed: &str,
    ) -> Option<T> {
        match serde_json::from_value(value.clone()) {
            Ok(word) => Some(word),
            Err(_) => {
                self.refuse(pointer, &format!("Attendu : {allowed}."), &format!("Expected: {allowed}."))
            }
        }
    }

    fn score<T: TryFrom<u8>>(&mut self, value: &Value, pointer: &'static str, most: u8) -> Option<T> {
        if value.is_null() {
            return None;
        }
        let score = value.as_u64().and_then(|n| u8::try_from(n).ok()).and_then(|n| T::try_from(n).ok());
        if score.is_some() {
            return score;
        }
        self.refuse(
            pointer,
            &format!("Un entier de 0 à {most}, ou rien."),
            &format!("A whole number from 0 to {most}, or nothing."),
        )
    }
}

impl AlertBody {
    /// The alert with every value checked.
    pub fn checked(self, idempotency_key: Option<String>) -> Result<NewAlert, Vec<FieldError>> {
        let mut check = Check::default();
        let site: Option<SiteId> = check.parsed(
            &self.site,
            "/site",
            "Nom court d'un site attendu.",
            "A site's short name is expected.",
        );
        let patient = patient(&mut check, &self.patient);
        let onset = onset(&mut check, &self.onset);
        let door_at = check.time(&self.door_at, "/door_at");
        let nihss: Option<Nihss> = check.score(&self.nihss, "/nihss", 42);
        let race: Option<Race> = check.score(&self.race, "/race", 9);
        let anticoagulant = if self.anticoagulant.is_null() {
            Some(Anticoagulant::Unknown)
        } else {
            check.word(&self.anticoagulant, "/anticoagulant", "none, vka, doac, unknown")
        };
        let note = if self.note.is_null() {
            Some(String::new())
        } else {
            check.text(&self.note, "/note", NOTE_LENGTH)
        };
        match (site, patient, onset, anticoagulant, note) {
            (Some(site), Some(patient), Some(onset), Some(anticoagulant), Some(note))
                if check.errors.is_empty() =>
            {
                let picture = ClinicalPicture { onset, nihss, race, anticoagulant, note };
                Ok(NewAlert { site, patient, picture, door_at, idempotency_key })
            }
            _ => Err(check.errors),
        }
    }
}

fn patient(check: &mut Check, body: &PatientBody) -> Option<Patient> {
    let id: Option<PatientId> = check.parsed(
        &body.id,
        "/patient/id",
        "De 1 à 64 caractères, sans caractère de contrôle.",
        "1 to 64 characters, no control character.",
    );
    let family_name = check.name(&body.family_name, "/patient/family_name");
    let given_name = check.name(&body.given_name, "/patient/given_name");
    let birth_date: Option<jiff::civil::Date> = check.parsed_or_null(
        &body.birth_date,
        "/patient/birth_date",
        "Date attendue, comme 1954-03-12.",
        "A date is expected, as 1954-03-12.",
    );
    let sex: Option<Sex> = check.word(&body.sex, "/patient/sex", "M, F, O, U");
    Some(Patient { id: id?, family_name: family_name?, given_name: given_name?, birth_date, sex: sex? })
}

fn onset(check: &mut Check, body: &OnsetBody) -> Option<Onset> {
    let at = check.time(&body.at, "/onset/at");
    match body.kind.as_str() {
        Some("known") if at.is_some() => at.map(|at| Onset::Known { at }),
        Some("known") if body.at.is_null() => {
            check.refuse("/onset/at", "L'heure de début manque.", "The time of onset is missing.")
        }
        Some("known") => None,
        Some("wake_up") => Some(Onset::WakeUp { at }),
        Some("unknown") => Some(Onset::Unknown),
        _ if body.kind.is_null() => Some(Onset::Unknown),
        _ => check.refuse(
            "/onset/kind",
            "Attendu : known, wake_up, unknown.",
            "Expected: known, wake_up, unknown.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn alert() -> Value {
        json!({
            "site": "valmont",
            "patient": { "id": "P-1", "family_name": "Durand", "given_name": "Anne",
                         "birth_date": "1950-02-01", "sex": "F" },
            "onset": { "kind": "known", "at": "2026-11-24T03:00:00Z" },
            "door_at": null, "nihss": 12, "race": 5, "anticoagulant": "vka", "note": ""
        })
    }

    fn pointers(body: Value) -> Vec<&'static str> {
        let body: AlertBody = serde_json::from_value(body).unwrap();
        body.checked(None).unwrap_err().into_iter().map(|error| error.pointer).collect()
    }

    #[test]
    fn a_whole_alert_passes() {
        let body: AlertBody = serde_json::from_value(alert()).unwrap();
        let alert = body.checked(Some("key".to_owned())).unwrap();
        assert_eq!(alert.patient.family_name, "Durand");
        assert_eq!(alert.picture.anticoagulant, Anticoagulant::Vka);
    }

    #[test]
    fn every_wrong_field_is_told_at_once() {
        let mut wrong = alert();
        wrong["patient"]["sex"] = json!("X");
        wrong["nihss"] = json!(43);
        wrong["race"] = json!(2.5);
        wrong["onset"]["at"] = json!("yesterday");
        assert_eq!(pointers(wrong), ["/patient/sex", "/onset/at", "/nihss", "/race"]);
    }

    #[test]
    fn a_known_onset_needs_its_time() {
        let mut wrong = alert();
        wrong["onset"]["at"] = Value::Null;
        assert_eq!(pointers(wrong), ["/onset/at"]);
    }
}
