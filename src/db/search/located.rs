//! Where the bytes of instances lie.

use super::filter::{self, Statement};
use super::{Page, Visibility, fetch};
use crate::db::column::parse;
use crate::db::{DbError, Tx, on};
use crate::domain::identity::{SeriesUid, SopClassUid, SopInstanceUid, StudyUid, TransferSyntaxUid};
use crate::domain::vault::{BlobKey, Digest};

/// What is asked for: a study, a series of it, or one instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    pub study: StudyUid,
    pub series: Option<SeriesUid>,
    pub instance: Option<SopInstanceUid>,
}

/// A stored instance and where its bytes lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    pub study: StudyUid,
    pub series: SeriesUid,
    pub sop_instance: SopInstanceUid,
    pub sop_class: SopClassUid,
    pub transfer_syntax: TransferSyntaxUid,
    pub frames: u32,
    pub blob: BlobKey,
    /// Bytes of the file.
    pub size: u64,
    /// Where the data set begins in the file.
    pub data_set_offset: u64,
    /// Where the pixel data's element header begins in the file; none without pixels or when deflated.
    pub pixel_data_offset: Option<u64>,
    pub sha256: Digest,
}

#[derive(sqlx::FromRow)]
struct Row {
    study_uid: String,
    series_uid: String,
    sop_uid: String,
    sop_class: String,
    transfer_syntax: String,
    frames: Option<i64>,
    blob_key: String,
    size: i64,
    data_set_offset: i64,
    pixel_data_offset: Option<i64>,
    sha256: String,
}

fn statement(columns: &str, who: &Visibility, scope: &Scope) -> Statement {
    let mut statement = Statement::new(format!(
        "SELECT {columns} FROM instances i JOIN studies st ON st.study_uid = i.study_uid \
         JOIN series se ON se.series_uid = i.series_uid WHERE "
    ));
    statement.push_visibility(who);
    let parts = [
        ("i.study_uid", Some(scope.study.to_string())),
        ("i.series_uid", scope.series.as_ref().map(ToString::to_string)),
        ("i.sop_uid", scope.instance.as_ref().map(ToString::to_string)),
    ];
    for (column, uid) in parts {
        if let Some(uid) = uid {
            statement.sql.push_str(&format!(" AND {column} = "));
            statement.push_parameter(filter::Parameter::Text(uid));
        }
    }
    statement.sql.push_str(" ORDER BY se.series_number, i.series_uid, i.instance_number, i.ordinal");
    statement
}

/// The instances of a scope that may be seen, in reading order. Empty when there is none or none may be seen.
///
/// # Errors
/// [`DbError`]
pub async fn locate(tx: &mut Tx, who: &Visibility, scope: &Scope) -> Result<Vec<Located>, DbError> {
    let columns = "i.study_uid, i.series_uid, i.sop_uid, i.sop_class, i.transfer_syntax, i.frames, i.blob_key, \
                   i.size, i.data_set_offset, i.pixel_data_offset, i.sha256";
    fetch!(tx, Row, statement(columns, who, scope)).into_iter().map(Row::into_located).collect()
}

/// An instance's header as the DICOM JSON Model.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Metadata {
    pub series_uid: String,
    pub sop_uid: String,
    /// Of the data set, hexadecimal.
    pub sha256: String,
    /// JSON text.
    pub metadata: String,
}

/// The headers of the instances of a scope that may be seen, in reading order.
///
/// # Errors
/// [`DbError`]
pub async fn instance_metadata(
    tx: &mut Tx,
    who: &Visibility,
    scope: &Scope,
    page: Page,
) -> Result<Vec<Metadata>, DbError> {
    let mut statement = statement("i.series_uid, i.sop_uid, i.sha256, i.metadata", who, scope);
    statement.push_page(page);
    Ok(fetch!(tx, Metadata, statement))
}

impl Row {
    fn into_located(self) -> Result<Located, DbError> {
        let count = |value: i64, what| u64::try_from(value).map_err(|_| DbError::Corrupt { what });
        Ok(Located {
            study: parse(&self.study_uid, "study UID")?,
            series: parse(&self.series_uid, "series UID")?,
            sop_instance: parse(&self.sop_uid, "SOP instance UID")?,
            sop_class: parse(&self.sop_class, "SOP class UID")?,
            transfer_syntax: parse(&self.transfer_syntax, "transfer syntax UID")?,
            frames: self.frames.and_then(|frames| u32::try_from(frames).ok()).unwrap_or(1).max(1),
            blob: parse(&self.blob_key, "blob key")?,
            size: count(self.size, "blob size")?,
            data_set_offset: count(self.data_set_offset, "data set offset")?,
            pixel_data_offset: self
                .pixel_data_offset
                .map(|offset| count(offset, "pixel data offset"))
                .transpose()?,
            sha256: parse(&self.sha256, "SHA-256")?,
        })
    }
}
