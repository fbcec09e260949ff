//! The image vault: DICOM files under random names, durable before they are named, sealed by SHA-256.
//!
//! A file is written under `incoming/` while it is hashed, synced, renamed into one of 256 shards, and the shard's
//! folder is synced: what [`PendingBlob::commit`] returned survives a power cut. What a crash left under
//! `incoming/` is removed at the next opening; a named file without a row is the sweep's to find.

mod error;
mod integrity;
mod pending;

use std::fs::{self, File};
use std::io::{self, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncSeekExt, Take};

use crate::domain::vault::BlobKey;
pub use error::BlobError;
pub use integrity::Integrity;
pub use pending::PendingBlob;

/// Files are spread by the first byte of their name.
const SHARDS: usize = 256;

/// A blob store in a folder of a local file system. Cloning shares it.
#[derive(Debug, Clone)]
pub struct FileStore {
    inner: Arc<Folder>,
}

#[derive(Debug)]
struct Folder {
    root: PathBuf,
    /// By the file system's own clock; files named before it belong to an earlier run.
    opened_at: SystemTime,
    /// Held as long as the store: two processes would sweep each other's files.
    _lock: File,
}

impl FileStore {
    /// Opens the store, makes its folders and removes what an interrupted reception left.
    ///
    /// # Errors
    /// [`BlobError::InUse`] when another process holds the folder; [`BlobError::Io`] when it cannot be written.
    pub async fn open(root: PathBuf) -> Result<Self, BlobError> {
        run_blocking(move || open_folder(root)).await.map(|folder| Self { inner: Arc::new(folder) })
    }

    /// Begins a file. `meta` is all that stands before the data set: preamble, `DICM`, file meta information.
    ///
    /// # Errors
    /// [`BlobError`] when the file cannot be made.
    pub async fn begin(&self, meta: &[u8]) -> Result<PendingBlob, BlobError> {
        PendingBlob::begin(self.clone(), meta.to_vec()).await
    }

    /// The bytes of `range`, cut at the file's end.
    ///
    /// # Errors
    /// [`BlobError::Missing`] when there is no such blob; [`BlobError::Io`] when it cannot be read.
    pub async fn read_range(&self, key: BlobKey, range: Range<u64>) -> Result<Bytes, BlobError> {
        let path = self.path(key);
        run_blocking(move || {
            use std::io::{Read, Seek};
            let mut file = File::open(path).map_err(|error| BlobError::of(key, error))?;
            file.seek(SeekFrom::Start(range.start))?;
            let mut bytes = Vec::new();
            file.take(range.end.saturating_sub(range.start)).read_to_end(&mut bytes)?;
            Ok(Bytes::from(bytes))
        })
        .await
    }

    /// A reader of `range`, cut at the file's end.
    ///
    /// # Errors
    /// [`BlobError::Missing`] when there is no such blob; [`BlobError::Io`] when it cannot be opened.
    pub async fn reader(
        &self,
        key: BlobKey,
        range: Range<u64>,
    ) -> Result<Take<impl AsyncRead + Send + Unpin + use<>>, BlobError> {
        let open = tokio::fs::File::open(self.path(key)).await;
        let mut file = open.map_err(|error| BlobError::of(key, error))?;
        file.seek(SeekFrom::Start(range.start)).await?;
        Ok(file.take(range.end.saturating_sub(range.start)))
    }

    /// Removes a blob; one that is not there is removed already.
    ///
    /// # Errors
    /// [`BlobError::Io`] when the file system refuses.
    pub async fn delete(&self, key: BlobKey) -> Result<(), BlobError> {
        let path = self.path(key);
        run_blocking(move || match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        })
        .await
    }

    /// Keys of one shard (0–255) that were named before this store was opened.
    ///
    /// # Errors
    /// [`BlobError::Io`] when the folder cannot be read.
    pub async fn keys_of_earlier_runs(&self, shard: u8) -> Result<Vec<BlobKey>, BlobError> {
        let (folder, opened_at) = (self.shard(shard), self.inner.opened_at);
        run_blocking(move || {
            let mut keys = Vec::new();
            for entry in fs::read_dir(folder)? {
                let entry = entry?;
                let key = entry.file_name().to_str().and_then(|name| name.parse().ok());
                if let Some(key) = key
                    && entry.metadata()?.modified()? < opened_at
                {
                    keys.push(key);
                }
            }
            Ok(keys)
        })
        .await
    }

    fn shard(&self, shard: u8) -> PathBuf {
        self.inner.root.join(format!("{shard:02x}"))
    }

    fn path(&self, key: BlobKey) -> PathBuf {
        let name = key.to_string();
        self.inner.root.join(&name[..2]).join(name)
    }

    fn incoming(&self, key: BlobKey) -> PathBuf {
        self.inner.root.join(INCOMING).join(key.to_string())
    }
}

const INCOMING: &str = "incoming";

fn open_folder(root: PathBuf) -> Result<Folder, BlobError> {
    fs::create_dir_all(root.join(INCOMING))?;
    let lock = File::create(root.join("lock"))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(fs::TryLockError::WouldBlock) => return Err(BlobError::InUse { root }),
        Err(fs::TryLockError::Error(error)) => return Err(error.into()),
    }
    for entry in fs::read_dir(root.join(INCOMING))? {
        fs::remove_file(entry?.path())?;
    }
    for shard in 0..SHARDS {
        match fs::create_dir(root.join(format!("{shard:02x}"))) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error.into()),
            _ => {}
        }
    }
    sync_folder(&root)?;
    // a write, so that the time of the last change is that of this opening
    lock.set_len(1)?;
    lock.set_len(0)?;
    let opened_at = lock.metadata()?.modified()?;
    Ok(Folder { root, opened_at, _lock: lock })
}

/// Makes the names in a folder durable.
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Runs file system work where it may block.
async fn run_blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BlobError> + Send + 'static,
) -> Result<T, BlobError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(stopped) => Err(BlobError::Io(io::Error::other(stopped))),
    }
}

#[cfg(test)]
mod tests;
