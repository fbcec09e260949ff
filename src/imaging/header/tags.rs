//! Which elements the scan keeps.

use dicom_core::Tag;
use dicom_dictionary_std::tags as dicom;

/// In ascending order, for the binary search.
const WANTED: [Tag; 56] = [
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
    dicom::SEQUENCE_NAME,
    dicom::SLICE_THICKNESS,
    dicom::KVP,
    dicom::SPACING_BETWEEN_SLICES,
    dicom::PROTOCOL_NAME,
    dicom::GANTRY_DETECTOR_TILT,
    dicom::CONVOLUTION_KERNEL,
    dicom::DIFFUSION_DIRECTIONALITY,
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

/// Private groups and the elements of a block there that say how an image is diffusion-weighted: Siemens' b-value and
/// its CSA header, Philips' b-value and direction, GE's b-value.
const PRIVATE: [(u16, &[u16]); 4] =
    [(0x0019, &[0x0C]), (0x0029, &[0x10]), (0x2001, &[0x03, 0x04]), (0x0043, &[0x39])];

/// Functional groups' macros, and the values of them that are kept (PS3.3 C.7.6.16.2, C.8.13.5).
const GROUP_VALUES: [(Tag, &[Tag]); 7] = [
    (
        dicom::PIXEL_MEASURES_SEQUENCE,
        &[dicom::PIXEL_SPACING, dicom::SLICE_THICKNESS, dicom::SPACING_BETWEEN_SLICES],
    ),
    (dicom::PLANE_POSITION_SEQUENCE, &[dicom::IMAGE_POSITION_PATIENT]),
    (dicom::PLANE_ORIENTATION_SEQUENCE, &[dicom::IMAGE_ORIENTATION_PATIENT]),
    (dicom::PIXEL_VALUE_TRANSFORMATION_SEQUENCE, &[dicom::RESCALE_INTERCEPT, dicom::RESCALE_SLOPE]),
    (dicom::MR_IMAGE_FRAME_TYPE_SEQUENCE, &[dicom::FRAME_TYPE]),
    (dicom::CT_IMAGE_FRAME_TYPE_SEQUENCE, &[dicom::FRAME_TYPE]),
    (dicom::MR_DIFFUSION_SEQUENCE, &[dicom::DIFFUSION_B_VALUE, dicom::DIFFUSION_DIRECTIONALITY]),
];

/// What the scan does with a top-level element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    No,
    /// Kept whole; an object that has it twice or far too long is refused.
    Header,
    /// Kept where it is short and there once, else left out.
    Hint,
}

/// Whether the header keeps this element's value.
pub(crate) fn wanted(tag: Tag) -> Wanted {
    if WANTED.binary_search(&tag).is_ok() {
        return Wanted::Header;
    }
    let of_group = PRIVATE.iter().find(|(group, _)| *group == tag.group());
    match (of_group, tag.element() >> 8) {
        // a block's creator (PS3.5 7.8.1)
        (Some(_), 0x00) if tag.element() >= 0x10 => Wanted::Hint,
        (Some((_, elements)), 0x10..) if elements.contains(&(tag.element() & 0xFF)) => Wanted::Hint,
        _ => Wanted::No,
    }
}

/// Whether a value of this macro of the functional groups is kept.
pub(crate) fn is_group_value(macro_sequence: Tag, tag: Tag) -> bool {
    GROUP_VALUES.iter().any(|(sequence, values)| *sequence == macro_sequence && values.contains(&tag))
}

#[cfg(test)]
mod tests {
    use super::WANTED;

    #[test]
    fn the_list_is_sorted() {
        assert!(WANTED.is_sorted());
    }
}
