//! A network between browser and relay: forwards datagrams, can be cut, can forget its port mappings as a NAT does.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

/// The socket towards the relay and the task that brings its answers back.
type Mapping = (Arc<UdpSocket>, JoinHandle<()>);

#[derive(Default)]
struct State {
    target: Mutex<Option<SocketAddr>>,
    is_cut: AtomicBool,
    /// One in so many datagrams is lost; 0 loses none.
    loss: AtomicU64,
    seen: AtomicU64,
    /// By the browser's address.
    mappings: Mutex<HashMap<SocketAddr, Mapping>>,
}

pub struct Proxy {
    address: SocketAddr,
    state: Arc<State>,
    task: JoinHandle<()>,
}

impl State {
    fn passes(&self) -> bool {
        let (loss, seen) = (self.loss.load(Ordering::SeqCst), self.seen.fetch_add(1, Ordering::SeqCst));
        !self.is_cut.load(Ordering::SeqCst) && (loss == 0 || seen % loss != 0)
    }
}

impl Proxy {
    pub async fn start() -> Self {
        let front = Arc::new(UdpSocket::bind("127.0.0.1:0").await.unwrap());
        let address = front.local_addr().unwrap();
        let state = Arc::<State>::default();
        let task = tokio::spawn(outbound(front, Arc::clone(&state)));
        Self { address, state, task }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn forward_to(&self, relay: SocketAddr) {
        *self.state.target.lock().unwrap() = Some(relay);
    }

    pub fn cut(&self) {
        self.state.is_cut.store(true, Ordering::SeqCst);
    }

    pub fn mend(&self) {
        self.state.is_cut.store(false, Ordering::SeqCst);
    }

    pub fn lose_every(&self, datagrams: u64) {
        self.state.loss.store(datagrams, Ordering::SeqCst);
    }

    /// Forgets all mappings: the next datagram of each browser reaches the relay from a new port.
    pub fn rebind(&self) {
        for (_, (_, back)) in self.state.mappings.lock().unwrap().drain() {
            back.abort();
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.rebind();
        self.task.abort();
    }
}

async fn outbound(front: Arc<UdpSocket>, state: Arc<State>) {
    let mut buffer = [0; 2048];
    loop {
        let Ok((length, browser)) = front.recv_from(&mut buffer).await else { continue };
        let target = *state.target.lock().unwrap();
        let Some(target) = target.filter(|_| state.passes()) else { continue };
        let known = state.mappings.lock().unwrap().get(&browser).map(|(socket, _)| Arc::clone(socket));
        let socket = match known {
            Some(socket) => socket,
            None => {
                let socket = Arc::new(UdpSocket::bind("127.0.0.1:0").await.unwrap());
                let back = inbound(Arc::clone(&socket), Arc::clone(&front), browser, Arc::clone(&state));
                state.mappings.lock().unwrap().insert(browser, (Arc::clone(&socket), tokio::spawn(back)));
                socket
            }
        };
        let _ = socket.send_to(&buffer[..length], target).await;
    }
}

async fn inbound(socket: Arc<UdpSocket>, front: Arc<UdpSocket>, browser: SocketAddr, state: Arc<State>) {
    let mut buffer = [0; 2048];
    loop {
        let Ok((length, _)) = socket.recv_from(&mut buffer).await else { continue };
        if state.passes() {
            let _ = front.send_to(&buffer[..length], browser).await;
        }
    }
}
