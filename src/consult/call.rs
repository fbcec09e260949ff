//! One consultation's media: who publishes, who watches whom, what goes where. No I/O; time is passed in.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::BytesMut;

use super::ice::Credentials;
use super::peer::PeerEvent;
use super::rewrite::{MediaPacket, Rewritten};
use super::sdp::{Fragment, check_precondition, entity_tag, restart_fragment};
use super::session::{Part, Session, ViewerLeg};
use crate::domain::identity::ParticipantId;
use crate::pathway::media::{MediaError, Patched, ResourceId};

/// Sessions of one call: five people who all watch each other take twenty-five.
const MAX_SESSIONS: usize = 32;
/// Sessions in which one person may watch one other.
const MAX_VIEWS: usize = 3;
/// Without media for so long a participant does not publish any more; longer than a cut that heals.
const QUIET: Duration = Duration::from_secs(10);
/// How often liveness is judged.
const TICK: Duration = Duration::from_secs(1);
/// The least time between two rounds of timeouts, so that a deadline that stays due cannot spin the task.
const PAUSE: Duration = Duration::from_millis(1);

/// What the call asks of the multiplexer.
#[derive(Debug)]
pub(super) enum Request {
    Restart { session: ResourceId, local: Credentials, remote_ufrag: String },
    Remove(ResourceId),
}

/// The media of one consultation.
pub(super) struct Call {
    sessions: BTreeMap<ResourceId, Session>,
    publishing: BTreeSet<ParticipantId>,
    /// Sessions with datagrams to collect.
    dirty: BTreeSet<ResourceId>,
    transmits: Vec<(SocketAddr, BytesMut)>,
    requests: Vec<Request>,
    advertised: Vec<SocketAddr>,
    /// Silence after which a session ends.
    idle: Duration,
    next_tick: Instant,
    earliest: Instant,
    empty_since: Instant,
    is_over: bool,
}

impl Call {
    pub(super) fn new(now: Instant, advertised: Vec<SocketAddr>, idle: Duration) -> Self {
        Self {
            sessions: BTreeMap::new(),
            publishing: BTreeSet::new(),
            dirty: BTreeSet::new(),
            transmits: vec![],
            requests: vec![],
            advertised,
            idle,
            next_tick: now + TICK,
            earliest: now,
            empty_since: now,
            is_over: false,
        }
    }

    /// Takes a new session in, in place of the one it replaces.
    pub(super) fn join(&mut self, now: Instant, mut session: Session) -> Result<(), MediaError> {
        let replaced = self.replaced_by(&session);
        if self.is_over || (replaced.is_none() && self.sessions.len() >= MAX_SESSIONS) {
            return Err(MediaError::Busy);
        }
        if let Some(old) = replaced.and_then(|id| self.remove(now, id))
            && let (Part::Publisher { media_at, .. }, Part::Publisher { media_at: before, .. }) =
                (&mut session.part, old.part)
        {
            *media_at = before;
        }
        let id = session.id;
        self.sessions.insert(id, session);
        self.dirty.insert(id);
        Ok(())
    }

    /// A person publishes from one place at a time, the latest; watches from a few (desk and phone, a page that was
    /// reloaded), of which the longest unheard makes room.
    fn replaced_by(&self, newer: &Session) -> Option<ResourceId> {
        let room = if newer.source().is_some() { MAX_VIEWS } else { 1 };
        let twins: Vec<_> = self.sessions.values().filter(|session| session.is_twin_of(newer)).collect();
        let oldest = twins.iter().min_by_key(|session| session.heard_at)?;
        (twins.len() >= room).then_some(oldest.id)
    }

    /// A datagram of a session; nothing when it is gone.
    pub(super) fn datagram(&mut self, now: Instant, id: ResourceId, datagram: BytesMut) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        let ends_cut = session.hear(now);
        if let Err(error) = session.peer.receive(now, datagram) {
            // A damaged datagram is no reason to end a call.
            tracing::debug!(session = %id, %error, "datagram refused");
        }
        self.after_hearing(now, id, ends_cut);
    }

    /// The browser proved its address; its path is now `path`.
    pub(super) fn checked(&mut self, now: Instant, id: ResourceId, path: SocketAddr) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        if session.path.replace(path).is_some_and(|old| old != path) {
            tracing::info!(session = %id, "media path moved");
        }
        let ends_cut = session.hear(now);
        self.after_hearing(now, id, ends_cut);
    }

    fn after_hearing(&mut self, now: Instant, id: ResourceId, ends_cut: bool) {
        if ends_cut {
            self.want_keyframe_for(id);
        }
        self.pump(now, id);
    }

    /// PATCH: candidates or an ICE restart.
    pub(super) fn patch(
        &mut self,
        owner: ParticipantId,
        id: ResourceId,
        sdpfrag: &str,
        if_match: Option<&str>,
    ) -> Result<Patched, MediaError> {
        let session = self.sessions.get_mut(&id).filter(|session| session.owner == owner);
        let session = session.ok_or(MediaError::NotFound)?;
        check_precondition(if_match, &entity_tag(&session.local))?;
        let Fragment::Restart(remote) = Fragment::read(sdpfrag, &session.remote_ufrag)? else {
            return Ok(Patched::Trickled);
        };
        session.local = Credentials::generate();
        session.remote_ufrag.clone_from(&remote.ufrag);
        self.requests.push(Request::Restart {
            session: id,
            local: session.local.clone(),
            remote_ufrag: remote.ufrag,
        });
        Ok(Patched::Restarted {
            sdpfrag: restart_fragment(&session.answer, &session.local, &self.advertised),
            etag: entity_tag(&session.local),
        })
    }

    /// DELETE.
    pub(super) fn end(
        &mut self,
        now: Instant,
        owner: ParticipantId,
        id: ResourceId,
    ) -> Result<(), MediaError> {
        if self.sessions.get(&id).is_none_or(|session| session.owner != owner) {
            return Err(MediaError::NotFound);
        }
        self.remove(now, id);
        Ok(())
    }

    /// Ends every session.
    pub(super) fn close(&mut self, now: Instant) {
        let ids: Vec<_> = self.sessions.keys().copied().collect();
        for id in ids {
            self.remove(now, id);
        }
    }

    fn remove(&mut self, now: Instant, id: ResourceId) -> Option<Session> {
        let mut session = self.sessions.remove(&id)?;
        session.peer.close();
        self.dirty.remove(&id);
        Self::collect(now, &mut session, &mut self.transmits);
        self.requests.push(Request::Remove(id));
        if self.sessions.is_empty() {
            self.empty_since = now;
        }
        Some(session)
    }

    /// Acts on what a session's connection has to say.
    fn pump(&mut self, now: Instant, id: ResourceId) {
        self.dirty.insert(id);
        while let Some(session) = self.sessions.get_mut(&id)
            && let Some(event) = session.peer.poll_event()
        {
            match event {
                PeerEvent::Connected => {
                    session.is_connected = true;
                    tracing::info!(session = %id, "media session connected");
                    self.want_keyframe_for(id);
                }
                PeerEvent::Ended => {
                    self.remove(now, id);
                }
                PeerEvent::Media(media) => self.forward(now, id, &media),
                PeerEvent::KeyframeWanted => self.want_keyframe_for(id),
            }
        }
    }

    fn forward(&mut self, now: Instant, id: ResourceId, media: &MediaPacket) {
        let Some(publisher) = self.sessions.get_mut(&id) else { return };
        let Part::Publisher { media_at, .. } = &mut publisher.part else { return };
        *media_at = Some(now);
        let owner = publisher.owner;
        self.publishing.insert(owner);

        let mut awaits_keyframe = false;
        for viewer in self.sessions.values_mut().filter(|session| session.is_connected) {
            let Part::Viewer { source, legs } = &mut viewer.part else { continue };
            if *source != owner {
                continue;
            }
            for ViewerLeg { sender, leg, .. } in legs.iter_mut().filter(|leg| leg.kind == media.codec.kind())
            {
                match leg.rewrite(now, id, media) {
                    Rewritten::Send(packet) => {
                        if let Err(error) = viewer.peer.send(now, *sender, packet) {
                            tracing::debug!(session = %viewer.id, %error, "packet not forwarded");
                        }
                        self.dirty.insert(viewer.id);
                    }
                    Rewritten::AwaitsKeyframe => awaits_keyframe = true,
                    Rewritten::Skip => {}
                }
            }
        }
        if awaits_keyframe {
            self.want_keyframe_for(id);
        }
    }

    /// A key frame is due for `id`: from itself when it publishes, else from the one it watches.
    fn want_keyframe_for(&mut self, id: ResourceId) {
        let Some(session) = self.sessions.get(&id) else { return };
        let source = session.source().unwrap_or(session.owner);
        for session in self.sessions.values_mut().filter(|session| session.owner == source) {
            if let Part::Publisher { gate, .. } = &mut session.part {
                gate.want();
            }
        }
    }

    /// When [`Self::on_timeout`] is next due.
    pub(super) fn deadline(&mut self, now: Instant) -> Instant {
        let sessions = self.sessions.values_mut().map(|session| {
            let gate = match &session.part {
                Part::Publisher { gate, .. } => gate.deadline(now),
                Part::Viewer { .. } => None,
            };
            let due = session.peer.deadline();
            gate.map_or(due, |gate| gate.min(due))
        });
        sessions.min().map_or(self.next_tick, |due| due.min(self.next_tick)).max(self.earliest)
    }

    /// Does what is due by now.
    pub(super) fn on_timeout(&mut self, now: Instant) {
        self.earliest = now + PAUSE;
        let due: Vec<_> = self
            .sessions
            .values_mut()
            .filter_map(|session| (session.peer.deadline() <= now).then_some(session.id))
            .collect();
        for id in due {
            let Some(session) = self.sessions.get_mut(&id) else { continue };
            if let Err(error) = session.peer.on_timeout(now) {
                tracing::warn!(session = %id, %error, "media session failed");
                self.remove(now, id);
            } else {
                self.pump(now, id);
            }
        }
        if self.next_tick <= now {
            self.next_tick = now + TICK;
            self.judge_liveness(now);
        }
    }

    fn judge_liveness(&mut self, now: Instant) {
        let dead: Vec<_> = self
            .sessions
            .values()
            .filter(|session| now.saturating_duration_since(session.heard_at) >= self.idle)
            .map(|session| session.id)
            .collect();
        for id in dead {
            tracing::info!(session = %id, "media session ended: not heard any more");
            self.remove(now, id);
        }
        let sessions = &self.sessions;
        self.publishing.retain(|participant| {
            sessions.values().any(|session| {
                session.owner == *participant
                    && matches!(session.part, Part::Publisher { media_at: Some(at), .. }
                        if now.saturating_duration_since(at) < QUIET)
            })
        });
    }

    /// Sends the key frame requests that are due and collects all datagrams. To be called after any input.
    pub(super) fn flush(&mut self, now: Instant) {
        for session in self.sessions.values_mut() {
            let Part::Publisher { gate, .. } = &mut session.part else { continue };
            if session.is_connected && gate.ask(now) {
                if let Err(error) = session.peer.ask_keyframe(now) {
                    tracing::debug!(session = %session.id, %error, "key frame not asked for");
                }
                self.dirty.insert(session.id);
            }
        }
        for id in std::mem::take(&mut self.dirty) {
            if let Some(session) = self.sessions.get_mut(&id) {
                Self::collect(now, session, &mut self.transmits);
            }
        }
    }

    fn collect(now: Instant, session: &mut Session, transmits: &mut Vec<(SocketAddr, BytesMut)>) {
        loop {
            match session.peer.poll_datagram(now) {
                // Without a path there is nowhere to send: the browser has not been heard yet.
                Ok(Some(datagram)) => transmits.extend(session.path.map(|path| (path, datagram))),
                Ok(None) => break,
                Err(error) => {
                    tracing::debug!(session = %session.id, %error, "datagrams lost");
                    break;
                }
            }
        }
    }

    /// Datagrams to send, with their destinations.
    pub(super) fn take_transmits(&mut self) -> Vec<(SocketAddr, BytesMut)> {
        std::mem::take(&mut self.transmits)
    }

    /// What the multiplexer has to know.
    pub(super) fn take_requests(&mut self) -> Vec<Request> {
        std::mem::take(&mut self.requests)
    }

    /// Who publishes now.
    pub(super) fn publishing(&self) -> &BTreeSet<ParticipantId> {
        &self.publishing
    }

    /// The call takes no session any more.
    pub(super) fn finish(&mut self) {
        self.is_over = true;
    }

    /// For how long the call has had no session; `None` while it has one.
    pub(super) fn empty_for(&self, now: Instant) -> Option<Duration> {
        self.sessions.is_empty().then(|| now.saturating_duration_since(self.empty_since))
    }
}

#[cfg(test)]
mod tests;
