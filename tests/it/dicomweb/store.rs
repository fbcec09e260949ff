use super::support::{MULTIPART, Web, multipart};
use crate::dimse::raw::{self, EXPLICIT, slice};
use vigie::domain::identity::Role;

const STUDY: &str = "1.2.826.0.6.1";
const SERIES: &str = "1.2.826.0.6.2";

fn file(uid: &str) -> Vec<u8> {
    raw::file(EXPLICIT, uid, &slice(uid, STUDY, SERIES, 3))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stored_is_named_and_what_is_not_has_its_reason() {
    let web = Web::start().await;
    let token = web.technologist().await;
    let all = web.post(&token, "/studies", MULTIPART, multipart(&[file("1.2.3.1"), file("1.2.3.2")])).await;
    assert_eq!(all.status, 200);
    let body = all.json();
    assert_eq!(body["00081199"]["Value"].as_array().unwrap().len(), 2);
    assert_eq!(body["00081190"]["Value"][0], format!("{}/studies/{STUDY}", web.base));
    let url = body["00081199"]["Value"][0]["00081190"]["Value"][0].as_str().unwrap().to_owned();
    assert_eq!(web.get(&token, url.strip_prefix(&web.base).unwrap(), &[]).await.status, 200);

    let mut cut = file("1.2.3.3");
    cut.truncate(cut.len() - 20);
    let some = web.post(&token, "/studies", MULTIPART, multipart(&[file("1.2.3.4"), cut.clone()])).await;
    assert_eq!(some.status, 202);
    assert_eq!(some.json()["0008119A"]["Value"][0]["00081197"]["Value"][0], 0xC000);

    let none = web.post(&token, "/studies", MULTIPART, multipart(&[cut])).await;
    assert_eq!(none.status, 409);

    let other = web.post(&token, "/studies/1.2.3.99", MULTIPART, multipart(&[file("1.2.3.5")])).await;
    assert_eq!(other.status, 409);
    assert_eq!(other.json()["00081198"]["Value"][0]["00081197"]["Value"][0], 0xA900);
    let instances = web.get(&token, "/instances", &[]).await.json();
    assert_eq!(instances.as_array().unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_file_without_multipart_is_taken_too() {
    let web = Web::start().await;
    let token = web.technologist().await;
    assert_eq!(web.post(&token, "/studies", "application/dicom", file("1.2.3.1")).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_content_and_broken_bodies_are_refused() {
    let web = Web::start().await;
    let token = web.technologist().await;
    for content_type in ["application/json", "multipart/form-data; boundary=xyz", "text/plain"] {
        assert_eq!(
            web.post(&token, "/studies", content_type, b"x".to_vec()).await.status,
            415,
            "{content_type}"
        );
    }
    let json = "multipart/related; type=\"application/dicom+json\"; boundary=xyz";
    assert_eq!(web.post(&token, "/studies", json, multipart(&[])).await.status, 415);
    let mut body = multipart(&[file("1.2.3.1")]);
    body.truncate(body.len() - 12);
    let broken = web.post(&token, "/studies", MULTIPART, body).await;
    assert_eq!(broken.status, 400);
    assert_eq!(broken.header("content-type"), "application/problem+json");
    assert_eq!(
        web.post(&token, "/studies", "multipart/related; type=\"application/dicom\"", vec![]).await.status,
        400
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_store_does_not() {
    let web = Web::start().await;
    let reader = web.person("neuro", Role::Neurologist, &["saint-aubin"]).await;
    let stored = web.post(&reader, "/studies", MULTIPART, multipart(&[file("1.2.3.1")])).await;
    assert_eq!(stored.status, 403);
    assert_eq!(web.post("no such token", "/studies", MULTIPART, multipart(&[])).await.status, 401);
}
