//! A signed POST to the site's gateway for pagers and SMS.
//!
//! The signature is HMAC-SHA256 over "time.body" under the shared secret, with the time beside it: a gateway refuses
//! what is old or not ours. The notice's id is the idempotency key: a second try is not a second page.

use std::sync::Arc;

use bytes::Bytes;
use futures::FutureExt;
use futures::future::BoxFuture;
use hmac::{Hmac, KeyInit, Mac};
use http::{Request, Uri, header};
use http_body_util::Full;
use serde_json::json;
use sha2::Sha256;

use super::http::Http;
use crate::clock::Clock;
use crate::domain::alerting::Channel;
use crate::pathway::switchboard::{Courier, Hope, Message, Recipient, Undelivered};

/// The form of the body.
const SCHEMA: &str = "vigie.notice/1";
const SIGNATURE: &str = "vigie-signature";
const IDEMPOTENCY_KEY: &str = "idempotency-key";
const MICROSECONDS: i64 = 1_000_000;

/// The gateway.
#[derive(Debug, Clone)]
pub struct Webhook {
    http: Http,
    url: Uri,
    secret: Secret,
    clock: Arc<dyn Clock>,
}

/// Never shown.
#[derive(Clone)]
struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Webhook {
    /// # Errors
    /// [`std::io::Error`] when the host has no certificates to trust.
    pub fn new(url: Uri, secret: String, clock: Arc<dyn Clock>) -> std::io::Result<Self> {
        Ok(Self { http: Http::new()?, url, secret: Secret(secret), clock })
    }

    async fn post(&self, pager: &str, message: &Message) -> Result<(), Undelivered> {
        let body = body(pager, message);
        let at = self.clock.now().as_microsecond() / MICROSECONDS;
        let unfit = |_| Undelivered { reason: "the request cannot be written".to_owned(), hope: Hope::None };
        let request = Request::post(&self.url)
            .header(header::CONTENT_TYPE, "application/json")
            .header(SIGNATURE, format!("t={at},v1={}", signature(&self.secret.0, at, &body)))
            .header(IDEMPOTENCY_KEY, message.id.to_string())
            .body(Full::new(Bytes::from(body)))
            .map_err(unfit)?;
        self.http.send(request).await.map_err(|error| match error.hope {
            // A gateway that is not where it was may come back.
            Hope::Gone => Undelivered { hope: Hope::Again, ..error },
            Hope::Again | Hope::None => error,
        })
    }
}

impl Courier for Webhook {
    fn channel(&self) -> Channel {
        Channel::Webhook
    }

    fn carry<'a>(
        &'a self,
        to: &'a Recipient,
        message: &'a Message,
    ) -> BoxFuture<'a, Result<(), Undelivered>> {
        async move {
            match to {
                Recipient::Pager(pager) => self.post(pager, message).await,
                Recipient::Email(_) | Recipient::Browser(_) => Err(Undelivered::not_mine()),
            }
        }
        .boxed()
    }
}

fn body(pager: &str, message: &Message) -> String {
    json!({
        "schema": SCHEMA,
        "notice_id": message.id,
        "kind": message.kind,
        "to": pager,
        "reference": message.reference,
        "site": { "id": message.site, "name": message.site_name },
        "need": message.need,
        "urgency": message.urgency,
        "round": message.round,
        "title": message.title,
        "text": message.body,
        "link": message.link,
        "called_at": message.at,
    })
    .to_string()
}

/// Hexadecimal HMAC-SHA256 (RFC 2104) of "time.body". HMAC takes a key of any length.
fn signature(secret: &str, at: i64, body: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(format!("{at}.{body}").as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_what_any_gateway_computes() {
        // printf '1700000000.{}' | openssl dgst -sha256 -hmac secret
        assert_eq!(
            signature("secret", 1_700_000_000, "{}"),
            "b8569b78799ff9e3cbff0fc2d63a33a2b57f3282abd07c37ae5e8e7d79a5f163"
        );
    }
}
