//! The demonstration's server publishes its own flag, and a foreign client finds it over DICOMweb.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{errors, named, python};
use crate::imaging_support::{model, root, text};

/// Ends the server with the test.
struct Demo(Child);

impl Drop for Demo {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[test]
fn a_flag_is_found_and_fetched_over_dicomweb_with_what_it_refers_to() {
    if model().is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut start = Command::new(env!("CARGO_BIN_EXE_vigie"));
    start.args(["demo", "--data-dir", text(&data), "--study", text(&root().join("demo/studies/saignement"))]);
    for port in ["VIGIE_HTTP_ADDR", "VIGIE_DICOM_ADDR", "VIGIE_MEDIA_ADDR"] {
        start.env(port, "127.0.0.1:0");
    }
    let mut demo = Demo(start.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    let written = data.join("demo.json");
    let deadline = Instant::now() + Duration::from_secs(60);
    while !written.is_file() {
        assert!(
            demo.0.try_wait().unwrap().is_none() && Instant::now() < deadline,
            "the server does not start"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    let said: Value = serde_json::from_slice(&std::fs::read(&written).unwrap()).unwrap();
    let users = said["users"].as_array().unwrap();
    let reader = users.iter().find(|user| user["role"] == "neurologist").unwrap();
    let out = folder.path().join("fetched");
    std::fs::create_dir(&out).unwrap();
    let arguments = [said["http"].as_str().unwrap(), reader["token"].as_str().unwrap(), text(&out)];
    python("served.py", &arguments);
    for file in [named(&out, "SR"), named(&out, "SEG")].concat() {
        assert_eq!(errors(&file), Vec::<String>::new(), "{}", file.display());
    }
}
