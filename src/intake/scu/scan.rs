//! Finding what can be sent: every file below a folder, through the gate.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::Sendable;
use crate::imaging::gate::{FileGate, Limits, Refusal};

const CHUNK: usize = 256 * 1024;

/// What a folder holds.
#[derive(Debug, Default)]
pub struct Found {
    /// In the order of their paths.
    pub sendable: Vec<Sendable>,
    pub skipped: Vec<Skipped>,
}

/// A file that is not sent.
#[derive(Debug)]
pub struct Skipped {
    pub path: PathBuf,
    pub reason: SkipReason,
}

/// Why not.
#[derive(Debug, thiserror::Error)]
pub enum SkipReason {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("it cannot be read")]
    Unreadable(#[from] io::Error),
}

impl SkipReason {
    /// Whether the file does not even claim to be DICOM (a text, a checksum), which is no failure.
    #[must_use]
    pub fn is_not_dicom(&self) -> bool {
        matches!(self, Self::Refused(Refusal::NotDicom { .. }))
    }
}

/// Looks at a file, or at every file below a folder. Blocking.
///
/// # Errors
/// When a folder cannot be listed.
pub fn scan(path: &Path, limits: Limits) -> io::Result<Found> {
    let mut paths = Vec::new();
    list(path, &mut paths)?;
    paths.sort();
    let mut found = Found::default();
    for path in paths {
        match look(&path, limits) {
            Ok(file) => found.sendable.push(file),
            Err(reason) => found.skipped.push(Skipped { path, reason }),
        }
    }
    Ok(found)
}

/// Links are followed to files but not to folders: a link to a parent would never end.
fn list(path: &Path, into: &mut Vec<PathBuf>) -> io::Result<()> {
    if !path.is_dir() {
        into.push(path.to_owned());
        return Ok(());
    }
    let mut folders = vec![path.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else if entry.path().is_file() {
                into.push(entry.path());
            }
        }
    }
    Ok(())
}

fn look(path: &Path, limits: Limits) -> Result<Sendable, SkipReason> {
    let mut file = File::open(path)?;
    let mut gate = FileGate::new(limits);
    let mut chunk = vec![0; CHUNK];
    let mut size = 0_u64;
    loop {
        let read = file.read(&mut chunk)?;
        if read == 0 {
            break;
        }
        size += read as u64;
        gate.push(&chunk[..read])?;
    }
    let admitted = gate.finish()?;
    let data_set_offset = admitted.meta.dataset_offset as u64;
    Ok(Sendable {
        path: path.to_owned(),
        sop_class: admitted.admitted.header.sop_class,
        sop_instance: admitted.admitted.header.sop_instance,
        transfer_syntax: admitted.meta.transfer_syntax,
        data_set_offset,
        length: size - data_set_offset,
    })
}
