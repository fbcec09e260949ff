//! What the relay negotiates: codecs, feedback, header extensions, and the RTCP machinery of a connection.

use std::time::Duration;

use rtc::interceptor::{
    NackGeneratorBuilder, NackResponderBuilder, ReceiverReportBuilder, Registry, SenderReportBuilder, Slot,
};
use rtc::peer_connection::configuration::interceptor_registry::configure_twcc_receiver_only;
use rtc::peer_connection::configuration::media_engine::{
    MIME_TYPE_H264, MIME_TYPE_OPUS, MIME_TYPE_VP8, MediaEngine,
};
use rtc::rtp_transceiver::rtp_sender::{
    RTCPFeedback, RTCRtpCodec, RTCRtpCodecParameters, RTCRtpHeaderExtensionCapability, RtpCodecKind,
};
use rtc::shared::error::Error;

use super::feedback::KeyframeRequests;

/// How often lost packets are asked for again.
const NACK_INTERVAL: Duration = Duration::from_millis(40);
/// How often one lost packet is asked for: after 400 ms a key frame is the better remedy.
const NACKS_PER_PACKET: u16 = 10;
/// Packets kept for a subscriber's own requests: about three seconds of 720p.
const RETRANSMISSION_BUFFER: u16 = 1024;

/// Which way a phone is held (3GPP TS 26.114 section 7.4.5); without it a turned phone shows a turned face.
pub(super) const VIDEO_ORIENTATION: &str = "urn:3gpp:video-orientation";

/// A codec that the relay forwards. Retransmission payloads (RFC 4588) are left out of both directions: the
/// connection unwraps them after its loss detection, which would ask for recovered packets again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Codec {
    Opus,
    Vp8,
    H264,
}

impl Codec {
    const ALL: [Self; 3] = [Self::Opus, Self::Vp8, Self::H264];

    /// The codec of a negotiated payload type; `None` for one that the relay does not forward.
    pub(super) fn of(codec: &RTCRtpCodec) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.mime_type().eq_ignore_ascii_case(&codec.mime_type))
    }

    /// RTP clock in hertz.
    pub(super) fn clock_rate(self) -> u32 {
        match self {
            Self::Opus => 48_000,
            Self::Vp8 | Self::H264 => 90_000,
        }
    }

    pub(super) fn kind(self) -> RtpCodecKind {
        match self {
            Self::Opus => RtpCodecKind::Audio,
            Self::Vp8 | Self::H264 => RtpCodecKind::Video,
        }
    }

    fn mime_type(self) -> &'static str {
        match self {
            Self::Opus => MIME_TYPE_OPUS,
            Self::Vp8 => MIME_TYPE_VP8,
            Self::H264 => MIME_TYPE_H264,
        }
    }

    /// Our own payload type, used only where the offer's does not decide.
    fn payload_type(self) -> u8 {
        match self {
            Self::Opus => 111,
            Self::Vp8 => 96,
            Self::H264 => 102,
        }
    }

    /// The codec as the connection describes it. H.264 is constrained baseline in packetization mode 1, the one
    /// profile of every browser (RFC 7742 section 5).
    pub(super) fn parameters(self) -> RTCRtpCodec {
        let (channels, fmtp) = match self {
            Self::Opus => (2, "minptime=10;useinbandfec=1"),
            Self::Vp8 => (0, ""),
            Self::H264 => (0, "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"),
        };
        let feedback =
            |typ: &str, parameter: &str| RTCPFeedback { typ: typ.into(), parameter: parameter.into() };
        RTCRtpCodec {
            mime_type: self.mime_type().to_owned(),
            clock_rate: self.clock_rate(),
            channels,
            sdp_fmtp_line: fmtp.to_owned(),
            rtcp_feedback: match self.kind() {
                RtpCodecKind::Video => {
                    vec![feedback("ccm", "fir"), feedback("nack", ""), feedback("nack", "pli")]
                }
                _ => vec![],
            },
        }
    }
}

/// Which way media goes, seen from the relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// WHIP: from the caller.
    Ingest,
    /// WHEP: to the viewer.
    Egress,
}

/// The codecs and the chain of RTCP machinery for a connection of this flow.
pub(super) fn machinery(flow: Flow) -> Result<(MediaEngine, Registry), Error> {
    let mut engine = MediaEngine::default();
    for codec in Codec::ALL {
        let parameters =
            RTCRtpCodecParameters { rtp_codec: codec.parameters(), payload_type: codec.payload_type() };
        engine.register_codec(parameters, codec.kind())?;
    }
    engine.register_header_extension(
        RTCRtpHeaderExtensionCapability { uri: VIDEO_ORIENTATION.to_owned() },
        RtpCodecKind::Video,
        None,
    )?;
    let registry = match flow {
        Flow::Ingest => configure_twcc_receiver_only(ingest_chain(), &mut engine)?,
        Flow::Egress => Registry::new()
            .with(Slot::NackResponder, NackResponderBuilder::new().with_size(RETRANSMISSION_BUFFER).build())
            .with(Slot::SenderReport, SenderReportBuilder::new().build())
            .with(KeyframeRequests::SLOT, KeyframeRequests::default()),
    };
    Ok((engine, registry))
}

fn ingest_chain() -> Registry {
    let nack =
        NackGeneratorBuilder::new().with_interval(NACK_INTERVAL).with_max_nacks_per_packet(NACKS_PER_PACKET);
    Registry::new()
        .with(Slot::NackGenerator, nack.build())
        .with(Slot::ReceiverReport, ReceiverReportBuilder::new().build())
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use rtc::interceptor::{AttributedPacket, Interceptor, Packet, StreamInfo, TaggedPacket};
    use rtc::rtcp::transport_feedbacks::transport_layer_nack::TransportLayerNack;
    use rtc::sansio::Protocol;
    use rtc::shared::TransportContext;

    use super::*;

    fn arrival(now: Instant, sequence_number: u16) -> TaggedPacket {
        let header = rtc::rtp::Header { version: 2, ssrc: 5, sequence_number, ..Default::default() };
        let packet = rtc::rtp::Packet { header, ..Default::default() };
        let message = AttributedPacket::new(Packet::Rtp(packet));
        TaggedPacket { now, transport: TransportContext::default(), message }
    }

    fn nacks(packet: TaggedPacket) -> Vec<u16> {
        let Packet::Rtcp(packets) = packet.message.packet else { return vec![] };
        packets
            .iter()
            .filter_map(|packet| packet.as_any().downcast_ref::<TransportLayerNack>())
            .flat_map(|nack| nack.nacks.iter().flat_map(|pair| pair.packet_list()))
            .collect()
    }

    #[test]
    fn a_lost_packet_is_asked_for_every_40_ms_and_10_times_at_most() {
        let mut chain = ingest_chain().build();
        let feedback =
            vec![rtc::interceptor::RTCPFeedback { typ: "nack".to_owned(), parameter: String::new() }];
        chain.bind_remote_stream(&StreamInfo { ssrc: 5, rtcp_feedback: feedback, ..Default::default() });
        let start = Instant::now();
        chain.handle_read(arrival(start, 1)).unwrap();
        chain.handle_read(arrival(start, 3)).unwrap();

        let mut asked = Vec::new();
        for step in 1..=30u32 {
            chain.handle_timeout(start + NACK_INTERVAL * step).unwrap();
            while let Some(packet) = chain.poll_write() {
                asked.extend(nacks(packet).into_iter().map(|sequence| (step, sequence)));
            }
        }
        assert_eq!(asked, (1..=10).map(|step| (step, 2)).collect::<Vec<_>>());
    }
}
