//! A scanner says that an examination has begun, and how it ended (MPPS): the loop of the order that it names closes.

use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use serde_json::json;

use super::desk::Desk;
use super::record::{Outcome, Record};
use crate::db::events::{EventKind, NewEvent};
use crate::db::performed_steps::{self, Step};
use crate::db::{DbError, Tx, protocols};
use crate::domain::identity::{AeTitle, SiteId, SopInstanceUid, TransferSyntaxUid};
use crate::domain::protocol::{Imaged, Order, Over, Performed, Seen};
use crate::domain::time::Timestamp;
use crate::imaging::dataset::{self, DatasetError};
use crate::imaging::gate::Limits;

/// Bytes of a step's data set taken at most: its end lists every image made.
pub const MAX_STEP: usize = 4 * 1024 * 1024;

const STEP: Limits = Limits {
    max_depth: 16,
    max_elements: 200_000,
    max_string_values: 200_000,
    max_dataset_bytes: MAX_STEP as u64,
    max_inflated_bytes: MAX_STEP as u64,
    max_frame_bytes: 0,
};

/// Why a step was not kept.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    #[error(transparent)]
    DataSet(#[from] DatasetError),
    #[error("the performed procedure step status is missing, or not one that may stand here")]
    Status,
    #[error("the step is known already")]
    Duplicate,
    #[error("no such step")]
    NoSuchStep,
    #[error(transparent)]
    Over(#[from] Over),
    #[error(transparent)]
    Db(#[from] DbError),
}

/// What a scanner says.
#[derive(Debug)]
pub struct Told<'a> {
    pub site: &'a SiteId,
    pub calling: &'a AeTitle,
    pub uid: &'a SopInstanceUid,
    pub data_set: &'a [u8],
    pub transfer_syntax: &'a TransferSyntaxUid,
}

/// The examination has begun (N-CREATE).
///
/// # Errors
/// [`StepError`]
pub async fn begin_step(desk: &Desk, told: &Told<'_>) -> Result<(), StepError> {
    let said = dataset::read(told.data_set, told.transfer_syntax, STEP)?;
    // PS3.4 section F.7.2.1.2: a step is created in progress.
    if status(&said) != Some(Performed::InProgress) {
        return Err(StepError::Status);
    }
    let now = desk.now();
    let mut tx = desk.db.write().await?;
    if performed_steps::get(&mut tx, told.site, told.uid).await?.is_some() {
        return Err(StepError::Duplicate);
    }
    let order = order_of(&mut tx, told.site, &said).await?;
    let step = Step {
        uid: told.uid.clone(),
        site: told.site.clone(),
        order: order.as_ref().map(|order| order.id),
        state: Performed::InProgress,
    };
    match performed_steps::insert(&mut tx, &step, now).await {
        // Known at another site: a UID is given once in the world.
        Err(error) if error.is_unique_violation() => return Err(StepError::Duplicate),
        inserted => inserted?,
    }
    let mut events = Vec::new();
    if let Some(order) = order {
        events.push(event(&order, "started"));
        if order.state.is_open() && order.imaged.is_none() {
            let imaged = Some(Imaged { by: Seen::Scanner, at: now });
            protocols::update(&mut tx, &Order { imaged, ..order }).await?;
        }
    }
    desk.commit(tx, &events, &record(told, "protocol.step_begun", now)).await?;
    Ok(())
}

/// The examination goes on, or is over (N-SET).
///
/// # Errors
/// [`StepError`]
pub async fn update_step(desk: &Desk, told: &Told<'_>) -> Result<(), StepError> {
    let said = dataset::read(told.data_set, told.transfer_syntax, STEP)?;
    let now = desk.now();
    let mut tx = desk.db.write().await?;
    let before = performed_steps::get(&mut tx, told.site, told.uid).await?.ok_or(StepError::NoSuchStep)?;
    // Without a status the step goes on as it was.
    let next = match said.element_opt(tags::PERFORMED_PROCEDURE_STEP_STATUS).ok().flatten() {
        None => Performed::InProgress,
        Some(_) => status(&said).ok_or(StepError::Status)?,
    };
    let step = Step { state: before.state.updated(next)?, ..before };
    performed_steps::update(&mut tx, &step, now).await?;
    let what = match step.state {
        Performed::InProgress => None,
        Performed::Completed => Some("completed"),
        Performed::Discontinued => Some("discontinued"),
    };
    let mut events = Vec::new();
    if let (Some(id), Some(what)) = (step.order, what) {
        let orders = protocols::of_step(&mut tx, told.site, &id.step(), "").await?;
        events.extend(orders.iter().map(|order| event(order, what)));
    }
    desk.commit(tx, &events, &record(told, "protocol.step_updated", now)).await?;
    Ok(())
}

fn text(object: &InMemDicomObject, tag: dicom_core::Tag) -> Option<String> {
    let text = object.element_opt(tag).ok().flatten()?.to_str().ok()?;
    Some(text.trim_matches(['\0', ' ']).to_owned())
}

fn status(said: &InMemDicomObject) -> Option<Performed> {
    Performed::from_dicom(&text(said, tags::PERFORMED_PROCEDURE_STEP_STATUS)?)
}

/// The order that the step names, by its scheduled step or the study that it was to make.
async fn order_of(tx: &mut Tx, site: &SiteId, said: &InMemDicomObject) -> Result<Option<Order>, DbError> {
    let scheduled = said.element_opt(tags::SCHEDULED_STEP_ATTRIBUTES_SEQUENCE).ok().flatten();
    let Some(item) = scheduled.and_then(|steps| steps.items()?.first()) else { return Ok(None) };
    let of = |tag| text(item, tag).unwrap_or_default();
    let (step, study) = (of(tags::SCHEDULED_PROCEDURE_STEP_ID), of(tags::STUDY_INSTANCE_UID));
    Ok(protocols::of_step(tx, site, &step, &study).await?.into_iter().next())
}

fn event(order: &Order, what: &str) -> NewEvent {
    NewEvent {
        kind: EventKind::ProtocolChanged,
        case: Some(order.case),
        site: Some(order.site.clone()),
        actor: None,
        detail: json!({
            "what": what, "protocol": order.id, "modality": order.prescription.modality,
        }),
    }
}

fn record(told: &Told<'_>, action: &str, at: Timestamp) -> Record {
    Record {
        action: action.to_owned(),
        at,
        from: None,
        outcome: Outcome::Allowed,
        role: None,
        subject: Some(told.calling.to_string()),
        user: None,
    }
}
