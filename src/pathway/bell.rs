//! Tells those who wait that events were committed; what they are is read from the database.

use tokio::sync::watch;

/// Rung with the place of the last event after a commit. Cloning shares it.
#[derive(Debug, Clone)]
pub struct EventBell {
    rung: watch::Sender<i64>,
}

impl Default for EventBell {
    fn default() -> Self {
        Self { rung: watch::Sender::new(0) }
    }
}

impl EventBell {
    /// Events up to `seq` are there to be read. Places only grow.
    pub fn ring(&self, seq: i64) {
        self.rung.send_if_modified(|last| {
            let later = seq > *last;
            *last = seq.max(*last);
            later
        });
    }

    /// Wakes at each ring from now on.
    #[must_use]
    pub fn listen(&self) -> watch::Receiver<i64> {
        self.rung.subscribe()
    }
}
