//! The vault on real file systems: a medium that fills up, and the order in which bytes become durable.

use std::path::{Path, PathBuf};
use std::process::Command;

use vigie::archive::{BlobError, FileStore};

/// A file system of 1 MiB in memory; unmounted when dropped. None where mounting is not permitted.
struct SmallMedium {
    folder: tempfile::TempDir,
}

impl SmallMedium {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=1m", "vigie-test"])
            .arg(folder.path())
            .output()
            .is_ok_and(|done| done.status.success());
        mounted.then_some(Self { folder })
    }

    fn path(&self) -> PathBuf {
        self.folder.path().to_owned()
    }
}

impl Drop for SmallMedium {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.folder.path()).status();
    }
}

fn files(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

#[tokio::test]
async fn a_full_medium_is_said_by_its_name_and_takes_again_once_there_is_room() {
    let Some(medium) = SmallMedium::mount() else {
        println!("not checked: this account may not mount a small file system");
        return;
    };
    let store = FileStore::open(medium.path()).await.unwrap();
    let mut kept = store.begin(b"meta").await.unwrap();
    kept.write(&vec![1; 500_000]).await.unwrap();
    let kept = kept.commit().await.unwrap();

    let refused = async {
        let mut large = store.begin(b"meta").await?;
        large.write(&vec![2; 2_000_000]).await?;
        large.commit().await
    };
    let refused = refused.await.unwrap_err();
    assert!(matches!(refused, BlobError::StorageFull(_)), "{refused:?}");
    // nothing of it stays, what was there is whole, and there is room again
    assert_eq!(store.read_range(kept.key, 4..504_000).await.unwrap(), vec![1; 500_000]);
    store.delete(kept.key).await.unwrap();
    let mut again = store.begin(b"meta").await.unwrap();
    again.write(&vec![3; 600_000]).await.unwrap();
    again.commit().await.unwrap();
    assert_eq!(files(&medium.path().join("incoming")), 0);
}
