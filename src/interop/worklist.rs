//! The modality worklist (PS3.4 Annex K): an open order as a scheduled procedure step, and whether it answers what a
//! scanner asks for.

use dicom_core::header::Header as _;
use dicom_core::value::{DataSetSequence, PrimitiveValue};
use dicom_core::{DataElement, Tag, VR};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use dicom_object::mem::InMemElement;
use jiff::tz::TimeZone;

use crate::domain::identity::{AeTitle, Patient, Sex};
use crate::domain::protocol::{Answer, Contrast, Order};
use crate::domain::wording::{Text, phase_name};

/// Characters of VR LO (PS3.5 table 6.2-1).
const LO: usize = 64;

/// An order with what the scanner is told of it.
#[derive(Debug)]
pub struct Scheduled<'a> {
    pub order: &'a Order,
    pub patient: &'a Patient,
    /// Of the scanner that asks: an order is for whichever scanner of its modality the site has.
    pub station: &'a AeTitle,
    pub prescriber: &'a str,
    /// In which the scanner's dates are.
    pub zone: &'a TimeZone,
}

/// Every attribute of the step that a scanner may ask for (PS3.4 table K.6-1).
#[must_use]
pub fn scheduled_step(of: &Scheduled<'_>) -> InMemDicomObject {
    let Scheduled { order, patient, station, prescriber, zone } = of;
    let prescription = &order.prescription;
    let step = order.id.step();
    let phases: Vec<Text> = prescription.phases.iter().map(|phase| phase_name(*phase)).collect();
    let described = long(&Text::join(&phases, " + ").fr);
    let at = order.prescribed_at.to_jiff().to_zoned((*zone).clone());
    let mut item = InMemDicomObject::new_empty();
    text(&mut item, tags::MODALITY, VR::CS, prescription.modality.as_str());
    text(&mut item, tags::SCHEDULED_STATION_AE_TITLE, VR::AE, station.as_str());
    text(&mut item, tags::SCHEDULED_PROCEDURE_STEP_START_DATE, VR::DA, &at.strftime("%Y%m%d").to_string());
    text(&mut item, tags::SCHEDULED_PROCEDURE_STEP_START_TIME, VR::TM, &at.strftime("%H%M%S").to_string());
    text(&mut item, tags::SCHEDULED_PERFORMING_PHYSICIAN_NAME, VR::PN, "");
    text(&mut item, tags::SCHEDULED_PROCEDURE_STEP_DESCRIPTION, VR::LO, &described);
    text(&mut item, tags::SCHEDULED_PROCEDURE_STEP_ID, VR::SH, &step);
    let contrast = match prescription.contrast {
        Contrast::None => String::new(),
        Contrast::Injected { dose_ml } => format!("{} mL", u16::from(dose_ml)),
    };
    text(&mut item, tags::REQUESTED_CONTRAST_AGENT, VR::LO, &contrast);

    let mut entry = InMemDicomObject::new_empty();
    text(&mut entry, tags::SPECIFIC_CHARACTER_SET, VR::CS, "ISO_IR 192");
    text(&mut entry, tags::ACCESSION_NUMBER, VR::SH, "");
    text(&mut entry, tags::REFERRING_PHYSICIAN_NAME, VR::PN, "");
    text(&mut entry, tags::PATIENT_NAME, VR::PN, &format!("{}^{}", patient.family_name, patient.given_name));
    text(&mut entry, tags::PATIENT_ID, VR::LO, patient.id.as_str());
    let born = patient.birth_date.map(|date| date.strftime("%Y%m%d").to_string()).unwrap_or_default();
    text(&mut entry, tags::PATIENT_BIRTH_DATE, VR::DA, &born);
    let sex = match patient.sex {
        Sex::Male => "M",
        Sex::Female => "F",
        Sex::Other => "O",
        Sex::Unknown => "",
    };
    text(&mut entry, tags::PATIENT_SEX, VR::CS, sex);
    // PS3.3 table C.7-1 defines 1 not pregnant, 2 possibly, 3 definitely, 4 unknown.
    let pregnancy: u16 = match prescription.questions.pregnancy {
        Answer::Yes => 3,
        Answer::No => 1,
        Answer::Unknown => 4,
    };
    entry.put(DataElement::new(tags::PREGNANCY_STATUS, VR::US, PrimitiveValue::from(pregnancy)));
    let allergy = match prescription.questions.allergy {
        Answer::Yes => "produit de contraste",
        Answer::No | Answer::Unknown => "",
    };
    text(&mut entry, tags::ALLERGIES, VR::LO, allergy);
    text(&mut entry, tags::STUDY_INSTANCE_UID, VR::UI, &order.id.study());
    text(&mut entry, tags::REQUESTING_PHYSICIAN, VR::PN, prescriber);
    text(&mut entry, tags::REQUESTED_PROCEDURE_DESCRIPTION, VR::LO, &described);
    text(&mut entry, tags::REQUESTED_PROCEDURE_ID, VR::SH, &step);
    text(&mut entry, tags::REASON_FOR_THE_REQUESTED_PROCEDURE, VR::LO, &long(&prescription.reason));
    text(&mut entry, tags::REQUESTED_PROCEDURE_PRIORITY, VR::SH, "STAT");
    let steps = DataSetSequence::from(vec![item]);
    entry.put(DataElement::new(tags::SCHEDULED_PROCEDURE_STEP_SEQUENCE, VR::SQ, steps));
    entry
}

fn text(into: &mut InMemDicomObject, tag: Tag, vr: VR, value: &str) {
    into.put(DataElement::new(tag, vr, PrimitiveValue::from(value)));
}

/// Without backslashes, which part values, and not longer than LO.
fn long(text: &str) -> String {
    text.chars().map(|c| if c == '\\' || c.is_control() { ' ' } else { c }).take(LO).collect()
}

fn value(element: &InMemElement) -> String {
    let text = element.to_str().unwrap_or_default();
    text.trim_matches(['\0', ' ']).to_owned()
}

fn find(object: &InMemDicomObject, tag: Tag) -> Option<&InMemElement> {
    object.element_opt(tag).ok().flatten()
}

/// Not keys: how the request itself is written.
fn is_of_the_request(tag: Tag) -> bool {
    tag == tags::SPECIFIC_CHARACTER_SET || tag == tags::TIMEZONE_OFFSET_FROM_UTC || tag.element() == 0
}

/// Whether an entry answers the keys (PS3.4 section C.2.2.2): an empty key, or one of an attribute that entries don't
/// have, matches everything.
#[must_use]
pub fn matches(asked: &InMemDicomObject, entry: &InMemDicomObject) -> bool {
    asked.iter().filter(|key| !is_of_the_request(key.tag())).all(|key| key_matches(key, entry))
}

fn key_matches(key: &InMemElement, entry: &InMemDicomObject) -> bool {
    let Some(there) = find(entry, key.tag()) else { return true };
    if let Some(wanted) = key.items() {
        let Some(wanted) = wanted.first() else { return true };
        return there.items().unwrap_or_default().iter().any(|item| matches(wanted, item));
    }
    let (wanted, there) = (value(key), value(there));
    if wanted.is_empty() {
        return true;
    }
    match key.vr() {
        VR::DA | VR::TM => in_range(&wanted, &there),
        VR::UI => wanted.split('\\').any(|uid| uid == there),
        VR::PN => like(&wanted.to_lowercase(), &there.to_lowercase()),
        _ => like(&wanted, &there),
    }
}

/// A moment, or a range open at either end (PS3.4 section C.2.2.2.5). The end of a range counts to its last digit.
fn in_range(wanted: &str, there: &str) -> bool {
    match wanted.split_once('-') {
        None => there.starts_with(wanted),
        Some((from, to)) => {
            let to_its_end = there.get(..to.len()).unwrap_or(there);
            there >= from && (to.is_empty() || to_its_end <= to)
        }
    }
}

/// With `*` for any characters and `?` for one (PS3.4 section C.2.2.2.4).
fn like(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    let mut last_star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                last_star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((star, from)) = last_star else { return false };
                last_star = Some((star, from + 1));
                p = star + 1;
                t = from + 1;
            }
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// The entry as asked for: the keys' attributes, empty where it has none (PS3.4 section K.2.2.1.3).
#[must_use]
pub fn select(asked: &InMemDicomObject, entry: &InMemDicomObject) -> InMemDicomObject {
    let mut answer = InMemDicomObject::new_empty();
    for key in asked.iter().filter(|key| !is_of_the_request(key.tag())) {
        let element = match (find(entry, key.tag()), key.items().and_then(|items| items.first())) {
            (None, _) => DataElement::empty(key.tag(), key.vr()),
            (Some(there), Some(wanted)) => {
                let items = there.items().unwrap_or_default();
                let chosen: Vec<_> = items.iter().map(|item| select(wanted, item)).collect();
                DataElement::new(key.tag(), VR::SQ, DataSetSequence::from(chosen))
            }
            (Some(there), None) => there.clone(),
        };
        answer.put(element);
    }
    if let Some(charset) = find(entry, tags::SPECIFIC_CHARACTER_SET) {
        answer.put(charset.clone());
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::identity::{CaseId, ProtocolId, UserId};
    use crate::domain::protocol::{Asked, DoseMl, Modality, Phase, Prescription, Questions, Renal};

    fn entry() -> InMemDicomObject {
        let prescription = Prescription {
            modality: Modality::Ct,
            phases: vec![Phase::NonContrastHead, Phase::AngiographyArchToVertex],
            contrast: Contrast::Injected { dose_ml: DoseMl::try_from(70).unwrap() },
            range: String::new(),
            reason: "déficit brutal".to_owned(),
            questions: Questions {
                renal: Renal::Unknown,
                allergy: Answer::No,
                pregnancy: Answer::Unknown,
                implant: Answer::Unknown,
            },
            despite: String::new(),
        };
        let asked = Asked {
            id: ProtocolId(uuid::Uuid::from_u128(7)),
            case: CaseId(uuid::Uuid::nil()),
            site: "valmont".parse().unwrap(),
            by: UserId(uuid::Uuid::nil()),
            at: "2026-11-24T23:30:00Z".parse().unwrap(),
        };
        let patient = Patient {
            id: "P-1".parse().unwrap(),
            family_name: "Brocéliande".to_owned(),
            given_name: "Viviane".to_owned(),
            birth_date: Some(jiff::civil::date(1951, 6, 30)),
            sex: Sex::Female,
        };
        scheduled_step(&Scheduled {
            order: &Order::prescribe(prescription, asked).unwrap(),
            patient: &patient,
            station: &"VALMONT_CT".parse().unwrap(),
            prescriber: "Dr Rivoire",
            zone: &TimeZone::fixed(jiff::tz::offset(1)),
        })
    }

    fn asks(keys: &[(Tag, VR, &str)], step: &[(Tag, VR, &str)]) -> InMemDicomObject {
        let mut asked = InMemDicomObject::new_empty();
        let mut item = InMemDicomObject::new_empty();
        for (tag, vr, value) in keys {
            text(&mut asked, *tag, *vr, value);
        }
        for (tag, vr, value) in step {
            text(&mut item, *tag, *vr, value);
        }
        let items = DataSetSequence::from(vec![item]);
        asked.put(DataElement::new(tags::SCHEDULED_PROCEDURE_STEP_SEQUENCE, VR::SQ, items));
        asked
    }

    #[test]
    fn keys_match_as_the_standard_says() {
        let date = tags::SCHEDULED_PROCEDURE_STEP_START_DATE;
        let time = tags::SCHEDULED_PROCEDURE_STEP_START_TIME;
        let patient = |id: &'static str| asks(&[(tags::PATIENT_ID, VR::LO, id)], &[]);
        let named = |name: &'static str| asks(&[(tags::PATIENT_NAME, VR::PN, name)], &[]);
        let step = |tag, vr, value: &'static str| asks(&[], &[(tag, vr, value)]);
        for asked in [
            patient(""),
            patient("P-1"),
            patient("P-*"),
            patient("?-1"),
            named("BROC*"),
            step(tags::MODALITY, VR::CS, "CT"),
            step(tags::SCHEDULED_STATION_AE_TITLE, VR::AE, "VALMONT_CT"),
            // 23:30 UTC is half past midnight at the scanner.
            step(date, VR::DA, "20261125"),
            step(date, VR::DA, "20261124-20261126"),
            step(date, VR::DA, "-20261125"),
            step(date, VR::DA, "20261125-"),
            step(time, VR::TM, "0030"),
            step(time, VR::TM, "0000-0030"),
        ] {
            assert!(matches(&asked, &entry()), "{asked:?}");
        }
        for asked in [
            patient("P-2"),
            patient("P-1?"),
            named("MERLIN*"),
            step(tags::MODALITY, VR::CS, "MR"),
            step(tags::SCHEDULED_STATION_AE_TITLE, VR::AE, "OTHER_CT"),
            step(date, VR::DA, "20261124"),
            step(date, VR::DA, "-20261124"),
            step(date, VR::DA, "20261126-"),
            step(time, VR::TM, "0031-"),
        ] {
            assert!(!matches(&asked, &entry()), "{asked:?}");
        }
    }

    #[test]
    fn the_answer_has_what_was_asked_for_and_nothing_else() {
        let asked = asks(
            &[(tags::PATIENT_NAME, VR::PN, ""), (tags::MEDICAL_ALERTS, VR::LO, "")],
            &[(tags::SCHEDULED_PROCEDURE_STEP_ID, VR::SH, "")],
        );
        let answer = select(&asked, &entry());
        assert_eq!(value(find(&answer, tags::PATIENT_NAME).unwrap()), "Brocéliande^Viviane");
        assert_eq!(value(find(&answer, tags::MEDICAL_ALERTS).unwrap()), "");
        assert!(find(&answer, tags::PATIENT_ID).is_none());
        let steps = find(&answer, tags::SCHEDULED_PROCEDURE_STEP_SEQUENCE).unwrap().items().unwrap();
        assert_eq!(steps[0].iter().count(), 1);
    }
}
