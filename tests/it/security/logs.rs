//! No identity and no secret in the logs, whatever is done.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use reqwest::Method;
use tracing_subscriber::fmt::MakeWriter;

use crate::support::instance::CtSlice;
use crate::support::server::{PASSWORD, Server};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn neither_patient_nor_secret_is_logged() {
    let lines = Lines::default();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_writer(lines.clone()).finish();
    // One thread runs the whole server here, so that all of it is heard.
    let _guard = tracing::subscriber::set_default(subscriber);
    let server = Server::start().await;
    let case = server.alert("IPP-SECRET-42").await;
    server.receive(&CtSlice::of_patient("IPP-SECRET-42"), "valmont").await;
    server.read("neurologist", "/api/v1/worklist").await;
    server.read("neurologist", &format!("/api/v1/cases/{case}")).await;
    server.login("neurologist", PASSWORD).await;
    server.login("neurologist", "wrong-password-typed").await;
    let malformed =
        server.by("emergency", Method::POST, "/api/v1/cases").header("Content-Type", "application/json");
    malformed.body("{\"patient\":{\"id\":\"IPP-SECRET-42\"").send().await.unwrap();
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("/api/v1/cases/{id}"), "the test hears the server: {text}");
    for secret in [
        "IPP-SECRET-42",
        "Brocéliande",
        "Viviane",
        "1951-06-30",
        "ESSAI",
        PASSWORD,
        "wrong-password-typed",
        "Bearer",
    ] {
        assert!(!text.contains(secret), "{secret} is in the logs");
    }
}
