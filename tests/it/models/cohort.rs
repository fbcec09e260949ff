//! `vigie models evaluate` and `compare` on phantoms with labels.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use super::{models, said};
use crate::imaging_support::{files, model, phantom, text};

/// Two studies that bleed, two that don't, one that no pack may judge, one whose images are lost. One is an archive,
/// one is named by its UID.
fn cohort() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut labels = "study,positive,volume_ml,reader\n".to_owned();
    for (name, kind, seed, positive) in [
        ("bleeds", "hemorrhage", 7, 1),
        ("by-uid", "hemorrhage", 8, 1),
        ("clear", "normal", 7, 0),
        ("zipped", "normal", 8, 0),
        ("mri", "dwi", 7, 0),
    ] {
        let drawn = phantom(kind, seed, 28);
        let truth: Value = serde_json::from_slice(&std::fs::read(drawn.join("truth.json")).unwrap()).unwrap();
        let volume = truth["lesion_volume_ml"].as_f64().unwrap_or(0.0);
        let study = if name == "by-uid" { truth["study_instance_uid"].as_str().unwrap() } else { name };
        labels.push_str(&format!("{study},{positive},{volume},HV\n"));
        if name == "zipped" {
            zip(&drawn, &folder.path().join("zipped.zip"));
        } else {
            let case = folder.path().join(name);
            std::fs::create_dir(&case).unwrap();
            for file in files(&drawn) {
                std::fs::copy(&file, case.join(file.file_name().unwrap())).unwrap();
            }
        }
    }
    labels.push_str("lost,1,3.0,HV\n");
    std::fs::write(folder.path().join("labels.csv"), labels).unwrap();
    folder
}

fn zip(from: &Path, to: &Path) {
    let mut archive = zip::ZipWriter::new(File::create(to).unwrap());
    for file in files(from) {
        let name = file.file_name().unwrap().to_str().unwrap();
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(&std::fs::read(file).unwrap()).unwrap();
    }
    archive.finish().unwrap();
}

#[test]
fn a_pack_is_measured_on_labelled_studies() {
    if model().is_none() {
        return;
    }
    let (cases, none) = (cohort(), tempfile::tempdir().unwrap());
    let out = cases.path().join("result.json");
    let arguments =
        ["evaluate", "--pack", "haemorrhage", "--cases", text(cases.path()), "--out", text(&out), "--json"];
    let run = models(none.path(), &arguments);
    assert!(run.status.success(), "{}", said(&run));
    let progress = String::from_utf8(run.stderr.clone()).unwrap();
    assert!(progress.contains("lost: labelled, but no image was found"), "{progress}");
    let written: Value = serde_json::from_slice(&std::fs::read(&out).unwrap()).unwrap();
    let figures: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(written["figures"], figures);
    assert_eq!((&written["schema"], &written["task"]), (&"vigie.evaluation/1".into(), &"hemorrhage".into()));
    let counted = |share: &str| (figures[share]["part"].clone(), figures[share]["whole"].clone());
    assert_eq!(counted("sensitivity"), (2.into(), 2.into()));
    assert_eq!(counted("found"), (2.into(), 3.into()), "a lost study is one not found");
    assert_eq!(counted("not_analysable"), (2.into(), 6.into()));
    assert_eq!(figures["specificity"]["whole"], 2);
    assert_eq!(figures["auc"]["value"], 1.0);
    assert!(figures["auc"]["low"].as_f64().unwrap() < 1.0, "four studies prove nothing");
    let names: Vec<&str> =
        written["studies"].as_array().unwrap().iter().map(|study| study["study"].as_str().unwrap()).collect();
    assert_eq!((names.len(), names[0], names[5]), (6, "bleeds", "lost"));
    for picture in ["result-roc.svg", "result-reliability.svg"] {
        let drawn = std::fs::read_to_string(cases.path().join(picture)).unwrap();
        assert!(drawn.starts_with("<svg") && drawn.contains("haemorrhage"), "{drawn}");
    }
    let read = vigie::inference::evaluation::Evaluation::read(&std::fs::read(&out).unwrap());
    read.expect("its own figures follow from its studies");
}

#[test]
fn a_pack_compared_with_itself_does_not_differ() {
    if model().is_none() {
        return;
    }
    let (cases, none) = (cohort(), tempfile::tempdir().unwrap());
    let arguments = ["compare", "haemorrhage", "haemorrhage", "--cases", text(cases.path()), "--json"];
    let run = models(none.path(), &arguments);
    assert!(run.status.success(), "{}", said(&run));
    let comparison: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!((&comparison["schema"], &comparison["studies"]), (&"vigie.comparison/1".into(), &6.into()));
    assert_eq!(comparison["sensitivity"]["counts"]["both"], 2);
    for what in ["sensitivity", "specificity", "analysed"] {
        assert_eq!(comparison[what]["difference"]["value"], 0.0, "{what}");
        assert_eq!(comparison[what]["p_value"], 1.0, "{what}");
    }
    assert_eq!(comparison["auc_difference"]["value"], 0.0);
}

#[test]
fn labels_that_cannot_be_are_named() {
    let (cases, none) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::write(cases.path().join("labels.csv"), "study,positive\na,maybe\n").unwrap();
    let run = models(none.path(), &["evaluate", "--pack", "haemorrhage", "--cases", text(cases.path())]);
    assert_eq!(run.status.code(), Some(1));
    assert!(said(&run).contains("line 2: positive is \"maybe\"; allowed: 0 or 1"), "{}", said(&run));
    let run = models(none.path(), &["evaluate", "--pack", "nothing", "--cases", text(cases.path())]);
    assert_eq!(run.status.code(), Some(2), "{}", said(&run));
}
