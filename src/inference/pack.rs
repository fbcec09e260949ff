//! A model pack on disk: manifest and network, held against each other.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::manifest::Manifest;

const MAX_MANIFEST_BYTES: u64 = 64 * 1024;
const MAX_MODEL_BYTES: u64 = 512 << 20;

/// Name, manifest and network of each pack in `models/`.
const BUNDLED: [(&str, &str, &[u8]); 3] = [
    (
        "haemorrhage",
        include_str!("../../models/haemorrhage/manifest.toml"),
        include_bytes!("../../models/haemorrhage/model.onnx"),
    ),
    (
        "infarct",
        include_str!("../../models/infarct/manifest.toml"),
        include_bytes!("../../models/infarct/model.onnx"),
    ),
    (
        "occlusion",
        include_str!("../../models/occlusion/manifest.toml"),
        include_bytes!("../../models/occlusion/model.onnx"),
    ),
];

/// Why a pack was refused. Each says which folder, so that whoever installed it can act.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    #[error("model pack {folder}: {file} cannot be read: {source}")]
    Unreadable { folder: PathBuf, file: String, source: std::io::Error },
    #[error("model pack {folder}: {file} has {bytes} bytes, more than {limit}")]
    TooLarge { folder: PathBuf, file: String, bytes: u64, limit: u64 },
    #[error("model pack {folder}: manifest.toml: {source}")]
    Manifest { folder: PathBuf, source: Box<toml::de::Error> },
    #[error("model pack {folder}: manifest.toml: {key} has a value that cannot be")]
    Value { folder: PathBuf, key: &'static str },
    #[error("model pack {folder}: {file} has SHA-256 {found}, the manifest says {declared}")]
    Hash { folder: PathBuf, file: String, found: String, declared: String },
    #[error("model pack {folder}: {problem}")]
    Network { folder: PathBuf, problem: String },
}

/// Which model said something.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ModelRef {
    pub name: String,
    pub version: String,
    pub sha256: String,
}

/// A pack whose network is the one that its manifest names.
#[derive(Debug, Clone)]
pub struct Pack {
    pub folder: PathBuf,
    pub manifest: Manifest,
    pub model: Vec<u8>,
}

impl Pack {
    /// Loads and checks a pack's folder.
    ///
    /// # Errors
    /// Files missing or too large, an unknown or unlawful key, another network than the manifest's.
    pub fn load(folder: &Path) -> Result<Self, PackError> {
        let text = read(folder, "manifest.toml", MAX_MANIFEST_BYTES)?;
        let manifest = parse_manifest(folder, &String::from_utf8_lossy(&text))?;
        let model = read(folder, &manifest.file, MAX_MODEL_BYTES)?;
        Self::checked(folder, manifest, model)
    }

    /// The packs that the program carries in itself.
    ///
    /// # Errors
    /// As [`Pack::load`]: a bundled pack is checked like any other.
    pub fn bundled() -> Result<Vec<Self>, PackError> {
        let checked = |&(name, manifest, model): &(&str, &str, &[u8])| {
            let folder = PathBuf::from(format!("models/{name} (built in)"));
            Self::checked(&folder, parse_manifest(&folder, manifest)?, model.to_vec())
        };
        BUNDLED.iter().map(checked).collect()
    }

    fn checked(folder: &Path, manifest: Manifest, model: Vec<u8>) -> Result<Self, PackError> {
        let found = hex::encode(Sha256::digest(&model));
        if found != manifest.sha256 {
            return Err(PackError::Hash {
                folder: folder.to_owned(),
                file: manifest.file,
                found,
                declared: manifest.sha256,
            });
        }
        Ok(Self { folder: folder.to_owned(), manifest, model })
    }

    /// The bundled pack, and every pack of these folders' subfolders. Of two packs with one name the later stays, so
    /// that a hospital's own takes the bundled one's place. A folder that does not exist holds no pack.
    ///
    /// # Errors
    /// The first pack that is refused.
    pub fn discover(roots: &[PathBuf]) -> Result<Vec<Self>, PackError> {
        let mut packs = Self::bundled()?;
        for pack in Self::of_folders(roots)? {
            packs.retain(|other| other.manifest.name != pack.manifest.name);
            packs.push(pack);
        }
        Ok(packs)
    }

    /// Every pack of these folders' subfolders, in the order of their names.
    ///
    /// # Errors
    /// The first pack that is refused.
    pub fn of_folders(roots: &[PathBuf]) -> Result<Vec<Self>, PackError> {
        let folders = roots.iter().flat_map(|root| subfolders(root));
        folders
            .filter(|folder| folder.join("manifest.toml").is_file())
            .map(|folder| Self::load(&folder))
            .collect()
    }

    #[must_use]
    pub fn model_ref(&self) -> ModelRef {
        let Manifest { name, version, sha256, .. } = self.manifest.clone();
        ModelRef { name, version, sha256 }
    }
}

fn parse_manifest(folder: &Path, text: &str) -> Result<Manifest, PackError> {
    let manifest: Manifest = toml::from_str(text)
        .map_err(|source| PackError::Manifest { folder: folder.to_owned(), source: Box::new(source) })?;
    match manifest.unlawful() {
        Some(key) => Err(PackError::Value { folder: folder.to_owned(), key }),
        None => Ok(manifest),
    }
}

/// In the order of their names, hidden ones left out: an import prepares there what is not installed yet.
fn subfolders(root: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root).into_iter().flatten().flatten();
    let hidden = |entry: &std::fs::DirEntry| entry.file_name().to_string_lossy().starts_with('.');
    let shown = entries.filter(|entry| !hidden(entry)).map(|entry| entry.path());
    let mut folders: Vec<PathBuf> = shown.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn read(folder: &Path, file: &str, limit: u64) -> Result<Vec<u8>, PackError> {
    let path = folder.join(file);
    let unreadable =
        |source| PackError::Unreadable { folder: folder.to_owned(), file: file.to_owned(), source };
    let bytes = std::fs::metadata(&path).map_err(unreadable)?.len();
    if bytes > limit {
        return Err(PackError::TooLarge { folder: folder.to_owned(), file: file.to_owned(), bytes, limit });
    }
    std::fs::read(&path).map_err(unreadable)
}
