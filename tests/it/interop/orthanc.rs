//! Debian's Orthanc takes what is sent to it, and knows it as part of the study.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use vigie::interop::dicom::documents;

use super::{first_edition, source, study, word, written_file};
use crate::imaging_support::{text, vigie};

struct Orthanc {
    process: Child,
    dicom: u16,
    http: String,
    _folder: tempfile::TempDir,
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Orthanc {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (dicom, http) = (free_port(), free_port());
        let settings = json!({
            "StorageDirectory": folder.path(), "IndexDirectory": folder.path(), "DicomAet": "ORTHANC",
            "DicomPort": dicom, "HttpPort": http, "AuthenticationEnabled": false, "RemoteAccessAllowed": false,
            "Plugins": [],
        });
        let path = folder.path().join("orthanc.json");
        std::fs::write(&path, settings.to_string()).unwrap();
        let process = Command::new("Orthanc")
            .arg(&path)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("make setup brings Orthanc");
        let orthanc = Self { process, dicom, http: format!("http://127.0.0.1:{http}"), _folder: folder };
        let deadline = Instant::now() + Duration::from_secs(30);
        while reqwest::get(format!("{}/system", orthanc.http)).await.is_err() {
            assert!(Instant::now() < deadline, "Orthanc does not start");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        orthanc
    }

    async fn get(&self, path: &str) -> Value {
        reqwest::get(format!("{}{path}", self.http)).await.unwrap().json().await.unwrap()
    }
}

impl Drop for Orthanc {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

#[tokio::test]
async fn takes_report_and_segmentation_into_the_study() {
    let (study, slices) = study();
    let analysis = word(&slices);
    let found = documents(&source(&study).unwrap(), &analysis, &first_edition()).unwrap();
    let out = tempfile::tempdir().unwrap();
    let written = [found.segmentation.as_ref().unwrap(), &found.report];
    for document in written {
        written_file(document, out.path());
    }

    let orthanc = Orthanc::start().await;
    let peer = format!("ORTHANC@127.0.0.1:{}", orthanc.dicom);
    for folder in [text(&study), text(out.path())] {
        let sent = vigie(&["send", folder, "--to", &peer]);
        assert!(sent.status.success(), "{}", String::from_utf8_lossy(&sent.stderr));
    }
    let studies = orthanc.get("/studies?expand").await;
    assert_eq!(studies.as_array().unwrap().len(), 1, "they are of the patient's study");
    assert_eq!(studies[0]["Series"].as_array().unwrap().len(), 3);
    let instances = orthanc.get("/instances?expand").await;
    for document in written {
        let uid = document.sop_instance.as_str();
        let kept = instances.as_array().unwrap().iter();
        let kept: Vec<_> = kept.filter(|kept| kept["MainDicomTags"]["SOPInstanceUID"] == uid).collect();
        assert_eq!(kept.len(), 1, "{uid}");
    }
}
