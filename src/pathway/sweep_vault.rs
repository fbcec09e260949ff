//! Removes files of earlier runs that no row names: their instance was never acknowledged.

use crate::archive::{BlobError, FileStore};
use crate::db::{Database, DbError, instances};

/// Why a sweep stopped. What it had not looked at is left for the next start.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    #[error(transparent)]
    Vault(#[from] BlobError),
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Looks at every file named before this start and removes those without a row. Returns how many were removed.
///
/// # Errors
/// [`SweepError`]
pub async fn sweep_vault(db: &Database, vault: &FileStore) -> Result<usize, SweepError> {
    let mut removed = 0;
    for shard in 0..=u8::MAX {
        for key in vault.keys_of_earlier_runs(shard).await? {
            let mut tx = db.read().await?;
            if !instances::names_blob(&mut tx, key).await? {
                vault.delete(key).await?;
                removed += 1;
            }
        }
    }
    Ok(removed)
}
