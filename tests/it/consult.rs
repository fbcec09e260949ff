//! Calls through the media relay, with Chromium on both sides.

mod browser;
mod front;
mod proxy;
mod requests;

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;
use vigie::consult::{Relay, RelayConfig};
use vigie::domain::identity::{ConsultId, ParticipantId};
use vigie::pathway::media::{MediaEvent, MediaRelay, Seat};

use browser::Chromium;
use front::Front;
use proxy::Proxy;

/// Two Chromiums, a relay, and a network between them that can be cut.
struct Scene {
    front: Front,
    proxy: Proxy,
    relay: Arc<Relay>,
    consult: ConsultId,
}

impl Scene {
    async fn set() -> Self {
        let proxy = Proxy::start().await;
        let listen = "127.0.0.1:0".parse().unwrap();
        let config = RelayConfig { advertise: vec![proxy.address()], ..RelayConfig::new(listen) };
        let relay = Relay::bind(config).unwrap();
        proxy.forward_to(relay.local_addr());
        let consult = ConsultId(Uuid::new_v4());
        let front = Front::start(Arc::clone(&relay) as Arc<dyn MediaRelay>, consult).await;
        Self { front, proxy, relay, consult }
    }

    fn enter(&self, me: ParticipantId, other: ParticipantId, actions: &str) -> Chromium {
        Chromium::open(&format!("{}/?me={me}&other={other}&do={actions}", self.front.url()))
    }

    /// Waits until both have decoded `more` further frames of each other.
    async fn both_see(&self, pair: [ParticipantId; 2], more: u64) {
        let before =
            pair.map(|who| self.front.report(who).map_or((0.0, 0), |report| (report.epoch, report.frames)));
        self.front
            .until(&format!("{more} more frames on both sides"), |reports| {
                pair.iter().zip(before).all(|(who, (epoch, frames))| {
                    reports.get(who).is_some_and(|report| {
                        let seen = if report.epoch > epoch {
                            report.frames
                        } else {
                            report.frames.saturating_sub(frames)
                        };
                        seen >= more
                    })
                })
            })
            .await;
    }
}

fn participant() -> ParticipantId {
    ParticipantId(Uuid::new_v4())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_survives_reload_cut_rebinding_ice_restart_and_loss() {
    let scene = Scene::set().await;
    let mut events = scene.relay.events();
    let (ann, bob) = (participant(), participant());
    let pair = [ann, bob];

    // Ann watches before Bob publishes.
    let _ann = scene.enter(ann, bob, "watch,publish");
    scene.front.until("Ann sends", |reports| reports.get(&ann).is_some_and(|report| report.sent > 0)).await;
    let _bob = scene.enter(bob, ann, "publish,watch");
    scene.both_see(pair, 20).await;
    scene
        .front
        .until("picture and sound", |reports| {
            pair.iter()
                .all(|who| reports.get(who).is_some_and(|report| report.contrast > 60 && report.audio > 20))
        })
        .await;
    let mut publishing = scene.relay.publishing(scene.consult);
    publishing.sort();
    let mut expected = pair.to_vec();
    expected.sort();
    assert_eq!(publishing, expected);
    let started = |participant| MediaEvent::PublishingStarted(Seat { consult: scene.consult, participant });
    assert_eq!([events.recv().await.unwrap(), events.recv().await.unwrap()], [started(ann), started(bob)]);

    // A reload: Ann comes back, and Bob goes on watching her in the session that he has.
    let (bobs_posts, anns_load) = (scene.front.posts(bob), scene.front.report(ann).unwrap().epoch);
    scene.front.command(ann, "reload");
    scene
        .front
        .until("Ann is back", |reports| {
            reports
                .get(&ann)
                .is_some_and(|report| report.epoch > anns_load && report.frames > 10 && report.sent > 10)
        })
        .await;
    scene.both_see(pair, 20).await;
    assert_eq!(scene.front.posts(bob), bobs_posts, "Bob's session follows Ann's new one");

    // A cut of five seconds, both ways, on both sides.
    let posts = pair.map(|who| scene.front.posts(who));
    scene.proxy.cut();
    tokio::time::sleep(Duration::from_secs(5)).await;
    scene.proxy.mend();
    scene.both_see(pair, 20).await;

    // A NAT that forgets: every browser suddenly comes from another port.
    scene.proxy.rebind();
    scene.both_see(pair, 20).await;

    // Ann changes network and restarts ICE.
    scene.front.command(ann, "restart");
    scene.front.until("both sessions restarted", |reports| reports[&ann].restarts == 2).await;
    scene.both_see(pair, 20).await;

    // A bad line: every twentieth datagram is lost, each way.
    scene.proxy.lose_every(20);
    scene.both_see(pair, 60).await;
    assert_eq!(pair.map(|who| scene.front.posts(who)), posts, "nobody had to call again");

    // Bob hangs up; Ann's own stays.
    scene.front.command(bob, "leave");
    let relay = &scene.relay;
    scene.front.until("Bob has left", |_| relay.publishing(scene.consult) == vec![ann]).await;
    let stopped = MediaEvent::PublishingStopped(Seat { consult: scene.consult, participant: bob });
    assert_eq!(events.recv().await.unwrap(), stopped, "and no event came between");
    scene.front.no_errors();
}
