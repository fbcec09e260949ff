//! One association, from its acceptance to its end: commands in, one at a time, answers out.

use bytes::{Bytes, BytesMut};
use dicom_ul::pdu::{
    AbortRQServiceProviderReason, AbortRQSource, PDV_HEADER_SIZE, PDataValue, PDataValueType, Pdu,
};
use tokio_util::sync::CancellationToken;

use super::dimse::{
    CommandError, CommandSet, DATA_SET, MAX_COMMAND_LENGTH, NO_DATA_SET, Request, field, tag,
};
use super::negotiation::{Agreed, Context, Service};
use super::status::Status;
use super::storage::{Outcome, Storage};
use super::transport::{Fragment, FragmentKind, Incoming, PduStream, Position, TransportError};
use super::worklist::Orders;

/// How an association ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The peer released it (PS3.8 section 7.2).
    Released,
    /// The peer aborted it or closed the connection.
    ByPeer,
    /// The program is stopping.
    Stopping,
}

/// Why an association was aborted from here.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    #[error(transparent)]
    Transport(#[from] TransportError),
    #[error("a command set cannot be read")]
    Command(#[from] CommandError),
    #[error("a command set is longer than {MAX_COMMAND_LENGTH} bytes")]
    CommandTooLong,
    #[error("presentation context {0} was not accepted")]
    UnknownContext(u8),
    #[error("a PDU came that has no place here")]
    OutOfPlace,
    #[error("a refused data set does not end")]
    Endless,
}

impl Broken {
    /// The reason given to the peer (PS3.8 table 9-26).
    #[must_use]
    pub fn abort(&self) -> Pdu {
        let reason = match self {
            Self::OutOfPlace => AbortRQServiceProviderReason::UnexpectedPdu,
            Self::UnknownContext(_) | Self::Transport(TransportError::TooLong { .. }) => {
                AbortRQServiceProviderReason::InvalidPduParameter
            }
            Self::Transport(_) | Self::Command(_) | Self::CommandTooLong | Self::Endless => {
                AbortRQServiceProviderReason::ReasonNotSpecified
            }
        };
        Pdu::AbortRQ { source: AbortRQSource::ServiceProvider(reason) }
    }
}

/// What an association's peer may use.
#[derive(Debug)]
pub struct Services {
    pub storage: Storage,
    /// Absent where no worklist is served.
    pub orders: Option<Orders>,
}

/// Serves an accepted association until it ends.
///
/// # Errors
/// [`Broken`] when the peer breaks the protocol or the connection fails; the caller aborts.
pub async fn serve(
    stream: &mut PduStream,
    agreed: &Agreed,
    services: &Services,
    stop: &CancellationToken,
) -> Result<End, Broken> {
    loop {
        let incoming = tokio::select! {
            biased;
            () = stop.cancelled() => return Ok(End::Stopping),
            incoming = stream.next() => incoming?,
        };
        match incoming {
            Incoming::Fragment(first) => {
                let (context_id, bytes) = read_command(stream, first).await?;
                let context = agreed.contexts.get(&context_id).ok_or(Broken::UnknownContext(context_id))?;
                let command = CommandSet::read(bytes)?;
                answer(stream, agreed, context_id, context, &command, services).await?;
            }
            Incoming::Pdu(Pdu::ReleaseRQ) => {
                stream.send(&Pdu::ReleaseRP).await?;
                return Ok(End::Released);
            }
            Incoming::Pdu(Pdu::AbortRQ { .. }) | Incoming::Closed => return Ok(End::ByPeer),
            Incoming::Pdu(_) => return Err(Broken::OutOfPlace),
        }
    }
}

/// Gathers the fragments of one command set.
async fn read_command(stream: &mut PduStream, first: Fragment) -> Result<(u8, Bytes), Broken> {
    let context_id = first.context_id;
    let mut whole = BytesMut::new();
    let mut fragment = first;
    loop {
        if fragment.kind != FragmentKind::Command || fragment.context_id != context_id {
            return Err(Broken::OutOfPlace);
        }
        if whole.len() + fragment.data.len() > MAX_COMMAND_LENGTH {
            return Err(Broken::CommandTooLong);
        }
        whole.extend_from_slice(&fragment.data);
        if fragment.position == Position::Last {
            return Ok((context_id, whole.freeze()));
        }
        fragment = next_fragment(stream).await?;
    }
}

/// The next fragment, where nothing else may come.
pub(super) async fn next_fragment(stream: &mut PduStream) -> Result<Fragment, Broken> {
    match stream.next().await? {
        Incoming::Fragment(fragment) => Ok(fragment),
        Incoming::Closed | Incoming::Pdu(Pdu::AbortRQ { .. }) => Err(TransportError::Cut.into()),
        Incoming::Pdu(_) => Err(Broken::OutOfPlace),
    }
}

async fn answer(
    stream: &mut PduStream,
    agreed: &Agreed,
    context_id: u8,
    context: &Context,
    command: &CommandSet,
    services: &Services,
) -> Result<(), Broken> {
    let request = command.request()?;
    let storage = &services.storage;
    let outcome = match (context.service, request.field) {
        (Service::Storage, field::C_STORE_RQ) => storage.store(stream, context_id, context, command).await?,
        (Service::Worklist, field::C_FIND_RQ) if command.has_data_set() && services.orders.is_some() => {
            let Some(orders) = &services.orders else { return Ok(()) };
            match orders.find(stream, context_id, context).await? {
                Ok(found) => {
                    for identifier in found {
                        let pending =
                            response(command, request, Status::Pending).with_us(tag::DATA_SET_TYPE, DATA_SET);
                        send(stream, agreed, context_id, PDataValueType::Command, &pending.write()).await?;
                        send(stream, agreed, context_id, PDataValueType::Data, &identifier).await?;
                    }
                    Outcome::plain(Status::Success)
                }
                Err(status) => Outcome::plain(status),
            }
        }
        (Service::PerformedStep, field::N_CREATE_RQ | field::N_SET_RQ)
            if command.has_data_set() && services.orders.is_some() =>
        {
            let Some(orders) = &services.orders else { return Ok(()) };
            orders.performed(stream, context_id, context, command).await?
        }
        (Service::Verification, field::C_ECHO_RQ) => Outcome::plain(Status::Success),
        // Nothing that could be cancelled is ever under way here.
        (_, field::C_CANCEL_RQ) => return Ok(()),
        (_, field) if field & field::RESPONSE != 0 => return Err(Broken::OutOfPlace),
        (_, field) => {
            tracing::info!(field, "a command that is not performed here");
            if command.has_data_set() {
                storage.pass_over(stream, context_id).await?;
            }
            Outcome::plain(Status::UnrecognizedOperation)
        }
    };
    respond(stream, agreed, context_id, command, request, &outcome).await
}

async fn respond(
    stream: &mut PduStream,
    agreed: &Agreed,
    context_id: u8,
    command: &CommandSet,
    request: Request,
    outcome: &Outcome,
) -> Result<(), Broken> {
    let mut whole = response(command, request, outcome.status).with_us(tag::DATA_SET_TYPE, NO_DATA_SET);
    if let Some(comment) = &outcome.comment {
        whole = whole.with_text(tag::ERROR_COMMENT, comment);
    }
    send(stream, agreed, context_id, PDataValueType::Command, &whole.write()).await
}

/// The answer to a request, but for whether a data set follows.
fn response(command: &CommandSet, request: Request, status: Status) -> CommandSet {
    let mut response = CommandSet::default()
        .with_us(tag::COMMAND_FIELD, request.field | field::RESPONSE)
        .with_us(tag::MESSAGE_ID_RESPONDED_TO, request.message_id)
        .with_us(tag::STATUS, status.code());
    // What a request is sent to, its answer is from.
    for (affected, requested) in [
        (tag::AFFECTED_SOP_CLASS_UID, tag::REQUESTED_SOP_CLASS_UID),
        (tag::AFFECTED_SOP_INSTANCE_UID, tag::REQUESTED_SOP_INSTANCE_UID),
    ] {
        if let Some(uid) = command.text(affected).or_else(|| command.text(requested)) {
            response = response.with_uid(affected, uid);
        }
    }
    response
}

/// Sends a command set or a data set, in pieces that the peer takes.
async fn send(
    stream: &mut PduStream,
    agreed: &Agreed,
    context_id: u8,
    value_type: PDataValueType,
    bytes: &[u8],
) -> Result<(), Broken> {
    let room = usize::try_from(agreed.peer_max_length.saturating_sub(PDV_HEADER_SIZE)).unwrap_or(usize::MAX);
    let mut pieces = bytes.chunks(room.max(1)).peekable();
    while let Some(piece) = pieces.next() {
        let value = PDataValue {
            presentation_context_id: context_id,
            value_type: value_type.clone(),
            is_last: pieces.peek().is_none(),
            data: piece.to_vec(),
        };
        stream.send(&Pdu::PData { data: vec![value] }).await?;
    }
    Ok(())
}
