//! Where the bytes are.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::imaging::gate::{ArchiveRefusal, Limits, read_zip};

/// Folders within folders that are searched.
const MAX_DEPTH: usize = 32;

/// A file that may hold an instance, or an archive of such files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) enum Source {
    File(PathBuf),
    Zip(PathBuf),
}

/// One instance's place, for reading it again and for naming it to the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) enum Place {
    File(PathBuf),
    Entry { archive: PathBuf, index: usize },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Entry { archive, index } => write!(f, "{} entry {index}", archive.display()),
        }
    }
}

impl Place {
    /// Reads the bytes again.
    pub(super) fn read(&self, limits: &Limits) -> Result<Vec<u8>, ReadError> {
        match self {
            Self::File(path) => read_file(path, limits),
            Self::Entry { archive, index } => {
                let mut found = Vec::new();
                read_zip(File::open(archive)?, limits, |at, bytes| {
                    if at == *index {
                        found = bytes;
                    }
                })?;
                Ok(found)
            }
        }
    }
}

/// A source that cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReadError {
    #[error("{0}")]
    Io(#[from] std::io::Error),
    #[error("{0}")]
    Archive(#[from] ArchiveRefusal),
    #[error("{bytes} bytes, more than {limit}")]
    TooLarge { bytes: u64, limit: u64 },
}

/// A path that cannot be searched.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {source}")]
pub(in crate::cli) struct SearchError {
    path: String,
    source: std::io::Error,
}

/// All files under the paths, in the order of their names. Links are not followed within folders.
pub(in crate::cli) fn expand(paths: &[PathBuf]) -> Result<Vec<Source>, SearchError> {
    let mut sources = Vec::new();
    for path in paths {
        let failed = |source| SearchError { path: path.display().to_string(), source };
        if std::fs::metadata(path).map_err(failed)?.is_dir() {
            search(path, 0, &mut sources).map_err(failed)?;
        } else {
            sources.push(classify(path).map_err(failed)?);
        }
    }
    Ok(sources)
}

fn search(folder: &Path, depth: usize, sources: &mut Vec<Source>) -> std::io::Result<()> {
    let mut entries = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let kind = entry.file_type()?;
        if kind.is_dir() && depth < MAX_DEPTH {
            search(&entry.path(), depth + 1, sources)?;
        } else if kind.is_file() {
            sources.push(classify(&entry.path())?);
        }
    }
    Ok(())
}

/// By its first bytes, not by its name.
fn classify(path: &Path) -> std::io::Result<Source> {
    let mut magic = Vec::new();
    File::open(path)?.take(4).read_to_end(&mut magic)?;
    let path = path.to_owned();
    Ok(if magic == b"PK\x03\x04" { Source::Zip(path) } else { Source::File(path) })
}

pub(super) fn read_file(path: &Path, limits: &Limits) -> Result<Vec<u8>, ReadError> {
    let (bytes, limit) = (std::fs::metadata(path)?.len(), limits.max_dataset_bytes);
    if bytes > limit { Err(ReadError::TooLarge { bytes, limit }) } else { Ok(std::fs::read(path)?) }
}
