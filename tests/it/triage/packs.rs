//! Packs that are not what their manifest says.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::imaging_support::{bundled, model, root, text};

/// A copy of the bundled pack in a models folder, its manifest changed.
fn pack(from: &str, to: &str) -> (tempfile::TempDir, PathBuf) {
    let models = tempfile::tempdir().unwrap();
    let folder = models.path().join("mine");
    std::fs::create_dir(&folder).unwrap();
    let bundled = root().join("models/haemorrhage");
    let manifest = std::fs::read_to_string(bundled.join("manifest.toml")).unwrap();
    assert!(manifest.contains(from), "{from}");
    std::fs::write(folder.join("manifest.toml"), manifest.replacen(from, to, 1)).unwrap();
    std::fs::copy(bundled.join("model.onnx"), folder.join("model.onnx")).unwrap();
    (models, folder)
}

fn verify(models: &Path) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_vigie"))
        .args(["models", "verify"])
        .env("VIGIE_MODELS_DIR", models)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

#[test]
fn the_bundled_pack_is_what_it_says_and_a_hospital_s_takes_its_place() {
    if model().is_none() {
        return;
    }
    let (models, _) = pack("version = \"", "version = \"9.");
    let (code, said) = verify(models.path());
    assert_eq!(code, Some(0), "{said}");
    let haemorrhage: Vec<_> = said.lines().filter(|line| line.starts_with("haemorrhage ")).collect();
    assert!(matches!(haemorrhage[..], [line] if line.contains("haemorrhage 9.")), "{said}");
}

#[test]
fn wrong_manifests_are_refused_by_name() {
    if model().is_none() {
        return;
    }
    let cases = [
        ("licence = ", "license = ", "unknown field `license`"),
        ("mask = \"mask\"", "mask = \"masque\"", "no output named \"masque\""),
        ("name = \"hu\"", "name = \"hounsfield\"", "no input named \"hounsfield\""),
        ("threshold = ", "threshold = 7", "threshold"),
        ("file = \"model.onnx\"", "file = \"../model.onnx\"", "file"),
        ("spacing_mm = 1.4", "spacing_mm = 1.4\nfilter = \"lanczos\"", "unknown field `filter`"),
    ];
    let measured = bundled().manifest.measured;
    let interval = format!("sensitivity_ci95 = {:?}", measured.sensitivity_ci95);
    let without_width = format!("sensitivity_ci95 = {:?}", [measured.sensitivity; 2]);
    let all = cases.into_iter().chain([(&*interval, &*without_width, "measured.sensitivity_ci95")]);
    for (from, to, reason) in all {
        let (models, folder) = pack(from, to);
        let (code, said) = verify(models.path());
        assert_eq!(code, Some(1), "{to}: {said}");
        assert!(said.contains(reason) && said.contains(text(&folder)), "{to}: {said}");
    }
}

#[test]
fn another_network_than_the_manifest_s_is_refused() {
    let (models, folder) = pack("name = ", "name = ");
    let mut network = std::fs::read(folder.join("model.onnx")).unwrap();
    *network.last_mut().unwrap() ^= 1;
    std::fs::write(folder.join("model.onnx"), network).unwrap();
    let (code, said) = verify(models.path());
    assert_eq!(code, Some(1));
    assert!(said.contains("SHA-256"), "{said}");
}
