//! The occlusion pipeline from files to the word: drawn angiograms, and series that are none.

use std::path::Path;

use dicom_core::VR;
use dicom_dictionary_std::tags;
use serde_json::Value;

use super::{triage, truth};
use crate::imaging_support::{Change, changed, files, model, phantom};

/// Slices of a drawn angiogram, 2 mm apart.
const SLICES: u32 = 100;

/// The word of the occlusion network on the first series.
fn word(folder: &Path) -> Value {
    let line = triage(&[folder]).remove(0);
    let analyses = line["series"][0]["analysis"].as_array().unwrap();
    analyses.iter().find(|analysis| analysis["task"] == "occlusion").unwrap().clone()
}

fn not_analysable(folder: &Path, reason: &str) {
    let word = word(folder);
    assert_eq!(word["status"], "not_analysable", "{word}");
    assert!(word["reason"].as_str().unwrap().contains(reason), "{word}");
    assert_eq!((&word["flag"], &word["probability"]), (&Value::Null, &Value::Null));
}

#[test]
fn a_blocked_artery_is_flagged_on_its_side_and_shown_at_its_place() {
    if model().is_none() {
        return;
    }
    let folder = phantom("cta-occlusion", 205, SLICES);
    let (word, truth) = (word(&folder), truth(&folder));
    assert_eq!((&word["status"], &word["flag"]), (&"analysed".into(), &true.into()), "{word}");
    assert_eq!(word["location"]["side"], truth["occlusion"]["side"], "{word}");
    assert_eq!(word["slices"].as_array().unwrap().len(), truth["slices"].as_array().unwrap().len());
    let index = usize::try_from(word["key_instance"]["index"].as_u64().unwrap()).unwrap();
    let key = &truth["slices"][index];
    assert_eq!(key["sop_instance_uid"], word["key_instance"]["sop_instance_uid"]);
    let site = truth["occlusion"]["site_mm"][2].as_f64().unwrap();
    assert!((key["z_mm"].as_f64().unwrap() - site).abs() < 15.0, "{key} for {site}");
}

#[test]
fn columns_that_run_to_the_right_swap_the_sides() {
    if model().is_none() {
        return;
    }
    let folder = phantom("cta-occlusion", 205, SLICES);
    let mirrored = changed(&folder, &[(tags::IMAGE_ORIENTATION_PATIENT, VR::DS, Some(r"-1\0\0\0\1\0"))]);
    let word = word(mirrored.path());
    let drawn = truth(&folder)["occlusion"]["side"].clone();
    assert_eq!(word["flag"], true, "{word}");
    assert_ne!(word["location"]["side"], drawn, "{word}");
}

#[test]
fn an_open_tree_is_analysed_and_not_flagged() {
    if model().is_none() {
        return;
    }
    let word = word(&phantom("cta", 110, SLICES));
    assert_eq!((&word["status"], &word["flag"]), (&"analysed".into(), &false.into()), "{word}");
    assert_eq!((&word["location"], &word["key_instance"]), (&Value::Null, &Value::Null));
}

#[test]
fn what_is_no_angiogram_of_a_whole_head_says_why() {
    if model().is_none() {
        return;
    }
    let open = phantom("cta", 110, SLICES);
    let unsaid: [Change<'_>; 1] = [(tags::SERIES_DESCRIPTION, VR::LO, Some("tete fin"))];
    not_analysable(changed(&open, &unsaid).path(), "nothing says that this is an angiogram");
    not_analysable(&phantom("cta", 110, 40), "too few slices");
    not_analysable(&phantom("cta", 110, 60), "mm apart");
    // lowest first: the neck and the base of the skull, or the vault, left out
    let without = |range: std::ops::Range<usize>| {
        let part = changed(&open, &[]);
        files(part.path()).drain(range).for_each(|file| std::fs::remove_file(file).unwrap());
        part
    };
    not_analysable(without(0..37).path(), "base of the skull");
    not_analysable(without(75..100).path(), "top of the head");
    let plain = phantom("normal", 7, 80);
    let called = [(tags::SERIES_DESCRIPTION, VR::LO, Some("CTA head"))];
    not_analysable(changed(&plain, &called).path(), "no contrast medium");
}
