//! The same SOP Instance UID with other bytes: kept apart, shown to an administrator.

use super::column::{parse, time};
use super::instances::bytes;
use super::{DbError, Tx, on};
use crate::domain::identity::{SiteId, SopInstanceUid, TransferSyntaxUid};
use crate::domain::time::Timestamp;
use crate::domain::vault::{BlobKey, StoredBlob};

/// A delivery that disagrees with the instance of the same UID.
#[derive(Debug, Clone, PartialEq)]
pub struct NewConflict<'a> {
    pub sop_instance: &'a SopInstanceUid,
    pub transfer_syntax: &'a TransferSyntaxUid,
    pub blob: StoredBlob,
    pub site: &'a SiteId,
    pub origin: &'a str,
}

/// A conflict as an administrator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    pub id: String,
    pub sop_instance: SopInstanceUid,
    pub site: SiteId,
    pub size: i64,
    pub received_at: Timestamp,
}

/// Keeps a conflict. Returns the blob that keeps these very bytes: the conflict's own, or an earlier delivery's.
///
/// # Errors
/// [`DbError`]
pub async fn insert(tx: &mut Tx, conflict: &NewConflict<'_>, at: Timestamp) -> Result<BlobKey, DbError> {
    on!(&mut *tx, |c| {
        sqlx::query(
            "INSERT INTO conflicts (id, sop_uid, transfer_syntax, blob_key, size, data_set_offset, meta_sha256, sha256,
                                    site_id, origin, received_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             ON CONFLICT (sop_uid, sha256, transfer_syntax) DO NOTHING",
        )
        .bind(conflict.blob.key.to_string())
        .bind(conflict.sop_instance.as_str())
        .bind(conflict.transfer_syntax.as_str())
        .bind(conflict.blob.key.to_string())
        .bind(bytes(conflict.blob.size))
        .bind(bytes(conflict.blob.data_set_offset))
        .bind(conflict.blob.meta_sha256.to_string())
        .bind(conflict.blob.sha256.to_string())
        .bind(conflict.site.as_str())
        .bind(conflict.origin)
        .bind(at.as_microsecond())
        .execute(c)
        .await
        .map(|_| ())
    })?;
    let key: String = on!(tx, |c| {
        sqlx::query_scalar(
            "SELECT blob_key FROM conflicts WHERE sop_uid = $1 AND sha256 = $2 AND transfer_syntax = $3",
        )
        .bind(conflict.sop_instance.as_str())
        .bind(conflict.blob.sha256.to_string())
        .bind(conflict.transfer_syntax.as_str())
        .fetch_one(c)
        .await
    })?;
    parse(&key, "blob key")
}

/// Every conflict, newest first, at most `limit`.
///
/// # Errors
/// [`DbError`]
pub async fn all(tx: &mut Tx, limit: u32) -> Result<Vec<Conflict>, DbError> {
    let rows: Vec<(String, String, String, i64, i64)> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, sop_uid, site_id, size, received_at FROM conflicts
             ORDER BY received_at DESC, id LIMIT $1",
        )
        .bind(i64::from(limit))
        .fetch_all(c)
        .await
    })?;
    rows.into_iter()
        .map(|(id, uid, site, size, at)| {
            Ok(Conflict {
                id,
                sop_instance: parse(&uid, "SOP instance UID")?,
                site: parse(&site, "site id")?,
                size,
                received_at: time(at, "conflict's time")?,
            })
        })
        .collect()
}
