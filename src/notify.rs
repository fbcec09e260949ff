//! Channels out of the house: e-mail, web push, and a webhook for pagers and SMS gateways. Each is one courier; what
//! they carry names no patient.

mod http;
/// E-mail over SMTP.
pub mod mail;
/// Web push (RFC 8030, 8291, 8292).
pub mod push;
mod seal;
mod vapid;
/// A signed POST to a gateway.
pub mod webhook;
