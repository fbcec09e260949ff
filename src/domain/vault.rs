//! What the vault and the database both say of a kept file: its name, its size, its digests.

use std::fmt;
use std::str::FromStr;

use super::identity::Invalid;

/// A blob's name on disk: random, never anything of the sender's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobKey(uuid::Uuid);

impl BlobKey {
    #[must_use]
    pub fn random() -> Self {
        Self(uuid::Uuid::new_v4())
    }
}

impl fmt::Display for BlobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.simple(), f)
    }
}

impl FromStr for BlobKey {
    type Err = Invalid;

    /// Only the 32 lower-case hexadecimal digits that [`fmt::Display`] writes.
    fn from_str(s: &str) -> Result<Self, Invalid> {
        let invalid = Invalid { what: "blob key", problem: "must be 32 lower-case hexadecimal digits" };
        match uuid::Uuid::try_parse(s) {
            Ok(uuid) if Self(uuid).to_string() == s => Ok(Self(uuid)),
            _ => Err(invalid),
        }
    }
}

/// A SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = Invalid;

    /// 64 hexadecimal digits.
    fn from_str(s: &str) -> Result<Self, Invalid> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(s, &mut bytes)
            .map_err(|_| Invalid { what: "SHA-256", problem: "must be 64 hexadecimal digits" })?;
        Ok(Self(bytes))
    }
}

/// A DICOM file as the vault keeps it, sealed by its digests.
///
/// The data set's digest is apart from that of the preamble and file meta information, which the receiver writes:
/// the same instance by C-STORE and by STOW-RS is the same data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredBlob {
    pub key: BlobKey,
    /// Bytes of the file.
    pub size: u64,
    /// Where the data set begins: bytes of preamble, prefix and file meta information.
    pub data_set_offset: u64,
    /// Of the bytes before the data set.
    pub meta_sha256: Digest,
    /// Of the data set as received.
    pub sha256: Digest,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_digests_read_back_and_nothing_else_does() {
        let key = BlobKey::random();
        assert_eq!(key.to_string().parse(), Ok(key));
        for wrong in ["", "../../../../etc/passwd", "0123", &key.to_string().to_uppercase()[..31]] {
            assert!(wrong.parse::<BlobKey>().is_err(), "{wrong}");
        }
        let written = "0123456789abcdef0123456789abcdef";
        assert_eq!(written.parse::<BlobKey>().unwrap().to_string(), written);
        for other in [written.to_uppercase(), "01234567-89ab-cdef-0123-456789abcdef".to_owned()] {
            assert!(other.parse::<BlobKey>().is_err(), "{other} is the same number, and not the file's name");
        }
        let digest = Digest([7; 32]);
        assert_eq!(format!("{digest:?}"), "07".repeat(32));
        assert_eq!(digest.to_string().parse(), Ok(digest));
        assert!("07".parse::<Digest>().is_err());
    }
}
