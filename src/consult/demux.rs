//! Which session a datagram belongs to: by ICE name fragment for checks, by proven address for the rest.
//! Answers the checks itself and follows the latest nomination. Pure: no socket, time is passed in.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rtc::crypto::RTCCryptoProvider;

use super::ice::{Check, Credentials};
use crate::pathway::media::ResourceId;

/// Addresses remembered a session; a browser with several interfaces uses a few, a hostile one no more than this.
const MAX_ADDRESSES: usize = 8;

/// A path unheard for this long is left for one that is heard: agents other than browsers' nominate only once.
const SILENT: Duration = Duration::from_secs(2);

/// What to do with a datagram.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// An authentic check: send `response` back; the session's path is now `path`.
    Checked { session: ResourceId, path: SocketAddr, response: Vec<u8> },
    /// DTLS, RTP or RTCP of this session.
    Media { session: ResourceId },
    /// Nobody's.
    Unknown,
}

struct Entry {
    /// Our credentials with the peer's name fragment; after an ICE restart the old ones stay valid until the new
    /// ones are used (RFC 8445 section 2.4: media continues on the old pair meanwhile).
    current: (Credentials, String),
    previous: Option<(Credentials, String)>,
    path: Option<Heard>,
    addresses: VecDeque<SocketAddr>,
}

/// Where the browser is, and when it was last heard there.
#[derive(Clone, Copy)]
struct Heard {
    address: SocketAddr,
    at: Instant,
}

/// The table of sessions behind the one port.
pub(super) struct Demux {
    sessions: HashMap<ResourceId, Entry>,
    by_ufrag: HashMap<String, ResourceId>,
    by_address: HashMap<SocketAddr, ResourceId>,
    crypto: Arc<dyn RTCCryptoProvider>,
}

impl Demux {
    pub(super) fn new(crypto: Arc<dyn RTCCryptoProvider>) -> Self {
        Self { sessions: HashMap::new(), by_ufrag: HashMap::new(), by_address: HashMap::new(), crypto }
    }

    /// A new session: our credentials and the peer's name fragment.
    pub(super) fn insert(&mut self, session: ResourceId, local: Credentials, remote_ufrag: String) {
        self.remove(session);
        self.by_ufrag.insert(local.ufrag.clone(), session);
        let entry =
            Entry { current: (local, remote_ufrag), previous: None, path: None, addresses: VecDeque::new() };
        self.sessions.insert(session, entry);
    }

    /// New credentials for a session (ICE restart); nothing when it is gone.
    pub(super) fn restart(&mut self, session: ResourceId, local: Credentials, remote_ufrag: String) {
        let Some(entry) = self.sessions.get_mut(&session) else { return };
        if let Some((old, _)) = entry.previous.take() {
            self.by_ufrag.remove(&old.ufrag);
        }
        self.by_ufrag.insert(local.ufrag.clone(), session);
        let old = std::mem::replace(&mut entry.current, (local, remote_ufrag));
        entry.previous = Some(old);
    }

    /// Forgets a session and its addresses.
    pub(super) fn remove(&mut self, session: ResourceId) {
        let Some(entry) = self.sessions.remove(&session) else { return };
        for (credentials, _) in [Some(entry.current), entry.previous].into_iter().flatten() {
            self.by_ufrag.remove(&credentials.ufrag);
        }
        for address in entry.addresses {
            if self.by_address.get(&address) == Some(&session) {
                self.by_address.remove(&address);
            }
        }
    }

    /// Judges one datagram by its first byte (RFC 7983): STUN below 4, DTLS 20 to 63, RTP and RTCP 128 to 191.
    pub(super) fn judge(&mut self, now: Instant, from: SocketAddr, datagram: &[u8]) -> Verdict {
        match datagram.first() {
            Some(0..=3) => self.check(now, from, datagram).unwrap_or(Verdict::Unknown),
            Some(20..=63 | 128..=191) => self.media(now, from).unwrap_or(Verdict::Unknown),
            _ => Verdict::Unknown,
        }
    }

    fn media(&mut self, now: Instant, from: SocketAddr) -> Option<Verdict> {
        let session = *self.by_address.get(&from)?;
        let path = self.sessions.get_mut(&session)?.path.as_mut();
        if let Some(path) = path.filter(|path| path.address == from) {
            path.at = now;
        }
        Some(Verdict::Media { session })
    }

    fn check(&mut self, now: Instant, from: SocketAddr, datagram: &[u8]) -> Option<Verdict> {
        let mut check = Check::read(datagram)?;
        let session = *self.by_ufrag.get(&check.local_ufrag)?;
        let entry = self.sessions.get_mut(&session)?;
        let is_current = entry.current.0.ufrag == check.local_ufrag;
        let (local, remote_ufrag) = if is_current { &entry.current } else { entry.previous.as_ref()? };
        if *remote_ufrag != check.remote_ufrag {
            return None;
        }
        // A dual-stack socket shows IPv4 senders as mapped addresses; the sender knows itself by the plain one.
        let mapped = SocketAddr::new(from.ip().to_canonical(), from.port());
        let response = check.answer(&local.pwd, mapped, self.crypto.as_ref())?;

        if is_current && let Some((old, _)) = entry.previous.take() {
            self.by_ufrag.remove(&old.ufrag);
        }
        self.by_address.insert(from, session);
        entry.addresses.retain(|&known| known != from);
        entry.addresses.push_back(from);
        if entry.addresses.len() > MAX_ADDRESSES
            && let Some(oldest) = entry.addresses.pop_front()
            && self.by_address.get(&oldest) == Some(&session)
        {
            self.by_address.remove(&oldest);
        }
        let is_silent = |path: Heard| now.saturating_duration_since(path.at) >= SILENT;
        let path = match entry.path {
            Some(path) if path.address != from && !check.nominates && !is_silent(path) => path,
            _ => *entry.path.insert(Heard { address: from, at: now }),
        };
        Some(Verdict::Checked { session, path: path.address, response })
    }
}

#[cfg(test)]
mod tests {
    use super::super::ice::tests::{Nominate, browser_check, crypto};
    use super::*;

    const RTP: [u8; 2] = [0x80, 96];
    const DTLS: [u8; 1] = [22];

    fn resource() -> ResourceId {
        ResourceId(uuid::Uuid::new_v4())
    }

    fn address(port: u16) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, 1], port))
    }

    fn one_session() -> (Demux, ResourceId, Credentials, Instant) {
        let (mut demux, session, local) = (Demux::new(crypto()), resource(), Credentials::generate());
        demux.insert(session, local.clone(), "them".into());
        (demux, session, local, Instant::now())
    }

    fn path(verdict: &Verdict) -> Option<SocketAddr> {
        match verdict {
            Verdict::Checked { path, .. } => Some(*path),
            Verdict::Media { .. } | Verdict::Unknown => None,
        }
    }

    #[test]
    fn media_is_nobodys_until_its_address_has_passed_a_check() {
        let (mut demux, session, local, now) = one_session();
        assert_eq!(demux.judge(now, address(1), &DTLS), Verdict::Unknown);
        demux.judge(now, address(1), &browser_check(&local, "them", Nominate::No));
        assert_eq!(demux.judge(now, address(1), &DTLS), Verdict::Media { session });
        assert_eq!(demux.judge(now, address(1), &RTP), Verdict::Media { session });
        assert_eq!(demux.judge(now, address(2), &RTP), Verdict::Unknown);
    }

    #[test]
    fn the_path_follows_the_latest_nomination_and_nothing_else() {
        let (mut demux, _, local, now) = one_session();
        let first = demux.judge(now, address(1), &browser_check(&local, "them", Nominate::No));
        assert_eq!(path(&first), Some(address(1)));
        let other = demux.judge(now, address(2), &browser_check(&local, "them", Nominate::No));
        assert_eq!(path(&other), Some(address(1)));
        let rebound = demux.judge(now, address(3), &browser_check(&local, "them", Nominate::Yes));
        assert_eq!(path(&rebound), Some(address(3)));
    }

    #[test]
    fn a_silent_path_is_left_for_one_that_is_heard() {
        let (mut demux, _, local, now) = one_session();
        demux.judge(now, address(1), &browser_check(&local, "them", Nominate::Yes));
        demux.judge(now + SILENT / 2, address(1), &RTP);
        let mut other = |at| demux.judge(at, address(2), &browser_check(&local, "them", Nominate::No));
        assert_eq!(path(&other(now + SILENT)), Some(address(1)), "media was heard a moment ago");
        assert_eq!(path(&other(now + SILENT * 2)), Some(address(2)));
    }

    #[test]
    fn a_forged_check_moves_nothing() {
        let (mut demux, _, local, now) = one_session();
        demux.judge(now, address(1), &browser_check(&local, "them", Nominate::Yes));
        let forged = Credentials { ufrag: local.ufrag.clone(), pwd: Credentials::generate().pwd };
        assert_eq!(
            demux.judge(now, address(9), &browser_check(&forged, "them", Nominate::Yes)),
            Verdict::Unknown
        );
        assert_eq!(
            demux.judge(now, address(9), &browser_check(&local, "someone", Nominate::Yes)),
            Verdict::Unknown
        );
        assert_eq!(demux.judge(now, address(9), &RTP), Verdict::Unknown);
    }

    #[test]
    fn two_sessions_of_one_port_stay_apart() {
        let (mut demux, session, local, now) = one_session();
        let (other, other_local) = (resource(), Credentials::generate());
        demux.insert(other, other_local.clone(), "others".into());
        demux.judge(now, address(1), &browser_check(&local, "them", Nominate::Yes));
        demux.judge(now, address(2), &browser_check(&other_local, "others", Nominate::Yes));
        assert_eq!(demux.judge(now, address(1), &RTP), Verdict::Media { session });
        assert_eq!(demux.judge(now, address(2), &RTP), Verdict::Media { session: other });
        demux.remove(session);
        assert_eq!(demux.judge(now, address(1), &RTP), Verdict::Unknown);
        assert_eq!(demux.judge(now, address(2), &RTP), Verdict::Media { session: other });
    }

    #[test]
    fn after_a_restart_the_old_credentials_serve_until_the_new_ones_are_used() {
        let (mut demux, session, old, now) = one_session();
        let new = Credentials::generate();
        demux.judge(now, address(1), &browser_check(&old, "them", Nominate::Yes));
        demux.restart(session, new.clone(), "them2".into());
        assert_ne!(
            demux.judge(now, address(1), &browser_check(&old, "them", Nominate::Yes)),
            Verdict::Unknown
        );
        let moved = demux.judge(now, address(2), &browser_check(&new, "them2", Nominate::Yes));
        assert_eq!(path(&moved), Some(address(2)));
        assert_eq!(
            demux.judge(now, address(1), &browser_check(&old, "them", Nominate::Yes)),
            Verdict::Unknown
        );
    }

    #[test]
    fn addresses_of_a_session_are_bounded() {
        let (mut demux, _, local, now) = one_session();
        for port in 1..=100 {
            demux.judge(now, address(port), &browser_check(&local, "them", Nominate::Yes));
        }
        assert_eq!(demux.by_address.len(), MAX_ADDRESSES);
        assert_eq!(demux.judge(now, address(1), &RTP), Verdict::Unknown);
        assert_ne!(demux.judge(now, address(100), &RTP), Verdict::Unknown);
    }
}
