//! One subscriber's own stream: whoever publishes, the subscriber sees one source whose sequence numbers and
//! timestamps run on. Pure: time is passed in.

use std::time::{Duration, Instant};

use bytes::Bytes;
use rtc::rtp;
use rtc::rtp::header::{EXTENSION_PROFILE_ONE_BYTE, Extension};

use super::codec::Codec;
use super::keyframe;
use crate::pathway::media::ResourceId;

/// One RTP packet of a publisher, with what its own numbers mean.
#[derive(Debug, Clone)]
pub(super) struct MediaPacket {
    pub(super) codec: Codec,
    /// The value of the video-orientation extension, when the packet brings it.
    pub(super) orientation: Option<Bytes>,
    pub(super) packet: rtp::Packet,
}

/// What became of a packet.
#[derive(Debug)]
pub(super) enum Rewritten {
    Send(rtp::Packet),
    /// Held back: the picture before the next key frame cannot be decoded.
    AwaitsKeyframe,
    /// Older than where this subscriber joined, or in a codec that it did not negotiate.
    Skip,
}

/// The numbers that the subscriber negotiated for one kind of media.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Negotiated {
    pub(super) ssrc: u32,
    pub(super) payload_types: Vec<(Codec, u8)>,
    pub(super) orientation_id: Option<u8>,
}

/// One kind of media on its way to one subscriber.
#[derive(Debug)]
pub(super) struct Leg {
    negotiated: Negotiated,
    source: Option<Source>,
    sent: Option<Sent>,
}

#[derive(Debug)]
struct Source {
    session: ResourceId,
    ssrc: u32,
    /// The first packet taken, until its number has run far enough that none before it can still arrive.
    first: Option<u16>,
    sequence_shift: u16,
    timestamp_shift: u32,
}

/// The newest packet sent.
#[derive(Debug, Clone, Copy)]
struct Sent {
    sequence: u16,
    timestamp: u32,
    at: Instant,
}

fn is_before(a: u16, b: u16) -> bool {
    a.wrapping_sub(b) >= 0x8000
}

/// A span in ticks of an RTP clock, modulo 2^32 as timestamps are.
fn ticks(span: Duration, clock_rate: u32) -> u32 {
    let ticks = span.as_micros() * u128::from(clock_rate) / 1_000_000;
    u32::try_from(ticks & u128::from(u32::MAX)).unwrap_or(u32::MAX)
}

impl Leg {
    pub(super) fn new(negotiated: Negotiated) -> Self {
        Self { negotiated, source: None, sent: None }
    }

    /// Gives `media` of the publishing `session` the subscriber's numbers.
    pub(super) fn rewrite(&mut self, now: Instant, session: ResourceId, media: &MediaPacket) -> Rewritten {
        let MediaPacket { codec, packet, .. } = media;
        let payload_type = self.negotiated.payload_types.iter().find(|(known, _)| known == codec);
        let Some(&(_, payload_type)) = payload_type else { return Rewritten::Skip };

        let (ssrc, sequence) = (packet.header.ssrc, packet.header.sequence_number);
        let known = self.source.take().filter(|source| source.session == session && source.ssrc == ssrc);
        let mut source = match known {
            Some(source) => source,
            None if keyframe::starts_here(*codec, &packet.payload) => {
                self.join(now, session, &packet.header, *codec)
            }
            None => return Rewritten::AwaitsKeyframe,
        };
        let is_too_old = source.first.is_some_and(|first| is_before(sequence, first));
        if source.first.is_some_and(|first| sequence.wrapping_sub(first) > 0x4000) && !is_too_old {
            source.first = None;
        }
        let (sequence_shift, timestamp_shift) = (source.sequence_shift, source.timestamp_shift);
        self.source = Some(source);
        if is_too_old {
            return Rewritten::Skip;
        }

        let sequence = sequence.wrapping_add(sequence_shift);
        let timestamp = packet.header.timestamp.wrapping_add(timestamp_shift);
        if self.sent.is_none_or(|sent| is_before(sent.sequence, sequence)) {
            self.sent = Some(Sent { sequence, timestamp, at: now });
        }
        Rewritten::Send(self.header(media, payload_type, sequence, timestamp))
    }

    /// Where a new source continues the stream: the next number, and the time that has passed.
    fn join(&self, now: Instant, session: ResourceId, header: &rtp::Header, codec: Codec) -> Source {
        let (sequence, timestamp) = self.sent.map_or_else(
            || (rand::random(), rand::random()),
            |sent| {
                let passed = ticks(now.saturating_duration_since(sent.at), codec.clock_rate()).max(1);
                (sent.sequence.wrapping_add(1), sent.timestamp.wrapping_add(passed))
            },
        );
        Source {
            session,
            ssrc: header.ssrc,
            first: Some(header.sequence_number),
            sequence_shift: sequence.wrapping_sub(header.sequence_number),
            timestamp_shift: timestamp.wrapping_sub(header.timestamp),
        }
    }

    fn header(&self, media: &MediaPacket, payload_type: u8, sequence: u16, timestamp: u32) -> rtp::Packet {
        let extensions: Vec<Extension> = self
            .negotiated
            .orientation_id
            .zip(media.orientation.clone())
            .map(|(id, payload)| Extension { id, payload })
            .into_iter()
            .collect();
        let header = rtp::Header {
            version: 2,
            // Padding is stripped on receipt; a packet of nothing else still needs its flag to be valid.
            padding: media.packet.payload.is_empty(),
            extension: !extensions.is_empty(),
            marker: media.packet.header.marker,
            payload_type,
            sequence_number: sequence,
            timestamp,
            ssrc: self.negotiated.ssrc,
            csrc: vec![],
            extension_profile: EXTENSION_PROFILE_ONE_BYTE,
            extensions,
            extensions_padding: 0,
        };
        rtp::Packet { header, payload: media.packet.payload.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYFRAME: &[u8] = &[0x10, 0x00];
    const INTERFRAME: &[u8] = &[0x10, 0x01];

    fn leg() -> Leg {
        Leg::new(Negotiated { ssrc: 99, payload_types: vec![(Codec::Vp8, 45)], orientation_id: Some(3) })
    }

    fn session() -> ResourceId {
        ResourceId(uuid::Uuid::new_v4())
    }

    fn video(sequence_number: u16, timestamp: u32, payload: &'static [u8]) -> MediaPacket {
        let header = rtp::Header { version: 2, ssrc: 7, sequence_number, timestamp, ..Default::default() };
        let packet = rtp::Packet { header, payload: Bytes::from_static(payload) };
        MediaPacket { codec: Codec::Vp8, orientation: None, packet }
    }

    fn sent(rewritten: Rewritten) -> rtp::Packet {
        match rewritten {
            Rewritten::Send(packet) => packet,
            other => panic!("not sent: {other:?}"),
        }
    }

    #[test]
    fn a_subscriber_joins_at_a_key_frame_with_its_own_numbers() {
        let (mut leg, from, now) = (leg(), session(), Instant::now());
        assert!(matches!(leg.rewrite(now, from, &video(10, 0, INTERFRAME)), Rewritten::AwaitsKeyframe));
        let first = sent(leg.rewrite(now, from, &video(11, 3000, KEYFRAME)));
        assert_eq!((first.header.ssrc, first.header.payload_type), (99, 45));
        let next = sent(leg.rewrite(now, from, &video(12, 6000, INTERFRAME)));
        assert_eq!(next.header.sequence_number, first.header.sequence_number.wrapping_add(1));
        assert_eq!(next.header.timestamp, first.header.timestamp.wrapping_add(3000));
        assert!(
            matches!(leg.rewrite(now, from, &video(10, 0, INTERFRAME)), Rewritten::Skip),
            "before it joined"
        );
    }

    #[test]
    fn order_and_gaps_are_kept_so_that_loss_can_be_repaired() {
        let (mut leg, from, now) = (leg(), session(), Instant::now());
        let first = sent(leg.rewrite(now, from, &video(65_535, 0, KEYFRAME))).header.sequence_number;
        let late = [2u16, 1, 0, 3].map(|n| sent(leg.rewrite(now, from, &video(n, 0, INTERFRAME))));
        assert_eq!(
            late.map(|packet| packet.header.sequence_number.wrapping_sub(first)),
            [3, 2, 1, 4],
            "the same distances as on the way in"
        );
    }

    #[test]
    fn a_new_publisher_continues_the_stream_where_the_old_one_ended() {
        let (mut leg, now) = (leg(), Instant::now());
        let old = sent(leg.rewrite(now, session(), &video(500, 90_000, KEYFRAME)));
        let new = session();
        let later = now + Duration::from_secs(2);
        assert!(matches!(leg.rewrite(later, new, &video(7, 5, INTERFRAME)), Rewritten::AwaitsKeyframe));
        let first = sent(leg.rewrite(later, new, &video(8, 3005, KEYFRAME)));
        assert_eq!(first.header.sequence_number, old.header.sequence_number.wrapping_add(1));
        assert_eq!(first.header.timestamp, old.header.timestamp.wrapping_add(180_000));
    }

    #[test]
    fn a_long_stream_never_looks_older_than_its_start() {
        let (mut leg, from, now) = (leg(), session(), Instant::now());
        sent(leg.rewrite(now, from, &video(0, 0, KEYFRAME)));
        for n in 1..200_000u32 {
            let sequence = u16::try_from(n & 0xffff).unwrap();
            sent(leg.rewrite(now, from, &video(sequence, n, INTERFRAME)));
        }
    }

    #[test]
    fn orientation_goes_out_under_the_subscribers_id_and_all_else_is_dropped() {
        let (mut leg, from, now) = (leg(), session(), Instant::now());
        let mut turned = video(1, 0, KEYFRAME);
        turned.packet.header.extension = true;
        turned.packet.header.extensions = vec![Extension { id: 12, payload: Bytes::from_static(&[9, 9]) }];
        let plain = sent(leg.rewrite(now, from, &turned));
        assert!(!plain.header.extension && plain.header.extensions.is_empty());
        turned.packet.header.sequence_number = 2;
        turned.orientation = Some(Bytes::from_static(&[1]));
        let packet = sent(leg.rewrite(now, from, &turned));
        assert_eq!(packet.header.extensions, vec![Extension { id: 3, payload: Bytes::from_static(&[1]) }]);
    }

    #[test]
    fn a_codec_that_was_not_negotiated_is_skipped() {
        let (mut leg, now) = (leg(), Instant::now());
        let mut packet = video(1, 0, &[0x65]);
        packet.codec = Codec::H264;
        assert!(matches!(leg.rewrite(now, session(), &packet), Rewritten::Skip));
    }
}
