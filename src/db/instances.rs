//! Instances: which blob holds each, what its metadata is, who sent it.

use super::column::parse;
use super::{DbError, Tx, on};
use crate::domain::identity::{SeriesUid, SiteId, SopClassUid, SopInstanceUid, StudyUid, TransferSyntaxUid};
use crate::domain::time::Timestamp;
use crate::domain::vault::{BlobKey, StoredBlob};

/// An instance to keep.
#[derive(Debug, Clone, PartialEq)]
pub struct NewInstance {
    pub sop_instance: SopInstanceUid,
    pub series: SeriesUid,
    pub study: StudyUid,
    pub site: SiteId,
    /// Place in the order of arrival within the series, from 1.
    pub ordinal: i64,
    pub sop_class: SopClassUid,
    pub transfer_syntax: TransferSyntaxUid,
    pub number: Option<i64>,
    pub rows: Option<i64>,
    pub columns: Option<i64>,
    pub frames: Option<i64>,
    pub blob: StoredBlob,
    /// Offset in the file of the pixel data's element.
    pub pixel_data_offset: Option<u64>,
    /// DICOM JSON (PS3.18 Annex F), bulk data by reference.
    pub metadata: String,
    /// Who sent it and how, JSON.
    pub origin: String,
}

/// What is kept under a SOP Instance UID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    pub transfer_syntax: TransferSyntaxUid,
    pub blob: StoredBlob,
}

/// Where an instance's bytes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    pub ordinal: i64,
    pub sop_instance: SopInstanceUid,
    pub transfer_syntax: TransferSyntaxUid,
    pub blob: BlobKey,
    pub size: u64,
    pub data_set_offset: u64,
    /// Offset in the file of the pixel data's element.
    pub pixel_data_offset: Option<u64>,
}

/// An integer column of a size or offset.
pub(super) fn bytes(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn unsigned(value: i64, what: &'static str) -> Result<u64, DbError> {
    u64::try_from(value).map_err(|_| DbError::Corrupt { what })
}

#[derive(sqlx::FromRow)]
struct SealedRow {
    transfer_syntax: String,
    blob_key: String,
    size: i64,
    data_set_offset: i64,
    meta_sha256: String,
    sha256: String,
}

/// The seal of the instance with this UID.
///
/// # Errors
/// [`DbError`]
pub async fn sealed(tx: &mut Tx, uid: &SopInstanceUid) -> Result<Option<Sealed>, DbError> {
    let row: Option<SealedRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT transfer_syntax, blob_key, size, data_set_offset, meta_sha256, sha256
             FROM instances WHERE sop_uid = $1",
        )
        .bind(uid.as_str())
        .fetch_optional(c)
        .await
    })?;
    row.map(|row| {
        Ok(Sealed {
            transfer_syntax: parse(&row.transfer_syntax, "transfer syntax")?,
            blob: StoredBlob {
                key: parse(&row.blob_key, "blob key")?,
                size: unsigned(row.size, "blob size")?,
                data_set_offset: unsigned(row.data_set_offset, "data set offset")?,
                meta_sha256: parse(&row.meta_sha256, "SHA-256")?,
                sha256: parse(&row.sha256, "SHA-256")?,
            },
        })
    })
    .transpose()
}

/// Keeps a new instance.
///
/// # Errors
/// [`DbError`]; [`DbError::is_unique_violation`] when another delivery was first.
pub async fn insert(tx: &mut Tx, instance: &NewInstance, at: Timestamp) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO instances (sop_uid, series_uid, study_uid, site_id, ordinal, sop_class, transfer_syntax,
                                    instance_number, image_rows, image_columns, frames, blob_key, size,
                                    data_set_offset, pixel_data_offset, meta_sha256, sha256, metadata, origin,
                                    received_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
        )
        .bind(instance.sop_instance.as_str())
        .bind(instance.series.as_str())
        .bind(instance.study.as_str())
        .bind(instance.site.as_str())
        .bind(instance.ordinal)
        .bind(instance.sop_class.as_str())
        .bind(instance.transfer_syntax.as_str())
        .bind(instance.number)
        .bind(instance.rows)
        .bind(instance.columns)
        .bind(instance.frames)
        .bind(instance.blob.key.to_string())
        .bind(bytes(instance.blob.size))
        .bind(bytes(instance.blob.data_set_offset))
        .bind(instance.pixel_data_offset.map(bytes))
        .bind(instance.blob.meta_sha256.to_string())
        .bind(instance.blob.sha256.to_string())
        .bind(&instance.metadata)
        .bind(&instance.origin)
        .bind(at.as_microsecond())
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct LocatedRow {
    ordinal: i64,
    sop_uid: String,
    transfer_syntax: String,
    blob_key: String,
    size: i64,
    data_set_offset: i64,
    pixel_data_offset: Option<i64>,
}

impl TryFrom<LocatedRow> for Located {
    type Error = DbError;
    fn try_from(row: LocatedRow) -> Result<Self, DbError> {
        Ok(Self {
            ordinal: row.ordinal,
            sop_instance: parse(&row.sop_uid, "SOP instance UID")?,
            transfer_syntax: parse(&row.transfer_syntax, "transfer syntax")?,
            blob: parse(&row.blob_key, "blob key")?,
            size: unsigned(row.size, "blob size")?,
            data_set_offset: unsigned(row.data_set_offset, "data set offset")?,
            pixel_data_offset: row
                .pixel_data_offset
                .map(|at| unsigned(at, "pixel data offset"))
                .transpose()?,
        })
    }
}

/// The instances of a series that arrived after the `ordinal`-th, in order of arrival, at most `limit`.
///
/// # Errors
/// [`DbError`]
pub async fn arrived_after(
    tx: &mut Tx,
    series: &SeriesUid,
    ordinal: i64,
    limit: u32,
) -> Result<Vec<Located>, DbError> {
    let rows: Vec<LocatedRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT ordinal, sop_uid, transfer_syntax, blob_key, size, data_set_offset, pixel_data_offset
             FROM instances
             WHERE series_uid = $1 AND ordinal > $2 ORDER BY ordinal LIMIT $3",
        )
        .bind(series.as_str())
        .bind(ordinal)
        .bind(i64::from(limit))
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Located::try_from).collect()
}

/// Whether any row, of an instance or of a conflict, names this blob.
///
/// # Errors
/// [`DbError`]
pub async fn names_blob(tx: &mut Tx, key: BlobKey) -> Result<bool, DbError> {
    let found: i64 = on!(tx, |c| {
        sqlx::query_scalar(
            "SELECT (SELECT COUNT(*) FROM instances WHERE blob_key = $1)
                  + (SELECT COUNT(*) FROM conflicts WHERE blob_key = $1)",
        )
        .bind(key.to_string())
        .fetch_one(c)
        .await
    })?;
    Ok(found > 0)
}
