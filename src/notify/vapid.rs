//! How this server identifies itself to push services: a signed token under its own key (RFC 8292).

use std::io::{self, ErrorKind, Write};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::json;

use crate::domain::time::Timestamp;

/// The key's file in the data folder: browsers subscribe to its public half, and a new one would lose them all.
const KEY_FILE: &str = "vapid.key";
/// A token's life, seconds: at most a day (RFC 8292, 2).
const LIFE: i64 = 12 * 3600;
const MICROSECONDS: i64 = 1_000_000;

/// The server's key.
#[derive(Debug)]
pub(super) struct VapidKey(EcdsaKeyPair);

impl VapidKey {
    /// Reads the key in `dir`, making it the first time.
    ///
    /// # Errors
    /// [`io::Error`] when the file cannot be read, written or understood.
    pub(super) fn open(dir: &Path) -> io::Result<Self> {
        let path = dir.join(KEY_FILE);
        let document = match std::fs::read(&path) {
            Ok(document) => document,
            Err(error) if error.kind() == ErrorKind::NotFound => make(&path)?,
            Err(error) => return Err(error),
        };
        let random = SystemRandom::new();
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &document, &random)
            .map(Self)
            .map_err(|_| io::Error::other("vapid.key does not hold a P-256 key"))
    }

    /// What browsers subscribe with, base64url.
    pub(super) fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.public_key().as_ref())
    }

    /// The `Authorization` for a push service at `origin`. `contact` is where its operators may write.
    pub(super) fn authorization(&self, origin: &str, contact: &str, now: Timestamp) -> io::Result<String> {
        let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let expires = now.as_microsecond() / MICROSECONDS + LIFE;
        let head = part(&json!({ "typ": "JWT", "alg": "ES256" }));
        let claims = part(&json!({ "aud": origin, "exp": expires, "sub": contact }));
        let signed = format!("{head}.{claims}");
        let signature = self
            .0
            .sign(&SystemRandom::new(), signed.as_bytes())
            .map_err(|_| io::Error::other("there is no randomness"))?;
        let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
        Ok(format!("vapid t={token}, k={}", self.public()))
    }
}

fn make(path: &Path) -> io::Result<Vec<u8>> {
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
        .map_err(|_| io::Error::other("there is no randomness"))?;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(document.as_ref())?;
    file.sync_all()?;
    Ok(document.as_ref().to_vec())
}

#[cfg(test)]
mod tests {
    use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    use super::*;

    #[test]
    fn the_key_stays_and_its_token_is_verified_by_its_public_half() {
        let dir = tempfile::tempdir().unwrap();
        let key = VapidKey::open(dir.path()).unwrap();
        assert_eq!(VapidKey::open(dir.path()).unwrap().public(), key.public());
        let now = "2026-11-24T03:00:00Z".parse().unwrap();
        let said = key.authorization("https://push.example", "mailto:a@b.example", now).unwrap();
        let token = said.strip_prefix("vapid t=").unwrap().split(", k=").next().unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let public = URL_SAFE_NO_PAD.decode(key.public()).unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public)
            .verify(signed.as_bytes(), &signature)
            .unwrap();
        let claims = URL_SAFE_NO_PAD.decode(signed.split('.').nth(1).unwrap()).unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!((&claims["aud"], &claims["exp"]), (&json!("https://push.example"), &json!(1_795_532_400)));
    }
}
