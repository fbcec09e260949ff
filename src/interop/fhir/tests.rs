//! The resource against its definition (hl7.org/fhir/R4/diagnosticreport.html): what is required, what references lead
//! to, and what no FHIR JSON may have (R4 2.6.2).

use std::collections::BTreeSet;

use super::*;
use crate::domain::evidence::Side;
use crate::domain::report::{BleedKind, BleedSite, Glasgow, Presence, Tenths, in_force};

fn version(number: u32, status: ReportStatus, observations: Vec<Observation>) -> Report {
    Report {
        version: number,
        status,
        findings: "hyperdensité".to_owned(),
        conclusion: format!("conclusion {number}"),
        recommendation: String::new(),
        items: observations
            .into_iter()
            .map(|observation| Statement { observation, source: Source::Reader })
            .collect(),
        signed_by: UserId(uuid::Uuid::from_u128(number.into())),
        signed_at: "2026-11-24T08:30:00Z".parse().unwrap(),
    }
}

fn bleeding() -> Vec<Observation> {
    vec![
        Observation::Haemorrhage(Presence::Present),
        Observation::HaemorrhageSite(BleedSite { kind: BleedKind::Lobar, side: Some(Side::Left) }),
        Observation::HaemorrhageVolume(Tenths::try_from(12.3).unwrap()),
        Observation::Glasgow(Glasgow::try_from(12).unwrap()),
    ]
}

fn resource(versions: Vec<Report>, paper: Option<&[u8]>) -> Value {
    let finals = versions.iter().filter(|version| version.status == ReportStatus::Final).count();
    let patient = Patient {
        id: "P-1".parse().unwrap(),
        family_name: "Brocéliande".to_owned(),
        given_name: String::new(),
        birth_date: Some(jiff::civil::date(1951, 6, 30)),
        sex: Sex::Female,
    };
    diagnostic_report(&Reported {
        case: CaseId(uuid::Uuid::from_u128(7)),
        patient: &patient,
        site: &"valmont".parse().unwrap(),
        site_name: "Centre hospitalier de Valmont",
        first_image_at: Some("2026-11-24T08:05:00Z".parse().unwrap()),
        standing: &in_force(versions).unwrap(),
        amended: finals > 1,
        signers: &BTreeMap::from([(UserId(uuid::Uuid::from_u128(1)), "Dr Hélène Marchand".to_owned())]),
        paper,
    })
}

/// No null, no empty text, list or object anywhere.
fn is_fhir_json(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => !items.is_empty() && items.iter().all(is_fhir_json),
        Value::Object(members) => !members.is_empty() && members.values().all(is_fhir_json),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

/// Every local reference, wherever it is.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member.as_str().filter(|_| name == "reference") {
                    Some(to) => _ = found.insert(to.to_owned()),
                    None => references(member, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn what_the_definition_requires_is_there_and_every_reference_leads_to_something() {
    for versions in [
        vec![version(1, ReportStatus::Preliminary, vec![])],
        vec![version(1, ReportStatus::Final, bleeding()), version(2, ReportStatus::Addendum, vec![])],
    ] {
        let report = resource(versions, None);
        assert!(is_fhir_json(&report), "{report:#}");
        assert_eq!(report["resourceType"], "DiagnosticReport");
        let coding = &report["code"]["coding"][0];
        assert_eq!((&coding["system"], &coding["code"]), (&json!("http://loinc.org"), &json!("18748-4")));
        assert_eq!(report["subject"]["reference"], "#patient");
        assert_eq!(report["performer"][0]["reference"], "#site");
        let contained = report["contained"].as_array().unwrap();
        let ids: BTreeSet<String> =
            contained.iter().map(|one| format!("#{}", one["id"].as_str().unwrap())).collect();
        assert_eq!(ids.len(), contained.len(), "an id names one resource");
        let mut led_to = BTreeSet::new();
        references(&report, &mut led_to);
        // dom-3: what is contained is referred to.
        assert_eq!(led_to, ids);
        for one in contained {
            assert!(one.get("meta").is_none() && one.get("contained").is_none(), "dom-2, dom-4: {one}");
            match one["resourceType"].as_str().unwrap() {
                "Observation" => {
                    assert!(one["status"].is_string() && one["code"]["coding"][0]["code"].is_string());
                    assert_eq!(one["subject"]["reference"], "#patient");
                    let values =
                        one.as_object().unwrap().keys().filter(|key| key.starts_with("value")).count();
                    assert_eq!(values, 1, "{one}");
                }
                "Patient" => assert_eq!(one["identifier"][0]["system"], "urn:vigie:site:valmont:patient"),
                "Organization" => assert_eq!(one["name"], "Centre hospitalier de Valmont"),
                "Practitioner" => assert!(one["identifier"][0]["value"].is_string()),
                other => panic!("{other}"),
            }
        }
    }
}

#[test]
fn the_status_is_that_of_the_version_in_force() {
    let status = |versions| resource(versions, None)["status"].clone();
    let preliminary = || version(1, ReportStatus::Preliminary, vec![]);
    let signed = |number| version(number, ReportStatus::Final, vec![]);
    let addendum = |number| version(number, ReportStatus::Addendum, vec![]);
    assert_eq!(status(vec![preliminary()]), "preliminary");
    assert_eq!(status(vec![preliminary(), signed(2)]), "final");
    assert_eq!(status(vec![signed(1), addendum(2)]), "appended");
    assert_eq!(status(vec![signed(1), signed(2)]), "amended");
    assert_eq!(status(vec![signed(1), addendum(2), signed(3)]), "amended");
    assert_eq!(status(vec![signed(1), signed(2), addendum(3)]), "appended");
}

#[test]
fn the_conclusion_is_coded_where_a_code_says_no_more_than_the_reader() {
    let codes = |observations| {
        resource(vec![version(1, ReportStatus::Final, observations)], None)["conclusionCode"].clone()
    };
    let coded = codes(bleeding());
    assert_eq!(coded[0]["coding"][0]["code"], "I61.1");
    let unplaced = codes(vec![Observation::Haemorrhage(Presence::Present)]);
    assert_eq!(unplaced[0]["coding"][0]["code"], "I62.9");
    for presence in [Presence::Absent, Presence::Uncertain] {
        assert_eq!(
            codes(vec![Observation::Haemorrhage(presence), Observation::Infarct(presence)]),
            Value::Null
        );
    }
    let both =
        codes(vec![Observation::Occlusion(Presence::Present), Observation::Infarct(Presence::Present)]);
    assert_eq!(both[0]["coding"][0]["code"], "I63.9");
    assert_eq!(both[1], json!({ "text": "Occlusion artérielle" }));
}

#[test]
fn the_paper_is_in_it_or_where_it_says() {
    let signed = || vec![version(1, ReportStatus::Final, vec![])];
    let there = &resource(signed(), None)["presentedForm"][0];
    assert_eq!((&there["contentType"], there.get("data")), (&json!("application/pdf"), None));
    assert!(there["url"].as_str().unwrap().ends_with("/report/1.pdf"));
    let whole = &resource(signed(), Some(b"%PDF-1.7"))["presentedForm"][0];
    assert_eq!((&whole["data"], &whole["size"]), (&json!("JVBERi0xLjc="), &json!(8)));
}

#[test]
fn what_has_a_code_in_loinc_has_it_beside_ours() {
    let mut items = bleeding();
    items.push(Observation::Nihss(17.try_into().unwrap()));
    let report = resource(vec![version(1, ReportStatus::Final, items)], None);
    let contained = report["contained"].as_array().unwrap();
    // The totals; 70182-1, for one, is the panel of the scale's items.
    for (item, loinc, total) in [("glasgow", "9269-2", 12), ("nihss", "72089-6", 17)] {
        let found = contained.iter().find(|one| one["code"]["coding"][0]["code"] == item).unwrap();
        assert_eq!(
            (&found["code"]["coding"][1]["code"], &found["valueInteger"]),
            (&json!(loinc), &json!(total))
        );
    }
}

#[test]
fn a_capability_statement_has_what_it_requires() {
    let statement = capability_statement();
    assert!(is_fhir_json(&statement));
    for required in ["status", "date", "kind", "fhirVersion", "format", "implementation"] {
        assert!(statement.get(required).is_some(), "{required}");
    }
    assert!(is_fhir_json(&search_set("/fhir/R4", vec![])), "an empty answer has no empty list");
}
