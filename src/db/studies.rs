//! Studies: who they are of, which site sent them, which case they belong to.

use super::column::{parse, time};
use super::{DbError, Tx, on};
use crate::domain::identity::{CaseId, SiteId, StudyUid};
use crate::domain::time::Timestamp;

/// A study as its first instance says; text as received, without what is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStudy {
    pub uid: StudyUid,
    pub site: SiteId,
    pub patient_id: Option<String>,
    /// DICOM's form, components separated by `^`.
    pub patient_name: Option<String>,
    pub birth_date: Option<String>,
    pub sex: Option<String>,
    pub accession: Option<String>,
    pub id: Option<String>,
    pub date: Option<String>,
    pub time: Option<String>,
    pub description: Option<String>,
    pub referring_physician: Option<String>,
}

/// Where a study belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// The site that sent it first.
    pub site: SiteId,
    pub case: Option<CaseId>,
}

/// Where a study that is there already belongs; on PostgreSQL its row is held until the commit.
///
/// # Errors
/// [`DbError`]
pub async fn placement(tx: &mut Tx, uid: &StudyUid) -> Result<Option<Placement>, DbError> {
    const SQL: &str = "SELECT site_id, case_id FROM studies WHERE study_uid = $1";
    let row: Option<(String, Option<String>)> = match tx {
        Tx::Sqlite(t) => sqlx::query_as(SQL).bind(uid.as_str()).fetch_optional(&mut **t).await?,
        Tx::Postgres(t) => {
            sqlx::query_as("SELECT site_id, case_id FROM studies WHERE study_uid = $1 FOR UPDATE")
                .bind(uid.as_str())
                .fetch_optional(&mut **t)
                .await?
        }
    };
    row.map(|(site, case)| {
        Ok(Placement {
            site: parse(&site, "site id")?,
            case: case.map(|id| parse(&id, "case id")).transpose()?,
        })
    })
    .transpose()
}

/// Keeps a new study. Another transaction that was first wins: returns whether this one did.
///
/// # Errors
/// [`DbError`]
pub async fn insert(
    tx: &mut Tx,
    study: &NewStudy,
    case: Option<CaseId>,
    at: Timestamp,
) -> Result<bool, DbError> {
    let rows = on!(tx, |c| {
        sqlx::query(
            "INSERT INTO studies (study_uid, site_id, case_id, patient_id, patient_name, birth_date, sex, accession,
                                  study_id, study_date, study_time, description, referring, received_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)
             ON CONFLICT (study_uid) DO NOTHING",
        )
        .bind(study.uid.as_str())
        .bind(study.site.as_str())
        .bind(case.map(|id| id.to_string()))
        .bind(study.patient_id.as_deref())
        .bind(study.patient_name.as_deref())
        .bind(study.birth_date.as_deref())
        .bind(study.sex.as_deref())
        .bind(study.accession.as_deref())
        .bind(study.id.as_deref())
        .bind(study.date.as_deref())
        .bind(study.time.as_deref())
        .bind(study.description.as_deref())
        .bind(study.referring_physician.as_deref())
        .bind(at.as_microsecond())
        .execute(c)
        .await
        .map(|done| done.rows_affected())
    })?;
    Ok(rows == 1)
}

/// Attaches a study to a case.
///
/// # Errors
/// [`DbError`]
pub async fn attach(tx: &mut Tx, uid: &StudyUid, case: CaseId, at: Timestamp) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query("UPDATE studies SET case_id = $2, updated_at = $3 WHERE study_uid = $1")
            .bind(uid.as_str())
            .bind(case.to_string())
            .bind(at.as_microsecond())
            .execute(c)
            .await
            .map(|_| ())
    })?;
    Ok(())
}

/// A study as a case's page lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub uid: StudyUid,
    pub site: SiteId,
    pub case: Option<CaseId>,
    pub patient_id: Option<String>,
    pub patient_name: Option<String>,
    pub description: Option<String>,
    pub date: Option<String>,
    pub received_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    study_uid: String,
    site_id: String,
    case_id: Option<String>,
    patient_id: Option<String>,
    patient_name: Option<String>,
    description: Option<String>,
    study_date: Option<String>,
    received_at: i64,
}

impl TryFrom<Row> for Listed {
    type Error = DbError;
    fn try_from(row: Row) -> Result<Self, DbError> {
        Ok(Self {
            uid: parse(&row.study_uid, "study instance UID")?,
            site: parse(&row.site_id, "site id")?,
            case: row.case_id.map(|id| parse(&id, "case id")).transpose()?,
            patient_id: row.patient_id,
            patient_name: row.patient_name,
            description: row.description,
            date: row.study_date,
            received_at: time(row.received_at, "study's time")?,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT study_uid, site_id, case_id, patient_id, patient_name, description, study_date, received_at ",
            "FROM studies ",
            $rest
        )
    };
}

/// A study by its UID.
///
/// # Errors
/// [`DbError`]
pub async fn get(tx: &mut Tx, uid: &StudyUid) -> Result<Option<Listed>, DbError> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as(select!("WHERE study_uid = $1")).bind(uid.as_str()).fetch_optional(c).await
    })?;
    row.map(Listed::try_from).transpose()
}

/// A case's studies, first received first.
///
/// # Errors
/// [`DbError`]
pub async fn of_case(tx: &mut Tx, case: CaseId) -> Result<Vec<Listed>, DbError> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(select!("WHERE case_id = $1 ORDER BY received_at, study_uid"))
            .bind(case.to_string())
            .fetch_all(c)
            .await
    })?;
    rows.into_iter().map(Listed::try_from).collect()
}

/// Studies that belong to no case, newest first.
///
/// # Errors
/// [`DbError`]
pub async fn unassigned(tx: &mut Tx, limit: u32) -> Result<Vec<Listed>, DbError> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(select!("WHERE case_id IS NULL ORDER BY received_at DESC, study_uid LIMIT $1"))
            .bind(i64::from(limit))
            .fetch_all(c)
            .await
    })?;
    rows.into_iter().map(Listed::try_from).collect()
}
