//! The sending side: DICOM files over real associations, each in the transfer syntax it has.

mod scan;
mod session;

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::domain::identity::{AeTitle, Invalid, SopClassUid, SopInstanceUid, TransferSyntaxUid};
pub use scan::{Found, SkipReason, Skipped, scan};
pub use session::SendError;
use session::Session;

/// Presentation context ids are the odd numbers of one byte (PS3.8 section 9.3.2.2).
const MAX_CONTEXTS: usize = 128;

/// Where to send: `AE@HOST:PORT`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    pub title: AeTitle,
    pub host: String,
    pub port: u16,
}

impl FromStr for Destination {
    type Err = Invalid;

    fn from_str(s: &str) -> Result<Self, Invalid> {
        let form = || Invalid { what: "destination", problem: "must be AE@HOST:PORT" };
        let (title, address) = s.split_once('@').ok_or_else(form)?;
        let (host, port) = address.rsplit_once(':').ok_or_else(form)?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() {
            return Err(form());
        }
        let port = port.parse().map_err(|_| form())?;
        Ok(Self { title: title.parse()?, host: host.to_owned(), port })
    }
}

/// A file that passed the gate and can be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sendable {
    pub path: PathBuf,
    pub sop_class: SopClassUid,
    pub sop_instance: SopInstanceUid,
    pub transfer_syntax: TransferSyntaxUid,
    /// Where the data set begins in the file, bytes.
    pub data_set_offset: u64,
    /// Bytes of the data set.
    pub length: u64,
}

/// How to send.
#[derive(Debug, Clone)]
pub struct SendOptions {
    pub calling: AeTitle,
    /// Associations at once.
    pub parallel: NonZeroUsize,
    /// The longest wait for the peer.
    pub patience: Duration,
}

/// What became of one file.
#[derive(Debug)]
pub enum Sent {
    /// The peer answered success, or success with a warning, by this status.
    Stored { file: Sendable, status: u16 },
    /// The peer answered a failure.
    Refused { file: Sendable, status: u16, comment: Option<String> },
    /// It did not reach the peer.
    NotSent { file: Sendable, error: SendError },
}

/// Sends the files; what became of each comes by the channel as it happens, every file once.
///
/// Files go in the order given, spread over the associations. An association that breaks is opened again for
/// the files left; one that cannot be opened ends the work of its lane.
#[must_use]
pub fn send(files: Vec<Sendable>, to: &Destination, options: &SendOptions) -> mpsc::Receiver<Sent> {
    let (report, reports) = mpsc::channel(options.parallel.get() * 4);
    let (to, options) = (to.clone(), options.clone());
    tokio::spawn(async move {
        for batch in batches(files) {
            send_batch(batch, &to, &options, &report).await;
        }
    });
    reports
}

/// Files whose kinds fit into the presentation contexts of one association.
struct Batch {
    files: Vec<Sendable>,
    contexts: Vec<(SopClassUid, TransferSyntaxUid)>,
}

fn batches(files: Vec<Sendable>) -> Vec<Batch> {
    let mut batches = Vec::new();
    let mut kinds = BTreeSet::new();
    let mut current = Vec::new();
    for file in files {
        let kind = (file.sop_class.clone(), file.transfer_syntax.clone());
        if kinds.len() == MAX_CONTEXTS && !kinds.contains(&kind) {
            let contexts = std::mem::take(&mut kinds).into_iter().collect();
            batches.push(Batch { files: std::mem::take(&mut current), contexts });
        }
        kinds.insert(kind);
        current.push(file);
    }
    if !current.is_empty() {
        batches.push(Batch { files: current, contexts: kinds.into_iter().collect() });
    }
    batches
}

async fn send_batch(batch: Batch, to: &Destination, options: &SendOptions, report: &mpsc::Sender<Sent>) {
    let lanes = options.parallel.get().min(batch.files.len());
    let files: Arc<[Sendable]> = batch.files.into();
    let contexts: Arc<[_]> = batch.contexts.into();
    let next = Arc::new(AtomicUsize::new(0));
    let mut working = JoinSet::new();
    for _ in 0..lanes {
        let lane = Lane {
            files: Arc::clone(&files),
            next: Arc::clone(&next),
            contexts: Arc::clone(&contexts),
            to: to.clone(),
            options: options.clone(),
            report: report.clone(),
        };
        working.spawn(lane.work());
    }
    while working.join_next().await.is_some() {}
    // No lane could reach the peer any more.
    while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
        let _listener_gone =
            report.send(Sent::NotSent { file: file.clone(), error: SendError::Unreachable }).await;
    }
}

/// One association's share of the work.
struct Lane {
    files: Arc<[Sendable]>,
    next: Arc<AtomicUsize>,
    contexts: Arc<[(SopClassUid, TransferSyntaxUid)]>,
    to: Destination,
    options: SendOptions,
    report: mpsc::Sender<Sent>,
}

impl Lane {
    async fn work(self) {
        let mut open: Option<Session> = None;
        while let Some(file) = self.files.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            let session = match open.take() {
                Some(session) => Ok(session),
                None => Session::open(&self.to, &self.options, &self.contexts).await,
            };
            let mut session = match session {
                Ok(session) => session,
                Err(error) => {
                    self.say(Sent::NotSent { file: file.clone(), error }).await;
                    return;
                }
            };
            let outcome = session.store(file).await;
            if !matches!(&outcome, Sent::NotSent { error, .. } if error.breaks_association()) {
                open = Some(session);
            }
            self.say(outcome).await;
        }
        if let Some(session) = open {
            session.release().await;
        }
    }

    async fn say(&self, outcome: Sent) {
        let _listener_gone = self.report.send(outcome).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations_have_three_parts() {
        let to: Destination = "VIGIE@127.0.0.1:11112".parse().unwrap();
        assert_eq!((to.title.as_str(), to.host.as_str(), to.port), ("VIGIE", "127.0.0.1", 11112));
        let six: Destination = "VIGIE@[::1]:104".parse().unwrap();
        assert_eq!(six.host, "::1");
        for wrong in ["VIGIE", "VIGIE@host", "@host:1", "VIGIE@:1", "VIGIE@host:port", "VIGIE@host:70000"] {
            assert!(wrong.parse::<Destination>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn more_kinds_than_contexts_make_more_associations() {
        let file = |i: usize| Sendable {
            path: PathBuf::new(),
            sop_class: format!("1.2.{i}").parse().unwrap(),
            sop_instance: format!("1.3.{i}").parse().unwrap(),
            transfer_syntax: "1.2.840.10008.1.2.1".parse().unwrap(),
            data_set_offset: 0,
            length: 0,
        };
        let batches = batches((0..300).map(file).collect());
        let sizes: Vec<_> = batches.iter().map(|batch| (batch.files.len(), batch.contexts.len())).collect();
        assert_eq!(sizes, [(128, 128), (128, 128), (44, 44)]);
    }
}
