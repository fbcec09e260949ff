//! An instance on its way in: each piece passes the gate, goes to the vault, and is let go.
//!
//! Of the data set only what lies before the pixels is kept in memory, and of that no more than
//! [`MAX_HEAD_BYTES`]: what is received costs the same whatever its size.

use dicom_dictionary_std::tags;
use dicom_object::FileMetaTableBuilder;
use serde_json::{Map, Value, json};

use crate::archive::{BlobError, FileStore, PendingBlob};
use crate::domain::identity::{SopClassUid, SopInstanceUid, TransferSyntaxUid};
use crate::imaging::gate::{Admitted, FileGate, Gate, Limits, Refusal, inflate_all, is_deflated};
use crate::imaging::header::Header;
use crate::imaging::metadata::{BULK_DATA_PREFIX, metadata_json, tag_key};

/// The most kept of the data set before its pixels, in bytes; an instance with a longer head (a large
/// encapsulated document) is indexed by its identifiers alone.
const MAX_HEAD_BYTES: usize = 8 << 20;
/// A longer file meta information is refused by the gate.
const MAX_PREFIX_BYTES: usize = 2 << 20;

/// Vigie's own identity, in files and in association negotiation (PS3.7 D.3.3.2).
pub const IMPLEMENTATION_CLASS_UID: &str = "2.25.10922549127506369469058552941225785349";
pub const IMPLEMENTATION_VERSION_NAME: &str = concat!("VIGIE_", env!("CARGO_PKG_VERSION"));

/// Why an instance was not taken in. Nothing of it is kept.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("the file meta information cannot be written")]
    Meta(#[source] Box<dicom_object::meta::Error>),
    #[error(transparent)]
    Vault(#[from] BlobError),
}

/// What a whole instance became: ready to be received.
#[derive(Debug)]
pub struct Streamed {
    pub header: Header,
    pub transfer_syntax: TransferSyntaxUid,
    /// The DICOM JSON Model of everything but the pixels (PS3.18 Annex F), bulk data by relative URI.
    pub metadata: Map<String, Value>,
    /// Where the pixel data's element header lies in the kept file; none without pixels or when deflated.
    pub pixel_data_offset: Option<u64>,
    pub blob: PendingBlob,
}

/// A data set as C-STORE carries it: the file meta information is ours.
#[derive(Debug)]
pub struct DataSetStream {
    gate: Gate,
    kept: Kept,
}

/// A whole DICOM file (PS3.10), kept with the file meta information that it came with.
#[derive(Debug)]
pub struct FileStream {
    vault: FileStore,
    limits: Limits,
    gate: FileGate,
    prefix: Vec<u8>,
    kept: Option<Kept>,
}

#[derive(Debug)]
struct Kept {
    transfer_syntax: TransferSyntaxUid,
    limits: Limits,
    head: Vec<u8>,
    head_at_most: usize,
    blob: PendingBlob,
}

impl DataSetStream {
    /// Begins an instance.
    ///
    /// # Errors
    /// [`StreamError::Vault`] when the vault cannot take a file.
    pub async fn begin(
        vault: &FileStore,
        limits: Limits,
        sop_class: &SopClassUid,
        sop_instance: &SopInstanceUid,
        transfer_syntax: TransferSyntaxUid,
    ) -> Result<Self, StreamError> {
        let prefix = file_prefix(sop_class, sop_instance, &transfer_syntax)?;
        let blob = vault.begin(&prefix).await?;
        Ok(Self { gate: Gate::new(limits, &transfer_syntax), kept: Kept::new(transfer_syntax, limits, blob) })
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`StreamError`]; the instance is then lost.
    pub async fn push(&mut self, bytes: &[u8]) -> Result<(), StreamError> {
        self.gate.push(bytes)?;
        self.kept.push(bytes, self.gate.pixel_data_at()).await
    }

    /// Ends the instance.
    ///
    /// # Errors
    /// As [`Self::push`]; also when the data set is cut short or is no instance.
    pub fn finish(self) -> Result<Streamed, StreamError> {
        let admitted = self.gate.finish()?;
        self.kept.finish(admitted)
    }
}

impl FileStream {
    /// Begins a file.
    #[must_use]
    pub fn begin(vault: &FileStore, limits: Limits) -> Self {
        Self { vault: vault.clone(), limits, gate: FileGate::new(limits), prefix: Vec::new(), kept: None }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`StreamError`]; the instance is then lost.
    pub async fn push(&mut self, bytes: &[u8]) -> Result<(), StreamError> {
        self.gate.push(bytes)?;
        if let Some(kept) = &mut self.kept {
            return kept.push(bytes, self.gate.pixel_data_at()).await;
        }
        self.prefix.extend_from_slice(bytes);
        if let Some(meta) = self.gate.meta() {
            let blob = self.vault.begin(&self.prefix[..meta.dataset_offset]).await?;
            let mut kept = Kept::new(meta.transfer_syntax.clone(), self.limits, blob);
            kept.push(&self.prefix[meta.dataset_offset..], self.gate.pixel_data_at()).await?;
            self.prefix = Vec::new();
            self.kept = Some(kept);
        } else if self.prefix.len() > MAX_PREFIX_BYTES {
            return Err(Refusal::NotDicom { problem: "its file meta information does not end" }.into());
        }
        Ok(())
    }

    /// Ends the file.
    ///
    /// # Errors
    /// As [`DataSetStream::finish`]; also when it ends before its data set.
    pub fn finish(self) -> Result<Streamed, StreamError> {
        let file = self.gate.finish()?;
        let kept = self.kept.ok_or(Refusal::NotDicom { problem: "it ends before its data set" })?;
        kept.finish(file.admitted)
    }
}

impl Kept {
    fn new(transfer_syntax: TransferSyntaxUid, limits: Limits, blob: PendingBlob) -> Self {
        Self { transfer_syntax, limits, head: Vec::new(), head_at_most: MAX_HEAD_BYTES + 1, blob }
    }

    /// `pixel_data_at` counts inflated bytes, so a deflated head is cut only once it is inflated.
    async fn push(&mut self, bytes: &[u8], pixel_data_at: Option<u64>) -> Result<(), StreamError> {
        if let Some(at) = pixel_data_at
            && !is_deflated(&self.transfer_syntax)
        {
            self.head_at_most = self.head_at_most.min(usize::try_from(at).unwrap_or(usize::MAX));
        }
        let room = self.head_at_most.saturating_sub(self.head.len());
        self.head.extend_from_slice(&bytes[..room.min(bytes.len())]);
        self.head.truncate(self.head_at_most);
        Ok(self.blob.write(bytes).await?)
    }

    fn finish(self, admitted: Admitted) -> Result<Streamed, StreamError> {
        let Self { transfer_syntax, limits, head, blob, .. } = self;
        let readable = if head.len() > MAX_HEAD_BYTES {
            None
        } else if is_deflated(&transfer_syntax) {
            let mut plain = inflate_all(&head, &limits)?;
            let end = admitted.pixel_data_at.and_then(|at| usize::try_from(at).ok());
            plain.truncate(end.unwrap_or(usize::MAX));
            metadata_json(&plain, &transfer_syntax, limits).ok()
        } else {
            // What passed the gate and dicom-parser cannot follow is kept, as what cannot be decoded is.
            metadata_json(&head, &transfer_syntax, limits).ok()
        };
        let mut metadata = readable.unwrap_or_else(|| identifiers_json(&admitted.header));
        if admitted.pixel_data_at.is_some() {
            let key = tag_key(tags::PIXEL_DATA);
            let uri = format!("{BULK_DATA_PREFIX}{key}");
            metadata.insert(key, json!({"vr": "OW", "BulkDataURI": uri}));
        }
        let pixel_data_offset = admitted
            .pixel_data_at
            .filter(|_| !is_deflated(&transfer_syntax))
            .map(|at| at + blob.data_set_offset());
        Ok(Streamed { header: admitted.header, transfer_syntax, metadata, pixel_data_offset, blob })
    }
}

/// What any index needs of an instance whose head was too long to keep.
fn identifiers_json(header: &Header) -> Map<String, Value> {
    let uid = |uid: &str| json!({"vr": "UI", "Value": [uid]});
    [
        (tags::SOP_CLASS_UID, uid(header.sop_class.as_str())),
        (tags::SOP_INSTANCE_UID, uid(header.sop_instance.as_str())),
        (tags::STUDY_INSTANCE_UID, uid(header.study.as_str())),
        (tags::SERIES_INSTANCE_UID, uid(header.series.as_str())),
        (tags::MODALITY, json!({"vr": "CS", "Value": [header.series_level.modality]})),
    ]
    .into_iter()
    .map(|(tag, value)| (tag_key(tag), value))
    .collect()
}

/// Preamble, prefix and file meta information (PS3.10 section 7.1). Nothing of the sender's address is in it,
/// so that the same data set by another way is the same file.
///
/// # Errors
/// [`StreamError::Meta`] when it cannot be encoded.
pub fn file_prefix(
    sop_class: &SopClassUid,
    sop_instance: &SopInstanceUid,
    transfer_syntax: &TransferSyntaxUid,
) -> Result<Vec<u8>, StreamError> {
    let boxed = |error| StreamError::Meta(Box::new(error));
    let meta = FileMetaTableBuilder::new()
        .media_storage_sop_class_uid(sop_class.as_str())
        .media_storage_sop_instance_uid(sop_instance.as_str())
        .transfer_syntax(transfer_syntax.as_str())
        .implementation_class_uid(IMPLEMENTATION_CLASS_UID)
        .implementation_version_name(IMPLEMENTATION_VERSION_NAME)
        .build()
        .map_err(boxed)?;
    let mut prefix = vec![0; 128];
    prefix.extend_from_slice(b"DICM");
    meta.write(&mut prefix).map_err(boxed)?;
    Ok(prefix)
}
