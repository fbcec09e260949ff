//! `vigie models import`: checked whole, installed whole, or not at all.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::{models, said};
use crate::imaging_support::{model, root, text};

/// Name and bytes of a file in an archive.
type Entry<'a> = (&'a str, &'a [u8]);

fn archive(folder: &Path, entries: &[Entry<'_>]) -> PathBuf {
    let path = folder.join("pack.zip");
    let mut archive = zip::ZipWriter::new(File::create(&path).unwrap());
    for (name, bytes) in entries {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap();
    path
}

/// The bundled pack's manifest under another name, and its network.
fn bundled() -> (String, Vec<u8>) {
    let folder = root().join("models/haemorrhage");
    let manifest = std::fs::read_to_string(folder.join("manifest.toml")).unwrap();
    let named = manifest.replacen("name = \"haemorrhage\"", "name = \"our-own\"", 1);
    (named, std::fs::read(folder.join("model.onnx")).unwrap())
}

fn entries(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn an_archive_is_installed_whole() {
    if model().is_none() {
        return;
    }
    let (away, installed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (manifest, network) = bundled();
    let pack = archive(
        away.path(),
        &[
            ("pack/manifest.toml", manifest.as_bytes()),
            ("pack/model.onnx", &network),
            ("pack/CARD.md", b"# Ours"),
        ],
    );
    let run = models(installed.path(), &["import", text(&pack)]);
    assert!(run.status.success(), "{}", said(&run));
    assert_eq!(entries(installed.path()), ["our-own"], "nothing of the import stays beside it");
    assert_eq!(entries(&installed.path().join("our-own")), ["CARD.md", "manifest.toml", "model.onnx"]);
    let listed = models(installed.path(), &["list"]);
    assert!(said(&listed).contains("our-own"), "{}", said(&listed));
    let again = models(installed.path(), &["import", text(&installed.path().join("our-own"))]);
    assert!(again.status.success(), "the same pack again: {}", said(&again));
}

#[test]
fn what_is_not_in_order_leaves_nothing_behind() {
    if model().is_none() {
        return;
    }
    let (manifest, network) = bundled();
    let mut tampered = network.clone();
    *tampered.last_mut().unwrap() ^= 1;
    let masked = manifest.replace("mask = \"mask\"", "mask = \"masque\"");
    let cases: [(&[Entry<'_>], &str); 4] = [
        (&[("manifest.toml", manifest.as_bytes()), ("model.onnx", &tampered)], "SHA-256"),
        (&[("manifest.toml", masked.as_bytes()), ("model.onnx", &network)], "masque"),
        (&[("model.onnx", &network)], "no manifest.toml"),
        (&[("../manifest.toml", manifest.as_bytes()), ("a/b/c/model.onnx", &network)], "no manifest.toml"),
    ];
    for (entries_of, reason) in cases {
        let (away, installed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let pack = archive(away.path(), entries_of);
        let run = models(installed.path(), &["import", text(&pack)]);
        assert_eq!(run.status.code(), Some(1), "{reason}");
        assert!(said(&run).contains(reason), "{}", said(&run));
        assert!(entries(installed.path()).is_empty(), "{reason}");
    }
}

#[test]
fn a_name_that_is_taken_is_given_up_only_on_purpose() {
    if model().is_none() {
        return;
    }
    let (away, installed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (manifest, network) = bundled();
    let there = installed.path().join("our-own");
    std::fs::create_dir(&there).unwrap();
    std::fs::write(there.join("manifest.toml"), "an older one").unwrap();
    let pack = archive(away.path(), &[("manifest.toml", manifest.as_bytes()), ("model.onnx", &network)]);
    let run = models(installed.path(), &["import", text(&pack)]);
    assert!(!run.status.success() && said(&run).contains("--replace"), "{}", said(&run));
    assert_eq!(std::fs::read(there.join("manifest.toml")).unwrap(), b"an older one");
    let run = models(installed.path(), &["import", text(&pack), "--replace"]);
    assert!(run.status.success(), "{}", said(&run));
    assert_eq!(entries(installed.path()), ["our-own"]);
}
