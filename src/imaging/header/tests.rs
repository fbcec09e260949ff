use dicom_core::Tag;
use dicom_dictionary_std::tags as dicom;

use super::*;
use crate::imaging::gate::element::Encoding;
use crate::imaging::gate::{FunctionalGroups, KeptValue};

fn collected(values: &[(Tag, &[u8])]) -> Collected {
    let values = values.iter().map(|&(tag, bytes)| KeptValue { tag, bytes: bytes.to_vec() }).collect();
    Collected {
        values,
        groups: FunctionalGroups::default(),
        pixels: None,
        pixel_data_at: None,
        encoding: Encoding::ExplicitLittle,
    }
}

fn values_of(values: &[(Tag, &[u8])]) -> (PatientHeader, StudyHeader) {
    let collected = collected(values);
    let values = Values::new(&collected);
    (patient(&values), study(&values))
}

#[test]
fn names_are_decoded_by_their_character_set() {
    let (patient, _) = values_of(&[
        (dicom::SPECIFIC_CHARACTER_SET, b"ISO_IR 100"),
        (dicom::PATIENT_NAME, b"L\xE9v\xEAque^Zo\xE9 "),
    ]);
    assert_eq!((patient.family_name.as_str(), patient.given_name.as_str()), ("Lévêque", "Zoé"));
    let (patient, _) = values_of(&[
        (dicom::SPECIFIC_CHARACTER_SET, b"ISO_IR 192"),
        (dicom::PATIENT_NAME, "^^=王^小東=".as_bytes()),
    ]);
    assert_eq!(patient.family_name, "王");
}

#[test]
fn quirks_cost_a_value_and_not_the_image() {
    let (patient, study) = values_of(&[
        (dicom::PATIENT_BIRTH_DATE, b"1950.02.31"),
        (dicom::PATIENT_SEX, b"X "),
        (dicom::ACCESSION_NUMBER, b"0123456789012345678901234567890123456789"),
        (dicom::STUDY_DATE, b"20240229"),
        (dicom::STUDY_TIME, b"0915"),
        (dicom::STUDY_DESCRIPTION, b"CT\0\x1b crane"),
    ]);
    assert_eq!((patient.birth_date, patient.sex), (None, None));
    assert_eq!(study.accession_number.unwrap().len(), 40);
    assert_eq!(study.date, Some(jiff::civil::date(2024, 2, 29)));
    assert_eq!(study.time, Some(jiff::civil::time(9, 15, 0, 0)));
    assert_eq!(study.description.as_deref(), Some("CT crane"));
}

#[test]
fn rescale_needs_both_of_its_numbers() {
    let base: [(Tag, &[u8]); 4] = [
        (dicom::ROWS, &[0, 2]),
        (dicom::COLUMNS, &[0, 2]),
        (dicom::BITS_ALLOCATED, &[16, 0]),
        (dicom::RESCALE_SLOPE, b"1 "),
    ];
    let rescale = |values: &[(Tag, &[u8])]| {
        let collected = collected(values);
        frame::frames(&collected).remove(0).rescale
    };
    assert_eq!(rescale(&base), None);
    let both = [&base[..], &[(dicom::RESCALE_INTERCEPT, b"-1024")]].concat();
    assert_eq!(rescale(&both), Some(Rescale { slope: 1.0, intercept: -1024.0 }));
    let image = image(&Values::new(&collected(&both)), None).unwrap();
    assert_eq!((image.rows, image.columns, image.bits_stored), (512, 512, 16));
}
