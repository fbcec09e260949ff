//! The gate for a whole DICOM file (PS3.10): preamble, file meta information, data set.

use dicom_core::Tag;

use super::element::{self, Encoding, Length};
use super::{Admitted, Gate, Limits, Refusal, is_deflated};
use crate::domain::identity::{SopClassUid, SopInstanceUid, TransferSyntaxUid};

const PREAMBLE: usize = 128;
const META_START: usize = PREAMBLE + 4;
/// File meta information is some hundred bytes; private information may be added to it.
const MAX_META_BYTES: usize = 1 << 20;
const STEP: usize = 64 * 1024;

/// The file meta information that the program uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileMeta {
    pub transfer_syntax: TransferSyntaxUid,
    pub sop_class: Option<SopClassUid>,
    pub sop_instance: Option<SopInstanceUid>,
    /// Where the data set starts in the file, bytes.
    pub dataset_offset: usize,
}

/// A file that passed the gate.
#[derive(Debug, Clone, PartialEq)]
pub struct AdmittedFile {
    pub meta: FileMeta,
    pub admitted: Admitted,
}

/// The gate for a file, pushed in as it arrives.
#[derive(Debug)]
pub struct FileGate {
    limits: Limits,
    pending: Vec<u8>,
    dataset: Option<(FileMeta, Gate)>,
}

impl FileGate {
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { limits, pending: Vec::new(), dataset: None }
    }

    /// Scans the next bytes of the file.
    ///
    /// # Errors
    /// Not a DICOM file, or what [`Gate::push`] refuses.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        for part in bytes.chunks(STEP) {
            match &mut self.dataset {
                Some((_, gate)) => gate.push(part)?,
                None => self.push_meta(part)?,
            }
        }
        Ok(())
    }

    fn push_meta(&mut self, part: &[u8]) -> Result<(), Refusal> {
        self.pending.extend_from_slice(part);
        match parse_meta(&self.pending)? {
            Some(meta) => {
                let mut gate = Gate::new(self.limits, &meta.transfer_syntax);
                gate.push(&self.pending[meta.dataset_offset..])?;
                self.pending = Vec::new();
                self.dataset = Some((meta, gate));
                Ok(())
            }
            None if self.pending.len() > MAX_META_BYTES => {
                Err(Refusal::NotDicom { problem: "its file meta information does not end" })
            }
            None => Ok(()),
        }
    }

    /// The file meta information, once it is complete.
    #[must_use]
    pub fn meta(&self) -> Option<&FileMeta> {
        self.dataset.as_ref().map(|(meta, _)| meta)
    }

    /// As [`Gate::pixel_data_at`]: in the data set, not in the file.
    #[must_use]
    pub fn pixel_data_at(&self) -> Option<u64> {
        self.dataset.as_ref().and_then(|(_, gate)| gate.pixel_data_at())
    }

    /// Ends the file. Where the file meta information names another instance than the data set, the data set counts.
    ///
    /// # Errors
    /// As [`Gate::finish`].
    pub fn finish(self) -> Result<AdmittedFile, Refusal> {
        let Some((meta, gate)) = self.dataset else {
            return Err(Refusal::NotDicom { problem: "it ends before its data set" });
        };
        Ok(AdmittedFile { meta, admitted: gate.finish()? })
    }
}

/// Passes a whole file through the gate.
///
/// # Errors
/// As [`FileGate::push`] and [`FileGate::finish`].
pub fn admit_file(bytes: &[u8], limits: Limits) -> Result<AdmittedFile, Refusal> {
    let mut gate = FileGate::new(limits);
    gate.push(bytes)?;
    gate.finish()
}

/// The meta information once it is complete; none while bytes are missing.
fn parse_meta(file: &[u8]) -> Result<Option<FileMeta>, Refusal> {
    let Some(magic) = file.get(PREAMBLE..META_START) else { return Ok(None) };
    if magic != b"DICM" {
        return Err(Refusal::NotDicom { problem: "it lacks the prefix DICM" });
    }
    let mut meta = MetaScan::default();
    let mut at = META_START;
    loop {
        if meta.is_over(at) {
            return meta.into_meta(at).map(Some);
        }
        let Some(first) = file.get(at..at + 8).and_then(|bytes| <&[u8; 8]>::try_from(bytes).ok()) else {
            return Ok(None);
        };
        if u16::from_le_bytes([first[0], first[1]]) != 0x0002 {
            return meta.into_meta(at).map(Some);
        }
        let size = element::header_size(first, Encoding::ExplicitLittle);
        let Some(head) = file.get(at..at + size) else { return Ok(None) };
        let mut padded = [0; 12];
        padded[..size].copy_from_slice(head);
        let header = element::decode(&padded, Encoding::ExplicitLittle);
        let length = match header.length {
            Length::Defined(length) => usize::try_from(length).unwrap_or(usize::MAX),
            Length::Undefined => usize::MAX,
        };
        if length > MAX_META_BYTES {
            return Err(Refusal::ValueTooLong { tag: header.tag, length: length as u64 });
        }
        let Some(value) = file.get(at + size..at + size + length) else { return Ok(None) };
        at += size + length;
        meta.take(header.tag, value, at);
    }
}

#[derive(Debug, Default)]
struct MetaScan {
    transfer_syntax: Option<String>,
    sop_class: Option<String>,
    sop_instance: Option<String>,
    declared_end: Option<usize>,
}

impl MetaScan {
    fn take(&mut self, tag: Tag, value: &[u8], value_end: usize) {
        match (tag.element(), value) {
            (0x0000, &[a, b, c, d]) => {
                let length = usize::try_from(u32::from_le_bytes([a, b, c, d])).unwrap_or(usize::MAX);
                self.declared_end = Some(value_end.saturating_add(length));
            }
            (0x0002, _) => self.sop_class = uid_text(value),
            (0x0003, _) => self.sop_instance = uid_text(value),
            (0x0010, _) => self.transfer_syntax = uid_text(value),
            _ => {}
        }
    }

    /// Deflated bytes may look like an element of group 2, so there the declared length decides.
    fn is_over(&self, at: usize) -> bool {
        let deflated = self
            .transfer_syntax
            .as_ref()
            .is_some_and(|uid| TransferSyntaxUid::try_from(uid.clone()).is_ok_and(|uid| is_deflated(&uid)));
        deflated && self.declared_end == Some(at)
    }

    fn into_meta(self, dataset_offset: usize) -> Result<FileMeta, Refusal> {
        let syntax = self.transfer_syntax.ok_or(Refusal::Missing { name: "Transfer Syntax UID" })?;
        Ok(FileMeta {
            transfer_syntax: TransferSyntaxUid::try_from(syntax)?,
            sop_class: self.sop_class.map(SopClassUid::try_from).transpose()?,
            sop_instance: self.sop_instance.map(SopInstanceUid::try_from).transpose()?,
            dataset_offset,
        })
    }
}

/// A UID's text without its padding; none where it is empty.
fn uid_text(value: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(value);
    let text = text.trim_end_matches(['\0', ' ']).trim_start();
    (!text.is_empty()).then(|| text.to_owned())
}
