use super::*;

fn explicit() -> TransferSyntaxUid {
    TransferSyntaxUid::try_from("1.2.840.10008.1.2.1".to_owned()).unwrap()
}

/// An unknown-VR element of undefined length: implicit inside for the standard, explicit inside for dicom-parser.
#[test]
fn what_only_dicom_parser_sees_as_deep_is_refused() {
    let mut bytes = vec![0x09, 0x00, 0x10, 0x10, b'U', b'N', 0, 0, 0xFF, 0xFF, 0xFF, 0xFF];
    bytes.extend_from_slice(&[0xFE, 0xFF, 0x00, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF]);
    let nested = [
        &[0x40, 0x00, 0x60, 0xA1, b'S', b'Q', 0, 0, 0xFF, 0xFF, 0xFF, 0xFF][..],
        &[0xFE, 0xFF, 0x00, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF][..],
    ]
    .concat();
    bytes.extend(nested.repeat(3_000));
    assert!(walk(&bytes, &EXPLICIT_VR_LITTLE_ENDIAN.erased(), Limits::default()).is_err());
}

#[test]
fn a_false_length_is_not_allocated() {
    let mut bytes = vec![0xE0, 0x7F, 0x10, 0x00, b'O', b'W', 0, 0];
    bytes.extend_from_slice(&400_000_000_u32.to_le_bytes());
    assert!(matches!(read(&bytes, &explicit(), Limits::default()), Err(DatasetError::Refused(_))));
    assert!(matches!(
        walk(&bytes, &EXPLICIT_VR_LITTLE_ENDIAN.erased(), Limits::default()),
        Err(DatasetError::Refused(Refusal::Truncated { .. }))
    ));
}
