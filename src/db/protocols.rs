//! Examinations that readers prescribed, whole.

use super::column::{from_word, json, parse, time, to_json, word};
use super::{DbError, Tx, on};
use crate::domain::identity::{CaseId, ProtocolId, SiteId};
use crate::domain::protocol::{Imaged, Order};
use crate::domain::time::Timestamp;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    case_id: String,
    site_id: String,
    prescription: String,
    prescribed_by: String,
    prescribed_at: i64,
    state: String,
    imaged_by: Option<String>,
    imaged_at: Option<i64>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, case_id, site_id, prescription, prescribed_by, prescribed_at, state, imaged_by, imaged_at ",
            "FROM protocols ",
            $rest
        )
    };
}

impl TryFrom<Row> for Order {
    type Error = DbError;
    fn try_from(row: Row) -> Result<Self, DbError> {
        let imaged = match (row.imaged_by, row.imaged_at) {
            (Some(by), Some(at)) => {
                Some(Imaged { by: from_word(&by, "imaging's sign")?, at: time(at, "imaging's time")? })
            }
            _ => None,
        };
        Ok(Self {
            id: parse(&row.id, "protocol id")?,
            case: parse(&row.case_id, "case id")?,
            site: parse(&row.site_id, "site id")?,
            prescription: json(&row.prescription, "prescription")?,
            prescribed_by: parse(&row.prescribed_by, "user id")?,
            prescribed_at: time(row.prescribed_at, "prescription's time")?,
            state: json(&row.state, "protocol state")?,
            imaged,
        })
    }
}

fn orders(rows: Vec<Row>) -> Result<Vec<Order>, DbError> {
    rows.into_iter().map(Order::try_from).collect()
}

/// Keeps a new order.
///
/// # Errors
/// [`DbError`]
pub async fn insert(tx: &mut Tx, order: &Order) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO protocols (id, case_id, site_id, modality, prescription, prescribed_by, prescribed_at,
                                    state, open, step_id, study_uid)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(order.id.to_string())
        .bind(order.case.to_string())
        .bind(order.site.as_str())
        .bind(order.prescription.modality.as_str())
        .bind(to_json(&order.prescription, "prescription")?)
        .bind(order.prescribed_by.to_string())
        .bind(order.prescribed_at.as_microsecond())
        .bind(to_json(&order.state, "protocol state")?)
        .bind(i64::from(order.state.is_open()))
        .bind(order.id.step())
        .bind(order.id.study())
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// Writes back what became of an order.
///
/// # Errors
/// [`DbError`]
pub async fn update(tx: &mut Tx, order: &Order) -> Result<(), DbError> {
    let by = order.imaged.map(|imaged| word(&imaged.by, "imaging's sign")).transpose()?;
    on!(tx, |c| {
        sqlx::query(
            "UPDATE protocols SET state = $2, open = $3, imaged_by = $4, imaged_at = $5 WHERE id = $1",
        )
        .bind(order.id.to_string())
        .bind(to_json(&order.state, "protocol state")?)
        .bind(i64::from(order.state.is_open()))
        .bind(by)
        .bind(order.imaged.map(|imaged| imaged.at.as_microsecond()))
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// An order of a case.
///
/// # Errors
/// [`DbError`]
pub async fn get(tx: &mut Tx, case: CaseId, id: ProtocolId) -> Result<Option<Order>, DbError> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as(select!("WHERE case_id = $1 AND id = $2"))
            .bind(case.to_string())
            .bind(id.to_string())
            .fetch_optional(c)
            .await
    })?;
    row.map(Order::try_from).transpose()
}

/// A case's orders, earliest first.
///
/// # Errors
/// [`DbError`]
pub async fn of_case(tx: &mut Tx, case: CaseId) -> Result<Vec<Order>, DbError> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(select!("WHERE case_id = $1 ORDER BY prescribed_at, id"))
            .bind(case.to_string())
            .fetch_all(c)
            .await
    })?;
    orders(rows)
}

/// A site's orders that are open or were prescribed after `since`, earliest first.
///
/// # Errors
/// [`DbError`]
pub async fn of_site(tx: &mut Tx, site: &SiteId, since: Timestamp) -> Result<Vec<Order>, DbError> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(select!(
            "WHERE site_id = $1 AND (open = 1 OR prescribed_at > $2) ORDER BY prescribed_at, id"
        ))
        .bind(site.as_str())
        .bind(since.as_microsecond())
        .fetch_all(c)
        .await
    })?;
    orders(rows)
}

/// A site's orders of this scheduled step or study; both are given once.
///
/// # Errors
/// [`DbError`]
pub async fn of_step(tx: &mut Tx, site: &SiteId, step: &str, study: &str) -> Result<Vec<Order>, DbError> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(select!(
            "WHERE site_id = $1 AND (step_id = $2 OR study_uid = $3) ORDER BY prescribed_at"
        ))
        .bind(site.as_str())
        .bind(step)
        .bind(study)
        .fetch_all(c)
        .await
    })?;
    orders(rows)
}
