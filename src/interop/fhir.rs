//! FHIR R4 (hl7.org/fhir/R4): the report in force as a DiagnosticReport, its statements as contained Observations.
//! The patient is contained too: no other resource is served yet, and a reference that leads nowhere helps nobody.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::domain::clinical::aspects::{Change, Hemisphere, Region, score};
use crate::domain::identity::{CaseId, Patient, Sex, UserId};
use crate::domain::report::{Cited, InForce, Observation, Report, ReportStatus, Source, Statement};
use crate::domain::time::Timestamp;
use crate::domain::wording::{item_label, observed};

/// Our own names of the report's items; the standard vocabularies have no code for most of them.
const ITEM_SYSTEM: &str = "urn:vigie:report-item";
/// What a case is known by here.
const CASE_SYSTEM: &str = "urn:vigie:case";
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
    pub site: &'a str,
    pub first_image_at: Option<Timestamp>,
    pub standing: &'a InForce,
    /// Whether a final version was signed before the one in force.
    pub corrected: bool,
    pub signers: &'a BTreeMap<UserId, String>,
}

/// The DiagnosticReport of a case.
#[must_use]
pub fn diagnostic_report(of: &Reported<'_>) -> Value {
    let report = &of.standing.report;
    let last = of.standing.addenda.last().unwrap_or(report);
    let all = || std::iter::once(report).chain(&of.standing.addenda);
    let statements: Vec<(&Report, &Statement)> =
        all().flat_map(|version| version.items.iter().map(move |item| (version, item))).collect();
    let mut contained = vec![patient(of.patient)];
    let mut results = Vec::new();
    for (number, (version, statement)) in (1..).zip(statements) {
        let id = format!("item-{number}");
        results.push(json!({ "reference": format!("#{id}") }));
        contained.push(observation(&id, version, statement));
    }
    let mut performers: Vec<&str> =
        all().filter_map(|v| of.signers.get(&v.signed_by).map(String::as_str)).collect();
    performers.dedup();
    let people: Vec<Value> = performers.iter().map(|name| json!({ "display": name })).collect();
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
        "performer": [{ "display": of.site }],
        "resultsInterpreter": people,
        "conclusion": conclusion,
        "presentedForm": [{
            "contentType": "application/pdf",
            "language": "fr",
            "url": format!("/api/v1/cases/{}/report/{}.pdf", of.case, last.version),
            "creation": last.signed_at
        }]
    });
    // FHIR knows no empty arrays and no nulls (R4 2.6.2).
    if let Some(at) = of.first_image_at {
        resource["effectiveDateTime"] = json!(at);
    }
    if !results.is_empty() {
        resource["result"] = Value::Array(results);
    }
    resource
}

/// R4 diagnostic-report-status: an addendum appends, a final after a final corrects.
fn status(of: &Reported<'_>) -> &'static str {
    match of.standing.report.status {
        ReportStatus::Preliminary => "preliminary",
        _ if !of.standing.addenda.is_empty() => "appended",
        _ if of.corrected => "corrected",
        ReportStatus::Final | ReportStatus::Addendum => "final",
    }
}

fn patient(patient: &Patient) -> Value {
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
        "identifier": [{ "value": patient.id }],
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
        "code": { "coding": [{ "system": ITEM_SYSTEM, "code": item }], "text": label.fr },
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

/// On which model's word, confirmed by the reader.
fn cited_note(cited: &Cited) -> String {
    format!(
        "Proposé par {} {} (sha256 {}), probabilité {:.4}, seuil {}, preuve {}, série {} ; confirmé par le lecteur",
        cited.model,
        cited.version,
        cited.sha256,
        cited.probability,
        cited.threshold,
        cited.evidence.as_str(),
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
        Observation::IchScore(total) => ("valueInteger", json!(total)),
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

/// A search's answer.
#[must_use]
pub fn search_set(base: &str, reports: Vec<Value>) -> Value {
    let entries: Vec<Value> = reports
        .into_iter()
        .map(|report| {
            let id = report["id"].as_str().unwrap_or_default();
            json!({
                "fullUrl": format!("{base}/DiagnosticReport/{id}"),
                "resource": report,
                "search": { "mode": "match" }
            })
        })
        .collect();
    let mut bundle = json!({ "resourceType": "Bundle", "type": "searchset", "total": entries.len() });
    if !entries.is_empty() {
        bundle["entry"] = Value::Array(entries);
    }
    bundle
}

/// What is served, and nothing else.
#[must_use]
pub fn capability_statement() -> Value {
    json!({
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-11-24",
        "kind": "instance",
        "software": { "name": "Vigie", "version": env!("CARGO_PKG_VERSION") },
        "implementation": { "description": "Stroke pathway: signed reports" },
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "rest": [{
            "mode": "server",
            "security": { "description": "Bearer token of an account; site and role as in the JSON API" },
            "resource": [{
                "type": "DiagnosticReport",
                "interaction": [{ "code": "read" }, { "code": "search-type" }],
                "versioning": "no-version",
                "searchParam": [
                    { "name": "_id", "type": "token", "documentation": "the case's id" },
                    { "name": "patient", "type": "reference",
                      "documentation": "the patient's identifier at the hospital that sent the case" }
                ]
            }]
        }]
    })
}
