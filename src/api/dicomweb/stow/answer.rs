//! What became of each instance, as the store response (PS3.18 section 10.5.3, Annex I.2).

use std::collections::BTreeSet;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use dicom_dictionary_std::tags;
use serde_json::{Map, Value, json};

use crate::archive::BlobError;
use crate::domain::identity::{SopClassUid, SopInstanceUid, StudyUid};
use crate::imaging::gate::RefusalKind;
use crate::imaging::header::Header;
use crate::imaging::metadata::tag_key;
use crate::pathway::stream_instance::StreamError;

/// Failure Reason (0008,1197) (PS3.18 table I.2-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    OutOfResources,
    DoesNotMatch,
    CannotUnderstand,
    ProcessingFailure,
}

impl Reason {
    fn code(self) -> u16 {
        match self {
            Self::OutOfResources => 0xA700,
            Self::DoesNotMatch => 0xA900,
            Self::CannotUnderstand => 0xC000,
            Self::ProcessingFailure => 0x0110,
        }
    }
}

/// The instance that an outcome tells of.
#[derive(Debug, Clone)]
struct Reference {
    study: StudyUid,
    sop_class: SopClassUid,
    sop_instance: SopInstanceUid,
    series: String,
}

impl Reference {
    fn of(header: &Header) -> Self {
        Self {
            study: header.study.clone(),
            sop_class: header.sop_class.clone(),
            sop_instance: header.sop_instance.clone(),
            series: header.series.to_string(),
        }
    }

    fn item(&self) -> Map<String, Value> {
        let mut item = Map::new();
        let uid = |uid: &str| json!({"vr": "UI", "Value": [uid]});
        item.insert(tag_key(tags::REFERENCED_SOP_CLASS_UID), uid(self.sop_class.as_str()));
        item.insert(tag_key(tags::REFERENCED_SOP_INSTANCE_UID), uid(self.sop_instance.as_str()));
        item
    }
}

/// What became of one part.
#[derive(Debug, Clone)]
pub struct Outcome {
    of: Option<Reference>,
    failed: Option<Reason>,
}

impl Outcome {
    #[must_use]
    pub fn stored(header: &Header) -> Self {
        Self { of: Some(Reference::of(header)), failed: None }
    }

    #[must_use]
    pub fn other_study(header: &Header) -> Self {
        Self { of: Some(Reference::of(header)), failed: Some(Reason::DoesNotMatch) }
    }

    #[must_use]
    pub fn not_kept(header: &Header) -> Self {
        Self { of: Some(Reference::of(header)), failed: Some(Reason::OutOfResources) }
    }

    #[must_use]
    pub fn not_dicom() -> Self {
        Self { of: None, failed: Some(Reason::CannotUnderstand) }
    }

    #[must_use]
    pub fn refused(error: &StreamError) -> Self {
        let reason = match error {
            StreamError::Refused(refusal) => match refusal.kind() {
                RefusalKind::Resources => Reason::OutOfResources,
                RefusalKind::NotAnInstance => Reason::DoesNotMatch,
                RefusalKind::NotUnderstood => Reason::CannotUnderstand,
            },
            StreamError::Vault(BlobError::StorageFull(_)) => Reason::OutOfResources,
            StreamError::Vault(_) | StreamError::Meta(_) => Reason::ProcessingFailure,
        };
        Self { of: None, failed: Some(reason) }
    }
}

/// What became of all parts.
#[derive(Debug, Default)]
pub struct Outcomes {
    all: Vec<Outcome>,
}

impl Outcomes {
    pub fn add(&mut self, outcome: Outcome) {
        self.all.push(outcome);
    }

    /// The studies of which something was stored.
    #[must_use]
    pub fn studies(&self) -> BTreeSet<StudyUid> {
        let stored = self.all.iter().filter(|outcome| outcome.failed.is_none());
        stored.filter_map(|outcome| outcome.of.as_ref()).map(|of| of.study.clone()).collect()
    }

    /// 200 when all were stored, 202 when some were, 409 when none was (PS3.18 table 10.5.3-1).
    #[must_use]
    pub fn answer(&self, base: &str) -> Response {
        let stored = self.all.iter().filter(|outcome| outcome.failed.is_none()).count();
        let status = match stored {
            0 => StatusCode::CONFLICT,
            some if some < self.all.len() => StatusCode::ACCEPTED,
            _ => StatusCode::OK,
        };
        let body = Value::Object(self.data_set(base)).to_string();
        (status, [(header::CONTENT_TYPE, "application/dicom+json")], body).into_response()
    }

    fn data_set(&self, base: &str) -> Map<String, Value> {
        let (mut referenced, mut failed, mut other) = (Vec::new(), Vec::new(), Vec::new());
        for outcome in &self.all {
            let mut item = outcome.of.as_ref().map(Reference::item).unwrap_or_default();
            match (outcome.failed, &outcome.of) {
                (None, Some(of)) => {
                    let url = format!(
                        "{base}/studies/{}/series/{}/instances/{}",
                        of.study, of.series, of.sop_instance
                    );
                    item.insert(tag_key(tags::RETRIEVE_URL), json!({"vr": "UR", "Value": [url]}));
                    referenced.push(Value::Object(item));
                }
                (failure, of) => {
                    let code = failure.unwrap_or(Reason::ProcessingFailure).code();
                    item.insert(tag_key(tags::FAILURE_REASON), json!({"vr": "US", "Value": [code]}));
                    let list = if of.is_some() { &mut failed } else { &mut other };
                    list.push(Value::Object(item));
                }
            }
        }
        let mut data_set = Map::new();
        if let [study] = self.studies().into_iter().collect::<Vec<_>>().as_slice() {
            let url = format!("{base}/studies/{study}");
            data_set.insert(tag_key(tags::RETRIEVE_URL), json!({"vr": "UR", "Value": [url]}));
        }
        let sequences = [
            (tags::REFERENCED_SOP_SEQUENCE, referenced),
            (tags::FAILED_SOP_SEQUENCE, failed),
            (tags::OTHER_FAILURES_SEQUENCE, other),
        ];
        for (tag, items) in sequences {
            if !items.is_empty() {
                data_set.insert(tag_key(tag), json!({"vr": "SQ", "Value": items}));
            }
        }
        data_set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_stored_is_a_conflict_and_unnamed_failures_have_their_own_list() {
        let mut outcomes = Outcomes::default();
        outcomes.add(Outcome::not_dicom());
        assert_eq!(outcomes.answer("http://h/dicomweb").status(), StatusCode::CONFLICT);
        let data_set = outcomes.data_set("http://h/dicomweb");
        assert_eq!(data_set["0008119A"]["Value"][0]["00081197"]["Value"][0], 0xC000);
    }
}
