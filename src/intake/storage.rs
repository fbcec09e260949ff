//! C-STORE (PS3.7 section 9.1.1, PS3.4 Annex B): the data set through the gate into the vault, then one use case.

use super::association::{Broken, next_fragment};
use super::dimse::{CommandSet, tag};
use super::negotiation::Context;
use super::status::Status;
use super::transport::{Fragment, FragmentKind, PduStream, Position};
use crate::archive::{BlobError, FileStore};
use crate::domain::identity::{AeTitle, SiteId, SopClassUid, SopInstanceUid};
use crate::imaging::gate::{Limits, Refusal, RefusalKind};
use crate::pathway::receive_instance::{DeliveryId, Origin, ReceiveError, Received, Receiver};
use crate::pathway::stream_instance::{DataSetStream, StreamError, Streamed};

/// What the peer is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub status: Status,
    /// Error Comment (0000,0902): says what is wrong and nothing of the patient.
    pub comment: Option<String>,
}

impl Outcome {
    #[must_use]
    pub fn plain(status: Status) -> Self {
        Self { status, comment: None }
    }

    fn because(status: Status, reason: &impl ToString) -> Self {
        Self { status, comment: Some(reason.to_string()) }
    }
}

/// Where one association's instances go.
#[derive(Debug)]
pub struct Storage {
    pub vault: FileStore,
    pub receiver: Receiver,
    pub limits: Limits,
    pub calling: AeTitle,
    pub site: SiteId,
    pub delivery: DeliveryId,
}

/// What the command announces.
#[derive(Debug)]
struct Announced {
    sop_class: SopClassUid,
    sop_instance: SopInstanceUid,
}

impl Storage {
    /// Takes one instance. Whatever is wrong with it, its data set is read to its end, so that the association
    /// goes on with the next.
    ///
    /// # Errors
    /// [`Broken`] when the stream itself fails.
    pub async fn store(
        &self,
        stream: &mut PduStream,
        context_id: u8,
        context: &Context,
        command: &CommandSet,
    ) -> Result<Outcome, Broken> {
        if !command.has_data_set() {
            return Ok(Outcome::because(Status::MistypedArgument, &"no data set is announced"));
        }
        let announced = match announced(command, context) {
            Ok(announced) => announced,
            Err(refused) => {
                self.pass_over(stream, context_id).await?;
                return Ok(refused);
            }
        };
        let outcome = match self.read(stream, context_id, context, &announced).await? {
            Ok(streamed) => self.receive(streamed, &announced).await,
            Err(error) => of_stream_error(&error),
        };
        if outcome.status != Status::Success {
            tracing::warn!(
                calling = %self.calling,
                code = format_args!("{:04X}", outcome.status.code()),
                section = outcome.status.section(),
                reason = outcome.comment.as_deref(),
                "instance refused"
            );
        }
        Ok(outcome)
    }

    /// Reads a data set to its end and keeps nothing.
    ///
    /// # Errors
    /// [`Broken`] when the stream fails or the data set does not end.
    pub async fn pass_over(&self, stream: &mut PduStream, context_id: u8) -> Result<(), Broken> {
        let mut passed = 0;
        loop {
            let fragment = data_fragment(stream, context_id).await?;
            passed += fragment.data.len() as u64;
            if passed > self.limits.max_dataset_bytes {
                return Err(Broken::Endless);
            }
            if fragment.position == Position::Last {
                return Ok(());
            }
        }
    }

    /// The data set, streamed; read to its end in any case.
    async fn read(
        &self,
        stream: &mut PduStream,
        context_id: u8,
        context: &Context,
        announced: &Announced,
    ) -> Result<Result<Streamed, StreamError>, Broken> {
        let begun = DataSetStream::begin(
            &self.vault,
            self.limits,
            &announced.sop_class,
            &announced.sop_instance,
            context.transfer_syntax.clone(),
        );
        let mut instance = match begun.await {
            Ok(instance) => instance,
            Err(error) => {
                self.pass_over(stream, context_id).await?;
                return Ok(Err(error));
            }
        };
        loop {
            let fragment = data_fragment(stream, context_id).await?;
            if let Err(error) = instance.push(&fragment.data).await {
                drop(instance);
                if fragment.position == Position::Inner {
                    self.pass_over(stream, context_id).await?;
                }
                return Ok(Err(error));
            }
            if fragment.position == Position::Last {
                return Ok(instance.finish());
            }
        }
    }

    async fn receive(&self, streamed: Streamed, announced: &Announced) -> Outcome {
        let header = &streamed.header;
        if header.sop_class != announced.sop_class || header.sop_instance != announced.sop_instance {
            return Outcome::because(
                Status::DataSetDoesNotMatchSopClass,
                &"the data set is another instance than the command names",
            );
        }
        let received = Received::from_stream(
            Origin::CStore { calling: self.calling.clone() },
            self.delivery,
            self.site.clone(),
            streamed,
        );
        match self.receiver.receive(received).await {
            Ok(_receipt) => Outcome::plain(Status::Success),
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "an instance could not be kept");
                of_receive_error(&error)
            }
        }
    }
}

async fn data_fragment(stream: &mut PduStream, context_id: u8) -> Result<Fragment, Broken> {
    let fragment = next_fragment(stream).await?;
    if fragment.kind != FragmentKind::DataSet || fragment.context_id != context_id {
        return Err(Broken::OutOfPlace);
    }
    Ok(fragment)
}

fn announced(command: &CommandSet, context: &Context) -> Result<Announced, Outcome> {
    let named = |element, name: &str| {
        command
            .text(element)
            .ok_or_else(|| Outcome::because(Status::MistypedArgument, &format!("the command has no {name}")))
    };
    let sop_class = named(tag::AFFECTED_SOP_CLASS_UID, "Affected SOP Class UID")?;
    let sop_instance = named(tag::AFFECTED_SOP_INSTANCE_UID, "Affected SOP Instance UID")?;
    if sop_class != context.abstract_syntax {
        return Err(Outcome::because(
            Status::SopClassNotSupported,
            &"the SOP class is not the presentation context's",
        ));
    }
    Ok(Announced {
        sop_class: sop_class.parse().map_err(|e| Outcome::because(Status::SopClassNotSupported, &e))?,
        sop_instance: sop_instance.parse().map_err(|e| Outcome::because(Status::InvalidSopInstance, &e))?,
    })
}

fn of_stream_error(error: &StreamError) -> Outcome {
    let status = match error {
        StreamError::Refused(Refusal::InvalidUid(_)) => Status::InvalidSopInstance,
        StreamError::Refused(refusal) => match refusal.kind() {
            RefusalKind::Resources => Status::OutOfResources,
            RefusalKind::NotAnInstance => Status::DataSetDoesNotMatchSopClass,
            RefusalKind::NotUnderstood => Status::CannotUnderstand,
        },
        StreamError::Vault(BlobError::StorageFull(_)) => Status::OutOfResources,
        StreamError::Vault(_) | StreamError::Meta(_) => Status::ProcessingFailure,
    };
    Outcome::because(status, error)
}

fn of_receive_error(error: &ReceiveError) -> Outcome {
    let status = match error {
        ReceiveError::StorageFull(_) | ReceiveError::Database(_) | ReceiveError::Closing => {
            Status::OutOfResources
        }
        ReceiveError::Io(_) => Status::ProcessingFailure,
    };
    Outcome::because(status, error)
}
