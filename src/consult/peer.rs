//! One browser's connection: DTLS, SRTP and RTCP by `rtc`, without sockets and with time passed in.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use rtc::crypto::RTCCryptoProvider;
use rtc::media_stream::MediaStreamTrack;
use rtc::peer_connection::configuration::setting_engine::{SettingEngine, SettingEngineBuilder};
use rtc::peer_connection::event::RTCPeerConnectionEvent;
use rtc::peer_connection::message::{RTCMessage, TaggedRTCMessage};
use rtc::peer_connection::sdp::RTCSessionDescription;
use rtc::peer_connection::state::RTCPeerConnectionState;
use rtc::peer_connection::transport::{RTCDtlsRole, RTCIceCandidateInit};
use rtc::peer_connection::{RTCPeerConnection, RTCPeerConnectionBuilder};
use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use rtc::rtp;
use rtc::rtp_transceiver::rtp_sender::{
    RTCRtpCodingParameters, RTCRtpEncodingParameters, RTCRtpParameters, RtpCodecKind,
};
use rtc::rtp_transceiver::{RTCRtpReceiverId, RTCRtpSenderId};
use rtc::sansio::Protocol;
use rtc::shared::error::Error;
use rtc::shared::{TaggedBytesMut, TransportContext, TransportProtocol};

use super::codec::{Codec, Flow, VIDEO_ORIENTATION, machinery};
use super::ice::{Credentials, Twin};
use super::rewrite::{MediaPacket, Negotiated};
use super::sdp::Offer;
use crate::pathway::media::MediaError;

/// The two ends of the one path that the connection's ICE agent sees (TEST-NET-1, RFC 5737): never on a wire.
const AGENT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), 9);
const TWIN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2)), 9);

/// How often the twin keeps the agent's consent; the agent asks for less than five seconds.
const HEARTBEAT: Duration = Duration::from_secs(2);
/// Packets that may arrive out of order: the default of 64 refuses retransmissions of busy video.
const SRTP_REPLAY_WINDOW: usize = 1024;

/// What the connection has to say, beyond datagrams.
#[derive(Debug)]
pub(super) enum PeerEvent {
    /// DTLS is done: media may flow.
    Connected,
    /// The connection failed or was closed by the browser.
    Ended,
    Media(MediaPacket),
    /// The subscriber cannot go on without a key frame.
    KeyframeWanted,
}

/// A connection to one browser.
pub(super) struct Peer {
    connection: RTCPeerConnection,
    twin: Twin,
    next_heartbeat: Instant,
    outgoing: VecDeque<BytesMut>,
    payload_types: Vec<(u8, Codec)>,
    orientation_id: Option<u8>,
    video: Option<(RTCRtpReceiverId, u32)>,
}

/// What a subscriber's connection negotiated for one kind of media.
#[derive(Debug)]
pub(super) struct Outlet {
    pub(super) kind: RtpCodecKind,
    pub(super) sender: RTCRtpSenderId,
    pub(super) negotiated: Negotiated,
}

/// A new connection with its answer.
pub(super) struct Accepted {
    pub(super) peer: Peer,
    /// The SDP answer, still with the agent's own candidate.
    pub(super) answer: String,
    /// Empty for [`Flow::Ingest`].
    pub(super) outlets: Vec<Outlet>,
}

impl Peer {
    /// Answers `offer` with our ICE credentials `local`.
    pub(super) fn accept(
        now: Instant,
        offer: &Offer,
        flow: Flow,
        local: &Credentials,
        crypto: Arc<dyn RTCCryptoProvider>,
    ) -> Result<Accepted, MediaError> {
        let internal = |error: Error| MediaError::Internal(error.to_string());
        let (engine, registry) = machinery(flow).map_err(internal)?;
        let mut connection = RTCPeerConnectionBuilder::new()
            .with_setting_engine(settings(local, Arc::clone(&crypto)))
            .with_media_engine(engine)
            .with_interceptor_registry(registry)
            .build(now)
            .map_err(internal)?;

        let refused = |error: Error| MediaError::Unacceptable(error.to_string());
        let description = RTCSessionDescription::offer(offer.sdp.clone()).map_err(refused)?;
        connection.set_remote_description(now, description).map_err(refused)?;
        let senders = match flow {
            Flow::Ingest => vec![],
            Flow::Egress => add_tracks(&mut connection, offer).map_err(refused)?,
        };
        let candidate = format!("candidate:1 1 udp 1 {} {} typ host", AGENT.ip(), AGENT.port());
        for candidate in [candidate, String::new()] {
            let init = RTCIceCandidateInit { candidate, ..Default::default() };
            connection.add_local_candidate(init).map_err(internal)?;
        }
        let answer = connection.create_answer(None).map_err(refused)?;
        let sdp = answer.sdp.clone();
        connection.set_local_description(now, answer).map_err(refused)?;

        let mut peer = Self {
            connection,
            twin: Twin::new(local.clone(), offer.remote.clone(), crypto),
            next_heartbeat: now,
            outgoing: VecDeque::new(),
            payload_types: vec![],
            orientation_id: None,
            video: None,
        };
        peer.learn_inputs();
        let outlets: Vec<_> =
            senders.into_iter().filter_map(|(kind, sender)| peer.outlet(kind, sender)).collect();
        if peer.payload_types.is_empty() && outlets.is_empty() {
            return Err(MediaError::Unacceptable(
                "no codec in common: VP8, H.264 or Opus is needed".to_owned(),
            ));
        }
        // The first check makes the pair known and the second selects it, so that DTLS is heard from its first packet.
        for _ in 0..2 {
            peer.heartbeat(now)?;
        }
        Ok(Accepted { peer, answer: sdp, outlets })
    }

    fn learn_inputs(&mut self) {
        let receivers: Vec<_> = self.connection.get_receivers().collect();
        for id in receivers {
            let Some(mut receiver) = self.connection.rtp_receiver(id) else { continue };
            let parameters = &receiver.get_parameters().rtp_parameters;
            self.payload_types.extend(codecs(parameters).map(|(codec, payload_type)| (payload_type, codec)));
            self.orientation_id = self.orientation_id.or(orientation_id(parameters));
        }
    }

    fn outlet(&mut self, kind: RtpCodecKind, sender: RTCRtpSenderId) -> Option<Outlet> {
        let mut handle = self.connection.rtp_sender(sender)?;
        let ssrc = handle.track().ssrcs().next()?;
        let parameters = &handle.get_parameters().rtp_parameters;
        let payload_types: Vec<_> = codecs(parameters).collect();
        let orientation_id = orientation_id(parameters);
        (!payload_types.is_empty()).then_some(Outlet {
            kind,
            sender,
            negotiated: Negotiated { ssrc, payload_types, orientation_id },
        })
    }

    /// A DTLS, RTP or RTCP datagram from the browser.
    pub(super) fn receive(&mut self, now: Instant, datagram: BytesMut) -> Result<(), MediaError> {
        let transport = TransportContext {
            local_addr: AGENT,
            peer_addr: TWIN,
            transport_protocol: TransportProtocol::UDP,
            ecn: None,
        };
        self.connection
            .handle_read(TaggedBytesMut { now, transport, message: datagram })
            .map_err(|error| MediaError::Internal(error.to_string()))
    }

    /// Whatever is due by now.
    pub(super) fn on_timeout(&mut self, now: Instant) -> Result<(), MediaError> {
        if self.next_heartbeat <= now {
            self.heartbeat(now)?;
        }
        if self.connection.poll_timeout().is_some_and(|deadline| deadline <= now) {
            self.connection.handle_timeout(now).map_err(|error| MediaError::Internal(error.to_string()))?;
        }
        Ok(())
    }

    pub(super) fn deadline(&mut self) -> Instant {
        self.connection.poll_timeout().map_or(self.next_heartbeat, |due| due.min(self.next_heartbeat))
    }

    fn heartbeat(&mut self, now: Instant) -> Result<(), MediaError> {
        self.next_heartbeat = now + HEARTBEAT;
        let check = self.twin.check().map_err(|error| MediaError::Internal(error.to_string()))?;
        self.receive(now, BytesMut::from(&check[..]))?;
        self.collect(now)
    }

    /// Moves datagrams to `outgoing`, answering the agent's own checks in the browser's stead.
    fn collect(&mut self, now: Instant) -> Result<(), MediaError> {
        while let Some(TaggedBytesMut { message, .. }) = self.connection.poll_write() {
            if message.first().is_some_and(|&first| first > 3) {
                self.outgoing.push_back(message);
            } else if let Some(answer) = self.twin.answer(&message, AGENT) {
                self.receive(now, BytesMut::from(&answer[..]))?;
            }
        }
        Ok(())
    }

    /// Datagrams for the browser, in order.
    pub(super) fn poll_datagram(&mut self, now: Instant) -> Result<Option<BytesMut>, MediaError> {
        if self.outgoing.is_empty() {
            self.collect(now)?;
        }
        Ok(self.outgoing.pop_front())
    }

    /// What happened since the last call; to be drained after each input.
    pub(super) fn poll_event(&mut self) -> Option<PeerEvent> {
        while let Some(event) = self.connection.poll_event() {
            if let RTCPeerConnectionEvent::OnConnectionStateChangeEvent(state) = event {
                match state {
                    RTCPeerConnectionState::Connected => return Some(PeerEvent::Connected),
                    RTCPeerConnectionState::Failed | RTCPeerConnectionState::Closed => {
                        return Some(PeerEvent::Ended);
                    }
                    _ => {}
                }
            }
        }
        while let Some(TaggedRTCMessage { message, .. }) = self.connection.poll_read() {
            match message {
                RTCMessage::RtpPacket(_, packet) => {
                    if let Some(media) = self.media(packet) {
                        return Some(PeerEvent::Media(media));
                    }
                }
                RTCMessage::RtcpPacket(..) => return Some(PeerEvent::KeyframeWanted),
                // Data channels are refused in the offer.
                _ => {}
            }
        }
        None
    }

    fn media(&mut self, packet: rtp::Packet) -> Option<MediaPacket> {
        let header = &packet.header;
        let (_, codec) = *self.payload_types.iter().find(|(known, _)| *known == header.payload_type)?;
        if codec.kind() == RtpCodecKind::Video && self.video.is_none_or(|(_, ssrc)| ssrc != header.ssrc) {
            self.video = self.receiver_of(header.ssrc).map(|receiver| (receiver, header.ssrc));
        }
        let orientation = self
            .orientation_id
            .and_then(|id| header.extensions.iter().find(|extension| extension.id == id))
            .map(|extension| extension.payload.clone());
        Some(MediaPacket { codec, orientation, packet })
    }

    fn receiver_of(&mut self, ssrc: u32) -> Option<RTCRtpReceiverId> {
        let receivers: Vec<_> = self.connection.get_receivers().collect();
        receivers.into_iter().find(|&id| {
            self.connection
                .rtp_receiver(id)
                .is_some_and(|receiver| receiver.track().ssrcs().any(|known| known == ssrc))
        })
    }

    /// Asks the publisher for a key frame; `false` while no video has been seen.
    pub(super) fn ask_keyframe(&mut self, now: Instant) -> Result<bool, MediaError> {
        let Some((id, media_ssrc)) = self.video else { return Ok(false) };
        let Some(mut receiver) = self.connection.rtp_receiver(id) else { return Ok(false) };
        let request = PictureLossIndication { sender_ssrc: 0, media_ssrc };
        receiver
            .write_rtcp(now, vec![Box::new(request)])
            .map_err(|error| MediaError::Internal(error.to_string()))?;
        Ok(true)
    }

    /// Sends a packet that carries the negotiated numbers of `sender`.
    pub(super) fn send(
        &mut self,
        now: Instant,
        sender: RTCRtpSenderId,
        packet: rtp::Packet,
    ) -> Result<(), MediaError> {
        let handle = self.connection.rtp_sender(sender);
        let mut handle = handle.ok_or_else(|| MediaError::Internal("the sender is gone".to_owned()))?;
        handle.write_rtp(now, packet).map_err(|error| MediaError::Internal(error.to_string()))
    }

    /// Says goodbye (DTLS close_notify); the last datagrams are then to be polled.
    pub(super) fn close(&mut self) {
        if let Err(error) = self.connection.close() {
            tracing::debug!(%error, "closing a media connection");
        }
    }
}

fn settings(local: &Credentials, crypto: Arc<dyn RTCCryptoProvider>) -> SettingEngine {
    // Zero switches the agent's own timeouts off: the call judges liveness by what the browser really sends.
    let never = Some(Duration::ZERO);
    SettingEngineBuilder::new()
        .with_crypto_provider(crypto)
        .with_lite(true)
        .with_ice_credentials(local.ufrag.clone(), local.pwd.clone())
        .with_ice_timeouts(never, never, None)
        .with_answering_dtls_role(RTCDtlsRole::Server)
        .with_srtp_replay_protection_window(SRTP_REPLAY_WINDOW)
        .build()
}

fn add_tracks(
    connection: &mut RTCPeerConnection,
    offer: &Offer,
) -> Result<Vec<(RtpCodecKind, RTCRtpSenderId)>, Error> {
    let audio = offer.has_audio.then_some(Codec::Opus);
    let video = offer.has_video.then_some(Codec::Vp8);
    audio
        .into_iter()
        .chain(video)
        .map(|codec| {
            let kind = codec.kind();
            let coding = RTCRtpEncodingParameters {
                rtp_coding_parameters: RTCRtpCodingParameters {
                    ssrc: Some(rand::random()),
                    ..Default::default()
                },
                codec: codec.parameters(),
                ..Default::default()
            };
            // One stream for both tracks, so that the browser keeps lips and voice together.
            let track =
                MediaStreamTrack::new("call".into(), kind.to_string(), kind.to_string(), kind, vec![coding]);
            connection.add_track(track).map(|sender| (kind, sender))
        })
        .collect()
}

fn codecs(parameters: &RTCRtpParameters) -> impl Iterator<Item = (Codec, u8)> {
    parameters.codecs.iter().filter_map(|known| Some((Codec::of(&known.rtp_codec)?, known.payload_type)))
}

fn orientation_id(parameters: &RTCRtpParameters) -> Option<u8> {
    let extension =
        parameters.header_extensions.iter().find(|extension| extension.uri == VIDEO_ORIENTATION)?;
    u8::try_from(extension.id).ok()
}
