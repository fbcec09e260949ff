//! One association as its requestor.

use std::io::{self, SeekFrom};

use bytes::{Bytes, BytesMut};
use dicom_ul::association::{AsyncClientAssociation, ClientAssociationOptions};
use dicom_ul::pdu::{PDV_HEADER_SIZE, PDataValue, PDataValueType, Pdu};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio::net::TcpStream;

use super::{Destination, SendOptions, Sendable, Sent};
use crate::domain::identity::{SopClassUid, TransferSyntaxUid};
use crate::intake::dimse::{CommandError, CommandSet, MAX_COMMAND_LENGTH, field, tag};

/// The longest PDU sent, in bytes: larger ones gain nothing and cost the receiver memory.
const MAX_PDU: u32 = 128 * 1024;
/// Data Set Type (0000,0800) of a message with a data set: anything but 0101H.
const WITH_DATA_SET: u16 = 0x0000;
/// Priority (0000,0700) HIGH: these patients are urgent.
const HIGH: u16 = 0x0001;

/// Why a file did not reach the peer.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    #[error("no association with the peer")]
    NoAssociation(#[source] Box<dicom_ul::association::Error>),
    #[error("the peer could not be reached any more")]
    Unreachable,
    #[error("the association broke")]
    Broken(#[source] Box<dicom_ul::association::Error>),
    #[error("the peer does not take this SOP class in transfer syntax {0}")]
    NotAccepted(TransferSyntaxUid),
    #[error("the file cannot be read")]
    Unreadable(#[from] io::Error),
    #[error("the file changed while it was sent")]
    Changed,
    #[error("the peer's answer cannot be read")]
    Answer(#[from] CommandError),
    #[error("the peer answered with something else")]
    OutOfPlace,
}

impl SendError {
    /// Whether nothing more can be said over the association: any failure but that to begin.
    #[must_use]
    pub fn breaks_association(&self) -> bool {
        !matches!(self, Self::NotAccepted(_))
    }
}

#[derive(Debug)]
pub(super) struct Session {
    association: AsyncClientAssociation<TcpStream>,
    message_id: u16,
}

impl Session {
    pub(super) async fn open(
        to: &Destination,
        options: &SendOptions,
        contexts: &[(SopClassUid, TransferSyntaxUid)],
    ) -> Result<Self, SendError> {
        let mut request = ClientAssociationOptions::new()
            .calling_ae_title(options.calling.to_string())
            .called_ae_title(to.title.to_string())
            .connection_timeout(options.patience)
            .read_timeout(options.patience)
            .write_timeout(options.patience);
        for (sop_class, transfer_syntax) in contexts {
            request =
                request.with_presentation_context(sop_class.to_string(), vec![transfer_syntax.to_string()]);
        }
        let association = request
            .establish_async((to.host.as_str(), to.port))
            .await
            .map_err(|error| SendError::NoAssociation(Box::new(error)))?;
        let mut session = Self { association, message_id: 0 };
        session.association.inner_stream().set_nodelay(true)?;
        Ok(session)
    }

    pub(super) async fn store(&mut self, file: &Sendable) -> Sent {
        match self.try_store(file).await {
            Ok((status, _)) if is_stored(status) => Sent::Stored { file: file.clone(), status },
            Ok((status, comment)) => Sent::Refused { file: file.clone(), status, comment },
            Err(error) => Sent::NotSent { file: file.clone(), error },
        }
    }

    /// The peer's status and comment.
    async fn try_store(&mut self, file: &Sendable) -> Result<(u16, Option<String>), SendError> {
        let context = self
            .association
            .presentation_contexts()
            .iter()
            .find(|context| {
                context.abstract_syntax == file.sop_class.as_str()
                    && context.transfer_syntax.trim_end_matches('\0') == file.transfer_syntax.as_str()
            })
            .map(|context| context.id)
            .ok_or_else(|| SendError::NotAccepted(file.transfer_syntax.clone()))?;
        self.message_id = self.message_id.wrapping_add(1);
        let command = CommandSet::default()
            .with_us(tag::COMMAND_FIELD, field::C_STORE_RQ)
            .with_us(tag::MESSAGE_ID, self.message_id)
            .with_us(tag::PRIORITY, HIGH)
            .with_us(tag::DATA_SET_TYPE, WITH_DATA_SET)
            .with_uid(tag::AFFECTED_SOP_CLASS_UID, file.sop_class.as_str())
            .with_uid(tag::AFFECTED_SOP_INSTANCE_UID, file.sop_instance.as_str());
        self.send_piece(context, PDataValueType::Command, command.write(), true).await?;
        self.send_data_set(context, file).await?;
        self.answer().await
    }

    async fn send_data_set(&mut self, context: u8, file: &Sendable) -> Result<(), SendError> {
        let room =
            self.association.acceptor_max_pdu_length().min(MAX_PDU).saturating_sub(PDV_HEADER_SIZE).max(1);
        let mut reader = File::open(&file.path).await?;
        reader.set_max_buf_size(MAX_PDU as usize);
        reader.seek(SeekFrom::Start(file.data_set_offset)).await?;
        let mut reader = reader.take(file.length);
        let mut left = file.length;
        while left > 0 {
            let mut piece = Vec::with_capacity(room as usize);
            (&mut reader).take(u64::from(room)).read_to_end(&mut piece).await?;
            if piece.is_empty() {
                return Err(SendError::Changed);
            }
            left -= piece.len() as u64;
            self.send_piece(context, PDataValueType::Data, piece, left == 0).await?;
        }
        Ok(())
    }

    async fn send_piece(
        &mut self,
        context: u8,
        value_type: PDataValueType,
        data: Vec<u8>,
        is_last: bool,
    ) -> Result<(), SendError> {
        let value = PDataValue { presentation_context_id: context, value_type, is_last, data };
        self.association.send(&Pdu::PData { data: vec![value] }).await.map_err(broken)
    }

    async fn answer(&mut self) -> Result<(u16, Option<String>), SendError> {
        let mut bytes = BytesMut::new();
        loop {
            let Pdu::PData { data } = self.association.receive().await.map_err(broken)? else {
                return Err(SendError::OutOfPlace);
            };
            for value in data {
                if value.value_type != PDataValueType::Command
                    || bytes.len() + value.data.len() > MAX_COMMAND_LENGTH
                {
                    return Err(SendError::OutOfPlace);
                }
                bytes.extend_from_slice(&value.data);
                if value.is_last {
                    return self.read_answer(bytes.freeze());
                }
            }
        }
    }

    fn read_answer(&self, bytes: Bytes) -> Result<(u16, Option<String>), SendError> {
        let answer = CommandSet::read(bytes)?;
        let ours = answer.us(tag::COMMAND_FIELD) == Some(field::C_STORE_RQ | field::RESPONSE)
            && answer.us(tag::MESSAGE_ID_RESPONDED_TO) == Some(self.message_id);
        if !ours {
            return Err(SendError::OutOfPlace);
        }
        let status = answer.us(tag::STATUS).ok_or(CommandError::Missing("status (0000,0900)"))?;
        Ok((status, answer.text(tag::ERROR_COMMENT).map(str::to_owned)))
    }

    pub(super) async fn release(self) {
        if let Err(error) = self.association.release().await {
            tracing::debug!(%error, "the peer did not release the association");
        }
    }
}

fn broken(error: dicom_ul::association::Error) -> SendError {
    SendError::Broken(Box::new(error))
}

/// Success, or a warning: the instance is kept (PS3.4 table B.2-1).
fn is_stored(status: u16) -> bool {
    status == 0 || status >> 12 == 0xB
}
