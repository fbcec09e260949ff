//! The modality worklist: a site's open orders, for its scanners.

use std::collections::BTreeMap;

use dicom_dictionary_std::tags;
use dicom_encoding::transfer_syntax::TransferSyntaxIndex as _;
use dicom_object::InMemDicomObject;
use dicom_transfer_syntax_registry::TransferSyntaxRegistry;

use super::desk::Desk;
use super::record::{Outcome, Record};
use crate::db::{DbError, cases, protocols, users};
use crate::domain::identity::{AeTitle, SiteId, TransferSyntaxUid};
use crate::imaging::dataset::{self, DatasetError};
use crate::imaging::gate::Limits;
use crate::interop::worklist::{Scheduled, matches, scheduled_step, select};

/// Bytes of a query's identifier taken at most; a scanner's is below a thousand.
pub const MAX_IDENTIFIER: usize = 32 * 1024;

/// What an identifier may be at most.
const SMALL: Limits = Limits {
    max_depth: 8,
    max_elements: 1_000,
    max_string_values: 10_000,
    max_dataset_bytes: MAX_IDENTIFIER as u64,
    max_inflated_bytes: MAX_IDENTIFIER as u64,
    max_frame_bytes: 0,
};

/// Why nothing was offered.
#[derive(Debug, thiserror::Error)]
pub enum OfferError {
    #[error(transparent)]
    Identifier(#[from] DatasetError),
    #[error("the answer cannot be written")]
    Write(#[from] Box<dicom_object::WriteError>),
    #[error("the transfer syntax is not known")]
    Syntax,
    #[error(transparent)]
    Db(#[from] DbError),
}

/// A scanner's question.
#[derive(Debug)]
pub struct Query<'a> {
    pub site: &'a SiteId,
    pub calling: &'a AeTitle,
    /// The data set with the keys, as it came.
    pub identifier: &'a [u8],
    pub transfer_syntax: &'a TransferSyntaxUid,
}

/// The open orders of the scanner's site that answer its keys, each as a data set in the query's transfer syntax.
/// Giving patients' names out is recorded.
///
/// # Errors
/// [`OfferError`]
pub async fn offer_orders(desk: &Desk, query: &Query<'_>) -> Result<Vec<Vec<u8>>, OfferError> {
    let now = desk.now();
    let asked = dataset::read(query.identifier, query.transfer_syntax, SMALL)?;
    let syntax = TransferSyntaxRegistry.get(query.transfer_syntax.as_str()).ok_or(OfferError::Syntax)?;
    let station = station(desk, query, &asked);
    // A scanner's dates are by the clocks of its hospital, wherever this program runs.
    let zone = desk.region.zone_of(query.site);
    let mut answers = Vec::new();
    let mut tx = desk.db.read().await?;
    let people: BTreeMap<_, _> =
        users::all(&mut tx).await?.into_iter().map(|user| (user.id, user.display_name)).collect();
    // Nothing is prescribed after now: what comes is what is open.
    for order in protocols::of_site(&mut tx, query.site, now).await? {
        let Some(case) = cases::get(&mut tx, order.case).await? else { continue };
        let entry = scheduled_step(&Scheduled {
            order: &order,
            patient: &case.patient,
            station: &station,
            prescriber: people.get(&order.prescribed_by).map_or("", String::as_str),
            zone: &zone,
        });
        if matches(&asked, &entry) {
            let mut bytes = Vec::new();
            select(&asked, &entry).write_dataset_with_ts(&mut bytes, syntax).map_err(Box::new)?;
            answers.push(bytes);
        }
    }
    drop(tx);
    if !answers.is_empty() {
        let record = Record {
            action: "protocol.worklist".to_owned(),
            at: now,
            from: None,
            outcome: Outcome::Allowed,
            role: None,
            subject: Some(query.calling.to_string()),
            user: None,
        };
        desk.commit(desk.db.write().await?, &[], &record).await?;
    }
    Ok(answers)
}

/// The station that is asked for, if it is one of the site's; else the one that asks.
fn station(desk: &Desk, query: &Query<'_>, asked: &InMemDicomObject) -> AeTitle {
    let wanted = asked
        .element_opt(tags::SCHEDULED_PROCEDURE_STEP_SEQUENCE)
        .ok()
        .flatten()
        .and_then(|steps| steps.items()?.first())
        .and_then(|step| step.element_opt(tags::SCHEDULED_STATION_AE_TITLE).ok().flatten())
        .and_then(|element| element.to_str().ok())
        .and_then(|title| title.trim().parse::<AeTitle>().ok());
    let titles =
        desk.region.site(query.site).map(|site| site.calling_ae_titles.as_slice()).unwrap_or_default();
    wanted.filter(|title| titles.contains(title)).unwrap_or_else(|| query.calling.clone())
}
