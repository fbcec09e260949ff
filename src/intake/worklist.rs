//! The scanner's orders: C-FIND of the modality worklist (PS3.4 Annex K, PS3.7 section 9.1.2), the query's keys in and
//! one answer an order out; N-CREATE and N-SET of the performed procedure step (PS3.4 Annex F).

use bytes::BytesMut;

use super::association::{Broken, next_fragment};
use super::dimse::{CommandSet, field, tag};
use super::negotiation::Context;
use super::status::Status;
use super::storage::Outcome;
use super::transport::{FragmentKind, PduStream, Position};
use crate::domain::identity::{AeTitle, SiteId, SopInstanceUid};
use crate::pathway::desk::Desk;
use crate::pathway::offer_orders::{MAX_IDENTIFIER, OfferError, Query, offer_orders};
use crate::pathway::performed_step::{MAX_STEP, StepError, Told, begin_step, update_step};

/// Where one association's scanner finds its orders.
#[derive(Debug)]
pub struct Orders {
    pub desk: Desk,
    pub calling: AeTitle,
    pub site: SiteId,
}

impl Orders {
    /// Answers a query: the orders that match, or the status that says why there is none to give.
    ///
    /// # Errors
    /// [`Broken`] when the stream itself fails or the identifier does not end.
    pub async fn find(
        &self,
        stream: &mut PduStream,
        context_id: u8,
        context: &Context,
    ) -> Result<Result<Vec<Vec<u8>>, Status>, Broken> {
        let identifier = read_data_set(stream, context_id, MAX_IDENTIFIER).await?;
        let query = Query {
            site: &self.site,
            calling: &self.calling,
            identifier: &identifier,
            transfer_syntax: &context.transfer_syntax,
        };
        Ok(offer_orders(&self.desk, &query).await.map_err(|error| {
            tracing::warn!(calling = %self.calling, error = &error as &dyn std::error::Error, "no worklist");
            match error {
                OfferError::Identifier(_) | OfferError::Syntax => Status::IdentifierDoesNotMatchSopClass,
                OfferError::Write(_) | OfferError::Db(_) => Status::UnableToProcess,
            }
        }))
    }

    /// Takes the scanner's word on an examination.
    ///
    /// # Errors
    /// [`Broken`] when the stream itself fails or the data set does not end.
    pub async fn performed(
        &self,
        stream: &mut PduStream,
        context_id: u8,
        context: &Context,
        command: &CommandSet,
    ) -> Result<Outcome, Broken> {
        let data_set = read_data_set(stream, context_id, MAX_STEP).await?;
        let begins = command.us(tag::COMMAND_FIELD) == Some(field::N_CREATE_RQ);
        let named = if begins { tag::AFFECTED_SOP_INSTANCE_UID } else { tag::REQUESTED_SOP_INSTANCE_UID };
        let Some(uid) = command.text(named).and_then(|uid| uid.parse::<SopInstanceUid>().ok()) else {
            return Ok(Outcome::plain(Status::InvalidSopInstance));
        };
        let told = Told {
            site: &self.site,
            calling: &self.calling,
            uid: &uid,
            data_set: &data_set,
            transfer_syntax: &context.transfer_syntax,
        };
        let kept =
            if begins { begin_step(&self.desk, &told).await } else { update_step(&self.desk, &told).await };
        let Err(error) = kept else { return Ok(Outcome::plain(Status::Success)) };
        tracing::warn!(calling = %self.calling, error = &error as &dyn std::error::Error, "step not kept");
        Ok(Outcome::plain(match error {
            StepError::Duplicate => Status::DuplicateSopInstance,
            StepError::NoSuchStep => Status::NoSuchSopInstance,
            StepError::Status => Status::InvalidAttributeValue,
            StepError::Over(_) | StepError::DataSet(_) | StepError::Db(_) => Status::ProcessingFailure,
        }))
    }
}

async fn read_data_set(stream: &mut PduStream, context_id: u8, most: usize) -> Result<BytesMut, Broken> {
    let mut whole = BytesMut::new();
    loop {
        let fragment = next_fragment(stream).await?;
        if fragment.kind != FragmentKind::DataSet || fragment.context_id != context_id {
            return Err(Broken::OutOfPlace);
        }
        if whole.len() + fragment.data.len() > most {
            return Err(Broken::Endless);
        }
        whole.extend_from_slice(&fragment.data);
        if fragment.position == Position::Last {
            return Ok(whole);
        }
    }
}
