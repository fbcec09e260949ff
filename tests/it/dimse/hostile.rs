//! What must not harm: each is refused with a status of the standard's tables, nothing of it is kept, and the
//! same association goes on.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::raw::{self, EXPLICIT, element, slice};
use super::support::{Vigie, eventually, options};

const STUDY: &str = "1.2.826.0.1.1";
const SERIES: &str = "1.2.826.0.1.2";

fn nested(depth: usize) -> Vec<u8> {
    let mut inner = Vec::new();
    for _ in 0..depth {
        let mut outer = vec![0x08, 0x00, 0x40, 0x11, b'S', b'Q', 0, 0, 0xFF, 0xFF, 0xFF, 0xFF];
        outer.extend_from_slice(&[0xFE, 0xFF, 0x00, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF]);
        outer.extend_from_slice(&inner);
        outer.extend_from_slice(&[0xFE, 0xFF, 0x0D, 0xE0, 0, 0, 0, 0]);
        outer.extend_from_slice(&[0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]);
        inner = outer;
    }
    inner
}

/// The slice with something put before its pixels.
fn with(sop_instance: &str, extra: &[u8]) -> Vec<u8> {
    let whole = slice(sop_instance, STUDY, SERIES, 7);
    let pixels = whole.len() - (12 + 128);
    [&whole[..pixels], extra, &whole[pixels..]].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_data_sets_are_refused_and_the_association_goes_on() {
    let vigie = Vigie::start(options()).await;
    let mut sender = raw::open(&vigie).await.unwrap();
    let uid = "1.2.826.0.1.3";
    let false_length = {
        let mut data_set = slice(uid, STUDY, SERIES, 7);
        let at = data_set.len() - 128 - 4;
        data_set[at..at + 4].copy_from_slice(&400_000_000_u32.to_le_bytes());
        data_set
    };
    let path_like = {
        let mut data_set = slice(uid, STUDY, SERIES, 7);
        let at = data_set.windows(STUDY.len()).position(|w| w == STUDY.as_bytes()).unwrap();
        data_set[at..at + STUDY.len()].copy_from_slice(b"../../../../t");
        data_set
    };
    let long_string = with(uid, &element(0x7FDF, 0x0010, b"UC", &b"\\".repeat(3_000_000)));
    let cases: [(&str, Vec<u8>, &[u16]); 6] = [
        ("2,500 nested sequences", with(uid, &nested(2500)), &[0xC000]),
        ("129 nested sequences", with(uid, &nested(129)), &[0xC000]),
        ("400 MB declared", false_length, &[0xC000]),
        ("a path for a UID", path_like, &[0x0117, 0xA900]),
        ("cut in the middle", slice(uid, STUDY, SERIES, 7)[..150].to_vec(), &[0xC000]),
        ("three million values", long_string, &[0xA700]),
    ];
    for (what, data_set, expected) in cases {
        let status = sender.store(uid, &data_set).await;
        assert!(expected.contains(&status), "{what}: {status:04X}");
        eventually(&format!("{what} leaves nothing"), || vigie.files().is_empty()).await;
    }
    assert_eq!(sender.store("../../etc/passwd", &slice(uid, STUDY, SERIES, 7)).await, 0x0117);
    assert_eq!(
        sender.store("1.2.826.0.1.4", &slice(uid, STUDY, SERIES, 7)).await,
        0xA900,
        "another instance"
    );
    assert!(vigie.files().is_empty());
    assert_eq!(sender.store(uid, &slice(uid, STUDY, SERIES, 7)).await, 0x0000);
    assert_eq!(sender.store("1.2.826.0.1.5", &with("1.2.826.0.1.5", &nested(100))).await, 0x0000);
    assert_eq!(vigie.files().len(), 2);
    sender.association.release().await.unwrap();
    vigie.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_cut_off_in_the_middle_leaves_nothing() {
    let vigie = Vigie::start(options()).await;
    let mut sender = raw::open(&vigie).await.unwrap();
    sender.command("1.2.826.0.1.3").await;
    sender.part(&slice("1.2.826.0.1.3", STUDY, SERIES, 7)[..200]).await;
    eventually("the file is begun", || vigie.files().len() == 1).await;
    drop(sender);
    eventually("nothing is left", || vigie.files().is_empty()).await;
    vigie.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lengths_that_lie_end_the_connection_and_nothing_else() {
    let vigie = Vigie::start(options()).await;
    for bytes in [
        &[1, 0, 0xFF, 0xFF, 0xFF, 0xFF][..],
        &[4, 0, 0, 0, 0, 6, 0, 0, 0, 9, 1, 3],
        &[9, 9, 9, 9, 9, 9, 9, 9],
        b"GET / HTTP/1.1\r\n\r\n",
    ] {
        let mut socket = TcpStream::connect(vigie.address).await.unwrap();
        socket.write_all(bytes).await.unwrap();
        let mut answer = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(20), socket.read_to_end(&mut answer)).await;
        assert!(read.is_ok(), "the connection stays open");
        assert!(answer.is_empty() || answer[0] == 7, "an abort or nothing: {answer:?}");
    }
    let mut sender = raw::open(&vigie).await.unwrap();
    assert_eq!(sender.store("1.2.3", &slice("1.2.3", STUDY, SERIES, 7)).await, 0);
    vigie.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pdu_longer_than_announced_is_an_abort() {
    let vigie = Vigie::start(options()).await;
    let mut sender = raw::open(&vigie).await.unwrap();
    let socket = sender.association.inner_stream();
    socket.write_all(&[4, 0, 0x00, 0x20, 0x00, 0x00]).await.unwrap();
    let mut answer = [0; 10];
    socket.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer[0], 7, "A-ABORT");
    vigie.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_peer_is_let_go() {
    let mut options = options();
    options.patience.silence = Duration::from_millis(200);
    let vigie = Vigie::start(options).await;
    let mut sender = raw::open(&vigie).await.unwrap();
    let mut answer = Vec::new();
    let ended = sender.association.inner_stream().read_to_end(&mut answer);
    tokio::time::timeout(Duration::from_secs(20), ended).await.expect("the association is ended").unwrap();
    assert_eq!(answer[0], 7, "A-ABORT");
    assert_eq!(EXPLICIT, sender.association.presentation_contexts()[0].transfer_syntax);
    vigie.stop().await;
}
