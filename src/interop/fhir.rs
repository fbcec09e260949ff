//! FHIR R4 (hl7.org/fhir/R4): the report in force as a DiagnosticReport, its statements as contained Observations.
//! The patient, the hospital and the signers are contained too: no other resource is served yet, and a reference that
//! leads nowhere helps nobody.

mod conclusion;
mod served;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::domain::clinical::aspects::{Change, Hemisphere, Region, score};
use crate::domain::identity::{CaseId, Patient, Sex, SiteId, UserId};
use crate::domain::report::{Cited, InForce, Item, Observation, Report, ReportStatus, Source, Statement};
use crate::domain::time::Timestamp;
use crate::domain::wording::{evidence_level, item_label, observed};
pub use served::{capability_statement, search_set};

/// Our own names of the report's items; the standard vocabularies have no code for most of them.
const ITEM_SYSTEM: &str = "urn:vigie:report-item";
/// What a case is known by here.
const CASE_SYSTEM: &str = "urn:vigie:case";
/// What hospitals and people are known by here. A patient's identifier is its hospital's.
const SITE_SYSTEM: &str = "urn:vigie:site";
const USER_SYSTEM: &str = "urn:vigie:user";
/// Unified Code for Units of Measure.
const UCUM: &str = "http://unitsofmeasure.org";
const LOINC: &str = "http://loinc.org";
const OBSERVATION_CATEGORY: &str = "http://terminology.hl7.org/CodeSystem/observation-category";
const SERVICE_SECTION: &str = "http://terminology.hl7.org/CodeSystem/v2-0074";

/// A case's report with what it needs to stand alone.
#[derive(Debug)]
pub struct Reported<'a> {
    pub case: CaseId,
    pub patient: &'a Patient,
    /// The hospital that sent the case.
    pub site: &'a SiteId,
    pub site_name: &'a str,
    pub first_image_at: Option<Timestamp>,
    pub standing: &'a InForce,
    /// Whether a final version was signed before the one in force.
    pub amended: bool,
    pub signers: &'a BTreeMap<UserId, String>,
    /// Its paper, whole; without it, where to get it.
    pub paper: Option<&'a [u8]>,
}

/// The DiagnosticReport of a case.
#[must_use]
pub fn diagnostic_report(of: &Reported<'_>) -> Value {
    let report = &of.standing.report;
    let last = of.standing.addenda.last().unwrap_or(report);
    let all = || std::iter::once(report).chain(&of.standing.addenda);
    let statements: Vec<(&Report, &Statement)> =
        all().flat_map(|version| version.items.iter().map(move |item| (version, item))).collect();
    let mut contained = vec![patient(of.site, of.patient), organization(of)];
    let mut readers: Vec<UserId> = Vec::new();
    for version in all() {
        if !readers.contains(&version.signed_by) {
            readers.push(version.signed_by);
        }
    }
    let mut interpreters = Vec::new();
    for (number, reader) in (1..).zip(&readers) {
        let id = format!("reader-{number}");
        interpreters.push(json!({ "reference": format!("#{id}") }));
        contained.push(practitioner(&id, *reader, of.signers.get(reader)));
    }
    let mut results = Vec::new();
    for (number, (version, statement)) in (1..).zip(&statements) {
        let id = format!("item-{number}");
        results.push(json!({ "reference": format!("#{id}") }));
        contained.push(observation(&id, version, statement));
    }
    let conclusion = all().map(|version| version.conclusion.as_str()).collect::<Vec<_>>().join("\n\n");
    let mut resource = json!({
        "resourceType": "DiagnosticReport",
        "id": of.case.to_string(),
        "meta": { "versionId": last.version.to_string(), "lastUpdated": last.signed_at },
        "contained": contained,
        "identifier": [{ "system": CASE_SYSTEM, "value": of.case.to_string() }],
        "status": status(of),
        "category": [{ "coding": [{ "system": SERVICE_SECTION, "code": "RAD", "display": "Radiology" }] }],
        "code": {
            "coding": [{ "system": LOINC, "code": "18748-4", "display": "Diagnostic imaging study" }],
            "text": "Imagerie cérébrale, filière AVC"
        },
        "subject": { "reference": "#patient" },
        "issued": last.signed_at,
        "performer": [{ "reference": "#site" }],
        "resultsInterpreter": interpreters,
        "conclusion": conclusion,
        "presentedForm": [paper(of, last)]
    });
    // FHIR knows no empty arrays and no nulls (R4 2.6.2).
    if let Some(at) = of.first_image_at {
        resource["effectiveDateTime"] = json!(at);
    }
    if !results.is_empty() {
        resource["result"] = Value::Array(results);
    }
    let codes = conclusion::codes(statements.iter().map(|(_, statement)| &statement.observation));
    if !codes.is_empty() {
        resource["conclusionCode"] = Value::Array(codes);
    }
    resource
}

/// R4 diagnostic-report-status: an addendum appends; a final after a final amends, whether it mends an error or not.
fn status(of: &Reported<'_>) -> &'static str {
    match of.standing.report.status {
        ReportStatus::Preliminary => "preliminary",
        _ if !of.standing.addenda.is_empty() => "appended",
        _ if of.amended => "amended",
        ReportStatus::Final | ReportStatus::Addendum => "final",
    }
}

/// The paper of the last version: itself, or where it is.
fn paper(of: &Reported<'_>, last: &Report) -> Value {
    let mut form = json!({
        "contentType": "application/pdf",
        "language": "fr",
        "url": format!("/api/v1/cases/{}/report/{}.pdf", of.case, last.version),
        "title": format!("Compte rendu, version {}", last.version),
        "creation": last.signed_at
    });
    if let Some(bytes) = of.paper {
        form["data"] = json!(STANDARD.encode(bytes));
        form["size"] = json!(bytes.len());
    }
    form
}

fn organization(of: &Reported<'_>) -> Value {
    json!({
        "resourceType": "Organization",
        "id": "site",
        "identifier": [{ "system": SITE_SYSTEM, "value": of.site }],
        "name": of.site_name
    })
}

fn practitioner(id: &str, user: UserId, name: Option<&String>) -> Value {
    let mut resource = json!({
        "resourceType": "Practitioner",
        "id": id,
        "identifier": [{ "system": USER_SYSTEM, "value": user }]
    });
    if let Some(name) = name.filter(|name| !name.is_empty()) {
        resource["name"] = json!([{ "text": name }]);
    }
    resource
}

fn patient(site: &SiteId, patient: &Patient) -> Value {
    let gender = match patient.sex {
        Sex::Male => "male",
        Sex::Female => "female",
        Sex::Other => "other",
        Sex::Unknown => "unknown",
    };
    let mut name = json!({ "use": "official" });
    if !patient.family_name.is_empty() {
        name["family"] = json!(patient.family_name);
    }
    if !patient.given_name.is_empty() {
        name["given"] = json!([patient.given_name]);
    }
    let mut resource = json!({
        "resourceType": "Patient",
        "id": "patient",
        "identifier": [{ "system": format!("{SITE_SYSTEM}:{site}:patient"), "value": patient.id }],
        "gender": gender
    });
    if name.get("family").is_some() || name.get("given").is_some() {
        resource["name"] = json!([name]);
    }
    if let Some(date) = patient.birth_date {
        resource["birthDate"] = json!(date.to_string());
    }
    resource
}

fn observation(id: &str, version: &Report, statement: &Statement) -> Value {
    let Statement { observation, source } = statement;
    let item = observation.item();
    let label = item_label(item);
    let mut resource = json!({
        "resourceType": "Observation",
        "id": id,
        "status": if version.status == ReportStatus::Preliminary { "preliminary" } else { "final" },
        "category": [{ "coding": [{ "system": OBSERVATION_CATEGORY, "code": "imaging" }] }],
        "code": { "coding": codings(item), "text": label.fr },
        "subject": { "reference": "#patient" },
        "issued": version.signed_at
    });
    let (key, value) = value_of(observation);
    resource[key] = value;
    if let Observation::Aspects(aspects) = observation {
        let sides = [("left", &aspects.left), ("right", &aspects.right)];
        resource["component"] = sides.into_iter().flat_map(|(side, of)| components(side, of)).collect();
    }
    match source {
        Source::Reader => {}
        Source::Computed => resource["note"] = json!([{ "text": "Calculé à la signature" }]),
        Source::Confirmed(cited) => {
            resource["device"] = json!({ "display": format!("{} {}", cited.model, cited.version) });
            resource["note"] = json!([{ "text": cited_note(cited) }]);
        }
    }
    resource
}

/// Our own name of the item, and LOINC's where it has one.
fn codings(item: Item) -> Vec<Value> {
    let mut codings = vec![json!({ "system": ITEM_SYSTEM, "code": item })];
    let loinc = match item {
        Item::Glasgow => Some(("9269-2", "Glasgow coma score total")),
        // 70182-1 is the panel of its items.
        Item::Nihss => Some(("72089-6", "Total score [NIH Stroke Scale]")),
        _ => None,
    };
    codings.extend(loinc.map(|(code, display)| json!({ "system": LOINC, "code": code, "display": display })));
    codings
}

/// On which model's word, confirmed by the reader.
fn cited_note(cited: &Cited) -> String {
    format!(
        "Proposé par {} {} (sha256 {}), probabilité {:.4}, seuil {}, {}, série {} ; confirmé par le lecteur",
        cited.model,
        cited.version,
        cited.sha256,
        cited.probability,
        cited.threshold,
        evidence_level(cited.evidence).fr,
        cited.series
    )
}

fn quantity(value: f64, unit: &str) -> Value {
    json!({ "value": value, "unit": unit, "system": UCUM, "code": unit })
}

/// The value under the name that R4 gives its type.
fn value_of(observation: &Observation) -> (&'static str, Value) {
    match observation {
        Observation::HaemorrhageVolume(ml) | Observation::InfarctVolume(ml) => {
            ("valueQuantity", quantity((*ml).into(), "mL"))
        }
        Observation::MidlineShift(mm) => ("valueQuantity", quantity((*mm).into(), "mm")),
        Observation::Glasgow(total) => ("valueInteger", json!(u8::from(*total))),
        Observation::Nihss(total) => ("valueInteger", json!(u8::from(*total))),
        Observation::IchScore(total) => ("valueInteger", json!(u8::from(*total))),
        _ => ("valueCodeableConcept", json!({ "text": observed(observation).fr })),
    }
}

/// A side's score, and each of its regions that is not spared.
fn components(side: &'static str, of: &Hemisphere) -> Vec<Value> {
    let code = |name: &str| json!({ "coding": [{ "system": ITEM_SYSTEM, "code": format!("aspects-{side}-{name}") }] });
    let total = score(of);
    let mut all = vec![if total.low == total.high {
        json!({ "code": code("score"), "valueInteger": total.high })
    } else {
        json!({ "code": code("score"), "valueRange": {
            "low": quantity(f64::from(total.low), "1"), "high": quantity(f64::from(total.high), "1")
        }})
    }];
    for region in Region::ALL {
        let Some(change) = of.get(&region) else { continue };
        let word = match change {
            Change::Affected => "affected",
            Change::Unreadable => "not assessable",
        };
        all.push(json!({
            "code": code(region.letters()), "valueCodeableConcept": { "text": word }
        }));
    }
    all
}
