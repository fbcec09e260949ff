//! Store Instances (PS3.18 section 10.5): each part through the gate into the vault as it arrives.

mod answer;

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use bytes::Bytes;
use futures::StreamExt as _;

use super::DicomWeb;
use super::accept::{MediaRange, media_range};
use super::asked::{Asking, Within};
use super::multipart::{Event, MultipartError, Parser};
use super::refusal::Refused;
use crate::api::access::{Permit, StoreImages};
use crate::domain::identity::{SiteId, StudyUid};
use crate::imaging::gate::Limits;
use crate::pathway::receive_instance::{DeliveryId, Origin, Received};
use crate::pathway::stream_instance::{FileStream, Streamed};
use answer::{Outcome, Outcomes};

/// The longest wait for the next bytes of a body.
const PATIENCE: Duration = Duration::from_secs(60);
const DICOM: &str = "application/dicom";

/// Any number of instances, of one study where the path names it.
pub async fn store(
    permit: Permit<StoreImages>,
    State(web): State<DicomWeb>,
    asking: Asking<Within>,
    body: Body,
) -> Result<Response, Refused> {
    if !asking.takes_json() {
        return Err(Refused::NotAcceptable("the answer is application/dicom+json"));
    }
    let framing = framing(&asking.headers)?;
    let delivery = Delivery { web: web.clone(), id: DeliveryId::new() };
    let mut store = Store {
        web: &web,
        site: web.sending_site(&permit, &asking.query)?,
        delivery: &delivery,
        study: asking.path.study.clone(),
        outcomes: Outcomes::default(),
    };
    let mut body = body.into_data_stream();
    let read = match framing {
        Framing::One => store.one(&mut body).await,
        Framing::Parts(parser) => store.parts(&mut body, parser).await,
    };
    let outcomes = store.outcomes;
    for study in outcomes.studies() {
        web.note_stored(&permit, &study).await?;
    }
    read?;
    Ok(outcomes.answer(&asking.base_url()))
}

/// How the instances lie in the body.
enum Framing {
    One,
    Parts(Parser),
}

fn framing(headers: &HeaderMap) -> Result<Framing, Refused> {
    let refused =
        Refused::UnsupportedMedia("instances come as multipart/related; type=\"application/dicom\"");
    let content_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).and_then(media_range);
    let Some(content_type) = content_type else { return Err(refused) };
    match content_type.essence.as_str() {
        DICOM => Ok(Framing::One),
        "multipart/related" if content_type.parameter("type").is_none_or(is_dicom) => {
            let boundary = content_type.parameter("boundary").unwrap_or_default();
            Ok(Framing::Parts(Parser::new(boundary).map_err(malformed)?))
        }
        _ => Err(refused),
    }
}

fn is_dicom(media_type: &str) -> bool {
    media_type.eq_ignore_ascii_case(DICOM)
}

fn malformed(error: MultipartError) -> Refused {
    Refused::Malformed(error.to_string())
}

/// Ends the delivery however the request ends: a client that went away leaves series to be judged.
struct Delivery {
    web: DicomWeb,
    id: DeliveryId,
}

impl Drop for Delivery {
    fn drop(&mut self) {
        self.web.receiver.delivery_closed(self.id);
    }
}

/// One request's work.
struct Store<'r> {
    web: &'r DicomWeb,
    site: SiteId,
    delivery: &'r Delivery,
    study: Option<StudyUid>,
    outcomes: Outcomes,
}

/// The part being received.
enum Part {
    Taken(Box<FileStream>),
    /// What became of it is known; its other bytes are passed over.
    Decided,
}

impl Store<'_> {
    fn begin(&self) -> Part {
        Part::Taken(Box::new(FileStream::begin(&self.web.vault, Limits::default())))
    }

    async fn one(&mut self, body: &mut BodyDataStream) -> Result<(), Refused> {
        let mut part = self.begin();
        while let Some(bytes) = next(body).await? {
            part = self.push(part, &bytes).await;
        }
        self.end(part).await;
        Ok(())
    }

    async fn parts(&mut self, body: &mut BodyDataStream, mut parser: Parser) -> Result<(), Refused> {
        let mut part = Part::Decided;
        while let Some(bytes) = next(body).await? {
            parser.push(&bytes);
            while let Some(event) = parser.next().map_err(malformed)? {
                part = match event {
                    Event::PartBegins { content_type } => self.begin_part(content_type.as_deref()),
                    Event::Data(bytes) => self.push(part, &bytes).await,
                    Event::PartEnds | Event::End => {
                        self.end(part).await;
                        Part::Decided
                    }
                };
            }
        }
        // What was stored before the body broke off stays stored; the client knows of none of it and repeats.
        parser.finish().map_err(malformed)
    }

    /// Parts of another type are failures of their own.
    fn begin_part(&mut self, content_type: Option<&str>) -> Part {
        let essence = content_type.and_then(media_range).map(|MediaRange { essence, .. }| essence);
        if essence.as_deref().is_none_or(is_dicom) {
            return self.begin();
        }
        self.outcomes.add(Outcome::not_dicom());
        Part::Decided
    }

    async fn push(&mut self, part: Part, bytes: &[u8]) -> Part {
        let Part::Taken(mut file) = part else { return Part::Decided };
        match file.push(bytes).await {
            Ok(()) => Part::Taken(file),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "an instance was refused");
                self.outcomes.add(Outcome::refused(&error));
                Part::Decided
            }
        }
    }

    async fn end(&mut self, part: Part) {
        let Part::Taken(file) = part else { return };
        let outcome = match file.finish() {
            Ok(streamed) => self.receive(streamed).await,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "an instance was refused");
                Outcome::refused(&error)
            }
        };
        self.outcomes.add(outcome);
    }

    async fn receive(&self, streamed: Streamed) -> Outcome {
        let header = streamed.header.clone();
        if self.study.as_ref().is_some_and(|study| *study != header.study) {
            return Outcome::other_study(&header);
        }
        let received = Received::from_stream(Origin::Stow, self.delivery.id, self.site.clone(), streamed);
        match self.web.receiver.receive(received).await {
            Ok(_receipt) => Outcome::stored(&header),
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "an instance could not be kept");
                Outcome::not_kept(&header)
            }
        }
    }
}

/// The next bytes of the body.
async fn next(body: &mut BodyDataStream) -> Result<Option<Bytes>, Refused> {
    match tokio::time::timeout(PATIENCE, body.next()).await {
        Err(_elapsed) => Err(Refused::Slow),
        Ok(None) => Ok(None),
        Ok(Some(Ok(bytes))) => Ok(Some(bytes)),
        Ok(Some(Err(error))) => Err(Refused::Malformed(error.to_string())),
    }
}
