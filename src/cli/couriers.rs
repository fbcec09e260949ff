//! The channels out of the house that are configured.

use std::sync::Arc;

use super::Failure;
use crate::config::Config;
use crate::domain::alerting::Channel;
use crate::notify::mail::Mail;
use crate::notify::push::WebPush;
use crate::notify::webhook::Webhook;
use crate::pathway::contact::{Outward, PushServices};
use crate::pathway::desk::Desk;
use crate::pathway::switchboard::Courier;

/// The couriers, and what people are told of them.
///
/// # Errors
/// [`Failure`] naming the channel that cannot be used.
pub(super) fn couriers(config: &Config, desk: &Desk) -> Result<(Vec<Arc<dyn Courier>>, Outward), Failure> {
    let wanted = &config.outward;
    let mut couriers: Vec<Arc<dyn Courier>> = Vec::new();
    let push_services = PushServices { further: wanted.push_services.clone() };
    let mut push_key = None;
    if let Some(contact) = &wanted.push_contact {
        let clock = Arc::clone(&desk.clock);
        let push = WebPush::open(&config.data_dir, contact.clone(), push_services.clone(), clock)?;
        push_key = Some(push.public_key());
        couriers.push(Arc::new(push));
    }
    if let Some(mail) = &wanted.mail {
        let from = mail.from.parse().map_err(|_| Failure::Usage("mail_from is not an address".to_owned()))?;
        // What the library says of the URL may quote its password.
        let mail =
            Mail::new(&mail.url, from).map_err(|_| Failure::Usage("smtp_url cannot be used".to_owned()))?;
        couriers.push(Arc::new(mail));
    }
    if let Some(webhook) = &wanted.webhook {
        let clock = Arc::clone(&desk.clock);
        couriers.push(Arc::new(Webhook::new(webhook.url.clone(), webhook.secret.clone(), clock)?));
    }
    let channels = [Channel::InApp].into_iter().chain(couriers.iter().map(|courier| courier.channel()));
    let outward = Outward { channels: channels.collect(), push_key, push_services };
    Ok((couriers, outward))
}
