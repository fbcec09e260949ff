//! The audit record of every act and every access: who, what, on which case or study, allowed or not, when, from
//! where. No patient identity and no secret is in it.

use std::collections::HashMap;
use std::io::{self, Write};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::db::{DbError, Tx, audit};
use crate::domain::identity::{Role, UserId};
use crate::domain::time::{Minutes, Timestamp};
use crate::security::chain::{Head, SealKey};

const KEY_FILE: &str = "audit.key";
const HEAD_FILE: &str = "audit.head";

/// The same person reading the same thing again within this time is one record.
const SAME_READING: Minutes = Minutes(5.0);
/// Readings remembered before the memory starts afresh.
const READINGS: usize = 10_000;

/// Whether the act was allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Allowed,
    Denied,
}

/// One record. Its fields are in alphabetical order, without spaces, when written: the canonical form hashed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// What was done, as `case.claim` or `images.read`.
    pub action: String,
    pub at: Timestamp,
    pub from: Option<IpAddr>,
    pub outcome: Outcome,
    pub role: Option<Role>,
    /// Case, study or account id.
    pub subject: Option<String>,
    pub user: Option<UserId>,
}

impl Record {
    /// What the program did by itself, allowed by its configuration.
    #[must_use]
    pub fn of_the_program(at: Timestamp, action: &str, subject: Option<String>) -> Self {
        let action = action.to_owned();
        Self { action, at, from: None, outcome: Outcome::Allowed, role: None, subject, user: None }
    }
}

/// Why the chain could not be opened.
#[derive(Debug, thiserror::Error)]
#[error("the audit key {} cannot be used", path.display())]
pub struct KeyError {
    path: PathBuf,
    #[source]
    source: io::Error,
}

/// Who read what, and whether they were let.
type Reading = (UserId, String, Option<String>, Outcome);

/// Appends records and keeps the head sealed.
#[derive(Debug)]
pub struct Auditor {
    key: SealKey,
    head_file: PathBuf,
    written: Mutex<i64>,
    readings: Mutex<HashMap<Reading, Timestamp>>,
}

/// The sealed head as its file has it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SealedHead {
    #[serde(flatten)]
    pub head: Head,
    pub seal: String,
}

impl Auditor {
    /// Opens the chain's key in `dir`, making it the first time.
    ///
    /// # Errors
    /// [`KeyError`] when the file cannot be read or written.
    pub fn open(dir: &Path) -> Result<Self, KeyError> {
        let path = dir.join(KEY_FILE);
        let key = read_key(&path).map_err(|source| KeyError { path, source })?;
        Ok(Self {
            key,
            head_file: dir.join(HEAD_FILE),
            written: Mutex::new(0),
            readings: Mutex::new(HashMap::new()),
        })
    }

    /// Appends a record within the transaction of what it records. Call it last: it takes the order lock.
    ///
    /// # Errors
    /// [`DbError`]
    pub async fn append(&self, tx: &mut Tx, record: &Record) -> Result<Head, DbError> {
        let text = canonical(record)?;
        tx.lock_order().await?;
        let before = match audit::last(tx).await? {
            Some((seq, hash)) => Head { seq, hash },
            None => Head::genesis(),
        };
        let head = before.followed_by(&text);
        let row = audit::Row { seq: head.seq, record: text, prev_hash: before.hash, hash: head.hash.clone() };
        audit::append(tx, &row).await?;
        let seal = self.key.seal(&head);
        audit::set_head(tx, &audit::HeadRow { seq: head.seq, hash: head.hash.clone(), seal }).await?;
        Ok(head)
    }

    /// Writes the sealed head to its file, once its transaction is committed. Older heads than the one written
    /// are left out.
    ///
    /// # Errors
    /// [`io::Error`] when the file cannot be replaced.
    pub fn anchor(&self, head: &Head) -> io::Result<()> {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        if head.seq <= *written {
            return Ok(());
        }
        let sealed = SealedHead { head: head.clone(), seal: self.key.seal(head) };
        let beside = self.head_file.with_extension("head.new");
        std::fs::write(&beside, serde_json::to_vec(&sealed)?)?;
        std::fs::rename(&beside, &self.head_file)?;
        *written = head.seq;
        Ok(())
    }

    /// The head's file, if there is one.
    ///
    /// # Errors
    /// [`io::Error`] when it cannot be read or understood.
    pub fn anchored(&self) -> io::Result<Option<SealedHead>> {
        match std::fs::read(&self.head_file) {
            Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether this reading is one that the chain does not hold yet; it is remembered.
    #[must_use]
    pub fn is_new_reading(&self, record: &Record) -> bool {
        let Some(user) = record.user else { return true };
        let mut readings = self.readings.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (user, record.action.clone(), record.subject.clone(), record.outcome);
        if readings.get(&key).is_some_and(|seen| record.at - *seen < SAME_READING) {
            return false;
        }
        if readings.len() >= READINGS {
            readings.clear();
        }
        readings.insert(key, record.at);
        true
    }

    /// The key, for the chain's verification.
    #[must_use]
    pub fn key(&self) -> &SealKey {
        &self.key
    }
}

fn canonical(record: &Record) -> Result<String, DbError> {
    serde_json::to_string(record).map_err(|_| DbError::Corrupt { what: "audit record" })
}

fn read_key(path: &Path) -> io::Result<SealKey> {
    match std::fs::read_to_string(path) {
        Ok(text) => SealKey::from_hex(&text)
            .ok_or_else(|| io::Error::other("it does not hold 256 bits in hexadecimal")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let key = SealKey::random();
            let mut options = std::fs::OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(path)?;
            file.write_all(key.to_hex().as_bytes())?;
            file.sync_all()?;
            Ok(key)
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        Record {
            action: "case.read".to_owned(),
            at: "2026-11-24T03:00:00Z".parse().unwrap(),
            from: None,
            outcome: Outcome::Allowed,
            role: Some(Role::Neurologist),
            subject: Some("a".to_owned()),
            user: Some(UserId(uuid::Uuid::nil())),
        }
    }

    #[test]
    fn the_canonical_form_is_sorted_and_without_spaces() {
        let text = canonical(&record()).unwrap();
        assert_eq!(
            text,
            "{\"action\":\"case.read\",\"at\":\"2026-11-24T03:00:00Z\",\"from\":null,\"outcome\":\"allowed\",\
             \"role\":\"neurologist\",\"subject\":\"a\",\"user\":\"00000000-0000-0000-0000-000000000000\"}"
        );
    }

    #[test]
    fn reading_again_at_once_is_one_record() {
        let dir = tempfile::tempdir().unwrap();
        let auditor = Auditor::open(dir.path()).unwrap();
        let mut record = record();
        assert!(auditor.is_new_reading(&record));
        assert!(!auditor.is_new_reading(&record));
        record.at = record.at + Minutes(6.0);
        assert!(auditor.is_new_reading(&record));
    }

    #[test]
    fn the_key_is_kept_for_its_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let first = Auditor::open(dir.path()).unwrap().key().to_hex();
        assert_eq!(Auditor::open(dir.path()).unwrap().key().to_hex(), first);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(dir.path().join(KEY_FILE)).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0);
        }
    }
}
