//! As much of NIfTI-1 as the test data needs: gzipped, little endian, one volume, with an `sform`.

use std::io::Read;
use std::path::Path;

use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_dictionary_std::tags;
use dicom_object::{FileMetaTableBuilder, InMemDicomObject};

/// A volume, the first axis fastest.
#[derive(Debug)]
pub struct Volume {
    pub size: [usize; 3],
    pub values: Vec<f64>,
    /// Rows of the affine: x to the right, y to anterior, z up, mm.
    affine: [[f64; 4]; 3],
}

impl Volume {
    pub fn read(path: &Path) -> Self {
        let mut bytes = Vec::new();
        flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_end(&mut bytes).unwrap();
        let short = |at: usize| i16::from_le_bytes([bytes[at], bytes[at + 1]]);
        let float = |at: usize| f64::from(f32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()));
        assert_eq!(i32::from_le_bytes(bytes[..4].try_into().unwrap()), 348, "little endian NIfTI-1");
        assert!(short(254) > 0, "an sform");
        let size = [42, 44, 46].map(|at| usize::try_from(short(at)).unwrap());
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an offset in the file")]
        let data = &bytes[float(108) as usize..];
        let stored: Vec<f64> = match short(70) {
            2 => data.iter().map(|&byte| f64::from(byte)).collect(),
            4 => data.chunks_exact(2).map(|b| f64::from(i16::from_le_bytes([b[0], b[1]]))).collect(),
            16 => {
                data.chunks_exact(4).map(|b| f64::from(f32::from_le_bytes(b.try_into().unwrap()))).collect()
            }
            64 => data.chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().unwrap())).collect(),
            512 => data.chunks_exact(2).map(|b| f64::from(u16::from_le_bytes([b[0], b[1]]))).collect(),
            other => panic!("data type {other}"),
        };
        let (slope, intercept) = match float(112) {
            0.0 => (1.0, 0.0),
            slope => (slope, float(116)),
        };
        let row = |at: usize| [0, 4, 8, 12].map(|next| float(at + next));
        Self {
            size,
            values: stored.into_iter().map(|value| value * slope + intercept).collect(),
            affine: [row(280), row(296), row(312)],
        }
    }

    /// One picture a slice, as `columns`, `rows` of the first two axes, in the patient system of DICOM.
    pub fn slices(&self, b_value: Option<f64>, image_type: &str, series: &str) -> Vec<Vec<u8>> {
        let [columns, rows, slices] = self.size;
        let largest = self.values.iter().fold(0.0, |a: f64, &b| a.max(b));
        let slope = largest / 30_000.0;
        // x and y change sign between the two systems
        let lps = |axis: usize| [-self.affine[0][axis], -self.affine[1][axis], self.affine[2][axis]];
        let length = |v: [f64; 3]| v.iter().map(|part| part * part).sum::<f64>().sqrt();
        let list = |values: &[f64]| {
            values
                .iter()
                .map(|value| format!("{value:.9}").chars().take(16).collect())
                .collect::<Vec<String>>()
                .join("\\")
        };
        let spacing = [length(lps(1)), length(lps(0))];
        let unit = |axis: usize| lps(axis).map(|part| part / length(lps(axis)));
        let orientation = [unit(0), unit(1)].concat();
        (0..slices)
            .map(|slice| {
                #[expect(clippy::cast_precision_loss, reason = "a slice number")]
                let position: Vec<f64> = (0..3).map(|i| lps(3)[i] + slice as f64 * lps(2)[i]).collect();
                let mut object = InMemDicomObject::new_empty();
                let mut text = |tag: Tag, vr: VR, value: &str| {
                    object.put(DataElement::new(tag, vr, PrimitiveValue::from(value)));
                };
                text(tags::SOP_CLASS_UID, VR::UI, "1.2.840.10008.5.1.4.1.1.4");
                text(tags::SOP_INSTANCE_UID, VR::UI, &format!("2.25.9.{series}.{slice}"));
                text(tags::STUDY_INSTANCE_UID, VR::UI, "2.25.9");
                text(tags::SERIES_INSTANCE_UID, VR::UI, "2.25.9.1");
                text(tags::MODALITY, VR::CS, "MR");
                text(tags::IMAGE_TYPE, VR::CS, image_type);
                text(tags::IMAGE_POSITION_PATIENT, VR::DS, &list(&position));
                text(tags::IMAGE_ORIENTATION_PATIENT, VR::DS, &list(&orientation));
                text(tags::PIXEL_SPACING, VR::DS, &list(&spacing));
                text(tags::PHOTOMETRIC_INTERPRETATION, VR::CS, "MONOCHROME2");
                text(tags::RESCALE_INTERCEPT, VR::DS, "0");
                text(tags::RESCALE_SLOPE, VR::DS, &list(&[slope]));
                let pixel = |index: usize| self.values[slice * rows * columns + index];
                #[expect(clippy::cast_possible_truncation, reason = "scaled to 30,000")]
                let pixels: Vec<i16> =
                    (0..rows * columns).map(|index| (pixel(index) / slope).round() as i16).collect();
                let short = |value: usize| PrimitiveValue::from(u16::try_from(value).unwrap());
                for (tag, value) in [
                    (tags::SAMPLES_PER_PIXEL, 1),
                    (tags::ROWS, rows),
                    (tags::COLUMNS, columns),
                    (tags::BITS_ALLOCATED, 16),
                    (tags::BITS_STORED, 16),
                    (tags::HIGH_BIT, 15),
                    (tags::PIXEL_REPRESENTATION, 1),
                ] {
                    object.put(DataElement::new(tag, VR::US, short(value)));
                }
                if let Some(b_value) = b_value {
                    object.put(DataElement::new(
                        tags::DIFFUSION_B_VALUE,
                        VR::FD,
                        PrimitiveValue::from(b_value),
                    ));
                }
                let pixels: Vec<u8> = pixels.into_iter().flat_map(i16::to_le_bytes).collect();
                object.put(DataElement::new(tags::PIXEL_DATA, VR::OW, PrimitiveValue::from(pixels)));
                let meta = FileMetaTableBuilder::new().transfer_syntax("1.2.840.10008.1.2.1");
                let mut out = Vec::new();
                object.with_meta(meta).unwrap().write_all(&mut out).unwrap();
                out
            })
            .collect()
    }
}
