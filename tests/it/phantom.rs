//! What the program draws, held against the standard by a foreign validator.

use std::process::Command;

use crate::imaging_support::{files, phantom};

#[test]
fn drawn_series_are_valid_dicom() {
    if Command::new("dciodvfy").arg("-version").output().is_err() {
        eprintln!("skipped: no dciodvfy here (Debian's dicom3tools)");
        return;
    }
    for kind in ["normal", "hemorrhage", "cta", "cta-occlusion", "dwi", "dwi-infarct"] {
        for file in files(&phantom(kind, 7, 3)) {
            let said = Command::new("dciodvfy").arg(&file).output().unwrap();
            let said = String::from_utf8_lossy(&said.stderr).into_owned();
            assert!(!said.contains("Error"), "{}: {said}", file.display());
        }
    }
}
