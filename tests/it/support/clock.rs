//! A clock moved by hand.

use std::sync::{Arc, Mutex};

use vigie::clock::Clock;
use vigie::domain::time::{Minutes, Timestamp};

#[derive(Debug, Clone)]
pub struct HandClock(Arc<Mutex<Timestamp>>);

impl HandClock {
    pub fn at(rfc3339: &str) -> Self {
        Self(Arc::new(Mutex::new(rfc3339.parse().unwrap())))
    }

    pub fn advance(&self, by: Minutes) {
        let mut now = self.0.lock().unwrap();
        *now = *now + by;
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}
