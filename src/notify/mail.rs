//! E-mail over SMTP, in plain text.

use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, MessageBuilder};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use super::http::root_cause;
use crate::domain::alerting::Channel;
use crate::pathway::switchboard::{Courier, Hope, Message, Recipient, Undelivered};

/// Longest that the server may take for one step of the dialogue.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The mail server and who writes.
#[derive(Clone)]
pub struct Mail {
    server: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mail").field("from", &self.from).finish_non_exhaustive()
    }
}

impl Mail {
    /// `url` as `smtps://USER:PASSWORD@HOST`, `smtp://HOST:25?tls=required`, or without TLS within a site
    /// `smtp://HOST:25`.
    ///
    /// # Errors
    /// What the mail library says of the URL.
    pub fn new(url: &str, from: Mailbox) -> Result<Self, lettre::transport::smtp::Error> {
        let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)?.timeout(Some(TIMEOUT)).build();
        Ok(Self { server, from })
    }

    async fn send(&self, address: &str, message: &Message) -> Result<(), Undelivered> {
        let unfit = |reason: &str| Undelivered { reason: reason.to_owned(), hope: Hope::None };
        let to = address.parse().map_err(|_| unfit("the address cannot be read"))?;
        let letter = MessageBuilder::new()
            .from(self.from.clone())
            .to(to)
            // The same notice again is the same letter.
            .message_id(Some(format!("<{}@vigie>", message.id)))
            .subject(&message.title)
            .header(ContentType::TEXT_PLAIN)
            .body(format!("{}\n\n{}\n", message.body, message.link))
            .map_err(|_| unfit("the letter cannot be written"))?;
        match self.server.send(letter).await {
            Ok(_) => Ok(()),
            Err(error) => {
                let hope = if error.is_permanent() { Hope::None } else { Hope::Again };
                // The server's own words may quote the address.
                let reason = match error.status() {
                    Some(code) => format!("the mail server answered {code}"),
                    None => root_cause(&error),
                };
                Err(Undelivered { reason, hope })
            }
        }
    }
}

impl Courier for Mail {
    fn channel(&self) -> Channel {
        Channel::Email
    }

    fn carry<'a>(
        &'a self,
        to: &'a Recipient,
        message: &'a Message,
    ) -> BoxFuture<'a, Result<(), Undelivered>> {
        async move {
            match to {
                Recipient::Email(address) => self.send(address, message).await,
                Recipient::Pager(_) | Recipient::Browser(_) => Err(Undelivered::not_mine()),
            }
        }
        .boxed()
    }
}
