//! A drawn slice as a DICOM file.

use std::path::Path;

use dicom_core::value::PrimitiveValue;
use dicom_core::{DataElement, Tag, VR};
use dicom_dictionary_std::tags as dicom;
use dicom_object::{FileMetaTableBuilder, InMemDicomObject};
use sha2::{Digest, Sha256};

use super::Kind;
use super::picture::Grid;

/// A stable UID of the 2.25 form from what names it.
pub(super) fn uid(parts: &[&str]) -> String {
    let hash = Sha256::digest(parts.join("/").as_bytes());
    let number = hash.iter().take(15).fold(0_u128, |number, &byte| (number << 8) | u128::from(byte));
    format!("2.25.{number}")
}

/// What all slices of a series share.
#[derive(Debug, Clone)]
pub(super) struct SeriesTags {
    pub kind: Kind,
    pub seed: u64,
    pub study: String,
    pub series: String,
    /// mm.
    pub spacing: f64,
    pub grid: Grid,
}

/// What is a slice's own.
#[derive(Debug, Clone)]
pub(super) struct SliceTags {
    pub sop_instance: String,
    /// From 1.
    pub number: usize,
    pub z: f64,
    /// s/mm²; none for CT.
    pub b_value: Option<u16>,
}

/// A slice could not be written.
#[derive(Debug, thiserror::Error)]
pub(super) enum WriteError {
    #[error("the file meta information cannot be built: {0}")]
    Meta(#[from] Box<dicom_object::WithMetaError>),
    #[error("{path} cannot be written: {source}")]
    Write { path: String, source: Box<dicom_object::WriteError> },
}

impl SeriesTags {
    fn sop_class(&self) -> &'static str {
        if self.kind.is_mr() { "1.2.840.10008.5.1.4.1.1.4" } else { "1.2.840.10008.5.1.4.1.1.2" }
    }

    pub(super) fn write(&self, slice: &SliceTags, values: &[i16], path: &Path) -> Result<(), WriteError> {
        let mut object = InMemDicomObject::new_empty();
        let mut text = |tag: Tag, vr: VR, value: &str| {
            object.put(DataElement::new(tag, vr, PrimitiveValue::from(value)));
        };
        let id = format!("PHANTOM-{}-{}", self.kind.as_str().to_uppercase(), self.seed);
        let first = self.grid.centre(0.0);
        let pixel = self.grid.pixel;
        text(dicom::SPECIFIC_CHARACTER_SET, VR::CS, "ISO_IR 192");
        text(dicom::IMAGE_TYPE, VR::CS, image_type(slice.b_value));
        text(dicom::SOP_CLASS_UID, VR::UI, self.sop_class());
        text(dicom::SOP_INSTANCE_UID, VR::UI, &slice.sop_instance);
        for tag in [dicom::STUDY_DATE, dicom::SERIES_DATE, dicom::CONTENT_DATE] {
            text(tag, VR::DA, "20260101");
        }
        for tag in [dicom::STUDY_TIME, dicom::SERIES_TIME, dicom::CONTENT_TIME] {
            text(tag, VR::TM, "120000");
        }
        text(dicom::ACCESSION_NUMBER, VR::SH, &format!("P{}", self.seed));
        text(dicom::MODALITY, VR::CS, if self.kind.is_mr() { "MR" } else { "CT" });
        text(dicom::MANUFACTURER, VR::LO, "Vigie phantom");
        text(dicom::REFERRING_PHYSICIAN_NAME, VR::PN, "");
        text(dicom::STUDY_DESCRIPTION, VR::LO, "Synthetic phantom, no patient");
        text(dicom::SERIES_DESCRIPTION, VR::LO, self.kind.description());
        text(dicom::PATIENT_NAME, VR::PN, &format!("PHANTOM^{}", self.kind.as_str()));
        text(dicom::PATIENT_ID, VR::LO, &id);
        text(dicom::PATIENT_BIRTH_DATE, VR::DA, "");
        text(dicom::PATIENT_SEX, VR::CS, "O");
        text(dicom::BODY_PART_EXAMINED, VR::CS, "HEAD");
        text(dicom::SLICE_THICKNESS, VR::DS, &format!("{:.3}", self.spacing));
        text(dicom::SPACING_BETWEEN_SLICES, VR::DS, &format!("{:.3}", self.spacing));
        text(dicom::PATIENT_POSITION, VR::CS, "HFS");
        text(dicom::STUDY_INSTANCE_UID, VR::UI, &self.study);
        text(dicom::SERIES_INSTANCE_UID, VR::UI, &self.series);
        text(dicom::STUDY_ID, VR::SH, "1");
        text(dicom::SERIES_NUMBER, VR::IS, "1");
        text(dicom::ACQUISITION_NUMBER, VR::IS, "1");
        text(dicom::INSTANCE_NUMBER, VR::IS, &slice.number.to_string());
        text(dicom::IMAGE_POSITION_PATIENT, VR::DS, &format!("{first:.4}\\{first:.4}\\{:.4}", slice.z));
        text(dicom::IMAGE_ORIENTATION_PATIENT, VR::DS, "1\\0\\0\\0\\1\\0");
        text(dicom::FRAME_OF_REFERENCE_UID, VR::UI, &uid(&[&self.study, "frame"]));
        text(dicom::POSITION_REFERENCE_INDICATOR, VR::LO, "");
        text(dicom::PHOTOMETRIC_INTERPRETATION, VR::CS, "MONOCHROME2");
        text(dicom::PIXEL_SPACING, VR::DS, &format!("{pixel:.6}\\{pixel:.6}"));
        self.put_physics(slice, &mut text);
        if let Some(b_value) = slice.b_value {
            put_diffusion(&mut object, b_value);
        }
        put_pixels(&mut object, self.grid.side, values);
        let meta = FileMetaTableBuilder::new().transfer_syntax("1.2.840.10008.1.2.1");
        let file = object.with_meta(meta).map_err(Box::new)?;
        file.write_to_file(path).map_err(|source| WriteError::Write {
            path: path.display().to_string(),
            source: Box::new(source),
        })
    }

    fn put_physics(&self, slice: &SliceTags, text: &mut impl FnMut(Tag, VR, &str)) {
        if let Some(b_value) = slice.b_value {
            text(dicom::SCANNING_SEQUENCE, VR::CS, "EP");
            text(dicom::SEQUENCE_VARIANT, VR::CS, "SK\\SP");
            text(dicom::SCAN_OPTIONS, VR::CS, "FS");
            text(dicom::MR_ACQUISITION_TYPE, VR::CS, "2D");
            text(dicom::REPETITION_TIME, VR::DS, "5200");
            text(dicom::ECHO_TIME, VR::DS, "72");
            text(dicom::ECHO_TRAIN_LENGTH, VR::IS, "1");
            text(dicom::MAGNETIC_FIELD_STRENGTH, VR::DS, "1.5");
            // a trace-weighted picture is marked as Siemens does
            let trace = if b_value == 0 { "" } else { "t" };
            text(dicom::SEQUENCE_NAME, VR::SH, &format!("*ep_b{b_value}{trace}"));
            return;
        }
        text(dicom::KVP, VR::DS, "120");
        text(dicom::RESCALE_INTERCEPT, VR::DS, "0");
        text(dicom::RESCALE_SLOPE, VR::DS, "1");
        text(dicom::RESCALE_TYPE, VR::LO, "HU");
        let angiogram = matches!(self.kind, Kind::Cta | Kind::CtaOcclusion);
        let (centre, width) = if angiogram { ("300", "700") } else { ("40", "80") };
        text(dicom::WINDOW_CENTER, VR::DS, centre);
        text(dicom::WINDOW_WIDTH, VR::DS, width);
        if angiogram {
            text(dicom::CONTRAST_BOLUS_AGENT, VR::LO, "IODINE 350");
        }
    }
}

fn image_type(b_value: Option<u16>) -> &'static str {
    match b_value {
        None => "ORIGINAL\\PRIMARY\\AXIAL",
        Some(0) => "ORIGINAL\\PRIMARY\\DIFFUSION\\NONE",
        Some(_) => "DERIVED\\PRIMARY\\DIFFUSION\\TRACEW",
    }
}

/// The b-value where the standard has it, and where Siemens has it.
fn put_diffusion(object: &mut InMemDicomObject, b_value: u16) {
    let number = PrimitiveValue::from(f64::from(b_value));
    object.put(DataElement::new(dicom::DIFFUSION_B_VALUE, VR::FD, number));
    let creator = PrimitiveValue::from("SIEMENS MR HEADER");
    object.put(DataElement::new(Tag(0x0019, 0x0010), VR::LO, creator));
    let private = PrimitiveValue::from(b_value.to_string());
    object.put(DataElement::new(Tag(0x0019, 0x100C), VR::IS, private));
}

fn put_pixels(object: &mut InMemDicomObject, side: u16, values: &[i16]) {
    let shorts = [
        (dicom::SAMPLES_PER_PIXEL, 1),
        (dicom::ROWS, side),
        (dicom::COLUMNS, side),
        (dicom::BITS_ALLOCATED, 16),
        (dicom::BITS_STORED, 16),
        (dicom::HIGH_BIT, 15),
        (dicom::PIXEL_REPRESENTATION, 1),
    ];
    for (tag, value) in shorts {
        object.put(DataElement::new(tag, VR::US, PrimitiveValue::from(value)));
    }
    let words: Vec<u16> = values.iter().map(|value| value.cast_unsigned()).collect();
    object.put(DataElement::new(dicom::PIXEL_DATA, VR::OW, PrimitiveValue::U16(words.into())));
}
