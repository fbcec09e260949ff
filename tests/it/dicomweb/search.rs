use serde_json::Value;

use super::support::Web;
use crate::dimse::raw::{self, EXPLICIT, slice};
use vigie::domain::identity::Role;

/// Three studies of two series with two instances each.
async fn filled(web: &Web, token: &str) {
    let mut files = Vec::new();
    for study in 1..=3 {
        for series in 1..=2 {
            for instance in 1..=2 {
                let study_uid = format!("1.2.826.0.7.{study}");
                let series_uid = format!("{study_uid}.{series}");
                let uid = format!("{series_uid}.{instance}");
                files.push(raw::file(EXPLICIT, &uid, &slice(&uid, &study_uid, &series_uid, 1)));
            }
        }
    }
    web.store(token, &files).await;
}

fn count(answer: &Value) -> usize {
    answer.as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_level_is_searched() {
    let web = Web::start().await;
    let token = web.technologist().await;
    filled(&web, &token).await;
    let get = async |path: &str| web.get(&token, path, &[]).await.json();
    assert_eq!(count(&get("/studies").await), 3);
    assert_eq!(count(&get("/series").await), 6);
    assert_eq!(count(&get("/instances").await), 12);
    assert_eq!(count(&get("/studies/1.2.826.0.7.1/series").await), 2);
    assert_eq!(count(&get("/studies/1.2.826.0.7.1/instances").await), 4);
    assert_eq!(count(&get("/studies/1.2.826.0.7.1/series/1.2.826.0.7.1.1/instances").await), 2);
    assert_eq!(count(&get("/studies?limit=2").await), 2);
    assert_eq!(count(&get("/studies?limit=2&offset=2").await), 1);
    assert_eq!(count(&get("/studies?PatientID=TEST-1").await), 3);
    assert_eq!(count(&get("/studies?PatientID=NOBODY").await), 0);
    assert_eq!(count(&get("/studies?PatientName=test*").await), 3, "letters of either case");
    assert_eq!(count(&get("/studies?00100010=TEST%5EP?rson").await), 3);
    assert_eq!(count(&get("/studies?ModalitiesInStudy=CT").await), 3);
    assert_eq!(count(&get("/studies?ModalitiesInStudy=MR").await), 0);
    assert_eq!(count(&get("/studies?StudyInstanceUID=1.2.826.0.7.1,1.2.826.0.7.3").await), 2);
    assert_eq!(count(&get("/series?SeriesInstanceUID=1.2.826.0.7.2.1").await), 1);
    assert_eq!(count(&get("/instances?SOPInstanceUID=1.2.826.0.7.2.1.1").await), 1);
    assert_eq!(count(&get("/instances?StudyDate=20200101-").await), 0, "these have no date");

    let studies = get("/studies?StudyInstanceUID=1.2.826.0.7.1").await;
    let study = &studies[0];
    assert_eq!(study["0020000D"]["Value"][0], "1.2.826.0.7.1");
    assert_eq!(study["00100010"]["Value"][0]["Alphabetic"], "TEST^Person");
    assert_eq!(study["00080061"]["Value"][0], "CT");
    assert_eq!(study["00201206"]["Value"][0], 2);
    assert_eq!(study["00201208"]["Value"][0], 4);
    assert_eq!(study["00081190"]["Value"][0], format!("{}/studies/1.2.826.0.7.1", web.base));
    let instances = get("/instances?SOPInstanceUID=1.2.826.0.7.2.1.1").await;
    assert_eq!(instances[0]["00280010"]["Value"][0], 8);
    assert_eq!(instances[0]["00100020"]["Value"][0], "TEST-1", "levels above are told");
    assert!(instances[0].get("00280100").is_none());
    let more = get("/instances?SOPInstanceUID=1.2.826.0.7.2.1.1&includefield=BitsAllocated").await;
    assert_eq!(more[0]["00280100"]["Value"][0], 16);
    let all = get("/instances?SOPInstanceUID=1.2.826.0.7.2.1.1&includefield=all").await;
    assert_eq!(all[0]["00280004"]["Value"][0], "MONOCHROME2");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_done_is_said() {
    let web = Web::start().await;
    let token = web.technologist().await;
    let fuzzy = web.get(&token, "/studies?PatientName=x&fuzzymatching=true", &[]).await;
    assert_eq!(fuzzy.status, 200);
    assert!(fuzzy.header("warning").starts_with("299"), "{}", fuzzy.header("warning"));
    assert_eq!(fuzzy.header("content-type"), "application/dicom+json");
    let unknown = web.get(&token, "/studies?NoSuchThing=1", &[]).await;
    assert_eq!((unknown.status, unknown.header("content-type")), (400, "application/problem+json"));
    assert_eq!(web.get(&token, "/studies?limit=x", &[]).await.status, 400);
    assert_eq!(web.get(&token, "/studies/not-a-uid/series", &[]).await.status, 400);
    assert_eq!(web.get(&token, "/studies", &[("accept", "application/dicom+xml")]).await.status, 406);
    assert_eq!(web.get("nobody", "/studies", &[]).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_see_the_cases_of_their_sites_and_nothing_else() {
    let web = Web::start().await;
    let valmont = web.technologist().await;
    filled(&web, &valmont).await;
    let roche = web.person("roche", Role::Technologist, &["roche-claire"]).await;
    let reader = web.person("neuro", Role::Neurologist, &["saint-aubin"]).await;
    let regulator = web.person("regul", Role::Regulator, &["grand-lac"]).await;
    let get = async |token: &str, path: &str| web.get(token, path, &[]).await;
    assert_eq!(count(&get(&roche, "/studies").await.json()), 0);
    for path in ["", "/metadata", "/series/1.2.826.0.7.1.1", "/rendered"] {
        let path = format!("/studies/1.2.826.0.7.1{path}");
        assert_eq!(get(&roche, &path).await.status, 404, "{path}");
        assert_eq!(get(&reader, &path).await.status, 200, "{path}");
        assert_eq!(get(&regulator, &path).await.status, 403, "{path}");
    }
}
