//! Whether a blob still is what was received.

use std::fs::File;
use std::io::{self, Read};

use sha2::{Digest as _, Sha256};

use super::{BlobError, FileStore, run_blocking};
use crate::domain::vault::{Digest, StoredBlob};

/// The outcome of reading a blob back against its seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Integrity {
    Whole,
    /// Size or digest differ from what was received.
    Damaged,
}

impl FileStore {
    /// Reads the whole blob and compares it with its seal.
    ///
    /// # Errors
    /// [`BlobError::Missing`] when there is no such blob; [`BlobError::Io`] when it cannot be read.
    pub async fn verify(&self, sealed: StoredBlob) -> Result<Integrity, BlobError> {
        let path = self.path(sealed.key);
        run_blocking(move || {
            let file = File::open(path).map_err(|error| BlobError::of(sealed.key, error))?;
            let size = file.metadata()?.len();
            let mut file = io::BufReader::with_capacity(256 * 1024, file);
            let meta = digest(&mut (&mut file).take(sealed.data_set_offset))?;
            let data_set = digest(&mut file)?;
            let whole = size == sealed.size && meta == sealed.meta_sha256 && data_set == sealed.sha256;
            Ok(if whole { Integrity::Whole } else { Integrity::Damaged })
        })
        .await
    }
}

fn digest(from: &mut impl Read) -> io::Result<Digest> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return Ok(Digest(hash.finalize().into())),
            Ok(read) => hash.update(&buffer[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
