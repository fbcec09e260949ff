//! The other ends: a gateway over HTTP, a mail server, a browser.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use ring::rand::SystemRandom;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A port that nobody listens on.
pub fn closed_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// What a gateway was sent.
#[derive(Debug, Clone)]
pub struct Received {
    pub headers: BTreeMap<String, String>,
    pub bytes: Vec<u8>,
    pub body: String,
}

/// Answers each request with the next of its statuses, the last one for all after.
pub struct Gateway {
    pub port: u16,
    received: Arc<Mutex<Vec<Received>>>,
}

type Kept = (Arc<Mutex<Vec<Received>>>, Vec<u16>);

impl Gateway {
    pub async fn open(statuses: &[u16]) -> Self {
        let received: Arc<Mutex<Vec<Received>>> = Arc::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state: Kept = (Arc::clone(&received), statuses.to_vec());
        let router = Router::new().fallback(keep).with_state(state);
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { port, received }
    }

    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

async fn keep(State((received, statuses)): State<Kept>, headers: HeaderMap, bytes: Bytes) -> StatusCode {
    let headers = headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), value.to_str().unwrap_or_default().to_owned()));
    let mut all = received.lock().unwrap();
    all.push(Received {
        headers: headers.collect(),
        body: String::from_utf8_lossy(&bytes).into_owned(),
        bytes: bytes.to_vec(),
    });
    let place = (all.len() - 1).min(statuses.len() - 1);
    StatusCode::from_u16(statuses[place]).unwrap()
}

/// Takes every letter (RFC 5321).
pub struct MailServer {
    pub port: u16,
    received: Arc<Mutex<Vec<String>>>,
}

impl MailServer {
    pub async fn open() -> Self {
        let received: Arc<Mutex<Vec<String>>> = Arc::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let kept = Arc::clone(&received);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(dialogue(stream, Arc::clone(&kept)));
            }
        });
        Self { port, received }
    }

    pub fn received(&self) -> Vec<String> {
        self.received.lock().unwrap().clone()
    }
}

async fn dialogue(stream: TcpStream, kept: Arc<Mutex<Vec<String>>>) {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.write_all(b"220 mail.example\r\n").await.unwrap();
    loop {
        line.clear();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        let answer: &[u8] = match line.get(..4).unwrap_or_default() {
            "DATA" => b"354 go on\r\n",
            "QUIT" => b"221 bye\r\n",
            _ => b"250 ok\r\n",
        };
        stream.write_all(answer).await.unwrap();
        if line.starts_with("DATA") {
            let mut letter = String::new();
            while !letter.ends_with("\r\n.\r\n") {
                if stream.read_line(&mut letter).await.unwrap() == 0 {
                    return;
                }
            }
            kept.lock().unwrap().push(letter);
            stream.write_all(b"250 taken\r\n").await.unwrap();
        }
    }
}

/// A browser's push keys. Its private key opens one message.
pub struct Browser {
    private: Mutex<Option<EphemeralPrivateKey>>,
    public: Vec<u8>,
    auth: [u8; 16],
}

impl Browser {
    pub fn new() -> Self {
        let private = EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new()).unwrap();
        let public = private.compute_public_key().unwrap().as_ref().to_vec();
        Self { private: Mutex::new(Some(private)), public, auth: [7; 16] }
    }

    pub fn public_key(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.public)
    }

    pub fn auth(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.auth)
    }

    /// RFC 8291 and RFC 8188, from the receiver's side.
    pub fn opened(&self, message: &[u8]) -> String {
        let (salt, rest) = message.split_at(16);
        let length = usize::from(rest[4]);
        let (sender, record) = rest[5..].split_at(length);
        let private = self.private.lock().unwrap().take().expect("one message a browser");
        let theirs = UnparsedPublicKey::new(&ECDH_P256, sender);
        agree_ephemeral(private, &theirs, |shared| {
            let combined = Salt::new(HKDF_SHA256, &self.auth).extract(shared);
            let input = expand::<32>(&combined, &[b"WebPush: info\0", &self.public, sender]);
            let keys = Salt::new(HKDF_SHA256, salt).extract(&input);
            let key = expand::<16>(&keys, &[b"Content-Encoding: aes128gcm\0"]);
            let nonce = expand::<12>(&keys, &[b"Content-Encoding: nonce\0"]);
            let mut record = record.to_vec();
            let plain = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).unwrap())
                .open_in_place(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut record)
                .unwrap();
            String::from_utf8(plain.strip_suffix(&[2]).unwrap().to_vec()).unwrap()
        })
        .unwrap()
    }
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand<const N: usize>(from: &Prk, info: &[&[u8]]) -> [u8; N] {
    let mut out = [0; N];
    from.expand(info, Length(N)).unwrap().fill(&mut out).unwrap();
    out
}
