//! C-FIND of the modality worklist (PS3.4 Annex K, PS3.7 section 9.1.2): the query's keys in, one answer an order out.

use bytes::BytesMut;
use jiff::tz::TimeZone;

use super::association::{Broken, next_fragment};
use super::negotiation::Context;
use super::status::Status;
use super::transport::{FragmentKind, PduStream, Position};
use crate::domain::identity::{AeTitle, SiteId};
use crate::pathway::desk::Desk;
use crate::pathway::offer_orders::{MAX_IDENTIFIER, OfferError, Query, offer_orders};

/// Where one association's scanner finds its orders.
#[derive(Debug)]
pub struct Orders {
    pub desk: Desk,
    /// The scanner's own dates are in it.
    pub zone: TimeZone,
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
        let identifier = read_identifier(stream, context_id).await?;
        let query = Query {
            site: &self.site,
            calling: &self.calling,
            identifier: &identifier,
            transfer_syntax: &context.transfer_syntax,
            zone: &self.zone,
        };
        Ok(offer_orders(&self.desk, &query).await.map_err(|error| {
            tracing::warn!(calling = %self.calling, error = &error as &dyn std::error::Error, "no worklist");
            match error {
                OfferError::Identifier(_) | OfferError::Syntax => Status::IdentifierDoesNotMatchSopClass,
                OfferError::Write(_) | OfferError::Db(_) => Status::UnableToProcess,
            }
        }))
    }
}

async fn read_identifier(stream: &mut PduStream, context_id: u8) -> Result<BytesMut, Broken> {
    let mut whole = BytesMut::new();
    loop {
        let fragment = next_fragment(stream).await?;
        if fragment.kind != FragmentKind::DataSet || fragment.context_id != context_id {
            return Err(Broken::OutOfPlace);
        }
        if whole.len() + fragment.data.len() > MAX_IDENTIFIER {
            return Err(Broken::Endless);
        }
        whole.extend_from_slice(&fragment.data);
        if fragment.position == Position::Last {
            return Ok(whole);
        }
    }
}
