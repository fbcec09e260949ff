//! Series to test with: drawn by the program itself, or changed from those; and where peers and data are.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use dicom_core::{DataElement, PrimitiveValue, Tag, VR};
use dicom_object::OpenFileOptions;
use vigie::domain::evidence::Task;
use vigie::domain::identity::TransferSyntaxUid;
use vigie::imaging::decode::Instance;
use vigie::imaging::gate::Limits;
use vigie::inference::haemorrhage::Haemorrhage;
use vigie::inference::haemorrhage::series::Prepared;
use vigie::inference::pack::Pack;
use vigie::inference::runtime::Runtime;

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn syntax(uid: &str) -> TransferSyntaxUid {
    TransferSyntaxUid::try_from(uid.to_owned()).unwrap()
}

pub fn vigie(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vigie")).args(arguments).output().unwrap()
}

pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A phantom's folder, drawn once for each build of the program and shared by all tests.
pub fn phantom(kind: &str, seed: u32, slices: u32) -> PathBuf {
    let built = std::fs::metadata(env!("CARGO_BIN_EXE_vigie")).unwrap().modified().unwrap();
    let stamp = built.duration_since(std::time::UNIX_EPOCH).unwrap().as_millis();
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = cache.join(format!("phantom-{kind}-{seed}-{slices}-{stamp}"));
    if !folder.is_dir() {
        let fresh = tempfile::tempdir_in(cache).unwrap();
        let drawn = vigie(&[
            "phantom",
            "--kind",
            kind,
            "--seed",
            &seed.to_string(),
            "--slices",
            &slices.to_string(),
            "--out",
            text(fresh.path()),
        ]);
        assert!(drawn.status.success(), "{}", String::from_utf8_lossy(&drawn.stderr));
        // another test may have been faster: then its folder stays
        std::fs::rename(fresh.keep(), &folder).ok();
    }
    folder
}

/// The DICOM files of a folder, by name.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.filter(|path| path.extension().is_some_and(|e| e == "dcm")).collect();
    files.sort();
    files
}

/// An element to set to a text, or to take out.
pub type Change<'a> = (Tag, VR, Option<&'a str>);

/// Copies a series into a new folder, changing elements on the way.
pub fn changed(series: &Path, changes: &[Change<'_>]) -> tempfile::TempDir {
    let out = tempfile::tempdir().unwrap();
    for path in files(series) {
        let mut object = OpenFileOptions::new().open_file(&path).unwrap();
        for &(tag, vr, value) in changes {
            match value {
                Some(value) => drop(object.put(DataElement::new(tag, vr, PrimitiveValue::from(value)))),
                None => drop(object.remove_element(tag)),
            }
        }
        object.write_to_file(out.path().join(path.file_name().unwrap())).unwrap();
    }
    out
}

/// ONNX Runtime, or none where the set-up has not fetched it, in words.
pub fn runtime() -> Option<Runtime> {
    let library = std::env::var_os("ORT_DYLIB_PATH")
        .map_or_else(|| root().join(".cache/onnxruntime/libonnxruntime.so"), PathBuf::from);
    if !library.is_file() {
        eprintln!("skipped: no ONNX Runtime at {} (run `make setup`)", library.display());
        return None;
    }
    Some(Runtime::load(&library).unwrap())
}

/// The network, or none where the set-up has not fetched its runtime.
pub fn model() -> Option<Arc<Haemorrhage>> {
    Some(Arc::new(Haemorrhage::open(&runtime()?, bundled(), 1).unwrap()))
}

/// The bundled haemorrhage pack.
pub fn bundled() -> Pack {
    let packs = Pack::bundled().unwrap();
    packs.into_iter().find(|pack| pack.manifest.task == Task::Hemorrhage).unwrap()
}

/// Every slice of a folder, decoded and resampled.
pub fn prepared(folder: &Path, model: &Haemorrhage) -> Vec<Prepared> {
    let prepare = |path: PathBuf| {
        let bytes = std::fs::read(path).unwrap();
        Prepared::of(&Instance::open_file(&bytes, Limits::default()).unwrap(), model)
    };
    files(folder).into_iter().map(prepare).collect()
}

/// A folder of the imaging data kept beside the repository, or none, in words.
pub fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("VIGIE_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    let folder = root.join("data").join(path);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: {} is not here", folder.display());
    None
}

/// The test files of pydicom's wheel, or none, in words.
pub fn pydicom_files() -> Option<PathBuf> {
    let libraries = root().join(".cache/venv/lib");
    let folder = std::fs::read_dir(&libraries).ok().and_then(|entries| {
        let inside = |entry: std::fs::DirEntry| entry.path().join("site-packages/pydicom/data/test_files");
        entries.flatten().map(inside).find(|folder| folder.is_dir())
    });
    if folder.is_none() {
        eprintln!("skipped: no pydicom under {} (run `make setup` for tests)", libraries.display());
    }
    folder
}
