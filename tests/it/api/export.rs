//! A signed report for other systems: on paper and as FHIR.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::report::flag_bleeding;
use crate::support::instance::CtSlice;
use crate::support::server::Server;

/// A case whose report is final, with an item that a model proposed, and an addendum.
async fn reported(server: &Server) -> String {
    let case = server.alert("EX-1").await;
    let slice = CtSlice::of_patient("EX-1");
    server.receive(&slice, "valmont").await;
    flag_bleeding(server, &slice.series, 12.3).await;
    let path = format!("/api/v1/cases/{case}/report");
    let items = json!([
        { "item": "haemorrhage", "value": "present", "standing": "confirmed" },
        { "item": "haemorrhage_volume", "value": 12.3, "standing": "confirmed" },
        { "item": "aspects", "value": { "left": {}, "right": { "insula": "affected", "m6": "unreadable" } },
          "standing": "entered" }
    ]);
    let report = json!({ "status": "final", "findings": "hyperdensité", "conclusion": "hématome profond",
                         "recommendation": "réversion", "items": items });
    assert_eq!(server.post("neurologist", &path, &report).await.status(), 201);
    let added = json!({ "status": "addendum", "conclusion": "stable à 6 h" });
    assert_eq!(server.post("radiologist", &path, &added).await.status(), 201);
    case
}

#[tokio::test]
async fn each_signed_version_is_on_paper() {
    let server = Server::start().await;
    let case = reported(&server).await;
    let path = |rest: &str| format!("/api/v1/cases/{case}/report/{rest}");
    for version in ["1.pdf", "2.pdf?lang=en&zone=Europe/Paris", "2.pdf?zone=Nowhere"] {
        let response = server.get("emergency", &path(version)).await;
        assert_eq!(response.status(), 200, "{version}");
        assert_eq!(response.headers()["content-type"], "application/pdf");
        let bytes = response.bytes().await.unwrap();
        assert!(bytes.starts_with(b"%PDF-"), "{version}");
    }
    for absent in ["3.pdf", "0.pdf", "1", "x.pdf", "-1.pdf"] {
        assert_eq!(server.get("emergency", &path(absent)).await.status(), 404, "{absent}");
    }
    assert_eq!(server.get("elsewhere", &path("1.pdf")).await.status(), 404);
}

#[tokio::test]
async fn the_report_is_a_diagnostic_report() {
    let server = Server::start().await;
    let waiting = server.alert("EX-0").await;
    let unsigned = server.get("emergency", &format!("/fhir/R4/DiagnosticReport/{waiting}")).await;
    assert_eq!(unsigned.status(), 404, "nothing is signed yet");
    let case = reported(&server).await;
    let response = server.get("emergency", &format!("/fhir/R4/DiagnosticReport/{case}")).await;
    assert_eq!(response.headers()["content-type"], "application/fhir+json; fhirVersion=4.0");
    let report: Value = response.json().await.unwrap();
    assert_eq!(report["id"], json!(case));
    assert_eq!((&report["status"], &report["meta"]["versionId"]), (&json!("appended"), &json!("2")));
    assert_eq!(report["conclusion"], "hématome profond\n\nstable à 6 h");
    assert_eq!(report["contained"][0]["name"][0]["family"], "Brocéliande");
    assert_eq!(report["contained"][0]["birthDate"], "1951-06-30");
    let contained = report["contained"].as_array().unwrap();
    let of_type = |kind: &str| contained.iter().filter(|one| one["resourceType"] == kind).collect::<Vec<_>>();
    let observations = of_type("Observation");
    assert_eq!(of_type("Organization")[0]["name"], "Centre hospitalier de Valmont");
    let readers = of_type("Practitioner");
    let names: Vec<&Value> = readers.iter().map(|reader| &reader["name"][0]["text"]).collect();
    assert_eq!(names, ["Dr neurologist", "Dr radiologist"]);
    assert_eq!(report["conclusionCode"][0]["coding"][0]["code"], "I62.9");
    assert_eq!(report["result"].as_array().unwrap().len(), observations.len());
    let of = |code: &str| {
        let found = observations.iter().find(|o| o["code"]["coding"][0]["code"] == code);
        found.unwrap_or_else(|| panic!("{code}"))
    };
    assert_eq!(of("haemorrhage_volume")["valueQuantity"]["value"], 12.3);
    assert!(of("haemorrhage")["note"][0]["text"].as_str().unwrap().contains("seuil 0.5"));
    assert_eq!(of("aspects")["component"][1]["valueRange"]["low"]["value"], 8.0);

    let bundle = server.read("neurologist", "/fhir/R4/DiagnosticReport?patient=EX-1").await;
    assert_eq!((&bundle["type"], &bundle["total"]), (&json!("searchset"), &json!(1)));
    // A single report has its paper with it; a list says where it is.
    let paper = &report["presentedForm"][0];
    let bytes = STANDARD.decode(paper["data"].as_str().unwrap()).unwrap();
    assert!(bytes.starts_with(b"%PDF-"));
    assert_eq!(paper["size"], bytes.len());
    let listed = &bundle["entry"][0]["resource"];
    assert_eq!((&listed["status"], &listed["result"]), (&report["status"], &report["result"]));
    assert_eq!(listed["presentedForm"][0]["url"], paper["url"]);
    assert!(listed["presentedForm"][0].get("data").is_none());
    let by_id = server.read("neurologist", &format!("/fhir/R4/DiagnosticReport?_id={case}")).await;
    assert_eq!(by_id["total"], 1);
}

#[tokio::test]
async fn fhir_says_what_it_has_and_gives_it_to_those_who_may() {
    let server = Server::start().await;
    let case = reported(&server).await;
    let statement = server.request(reqwest::Method::GET, "/fhir/R4/metadata").send().await.unwrap();
    let statement: Value = statement.json().await.unwrap();
    assert_eq!(statement["fhirVersion"], "4.0.1");
    assert_eq!(statement["rest"][0]["resource"][0]["type"], "DiagnosticReport");
    let path = format!("/fhir/R4/DiagnosticReport/{case}");
    let nobody = server.request(reqwest::Method::GET, &path).send().await.unwrap();
    assert_eq!(nobody.status(), 401);
    assert_eq!(server.get("auditor", &path).await.status(), 403);
    assert_eq!(server.get("elsewhere", &path).await.status(), 404);
    let hidden = server.read("elsewhere", "/fhir/R4/DiagnosticReport?patient=EX-1").await;
    assert_eq!(hidden["total"], 0);
    for unclear in ["", "?patient=EX-1&_id=x", "?code=18748-4"] {
        let response = server.get("neurologist", &format!("/fhir/R4/DiagnosticReport{unclear}")).await;
        assert_eq!(response.status(), 400, "{unclear}");
    }
}
