//! A network's sessions: as many as may infer at once.

use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use ort::session::Session;

use super::pack::{Pack, PackError};
use super::runtime::{Expected, Runtime};

/// One network loaded several times: a session does one inference at a time.
#[derive(Debug)]
pub(super) struct Sessions(Vec<Mutex<Session>>);

impl Sessions {
    /// Loads the pack's network `at_once` times, at least once.
    ///
    /// # Errors
    /// As [`Runtime::session`].
    pub fn open(
        runtime: &Runtime,
        pack: &Pack,
        at_once: usize,
        inputs: &[Expected<'_>],
        outputs: &[Expected<'_>],
    ) -> Result<Self, PackError> {
        let session = |_| runtime.session(pack, inputs, outputs).map(Mutex::new);
        (0..at_once.max(1)).map(session).collect::<Result<_, _>>().map(Self)
    }

    /// One that is free, or the first once it is. A session holds no state between runs, so another thread's panic
    /// leaves it usable.
    pub fn take(&self) -> MutexGuard<'_, Session> {
        for session in &self.0 {
            match session.try_lock() {
                Ok(session) => return session,
                Err(TryLockError::Poisoned(session)) => return session.into_inner(),
                Err(TryLockError::WouldBlock) => {}
            }
        }
        self.0[0].lock().unwrap_or_else(PoisonError::into_inner)
    }
}
