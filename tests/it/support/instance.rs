//! Small CT instances from nothing, and their way into the vault.

use std::sync::atomic::{AtomicU64, Ordering};

use dicom_core::{DataElement, PrimitiveValue, VR};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use dicom_transfer_syntax_registry::entries::EXPLICIT_VR_LITTLE_ENDIAN;
use vigie::archive::FileStore;
use vigie::domain::identity::{SeriesUid, SopClassUid, SopInstanceUid, StudyUid};
use vigie::imaging::gate::Limits;
use vigie::pathway::stream_instance::{DataSetStream, Streamed};

const CT_IMAGE_STORAGE: &str = "1.2.840.10008.5.1.4.1.1.2";
const SIDE: u16 = 8;

/// A CT image of 8 by 8 pixels.
#[derive(Debug, Clone)]
pub struct CtSlice {
    pub study: StudyUid,
    pub series: SeriesUid,
    pub sop_instance: SopInstanceUid,
    pub patient_id: String,
    pub accession: String,
    /// Every pixel's stored value: another one is another instance's bytes.
    pub grey: u16,
}

/// A UID that no other call of this process gives.
pub fn fresh_uid() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("2.25.{}.{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

impl CtSlice {
    /// The first slice of a new study.
    pub fn of_patient(patient_id: &str) -> Self {
        Self {
            study: fresh_uid().parse().unwrap(),
            series: fresh_uid().parse().unwrap(),
            sop_instance: fresh_uid().parse().unwrap(),
            patient_id: patient_id.to_owned(),
            accession: String::new(),
            grey: 40,
        }
    }

    /// Another slice of the same series.
    pub fn next(&self) -> Self {
        Self { sop_instance: fresh_uid().parse().unwrap(), ..self.clone() }
    }

    /// The data set in explicit VR little endian.
    pub fn data_set(&self) -> Vec<u8> {
        let mut object = InMemDicomObject::new_empty();
        let mut text = |tag, vr, value: &str| {
            object.put(DataElement::new(tag, vr, PrimitiveValue::from(value)));
        };
        text(tags::SOP_CLASS_UID, VR::UI, CT_IMAGE_STORAGE);
        text(tags::SOP_INSTANCE_UID, VR::UI, self.sop_instance.as_str());
        text(tags::STUDY_INSTANCE_UID, VR::UI, self.study.as_str());
        text(tags::SERIES_INSTANCE_UID, VR::UI, self.series.as_str());
        text(tags::MODALITY, VR::CS, "CT");
        text(tags::PATIENT_ID, VR::LO, &self.patient_id);
        text(tags::PATIENT_NAME, VR::PN, "ESSAI^Alix");
        text(tags::ACCESSION_NUMBER, VR::SH, &self.accession);
        text(tags::PHOTOMETRIC_INTERPRETATION, VR::CS, "MONOCHROME2");
        let mut number = |tag, value: u16| {
            object.put(DataElement::new(tag, VR::US, PrimitiveValue::from(value)));
        };
        number(tags::SAMPLES_PER_PIXEL, 1);
        number(tags::ROWS, SIDE);
        number(tags::COLUMNS, SIDE);
        number(tags::BITS_ALLOCATED, 16);
        number(tags::BITS_STORED, 16);
        number(tags::HIGH_BIT, 15);
        number(tags::PIXEL_REPRESENTATION, 0);
        let pixels = vec![self.grey; usize::from(SIDE) * usize::from(SIDE)];
        object.put(DataElement::new(tags::PIXEL_DATA, VR::OW, PrimitiveValue::U16(pixels.into())));
        let mut bytes = Vec::new();
        object.write_dataset_with_ts(&mut bytes, &EXPLICIT_VR_LITTLE_ENDIAN.erased()).unwrap();
        bytes
    }

    /// Streams it into the vault, as an association would.
    pub async fn stream(&self, vault: &FileStore) -> Streamed {
        let class: SopClassUid = CT_IMAGE_STORAGE.parse().unwrap();
        let syntax = EXPLICIT_VR_LITTLE_ENDIAN.uid().parse().unwrap();
        let mut stream =
            DataSetStream::begin(vault, Limits::default(), &class, &self.sop_instance, syntax).await.unwrap();
        for piece in self.data_set().chunks(100) {
            stream.push(piece).await.unwrap();
        }
        stream.finish().unwrap()
    }
}
