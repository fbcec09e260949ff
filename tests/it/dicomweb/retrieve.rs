use std::path::PathBuf;

use super::support::{Answer, Web};
use crate::dimse::raw::{self, EXPLICIT, compressed, slice};
use crate::dimse::support::{demo_study, site_packages};
use vigie::imaging::gate::{Limits, admit_file};

const STUDY: &str = "1.2.826.0.8.1";
const SERIES: &str = "1.2.826.0.8.2";
const JPEG_LS: &str = "1.2.840.10008.1.2.4.80";

fn path(uid: &str) -> String {
    format!("/studies/{STUDY}/series/{SERIES}/instances/{uid}")
}

/// A demonstration slice: its file and its path on the server.
fn demo_slice() -> (Vec<u8>, String) {
    let file = std::fs::read(demo_study("saignement").join("0001.dcm")).unwrap();
    let header = admit_file(&file, Limits::default()).unwrap().admitted.header;
    let path =
        format!("/studies/{}/series/{}/instances/{}", header.study, header.series, header.sop_instance);
    (file, path)
}

#[tokio::test(flavor = "multi_thread")]
async fn files_come_back_as_they_were_sent() {
    let web = Web::start().await;
    let token = web.technologist().await;
    let files: Vec<PathBuf> =
        ["CT_small.dcm", "MR_small_RLE.dcm", "JPEG2000.dcm", "image_dfl.dcm", "ExplVR_BigEnd.dcm"]
            .iter()
            .map(|name| site_packages().join("pydicom/data/test_files").join(name))
            .collect();
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        web.store(&token, std::slice::from_ref(&bytes)).await;
        let admitted = admit_file(&bytes, Limits::default()).unwrap();
        let study = format!("/studies/{}", admitted.admitted.header.study);
        let answer = web.get(&token, &study, &[]).await;
        let parts = answer.parts();
        let syntax = admitted.meta.transfer_syntax;
        let (head, body) = parts.iter().find(|(head, _)| head.contains(syntax.as_str())).unwrap();
        assert!(head.contains("application/dicom"), "{head}");
        assert!(*body == bytes, "{} changed", file.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn single_instances_are_conditional_and_ranged() {
    let web = Web::start().await;
    let token = web.technologist().await;
    let file = raw::file(EXPLICIT, "1.2.3", &slice("1.2.3", STUDY, SERIES, 9));
    web.store(&token, std::slice::from_ref(&file)).await;
    let get = async |headers: &[(&str, &str)]| {
        let mut all = vec![("accept", "application/dicom")];
        all.extend_from_slice(headers);
        web.get(&token, &path("1.2.3"), &all).await
    };
    let whole = get(&[]).await;
    assert_eq!((whole.status, &whole.body), (200, &file));
    assert_eq!(whole.header("accept-ranges"), "bytes");
    let tag = whole.header("etag").to_owned();
    let known = get(&[("if-none-match", &tag)]).await;
    assert_eq!((known.status, known.body.len()), (304, 0));
    let part = get(&[("range", "bytes=128-131")]).await;
    assert_eq!((part.status, part.body.as_slice()), (206, &b"DICM"[..]));
    assert_eq!(part.header("content-range"), format!("bytes 128-131/{}", file.len()));
    let beyond = get(&[("range", "bytes=99999-")]).await;
    assert_eq!(
        (beyond.status, beyond.header("content-range")),
        (416, format!("bytes */{}", file.len()).as_str())
    );
    assert_eq!(web.get(&token, &path("1.2.4"), &[]).await.status, 404);
    assert_eq!(web.get(&token, &path("1.2.3"), &[("accept", "text/html")]).await.status, 406);
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_tells_of_everything_but_the_pixels() {
    let web = Web::start().await;
    let token = web.technologist().await;
    let (file, instance) = demo_slice();
    web.store(&token, &[file]).await;
    let answer =
        web.get(&token, &format!("{instance}/metadata"), &[("accept", "application/dicom+json")]).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/dicom+json"));
    let metadata = &answer.json()[0];
    for tag in [
        "00200032", "00200037", "00280030", "00280010", "00280011", "00280100", "00280101", "00280102",
        "00280103", "00280002", "00280004", "00281052", "00281053", "00080018", "00200013",
    ] {
        assert!(metadata[tag]["Value"].is_array(), "{tag}: {}", metadata[tag]);
    }
    let pixels = metadata["7FE00010"]["BulkDataURI"].as_str().unwrap();
    assert_eq!(pixels, format!("{}{instance}/bulkdata/7FE00010", web.base));
    let known = [("if-none-match", answer.header("etag"))];
    assert_eq!(web.get(&token, &format!("{instance}/metadata"), &known).await.status, 304);
    let rows = metadata["00280010"]["Value"][0].as_u64().unwrap()
        * metadata["00280011"]["Value"][0].as_u64().unwrap();
    let bulk = web.get(&token, pixels.strip_prefix(&web.base).unwrap(), &[]).await;
    assert_eq!((bulk.status, bulk.body.len() as u64), (200, rows * 2));
}

async fn frame(web: &Web, token: &str, instance: &str, accept: &str) -> Answer {
    web.get(token, &format!("{instance}/frames/1"), &[("accept", accept)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_are_given_as_stored_or_decoded() {
    let web = Web::start().await;
    let token = web.technologist().await;
    let (file, instance) = demo_slice();
    web.store(&token, std::slice::from_ref(&file)).await;
    // As cornerstone asks, with an unquoted type.
    let stored =
        frame(&web, &token, &instance, "multipart/related; type=application/octet-stream; transfer-syntax=*")
            .await;
    assert_eq!(stored.status, 200);
    let parts = stored.parts();
    assert_eq!(parts.len(), 1);
    assert!(
        parts[0].0.contains(&format!("Content-Type: image/jls; transfer-syntax={JPEG_LS}")),
        "{}",
        parts[0].0
    );
    assert!(file.windows(parts[0].1.len()).any(|window| window == parts[0].1), "the stored bytes");
    assert_eq!(parts[0].1[..2], [0xFF, 0xD8]);
    let typed = frame(&web, &token, &instance, "multipart/related; type=\"image/jls\"").await;
    assert_eq!(typed.parts()[0].1, parts[0].1);
    let single = frame(&web, &token, &instance, "image/jls").await;
    assert_eq!((single.status, &single.body), (200, &parts[0].1));
    let decoded =
        frame(&web, &token, &instance, "multipart/related; type=\"application/octet-stream\"").await;
    let parts = decoded.parts();
    assert!(parts[0].0.contains("transfer-syntax=1.2.840.10008.1.2.1"));
    let explicit = web
        .get(&token, &instance, &[("accept", "application/dicom; transfer-syntax=1.2.840.10008.1.2.1")])
        .await;
    assert_eq!(explicit.status, 200);
    let admitted = admit_file(&explicit.body, Limits::default()).unwrap();
    assert_eq!(admitted.meta.transfer_syntax.as_str(), EXPLICIT);
    assert!(explicit.body.ends_with(&parts[0].1), "the same pixels in the decoded file");
    assert_eq!(frame(&web, &token, &instance, "image/jp2").await.status, 406);
    for (list, status) in [("2", 404), ("0", 400), ("a", 400), ("1,2", 404)] {
        assert_eq!(web.get(&token, &format!("{instance}/frames/{list}"), &[]).await.status, status, "{list}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn native_frames_of_many_are_read_by_their_place() {
    let web = Web::start().await;
    let token = web.technologist().await;
    let mut data_set = slice("1.2.3", STUDY, SERIES, 0);
    data_set.truncate(data_set.len() - (12 + 128));
    let at = data_set.windows(4).position(|window| window == [0x28, 0x00, 0x10, 0x00]).unwrap();
    let frames = raw::element(0x0028, 0x0008, b"IS", b"3 ");
    data_set.splice(at..at, frames);
    let pixels: Vec<u8> = (1..=3_u16).flat_map(|frame| frame.to_le_bytes().repeat(64)).collect();
    data_set.extend_from_slice(&raw::element(0x7FE0, 0x0010, b"OW", &pixels));
    web.store(&token, &[raw::file(EXPLICIT, "1.2.3", &data_set)]).await;
    let answer = web.get(&token, &format!("{}/frames/3,1", path("1.2.3")), &[]).await;
    let parts: Vec<_> = answer.parts().into_iter().map(|(_, bytes)| bytes).collect();
    assert_eq!(parts, [3_u16.to_le_bytes().repeat(64), 1_u16.to_le_bytes().repeat(64)]);
    assert_eq!(web.get(&token, &format!("{}/frames/4", path("1.2.3")), &[]).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_decoded_is_given_as_stored_or_not_at_all() {
    let web = Web::start().await;
    let token = web.technologist().await;
    let htj2k = "1.2.840.10008.1.2.4.201";
    let file = raw::file(htj2k, "1.2.3", &compressed("1.2.3", STUDY, SERIES, &[7; 300]));
    web.store(&token, std::slice::from_ref(&file)).await;
    let instance = path("1.2.3");
    let stored =
        frame(&web, &token, &instance, "multipart/related; type=application/octet-stream; transfer-syntax=*")
            .await;
    assert_eq!(stored.parts()[0].1, [7; 300]);
    assert_eq!(frame(&web, &token, &instance, "*/*").await.parts()[0].1, [7; 300]);
    assert_eq!(frame(&web, &token, &instance, "application/octet-stream").await.status, 406);
    assert_eq!(web.get(&token, &format!("{instance}/rendered"), &[]).await.status, 406);
    assert_eq!(web.get(&token, &instance, &[("accept", "application/dicom")]).await.body, file);
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_have_the_form_asked_for() {
    let web = Web::start().await;
    let token = web.technologist().await;
    let (file, instance) = demo_slice();
    web.store(&token, &[file]).await;
    let picture = async |rest: &str, accept: &str| {
        web.get(&token, &format!("{instance}{rest}"), &[("accept", accept)]).await
    };
    let jpeg = picture("/rendered?window=40,80", "image/jpeg").await;
    assert_eq!((jpeg.status, jpeg.header("content-type")), (200, "image/jpeg"));
    let wide = picture("/rendered?window=40,80&viewport=64,64", "image/png").await;
    assert_eq!(wide.header("content-type"), "image/png");
    let decoder = png::Decoder::new(std::io::Cursor::new(wide.body));
    let info = decoder.read_info().unwrap();
    assert_eq!(info.info().width.max(info.info().height), 64);
    let thumbnail = picture("/thumbnail", "*/*").await;
    assert_eq!(thumbnail.header("content-type"), "image/jpeg");
    assert!(thumbnail.body.len() < jpeg.body.len());
    assert_eq!(picture("/rendered?window=x", "image/png").await.status, 400);
    assert_eq!(picture("/rendered", "image/gif").await.status, 406);
    assert_eq!(picture("/frames/1/rendered", "image/png").await.status, 200);
}
