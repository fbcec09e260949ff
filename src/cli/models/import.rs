//! `vigie models import`: a pack checked, then put among the installed ones in one step.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use crate::cli::{Failure, engine, print};
use crate::inference::models::Network;
use crate::inference::pack::Pack;
use crate::inference::runtime::Runtime;

/// Largest file taken, as large as the largest network that a pack may have.
const MAX_FILE_BYTES: u64 = 512 << 20;
/// A pack has a handful of files: an archive of more entries is none.
const MAX_ENTRIES: usize = 100;

/// Check a pack (manifest, hash, the network's inputs and outputs) and copy it into VIGIE_MODELS_DIR.
///
/// Nothing is installed unless everything is in order; a running server takes it at its next start.
///
/// Example: VIGIE_MODELS_DIR=/srv/vigie/models vigie models import haemorrhage-2.zip
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A pack's folder, or a ZIP archive of one.
    #[arg(value_name = "DIR|ZIP")]
    pack: PathBuf,
    /// Take the place of an installed pack of the same name.
    #[arg(long)]
    replace: bool,
}

/// Why a pack was not installed.
#[derive(Debug, thiserror::Error)]
enum ImportError {
    #[error("VIGIE_MODELS_DIR is not set: it names the folder of the installed packs")]
    NoFolder,
    #[error("{path}: {source}")]
    Io { path: PathBuf, source: std::io::Error },
    #[error("{path} is not a readable ZIP archive: {source}")]
    Zip { path: PathBuf, source: zip::result::ZipError },
    #[error("{path} has {entries} entries, more than {MAX_ENTRIES}")]
    Entries { path: PathBuf, entries: usize },
    #[error("{path}: {file} is larger than {MAX_FILE_BYTES} bytes")]
    TooLarge { path: PathBuf, file: String },
    #[error("{path} holds no manifest.toml")]
    NoManifest { path: PathBuf },
    #[error("a pack named {name} with another network is installed; --replace takes its place")]
    Taken { name: String },
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let root = engine::model_roots().into_iter().next().ok_or(ImportError::NoFolder)?;
    std::fs::create_dir_all(&root).map_err(failed(&root))?;
    let staged = Staged::beside(&root)?;
    if args.pack.is_dir() {
        copy(&args.pack, &staged.folder)?;
    } else {
        unpack(&args.pack, &staged.folder)?;
    }
    if !staged.folder.join("manifest.toml").is_file() {
        return Err(ImportError::NoManifest { path: args.pack.clone() }.into());
    }
    let pack = Pack::load(&staged.folder)?;
    let model = pack.model_ref();
    Network::open(&Runtime::load(&engine::library_path())?, pack, 1)?;
    let place = root.join(&model.name);
    if place.is_dir() {
        let same = Pack::load(&place).is_ok_and(|installed| installed.manifest.sha256 == model.sha256);
        if !same && !args.replace {
            return Err(ImportError::Taken { name: model.name }.into());
        }
        let old = root.join(format!(".{}.old", model.name));
        std::fs::rename(&place, &old).map_err(failed(&place))?;
        std::fs::rename(&staged.folder, &place).map_err(failed(&place))?;
        std::fs::remove_dir_all(&old).map_err(failed(&old))?;
    } else {
        std::fs::rename(&staged.folder, &place).map_err(failed(&place))?;
    }
    print(&format!("{} {}  sha256 {}  {}", model.name, model.version, model.sha256, place.display()));
    Ok(())
}

fn failed(path: &Path) -> impl FnOnce(std::io::Error) -> ImportError {
    let path = path.to_owned();
    |source| ImportError::Io { path, source }
}

/// A hidden folder among the packs, which no start reads, and which goes if it was not moved to its place.
struct Staged {
    folder: PathBuf,
}

impl Staged {
    fn beside(root: &Path) -> Result<Self, ImportError> {
        let folder = root.join(format!(".import-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir(&folder).map_err(failed(&folder))?;
        Ok(Self { folder })
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if self.folder.is_dir()
            && let Err(error) = std::fs::remove_dir_all(&self.folder)
        {
            tracing::warn!(%error, "a folder of the import stays");
        }
    }
}

/// The files of a pack's folder itself, none of its subfolders, no link followed.
fn copy(from: &Path, to: &Path) -> Result<(), ImportError> {
    for entry in std::fs::read_dir(from).map_err(failed(from))? {
        let entry = entry.map_err(failed(from))?;
        if entry.file_type().map_err(failed(from))?.is_file() {
            let mut file = File::open(entry.path()).map_err(failed(&entry.path()))?;
            write(&mut file, from, &entry.file_name(), to)?;
        }
    }
    Ok(())
}

/// The files at the archive's top, or in its one top folder. An entry is named here by its last part alone, so none can
/// leave the folder.
fn unpack(from: &Path, to: &Path) -> Result<(), ImportError> {
    let zip = |source| ImportError::Zip { path: from.to_owned(), source };
    let mut archive = zip::ZipArchive::new(File::open(from).map_err(failed(from))?).map_err(zip)?;
    if archive.len() > MAX_ENTRIES {
        return Err(ImportError::Entries { path: from.to_owned(), entries: archive.len() });
    }
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(zip)?;
        let Some(path) = entry.enclosed_name().filter(|_| entry.is_file()) else { continue };
        if let Some(name) = path.file_name().filter(|_| path.components().count() <= 2) {
            let name = name.to_owned();
            write(&mut entry, from, &name, to)?;
        }
    }
    Ok(())
}

fn write(source: &mut impl Read, from: &Path, name: &OsStr, to: &Path) -> Result<(), ImportError> {
    let place = to.join(name);
    let mut file = File::create_new(&place).map_err(failed(&place))?;
    let taken = std::io::copy(&mut source.take(MAX_FILE_BYTES + 1), &mut file).map_err(failed(&place))?;
    if taken > MAX_FILE_BYTES {
        return Err(ImportError::TooLarge {
            path: from.to_owned(),
            file: name.to_string_lossy().into_owned(),
        });
    }
    file.flush().and_then(|()| file.sync_all()).map_err(failed(&place))
}
