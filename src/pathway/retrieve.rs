//! Reading stored images back: whole, by header, by frame.
//!
//! A frame is read by its range of the file. Where frames lie is told by a few short reads and remembered.

mod explicit;
mod frames;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use super::stream_instance::StreamError;
use crate::archive::{BlobError, FileStore};
use crate::db::search::{self, Metadata, Page, Visibility};
pub use crate::db::search::{Located, Scope};
use crate::db::{Database, DbError};
use crate::domain::vault::BlobKey;
use crate::imaging::dataset::DatasetError;
use crate::imaging::decode::{DecodeError, Instance, StoredFrame};
use crate::imaging::gate::{Limits, Refusal};
use crate::imaging::header::Header;
use frames::FrameIndex;

/// Frame indexes remembered; one is 16 bytes a fragment.
const REMEMBERED: usize = 512;

/// Why stored images could not be read back.
#[derive(Debug, thiserror::Error)]
pub enum RetrieveError {
    #[error(transparent)]
    Database(#[from] DbError),
    #[error(transparent)]
    Vault(#[from] BlobError),
    #[error("the instance has no frame {0}")]
    NoSuchFrame(u32),
    #[error("the instance has no pixel data that can be read by frame")]
    NoFrames,
    #[error("the frame cannot be decoded")]
    Undecodable(#[from] DecodeError),
    #[error("the stored file does not pass the gate any more")]
    Refused(#[from] Refusal),
    #[error("the stored data set cannot be followed")]
    Unreadable(#[from] DatasetError),
    #[error("the data set cannot be written")]
    Unwritable(#[source] Box<dicom_object::WriteError>),
    #[error("the file meta information cannot be written")]
    Meta(#[from] StreamError),
    #[error("the reading was interrupted")]
    Interrupted(#[from] tokio::task::JoinError),
}

/// Reads stored images. Cloning shares what it remembers.
#[derive(Debug, Clone)]
pub struct Retriever {
    db: Database,
    vault: FileStore,
    limits: Limits,
    indexes: Arc<Mutex<BTreeMap<BlobKey, Arc<FrameIndex>>>>,
}

/// A decoded frame with what is needed to show it.
#[derive(Debug)]
pub struct Shown {
    pub header: Header,
    pub frame: StoredFrame,
}

impl Retriever {
    #[must_use]
    pub fn new(db: Database, vault: FileStore, limits: Limits) -> Self {
        Self { db, vault, limits, indexes: Arc::default() }
    }

    #[must_use]
    pub fn vault(&self) -> &FileStore {
        &self.vault
    }

    /// The instances of a scope that may be seen, in reading order.
    ///
    /// # Errors
    /// [`RetrieveError::Database`]
    pub async fn locate(&self, who: &Visibility, scope: &Scope) -> Result<Vec<Located>, RetrieveError> {
        let mut tx = self.db.read().await?;
        Ok(search::locate(&mut tx, who, scope).await?)
    }

    /// The headers of a scope's instances that may be seen, in reading order.
    ///
    /// # Errors
    /// [`RetrieveError::Database`]
    pub async fn metadata(
        &self,
        who: &Visibility,
        scope: &Scope,
        page: Page,
    ) -> Result<Vec<Metadata>, RetrieveError> {
        let mut tx = self.db.read().await?;
        Ok(search::instance_metadata(&mut tx, who, scope, page).await?)
    }

    /// A frame's bytes as stored, counted from 1.
    ///
    /// # Errors
    /// [`RetrieveError::NoSuchFrame`], [`RetrieveError::NoFrames`] when the pixels have no place in the file.
    pub async fn stored_frame(&self, of: &Located, number: u32) -> Result<Bytes, RetrieveError> {
        let index = self.index(of).await?;
        let ranges = index.of_frame(number).ok_or(RetrieveError::NoSuchFrame(number))?;
        if let [range] = ranges {
            return Ok(self.vault.read_range(of.blob, range.clone()).await?);
        }
        let mut whole = Vec::new();
        for range in ranges {
            whole.extend_from_slice(&self.vault.read_range(of.blob, range.clone()).await?);
        }
        Ok(whole.into())
    }

    /// A frame's bytes uncompressed in little endian, counted from 1.
    ///
    /// # Errors
    /// [`RetrieveError::Undecodable`] when no decoder reads it.
    pub async fn native_frame(&self, of: &Located, number: u32) -> Result<Bytes, RetrieveError> {
        if is_native_little_endian(of.transfer_syntax.as_str()) && of.pixel_data_offset.is_some() {
            return self.stored_frame(of, number).await;
        }
        self.with_instance(of, number, |instance, index| Ok(instance.native_frame_bytes(index)?.into())).await
    }

    /// A frame's stored values and header, counted from 1.
    ///
    /// # Errors
    /// [`RetrieveError::Undecodable`] when it is not greyscale or no decoder reads it.
    pub async fn shown(&self, of: &Located, number: u32) -> Result<Shown, RetrieveError> {
        self.with_instance(of, number, |instance, index| {
            let frame = instance.decode_frame(index)?;
            Ok(Shown { header: instance.header().clone(), frame })
        })
        .await
    }

    /// Opens the whole file where it may take its time.
    async fn with_instance<T: Send + 'static>(
        &self,
        of: &Located,
        number: u32,
        work: impl FnOnce(&Instance<'_>, u32) -> Result<T, RetrieveError> + Send + 'static,
    ) -> Result<T, RetrieveError> {
        let index = number.checked_sub(1).filter(|_| number <= of.frames);
        let index = index.ok_or(RetrieveError::NoSuchFrame(number))?;
        let data_set = self.vault.read_range(of.blob, of.data_set_offset..of.size).await?;
        let (limits, transfer_syntax) = (self.limits, of.transfer_syntax.clone());
        tokio::task::spawn_blocking(move || {
            work(&Instance::open(&data_set, &transfer_syntax, limits)?, index)
        })
        .await?
    }

    async fn index(&self, of: &Located) -> Result<Arc<FrameIndex>, RetrieveError> {
        let known = self.indexes.lock().unwrap_or_else(PoisonError::into_inner).get(&of.blob).cloned();
        if let Some(index) = known {
            return Ok(index);
        }
        let index = Arc::new(FrameIndex::read(&self.vault, of).await?);
        let mut indexes = self.indexes.lock().unwrap_or_else(PoisonError::into_inner);
        if indexes.len() >= REMEMBERED {
            indexes.clear();
        }
        indexes.insert(of.blob, Arc::clone(&index));
        Ok(index)
    }
}

/// Whether stored frames are what a viewer calls uncompressed.
#[must_use]
pub fn is_native_little_endian(transfer_syntax: &str) -> bool {
    matches!(transfer_syntax, "1.2.840.10008.1.2" | "1.2.840.10008.1.2.1")
}
