//! Which top-level elements the scan keeps.

use dicom_core::Tag;
use dicom_dictionary_std::tags as dicom;

/// In ascending order, for the binary search.
const WANTED: [Tag; 54] = [
    dicom::SPECIFIC_CHARACTER_SET,
    dicom::IMAGE_TYPE,
    dicom::SOP_CLASS_UID,
    dicom::SOP_INSTANCE_UID,
    dicom::STUDY_DATE,
    dicom::ACQUISITION_DATE,
    dicom::CONTENT_DATE,
    dicom::STUDY_TIME,
    dicom::ACQUISITION_TIME,
    dicom::CONTENT_TIME,
    dicom::ACCESSION_NUMBER,
    dicom::MODALITY,
    dicom::MANUFACTURER,
    dicom::INSTITUTION_NAME,
    dicom::REFERRING_PHYSICIAN_NAME,
    dicom::STUDY_DESCRIPTION,
    dicom::SERIES_DESCRIPTION,
    dicom::PATIENT_NAME,
    dicom::PATIENT_ID,
    dicom::ISSUER_OF_PATIENT_ID,
    dicom::PATIENT_BIRTH_DATE,
    dicom::PATIENT_SEX,
    dicom::CONTRAST_BOLUS_AGENT,
    dicom::BODY_PART_EXAMINED,
    dicom::SLICE_THICKNESS,
    dicom::KVP,
    dicom::SPACING_BETWEEN_SLICES,
    dicom::PROTOCOL_NAME,
    dicom::GANTRY_DETECTOR_TILT,
    dicom::CONVOLUTION_KERNEL,
    dicom::DIFFUSION_B_VALUE,
    dicom::STUDY_INSTANCE_UID,
    dicom::SERIES_INSTANCE_UID,
    dicom::STUDY_ID,
    dicom::SERIES_NUMBER,
    dicom::ACQUISITION_NUMBER,
    dicom::INSTANCE_NUMBER,
    dicom::IMAGE_POSITION_PATIENT,
    dicom::IMAGE_ORIENTATION_PATIENT,
    dicom::FRAME_OF_REFERENCE_UID,
    dicom::SAMPLES_PER_PIXEL,
    dicom::PHOTOMETRIC_INTERPRETATION,
    dicom::NUMBER_OF_FRAMES,
    dicom::ROWS,
    dicom::COLUMNS,
    dicom::PIXEL_SPACING,
    dicom::BITS_ALLOCATED,
    dicom::BITS_STORED,
    dicom::PIXEL_REPRESENTATION,
    dicom::WINDOW_CENTER,
    dicom::WINDOW_WIDTH,
    dicom::RESCALE_INTERCEPT,
    dicom::RESCALE_SLOPE,
    dicom::LOSSY_IMAGE_COMPRESSION,
];

/// Whether the header keeps this element's value.
pub(crate) fn is_wanted(tag: Tag) -> bool {
    WANTED.binary_search(&tag).is_ok()
}

#[cfg(test)]
mod tests {
    use super::WANTED;

    #[test]
    fn the_list_is_sorted() {
        assert!(WANTED.is_sorted());
    }
}
