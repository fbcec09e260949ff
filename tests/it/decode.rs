//! Pixels from every transfer syntax, bit for bit where it is lossless.

use std::path::{Path, PathBuf};
use std::process::Command;

use dicom_core::{DataElement, PrimitiveValue, VR};
use dicom_dictionary_std::tags;
use vigie::imaging::decode::{DecodeError, Instance, StoredFrame};
use vigie::imaging::gate::Limits;

use crate::imaging_support::{files, phantom, pydicom_files, text};

fn frame(path: &Path, frame: u32) -> Result<StoredFrame, DecodeError> {
    let bytes = std::fs::read(path).unwrap();
    Instance::open_file(&bytes, Limits::default()).unwrap().decode_frame(frame)
}

/// Runs a DCMTK tool on a file; none, in words, where the tool is not installed.
fn dcmtk(tool: &str, options: &[&str], source: &Path, target: &Path) -> Option<()> {
    let program = PathBuf::from("/usr/bin").join(tool);
    if !program.is_file() {
        eprintln!("skipped: {} is not installed", program.display());
        return None;
    }
    let done = Command::new(program).args(options).args([source, target]).output().unwrap();
    assert!(done.status.success(), "{tool} {options:?}: {}", String::from_utf8_lossy(&done.stderr));
    Some(())
}

#[test]
fn dcmtk_lossless_encodings_of_a_slice_come_back_bit_for_bit() {
    let original = files(&phantom("hemorrhage", 7, 3)).remove(1);
    let expected = frame(&original, 0).unwrap();
    assert!(expected.samples.iter().any(|&hu| hu > 1000) && expected.samples.contains(&-1000));
    let folder = tempfile::tempdir().unwrap();
    let encodings: [(&str, &[&str]); 8] = [
        ("dcmconv", &["+ti"]),
        ("dcmconv", &["+te"]),
        ("dcmconv", &["+tb"]),
        ("dcmconv", &["+td"]),
        ("dcmcrle", &[]),
        ("dcmcjpeg", &["+e1"]),
        ("dcmcjpeg", &["+el"]),
        ("dcmcjpls", &[]),
    ];
    for (index, (tool, options)) in encodings.into_iter().enumerate() {
        let target = folder.path().join(format!("{index}.dcm"));
        if dcmtk(tool, options, &original, &target).is_none() {
            return;
        }
        assert_eq!(frame(&target, 0).as_ref(), Ok(&expected), "{tool} {options:?}");
    }
}

#[test]
fn near_lossless_stays_within_its_bound() {
    let folder = tempfile::tempdir().unwrap();
    let (original, target) = (folder.path().join("unsigned.dcm"), folder.path().join("near.dcm"));
    // DCMTK encodes near-lossless from unsigned pixels only
    let mut object = dicom_object::open_file(files(&phantom("hemorrhage", 7, 3)).remove(1)).unwrap();
    object.put(DataElement::new(tags::PIXEL_REPRESENTATION, VR::US, PrimitiveValue::from(0_u16)));
    object.write_to_file(&original).unwrap();
    let expected = frame(&original, 0).unwrap();
    if dcmtk("dcmcjpls", &["+en", "+md", "3"], &original, &target).is_some() {
        let near = frame(&target, 0).unwrap();
        let worst = near.samples.iter().zip(&expected.samples).map(|(a, b)| (a - b).abs()).max().unwrap();
        assert!((1..=3).contains(&worst), "{worst}");
    }
}

/// pydicom's wheel carries the same picture in several transfer syntaxes.
#[test]
fn pydicom_variants_of_one_picture_agree() {
    let Some(folder) = pydicom_files() else { return };
    let same = [
        ("MR_small.dcm", "MR_small_bigendian.dcm"),
        ("MR_small.dcm", "MR_small_implicit.dcm"),
        ("MR_small.dcm", "MR_small_expb.dcm"),
        ("MR_small.dcm", "MR_small_RLE.dcm"),
        ("MR_small.dcm", "MR_small_jp2klossless.dcm"),
        ("MR_small.dcm", "MR_small_jpeg_ls_lossless.dcm"),
        ("MR_small.dcm", "MR_small_padded.dcm"),
        ("rtdose.dcm", "rtdose_expb.dcm"),
    ];
    let mut compared = 0;
    for (plain, other) in same {
        let (plain, other) = (folder.join(plain), folder.join(other));
        if !plain.is_file() || !other.is_file() {
            continue;
        }
        let bytes = std::fs::read(&plain).unwrap();
        let frames =
            Instance::open_file(&bytes, Limits::default()).unwrap().header().image.as_ref().unwrap().frames;
        for number in 0..frames {
            assert_eq!(frame(&other, number), frame(&plain, number), "{} frame {number}", text(&other));
        }
        compared += 1;
    }
    assert!(compared >= 8, "only {compared} pairs found");
}

/// Every greyscale file decodes, or says in words why not; none crashes.
#[test]
fn every_pydicom_file_decodes_or_says_why() {
    let Some(folder) = pydicom_files() else { return };
    let (mut decoded, mut reasons) = (0, Vec::new());
    for path in files(&folder) {
        let bytes = std::fs::read(&path).unwrap();
        let Ok(instance) = Instance::open_file(&bytes, Limits::default()) else { continue };
        match instance.decode_frame(0) {
            Ok(_) => decoded += 1,
            Err(DecodeError::NoPixels | DecodeError::NotGreyscale { .. }) => {}
            Err(error) => reasons.push(format!("{}: {error}", path.file_name().unwrap().display())),
        }
    }
    assert!(decoded >= 14, "{decoded} decoded; {reasons:#?}");
    assert!(!reasons.iter().any(|reason| reason.contains("crashed")), "{reasons:#?}");
}
