//! The measurement report and the segmentation of a flagged series, as DICOM files.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;

use dicom_object::InMemDicomObject;

use super::pipeline::Outcome;
use super::sources::{Place, ReadError};
use crate::clock::{Clock as _, SystemClock};
use crate::imaging::dataset::{DatasetError, read_head};
use crate::imaging::gate::{Limits, Refusal, admit_file};
use crate::inference::analysis::SeriesAnalysis;
use crate::interop::dicom::{Document, Documents, Edition, SourceSeries, WriteError, documents};
use crate::pathway::stream_instance::{StreamError, file_prefix};

/// The documents of a series could not be written.
#[derive(Debug, thiserror::Error)]
pub(super) enum EvidenceError {
    #[error("an image cannot be read: {0}")]
    Read(#[from] ReadError),
    #[error("an image is refused: {0}")]
    Refused(#[from] Refusal),
    #[error("an image's header cannot be read: {0}")]
    Head(#[from] DatasetError),
    #[error("the report cannot be composed: {0}")]
    Compose(#[from] WriteError),
    #[error("the file meta information cannot be composed: {0}")]
    Meta(#[from] StreamError),
    #[error("a DICOM file cannot be written: {0}")]
    Io(#[from] io::Error),
}

/// Writes `SEG.<SOP instance UID>.dcm`, where there are outlines, and `SR.<SOP instance UID>.dcm`. The same word again
/// has the same names; files that are there stay.
pub(super) fn write(
    outcome: &Outcome,
    analysis: &SeriesAnalysis,
    folder: &Path,
) -> Result<(), EvidenceError> {
    let spoken_of = analysis.images();
    let images = outcome.instances.iter().filter(|(sop, _)| spoken_of.contains(sop));
    let heads = images.map(|(_, place)| head(place)).collect::<Result<Vec<_>, _>>()?;
    let source = SourceSeries::of(heads).map_err(WriteError::from)?;
    let given_at = SystemClock.now().to_jiff().to_zoned(jiff::tz::TimeZone::system());
    let edition = Edition { revision: 1, predecessor: None, given_at };
    let Documents { segmentation, report } = documents(&source, analysis, &edition)?;
    if let Some(segmentation) = segmentation {
        write_file(&segmentation, "SEG", folder)?;
    }
    write_file(&report, "SR", folder)
}

fn head(place: &Place) -> Result<InMemDicomObject, EvidenceError> {
    let limits = Limits::default();
    let bytes = place.read(&limits)?;
    let meta = admit_file(&bytes, limits)?.meta;
    Ok(read_head(&bytes[meta.dataset_offset..], &meta.transfer_syntax, limits)?)
}

fn write_file(document: &Document, kind: &str, folder: &Path) -> Result<(), EvidenceError> {
    let Document { sop_class, sop_instance, transfer_syntax, data_set, .. } = document;
    let mut bytes = file_prefix(sop_class, sop_instance, transfer_syntax)?;
    bytes.extend_from_slice(data_set);
    let path = folder.join(format!("{kind}.{sop_instance}.dcm"));
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => Ok(file.write_all(&bytes)?),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error.into()),
    }
}
