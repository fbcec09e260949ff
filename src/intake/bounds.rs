//! How many associations are open at once, in all and from one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// The most associations at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    pub total: usize,
    pub per_peer: usize,
}

/// Why one more is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    Total,
    Peer,
}

/// Counts the open associations.
#[derive(Debug, Clone)]
pub struct Counter {
    bounds: Bounds,
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// One open association; dropped, its place is free.
#[derive(Debug)]
pub struct Place {
    peer: IpAddr,
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

impl Counter {
    #[must_use]
    pub fn new(bounds: Bounds) -> Self {
        Self { bounds, open: Arc::default() }
    }

    /// Takes a place.
    ///
    /// # Errors
    /// [`Full`] when there is none; nothing is counted.
    pub fn enter(&self, peer: IpAddr) -> Result<Place, Full> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.values().sum::<usize>() >= self.bounds.total {
            return Err(Full::Total);
        }
        let of_peer = open.entry(peer).or_default();
        if *of_peer >= self.bounds.per_peer {
            return Err(Full::Peer);
        }
        *of_peer += 1;
        Ok(Place { peer, open: Arc::clone(&self.open) })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.peer) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.peer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_all_and_by_peer_and_given_back() {
        let counter = Counter::new(Bounds { total: 3, per_peer: 2 });
        let (a, b) = (IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2]));
        let first = counter.enter(a).unwrap();
        let _second = counter.enter(a).unwrap();
        assert_eq!(counter.enter(a).unwrap_err(), Full::Peer);
        let _third = counter.enter(b).unwrap();
        assert_eq!(counter.enter(b).unwrap_err(), Full::Total);
        drop(first);
        assert!(counter.enter(b).is_ok());
    }
}
