//! Whole calls in virtual time: `rtc` on the browsers' side, a network of our own between, no socket, no sleep.

use std::sync::Arc;

use bytes::Bytes;
use rtc::interceptor::{NackGeneratorBuilder, NackResponderBuilder, Registry, Slot};
use rtc::media_stream::MediaStreamTrack;
use rtc::peer_connection::configuration::media_engine::MediaEngine;
use rtc::peer_connection::message::{RTCMessage, TaggedRTCMessage};
use rtc::peer_connection::sdp::RTCSessionDescription;
use rtc::peer_connection::transport::RTCIceCandidateInit;
use rtc::peer_connection::{RTCPeerConnection, RTCPeerConnectionBuilder};
use rtc::rtp;
use rtc::rtp_transceiver::rtp_sender::{
    RTCRtpCodecParameters, RTCRtpCodingParameters, RTCRtpEncodingParameters, RtpCodecKind,
};
use rtc::rtp_transceiver::{RTCRtpSenderId, RTCRtpTransceiverDirection, RTCRtpTransceiverInit};
use rtc::sansio::Protocol;
use rtc::shared::{TaggedBytesMut, TransportContext, TransportProtocol};
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::super::codec::Codec;
use super::super::demux::{Demux, Verdict};
use super::super::feedback::KeyframeRequests;
use super::super::ice::tests::crypto;
use super::super::session::Purpose;
use super::*;

const STEP: Duration = Duration::from_millis(10);
const SSRC: u32 = 1234;

/// A browser, as far as media goes.
struct Browser {
    connection: RTCPeerConnection,
    /// Where its own agent thinks it is, and where the relay sees it.
    inside: SocketAddr,
    outside: SocketAddr,
    session: ResourceId,
    sender: Option<RTCRtpSenderId>,
    sequence: u16,
    received: Vec<rtp::Packet>,
    keyframe_requests: usize,
}

struct World {
    now: Instant,
    call: Call,
    demux: Demux,
    browsers: Vec<Browser>,
    relay: SocketAddr,
    permits: Arc<Semaphore>,
    /// Share of datagrams lost, in percent.
    loss: u64,
    /// State of the network's own dice, so that every run is the same.
    dice: u64,
    is_cut: bool,
}

impl World {
    fn new() -> Self {
        let (now, relay) = (Instant::now(), SocketAddr::from(([203, 0, 113, 1], 8189)));
        Self {
            now,
            call: Call::new(now, vec![relay], Duration::from_secs(30)),
            demux: Demux::new(crypto()),
            browsers: vec![],
            relay,
            permits: Arc::new(Semaphore::new(100)),
            loss: 0,
            dice: 1,
            is_cut: false,
        }
    }

    /// A browser of `owner` asks for a session; its index.
    fn enter(&mut self, owner: ParticipantId, purpose: Purpose) -> usize {
        let (mut connection, sender) = connection(self.now, purpose);
        let host = u8::try_from(self.browsers.len()).unwrap() + 1;
        let inside = SocketAddr::from(([10, 0, 0, host], 5000));
        for candidate in [format!("candidate:1 1 udp 1 {} 5000 typ host", inside.ip()), String::new()] {
            connection.add_local_candidate(RTCIceCandidateInit { candidate, ..Default::default() }).unwrap();
        }
        let offer = connection.create_offer(None).unwrap();
        connection.set_local_description(self.now, offer.clone()).unwrap();
        let permit = Arc::clone(&self.permits).try_acquire_owned().unwrap();
        let session =
            Session::open(self.now, owner, purpose, &offer.sdp, &[self.relay], crypto(), permit).unwrap();
        let answer = RTCSessionDescription::answer(session.answer.clone()).unwrap();
        connection.set_remote_description(self.now, answer).unwrap();
        self.demux.insert(session.id, session.local.clone(), session.remote_ufrag.clone());
        self.browsers.push(Browser {
            connection,
            inside,
            outside: SocketAddr::from(([198, 51, 100, host], 40_000)),
            session: session.id,
            sender,
            sequence: 0,
            received: vec![],
            keyframe_requests: 0,
        });
        self.call.join(self.now, session).unwrap();
        self.browsers.len() - 1
    }

    fn is_lost(&mut self) -> bool {
        // Knuth's MMIX generator; the high bits are the random ones.
        self.dice = self.dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.is_cut || (self.dice >> 33) % 100 < self.loss
    }

    /// Lets time pass.
    fn run(&mut self, span: Duration) {
        let end = self.now + span;
        while self.now < end {
            self.now += STEP;
            for index in 0..self.browsers.len() {
                self.browsers[index].wake(self.now);
                self.carry_out(index);
            }
            self.call.on_timeout(self.now);
            self.settle();
        }
    }

    /// What browser `index` sends reaches the relay.
    fn carry_out(&mut self, index: usize) {
        while let Some(TaggedBytesMut { message, .. }) = self.browsers[index].connection.poll_write() {
            if self.is_lost() {
                continue;
            }
            match self.demux.judge(self.now, self.browsers[index].outside, &message) {
                Verdict::Checked { session, path, response } => {
                    self.call.checked(self.now, session, path);
                    if !self.is_lost() {
                        let (now, relay) = (self.now, self.relay);
                        self.browsers[index].receive(now, relay, &response);
                    }
                }
                Verdict::Media { session } => self.call.datagram(self.now, session, message),
                Verdict::Unknown => {}
            }
        }
    }

    /// What the relay decided is carried out.
    fn settle(&mut self) {
        self.call.flush(self.now);
        for request in self.call.take_requests() {
            match request {
                Request::Restart { session, local, remote_ufrag } => {
                    self.demux.restart(session, local, remote_ufrag);
                }
                Request::Remove(session) => self.demux.remove(session),
            }
        }
        for (path, datagram) in self.call.take_transmits() {
            if self.is_lost() {
                continue;
            }
            let (now, relay) = (self.now, self.relay);
            if let Some(browser) = self.browsers.iter_mut().find(|browser| browser.outside == path) {
                browser.receive(now, relay, &datagram);
            }
        }
    }

    /// `count` video packets of browser `index`, one every 20 ms, the first of which starts a key frame if `key`.
    fn film(&mut self, index: usize, count: u16, first: &'static [u8]) {
        for n in 0..count {
            let now = self.now;
            self.browsers[index].send(now, if n == 0 { first } else { INTERFRAME });
            self.carry_out(index);
            self.settle();
            self.run(STEP * 2);
        }
    }
}

const KEYFRAME: &[u8] = &[0x10, 0x00, 0xaa];
const INTERFRAME: &[u8] = &[0x10, 0x01, 0xbb];

impl Browser {
    fn wake(&mut self, now: Instant) {
        if self.connection.poll_timeout().is_some_and(|due| due <= now) {
            self.connection.handle_timeout(now).unwrap();
        }
        while self.connection.poll_event().is_some() {}
        while let Some(TaggedRTCMessage { message, .. }) = self.connection.poll_read() {
            match message {
                RTCMessage::RtpPacket(_, packet) => self.received.push(packet),
                RTCMessage::RtcpPacket(..) => self.keyframe_requests += 1,
                _ => {}
            }
        }
    }

    fn receive(&mut self, now: Instant, relay: SocketAddr, datagram: &[u8]) {
        let transport = TransportContext {
            local_addr: self.inside,
            peer_addr: relay,
            transport_protocol: TransportProtocol::UDP,
            ecn: None,
        };
        let message = BytesMut::from(datagram);
        self.connection.handle_read(TaggedBytesMut { now, transport, message }).unwrap();
        self.wake(now);
    }

    fn send(&mut self, now: Instant, payload: &'static [u8]) {
        self.sequence += 1;
        let header = rtp::Header {
            version: 2,
            ssrc: SSRC,
            payload_type: 96,
            sequence_number: self.sequence,
            timestamp: u32::from(self.sequence) * 1800,
            ..Default::default()
        };
        let packet = rtp::Packet { header, payload: Bytes::from_static(payload) };
        let sender = self.sender.unwrap();
        self.connection.rtp_sender(sender).unwrap().write_rtp(now, packet).unwrap();
    }

    /// The numbers received, counted from the first, in ascending order.
    fn numbers(&self) -> Vec<u16> {
        let Some(first) = self.received.first() else { return vec![] };
        let first = first.header.sequence_number;
        let mut numbers: Vec<_> =
            self.received.iter().map(|packet| packet.header.sequence_number.wrapping_sub(first)).collect();
        numbers.sort_unstable();
        numbers
    }
}

fn connection(now: Instant, purpose: Purpose) -> (RTCPeerConnection, Option<RTCRtpSenderId>) {
    let mut engine = MediaEngine::default();
    let codec = Codec::Vp8.parameters();
    engine
        .register_codec(
            RTCRtpCodecParameters { rtp_codec: codec.clone(), payload_type: 96 },
            RtpCodecKind::Video,
        )
        .unwrap();
    let registry = Registry::new()
        .with(Slot::NackResponder, NackResponderBuilder::new().build())
        .with(Slot::NackGenerator, NackGeneratorBuilder::new().with_interval(STEP * 4).build())
        .with(KeyframeRequests::SLOT, KeyframeRequests::default());
    let mut connection = RTCPeerConnectionBuilder::new()
        .with_media_engine(engine)
        .with_interceptor_registry(registry)
        .build(now)
        .unwrap();
    let init = |direction| RTCRtpTransceiverInit { direction, streams: vec![], send_encodings: vec![] };
    match purpose {
        Purpose::Publish => {
            let coding = RTCRtpEncodingParameters {
                rtp_coding_parameters: RTCRtpCodingParameters { ssrc: Some(SSRC), ..Default::default() },
                codec,
                ..Default::default()
            };
            let track =
                MediaStreamTrack::new("s".into(), "v".into(), "v".into(), RtpCodecKind::Video, vec![coding]);
            connection
                .add_transceiver_from_track(track, Some(init(RTCRtpTransceiverDirection::Sendonly)))
                .unwrap();
        }
        Purpose::Watch(_) => {
            let recvonly = Some(init(RTCRtpTransceiverDirection::Recvonly));
            connection.add_transceiver_from_kind(RtpCodecKind::Video, recvonly).unwrap();
        }
    }
    let sender = connection.get_senders().next();
    (connection, sender)
}

fn person() -> ParticipantId {
    ParticipantId(Uuid::new_v4())
}

fn consecutive(count: u16) -> Vec<u16> {
    (0..count).collect()
}

const SETTLED: Duration = Duration::from_secs(3);

#[test]
fn a_viewer_who_came_first_sees_everything_from_the_first_key_frame() {
    let (mut world, (ann, bob)) = (World::new(), (person(), person()));
    let viewer = world.enter(ann, Purpose::Watch(bob));
    world.run(SETTLED);
    let publisher = world.enter(bob, Purpose::Publish);
    world.run(SETTLED);
    assert!(world.call.publishing().is_empty(), "connected, but nothing sent");

    world.film(publisher, 5, INTERFRAME);
    assert!(world.browsers[viewer].received.is_empty(), "nothing that it could not decode");
    assert!(world.browsers[publisher].keyframe_requests >= 1, "but a key frame was asked for");
    world.film(publisher, 50, KEYFRAME);
    world.run(STEP * 5);
    assert_eq!(world.browsers[viewer].numbers(), consecutive(50));
    assert_eq!(world.call.publishing().iter().collect::<Vec<_>>(), [&bob]);
}

#[test]
fn lost_packets_are_repaired_on_both_ways() {
    let (mut world, (ann, bob)) = (World::new(), (person(), person()));
    let publisher = world.enter(bob, Purpose::Publish);
    let viewer = world.enter(ann, Purpose::Watch(bob));
    world.run(SETTLED);
    world.film(publisher, 10, KEYFRAME);
    world.loss = 10;
    world.film(publisher, 300, INTERFRAME);
    world.loss = 0;
    world.film(publisher, 10, INTERFRAME);
    world.run(SETTLED);
    assert_eq!(world.browsers[viewer].numbers(), consecutive(320), "each once and none missing");
}

#[test]
fn a_viewer_follows_a_publisher_who_comes_back() {
    let (mut world, (ann, bob)) = (World::new(), (person(), person()));
    let viewer = world.enter(ann, Purpose::Watch(bob));
    let before = world.enter(bob, Purpose::Publish);
    world.run(SETTLED);
    world.film(before, 20, KEYFRAME);
    let after = world.enter(bob, Purpose::Publish);
    world.run(SETTLED);
    assert!(world.call.publishing().contains(&bob), "coming back is no end");
    world.film(after, 20, KEYFRAME);
    world.run(STEP * 5);
    assert_eq!(world.browsers[viewer].numbers(), consecutive(40), "one stream");
    assert_eq!(world.call.sessions.len(), 2, "the old session is gone");
}

#[test]
fn a_cut_heals_and_a_key_frame_is_asked_for() {
    let (mut world, (ann, bob)) = (World::new(), (person(), person()));
    let publisher = world.enter(bob, Purpose::Publish);
    let viewer = world.enter(ann, Purpose::Watch(bob));
    world.run(SETTLED);
    world.film(publisher, 20, KEYFRAME);
    world.is_cut = true;
    world.film(publisher, 250, INTERFRAME);
    world.is_cut = false;
    let (requests, received) =
        (world.browsers[publisher].keyframe_requests, world.browsers[viewer].received.len());
    world.run(SETTLED);
    world.film(publisher, 50, INTERFRAME);
    world.run(STEP * 5);
    assert!(world.browsers[viewer].received.len() >= received + 50);
    let asked = world.browsers[publisher].keyframe_requests - requests;
    assert!((1..=6).contains(&asked), "asked {asked} times");
}

#[test]
fn an_address_that_changes_under_a_nat_is_followed() {
    let (mut world, (ann, bob)) = (World::new(), (person(), person()));
    let publisher = world.enter(bob, Purpose::Publish);
    let viewer = world.enter(ann, Purpose::Watch(bob));
    world.run(SETTLED);
    world.film(publisher, 20, KEYFRAME);
    for index in [publisher, viewer] {
        world.browsers[index].outside.set_port(50_000);
    }
    world.run(SETTLED);
    world.film(publisher, 20, INTERFRAME);
    world.run(SETTLED);
    assert_eq!(world.browsers[viewer].numbers(), consecutive(40));
}

#[test]
fn silence_ends_publishing_and_then_the_session() {
    let (mut world, bob) = (World::new(), person());
    let publisher = world.enter(bob, Purpose::Publish);
    world.run(SETTLED);
    world.film(publisher, 5, KEYFRAME);
    world.is_cut = true;
    world.run(QUIET - SETTLED);
    assert!(world.call.publishing().contains(&bob), "a cut of seconds is no end");
    world.run(SETTLED * 2);
    assert!(world.call.publishing().is_empty());
    assert_eq!(world.call.sessions.len(), 1);
    world.run(Duration::from_secs(20));
    assert!(world.call.sessions.is_empty());
    let session = world.browsers[publisher].session;
    assert_eq!(world.call.end(world.now, bob, session), Err(MediaError::NotFound));
}
