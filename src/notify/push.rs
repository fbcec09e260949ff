//! Web push: the call reaches a browser that is not open.

use std::io;
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use futures::FutureExt;
use futures::future::BoxFuture;
use http::{Request, Uri, header};
use http_body_util::Full;
use serde_json::json;

use super::http::Http;
use super::seal::{BrowserKeys, seal};
use super::vapid::VapidKey;
use crate::clock::Clock;
use crate::db::contacts::Subscription;
use crate::domain::alerting::Channel;
use crate::pathway::contact::PushServices;
use crate::pathway::switchboard::{Courier, Hope, Message, Recipient, Undelivered};

/// A call that could not be shown for this long, seconds, is no longer news: the rota has gone on.
const TIME_TO_LIVE: &str = "300";

/// This server as a sender of web push.
#[derive(Debug, Clone)]
pub struct WebPush {
    http: Http,
    key: Arc<VapidKey>,
    /// Where a push service's operators may write: `mailto:` or `https:`.
    contact: String,
    services: PushServices,
    clock: Arc<dyn Clock>,
}

impl WebPush {
    /// # Errors
    /// [`io::Error`] when the key cannot be opened, or the host has no certificates to trust.
    pub fn open(
        dir: &Path,
        contact: String,
        services: PushServices,
        clock: Arc<dyn Clock>,
    ) -> io::Result<Self> {
        Ok(Self { http: Http::new()?, key: Arc::new(VapidKey::open(dir)?), contact, services, clock })
    }

    /// What browsers subscribe with, base64url.
    #[must_use]
    pub fn public_key(&self) -> String {
        self.key.public()
    }

    async fn push(&self, browser: &Subscription, message: &Message) -> Result<(), Undelivered> {
        let unfit = |reason: &str| Undelivered { reason: reason.to_owned(), hope: Hope::Gone };
        // Kept when it was allowed; the configuration may have changed since.
        if !self.services.allow(&browser.endpoint) {
            return Err(unfit("the browser's push service is not allowed here"));
        }
        let url: Uri =
            browser.endpoint.parse().map_err(|_| unfit("the browser's endpoint cannot be read"))?;
        let (Some(scheme), Some(host)) = (url.scheme_str(), url.authority()) else {
            return Err(unfit("the browser's endpoint cannot be read"));
        };
        let key = |text: &str| URL_SAFE_NO_PAD.decode(text.trim_end_matches('='));
        let (Ok(public), Ok(auth)) = (key(&browser.p256dh), key(&browser.auth)) else {
            return Err(unfit("the browser's keys cannot be read"));
        };
        let plain = json!({
            "title": message.title, "body": message.body, "link": message.link, "tag": message.id,
        });
        let sealed = seal(plain.to_string().as_bytes(), BrowserKeys { public: &public, auth: &auth })
            .map_err(|_| unfit("the browser's keys cannot be used"))?;
        let authorization = self
            .key
            .authorization(&format!("{scheme}://{host}"), &self.contact, self.clock.now())
            .map_err(|error| Undelivered { reason: error.to_string(), hope: Hope::Again })?;
        let request = Request::post(url)
            .header(header::AUTHORIZATION, authorization)
            .header(header::CONTENT_ENCODING, "aes128gcm")
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .header("ttl", TIME_TO_LIVE)
            .header("urgency", "high")
            // RFC 8030, 5.4: a second try takes the first one's place.
            .header("topic", message.id.0.simple().to_string())
            .body(Full::new(Bytes::from(sealed)))
            .map_err(|_| unfit("the request cannot be written"))?;
        self.http.send(request).await
    }
}

impl Courier for WebPush {
    fn channel(&self) -> Channel {
        Channel::WebPush
    }

    fn carry<'a>(
        &'a self,
        to: &'a Recipient,
        message: &'a Message,
    ) -> BoxFuture<'a, Result<(), Undelivered>> {
        async move {
            match to {
                Recipient::Browser(browser) => self.push(browser, message).await,
                Recipient::Email(_) | Recipient::Pager(_) => Err(Undelivered::not_mine()),
            }
        }
        .boxed()
    }
}
