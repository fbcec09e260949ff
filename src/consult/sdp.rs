//! Session descriptions at the edge of the relay: what an offer must be, what an answer gains, and the fragments of
//! trickle and restart (RFC 8840).

use std::io::Cursor;
use std::net::SocketAddr;

use rtc::sdp::description::media::MediaDescription;
use rtc::sdp::description::session::SessionDescription;

use super::codec::Flow;
use super::ice::Credentials;
use crate::pathway::media::MediaError;

/// The longest description or fragment that is read; Chromium's offers take about 7 kB.
const MAX_LENGTH: usize = 64 * 1024;

/// An offer that the relay can answer.
#[derive(Debug)]
pub(super) struct Offer {
    /// The description without what the relay neither needs nor follows: candidates (a lite server answers, it
    /// never calls) and simulcast (one layer is all that a call of two needs).
    pub(super) sdp: String,
    pub(super) remote: Credentials,
    pub(super) has_audio: bool,
    pub(super) has_video: bool,
}

impl Offer {
    /// Reads an offer and refuses what would fail later with a less helpful reason.
    pub(super) fn read(sdp: &str, flow: Flow) -> Result<Self, MediaError> {
        let sdp = strip(within_limit(sdp)?);
        let parsed = SessionDescription::unmarshal(&mut Cursor::new(sdp.as_bytes()))
            .map_err(|error| MediaError::Malformed(error.to_string()))?;
        let mut offer =
            Self { remote: remote_credentials(&parsed)?, has_audio: false, has_video: false, sdp };
        for media in &parsed.media_descriptions {
            check_transport(media)?;
            let seen = match media.media_name.media.as_str() {
                "audio" => &mut offer.has_audio,
                "video" => &mut offer.has_video,
                other => return Err(MediaError::Unacceptable(format!("'{other}' is not carried here"))),
            };
            if std::mem::replace(seen, true) {
                return Err(MediaError::Unacceptable("more than one track of a kind".to_owned()));
            }
            check_direction(media, flow)?;
        }
        if offer.has_audio || offer.has_video {
            Ok(offer)
        } else {
            Err(MediaError::Unacceptable("no audio or video is offered".to_owned()))
        }
    }
}

fn within_limit(text: &str) -> Result<&str, MediaError> {
    if text.len() > MAX_LENGTH {
        return Err(MediaError::Malformed(format!("longer than {MAX_LENGTH} bytes")));
    }
    Ok(text)
}

fn strip(sdp: &str) -> String {
    const DROPPED: [&str; 5] =
        ["a=candidate:", "a=end-of-candidates", "a=simulcast:", "a=rid:", "a=ssrc-group:SIM"];
    sdp.lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty() && !DROPPED.iter().any(|start| line.starts_with(start)))
        .flat_map(|line| [line, "\r\n"])
        .collect()
}

fn media_attribute<'a>(media: &'a MediaDescription, key: &str) -> Option<&'a str> {
    media.attribute(key).flatten()
}

fn remote_credentials(parsed: &SessionDescription) -> Result<Credentials, MediaError> {
    let find = |key| {
        parsed
            .attribute(key)
            .map(String::as_str)
            .or_else(|| parsed.media_descriptions.iter().find_map(|media| media_attribute(media, key)))
            .map(ToOwned::to_owned)
            .ok_or_else(|| MediaError::Malformed(format!("no a={key}")))
    };
    Ok(Credentials { ufrag: find("ice-ufrag")?, pwd: find("ice-pwd")? })
}

fn check_transport(media: &MediaDescription) -> Result<(), MediaError> {
    if media_attribute(media, "mid").is_none_or(str::is_empty) {
        return Err(MediaError::Malformed("a media section has no a=mid".to_owned()));
    }
    if media_attribute(media, "setup") == Some("passive") {
        return Err(MediaError::Unacceptable(
            "a=setup must be actpass or active: the relay waits".to_owned(),
        ));
    }
    Ok(())
}

fn check_direction(media: &MediaDescription, flow: Flow) -> Result<(), MediaError> {
    let has = |direction: &str| media.attribute(direction).is_some();
    let (fits, wanted) = match flow {
        Flow::Ingest => (has("sendonly") || has("sendrecv"), "sendonly"),
        Flow::Egress => (has("recvonly") || has("sendrecv"), "recvonly"),
    };
    if !fits {
        return Err(MediaError::Unacceptable(format!("every media section must be {wanted}")));
    }
    if flow == Flow::Ingest && media.attribute("ssrc").is_none() {
        return Err(MediaError::Unacceptable("every media section must declare its a=ssrc".to_owned()));
    }
    Ok(())
}

/// Candidate lines of the addresses under which the relay is reached, best first.
fn candidates(advertised: &[SocketAddr]) -> String {
    let mut lines = String::new();
    for (rank, address) in (0u32..).zip(advertised) {
        // RFC 8445 section 5.1.2.1: type preference of host, local preference falling with the rank.
        let priority = (126 << 24) + ((65_535u32.saturating_sub(rank)) << 8) + 255;
        let (ip, port) = (address.ip(), address.port());
        lines += &format!("a=candidate:{} 1 udp {priority} {ip} {port} typ host\r\n", rank + 1);
    }
    lines + "a=end-of-candidates\r\n"
}

/// Puts the advertised addresses in place of the connection's own candidates, in the first media section (all are
/// bundled in it).
pub(super) fn complete_answer(sdp: &str, advertised: &[SocketAddr]) -> String {
    let stripped = strip(sdp);
    let second = stripped
        .match_indices("\r\nm=")
        .nth(1)
        .map_or(stripped.len(), |(at, line_break)| at + line_break.len() - "m=".len());
    let (first, rest) = stripped.split_at(second);
    format!("{first}{}{rest}", candidates(advertised))
}

/// What a fragment of `application/trickle-ice-sdpfrag` asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fragment {
    /// Candidates of the current ICE session, which a lite server needs not.
    Trickle,
    /// A new ICE session with these credentials of the peer.
    Restart(Credentials),
}

impl Fragment {
    /// Reads a fragment; `current` is the peer's name fragment of the session so far.
    pub(super) fn read(text: &str, current: &str) -> Result<Self, MediaError> {
        let text = within_limit(text)?;
        let value =
            |key: &str| text.lines().find_map(|line| line.trim().strip_prefix(key)).map(ToOwned::to_owned);
        let (ufrag, pwd) = (value("a=ice-ufrag:"), value("a=ice-pwd:"));
        let has_candidates = text.lines().any(|line| {
            let line = line.trim();
            line.starts_with("a=candidate:") || line == "a=end-of-candidates"
        });
        match (ufrag, pwd) {
            (Some(ufrag), Some(pwd)) if ufrag != current => Ok(Self::Restart(Credentials { ufrag, pwd })),
            (Some(ufrag), None) if ufrag != current => {
                Err(MediaError::Malformed("new a=ice-ufrag without a=ice-pwd".to_owned()))
            }
            (Some(_), _) => Ok(Self::Trickle),
            (None, _) if has_candidates => Ok(Self::Trickle),
            (None, _) => Err(MediaError::Malformed("neither candidates nor credentials".to_owned())),
        }
    }
}

/// The fragment that answers an ICE restart (RFC 9725 section 4.3.3). `answer` is the session's SDP answer.
pub(super) fn restart_fragment(answer: &str, local: &Credentials, advertised: &[SocketAddr]) -> String {
    let line =
        |start: &str| answer.lines().find(|line| line.starts_with(start)).map(|line| format!("{line}\r\n"));
    let head: String = ["a=group:BUNDLE", "m=", "a=mid:"].into_iter().filter_map(line).collect();
    format!(
        "a=ice-lite\r\na=ice-options:trickle ice2\r\n{head}a=ice-ufrag:{}\r\na=ice-pwd:{}\r\n{}",
        local.ufrag,
        local.pwd,
        candidates(advertised)
    )
}

/// The strong entity tag of an ICE session.
pub(super) fn entity_tag(local: &Credentials) -> String {
    format!("\"{}\"", local.ufrag)
}

/// Whether `If-Match` as received covers the current entity tag (RFC 9110 section 13.1.1, strong comparison).
pub(super) fn check_precondition(if_match: Option<&str>, current: &str) -> Result<(), MediaError> {
    let Some(if_match) = if_match else { return Err(MediaError::PreconditionRequired) };
    let matches =
        if_match.split(',').map(str::trim).any(|tag| tag == "*" || tag == "\"*\"" || tag == current);
    if matches { Ok(()) } else { Err(MediaError::PreconditionFailed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(in crate::consult) fn offer(direction: &str, extra: &str) -> String {
        format!(
            "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n\
             m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:them\r\n\
             a=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=fingerprint:sha-256 AA\r\na=setup:actpass\r\na=mid:0\r\n\
             a={direction}\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\na=ssrc:1 cname:x\r\n\
             a=candidate:1 1 udp 1 abc.local 1 typ host\r\n{extra}"
        )
    }

    #[test]
    fn an_offer_is_read_without_its_candidates() {
        let offer = Offer::read(&offer("sendonly", ""), Flow::Ingest).unwrap();
        assert!(offer.has_audio && !offer.has_video);
        assert_eq!(offer.remote.ufrag, "them");
        assert!(!offer.sdp.contains("candidate"));
    }

    #[test]
    fn offers_that_cannot_be_served_say_why() {
        let status = |sdp: &str, flow| Offer::read(sdp, flow).map_err(|error| error.status()).err();
        assert_eq!(status("hello", Flow::Ingest), Some(400));
        assert_eq!(status(&"v=0\r\n".repeat(20_000), Flow::Ingest), Some(400));
        assert_eq!(status(&offer("recvonly", ""), Flow::Ingest), Some(422));
        assert_eq!(status(&offer("sendonly", ""), Flow::Egress), Some(422));
        assert_eq!(status(&offer("recvonly", ""), Flow::Egress), None);
        let passive = offer("sendonly", "").replace("actpass", "passive");
        assert_eq!(status(&passive, Flow::Ingest), Some(422));
        let data = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:1\r\n";
        assert_eq!(status(&offer("sendonly", data), Flow::Ingest), Some(422));
        assert_eq!(
            status(&offer("sendonly", "").replace("a=ssrc:1 cname:x\r\n", ""), Flow::Ingest),
            Some(422)
        );
    }

    #[test]
    fn an_answer_gains_the_advertised_addresses_in_its_first_section() {
        let answer = "v=0\r\nm=audio 9 X 1\r\na=mid:0\r\na=candidate:9 1 udp 1 192.0.2.1 9 typ host\r\n\
                      m=video 9 X 2\r\na=mid:1\r\n";
        let advertised = ["203.0.113.5:8189".parse().unwrap(), "[2001:db8::5]:8189".parse().unwrap()];
        assert_eq!(
            complete_answer(answer, &advertised),
            "v=0\r\nm=audio 9 X 1\r\na=mid:0\r\n\
             a=candidate:1 1 udp 2130706431 203.0.113.5 8189 typ host\r\n\
             a=candidate:2 1 udp 2130706175 2001:db8::5 8189 typ host\r\na=end-of-candidates\r\n\
             m=video 9 X 2\r\na=mid:1\r\n"
        );
        let single = complete_answer("v=0\r\nm=audio 9 X 1\r\na=mid:0\r\n", &advertised[..1]);
        assert!(single.ends_with("typ host\r\na=end-of-candidates\r\n"));
    }

    #[test]
    fn fragments_trickle_or_restart() {
        let read = |text: &str| Fragment::read(text, "now");
        assert_eq!(read("a=ice-ufrag:now\r\na=ice-pwd:x\r\na=candidate:1\r\n"), Ok(Fragment::Trickle));
        assert_eq!(read("a=candidate:1 1 udp\r\n"), Ok(Fragment::Trickle));
        assert_eq!(read("a=end-of-candidates"), Ok(Fragment::Trickle));
        let new = Credentials { ufrag: "new".into(), pwd: "secret".into() };
        assert_eq!(read("a=ice-ufrag:new\r\na=ice-pwd:secret\r\n"), Ok(Fragment::Restart(new)));
        assert!(matches!(read("a=ice-ufrag:new\r\n"), Err(MediaError::Malformed(_))));
        assert!(matches!(read(""), Err(MediaError::Malformed(_))));
    }

    #[test]
    fn preconditions_follow_rfc_9725() {
        assert_eq!(check_precondition(None, "\"a\""), Err(MediaError::PreconditionRequired));
        assert_eq!(check_precondition(Some("\"b\""), "\"a\""), Err(MediaError::PreconditionFailed));
        for fits in ["\"a\"", "*", "\"*\"", "\"b\", \"a\""] {
            assert_eq!(check_precondition(Some(fits), "\"a\""), Ok(()));
        }
    }

    #[test]
    fn the_answer_to_a_restart_names_the_bundle_and_the_new_credentials() {
        let answer =
            "v=0\r\na=group:BUNDLE 0 1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\nm=video 9 X\r\n";
        let local = Credentials { ufrag: "uf".into(), pwd: "pw".into() };
        assert_eq!(
            restart_fragment(answer, &local, &["127.0.0.1:8189".parse().unwrap()]),
            "a=ice-lite\r\na=ice-options:trickle ice2\r\na=group:BUNDLE 0 1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n\
             a=mid:0\r\na=ice-ufrag:uf\r\na=ice-pwd:pw\r\n\
             a=candidate:1 1 udp 2130706431 127.0.0.1 8189 typ host\r\na=end-of-candidates\r\n"
        );
    }

    proptest::proptest! {
        #[test]
        fn arbitrary_text_never_panics(text in "(v=0|m=audio 9 X 1|a=mid:|a=ssrc:|o=|[ -~\r\n]{0,8}){0,30}") {
            let _ = Offer::read(&text, Flow::Ingest);
            let _ = Fragment::read(&text, "now");
            complete_answer(&text, &[]);
        }
    }
}
