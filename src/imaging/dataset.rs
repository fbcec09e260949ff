//! A whole data set as a tree of dicom-object, for those who need more than the header.
//!
//! dicom-object recurses into sequences and allocates what a length declares. The gate's scan follows the
//! standard where dicom-parser is more lenient, so here dicom-parser itself walks the bytes first, token by token
//! and without keeping values, and only what is shallow and whole is built.

use std::io::Cursor;

use dicom_encoding::TransferSyntax;
use dicom_encoding::transfer_syntax::TransferSyntaxIndex;
use dicom_object::InMemDicomObject;
use dicom_parser::StatefulDecode;
use dicom_parser::dataset::LazyDataToken;
use dicom_parser::dataset::lazy_read::LazyDataSetReader;
use dicom_transfer_syntax_registry::TransferSyntaxRegistry;
use dicom_transfer_syntax_registry::entries::EXPLICIT_VR_LITTLE_ENDIAN;

use crate::domain::identity::TransferSyntaxUid;
use crate::imaging::gate::{self, Limits, Refusal};

/// A data set that cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum DatasetError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("the data set cannot be walked: {0}")]
    Walk(#[from] Box<dicom_parser::dataset::lazy_read::Error>),
    #[error("the data set cannot be read: {0}")]
    Read(#[from] Box<dicom_object::ReadError>),
}

/// Reads a whole data set (no file meta information), pixel data included.
///
/// # Errors
/// What the gate refuses, and what dicom-parser cannot follow.
pub fn read(
    bytes: &[u8],
    transfer_syntax: &TransferSyntaxUid,
    limits: Limits,
) -> Result<InMemDicomObject, DatasetError> {
    gate::scan(bytes, transfer_syntax, limits)?;
    if gate::is_deflated(transfer_syntax) {
        let plain = gate::inflate_all(bytes, &limits)?;
        return build(&plain, &EXPLICIT_VR_LITTLE_ENDIAN.erased(), limits);
    }
    match TransferSyntaxRegistry.get(transfer_syntax.as_str()) {
        Some(syntax) => build(bytes, syntax, limits),
        // what is not implicit, big endian or deflated is explicit little endian with encapsulated pixels (A.4)
        None => build(bytes, &EXPLICIT_VR_LITTLE_ENDIAN.erased(), limits),
    }
}

/// Reads the part before the pixel data of a data set that passed the gate, inflated where it was deflated.
///
/// # Errors
/// What dicom-parser cannot follow.
pub fn read_before_pixels(
    bytes: &[u8],
    transfer_syntax: &TransferSyntaxUid,
    limits: Limits,
) -> Result<InMemDicomObject, DatasetError> {
    let syntax = TransferSyntaxRegistry.get(transfer_syntax.as_str());
    match syntax.filter(|_| !gate::is_deflated(transfer_syntax)) {
        Some(syntax) => build(bytes, syntax, limits),
        None => build(bytes, &EXPLICIT_VR_LITTLE_ENDIAN.erased(), limits),
    }
}

/// Reads the part of a data set before its pixels; the data set may be cut there already.
///
/// # Errors
/// What the gate refuses, and what dicom-parser cannot follow.
pub fn read_head(
    bytes: &[u8],
    transfer_syntax: &TransferSyntaxUid,
    limits: Limits,
) -> Result<InMemDicomObject, DatasetError> {
    let pixels = gate::scan(bytes, transfer_syntax, limits)?.pixel_data_at;
    let end = pixels.and_then(|at| usize::try_from(at).ok()).unwrap_or(usize::MAX);
    if gate::is_deflated(transfer_syntax) {
        let mut plain = gate::inflate_all(bytes, &limits)?;
        plain.truncate(end);
        return read_before_pixels(&plain, transfer_syntax, limits);
    }
    read_before_pixels(&bytes[..end.min(bytes.len())], transfer_syntax, limits)
}

fn build(bytes: &[u8], syntax: &TransferSyntax, limits: Limits) -> Result<InMemDicomObject, DatasetError> {
    walk(bytes, syntax, limits)?;
    InMemDicomObject::read_dataset_with_ts(bytes, syntax).map_err(|error| DatasetError::Read(Box::new(error)))
}

/// Walks the tokens as dicom-object will see them.
fn walk(bytes: &[u8], syntax: &TransferSyntax, limits: Limits) -> Result<(), DatasetError> {
    let total = bytes.len() as u64;
    let mut reader = LazyDataSetReader::new_with_ts(Cursor::new(bytes), syntax).map_err(Box::new)?;
    let (mut depth, mut elements) = (0_usize, 0_u64);
    while let Some(token) = reader.advance() {
        elements += 1;
        if elements > limits.max_elements.saturating_mul(3) {
            return Err(Refusal::TooManyElements { limit: limits.max_elements }.into());
        }
        let (length, decoder) = match token.map_err(Box::new)? {
            LazyDataToken::SequenceStart { .. } | LazyDataToken::PixelSequenceStart => {
                depth += 1;
                if depth > limits.max_depth + 1 {
                    return Err(Refusal::TooDeep { limit: limits.max_depth }.into());
                }
                continue;
            }
            LazyDataToken::SequenceEnd => {
                depth = depth.saturating_sub(1);
                continue;
            }
            LazyDataToken::LazyValue { header, decoder } => (header.len.0, decoder),
            LazyDataToken::LazyItemValue { len, decoder } => (len, decoder),
            _ => continue,
        };
        let at = decoder.position();
        if at + u64::from(length) > total {
            return Err(Refusal::Truncated { at }.into());
        }
        decoder.skip_bytes(length).map_err(|_cut| Refusal::Truncated { at })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
