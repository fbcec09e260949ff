//! What a crash between file and row leaves.

use vigie::archive::{BlobError, FileStore};
use vigie::db::Database;
use vigie::pathway::sweep_vault::sweep_vault;

use super::Ward;
use crate::support::instance::CtSlice;

pub async fn only_files_without_a_row_are_swept(db: Database) {
    let ward = Ward::open(db).await;
    let slice = CtSlice::of_patient("P-1");
    ward.receive(&slice, "valmont").await;
    ward.receive(&CtSlice { grey: 9, ..slice.clone() }, "valmont").await;
    // durable, but the process ended before its row
    let orphan = slice.next().stream(&ward.vault).await.blob.commit().await.unwrap();
    assert_eq!(
        sweep_vault(&ward.db, &ward.vault).await.unwrap(),
        0,
        "a file of this run may yet get its row"
    );

    let Ward { db, vault, receiver, arrivals, _folder: folder, .. } = ward;
    drop((receiver, arrivals, vault));
    age(&folder.path().join("blobs"));
    let vault = FileStore::open(folder.path().join("blobs")).await.unwrap();
    assert_eq!(sweep_vault(&db, &vault).await.unwrap(), 1);
    assert!(matches!(vault.read_range(orphan.key, 0..1).await, Err(BlobError::Missing { .. })));
    assert_eq!(sweep_vault(&db, &vault).await.unwrap(), 0);
}

/// A file written in the same tick of the file system's clock as the store is opened in counts as this run's.
fn age(folder: &std::path::Path) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            age(&entry.path());
        } else {
            let before = entry.metadata().unwrap().modified().unwrap() - std::time::Duration::from_secs(1);
            std::fs::File::options().write(true).open(entry.path()).unwrap().set_modified(before).unwrap();
        }
    }
}
