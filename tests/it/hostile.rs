//! Files made to break a reader: refused in words, with flat memory, whatever reads them.

mod bytes;

use std::io::{Cursor, Write};

use proptest::prelude::*;
use vigie::imaging::decode::{DecodeError, Instance};
use vigie::imaging::gate::{ArchiveRefusal, FileGate, Gate, Limits, Refusal, admit_file, read_zip};
use vigie::imaging::{dataset, header};

use crate::imaging_support::{syntax, text, vigie};
use bytes::{EXPLICIT, Image, element, file, identifiers, long_element, nested};

fn admit(dataset: &[u8]) -> Result<(), Refusal> {
    admit_file(&file(EXPLICIT, dataset), Limits::default()).map(drop)
}

/// Peak resident memory of this process, kB.
fn peak_kilobytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn nesting_of_2500_levels_is_refused_by_every_reader() {
    let dataset = [identifiers(), nested(2_500)].concat();
    assert_eq!(admit(&dataset), Err(Refusal::TooDeep { limit: 128 }));
    assert!(dataset::read(&dataset, &syntax(EXPLICIT), Limits::default()).is_err());
    assert!(header::read_header(&dataset, &syntax(EXPLICIT), Limits::default()).is_err());
}

#[test]
fn the_command_line_refuses_nesting_and_lives() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep.dcm");
    std::fs::write(&path, file(EXPLICIT, &[identifiers(), nested(2_500)].concat())).unwrap();
    let output = vigie(&["triage", text(&path), "--json"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
}

#[test]
fn a_small_file_that_declares_400_mb_costs_what_it_is() {
    let mut dataset = identifiers();
    dataset.extend([0xE0, 0x7F, 0x10, 0x00, b'O', b'B', 0, 0]);
    dataset.extend(400_000_000_u32.to_le_bytes());
    let before = peak_kilobytes();
    for _ in 0..50 {
        assert!(matches!(admit(&dataset), Err(Refusal::Truncated { .. })));
        assert!(dataset::read(&dataset, &syntax(EXPLICIT), Limits::default()).is_err());
    }
    // nextest gives each test a process of its own; elsewhere other tests share the peak
    if std::env::var_os("NEXTEST").is_some() {
        assert!(peak_kilobytes() - before < 20_000);
    }
}

#[test]
fn a_deflate_bomb_is_stopped_on_its_way() {
    let mut deflated = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    deflated.write_all(&identifiers()).unwrap();
    deflated.write_all(&long_element((0x0042, 0x0011), *b"OB", &vec![0; 90 << 20])).unwrap();
    let bomb = file("1.2.840.10008.1.2.1.99", &deflated.finish().unwrap());
    let before = peak_kilobytes();
    assert!(matches!(admit_file(&bomb, Limits::default()), Err(Refusal::InflatesTooFar { .. })));
    if std::env::var_os("NEXTEST").is_some() {
        assert!(peak_kilobytes() - before < 20_000);
    }
}

#[test]
fn a_zip_bomb_is_stopped_at_its_entry() {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    archive.start_file("../../small.dcm", options).unwrap();
    archive.write_all(b"small").unwrap();
    archive.start_file("bomb.dcm", options).unwrap();
    archive.write_all(&vec![0; 80 << 20]).unwrap();
    let archive = archive.finish().unwrap();
    let mut seen = Vec::new();
    let outcome = read_zip(archive, &Limits::default(), |index, bytes| seen.push((index, bytes.len())));
    assert!(matches!(outcome, Err(ArchiveRefusal::UnpacksTooFar { index: 1, .. })), "{outcome:?}");
    assert_eq!(seen, [(0, 5)]);
}

#[test]
fn identifiers_that_are_paths_are_refused() {
    for hostile in ["../../etc/passwd", "1.2/3", "1.2\\..\\3", "1.2.3;rm", "", &"1.".repeat(40)] {
        let dataset = [
            element((0x0008, 0x0016), *b"UI", b"1.2.840.10008.5.1.4.1.1.2\0"),
            element((0x0008, 0x0018), *b"UI", hostile.as_bytes()),
            element((0x0020, 0x000D), *b"UI", b"1.2.3\0"),
            element((0x0020, 0x000E), *b"UI", b"1.2.4\0"),
        ]
        .concat();
        let refused = admit(&dataset);
        assert!(
            matches!(refused, Err(Refusal::InvalidUid(_) | Refusal::Missing { .. })),
            "{hostile}: {refused:?}"
        );
    }
}

#[test]
fn dimensions_that_overflow_are_refused() {
    let huge = Image { rows: 65_535, columns: 65_535, frames: "2147483647", ..Image::default() };
    assert!(matches!(admit(&huge.native(&[0; 64])), Err(Refusal::FrameTooLarge { .. })));
    let many = Image { frames: "2147483647", ..Image::default() };
    assert!(matches!(admit(&many.native(&[0; 64])), Err(Refusal::PixelsMissing { .. })));
    assert!(matches!(admit(&many.encapsulated(&[0; 64])), Err(Refusal::PixelsMissing { .. })));
    let negative = Image { frames: "-1", ..Image::default() };
    assert!(matches!(admit(&negative.native(&[0; 64])), Err(Refusal::PixelsMissing { .. })));
}

#[test]
fn a_stream_larger_than_its_header_is_not_decoded() {
    // a JPEG lossless frame header of 65,500 × 65,500 in an image of 8 × 8
    let stream = [
        0xFF, 0xD8, 0xFF, 0xC3, 0, 11, 16, 0xFF, 0xDC, 0xFF, 0xDC, 1, 1, 0x11, 0, 0xFF, 0xDA, 0, 8, 1, 1, 0,
        1, 0, 0, 0,
    ];
    let dataset = Image::default().encapsulated(&stream);
    let syntax = syntax("1.2.840.10008.1.2.4.70");
    let instance = Instance::open(&dataset, &syntax, Limits::default()).unwrap();
    assert!(matches!(instance.decode_frame(0), Err(DecodeError::OtherDimensions { .. })));
}

#[test]
fn colour_and_palette_are_no_hounsfield_units() {
    let palette = Image { photometric: "PALETTE COLOR", ..Image::default() };
    let dataset = palette.native(&[0xFF; 128]);
    let instance = Instance::open(&dataset, &syntax(EXPLICIT), Limits::default()).unwrap();
    assert!(matches!(instance.decode_frame(0), Err(DecodeError::NotGreyscale { .. })));
}

#[test]
fn rubbish_in_every_codec_is_an_error() {
    let suffixes = ["50", "51", "57", "70", "80", "81", "90", "91", "201", "203"];
    let uids = suffixes.iter().map(|suffix| format!("1.2.840.10008.1.2.4.{suffix}"));
    for uid in uids.chain(["1.2.840.10008.1.2.5".to_owned(), "1.2.840.10008.1.2.4.102".to_owned()]) {
        for rubbish in [&[][..], &[0xFF; 64], &[0; 300], &[1, 0, 0, 0, 255, 255, 255, 255]] {
            let dataset = Image::default().encapsulated(rubbish);
            let instance = Instance::open(&dataset, &syntax(&uid), Limits::default()).unwrap();
            assert!(instance.decode_frame(0).is_err(), "{uid}");
        }
    }
}

/// A change to the bytes of a file.
#[derive(Debug, Clone)]
enum Change {
    Set(usize, u8),
    Cut(usize),
    Insert(usize, Vec<u8>),
    Repeat(usize, usize),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        1 => any::<usize>().prop_map(Change::Cut),
        1 => (any::<usize>(), proptest::collection::vec(any::<u8>(), 1..20)).prop_map(|(at, b)| Change::Insert(at, b)),
        1 => (any::<usize>(), 1_usize..40).prop_map(|(at, length)| Change::Repeat(at, length)),
    ]
}

fn mutated(mut bytes: Vec<u8>, changes: Vec<Change>) -> Vec<u8> {
    for change in changes {
        let length = bytes.len().max(1);
        match change {
            Change::Set(at, byte) => {
                if let Some(place) = bytes.get_mut(at % length) {
                    *place = byte;
                }
            }
            Change::Cut(at) => bytes.truncate(at % length),
            Change::Insert(at, new) => drop(bytes.splice(at % length..at % length, new)),
            Change::Repeat(at, count) => {
                let end = (at % length + count).min(bytes.len());
                let piece = bytes.get(at % length..end).unwrap_or_default().to_vec();
                bytes.extend(piece);
            }
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever bytes come, in whatever pieces: no panic, one answer.
    #[test]
    fn the_gate_gives_one_answer_to_any_bytes(
        changes in proptest::collection::vec(change(), 0..12),
        pieces in proptest::collection::vec(1_usize..200, 1..20),
        implicit in any::<bool>(),
    ) {
        let base = [identifiers(), nested(3), Image::default().native(&[7; 128])[identifiers().len()..].to_vec()].concat();
        let bytes = mutated(base, changes);
        let uid = syntax(if implicit { "1.2.840.10008.1.2" } else { EXPLICIT });
        let whole = { let mut gate = Gate::new(Limits::default(), &uid); gate.push(&bytes).and_then(|()| gate.finish()) };
        let mut gate = Gate::new(Limits::default(), &uid);
        let (mut rest, mut lengths) = (&bytes[..], pieces.iter().cycle());
        let mut outcome = Ok(());
        while !rest.is_empty() && outcome.is_ok() {
            let (piece, next) = rest.split_at(rest.len().min(*lengths.next().unwrap()));
            outcome = gate.push(piece);
            rest = next;
        }
        prop_assert_eq!(outcome.and_then(|()| gate.finish()), whole);
    }

    /// What the gate lets pass, every reader survives.
    #[test]
    fn every_reader_survives_any_bytes(changes in proptest::collection::vec(change(), 0..8)) {
        let base = [identifiers(), nested(3), Image::default().native(&[7; 128])[identifiers().len()..].to_vec()].concat();
        let bytes = mutated(base, changes);
        let uid = syntax(EXPLICIT);
        dataset::read(&bytes, &uid, Limits::default()).ok();
        if let Ok(instance) = Instance::open(&bytes, &uid, Limits::default()) {
            instance.decode_frame(0).ok();
        }
        let mut gate = FileGate::new(Limits::default());
        gate.push(&bytes).and_then(|()| gate.finish().map(drop)).ok();
    }
}
