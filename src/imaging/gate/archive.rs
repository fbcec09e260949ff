//! ZIP archives of DICOM files, with a bound against bombs. Names inside an archive are never used as paths.

use std::io::{Read, Seek};

use super::Limits;

const MAX_ENTRIES: usize = 50_000;
const MAX_TOTAL_BYTES: u64 = 16 << 30;
const RATIO_FREE_BYTES: u64 = 64 << 20;
const MAX_RATIO: u64 = 200;

/// An archive that must not be unpacked further.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveRefusal {
    #[error("the archive cannot be read: {0}")]
    Unreadable(#[from] zip::result::ZipError),
    #[error("an entry of the archive cannot be read: {0}")]
    Entry(#[from] std::io::Error),
    #[error("the archive holds {entries} entries, more than {MAX_ENTRIES}")]
    TooManyEntries { entries: usize },
    #[error("entry {index} of the archive unpacks beyond {limit} bytes or by more than {MAX_RATIO} times")]
    UnpacksTooFar { index: usize, limit: u64 },
}

/// Unpacks the archive's files one after the other, each into memory, and hands them on in the archive's order
/// (`index` counts all entries, folders too).
///
/// # Errors
/// A damaged archive, or one that unpacks beyond the limits; `each` has then seen the entries before it.
pub fn read_zip<R: Read + Seek>(
    archive: R,
    limits: &Limits,
    mut each: impl FnMut(usize, Vec<u8>),
) -> Result<(), ArchiveRefusal> {
    let mut archive = zip::ZipArchive::new(archive)?;
    let entries = archive.len();
    if entries > MAX_ENTRIES {
        return Err(ArchiveRefusal::TooManyEntries { entries });
    }
    let mut total = 0;
    for index in 0..entries {
        let entry = archive.by_index(index)?;
        if !entry.is_file() {
            continue;
        }
        let packed = entry.compressed_size();
        let by_ratio = packed.saturating_mul(MAX_RATIO).max(RATIO_FREE_BYTES);
        let limit = by_ratio.min(limits.max_dataset_bytes).min(MAX_TOTAL_BYTES - total);
        let mut bytes = Vec::new();
        entry.take(limit + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > limit {
            return Err(ArchiveRefusal::UnpacksTooFar { index, limit });
        }
        total += bytes.len() as u64;
        each(index, bytes);
    }
    Ok(())
}
