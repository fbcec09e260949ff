//! Single-frame images put together into one enhanced multi-frame instance, as a scanner would have sent them.

use dicom_core::value::DataSetSequence;
use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_dictionary_std::tags;
use dicom_object::{FileMetaTableBuilder, InMemDicomObject, OpenFileOptions};

fn item(elements: Vec<DataElement<InMemDicomObject>>) -> InMemDicomObject {
    InMemDicomObject::from_element_iter(elements)
}

fn sequence(tag: Tag, items: Vec<InMemDicomObject>) -> DataElement<InMemDicomObject> {
    DataElement::new(tag, VR::SQ, DataSetSequence::from(items))
}

fn taken(image: &InMemDicomObject, tags: &[Tag]) -> Vec<DataElement<InMemDicomObject>> {
    tags.iter().filter_map(|&tag| image.element_opt(tag).unwrap().cloned()).collect()
}

/// The images in the order given become the frames. All must be of one size, uncompressed, and CT or MR.
pub fn enhanced(images: &[Vec<u8>]) -> Vec<u8> {
    let read = |bytes: &Vec<u8>| -> InMemDicomObject {
        (*OpenFileOptions::new().from_reader(bytes.as_slice()).unwrap()).clone()
    };
    let images: Vec<_> = images.iter().map(read).collect();
    let first = &images[0];
    let shared = item(vec![
        sequence(
            tags::PIXEL_MEASURES_SEQUENCE,
            vec![item(taken(first, &[tags::PIXEL_SPACING, tags::SLICE_THICKNESS]))],
        ),
        sequence(
            tags::PLANE_ORIENTATION_SEQUENCE,
            vec![item(taken(first, &[tags::IMAGE_ORIENTATION_PATIENT]))],
        ),
    ]);
    let kept = [
        tags::STUDY_INSTANCE_UID,
        tags::SERIES_INSTANCE_UID,
        tags::MODALITY,
        tags::SERIES_DESCRIPTION,
        tags::BODY_PART_EXAMINED,
        tags::PATIENT_ID,
        tags::ROWS,
        tags::COLUMNS,
        tags::SAMPLES_PER_PIXEL,
        tags::PHOTOMETRIC_INTERPRETATION,
        tags::BITS_ALLOCATED,
        tags::BITS_STORED,
        tags::HIGH_BIT,
        tags::PIXEL_REPRESENTATION,
    ];
    let mut object = item(taken(first, &kept));
    let text = |tag, vr, value: &str| DataElement::new(tag, vr, PrimitiveValue::from(value));
    let (class, image_type) = match first.element(tags::MODALITY).unwrap().to_str().unwrap().as_ref() {
        "CT" => ("1.2.840.10008.5.1.4.1.1.2.1", "ORIGINAL\\PRIMARY\\VOLUME\\NONE"),
        _ => ("1.2.840.10008.5.1.4.1.1.4.1", "ORIGINAL\\PRIMARY\\DIFFUSION\\NONE"),
    };
    object.put(text(tags::SOP_CLASS_UID, VR::UI, class));
    object.put(text(tags::SOP_INSTANCE_UID, VR::UI, "2.25.7001"));
    object.put(text(tags::IMAGE_TYPE, VR::CS, image_type));
    object.put(text(tags::NUMBER_OF_FRAMES, VR::IS, &images.len().to_string()));
    object.put(sequence(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, vec![shared]));
    object.put(sequence(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, images.iter().map(frame).collect()));
    let pixels: Vec<u8> = images
        .iter()
        .flat_map(|image| image.element(tags::PIXEL_DATA).unwrap().to_bytes().unwrap().to_vec())
        .collect();
    object.put(DataElement::new(tags::PIXEL_DATA, VR::OW, PrimitiveValue::from(pixels)));
    let meta = FileMetaTableBuilder::new().transfer_syntax("1.2.840.10008.1.2.1");
    let mut out = Vec::new();
    object.with_meta(meta).unwrap().write_all(&mut out).unwrap();
    out
}

fn frame(image: &InMemDicomObject) -> InMemDicomObject {
    item(vec![
        sequence(tags::PLANE_POSITION_SEQUENCE, vec![item(taken(image, &[tags::IMAGE_POSITION_PATIENT]))]),
        sequence(tags::MR_DIFFUSION_SEQUENCE, vec![item(taken(image, &[tags::DIFFUSION_B_VALUE]))]),
        sequence(
            tags::PIXEL_VALUE_TRANSFORMATION_SEQUENCE,
            vec![item(taken(image, &[tags::RESCALE_SLOPE, tags::RESCALE_INTERCEPT]))],
        ),
    ])
}
