//! One patient in other encodings and another order: the same word.

use std::path::Path;
use std::process::Command;

use dicom_core::{DataElement, PrimitiveValue, VR};
use dicom_dictionary_std::tags;

use super::{analysis, triage};
use crate::imaging_support::{files, model, root};

fn bleeding() -> std::path::PathBuf {
    root().join("demo/studies/saignement")
}

/// The probability of the one series in a folder.
fn probability(folder: &Path) -> f64 {
    analysis(&triage(&[folder])[0])["probability"].as_f64().unwrap()
}

/// Runs a DCMTK tool over a folder; false, in words, where the tool is not installed.
fn converted(tool: &str, options: &[&str], from: &Path, to: &Path) -> bool {
    let program = Path::new("/usr/bin").join(tool);
    if !program.is_file() {
        eprintln!("skipped: {} is not installed", program.display());
        return false;
    }
    for file in files(from) {
        let target = to.join(file.file_name().unwrap());
        let done = Command::new(&program).args(options).args([&file, &target]).output().unwrap();
        assert!(done.status.success(), "{tool}: {}", String::from_utf8_lossy(&done.stderr));
    }
    true
}

#[test]
fn a_lossless_encoding_changes_nothing() {
    if model().is_none() {
        return;
    }
    let (plain, expected) = (tempfile::tempdir().unwrap(), probability(&bleeding()));
    if !converted("dcmdjpls", &[], &bleeding(), plain.path()) {
        return;
    }
    let encodings: [(&str, &[&str]); 7] = [
        ("dcmconv", &["+ti"]),
        ("dcmconv", &["+tb"]),
        ("dcmconv", &["+td"]),
        ("dcmcrle", &[]),
        ("dcmcjpeg", &["+e1"]),
        ("dcmcjpeg", &["+el"]),
        ("dcmcjpls", &[]),
    ];
    for (tool, options) in encodings {
        let encoded = tempfile::tempdir().unwrap();
        assert!(converted(tool, options, plain.path(), encoded.path()));
        assert!((probability(encoded.path()) - expected).abs() < 1e-9, "{tool} {options:?}");
    }
}

#[test]
fn the_order_of_files_and_instance_numbers_changes_nothing() {
    if model().is_none() {
        return;
    }
    let (reversed, slices) = (tempfile::tempdir().unwrap(), files(&bleeding()));
    for (index, file) in slices.iter().enumerate() {
        let number = slices.len() - index;
        let mut object = dicom_object::open_file(file).unwrap();
        object.put(DataElement::new(tags::INSTANCE_NUMBER, VR::IS, PrimitiveValue::from(number.to_string())));
        object.write_to_file(reversed.path().join(format!("{number:04}.dcm"))).unwrap();
    }
    assert!((probability(reversed.path()) - probability(&bleeding())).abs() < 1e-9);
}
