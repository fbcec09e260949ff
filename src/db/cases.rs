//! Cases, whole: read into the domain's type, written back whole.

use super::column::{from_word, json, parse, time, time_opt, to_json, word};
use super::{DbError, Tx, on};
use crate::domain::case::{Alert, Case, CaseState, Claim};
use crate::domain::identity::{CaseId, Patient, PatientId, SiteId};
use crate::domain::time::{CaseClock, Timestamp};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    site_id: String,
    patient_id: String,
    family_name: String,
    given_name: String,
    birth_date: Option<String>,
    sex: String,
    picture: String,
    door_at: Option<i64>,
    alert_at: Option<i64>,
    alert_by: Option<String>,
    first_image_at: Option<i64>,
    clock_started_at: i64,
    clock_started_by: String,
    claim_reader: Option<String>,
    claim_since: Option<i64>,
    claim_until: Option<i64>,
    decision: Option<String>,
    decided_by: Option<String>,
    decided_at: Option<i64>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, site_id, patient_id, family_name, given_name, birth_date, sex, picture, door_at, alert_at, ",
            "alert_by, first_image_at, clock_started_at, clock_started_by, claim_reader, claim_since, claim_until, ",
            "decision, decided_by, decided_at FROM cases ",
            $rest
        )
    };
}

impl TryFrom<Row> for Case {
    type Error = DbError;
    fn try_from(row: Row) -> Result<Self, DbError> {
        let alert = match (row.alert_at, row.alert_by) {
            (Some(at), Some(by)) => {
                Some(Alert { raised_at: time(at, "alert's time")?, raised_by: parse(&by, "user id")? })
            }
            _ => None,
        };
        let state = match (row.decision, row.decided_by, row.decided_at) {
            (Some(decision), Some(by), Some(at)) => CaseState::Decided {
                decision: json(&decision, "decision")?,
                by: parse(&by, "user id")?,
                at: time(at, "decision's time")?,
            },
            _ => match (row.claim_reader, row.claim_since, row.claim_until) {
                (Some(reader), Some(since), Some(until)) => CaseState::Reading(Claim {
                    reader: parse(&reader, "user id")?,
                    since: time(since, "claim's start")?,
                    until: time(until, "claim's end")?,
                }),
                _ => CaseState::Waiting,
            },
        };
        Ok(Self {
            id: parse(&row.id, "case id")?,
            site: parse(&row.site_id, "site id")?,
            patient: Patient {
                id: parse(&row.patient_id, "patient id")?,
                family_name: row.family_name,
                given_name: row.given_name,
                birth_date: row.birth_date.map(|date| parse(&date, "birth date")).transpose()?,
                sex: from_word(&row.sex, "sex")?,
            },
            picture: json(&row.picture, "clinical picture")?,
            door_at: time_opt(row.door_at, "door time")?,
            alert,
            first_image_at: time_opt(row.first_image_at, "first image's time")?,
            clock: CaseClock {
                started_at: time(row.clock_started_at, "clock's start")?,
                started_by: from_word(&row.clock_started_by, "clock's start")?,
            },
            state,
        })
    }
}

/// Every case of a patient identifier, at whatever site, earliest first.
///
/// # Errors
/// [`DbError`]
pub async fn of_patient(tx: &mut Tx, patient: &PatientId) -> Result<Vec<Case>, DbError> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(select!("WHERE patient_id = $1 ORDER BY opened_at, id"))
            .bind(patient.as_str())
            .fetch_all(c)
            .await
    })?;
    rows.into_iter().map(Case::try_from).collect()
}

/// Keeps a new case.
///
/// # Errors
/// [`DbError`]; [`DbError::is_unique_violation`] when the idempotency key was used.
pub async fn insert(
    tx: &mut Tx,
    case: &Case,
    accession: Option<&str>,
    idempotency_key: Option<&str>,
    opened_at: Timestamp,
) -> Result<(), DbError> {
    on!(&mut *tx, |c| {
        sqlx::query(
            "INSERT INTO cases (id, site_id, patient_id, family_name, given_name, sex, picture,
                                clock_started_at, clock_started_by, accession, idempotency_key, opened_at)
             VALUES ($1, $2, $3, '', '', 'U', '', 0, '', $4, $5, $6)",
        )
        .bind(case.id.to_string())
        .bind(case.site.as_str())
        .bind(case.patient.id.as_str())
        .bind(accession)
        .bind(idempotency_key)
        .bind(opened_at.as_microsecond())
        .execute(c)
        .await
        .map(|_| ())
    })?;
    update(tx, case).await
}

/// Writes a case back, whole.
///
/// # Errors
/// [`DbError`]
pub async fn update(tx: &mut Tx, case: &Case) -> Result<(), DbError> {
    let claim = match &case.state {
        CaseState::Reading(claim) => Some(claim),
        CaseState::Waiting | CaseState::Decided { .. } => None,
    };
    let decided = match &case.state {
        CaseState::Decided { decision, by, at } => Some((to_json(decision, "decision")?, by, at)),
        CaseState::Waiting | CaseState::Reading(_) => None,
    };
    on!(tx, |c| {
        sqlx::query(
            "UPDATE cases SET patient_id = $2, family_name = $3, given_name = $4, birth_date = $5, sex = $6,
                    picture = $7, door_at = $8, alert_at = $9, alert_by = $10, first_image_at = $11,
                    clock_started_at = $12, clock_started_by = $13, claim_reader = $14, claim_since = $15,
                    claim_until = $16, decision = $17, decided_by = $18, decided_at = $19
             WHERE id = $1",
        )
        .bind(case.id.to_string())
        .bind(case.patient.id.as_str())
        .bind(&case.patient.family_name)
        .bind(&case.patient.given_name)
        .bind(case.patient.birth_date.map(|date| date.to_string()))
        .bind(word(&case.patient.sex, "sex")?)
        .bind(to_json(&case.picture, "clinical picture")?)
        .bind(case.door_at.map(Timestamp::as_microsecond))
        .bind(case.alert.map(|alert| alert.raised_at.as_microsecond()))
        .bind(case.alert.map(|alert| alert.raised_by.to_string()))
        .bind(case.first_image_at.map(Timestamp::as_microsecond))
        .bind(case.clock.started_at.as_microsecond())
        .bind(word(&case.clock.started_by, "clock's start")?)
        .bind(claim.map(|claim| claim.reader.to_string()))
        .bind(claim.map(|claim| claim.since.as_microsecond()))
        .bind(claim.map(|claim| claim.until.as_microsecond()))
        .bind(decided.as_ref().map(|(decision, ..)| decision.as_str()))
        .bind(decided.as_ref().map(|(_, by, _)| by.to_string()))
        .bind(decided.as_ref().map(|(.., at)| at.as_microsecond()))
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// A case by its id; on PostgreSQL in a writing transaction call [`lock`] first.
///
/// # Errors
/// [`DbError`]
pub async fn get(tx: &mut Tx, id: CaseId) -> Result<Option<Case>, DbError> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as(select!("WHERE id = $1")).bind(id.to_string()).fetch_optional(c).await
    })?;
    row.map(Case::try_from).transpose()
}

/// Holds a case's row until the commit, so that a read-change-write loses nothing. SQLite has one writer.
///
/// # Errors
/// [`DbError`]
pub async fn lock(tx: &mut Tx, id: CaseId) -> Result<(), DbError> {
    if let Tx::Postgres(t) = tx {
        sqlx::query("SELECT 1 FROM cases WHERE id = $1 FOR UPDATE")
            .bind(id.to_string())
            .execute(&mut **t)
            .await?;
    }
    Ok(())
}

/// Serialises what opens cases of one patient on PostgreSQL, so that an alert and a first image open one case.
///
/// # Errors
/// [`DbError`]
pub async fn lock_patient(tx: &mut Tx, site: &SiteId, patient: &PatientId) -> Result<(), DbError> {
    if let Tx::Postgres(t) = tx {
        sqlx::query("SELECT pg_advisory_xact_lock(hashtext($1), hashtext($2))")
            .bind(site.as_str())
            .bind(patient.as_str())
            .execute(&mut **t)
            .await?;
    }
    Ok(())
}

/// The newest undecided case of a site with this patient id or accession number.
///
/// # Errors
/// [`DbError`]
pub async fn find_open(
    tx: &mut Tx,
    site: &SiteId,
    patient: &PatientId,
    accession: Option<&str>,
) -> Result<Option<CaseId>, DbError> {
    let id: Option<String> = on!(tx, |c| {
        sqlx::query_scalar(
            "SELECT id FROM cases WHERE site_id = $1 AND decided_at IS NULL AND (patient_id = $2 OR accession = $3)
             ORDER BY opened_at DESC LIMIT 1",
        )
        .bind(site.as_str())
        .bind(patient.as_str())
        .bind(accession)
        .fetch_optional(c)
        .await
    })?;
    id.map(|id| parse(&id, "case id")).transpose()
}

/// The case that an alert with this key opened or joined.
///
/// # Errors
/// [`DbError`]
pub async fn by_idempotency_key(tx: &mut Tx, key: &str) -> Result<Option<CaseId>, DbError> {
    let id: Option<String> = on!(tx, |c| {
        sqlx::query_scalar("SELECT id FROM cases WHERE idempotency_key = $1")
            .bind(key)
            .fetch_optional(c)
            .await
    })?;
    id.map(|id| parse(&id, "case id")).transpose()
}

/// Notes the key of an alert that joined a case which images had opened.
///
/// # Errors
/// [`DbError`]; [`DbError::is_unique_violation`] when the key was used.
pub async fn set_idempotency_key(tx: &mut Tx, id: CaseId, key: &str) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query("UPDATE cases SET idempotency_key = $2 WHERE id = $1")
            .bind(id.to_string())
            .bind(key)
            .execute(c)
            .await
            .map(|_| ())
    })?;
    Ok(())
}

/// Cases whose clock started from `from` to just before `to`.
///
/// # Errors
/// [`DbError`]
pub async fn started_within(tx: &mut Tx, from: Timestamp, to: Timestamp) -> Result<Vec<Case>, DbError> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(select!(
            "WHERE clock_started_at >= $1 AND clock_started_at < $2 ORDER BY clock_started_at, id"
        ))
        .bind(from.as_microsecond())
        .bind(to.as_microsecond())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Case::try_from).collect()
}

/// Every undecided case, and those decided after `since`.
///
/// # Errors
/// [`DbError`]
pub async fn current(tx: &mut Tx, since: Timestamp) -> Result<Vec<Case>, DbError> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(select!("WHERE decided_at IS NULL OR decided_at > $1 ORDER BY opened_at, id"))
            .bind(since.as_microsecond())
            .fetch_all(c)
            .await
    })?;
    rows.into_iter().map(Case::try_from).collect()
}
