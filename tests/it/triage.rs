//! From files to the contract's line: phantoms, the demonstration's patients, series that must not be judged.

mod agreement;
mod engine;
mod occlusion;
mod packs;
mod robust;

use std::path::Path;

use dicom_core::VR;
use dicom_dictionary_std::tags;
use serde_json::Value;

use crate::imaging_support::{Change, changed, files, model, phantom, root, shared, text, vigie};

/// The lines of `vigie triage --json`.
fn triage(paths: &[&Path]) -> Vec<Value> {
    let mut arguments = vec!["triage", "--json"];
    arguments.extend(paths.iter().map(|path| text(path)));
    let output = vigie(&arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn analysis(line: &Value) -> &Value {
    &line["series"][0]["analysis"][0]
}

fn truth(folder: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(folder.join("truth.json")).unwrap()).unwrap()
}

#[test]
fn a_phantom_that_bleeds_is_flagged_and_its_line_is_the_contract_s() {
    if model().is_none() {
        return;
    }
    let folder = phantom("hemorrhage", 7, 28);
    let lines = triage(&[&folder]);
    let (line, truth) = (&lines[0], truth(&folder));
    assert_eq!(line["schema"], "vigie.triage/1");
    assert_eq!(line["study_instance_uid"], truth["study_instance_uid"]);
    let series = &line["series"][0];
    assert_eq!(
        (&series["modality"], &series["kind"], &series["instances"]),
        (&"CT".into(), &"ncct".into(), &28.into())
    );
    for step in ["decode", "preprocess", "inference", "total"] {
        assert!(series["timing_ms"][step].is_number());
    }
    let analysis = analysis(line);
    assert_eq!((&analysis["task"], &analysis["status"]), (&"hemorrhage".into(), &"analysed".into()));
    assert_eq!((&analysis["flag"], &analysis["reason"]), (&true.into(), &Value::Null));
    assert_eq!(analysis["model"]["sha256"].as_str().unwrap().len(), 64);
    assert!(analysis["probability"].as_f64().unwrap() >= analysis["threshold"].as_f64().unwrap());
    assert_eq!(analysis["slices"].as_array().unwrap().len(), 28);
    let (found, drawn) =
        (analysis["volume_ml"].as_f64().unwrap(), truth["lesion_volume_ml"].as_f64().unwrap());
    assert!((found / drawn - 1.0).abs() < 0.5, "{found} mL of {drawn}");
    let key = &analysis["key_instance"];
    let slice = &truth["slices"][usize::try_from(key["index"].as_u64().unwrap()).unwrap()];
    assert_eq!(key["sop_instance_uid"], slice["sop_instance_uid"]);
    assert!(slice["lesion_pixels"].as_u64().unwrap() > 0);
}

#[test]
fn a_healthy_phantom_is_analysed_and_not_flagged() {
    if model().is_none() {
        return;
    }
    let lines = triage(&[&phantom("normal", 7, 28)]);
    assert_eq!(
        (&analysis(&lines[0])["status"], &analysis(&lines[0])["flag"]),
        (&"analysed".into(), &false.into())
    );
}

#[test]
fn the_demonstration_s_patients_are_told_apart() {
    if model().is_none() {
        return;
    }
    let lines =
        triage(&[&root().join("demo/studies/saignement"), &root().join("demo/studies/sans-saignement")]);
    let flags: Vec<_> = lines.iter().map(|line| analysis(line)["flag"].clone()).collect();
    assert_eq!(flags, [true, false]);
}

#[test]
fn an_archive_gives_the_same_word_as_its_folder() {
    if model().is_none() {
        return;
    }
    let folder = phantom("hemorrhage", 7, 28);
    let target = tempfile::tempdir().unwrap();
    let path = target.path().join("study.zip");
    let mut archive = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    for (index, file) in files(&folder).iter().enumerate() {
        archive.start_file(format!("../{index}"), zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut archive, &std::fs::read(file).unwrap()).unwrap();
    }
    archive.finish().unwrap();
    assert_eq!(analysis(&triage(&[&path])[0]), analysis(&triage(&[&folder])[0]));
}

#[test]
fn what_must_not_be_judged_says_why_and_is_never_negative() {
    if model().is_none() {
        return;
    }
    let head = phantom("normal", 7, 28);
    let cases: [(&str, Vec<Change<'_>>); 5] = [
        ("contrast", vec![(tags::CONTRAST_BOLUS_AGENT, VR::LO, Some("IOMERON 350"))]),
        ("rescale", vec![(tags::RESCALE_SLOPE, VR::DS, None)]),
        ("position", vec![(tags::IMAGE_POSITION_PATIENT, VR::DS, None)]),
        ("pixels are 3.00 mm", vec![(tags::PIXEL_SPACING, VR::DS, Some("3.0\\3.0"))]),
        ("not axial", vec![(tags::IMAGE_ORIENTATION_PATIENT, VR::DS, Some("1\\0\\0\\0\\0\\-1"))]),
    ];
    for (word, changes) in cases {
        let series = changed(&head, &changes);
        refused(series.path(), word);
    }
    refused(&files(&head)[12], "too few slices: 1, at least 8");
}

fn refused(path: &Path, word: &str) {
    let lines = triage(&[path]);
    let analysis = analysis(&lines[0]);
    assert_eq!(analysis["status"], "not_analysable", "{word}: {analysis}");
    assert!(analysis["reason"].as_str().unwrap().contains(word), "{analysis}");
    for key in ["flag", "probability", "volume_ml", "key_instance"] {
        assert_eq!(analysis[key], Value::Null, "{word}");
    }
}

#[test]
fn another_kind_of_series_is_not_applicable() {
    if model().is_none() {
        return;
    }
    for (kind, name) in [("cta", "cta"), ("dwi-infarct", "dwi")] {
        let lines = triage(&[&phantom(kind, 7, 4)]);
        assert_eq!(lines[0]["series"][0]["kind"], name);
        assert_eq!(analysis(&lines[0])["status"], "not_applicable");
        assert_eq!(analysis(&lines[0])["flag"], Value::Null);
    }
}

#[test]
fn an_overlay_is_written_for_a_flagged_series_only() {
    if model().is_none() {
        return;
    }
    let out = tempfile::tempdir().unwrap();
    let (bleeds, healthy) = (phantom("hemorrhage", 7, 28), phantom("normal", 7, 28));
    let done = vigie(&["triage", text(&bleeds), text(&healthy), "--out", text(out.path())]);
    assert!(done.status.success());
    assert!(String::from_utf8_lossy(&done.stdout).contains("FLAGGED"));
    let entries = std::fs::read_dir(out.path()).unwrap().map(|entry| entry.unwrap().path());
    let written: Vec<_> = entries.filter(|path| path.extension().is_some_and(|e| e == "png")).collect();
    assert_eq!(written.len(), 1);
    let picture = std::io::BufReader::new(std::fs::File::open(&written[0]).unwrap());
    let info = png::Decoder::new(picture).read_info().unwrap().info().size();
    assert_eq!(info, (1024, 1024));
}

#[test]
fn exit_codes_are_the_contract_s() {
    assert_eq!(vigie(&["triage"]).status.code(), Some(2));
    assert_eq!(vigie(&["triage", "/nowhere/at/all"]).status.code(), Some(1));
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(vigie(&["triage", text(empty.path())]).status.code(), Some(1));
    assert_eq!(vigie(&["phantom", "--kind", "unicorn", "--out", text(empty.path())]).status.code(), Some(2));
}

#[test]
fn a_tilted_ct_of_8_mm_slices_is_refused_and_its_quirks_survived() {
    let Some(folder) = shared("aisd-0019983") else { return };
    if model().is_none() {
        return;
    }
    let lines = triage(&[&folder]);
    let series: Vec<_> = lines.iter().flat_map(|line| line["series"].as_array().unwrap()).collect();
    let of = |modality: &str| series.iter().find(|series| series["modality"] == modality).unwrap();
    let refused = &of("CT")["analysis"][0];
    assert_eq!(refused["status"], "not_analysable", "{refused}");
    assert!(refused["reason"].as_str().unwrap().contains("mm apart"), "{refused}");
    assert_eq!(of("MR")["kind"], "dwi");
    assert_eq!(of("MR")["analysis"][0]["status"], "not_applicable");
}
