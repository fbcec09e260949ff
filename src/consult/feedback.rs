//! Lets a subscriber's key frame requests through to the relay; all other RTCP stays with the connection.

use std::collections::VecDeque;
use std::time::Instant;

use rtc::interceptor::{Attribute, Interceptor, Packet, Slot, StreamInfo, TaggedPacket};
use rtc::rtcp::payload_feedbacks::full_intra_request::FullIntraRequest;
use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use rtc::sansio::Protocol;
use rtc::shared::error::Error;

/// Last of the chain: every interceptor before it has seen the whole compound, so it may keep only the requests.
#[derive(Default)]
pub(super) struct KeyframeRequests {
    reads: VecDeque<TaggedPacket>,
    writes: VecDeque<TaggedPacket>,
}

impl KeyframeRequests {
    pub(super) const SLOT: Slot = Slot::Custom(14_000);
}

/// Whether a packet asks for a key frame: PLI (RFC 4585 section 6.3.1) or FIR (RFC 5104 section 4.3.1).
fn is_request(packet: &dyn rtc::rtcp::Packet) -> bool {
    packet.as_any().is::<PictureLossIndication>() || packet.as_any().is::<FullIntraRequest>()
}

impl Protocol<TaggedPacket, TaggedPacket, ()> for KeyframeRequests {
    type Rout = TaggedPacket;
    type Wout = TaggedPacket;
    type Eout = ();
    type Error = Error;
    type Time = Instant;

    fn handle_read(&mut self, mut packet: TaggedPacket) -> Result<(), Error> {
        if let Packet::Rtcp(packets) = &mut packet.message.packet
            && packets.iter().any(|packet| is_request(packet.as_ref()))
        {
            packets.retain(|packet| is_request(packet.as_ref()));
            packet.message.add(Attribute::DeliverToApplication);
        }
        self.reads.push_back(packet);
        Ok(())
    }

    fn poll_read(&mut self) -> Option<TaggedPacket> {
        self.reads.pop_front()
    }

    fn handle_write(&mut self, packet: TaggedPacket) -> Result<(), Error> {
        self.writes.push_back(packet);
        Ok(())
    }

    fn poll_write(&mut self) -> Option<TaggedPacket> {
        self.writes.pop_front()
    }
}

impl Interceptor for KeyframeRequests {
    fn bind_local_stream(&mut self, _: &StreamInfo) {}
    fn unbind_local_stream(&mut self, _: &StreamInfo) {}
    fn bind_remote_stream(&mut self, _: &StreamInfo) {}
    fn unbind_remote_stream(&mut self, _: &StreamInfo) {}
}

#[cfg(test)]
mod tests {
    use rtc::interceptor::{AttributedPacket, Registry};
    use rtc::rtcp::receiver_report::ReceiverReport;
    use rtc::shared::TransportContext;

    use super::*;

    fn delivered(packets: Vec<Box<dyn rtc::rtcp::Packet>>) -> Option<usize> {
        let mut chain = Registry::new().with(KeyframeRequests::SLOT, KeyframeRequests::default()).build();
        let message = AttributedPacket::new(Packet::Rtcp(packets));
        let packet = TaggedPacket { now: Instant::now(), transport: TransportContext::default(), message };
        chain.handle_read(packet).unwrap();
        chain.poll_read().map(|packet| match packet.message.packet {
            Packet::Rtcp(packets) => packets.len(),
            _ => 0,
        })
    }

    #[test]
    fn of_a_compound_only_the_request_is_delivered() {
        let report = || Box::new(ReceiverReport::default());
        let request = || Box::new(PictureLossIndication { sender_ssrc: 1, media_ssrc: 2 });
        assert_eq!(delivered(vec![report()]), None);
        assert_eq!(delivered(vec![report(), request()]), Some(1));
    }
}
