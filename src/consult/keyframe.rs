//! Key frames: where one begins, and how often a publisher is asked for one.

use std::time::{Duration, Instant};

use super::codec::Codec;

/// The least time between two requests to one publisher: a key frame costs about ten ordinary frames.
const INTERVAL: Duration = Duration::from_millis(500);

/// Whether this RTP payload is the first of a frame that decodes on its own. Audio always does.
pub(super) fn starts_here(codec: Codec, payload: &[u8]) -> bool {
    match codec {
        Codec::Opus => true,
        Codec::Vp8 => vp8(payload).unwrap_or(false),
        Codec::H264 => h264(payload).unwrap_or(false),
    }
}

/// RFC 7741 sections 4.2 and 4.3: the start of the first partition, with the inverse key frame flag clear.
fn vp8(payload: &[u8]) -> Option<bool> {
    let first = *payload.first()?;
    let (extended, starts_partition, partition) = (first & 0x80 != 0, first & 0x10 != 0, first & 0x07);
    let mut at = 1;
    if extended {
        let flags = *payload.get(at)?;
        at += 1;
        if flags & 0x80 != 0 {
            at += if *payload.get(at)? & 0x80 != 0 { 2 } else { 1 };
        }
        if flags & 0x40 != 0 {
            at += 1;
        }
        if flags & 0x30 != 0 {
            at += 1;
        }
    }
    Some(starts_partition && partition == 0 && *payload.get(at)? & 0x01 == 0)
}

/// RFC 6184 section 5.2: an IDR picture or the parameter sets before it, alone, aggregated or fragmented.
fn h264(payload: &[u8]) -> Option<bool> {
    const IDR: u8 = 5;
    const SEQUENCE_PARAMETERS: u8 = 7;
    const AGGREGATE: u8 = 24;
    const FRAGMENT: u8 = 28;
    let decodes_alone = |unit: u8| matches!(unit & 0x1f, IDR | SEQUENCE_PARAMETERS);
    match payload.first()? & 0x1f {
        AGGREGATE => Some(decodes_alone(*payload.get(3)?)),
        FRAGMENT => {
            let header = *payload.get(1)?;
            Some(header & 0x80 != 0 && decodes_alone(header))
        }
        unit => Some(decodes_alone(unit)),
    }
}

/// Gathers the requests for one publisher's key frame and spaces them.
#[derive(Debug, Default)]
pub(super) struct Gate {
    wanted: bool,
    asked_at: Option<Instant>,
}

impl Gate {
    /// Someone needs a key frame.
    pub(super) fn want(&mut self) {
        self.wanted = true;
    }

    /// When the next request may go out; `None` when nobody waits.
    pub(super) fn deadline(&self, now: Instant) -> Option<Instant> {
        self.wanted.then(|| self.asked_at.map_or(now, |at| at + INTERVAL))
    }

    /// Whether to ask now; counts as asked.
    pub(super) fn ask(&mut self, now: Instant) -> bool {
        let due = self.deadline(now).is_some_and(|deadline| deadline <= now);
        if due {
            self.wanted = false;
            self.asked_at = Some(now);
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vp8_key_frames_are_told_from_others() {
        // Chromium's descriptor: X, S, partition 0; I, L, T set; 15-bit picture id.
        let descriptor = [0x90, 0xe0, 0x81, 0x23, 0x01, 0x20];
        let with = |payload: u8| [&descriptor[..], &[payload]].concat();
        assert!(starts_here(Codec::Vp8, &with(0x10)));
        assert!(!starts_here(Codec::Vp8, &with(0x11)), "interframe");
        assert!(starts_here(Codec::Vp8, &[0x10, 0x00]));
        assert!(!starts_here(Codec::Vp8, &[0x00, 0x00]), "continuation of a partition");
        assert!(!starts_here(Codec::Vp8, &[0x11, 0x00]), "another partition");
        assert!(!starts_here(Codec::Vp8, &descriptor), "cut short");
        assert!(!starts_here(Codec::Vp8, &[]));
    }

    #[test]
    fn h264_key_frames_are_told_from_others() {
        assert!(starts_here(Codec::H264, &[0x65]), "IDR");
        assert!(!starts_here(Codec::H264, &[0x61]), "other slice");
        assert!(starts_here(Codec::H264, &[0x78, 0, 2, 0x67, 0x42]), "aggregate led by parameter sets");
        assert!(starts_here(Codec::H264, &[0x7c, 0x85]), "first fragment of an IDR");
        assert!(!starts_here(Codec::H264, &[0x7c, 0x05]), "later fragment");
    }

    #[test]
    fn requests_are_spaced_and_none_is_lost() {
        let (mut gate, start) = (Gate::default(), Instant::now());
        assert!(!gate.ask(start), "nobody waits");
        gate.want();
        assert!(gate.ask(start), "the first goes at once");
        gate.want();
        gate.want();
        assert!(!gate.ask(start + INTERVAL / 2));
        assert_eq!(gate.deadline(start + INTERVAL / 2), Some(start + INTERVAL));
        assert!(gate.ask(start + INTERVAL), "the throttled one follows");
        assert!(!gate.ask(start + INTERVAL * 3), "and only once");
    }

    proptest::proptest! {
        #[test]
        fn arbitrary_payloads_never_panic(payload in proptest::collection::vec(proptest::num::u8::ANY, 0..16)) {
            for codec in [Codec::Opus, Codec::Vp8, Codec::H264] {
                starts_here(codec, &payload);
            }
        }
    }
}
