//! The hostile-input gate: an iterative scan of a DICOM data set, pushed in as it arrives.
//!
//! It keeps no sender's data but a few short header values, so its memory is flat whatever arrives; it bounds
//! nesting, element count, string values, inflation and image dimensions, and holds every declared length
//! against what really arrived. A peer that declares 400 MB and sends 246 bytes costs 246 bytes.

mod archive;
pub(crate) mod element;
mod file;
mod groups;
mod inflate;
mod refusal;
mod scanner;

pub use archive::{ArchiveRefusal, read_zip};
pub use file::{AdmittedFile, FileGate, FileMeta, admit_file};
#[cfg(test)]
pub(crate) use groups::FunctionalGroups;
pub use inflate::inflate_all;
pub use refusal::{Refusal, RefusalKind};
pub(crate) use scanner::{Collected, KeptValue, PixelLayout};

use crate::domain::identity::TransferSyntaxUid;
use crate::imaging::header::Header;
use element::Encoding;
use inflate::Inflate;
use scanner::Scanner;

/// What the gate lets pass at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Sequences within sequences; PS3.5 sets none, real objects stay below 20.
    pub max_depth: usize,
    /// Elements, items and pixel fragments of one object.
    pub max_elements: u64,
    /// Backslash-separated values of string elements, which cost a parser far more than their bytes.
    pub max_string_values: u64,
    /// Bytes of the data set, after inflation where it is deflated.
    pub max_dataset_bytes: u64,
    /// Bytes of a deflated data set after inflation.
    pub max_inflated_bytes: u64,
    /// Bytes of one decoded frame.
    pub max_frame_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_depth: 128,
            max_elements: 500_000,
            max_string_values: 2_000_000,
            max_dataset_bytes: 4 << 30,
            max_inflated_bytes: 512 << 20,
            max_frame_bytes: 512 << 20,
        }
    }
}

/// What passed the gate: the header, and how much arrived.
#[derive(Debug, Clone, PartialEq)]
pub struct Admitted {
    pub header: Header,
    /// Elements, items and fragments counted.
    pub elements: u64,
    /// Deepest sequence nesting seen.
    pub depth: usize,
    /// Bytes of the data set as scanned (inflated where it was deflated).
    pub dataset_bytes: u64,
    /// Where the pixel data's element header starts in the data set as scanned; none without pixels.
    pub pixel_data_at: Option<u64>,
}

/// The gate for one data set, without file meta information (what a C-STORE carries).
#[derive(Debug)]
pub struct Gate {
    scanner: Scanner,
    inflate: Option<Box<Inflate>>,
    limits: Limits,
    refused: Option<Refusal>,
}

impl Gate {
    /// A gate for a data set in this transfer syntax. Any syntax but the two implicit/big-endian ones and the
    /// deflated one is explicit little endian with encapsulated pixels (PS3.5 A.4).
    #[must_use]
    pub fn new(limits: Limits, transfer_syntax: &TransferSyntaxUid) -> Self {
        let inflate = is_deflated(transfer_syntax).then(|| Box::new(Inflate::new(&limits)));
        Self { scanner: Scanner::new(limits, Encoding::of(transfer_syntax)), inflate, limits, refused: None }
    }

    /// Scans the next bytes.
    ///
    /// # Errors
    /// The first thing that must not pass; the gate stays shut afterwards.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        if let Some(refusal) = &self.refused {
            return Err(refusal.clone());
        }
        let scanner = &mut self.scanner;
        let outcome = match &mut self.inflate {
            Some(inflate) => inflate.push(bytes, |plain| scanner.push(plain)),
            None => scanner.push(bytes),
        };
        if let Err(refusal) = &outcome {
            self.refused = Some(refusal.clone());
        }
        outcome
    }

    /// Where the pixel data's element header starts in the data set as scanned, once it has come: what lies
    /// before is all that an index needs.
    #[must_use]
    pub fn pixel_data_at(&self) -> Option<u64> {
        self.scanner.pixel_data_at()
    }

    /// Ends the data set: nothing may be missing, and the identifiers must be there and be UIDs.
    ///
    /// # Errors
    /// Truncation, missing or unlawful identifiers, image dimensions beyond the limits.
    pub fn finish(self) -> Result<Admitted, Refusal> {
        let (collected, counts) = self.finish_parts()?;
        let header = Header::from_collected(&collected)?;
        let pixel_data_at = collected.pixel_data_at;
        Ok(Admitted { header, elements: counts.0, depth: counts.1, dataset_bytes: counts.2, pixel_data_at })
    }

    fn finish_parts(self) -> Result<(Collected, (u64, usize, u64)), Refusal> {
        if let Some(refusal) = self.refused {
            return Err(refusal);
        }
        if let Some(inflate) = self.inflate {
            inflate.finish()?;
        }
        let counts = (self.scanner.elements(), self.scanner.deepest(), self.scanner.position());
        let collected = self.scanner.finish()?;
        crate::imaging::header::check_dimensions(&collected, &self.limits)?;
        Ok((collected, counts))
    }
}

/// Deflated Explicit VR Little Endian, and JPIP Referenced Deflate.
#[must_use]
pub fn is_deflated(transfer_syntax: &TransferSyntaxUid) -> bool {
    matches!(
        transfer_syntax.as_str(),
        "1.2.840.10008.1.2.1.99" | "1.2.840.10008.1.2.4.95" | "1.2.840.10008.1.2.4.205"
    )
}

/// Scans a whole data set at once and keeps where its pixels lie.
pub(crate) fn scan(
    bytes: &[u8],
    transfer_syntax: &TransferSyntaxUid,
    limits: Limits,
) -> Result<Collected, Refusal> {
    let mut gate = Gate::new(limits, transfer_syntax);
    gate.push(bytes)?;
    gate.finish_parts().map(|(collected, _)| collected)
}

#[cfg(test)]
mod group_tests;
#[cfg(test)]
mod tests;
