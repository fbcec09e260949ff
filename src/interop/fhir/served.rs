//! What is around the resources: a search's answer, and the statement of what is served.

use serde_json::{Value, json};

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
                "versioning": "versioned",
                "searchParam": [
                    { "name": "_id", "type": "token", "documentation": "the case's id" },
                    { "name": "patient", "type": "reference",
                      "documentation": "the patient's identifier at the hospital that sent the case" }
                ]
            }]
        }]
    })
}
