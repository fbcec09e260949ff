//! Passwords, tokens, login throttling and the audit chain's arithmetic. Nothing here knows HTTP.

/// The audit chain: each record hashed over its text and its predecessor's hash.
pub mod chain;
/// Argon2id.
pub mod password;
/// How many wrong passwords are too many.
pub mod throttle;
/// Random tokens, of which only the hash is kept.
pub mod token;
