//! Series: what they are, how many instances have come, when they were judged complete.

use super::column::{parse, time, time_opt};
use super::{DbError, Tx, on};
use crate::domain::identity::{CaseId, SeriesUid, SiteId, StudyUid};
use crate::domain::time::Timestamp;

/// A series as an instance of it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSeries {
    pub uid: SeriesUid,
    pub study: StudyUid,
    pub modality: String,
    /// `ncct`, `cta`, `ctp`, `dwi` or `other`, as far as the headers tell.
    pub kind: &'static str,
    pub number: Option<i64>,
    pub description: Option<String>,
    pub body_part: Option<String>,
}

/// A series as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    pub uid: SeriesUid,
    pub study: StudyUid,
    pub modality: String,
    pub kind: Option<String>,
    pub description: Option<String>,
    pub instances: i64,
    pub received_at: Timestamp,
    pub complete_at: Option<Timestamp>,
}

/// Modalities of series that say something of images and hold none to read (PS3.3 section C.7.3.1.1.1).
const DOCUMENTS: [&str; 6] = ["SR", "SEG", "KO", "PR", "DOC", "RTSTRUCT"];

impl Series {
    /// A report, a segmentation or the like, not images.
    #[must_use]
    pub fn is_document(&self) -> bool {
        DOCUMENTS.contains(&self.modality.as_str())
    }
}

/// Whose series it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    pub study: StudyUid,
    pub site: SiteId,
    pub case: Option<CaseId>,
    pub instances: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    series_uid: String,
    study_uid: String,
    modality: String,
    kind: Option<String>,
    description: Option<String>,
    instance_count: i64,
    received_at: i64,
    complete_at: Option<i64>,
}

impl TryFrom<Row> for Series {
    type Error = DbError;
    fn try_from(row: Row) -> Result<Self, DbError> {
        Ok(Self {
            uid: parse(&row.series_uid, "series instance UID")?,
            study: parse(&row.study_uid, "study instance UID")?,
            modality: row.modality,
            kind: row.kind,
            description: row.description,
            instances: row.instance_count,
            received_at: time(row.received_at, "series' time")?,
            complete_at: time_opt(row.complete_at, "series' completion")?,
        })
    }
}

/// Counts one more instance of a series that is new or not complete (see [`reopen`]). Returns that instance's place in the
/// order of arrival, from 1. A series is of the first kind that one of its images is.
///
/// # Errors
/// [`DbError`]
pub async fn count_instance(tx: &mut Tx, series: &NewSeries, at: Timestamp) -> Result<i64, DbError> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar(
            "INSERT INTO series (series_uid, study_uid, modality, kind, series_number, description, body_part,
                                 received_at, instance_count)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)
             ON CONFLICT (series_uid)
             DO UPDATE SET instance_count = series.instance_count + 1,
                           kind = CASE WHEN series.kind = 'other' THEN excluded.kind ELSE series.kind END
             RETURNING instance_count",
        )
        .bind(series.uid.as_str())
        .bind(series.study.as_str())
        .bind(&series.modality)
        .bind(series.kind)
        .bind(series.number)
        .bind(series.description.as_deref())
        .bind(series.body_part.as_deref())
        .bind(at.as_microsecond())
        .fetch_one(c)
        .await
    })?)
}

/// Notes that more of a series arrives after it was judged complete. Returns whether it had been.
///
/// # Errors
/// [`DbError`]
pub async fn reopen(tx: &mut Tx, uid: &SeriesUid) -> Result<bool, DbError> {
    let rows = on!(tx, |c| {
        sqlx::query("UPDATE series SET complete_at = NULL WHERE series_uid = $1 AND complete_at IS NOT NULL")
            .bind(uid.as_str())
            .execute(c)
            .await
            .map(|done| done.rows_affected())
    })?;
    Ok(rows == 1)
}

/// Judges a series complete if no instance beyond `instances` has come. Returns whether it is.
///
/// # Errors
/// [`DbError`]
pub async fn complete(tx: &mut Tx, uid: &SeriesUid, instances: i64, at: Timestamp) -> Result<bool, DbError> {
    let rows = on!(tx, |c| {
        sqlx::query("UPDATE series SET complete_at = $3 WHERE series_uid = $1 AND instance_count = $2")
            .bind(uid.as_str())
            .bind(instances)
            .bind(at.as_microsecond())
            .execute(c)
            .await
            .map(|done| done.rows_affected())
    })?;
    Ok(rows == 1)
}

/// Whose series it is.
///
/// # Errors
/// [`DbError`]
pub async fn owner(tx: &mut Tx, uid: &SeriesUid) -> Result<Option<Owner>, DbError> {
    let row: Option<(String, String, Option<String>, i64)> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT s.study_uid, t.site_id, t.case_id, s.instance_count
             FROM series s JOIN studies t ON t.study_uid = s.study_uid WHERE s.series_uid = $1",
        )
        .bind(uid.as_str())
        .fetch_optional(c)
        .await
    })?;
    row.map(|(study, site, case, instances)| {
        Ok(Owner {
            study: parse(&study, "study instance UID")?,
            site: parse(&site, "site id")?,
            case: case.map(|id| parse(&id, "case id")).transpose()?,
            instances,
        })
    })
    .transpose()
}

/// A study's series, first received first.
///
/// # Errors
/// [`DbError`]
pub async fn of_study(tx: &mut Tx, study: &StudyUid) -> Result<Vec<Series>, DbError> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT series_uid, study_uid, modality, kind, description, instance_count, received_at, complete_at
             FROM series WHERE study_uid = $1 ORDER BY received_at, series_uid",
        )
        .bind(study.as_str())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Series::try_from).collect()
}

/// The series of every case still open or decided after `since`, with their cases.
///
/// # Errors
/// [`DbError`]
pub async fn of_current_cases(tx: &mut Tx, since: Timestamp) -> Result<Vec<(CaseId, Series)>, DbError> {
    #[derive(sqlx::FromRow)]
    struct Owned {
        case_id: String,
        #[sqlx(flatten)]
        series: Row,
    }
    let rows: Vec<Owned> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT t.case_id, s.series_uid, s.study_uid, s.modality, s.kind, s.description, s.instance_count,
                    s.received_at, s.complete_at
             FROM series s JOIN studies t ON t.study_uid = s.study_uid JOIN cases k ON k.id = t.case_id
             WHERE k.decided_at IS NULL OR k.decided_at > $1 ORDER BY s.received_at, s.series_uid",
        )
        .bind(since.as_microsecond())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter()
        .map(|owned| Ok((parse(&owned.case_id, "case id")?, Series::try_from(owned.series)?)))
        .collect()
}
