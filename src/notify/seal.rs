//! A push message sealed for one browser (RFC 8291), in the coding `aes128gcm` (RFC 8188): the push service carries it
//! and reads nothing.

use ring::aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::error::Unspecified;
use ring::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use ring::rand::{SecureRandom, SystemRandom};

/// Bytes of the salt, and of the content key (RFC 8188, 2.1 and 2.2).
const SALT: usize = 16;
const KEY: usize = 16;
/// The one record holds everything (RFC 8291, 4): push services take 4096 bytes.
const RECORD: u32 = 4096;
/// Ends the last record (RFC 8188, 2).
const LAST: u8 = 2;

/// A browser's keys, as it gave them.
#[derive(Debug, Clone, Copy)]
pub(super) struct BrowserKeys<'a> {
    /// P-256, uncompressed: 65 bytes.
    pub public: &'a [u8],
    /// The shared secret: 16 bytes.
    pub auth: &'a [u8],
}

/// Seals `plain` for a browser.
///
/// # Errors
/// [`Unspecified`] when the browser's key is no point of the curve, or there is no randomness.
pub(super) fn seal(plain: &[u8], browser: BrowserKeys<'_>) -> Result<Vec<u8>, Unspecified> {
    let random = SystemRandom::new();
    let mut salt = [0; SALT];
    random.fill(&mut salt)?;
    let private = EphemeralPrivateKey::generate(&ECDH_P256, &random)?;
    let public = private.compute_public_key()?;
    let theirs = UnparsedPublicKey::new(&ECDH_P256, browser.public);
    agree_ephemeral(private, &theirs, |shared| sealed(plain, browser, public.as_ref(), shared, salt))?
}

/// The rest, with nothing drawn: RFC 8291, 3.3 and 3.4.
fn sealed(
    plain: &[u8],
    browser: BrowserKeys<'_>,
    ours: &[u8],
    shared: &[u8],
    salt: [u8; SALT],
) -> Result<Vec<u8>, Unspecified> {
    let combined: Prk = Salt::new(HKDF_SHA256, browser.auth).extract(shared);
    let mut input = [0; 32];
    expand(&combined, &[b"WebPush: info\0", browser.public, ours], &mut input)?;
    let keys: Prk = Salt::new(HKDF_SHA256, &salt).extract(&input);
    let mut key = [0; KEY];
    expand(&keys, &[b"Content-Encoding: aes128gcm\0"], &mut key)?;
    let mut nonce = [0; NONCE_LEN];
    expand(&keys, &[b"Content-Encoding: nonce\0"], &mut nonce)?;

    let mut record = plain.to_vec();
    record.push(LAST);
    LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key)?).seal_in_place_append_tag(
        Nonce::assume_unique_for_key(nonce),
        Aad::empty(),
        &mut record,
    )?;
    let id_length = u8::try_from(ours.len()).map_err(|_| Unspecified)?;
    let header = [&salt[..], &RECORD.to_be_bytes(), &[id_length], ours].concat();
    Ok([header, record].concat())
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand(from: &Prk, info: &[&[u8]], into: &mut [u8]) -> Result<(), Unspecified> {
    from.expand(info, Length(into.len()))?.fill(into)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    /// RFC 8291, appendix A, from its shared secret on.
    #[test]
    fn the_published_example_comes_out() {
        let public =
            bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4");
        let auth = bytes("BTBZMqHH6r4Tts7J_aSIgg");
        let ours =
            bytes("BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8");
        let shared = bytes("kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs");
        let salt: [u8; SALT] = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let browser = BrowserKeys { public: &public, auth: &auth };
        let plain = b"When I grow up, I want to be a watermelon";
        let out = sealed(plain, browser, &ours, &shared, salt).unwrap();
        assert_eq!(
            URL_SAFE_NO_PAD.encode(out),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8w\
             EqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
    }

    #[test]
    fn a_key_that_is_no_point_is_refused() {
        let browser = BrowserKeys { public: &[4; 65], auth: &[0; 16] };
        assert!(seal(b"x", browser).is_err());
    }
}
