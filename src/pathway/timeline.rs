//! A case's timeline: every step with who and when, in words.

mod calls;

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::desk::Desk;
use super::view::{Person, Words};
use crate::db::DbError;
use crate::db::events::{self, Event, EventKind};
use crate::db::users::{self, User};
use crate::domain::identity::{CaseId, UserId};
use crate::domain::time::Timestamp;
use crate::domain::wording::{Number, Text};

/// A step.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Step {
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    pub actor: Option<Person>,
    #[schema(value_type = String)]
    pub kind: EventKind,
    #[schema(value_type = Words)]
    pub text: Text,
}

/// Every step, in order.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Timeline {
    pub events: Vec<Step>,
}

/// The timeline of a case. Progress within a series is left out, its first image and its completion stay.
///
/// # Errors
/// [`DbError`]
pub async fn timeline(desk: &Desk, id: CaseId) -> Result<Timeline, DbError> {
    let mut tx = desk.db.read().await?;
    let happened = events::of_case(&mut tx, id).await?;
    let people: BTreeMap<UserId, User> =
        users::all(&mut tx).await?.into_iter().map(|user| (user.id, user)).collect();
    drop(tx);
    let mut steps = Vec::new();
    for event in happened {
        if let Some(text) = words(&event, &people) {
            steps.push(Step {
                at: event.at,
                actor: event.actor.and_then(|id| people.get(&id)).map(Person::from),
                kind: event.kind,
                text,
            });
        }
    }
    Ok(Timeline { events: steps })
}

fn words(event: &Event, people: &BTreeMap<UserId, User>) -> Option<Text> {
    let said = |key: &str| event.detail.get(key).and_then(serde_json::Value::as_str);
    let text = match event.kind {
        EventKind::CaseOpened if said("by") == Some("alert") => Text::new("Alerte donnée", "Alert raised"),
        EventKind::CaseOpened => Text::new("Cas ouvert par les images", "Case opened by the images"),
        EventKind::CaseChanged => match said("by") {
            Some("alert") => Text::new("Alerte donnée", "Alert raised"),
            Some("attached") => Text::new("Examen rattaché", "Study attached"),
            _ => Text::new("Examen reçu pour ce cas", "Study received for this case"),
        },
        EventKind::CaseClaimed if event.detail.get("renews") == Some(&serde_json::Value::Bool(true)) => {
            return None;
        }
        EventKind::CaseClaimed => Text::new("Cas pris en lecture", "Case taken for reading"),
        EventKind::CaseReleased => given_back(event),
        EventKind::CaseDecided => decided(said("diagnosis").unwrap_or_default()),
        EventKind::ReportSigned if said("status") == Some("final") => {
            Text::new("Compte rendu définitif signé", "Final report signed")
        }
        EventKind::ReportSigned if said("status") == Some("addendum") => {
            Text::new("Additif au compte rendu signé", "Addendum to the report signed")
        }
        EventKind::ReportSigned => Text::new("Compte rendu préliminaire signé", "Preliminary report signed"),
        EventKind::ScoreRecorded | EventKind::MilestoneRecorded => kept_text(event, "text")?,
        EventKind::DispatchDecided => {
            let label = kept_text(event, "label").unwrap_or_else(|| Text::new("", ""));
            Text::new(
                format!("Orientation décidée : {}", label.fr),
                format!("Transfer decided: {}", label.en),
            )
        }
        EventKind::CallChanged => return calls::words(event, people),
        EventKind::ConsultOpened => Text::new("Appel ouvert", "Call opened"),
        EventKind::ConsultChanged if event.detail.get("joined").is_some() => {
            Text::new("A rejoint l'appel", "Joined the call")
        }
        EventKind::ConsultChanged => match said("media") {
            Some("started") => Text::new("Caméra et son en marche", "Camera and sound on"),
            Some(_) => Text::new("Caméra et son arrêtés", "Camera and sound off"),
            None => return None,
        },
        EventKind::ProtocolPrescribed => {
            let modality = said("modality").unwrap_or_default();
            Text::new(format!("Examen prescrit ({modality})"), format!("Examination prescribed ({modality})"))
        }
        EventKind::ProtocolChanged => return Some(protocol(said("what").unwrap_or_default())),
        EventKind::SeriesProgress => return progress(event),
        EventKind::AnalysisChanged => return Some(analysis(event)),
        EventKind::ConflictKept => {
            Text::new("Une image reçue deux fois diffère", "An image received twice differs")
        }
        EventKind::ModelAlarm => Text::new("Alarme sur un modèle", "A model's alarm"),
    };
    Some(text)
}

/// A text that the event carries in both languages.
fn kept_text(event: &Event, key: &str) -> Option<Text> {
    event.detail.get(key).and_then(|text| serde_json::from_value(text.clone()).ok())
}

/// What became of a prescribed examination.
fn protocol(what: &str) -> Text {
    let (fr, en) = match what {
        "acknowledged" => ("Prescription d'examen prise en compte", "Examination order acknowledged"),
        "done" => ("Examen fait comme prescrit", "Examination done as prescribed"),
        "deviated" => ("Examen fait autrement que prescrit", "Examination done otherwise than prescribed"),
        "refused" => ("Examen prescrit refusé", "Prescribed examination refused"),
        "withdrawn" => ("Prescription d'examen retirée", "Examination order withdrawn"),
        "started" => {
            ("Examen prescrit commencé, dit le scanner", "Prescribed examination begun, says the scanner")
        }
        "completed" => {
            ("Examen prescrit terminé, dit le scanner", "Prescribed examination over, says the scanner")
        }
        "discontinued" => (
            "Examen prescrit interrompu, dit le scanner",
            "Prescribed examination broken off, says the scanner",
        ),
        _ => ("Première image de l'examen prescrit", "First image of the prescribed examination"),
    };
    Text::new(fr, en)
}

/// With what the reader told the next.
fn given_back(event: &Event) -> Text {
    if event.detail.get("lapsed").is_some() {
        return Text::new(
            "Lecture échue sans suite : le cas est proposé à nouveau",
            "Reading lapsed: the case is offered again",
        );
    }
    let note = event.detail.get("note").and_then(serde_json::Value::as_str).unwrap_or_default();
    let seen = event.detail.get("seen").and_then(serde_json::Value::as_u64).unwrap_or_default();
    let mut parts = vec![Text::new("Cas rendu à la file", "Case given back to the queue")];
    match seen {
        0 => {}
        1 => parts.push(Text::new("1 série vue", "1 series seen")),
        _ => parts.push(Text::new(format!("{seen} séries vues"), format!("{seen} series seen"))),
    }
    if !note.is_empty() {
        parts.push(Text::new(format!("« {note} »"), format!("“{note}”")));
    }
    Text::join(&parts, " · ")
}

/// Of a series' arrival, its first image.
fn progress(event: &Event) -> Option<Text> {
    let instances = event.detail.get("instances").and_then(serde_json::Value::as_i64)?;
    let modality = event.detail.get("modality").and_then(serde_json::Value::as_str).unwrap_or("");
    (instances == 1).then(|| match modality {
        "SR" => Text::new("Rapport structuré archivé", "Structured report archived"),
        "SEG" => Text::new("Segmentation archivée", "Segmentation archived"),
        _ => Text::new(
            format!("Première image d'une série {modality}"),
            format!("First image of a {modality} series"),
        ),
    })
}

fn decided(diagnosis: &str) -> Text {
    let (fr, en) = match diagnosis {
        "haemorrhage" => ("hémorragie", "haemorrhage"),
        "lvo" => ("occlusion d'une grosse artère", "large-vessel occlusion"),
        "ischaemia" => ("autre ischémie", "other ischaemia"),
        "mimic" => ("pas un AVC", "not a stroke"),
        _ => ("indéterminé", "undetermined"),
    };
    Text::new(format!("Diagnostic posé : {fr}"), format!("Diagnosis made: {en}"))
}

/// What the model said then.
fn analysis(event: &Event) -> Text {
    let said = |key: &str| event.detail.get(key).and_then(serde_json::Value::as_str);
    let is = |key: &str| event.detail.get(key).and_then(serde_json::Value::as_bool).unwrap_or(false);
    let (name_fr, name_en) = match said("task") {
        Some("hemorrhage") => ("saignement", "bleeding"),
        Some("occlusion") => ("occlusion", "occlusion"),
        _ => ("infarctus", "infarct"),
    };
    let probability = event.detail.get("probability").and_then(serde_json::Value::as_f64);
    let (fr, en) = match (said("status"), probability) {
        (Some("analysed"), Some(probability)) => {
            let percent = Number::percent(probability).as_percentage();
            let (fr, en) = if is("flag") { ("signalé", "flagged") } else { ("non signalé", "not flagged") };
            (format!("{name_fr} {fr}, {}", percent.fr), format!("{name_en} {en}, {}", percent.en))
        }
        (Some("not_analysable"), _) => {
            (format!("{name_fr} : série non analysable"), format!("{name_en}: series not analysable"))
        }
        (Some("not_applicable"), _) => {
            (format!("{name_fr} : sans objet"), format!("{name_en}: not applicable"))
        }
        (Some("failed"), _) => {
            (format!("{name_fr} : analyse en échec"), format!("{name_en}: analysis failed"))
        }
        _ => (format!("{name_fr} : en attente"), format!("{name_en}: pending")),
    };
    let (more_fr, more_en) = if is("provisional") { (" (provisoire)", " (provisional)") } else { ("", "") };
    Text::new(format!("Analyse : {fr}{more_fr}"), format!("Analysis: {en}{more_en}"))
}
