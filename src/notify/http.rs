//! Requests out of the house: HTTP/1.1 over TLS with the host's own certificates, no redirect followed.

use std::error::Error;
use std::io;

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::pathway::switchboard::{Hope, Undelivered};

/// A client. Cloning shares its connections.
#[derive(Debug, Clone)]
pub(super) struct Http(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

impl Http {
    /// # Errors
    /// [`io::Error`] when the host has no certificates to trust.
    pub(super) fn new() -> io::Result<Self> {
        let provider = rustls::crypto::ring::default_provider();
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(provider)?
            .https_or_http()
            .enable_http1()
            .build();
        Ok(Self(Client::builder(TokioExecutor::new()).build(connector)))
    }

    /// Sends it; a refusal says whether another try makes sense.
    pub(super) async fn send(&self, request: Request<Full<Bytes>>) -> Result<(), Undelivered> {
        let answer = self
            .0
            .request(request)
            .await
            .map_err(|error| Undelivered { reason: root_cause(&error), hope: Hope::Again })?;
        let status = answer.status();
        if status.is_success() {
            return Ok(());
        }
        let hope = match status {
            // RFC 8030, 7.3: the subscription is no longer there.
            StatusCode::NOT_FOUND | StatusCode::GONE => Hope::Gone,
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => Hope::Again,
            status if status.is_server_error() => Hope::Again,
            _ => Hope::None,
        };
        Err(Undelivered { reason: format!("answered {status}"), hope })
    }
}

/// What lies at the bottom of an error: "connection refused" rather than "client error".
pub(super) fn root_cause(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
