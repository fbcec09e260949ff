//! A file on its way in: hashed while written, kept only by [`PendingBlob::commit`].

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::PathBuf;

use sha2::{Digest as _, Sha256};
use tokio::task::JoinHandle;

use super::{BlobError, FileStore, run_blocking, sync_folder};
use crate::domain::vault::{BlobKey, Digest, StoredBlob};

/// Bytes gathered before they go to the file: one hop to a blocking thread, not one a PDU.
const CHUNK: usize = 256 * 1024;

/// A blob being received. Dropped without [`Self::commit`], nothing of it is kept.
#[derive(Debug)]
#[must_use = "dropping a pending blob discards it"]
pub struct PendingBlob {
    pub(super) store: FileStore,
    key: BlobKey,
    pub(super) temp: TempFile,
    meta_sha256: Digest,
    data_set_offset: u64,
    buffer: Vec<u8>,
    file: Writing,
}

/// Where the open file is: at most one chunk is being written while the next is gathered.
#[derive(Debug)]
enum Writing {
    Idle(Sink),
    Busy(JoinHandle<Result<Sink, BlobError>>),
    GivenUp,
}

#[derive(Debug)]
struct Sink {
    file: File,
    hash: Sha256,
    written: u64,
}

/// Removes its file unless it was renamed away.
#[derive(Debug)]
pub(super) struct TempFile(PathBuf);

impl Drop for TempFile {
    fn drop(&mut self) {
        // gone already once renamed, and swept at the next opening where this fails
        let _ = fs::remove_file(&self.0);
    }
}

impl PendingBlob {
    pub(super) async fn begin(store: FileStore, meta: Vec<u8>) -> Result<Self, BlobError> {
        let key = BlobKey::random();
        let path = store.incoming(key);
        run_blocking(move || {
            let mut file = OpenOptions::new().write(true).create_new(true).open(&path)?;
            let temp = TempFile(path);
            file.write_all(&meta)?;
            let data_set_offset = meta.len() as u64;
            let sink = Sink { file, hash: Sha256::new(), written: data_set_offset };
            Ok(Self {
                store,
                key,
                temp,
                meta_sha256: Digest(Sha256::digest(&meta).into()),
                data_set_offset,
                buffer: Vec::with_capacity(CHUNK),
                file: Writing::Idle(sink),
            })
        })
        .await
    }

    /// Appends bytes of the data set, unchanged.
    ///
    /// # Errors
    /// [`BlobError::StorageFull`] when there is no room (it may be of an earlier chunk); [`BlobError::Io`];
    /// [`BlobError::GivenUp`] after either.
    pub async fn write(&mut self, mut bytes: &[u8]) -> Result<(), BlobError> {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(CHUNK - self.buffer.len()));
            self.buffer.extend_from_slice(now);
            bytes = later;
            if self.buffer.len() == CHUNK {
                let sink = self.sink().await?;
                let chunk = std::mem::replace(&mut self.buffer, Vec::with_capacity(CHUNK));
                self.file = Writing::Busy(tokio::task::spawn_blocking(move || sink.append(&chunk)));
            }
        }
        Ok(())
    }

    /// Bytes of the data set so far.
    #[must_use]
    pub fn data_set_offset(&self) -> u64 {
        self.data_set_offset
    }

    /// Makes the blob durable under its name: file synced, renamed, folder synced.
    ///
    /// # Errors
    /// As [`Self::write`]; nothing is kept then.
    pub async fn commit(mut self) -> Result<StoredBlob, BlobError> {
        let sink = self.sink().await?;
        let Self { store, key, temp, meta_sha256, data_set_offset, buffer, .. } = self;
        run_blocking(move || {
            let sink = sink.append(&buffer)?;
            sink.file.sync_all()?;
            let path = store.path(key);
            fs::rename(&temp.0, &path)?;
            if let Some(folder) = path.parent() {
                sync_folder(folder)?;
            }
            let sha256 = Digest(sink.hash.finalize().into());
            Ok(StoredBlob { key, size: sink.written, data_set_offset, meta_sha256, sha256 })
        })
        .await
    }

    /// The open file, once the chunk before is written.
    async fn sink(&mut self) -> Result<Sink, BlobError> {
        match std::mem::replace(&mut self.file, Writing::GivenUp) {
            Writing::Idle(sink) => Ok(sink),
            Writing::Busy(chunk) => {
                chunk.await.map_err(|stopped| BlobError::Io(io::Error::other(stopped)))?
            }
            Writing::GivenUp => Err(BlobError::GivenUp),
        }
    }
}

impl Sink {
    fn append(mut self, bytes: &[u8]) -> Result<Self, BlobError> {
        self.hash.update(bytes);
        self.file.write_all(bytes)?;
        self.written += bytes.len() as u64;
        Ok(self)
    }
}
