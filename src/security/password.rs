//! Passwords by Argon2id (RFC 9106).

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};

/// 19 MiB, two passes, one lane: the floor OWASP's password storage sheet gives for Argon2id. Small enough that
/// a few logins at once stay within the server's 300 MB, dear enough (tens of ms) for a guesser.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// NIST SP 800-63B: at least 8 characters, no composition rules; a bound above keeps hashing honest.
const LENGTH: std::ops::RangeInclusive<usize> = 8..=256;

/// Why a password could not be set.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    #[error("a password has 8 to 256 characters")]
    Length,
    #[error("the password could not be hashed: {0}")]
    Hash(argon2::password_hash::Error),
}

fn argon2() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|e| PasswordError::Hash(e.into()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The PHC string to keep for `password`. Costs tens of milliseconds: call it off the async threads.
///
/// # Errors
/// [`PasswordError`] when the length is out of bounds.
pub fn hash(password: &str) -> Result<String, PasswordError> {
    if !LENGTH.contains(&password.chars().count()) {
        return Err(PasswordError::Length);
    }
    let salt = SaltString::encode_b64(&rand::random::<[u8; 16]>()).map_err(PasswordError::Hash)?;
    let hashed = argon2()?.hash_password(password.as_bytes(), &salt).map_err(PasswordError::Hash)?;
    Ok(hashed.to_string())
}

/// Whether `password` is the one behind `phc`. Without a `phc` (no such account) the same work is done for
/// nothing, so that the answer's time does not tell which names exist.
#[must_use]
pub fn verify(password: &str, phc: Option<&str>) -> bool {
    let Ok(argon2) = argon2() else { return false };
    match phc.map(PasswordHash::new) {
        Some(Ok(parsed)) => argon2.verify_password(password.as_bytes(), &parsed).is_ok(),
        Some(Err(_)) | None => {
            let mut wasted = [0_u8; 32];
            let _ = argon2.hash_password_into(password.as_bytes(), &[0; 16], &mut wasted);
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_says_argon2id_and_verifies_only_its_password() {
        let phc = hash("une phrase assez longue").unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify("une phrase assez longue", Some(&phc)));
        assert!(!verify("une autre phrase", Some(&phc)));
        assert!(!verify("une phrase assez longue", None));
    }

    #[test]
    fn short_and_endless_passwords_are_refused() {
        assert!(matches!(hash("court"), Err(PasswordError::Length)));
        assert!(matches!(hash(&"x".repeat(257)), Err(PasswordError::Length)));
    }
}
