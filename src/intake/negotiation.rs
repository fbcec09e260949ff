//! Association negotiation (PS3.8 section 7.1, PS3.7 Annex D): pure, from a request to an answer.

use std::collections::BTreeMap;

use dicom_ul::pdu::{
    AssociationAC, AssociationRJ, AssociationRJResult, AssociationRJServiceProviderASCEReason,
    AssociationRJServiceUserReason, AssociationRJSource, AssociationRQ, DEFAULT_MAX_PDU, Pdu,
    PresentationContextProposed, PresentationContextResult, PresentationContextResultReason,
    UserVariableItem,
};

use super::sites::{CalledTitle, CallingTitle, SitePolicy};
use crate::domain::identity::{AeTitle, SiteId, SopClassUid, TransferSyntaxUid};
use crate::pathway::stream_instance::{IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME};

/// The DICOM application context name (PS3.7 A.2.1).
const APPLICATION_CONTEXT: &str = "1.2.840.10008.3.1.1.1";
pub const VERIFICATION: &str = "1.2.840.10008.1.1";
/// Modality Performed Procedure Step (PS3.4 section F.7).
pub const PERFORMED_STEP: &str = "1.2.840.10008.3.1.2.3.3";
/// Modality Worklist Information Model - FIND (PS3.4 section K.5).
pub const MODALITY_WORKLIST: &str = "1.2.840.10008.5.1.4.31";
const IMPLICIT_LITTLE_ENDIAN: &str = "1.2.840.10008.1.2";
/// What a query or a step may be written in; answers are written in it too.
const PLAIN: [&str; 2] = [IMPLICIT_LITTLE_ENDIAN, "1.2.840.10008.1.2.1"];
const DICOM_ROOT: &str = "1.2.840.10008.";

/// Storage SOP classes that stand outside the storage arc (PS3.4 table B.5-1 and Annex GG).
const STORAGE_ELSEWHERE: [&str; 7] = [
    "1.2.840.10008.5.1.4.34.7",
    "1.2.840.10008.5.1.4.34.10",
    "1.2.840.10008.5.1.4.38.1",
    "1.2.840.10008.5.1.4.39.1",
    "1.2.840.10008.5.1.4.43.1",
    "1.2.840.10008.5.1.4.44.1",
    "1.2.840.10008.5.1.4.45.1",
];
const STORAGE_ARC: &str = "1.2.840.10008.5.1.4.1.1.";

/// What an accepted presentation context is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    Verification,
    Storage,
    /// The orders that a scanner of the site is to make.
    Worklist,
    /// The scanner's word on what it makes.
    PerformedStep,
}

/// One accepted presentation context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    pub service: Service,
    pub abstract_syntax: String,
    pub transfer_syntax: TransferSyntaxUid,
}

/// What was agreed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreed {
    pub calling: AeTitle,
    pub site: SiteId,
    pub contexts: BTreeMap<u8, Context>,
    /// The longest PDU body that the peer takes, in bytes.
    pub peer_max_length: u32,
}

/// The answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Accept(Box<Agreed>, AssociationAC),
    Reject(AssociationRJ),
    /// A presentation context id is even or used twice: PS3.8 9.2.3, an invalid PDU parameter.
    Abort,
}

/// What this application entity takes.
#[derive(Debug, Clone)]
pub struct Terms {
    pub title: AeTitle,
    pub called: CalledTitle,
    pub sites: SitePolicy,
    /// Announced to the peer, in bytes.
    pub max_length: u32,
}

impl Terms {
    /// Answers an association request.
    #[must_use]
    pub fn answer(&self, request: &AssociationRQ) -> Answer {
        if request.protocol_version & 1 == 0 {
            return Answer::Reject(permanent(AssociationRJSource::ServiceProviderASCE(
                AssociationRJServiceProviderASCEReason::ProtocolVersionNotSupported,
            )));
        }
        if trim(&request.application_context_name) != APPLICATION_CONTEXT {
            return reject(AssociationRJServiceUserReason::ApplicationContextNameNotSupported);
        }
        if self.called == CalledTitle::OwnOnly && request.called_ae_title != self.title.as_str() {
            return reject(AssociationRJServiceUserReason::CalledAETitleNotRecognized);
        }
        let Some((calling, site)) = self.peer(&request.calling_ae_title) else {
            return reject(AssociationRJServiceUserReason::CallingAETitleNotRecognized);
        };
        let mut contexts = BTreeMap::new();
        let mut results = Vec::with_capacity(request.presentation_contexts.len());
        for proposed in &request.presentation_contexts {
            let taken = results.iter().any(|r: &PresentationContextResult| r.id == proposed.id);
            if proposed.id % 2 == 0 || taken {
                return Answer::Abort;
            }
            let outcome = negotiate(proposed);
            results.push(result(proposed, &outcome));
            if let Ok(context) = outcome {
                contexts.insert(proposed.id, context);
            }
        }
        let answer = AssociationAC {
            protocol_version: 1,
            calling_ae_title: request.calling_ae_title.clone(),
            called_ae_title: request.called_ae_title.clone(),
            application_context_name: APPLICATION_CONTEXT.to_owned(),
            presentation_contexts: results,
            user_variables: vec![
                UserVariableItem::MaxLength(self.max_length),
                UserVariableItem::ImplementationClassUID(IMPLEMENTATION_CLASS_UID.to_owned()),
                UserVariableItem::ImplementationVersionName(IMPLEMENTATION_VERSION_NAME.to_owned()),
            ],
        };
        let peer_max_length = peer_max_length(&request.user_variables);
        Answer::Accept(Box::new(Agreed { calling, site, contexts, peer_max_length }), answer)
    }

    fn peer(&self, title: &str) -> Option<(AeTitle, SiteId)> {
        let calling: AeTitle = title.parse().ok()?;
        match self.sites.site_of(&calling) {
            CallingTitle::Of(site) => Some((calling, site)),
            CallingTitle::NotRecognized => None,
        }
    }
}

/// PS3.8 D.1: absent, the default stands; 0 means no limit.
fn peer_max_length(variables: &[UserVariableItem]) -> u32 {
    let stated = variables.iter().find_map(|item| match item {
        UserVariableItem::MaxLength(length) => Some(*length),
        _ => None,
    });
    match stated {
        None => DEFAULT_MAX_PDU,
        Some(0) => u32::MAX,
        Some(length) => length,
    }
}

fn negotiate(proposed: &PresentationContextProposed) -> Result<Context, PresentationContextResultReason> {
    let abstract_syntax = trim(&proposed.abstract_syntax);
    let service =
        service_of(abstract_syntax).ok_or(PresentationContextResultReason::AbstractSyntaxNotSupported)?;
    let transfer_syntax = choose(&proposed.transfer_syntaxes, service)
        .ok_or(PresentationContextResultReason::TransferSyntaxesNotSupported)?;
    Ok(Context { service, abstract_syntax: abstract_syntax.to_owned(), transfer_syntax })
}

fn result(
    proposed: &PresentationContextProposed,
    outcome: &Result<Context, PresentationContextResultReason>,
) -> PresentationContextResult {
    let (reason, transfer_syntax) = match outcome {
        Ok(context) => (PresentationContextResultReason::Acceptance, context.transfer_syntax.to_string()),
        // Not significant when refused (PS3.8 9.3.3.2), but some peers insist on a lawful value.
        Err(reason) => (reason.clone(), IMPLICIT_LITTLE_ENDIAN.to_owned()),
    };
    PresentationContextResult { id: proposed.id, reason, transfer_syntax }
}

/// Every storage class, private ones included; no other service of the standard.
fn service_of(abstract_syntax: &str) -> Option<Service> {
    if abstract_syntax == VERIFICATION {
        return Some(Service::Verification);
    }
    if abstract_syntax == PERFORMED_STEP {
        return Some(Service::PerformedStep);
    }
    if abstract_syntax == MODALITY_WORKLIST {
        return Some(Service::Worklist);
    }
    if abstract_syntax.parse::<SopClassUid>().is_err() {
        return None;
    }
    let storage = abstract_syntax.starts_with(STORAGE_ARC)
        || STORAGE_ELSEWHERE.contains(&abstract_syntax)
        || !abstract_syntax.starts_with(DICOM_ROOT);
    storage.then_some(Service::Storage)
}

/// How much of the image a transfer syntax keeps; the order is the preference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fidelity {
    Lossless,
    /// May lose, or the sender may have lost before.
    Lossy,
    Unknown,
}

fn fidelity(uid: &str) -> Fidelity {
    match uid {
        "1.2.840.10008.1.2"
        | "1.2.840.10008.1.2.1"
        | "1.2.840.10008.1.2.1.99"
        | "1.2.840.10008.1.2.2"
        | "1.2.840.10008.1.2.5"
        | "1.2.840.10008.1.2.4.57"
        | "1.2.840.10008.1.2.4.70"
        | "1.2.840.10008.1.2.4.80"
        | "1.2.840.10008.1.2.4.90"
        | "1.2.840.10008.1.2.4.92"
        | "1.2.840.10008.1.2.4.110"
        | "1.2.840.10008.1.2.4.201"
        | "1.2.840.10008.1.2.4.202" => Fidelity::Lossless,
        uid if uid.starts_with("1.2.840.10008.1.2.") => Fidelity::Lossy,
        _ => Fidelity::Unknown,
    }
}

/// The first of the sender's transfer syntaxes that keeps most. What is stored is never transcoded, so an
/// unknown one is as good to keep as any, but only when nothing known is offered.
fn choose(offered: &[String], service: Service) -> Option<TransferSyntaxUid> {
    let lawful = offered.iter().filter_map(|uid| trim(uid).parse::<TransferSyntaxUid>().ok());
    match service {
        Service::Storage => lawful.min_by_key(|uid| fidelity(uid.as_str())),
        Service::Verification => {
            let mut lawful = lawful;
            lawful.find(|uid| fidelity(uid.as_str()) == Fidelity::Lossless)
        }
        Service::Worklist | Service::PerformedStep => {
            let mut lawful = lawful;
            lawful.find(|uid| PLAIN.contains(&uid.as_str()))
        }
    }
}

/// UIDs come padded with NUL or, wrongly but often, a space.
fn trim(uid: &str) -> &str {
    uid.trim_end_matches(['\0', ' '])
}

fn permanent(source: AssociationRJSource) -> AssociationRJ {
    AssociationRJ { result: AssociationRJResult::Permanent, source }
}

fn reject(reason: AssociationRJServiceUserReason) -> Answer {
    Answer::Reject(permanent(AssociationRJSource::ServiceUser(reason)))
}

/// The answer to a peer beyond the number of associations taken (PS3.8 9.3.4): it may try again.
#[must_use]
pub fn busy(reason: dicom_ul::pdu::AssociationRJServiceProviderPresentationReason) -> Pdu {
    Pdu::AssociationRJ(AssociationRJ {
        result: AssociationRJResult::Transient,
        source: AssociationRJSource::ServiceProviderPresentation(reason),
    })
}

#[cfg(test)]
mod tests;
