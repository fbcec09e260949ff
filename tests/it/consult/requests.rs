//! What WHIP and WHEP requests get, with offers that Chromium 156 made; no media flows here.

use std::sync::Arc;
use std::time::{Duration, Instant};

use uuid::Uuid;
use vigie::consult::{Relay, RelayConfig, RelayError};
use vigie::domain::identity::{ConsultId, ParticipantId};
use vigie::pathway::media::{Answer, MediaError, MediaRelay, Patched, ResourceId, Seat};

const PUBLISH: &str = include_str!("publish.sdp");
const WATCH: &str = include_str!("watch.sdp");

fn relay(change: impl FnOnce(&mut RelayConfig)) -> Arc<Relay> {
    let mut config = RelayConfig::new("127.0.0.1:0".parse().unwrap());
    change(&mut config);
    Relay::bind(config).unwrap()
}

fn seat() -> Seat {
    Seat { consult: ConsultId(Uuid::new_v4()), participant: ParticipantId(Uuid::new_v4()) }
}

async fn publish(relay: &Relay, seat: Seat) -> Result<Answer, MediaError> {
    relay.ingest(seat, PUBLISH.to_owned()).await
}

fn fragment(ufrag: &str) -> String {
    format!("a=ice-ufrag:{ufrag}\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\n")
}

/// The offer's own name fragment: a fragment with it is about the current ICE session.
fn offered_ufrag() -> &'static str {
    PUBLISH.lines().find_map(|line| line.strip_prefix("a=ice-ufrag:")).unwrap()
}

#[tokio::test]
async fn a_publisher_is_answered_with_the_one_port_and_the_browsers_codecs() {
    let relay = relay(|_| {});
    let answer = publish(&relay, seat()).await.unwrap().sdp;
    let port = relay.local_addr().port();
    for expected in
        ["a=ice-lite", "a=setup:passive", "a=recvonly", "a=rtpmap:96 VP8/90000", "opus/48000/2", "H264/90000"]
    {
        assert!(answer.contains(expected), "{expected} in {answer}");
    }
    assert_eq!(answer.matches("a=candidate:").count(), 1);
    assert!(answer.contains(&format!(" 127.0.0.1 {port} typ host")), "{answer}");
    for refused in ["rtx/", "VP9", "AV1", "red/", "a=sendrecv", "192.0.2."] {
        assert!(!answer.contains(refused), "{refused} in {answer}");
    }
}

#[tokio::test]
async fn a_viewer_is_answered_before_anyone_publishes() {
    let relay = relay(|_| {});
    let watcher = seat();
    let source = ParticipantId(Uuid::new_v4());
    let answer = relay.egress(watcher, source, WATCH.to_owned()).await.unwrap();
    assert_eq!(answer.sdp.matches("a=sendonly").count(), 2, "{}", answer.sdp);
    assert!(relay.publishing(watcher.consult).is_empty());
}

#[tokio::test]
async fn the_advertised_addresses_are_those_of_the_configuration() {
    let relay = relay(|config| {
        config.advertise = vec!["203.0.113.9:0".parse().unwrap(), "10.0.0.9:700".parse().unwrap()];
    });
    let answer = publish(&relay, seat()).await.unwrap().sdp;
    let port = relay.local_addr().port();
    assert!(answer.contains(&format!(" 203.0.113.9 {port} typ host")), "{answer}");
    assert!(answer.contains(" 10.0.0.9 700 typ host"), "{answer}");

    let any = Relay::bind(RelayConfig::new("0.0.0.0:0".parse().unwrap()));
    assert!(matches!(any, Err(RelayError::NothingAdvertised(_))), "browsers could not find it");
    let taken = Relay::bind(RelayConfig::new(relay.local_addr()));
    assert!(matches!(taken, Err(RelayError::Bind { .. })));
}

#[tokio::test]
async fn offers_that_cannot_be_served_are_refused_with_a_reason() {
    let relay = relay(|_| {});
    let status = async |offer: &str| {
        relay.ingest(seat(), offer.to_owned()).await.map_err(|error| error.status()).err()
    };
    assert_eq!(status("not a description").await, Some(400));
    assert_eq!(status(WATCH).await, Some(422), "a viewer's offer");
    assert_eq!(
        status(&PUBLISH.replace("VP8/", "VP7/").replace("H264/", "H2/").replace("opus/", "o/")).await,
        Some(422)
    );
}

#[tokio::test]
async fn patches_trickle_and_restart_as_rfc_9725_has_it() {
    let relay = relay(|_| {});
    let seat = seat();
    let answer = publish(&relay, seat).await.unwrap();
    let patch = async |fragment: String, if_match: Option<&str>| {
        relay.patch(seat, answer.resource, fragment, if_match.map(ToOwned::to_owned)).await
    };
    assert_eq!(patch(fragment(offered_ufrag()), None).await, Err(MediaError::PreconditionRequired));
    assert_eq!(
        patch(fragment(offered_ufrag()), Some("\"other\"")).await,
        Err(MediaError::PreconditionFailed)
    );
    assert_eq!(patch(fragment(offered_ufrag()), Some(&answer.etag)).await, Ok(Patched::Trickled));
    assert!(matches!(patch("hello".into(), Some("*")).await, Err(MediaError::Malformed(_))));

    let Ok(Patched::Restarted { sdpfrag, etag }) = patch(fragment("newufrag"), Some("*")).await else {
        panic!("not restarted");
    };
    assert_ne!(etag, answer.etag);
    assert!(sdpfrag.contains("a=ice-ufrag:") && sdpfrag.contains("a=candidate:"), "{sdpfrag}");
    assert_eq!(patch(fragment("newufrag"), Some(&answer.etag)).await, Err(MediaError::PreconditionFailed));
    assert_eq!(patch(fragment("newufrag"), Some(&etag)).await, Ok(Patched::Trickled));
}

#[tokio::test]
async fn a_session_is_reached_from_its_own_seat_only() {
    let relay = relay(|_| {});
    let owner = seat();
    let resource = publish(&relay, owner).await.unwrap().resource;
    let neighbour = Seat { participant: ParticipantId(Uuid::new_v4()), ..owner };
    let elsewhere = Seat { consult: ConsultId(Uuid::new_v4()), ..owner };
    for stranger in [neighbour, elsewhere] {
        assert_eq!(relay.end(stranger, resource).await, Err(MediaError::NotFound));
        let patched = relay.patch(stranger, resource, fragment("x"), Some("*".into())).await;
        assert_eq!(patched, Err(MediaError::NotFound));
    }
    assert_eq!(relay.end(owner, ResourceId(Uuid::new_v4())).await, Err(MediaError::NotFound));
    assert_eq!(relay.end(owner, resource).await, Ok(()));
    assert_eq!(relay.end(owner, resource).await, Err(MediaError::NotFound));
}

#[tokio::test]
async fn a_second_publishing_session_of_a_seat_replaces_the_first() {
    let relay = relay(|_| {});
    let seat = seat();
    let first = publish(&relay, seat).await.unwrap().resource;
    let second = publish(&relay, seat).await.unwrap().resource;
    assert_eq!(relay.end(seat, first).await, Err(MediaError::NotFound));
    assert_eq!(relay.end(seat, second).await, Ok(()));
}

#[tokio::test]
async fn a_seat_may_watch_one_source_from_a_few_places() {
    let relay = relay(|_| {});
    let (watcher, source) = (seat(), ParticipantId(Uuid::new_v4()));
    let mut views = Vec::new();
    for _ in 0..4 {
        views.push(relay.egress(watcher, source, WATCH.to_owned()).await.unwrap().resource);
    }
    assert_eq!(
        relay.end(watcher, views[0]).await,
        Err(MediaError::NotFound),
        "the longest unheard made room"
    );
    for view in &views[1..] {
        assert_eq!(relay.end(watcher, *view).await, Ok(()));
    }
}

#[tokio::test]
async fn sessions_are_bounded_and_those_that_end_make_room() {
    let relay = relay(|config| config.max_sessions = 2);
    let (first, second) = (seat(), seat());
    let resource = publish(&relay, first).await.unwrap().resource;
    publish(&relay, second).await.unwrap();
    assert_eq!(publish(&relay, seat()).await.map(|_| ()), Err(MediaError::Busy));
    relay.end(first, resource).await.unwrap();
    assert!(publish(&relay, seat()).await.is_ok());
    relay.close(second.consult).await;
    assert!(publish(&relay, seat()).await.is_ok());
}

#[tokio::test]
async fn a_session_that_is_never_heard_ends() {
    let relay = relay(|config| config.idle = Duration::from_millis(100));
    let seat = seat();
    let answer = publish(&relay, seat).await.unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    let touch =
        async || relay.patch(seat, answer.resource, fragment(offered_ufrag()), Some("*".into())).await;
    while touch().await != Err(MediaError::NotFound) {
        assert!(Instant::now() < deadline, "still there");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
