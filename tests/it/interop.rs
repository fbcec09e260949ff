//! What the archive gets, before its foreign readers: dciodvfy, highdicom, pydicom, Orthanc.

mod orthanc;
mod served;

use std::path::{Path, PathBuf};
use std::process::Command;

use dicom_core::VR;
use dicom_dictionary_std::tags;
use vigie::domain::evidence::{Analysis, Location, Side, Territory};
use vigie::imaging::dataset::read_head;
use vigie::imaging::gate::{Limits, admit_file};
use vigie::inference::analysis::{KeyInstance, SeriesAnalysis, SliceFinding};
use vigie::inference::contour::Contour;
use vigie::interop::dicom::{Document, Documents, Edition, SourceError, SourceSeries, WriteError, documents};
use vigie::pathway::stream_instance::file_prefix;

use crate::imaging_support::{Change, bundled, changed, files, model, phantom, root, text, vigie};
use crate::infarct::enhanced::enhanced;

/// The files of a folder whose names begin so.
fn named(folder: &Path, start: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let wanted = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().starts_with(start);
    let mut found: Vec<PathBuf> = entries.filter(wanted).collect();
    found.sort();
    found
}

/// What dciodvfy has against a file.
fn errors(file: &Path) -> Vec<String> {
    let said = Command::new("dciodvfy").arg(file).output().expect("make setup brings dicom3tools");
    let said = String::from_utf8_lossy(&said.stderr).into_owned() + &String::from_utf8_lossy(&said.stdout);
    said.lines().filter(|line| line.starts_with("Error")).map(str::to_owned).collect()
}

/// Runs a script of tests/it/interop with a foreign library; it must succeed.
fn python(script: &str, arguments: &[&str]) {
    let output = Command::new(root().join(".cache/venv/bin/python"))
        .arg(root().join("tests/it/interop").join(script))
        .args(arguments)
        .output()
        .expect("make setup makes .cache/venv");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn source(folder: &Path) -> Result<SourceSeries, SourceError> {
    let head = |path: PathBuf| {
        let bytes = std::fs::read(path).unwrap();
        let meta = admit_file(&bytes, Limits::default()).unwrap().meta;
        read_head(&bytes[meta.dataset_offset..], &meta.transfer_syntax, Limits::default()).unwrap()
    };
    SourceSeries::of(files(folder).into_iter().map(head))
}

/// The demonstration's bleeding head, lowest slice first.
fn study() -> (PathBuf, Vec<PathBuf>) {
    let folder = root().join("demo/studies/saignement");
    let height = |path: &PathBuf| {
        let file = dicom_object::open_file(path).unwrap();
        file.element(tags::IMAGE_POSITION_PATIENT).unwrap().to_multi_float64().unwrap()[2]
    };
    let mut slices = files(&folder);
    slices.sort_by(|a, b| height(a).total_cmp(&height(b)));
    (folder, slices)
}

/// A flag with outlines drawn by hand on its middle slices: a lump, in one of them with a hole.
fn word(slices: &[PathBuf]) -> SeriesAnalysis {
    let pack = bundled();
    let outcome =
        Analysis::Analysed { probability: 0.8312, threshold: 0.5, flag: true, volume_ml: Some(36.9) };
    let mut analysis = SeriesAnalysis::without_slices(&pack.manifest, pack.model_ref(), outcome);
    let middle = slices.len() / 2;
    let finding = |(index, path): (usize, &PathBuf)| {
        let file = dicom_object::open_file(path).unwrap();
        let uid = file.element(tags::SOP_INSTANCE_UID).unwrap().to_str().unwrap().into_owned();
        let mut contours = Vec::new();
        if index.abs_diff(middle) <= 4 {
            contours.push(lump(60.0 - 8.0 * f64::from(u8::try_from(index.abs_diff(middle)).unwrap())));
        }
        if index == middle {
            contours.push(vec![[240.5, 190.5], [240.5, 201.5], [255.5, 201.5], [255.5, 190.5]]);
        }
        let probability = if contours.is_empty() { 0.1 } else { 0.9 };
        let sop_instance_uid = uid.trim_end_matches('\0').parse().unwrap();
        SliceFinding { sop_instance_uid, frame: None, probability, contours }
    };
    analysis.slices = slices.iter().enumerate().map(finding).collect();
    let sop_instance_uid = analysis.slices[middle].sop_instance_uid.clone();
    analysis.key_instance = Some(KeyInstance { sop_instance_uid, index: middle, frame: None });
    analysis.abc2_ml = Some(38.4);
    analysis
}

/// To a tenth of a pixel, as outlines are.
#[expect(clippy::cast_possible_truncation, reason = "pixel coordinates")]
fn lump(radius: f64) -> Contour {
    let at = |degrees: u16| {
        let (sin, cos) = f64::from(degrees).to_radians().sin_cos();
        let radius = radius + 5.0 * (5.0 * f64::from(degrees).to_radians()).sin();
        [250.3 + radius * cos, 200.7 + 0.7 * radius * sin].map(|part| ((part * 10.0).round() / 10.0) as f32)
    };
    (0..360).step_by(6).map(at).collect()
}

fn first_edition() -> Edition {
    Edition { revision: 1, predecessor: None, given_at: "2026-11-24T09:30:15+01:00[+01:00]".parse().unwrap() }
}

/// Writes a document as a file of its UID's name.
fn written_file(document: &Document, folder: &Path) -> PathBuf {
    let prefix = file_prefix(&document.sop_class, &document.sop_instance, &document.transfer_syntax).unwrap();
    let path = folder.join(format!("{}.dcm", document.sop_instance));
    std::fs::write(&path, [prefix, document.data_set.clone()].concat()).unwrap();
    path
}

/// Writes both documents and what they were written from, for the scripts.
fn written_all(
    documents: &Documents,
    analysis: &SeriesAnalysis,
    folder: &Path,
) -> (PathBuf, Option<PathBuf>) {
    let report = written_file(&documents.report, folder);
    let segmentation = documents.segmentation.as_ref().map(|document| written_file(document, folder));
    std::fs::write(folder.join("word.json"), serde_json::to_vec(analysis).unwrap()).unwrap();
    for file in segmentation.iter().chain([&report]) {
        assert_eq!(errors(file), Vec::<String>::new(), "{}", file.display());
    }
    (report, segmentation)
}

#[test]
fn a_flag_is_a_report_and_a_segmentation_that_foreign_readers_read_alike() {
    let (study, slices) = study();
    let analysis = word(&slices);
    let found = documents(&source(&study).unwrap(), &analysis, &first_edition()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (report, segmentation) = written_all(&found, &analysis, folder.path());
    let segmentation = segmentation.expect("the bleeding is outlined");
    let word = folder.path().join("word.json");
    python("segmentation.py", &[text(&segmentation), text(&study), text(&word)]);
    python("report.py", &[text(&report), text(&segmentation), text(&word)]);
}

#[test]
fn the_same_word_is_the_same_instance_and_another_word_another_of_the_same_series() {
    let (study, slices) = study();
    let analysis = word(&slices);
    let source = source(&study).unwrap();
    let first = documents(&source, &analysis, &first_edition()).unwrap();
    assert_eq!(documents(&source, &analysis, &first_edition()).unwrap(), first);
    let mut other = analysis;
    let middle = slices.len() / 2;
    other.slices[middle].contours.clear();
    let next =
        Edition { revision: 2, predecessor: Some(first.report.sop_instance.clone()), ..first_edition() };
    let second = documents(&source, &other, &next).unwrap();
    assert_eq!(second.report.series, first.report.series);
    assert_ne!(second.report.sop_instance, first.report.sop_instance);
    let folder = tempfile::tempdir().unwrap();
    let (report, segmentation) = written_all(&second, &other, folder.path());
    let word = folder.path().join("word.json");
    python("segmentation.py", &[text(&segmentation.unwrap()), text(&study), text(&word)]);
    let file = dicom_object::open_file(&report).unwrap();
    let predecessors = file.element(tags::PREDECESSOR_DOCUMENTS_SEQUENCE).unwrap().items().unwrap();
    let series = &predecessors[0].element(tags::REFERENCED_SERIES_SEQUENCE).unwrap().items().unwrap()[0];
    let named = &series.element(tags::REFERENCED_SOP_SEQUENCE).unwrap().items().unwrap()[0];
    let named = named.element(tags::REFERENCED_SOP_INSTANCE_UID).unwrap().to_str().unwrap();
    assert_eq!(named, first.report.sop_instance.as_str());
}

#[test]
fn a_word_without_outlines_or_without_a_flag_is_a_report_alone() {
    let (study, slices) = study();
    let mut analysis = word(&slices);
    let source = source(&study).unwrap();
    analysis.slices.iter_mut().for_each(|slice| slice.contours.clear());
    analysis.location = Some(Location::Territory { territory: Territory::MiddleCerebral, side: Side::Left });
    let folder = tempfile::tempdir().unwrap();
    let check = |analysis: &SeriesAnalysis| {
        let found = documents(&source, analysis, &first_edition()).unwrap();
        assert_eq!(found.segmentation, None);
        let (report, _) = written_all(&found, analysis, folder.path());
        python("report.py", &[text(&report), "none", text(&folder.path().join("word.json"))]);
    };
    check(&analysis);
    if let Analysis::Analysed { flag, .. } = &mut analysis.outcome {
        *flag = false;
    }
    check(&analysis);
    analysis.outcome = Analysis::NotAnalysable { reason: "slices are missing".into() };
    check(&analysis);
}

#[test]
fn frames_of_an_enhanced_instance_are_named_by_their_number() {
    let images: Vec<_> =
        files(&phantom("hemorrhage", 7, 28)).iter().map(|path| std::fs::read(path).unwrap()).collect();
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("enhanced.dcm");
    std::fs::write(&whole, enhanced(&images)).unwrap();
    let source = source(folder.path()).unwrap();
    let mut analysis = word(&vec![whole; 28]);
    for (slice, number) in analysis.slices.iter_mut().zip(1..) {
        slice.frame = Some(number);
    }
    analysis.key_instance.as_mut().unwrap().frame = Some(15);
    let found = documents(&source, &analysis, &first_edition()).unwrap();
    let (report, segmentation) = written_all(&found, &analysis, folder.path());
    let word = folder.path().join("word.json");
    python("frames.py", &[text(&report), text(&segmentation.unwrap()), text(&word)]);
}

#[test]
fn names_dates_and_numbers_are_repeated_as_the_sender_wrote_them() {
    let latin = [
        (tags::SPECIFIC_CHARACTER_SET, VR::CS, Some("ISO_IR 100")),
        (tags::PATIENT_NAME, VR::PN, Some("LEFÈVRE^Zoé^^Dr")),
        (tags::TIMEZONE_OFFSET_FROM_UTC, VR::SH, Some("-0500")),
        (tags::FRAME_OF_REFERENCE_UID, VR::UI, None),
        (tags::IMAGE_ORIENTATION_PATIENT, VR::DS, Some("1.000\\0.0\\0\\0\\1.0000\\-0.0")),
    ];
    let (original, slices) = study();
    let (study, analysis) = (changed(&original, &latin), word(&slices));
    let found = documents(&source(study.path()).unwrap(), &analysis, &first_edition()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (report, segmentation) = written_all(&found, &analysis, folder.path());
    for file in [report, segmentation.unwrap()] {
        let file = dicom_object::open_file(file).unwrap();
        let said = |tag| file.element(tag).unwrap().to_str().unwrap().into_owned();
        assert_eq!(said(tags::PATIENT_NAME).trim_end(), "LEFÈVRE^Zoé^^Dr");
        assert_eq!(
            (said(tags::CONTENT_DATE), said(tags::CONTENT_TIME)),
            ("20261124".into(), "033015".into())
        );
        assert_eq!(said(tags::TIMEZONE_OFFSET_FROM_UTC).trim_end(), "-0500");
    }
}

#[test]
fn slices_of_other_grids_make_no_segmentation_and_unknown_slices_no_document() {
    let (study, slices) = study();
    let mut analysis = word(&slices);
    let spacing: Change<'_> = (tags::PIXEL_SPACING, VR::DS, Some("0.3\\0.3"));
    let mixed = changed(&study, &[]);
    let other = changed(&study, &[spacing]);
    let marked = analysis.slices.iter().rposition(|slice| !slice.contours.is_empty()).unwrap();
    for path in files(mixed.path()) {
        let uid = dicom_object::open_file(&path).unwrap();
        let uid = uid.element(tags::SOP_INSTANCE_UID).unwrap().to_str().unwrap().into_owned();
        if uid == analysis.slices[marked].sop_instance_uid.as_str() {
            std::fs::copy(other.path().join(path.file_name().unwrap()), &path).unwrap();
        }
    }
    let found = documents(&source(mixed.path()).unwrap(), &analysis, &first_edition()).unwrap();
    assert_eq!(found.segmentation, None);
    analysis.slices[marked].sop_instance_uid = "1.2.3".parse().unwrap();
    let refused = documents(&source(&study).unwrap(), &analysis, &first_edition());
    assert!(matches!(refused, Err(WriteError::Source(SourceError::UnknownImage))));
}

#[test]
fn triage_writes_them_once_whoever_asks_again() {
    if model().is_none() {
        return;
    }
    let [bleeds, healthy] =
        ["saignement", "sans-saignement"].map(|name| root().join("demo/studies").join(name));
    let out = tempfile::tempdir().unwrap();
    let triage = |study: &Path| {
        let done = vigie(&["triage", text(study), "--out", text(out.path())]);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let found = [named(out.path(), "SEG."), named(out.path(), "SR.")].concat();
        found.into_iter().map(|path| (std::fs::read(&path).unwrap(), path)).collect::<Vec<_>>()
    };
    assert_eq!(triage(&healthy), [], "nothing of a series without a flag");
    let first = triage(&bleeds);
    assert_eq!(first.len(), 2, "one segmentation, one report");
    for (_, file) in &first {
        assert_eq!(errors(file), Vec::<String>::new(), "{}", file.display());
    }
    assert_eq!(triage(&bleeds), first);
}
