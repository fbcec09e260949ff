use super::*;

const IMPLICIT: &str = "1.2.840.10008.1.2";
const EXPLICIT: &str = "1.2.840.10008.1.2.1";
const BIG: &str = "1.2.840.10008.1.2.2";

fn syntax(uid: &str) -> TransferSyntaxUid {
    TransferSyntaxUid::try_from(uid.to_owned()).unwrap()
}

/// An element in explicit little endian with a 16-bit length.
fn element(tag: (u16, u16), vr: &[u8; 2], value: &[u8]) -> Vec<u8> {
    let mut out = [tag.0.to_le_bytes(), tag.1.to_le_bytes()].concat();
    out.extend_from_slice(vr);
    out.extend_from_slice(&u16::try_from(value.len()).unwrap().to_le_bytes());
    out.extend_from_slice(value);
    out
}

fn identifiers() -> Vec<u8> {
    [
        element((0x0008, 0x0016), b"UI", b"1.2.840.10008.5.1.4.1.1.2\0"),
        element((0x0008, 0x0018), b"UI", b"1.2.3.4\0"),
        element((0x0020, 0x000D), b"UI", b"1.2.3\0"),
        element((0x0020, 0x000E), b"UI", b"1.2.3.5\0"),
    ]
    .concat()
}

fn admit(uid: &str, bytes: &[u8]) -> Result<Admitted, Refusal> {
    let mut gate = Gate::new(Limits::default(), &syntax(uid));
    gate.push(bytes)?;
    gate.finish()
}

/// A sequence of undefined length around `inner`, explicit little endian.
fn sequence(inner: &[u8]) -> Vec<u8> {
    let mut out = vec![0x40, 0x00, 0x60, 0xA1, b'S', b'Q', 0, 0, 0xFF, 0xFF, 0xFF, 0xFF];
    out.extend_from_slice(&[0xFE, 0xFF, 0x00, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF]);
    out.extend_from_slice(inner);
    out.extend_from_slice(&[0xFE, 0xFF, 0x0D, 0xE0, 0, 0, 0, 0, 0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]);
    out
}

#[test]
fn a_small_instance_passes_whole_and_byte_by_byte() {
    let bytes = [identifiers(), sequence(&element((0x0040, 0xA040), b"CS", b"TEXT"))].concat();
    let whole = admit(EXPLICIT, &bytes).unwrap();
    let mut gate = Gate::new(Limits::default(), &syntax(EXPLICIT));
    for byte in &bytes {
        gate.push(&[*byte]).unwrap();
    }
    assert_eq!(gate.finish().unwrap(), whole);
    assert_eq!(whole.header.sop_instance.as_str(), "1.2.3.4");
    assert_eq!((whole.depth, whole.dataset_bytes), (1, bytes.len() as u64));
}

#[test]
fn every_cut_of_an_instance_is_refused() {
    let bytes = [identifiers(), sequence(&element((0x0040, 0xA040), b"CS", b"TEXT"))].concat();
    let whole_without_the_sequence = identifiers().len();
    for end in (0..bytes.len()).filter(|&end| end != whole_without_the_sequence) {
        assert!(admit(EXPLICIT, &bytes[..end]).is_err(), "cut at {end}");
    }
}

#[test]
fn nesting_at_the_limit_passes_and_beyond_is_refused() {
    let nested = |levels: usize| {
        let inner = (0..levels).fold(Vec::new(), |inner, _| sequence(&inner));
        admit(EXPLICIT, &[identifiers(), inner].concat())
    };
    assert_eq!(nested(128).unwrap().depth, 128);
    assert_eq!(nested(129), Err(Refusal::TooDeep { limit: 128 }));
}

#[test]
fn a_defined_length_sequence_in_implicit_is_seen_through_the_dictionary() {
    let mut inner: Vec<u8> = Vec::new();
    for _ in 0..200 {
        let item =
            [&[0xFE, 0xFF, 0x00, 0xE0][..], &u32::try_from(inner.len()).unwrap().to_le_bytes(), &inner]
                .concat();
        inner = [&[0x08, 0x00, 0x40, 0x11][..], &u32::try_from(item.len()).unwrap().to_le_bytes(), &item]
            .concat();
    }
    assert_eq!(admit(IMPLICIT, &inner), Err(Refusal::TooDeep { limit: 128 }));
}

#[test]
fn a_value_longer_than_what_arrived_is_truncated() {
    let mut bytes = identifiers();
    bytes.extend_from_slice(&[0xE0, 0x7F, 0x10, 0x00, b'O', b'W', 0, 0]);
    bytes.extend_from_slice(&400_000_000_u32.to_le_bytes());
    bytes.extend_from_slice(&[0; 20]);
    let at = bytes.len() as u64;
    assert_eq!(admit(EXPLICIT, &bytes), Err(Refusal::Truncated { at }));
}

#[test]
fn a_child_longer_than_its_parent_is_refused() {
    let mut bytes = vec![0x40, 0x00, 0x60, 0xA1, b'S', b'Q', 0, 0, 20, 0, 0, 0];
    bytes.extend_from_slice(&[0xFE, 0xFF, 0x00, 0xE0, 200, 0, 0, 0]);
    assert!(matches!(admit(EXPLICIT, &bytes), Err(Refusal::BeyondEnclosing { .. })));
}

#[test]
fn path_like_and_missing_identifiers_are_refused() {
    let hostile = [
        element((0x0008, 0x0016), b"UI", b"1.2.840.10008.5.1.4.1.1.2\0"),
        element((0x0008, 0x0018), b"UI", b"../../etc/passwd"),
        element((0x0020, 0x000D), b"UI", b"1.2.3\0"),
        element((0x0020, 0x000E), b"UI", b"1.2.3.5\0"),
    ]
    .concat();
    assert!(matches!(admit(EXPLICIT, &hostile), Err(Refusal::InvalidUid(_))));
    assert_eq!(admit(EXPLICIT, &[]), Err(Refusal::Missing { name: "Study Instance UID" }));
}

#[test]
fn an_identifier_given_twice_is_refused() {
    let bytes = [identifiers(), element((0x0008, 0x0018), b"UI", b"1.2.3.9\0")].concat();
    assert!(matches!(admit(EXPLICIT, &bytes), Err(Refusal::Malformed { .. })));
}

#[test]
fn big_endian_is_read() {
    let value = b"1.2.3.4\0";
    let one = |tag: (u16, u16)| {
        let mut out = [tag.0.to_be_bytes(), tag.1.to_be_bytes()].concat();
        out.extend_from_slice(b"UI");
        out.extend_from_slice(&8_u16.to_be_bytes());
        out.extend_from_slice(value);
        out
    };
    let tags = [(0x0008, 0x0016), (0x0008, 0x0018), (0x0020, 0x000D), (0x0020, 0x000E)];
    let bytes: Vec<u8> = tags.into_iter().flat_map(one).collect();
    assert_eq!(admit(BIG, &bytes).unwrap().header.study.as_str(), "1.2.3.4");
}

#[test]
fn strings_of_separators_are_bounded() {
    let mut bytes = identifiers();
    let text = vec![b'\\'; 3_000_000];
    bytes.extend_from_slice(&[0x08, 0x00, 0x01, 0x01, b'U', b'C', 0, 0]);
    bytes.extend_from_slice(&u32::try_from(text.len()).unwrap().to_le_bytes());
    bytes.extend_from_slice(&text);
    assert_eq!(admit(EXPLICIT, &bytes), Err(Refusal::TooManyValues { limit: 2_000_000 }));
}

#[test]
fn a_shut_gate_stays_shut() {
    let mut gate = Gate::new(Limits { max_elements: 2, ..Limits::default() }, &syntax(EXPLICIT));
    assert!(gate.push(&identifiers()).is_err());
    assert!(gate.push(&[]).is_err());
    assert_eq!(gate.finish(), Err(Refusal::TooManyElements { limit: 2 }));
}
