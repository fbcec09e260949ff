//! Functional groups through the scan: what is kept of whom, and its bounds.

use dicom_core::Tag;
use dicom_dictionary_std::tags as dicom;

use super::*;
use crate::imaging::header::{Direction, FrameHeader};

const EXPLICIT: &str = "1.2.840.10008.1.2.1";
const IMPLICIT: &str = "1.2.840.10008.1.2";

fn plain(tag: Tag, vr: &[u8; 2], value: &[u8]) -> Vec<u8> {
    let mut out = [tag.group().to_le_bytes(), tag.element().to_le_bytes()].concat();
    out.extend_from_slice(vr);
    out.extend_from_slice(&u16::try_from(value.len()).unwrap().to_le_bytes());
    out.extend_from_slice(value);
    out
}

fn length(bytes: usize) -> [u8; 4] {
    u32::try_from(bytes).unwrap().to_le_bytes()
}

fn implicit(tag: Tag, value: &[u8]) -> Vec<u8> {
    [&tag.group().to_le_bytes()[..], &tag.element().to_le_bytes(), &length(value.len()), value].concat()
}

fn items(items: &[Vec<u8>]) -> Vec<u8> {
    items.iter().flat_map(|item| [&[0xFE, 0xFF, 0, 0xE0][..], &length(item.len()), item].concat()).collect()
}

fn sequence(tag: Tag, of: &[Vec<u8>]) -> Vec<u8> {
    let items = items(of);
    let head = [&tag.group().to_le_bytes()[..], &tag.element().to_le_bytes(), b"SQ\0\0"].concat();
    [head, length(items.len()).to_vec(), items].concat()
}

fn identifiers() -> Vec<u8> {
    [
        plain(dicom::SOP_CLASS_UID, b"UI", b"1.2.840.10008.5.1.4.1.1.4.1\0"),
        plain(dicom::SOP_INSTANCE_UID, b"UI", b"1.2.3.4\0"),
        plain(dicom::STUDY_INSTANCE_UID, b"UI", b"1.2.3\0"),
        plain(dicom::SERIES_INSTANCE_UID, b"UI", b"1.2.3.5\0"),
    ]
    .concat()
}

fn shared() -> Vec<u8> {
    let orientation = plain(dicom::IMAGE_ORIENTATION_PATIENT, b"DS", b"1\\0\\0\\0\\1\\0 ");
    let item = [
        sequence(dicom::PIXEL_MEASURES_SEQUENCE, &[plain(dicom::PIXEL_SPACING, b"DS", b"2\\2 ")]),
        sequence(dicom::PLANE_ORIENTATION_SEQUENCE, &[orientation]),
    ]
    .concat();
    sequence(dicom::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, &[item])
}

fn frame(position: &[u8], b_value: f64) -> Vec<u8> {
    let diffusion = [
        plain(dicom::DIFFUSION_DIRECTIONALITY, b"CS", b"ISOTROPIC "),
        plain(dicom::DIFFUSION_B_VALUE, b"FD", &b_value.to_le_bytes()),
    ];
    [
        sequence(dicom::MR_DIFFUSION_SEQUENCE, &[diffusion.concat()]),
        sequence(dicom::PLANE_POSITION_SEQUENCE, &[plain(dicom::IMAGE_POSITION_PATIENT, b"DS", position)]),
    ]
    .concat()
}

fn frames_of(syntax: &str, bytes: &[u8]) -> Vec<FrameHeader> {
    let syntax = TransferSyntaxUid::try_from(syntax.to_owned()).unwrap();
    let whole = scan(bytes, &syntax, Limits::default()).unwrap();
    let mut gate = Gate::new(Limits::default(), &syntax);
    bytes.iter().for_each(|byte| gate.push(&[*byte]).unwrap());
    assert_eq!(gate.finish_parts().unwrap().0, whole);
    Header::frames(&whole)
}

#[test]
fn each_frame_has_its_own_groups_before_the_shared_ones() {
    let per_frame = [frame(b"0\\0\\10", 0.0), frame(b"0\\0\\15", 1000.0)];
    let bytes =
        [identifiers(), shared(), sequence(dicom::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, &per_frame)].concat();
    let frames = frames_of(EXPLICIT, &bytes);
    let seen: Vec<_> = frames
        .iter()
        .map(|frame| (frame.geometry.position, frame.geometry.pixel_spacing, frame.diffusion.b_value))
        .collect();
    let spacing = Some([2.0, 2.0]);
    assert_eq!(
        seen,
        [(Some([0.0, 0.0, 10.0]), spacing, Some(0.0)), (Some([0.0, 0.0, 15.0]), spacing, Some(1000.0))]
    );
    assert_eq!(frames[1].diffusion.direction, Some(Direction::Isotropic));
    let whole = scan(&bytes, &TransferSyntaxUid::try_from(EXPLICIT.to_owned()).unwrap(), Limits::default());
    let header = Header::from_collected(&whole.unwrap()).unwrap();
    assert_eq!(header.acquisition.diffusion.b_value, Some(1000.0));
    assert_eq!(header.geometry.position, Some([0.0, 0.0, 10.0]));
}

#[test]
fn the_same_values_elsewhere_are_no_frame_s() {
    let position = plain(dicom::IMAGE_POSITION_PATIENT, b"DS", b"0\\0\\9 ");
    let other = sequence(dicom::PIXEL_MEASURES_SEQUENCE, std::slice::from_ref(&position));
    let deeper = sequence(
        dicom::PLANE_POSITION_SEQUENCE,
        &[sequence(dicom::PURPOSE_OF_REFERENCE_CODE_SEQUENCE, &[position])],
    );
    let item = [other, deeper].concat();
    let bytes = [identifiers(), sequence(dicom::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, &[item])].concat();
    assert_eq!(frames_of(EXPLICIT, &bytes)[0].geometry.position, None);
}

#[test]
fn groups_in_implicit_are_seen_through_the_dictionary() {
    let position = implicit(dicom::IMAGE_POSITION_PATIENT, b"0\\0\\7 ");
    let within = implicit(dicom::PLANE_POSITION_SEQUENCE, &items(&[position]));
    let groups = implicit(dicom::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, &items(&[within]));
    let identifiers: Vec<u8> = [
        (dicom::SOP_CLASS_UID, &b"1.2.840.10008.5.1.4.1.1.4.1\0"[..]),
        (dicom::SOP_INSTANCE_UID, b"1.2.3.4\0"),
        (dicom::STUDY_INSTANCE_UID, b"1.2.3\0"),
        (dicom::SERIES_INSTANCE_UID, b"1.2.3.5\0"),
    ]
    .iter()
    .flat_map(|(tag, value)| implicit(*tag, value))
    .collect();
    let frames = frames_of(IMPLICIT, &[identifiers, groups].concat());
    assert_eq!(frames[0].geometry.position, Some([0.0, 0.0, 7.0]));
}

#[test]
fn what_is_twice_or_beyond_the_bounds_says_nothing_of_the_frames_and_costs_no_image() {
    let per_frame = |frames: &[Vec<u8>]| sequence(dicom::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, frames);
    let one = per_frame(&[frame(b"0\\0\\10", 0.0)]);
    let twice = [identifiers(), one.clone(), one].concat();
    let position = plain(dicom::IMAGE_POSITION_PATIENT, b"DS", b"0\\0\\10");
    let doubled = sequence(dicom::PLANE_POSITION_SEQUENCE, &[[position.clone(), position].concat()]);
    let long = plain(dicom::IMAGE_POSITION_PATIENT, b"DS", &[b'1'; 400]);
    let long = sequence(dicom::PLANE_POSITION_SEQUENCE, &[long]);
    let many = vec![frame(b"0\\0\\10", 0.0); 20_001];
    for bytes in [
        twice,
        [identifiers(), per_frame(&[doubled])].concat(),
        [identifiers(), per_frame(&[long])].concat(),
        [identifiers(), per_frame(&many)].concat(),
    ] {
        let syntax = TransferSyntaxUid::try_from(EXPLICIT.to_owned()).unwrap();
        let frames = Header::frames(&scan(&bytes, &syntax, Limits::default()).unwrap());
        assert_eq!(frames, [FrameHeader::default()]);
    }
}
