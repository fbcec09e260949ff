//! What the vault says no to.

use std::io;
use std::path::PathBuf;

use crate::domain::vault::BlobKey;

/// Why a blob could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// No room: the medium, the quota or the file size limit is reached.
    #[error("the archive is out of space")]
    StorageFull(#[source] io::Error),
    #[error("the archive holds no blob {key}")]
    Missing { key: BlobKey },
    #[error("another process uses the archive in {}", root.display())]
    InUse { root: PathBuf },
    /// An earlier write of the same blob failed.
    #[error("the blob was given up after a failed write")]
    GivenUp,
    #[error("the archive's file system refused")]
    Io(#[source] io::Error),
}

impl From<io::Error> for BlobError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                Self::StorageFull(error)
            }
            _ => Self::Io(error),
        }
    }
}

impl BlobError {
    /// An error of opening `key`.
    pub(super) fn of(key: BlobKey, error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::NotFound { Self::Missing { key } } else { error.into() }
    }
}
