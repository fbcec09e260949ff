//! ICE, seen from a server that is always "lite" (RFC 8445 section 2.5): credentials, the binding checks that
//! browsers send, and the twin that stands in for the browser before the connection's own ICE agent.

use std::net::SocketAddr;
use std::sync::Arc;

use rand::RngExt;
use rand::distr::Alphanumeric;
use rtc::crypto::RTCCryptoProvider;
use rtc::ice::attributes::control::AttrControlling;
use rtc::ice::attributes::priority::PriorityAttr;
use rtc::ice::attributes::use_candidate::UseCandidateAttr;
use rtc::shared::error::Error;
use rtc::stun::attributes::{ATTR_USE_CANDIDATE, ATTR_USERNAME};
use rtc::stun::fingerprint::FINGERPRINT;
use rtc::stun::integrity::MessageIntegrity;
use rtc::stun::message::{BINDING_REQUEST, BINDING_SUCCESS, Message, Setter, TransactionId, is_stun_message};
use rtc::stun::textattrs::Username;
use rtc::stun::xoraddr::XorMappedAddress;

/// Priority of the one candidate that the twin pretends to have (RFC 8445 section 5.1.2.1: host, first).
const TWIN_PRIORITY: u32 = 2_130_706_431;

/// One side's ICE user name fragment and password.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Credentials {
    pub(super) ufrag: String,
    pub(super) pwd: String,
}

impl Credentials {
    /// Fresh credentials of our side: 47 bits of name, 142 bits of password (RFC 8445 section 5.3 asks 24 and 128).
    pub(super) fn generate() -> Self {
        let text = |length| rand::rng().sample_iter(Alphanumeric).take(length).map(char::from).collect();
        Self { ufrag: text(8), pwd: text(24) }
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("ufrag", &self.ufrag).finish_non_exhaustive()
    }
}

/// A binding request, read but not verified yet.
pub(super) struct Check {
    message: Message,
    /// Our name fragment: whom the request is for.
    pub(super) local_ufrag: String,
    /// The sender's name fragment.
    pub(super) remote_ufrag: String,
    /// The sender nominates the path that the request took.
    pub(super) nominates: bool,
}

impl Check {
    /// Reads a STUN binding request with a user name of two fragments; `None` for anything else.
    pub(super) fn read(datagram: &[u8]) -> Option<Self> {
        if !is_stun_message(datagram) {
            return None;
        }
        let mut message = Message::new();
        message.write(datagram).ok()?;
        if message.typ != BINDING_REQUEST {
            return None;
        }
        let username = Username::get_from_as(&message, ATTR_USERNAME).ok()?.text;
        let (local, remote) = username.split_once(':')?;
        Some(Self {
            local_ufrag: local.to_owned(),
            remote_ufrag: remote.to_owned(),
            nominates: message.contains(ATTR_USE_CANDIDATE),
            message,
        })
    }

    /// Verifies the request with our password and builds the success response; `None` when it is not authentic.
    pub(super) fn answer(
        &mut self,
        local_pwd: &str,
        from: SocketAddr,
        crypto: &dyn RTCCryptoProvider,
    ) -> Option<Vec<u8>> {
        MessageIntegrity::check(&mut self.message, local_pwd.as_bytes(), crypto.crypto()).ok()?;
        success(&self.message, local_pwd, from, crypto).ok()
    }
}

fn success(
    request: &Message,
    pwd: &str,
    mapped: SocketAddr,
    crypto: &dyn RTCCryptoProvider,
) -> Result<Vec<u8>, Error> {
    let mut response = Message::new();
    let setters: [Box<dyn Setter + '_>; 5] = [
        Box::new(request.clone()),
        Box::new(BINDING_SUCCESS),
        Box::new(XorMappedAddress { ip: mapped.ip(), port: mapped.port() }),
        Box::new(MessageIntegrity::new_short_term_integrity_with_provider(pwd.to_owned(), crypto.crypto())),
        Box::new(FINGERPRINT),
    ];
    response.build(&setters)?;
    Ok(response.raw)
}

/// Stands in for the browser before a connection's own ICE agent.
///
/// The agent never changes its selected pair, so it would not survive a NAT's rebinding nor an ICE restart.
/// It therefore sees one fixed peer that is always there; the true path and its credentials live in `demux`.
pub(super) struct Twin {
    local: Credentials,
    remote: Credentials,
    crypto: Arc<dyn RTCCryptoProvider>,
}

impl Twin {
    /// `local` and `remote` are the agent's credentials, from the agent's side.
    pub(super) fn new(local: Credentials, remote: Credentials, crypto: Arc<dyn RTCCryptoProvider>) -> Self {
        Self { local, remote, crypto }
    }

    /// A check that nominates the one pair: selects it at first and keeps consent afterwards.
    pub(super) fn check(&self) -> Result<Vec<u8>, Error> {
        let mut request = Message::new();
        let pwd = self.local.pwd.clone();
        let setters: [Box<dyn Setter + '_>; 8] = [
            Box::new(BINDING_REQUEST),
            Box::new(TransactionId::new()),
            Box::new(Username::new(ATTR_USERNAME, format!("{}:{}", self.local.ufrag, self.remote.ufrag))),
            Box::<UseCandidateAttr>::default(),
            Box::new(AttrControlling(0)),
            Box::new(PriorityAttr(TWIN_PRIORITY)),
            Box::new(MessageIntegrity::new_short_term_integrity_with_provider(pwd, self.crypto.crypto())),
            Box::new(FINGERPRINT),
        ];
        request.build(&setters)?;
        Ok(request.raw)
    }

    /// The answer to a check that the agent sent; `None` when `datagram` is not one.
    pub(super) fn answer(&self, datagram: &[u8], agent: SocketAddr) -> Option<Vec<u8>> {
        let mut message = Message::new();
        message.write(datagram).ok()?;
        if message.typ != BINDING_REQUEST {
            return None;
        }
        success(&message, &self.remote.pwd, agent, self.crypto.as_ref()).ok()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::consult) fn crypto() -> Arc<dyn RTCCryptoProvider> {
        rtc::crypto::default_provider().unwrap()
    }

    /// A browser's check on the session with credentials `local` (ours) and name fragment `remote` (theirs).
    pub(in crate::consult) fn browser_check(
        local: &Credentials,
        remote: &str,
        nominate: Nominate,
    ) -> Vec<u8> {
        let crypto = crypto();
        let mut request = Message::new();
        let mut setters: Vec<Box<dyn Setter + '_>> = vec![
            Box::new(BINDING_REQUEST),
            Box::new(TransactionId::new()),
            Box::new(Username::new(ATTR_USERNAME, format!("{}:{remote}", local.ufrag))),
            Box::new(AttrControlling(7)),
            Box::new(PriorityAttr(1)),
        ];
        if nominate == Nominate::Yes {
            setters.push(Box::<UseCandidateAttr>::default());
        }
        let pwd = local.pwd.clone();
        setters
            .push(Box::new(MessageIntegrity::new_short_term_integrity_with_provider(pwd, crypto.crypto())));
        setters.push(Box::new(FINGERPRINT));
        request.build(&setters).unwrap();
        request.raw
    }

    #[derive(Clone, Copy, PartialEq, Eq)]
    pub(in crate::consult) enum Nominate {
        Yes,
        No,
    }

    #[test]
    fn a_check_is_read_and_answered_with_the_senders_address() {
        let local = Credentials::generate();
        let from: SocketAddr = "192.0.2.7:40000".parse().unwrap();
        let mut check = Check::read(&browser_check(&local, "them", Nominate::Yes)).unwrap();
        assert_eq!((check.local_ufrag.as_str(), check.remote_ufrag.as_str()), (local.ufrag.as_str(), "them"));
        assert!(check.nominates);

        let answer = check.answer(&local.pwd, from, crypto().as_ref()).unwrap();
        let mut message = Message::new();
        message.write(&answer).unwrap();
        assert!(message.typ == BINDING_SUCCESS);
        let mut mapped = XorMappedAddress::default();
        rtc::stun::message::Getter::get_from(&mut mapped, &message).unwrap();
        assert_eq!((mapped.ip, mapped.port), (from.ip(), from.port()));
    }

    #[test]
    fn a_check_with_another_password_is_not_answered() {
        let local = Credentials::generate();
        let forged = Credentials { ufrag: local.ufrag.clone(), pwd: Credentials::generate().pwd };
        let mut check = Check::read(&browser_check(&forged, "them", Nominate::No)).unwrap();
        assert!(check.answer(&local.pwd, "192.0.2.7:1".parse().unwrap(), crypto().as_ref()).is_none());
    }

    proptest::proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let _ = Check::read(&bytes);
        }

        #[test]
        fn a_damaged_check_never_panics_nor_passes(at in 0usize..60, flip in 1u8..=255) {
            let local = Credentials { ufrag: "abcdefgh".into(), pwd: "0123456789abcdef01234567".into() };
            let mut bytes = browser_check(&local, "them", Nominate::Yes);
            let at = at % bytes.len();
            bytes[at] ^= flip;
            if let Some(mut check) = Check::read(&bytes) {
                let answer = check.answer(&local.pwd, "192.0.2.7:1".parse().unwrap(), crypto().as_ref());
                proptest::prop_assert!(answer.is_none());
            }
        }
    }
}
