//! The audit chain's arithmetic. A record's hash covers its canonical JSON and its predecessor's hash, so a
//! record changed, removed or put in between breaks the chain from there on. What a chain alone cannot show is
//! a tail cut off: for that its head (number and hash of the last record) is sealed with a key that is not in
//! the database, in a row that the same transaction moves and in a file beside the data that follows it.

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The hash before the first record.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The hash of a record: SHA-256 over the predecessor's hash, a line feed and the record's text.
#[must_use]
pub fn link(previous: &str, record: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(previous.as_bytes());
    hash.update(b"\n");
    hash.update(record.as_bytes());
    hex::encode(hash.finalize())
}

/// The last record of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Number of the last record; 0 when there is none.
    pub seq: i64,
    pub hash: String,
}

impl Head {
    /// The head of an empty chain.
    #[must_use]
    pub fn genesis() -> Self {
        Self { seq: 0, hash: GENESIS.to_owned() }
    }

    /// The head once `record` is appended.
    #[must_use]
    pub fn followed_by(&self, record: &str) -> Self {
        Self { seq: self.seq + 1, hash: link(&self.hash, record) }
    }
}

/// The key that seals heads: 256 bits, kept in a file of the data folder, never in the database.
#[derive(Clone)]
pub struct SealKey([u8; 32]);

impl std::fmt::Debug for SealKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealKey(…)")
    }
}

impl SealKey {
    #[must_use]
    pub fn random() -> Self {
        Self(rand::random())
    }

    /// The inverse of [`Self::to_hex`].
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut key = [0; 32];
        hex::decode_to_slice(text.trim(), &mut key).ok()?;
        Some(Self(key))
    }

    /// For the key's file.
    #[must_use]
    pub fn to_hex(&self) -> String {
        hex::encode(self.0)
    }

    fn mac(&self, head: &Head) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(format!("vigie audit head {} {}", head.seq, head.hash).as_bytes());
        Some(mac)
    }

    /// HMAC-SHA-256 of a head, in hexadecimal.
    #[must_use]
    pub fn seal(&self, head: &Head) -> String {
        self.mac(head).map(|mac| hex::encode(mac.finalize().into_bytes())).unwrap_or_default()
    }

    /// Whether `seal` is this key's for `head`.
    #[must_use]
    pub fn sealed(&self, head: &Head, seal: &str) -> bool {
        let Ok(bytes) = hex::decode(seal) else { return false };
        self.mac(head).is_some_and(|mac| mac.verify_slice(&bytes).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_depends_on_record_and_predecessor() {
        let first = Head::genesis().followed_by("{\"a\":1}");
        assert_eq!(first.seq, 1);
        assert_eq!(first.hash, link(GENESIS, "{\"a\":1}"));
        assert_ne!(first.followed_by("x").hash, Head::genesis().followed_by("x").hash);
    }

    #[test]
    fn a_seal_is_for_one_head_and_one_key() {
        let key = SealKey::random();
        let head = Head::genesis().followed_by("x");
        let seal = key.seal(&head);
        assert!(key.sealed(&head, &seal));
        assert!(!key.sealed(&Head::genesis(), &seal));
        assert!(!SealKey::random().sealed(&head, &seal));
        assert!(SealKey::from_hex(&key.to_hex()).unwrap().sealed(&head, &seal));
    }
}
