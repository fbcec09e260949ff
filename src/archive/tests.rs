use sha2::{Digest as _, Sha256};

use super::*;
use crate::domain::vault::Digest;

const META: &[u8] = b"preamble and file meta information";

async fn stored(store: &FileStore, data_set: &[u8]) -> crate::domain::vault::StoredBlob {
    let mut blob = store.begin(META).await.unwrap();
    for piece in data_set.chunks(16_000) {
        blob.write(piece).await.unwrap();
    }
    blob.commit().await.unwrap()
}

fn files_under(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().count()
}

#[tokio::test]
async fn what_is_committed_reads_back_in_any_range() {
    let dir = tempfile::tempdir().unwrap();
    let store = FileStore::open(dir.path().to_owned()).await.unwrap();
    let data_set: Vec<u8> = (0..700_001_u32).map(|i| i.to_le_bytes()[1]).collect();
    let blob = stored(&store, &data_set).await;
    assert_eq!((blob.size, blob.data_set_offset), ((META.len() + data_set.len()) as u64, META.len() as u64));
    let whole = [META, &data_set].concat();
    assert_eq!(store.read_range(blob.key, 0..u64::MAX).await.unwrap(), whole);
    assert_eq!(store.read_range(blob.key, 30..300_000).await.unwrap(), whole[30..300_000]);
    let mut end = Vec::new();
    store.reader(blob.key, 700_000..u64::MAX).await.unwrap().read_to_end(&mut end).await.unwrap();
    assert_eq!(end, whole[700_000..]);
    assert_eq!(store.verify(blob).await.unwrap(), Integrity::Whole);
}

#[tokio::test]
async fn the_digest_of_the_data_set_is_apart_from_the_meta_information() {
    let dir = tempfile::tempdir().unwrap();
    let store = FileStore::open(dir.path().to_owned()).await.unwrap();
    let mut other = store.begin(b"another meta").await.unwrap();
    other.write(b"data set").await.unwrap();
    let (one, other) = (stored(&store, b"data set").await, other.commit().await.unwrap());
    assert_eq!(one.sha256, other.sha256);
    assert_eq!(one.sha256, Digest(Sha256::digest(b"data set").into()));
    assert_ne!(one.meta_sha256, other.meta_sha256);
}

#[tokio::test]
async fn a_dropped_blob_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = FileStore::open(dir.path().to_owned()).await.unwrap();
    let mut blob = store.begin(META).await.unwrap();
    blob.write(&[1; 600_000]).await.unwrap();
    assert_eq!(files_under(&dir.path().join(INCOMING)), 1);
    drop(blob);
    assert_eq!(files_under(&dir.path().join(INCOMING)), 0);
}

#[tokio::test]
async fn opening_removes_what_a_crash_left_and_keeps_the_rest() {
    let dir = tempfile::tempdir().unwrap();
    let store = FileStore::open(dir.path().to_owned()).await.unwrap();
    let kept = stored(&store, b"kept").await;
    let mut cut = store.begin(META).await.unwrap();
    cut.write(b"cut").await.unwrap();
    std::mem::forget(cut.temp);
    assert!(matches!(FileStore::open(dir.path().to_owned()).await, Err(BlobError::InUse { .. })));
    drop((store, cut.store));

    let store = FileStore::open(dir.path().to_owned()).await.unwrap();
    assert_eq!(files_under(&dir.path().join(INCOMING)), 0);
    assert_eq!(store.verify(kept).await.unwrap(), Integrity::Whole);
    let now = stored(&store, b"of this run").await;
    let mut earlier = Vec::new();
    for shard in 0..=255 {
        earlier.extend(store.keys_of_earlier_runs(shard).await.unwrap());
    }
    assert_eq!(earlier, [kept.key]);
    store.delete(now.key).await.unwrap();
    store.delete(now.key).await.unwrap();
    assert!(matches!(store.read_range(now.key, 0..1).await, Err(BlobError::Missing { .. })));
}

#[tokio::test]
async fn damage_is_seen_wherever_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let store = FileStore::open(dir.path().to_owned()).await.unwrap();
    let blob = stored(&store, b"data set").await;
    let path = store.path(blob.key);
    let whole = fs::read(&path).unwrap();
    for at in [0, META.len(), whole.len() - 1] {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        fs::write(&path, &damaged).unwrap();
        assert_eq!(store.verify(blob).await.unwrap(), Integrity::Damaged);
    }
    fs::write(&path, &whole[..3]).unwrap();
    assert_eq!(store.verify(blob).await.unwrap(), Integrity::Damaged);
    fs::remove_file(&path).unwrap();
    assert!(matches!(store.verify(blob).await, Err(BlobError::Missing { .. })));
}
