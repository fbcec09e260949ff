//! Walks the audit chain and says whether it is whole. Memory does not grow with the chain.

use std::io;

use super::record::Auditor;
use crate::db::{Database, DbError, audit};
use crate::security::chain::{Head, link};

/// Rows read at a time.
const PAGE: u32 = 1_000;

/// What is wrong with the chain, first thing found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Break {
    #[error("record {seq} is missing")]
    Missing { seq: i64 },
    #[error("record {seq} does not follow the one before it")]
    Unlinked { seq: i64 },
    #[error("record {seq} was changed")]
    Changed { seq: i64 },
    #[error("the chain ends at record {found} where its sealed head says {sealed}: its tail was cut off")]
    CutOff { found: i64, sealed: i64 },
    #[error("the sealed head in {place} is not this chain's")]
    ForeignHead { place: &'static str },
    #[error("the sealed head in {place} is missing")]
    NoHead { place: &'static str },
}

/// Why the walk stopped.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    #[error(transparent)]
    Db(#[from] DbError),
    #[error("the audit head's file cannot be read")]
    HeadFile(#[from] io::Error),
    #[error("the audit chain is broken: {0}")]
    Broken(#[from] Break),
}

/// Walks the whole chain and holds its end against both sealed heads. Returns the number of records.
///
/// # Errors
/// [`VerifyError::Broken`] with the first break; the others when it cannot be read.
pub async fn verify_audit(db: &Database, auditor: &Auditor) -> Result<i64, VerifyError> {
    // The file first: it only ever follows the table, whatever is appended meanwhile.
    let anchored = auditor.anchored()?;
    let mut tx = db.read().await?;
    let mut head = Head::genesis();
    loop {
        let rows = audit::after(&mut tx, head.seq, PAGE).await?;
        let Some(last) = rows.last().map(|row| row.seq) else { break };
        for row in rows {
            head = follow(&head, &row)?;
            if let Some(sealed) = anchored.as_ref().filter(|sealed| sealed.head.seq == head.seq)
                && sealed.head.hash != head.hash
            {
                return Err(Break::ForeignHead { place: "audit.head" }.into());
            }
        }
        debug_assert_eq!(last, head.seq);
    }
    if head.seq == 0 && anchored.is_none() && audit::head(&mut tx).await?.is_none() {
        return Ok(0);
    }
    let row = audit::head(&mut tx).await?.ok_or(Break::NoHead { place: "the database" })?;
    hold(auditor, &head, &Head { seq: row.seq, hash: row.hash }, &row.seal, "the database")?;
    if row.seq < head.seq {
        return Err(Break::ForeignHead { place: "the database" }.into());
    }
    let sealed = anchored.ok_or(Break::NoHead { place: "audit.head" })?;
    hold(auditor, &head, &sealed.head, &sealed.seal, "audit.head")?;
    Ok(head.seq)
}

fn follow(before: &Head, row: &audit::Row) -> Result<Head, Break> {
    if row.seq != before.seq + 1 {
        return Err(Break::Missing { seq: before.seq + 1 });
    }
    if row.prev_hash != before.hash {
        return Err(Break::Unlinked { seq: row.seq });
    }
    if row.hash != link(&before.hash, &row.record) {
        return Err(Break::Changed { seq: row.seq });
    }
    Ok(Head { seq: row.seq, hash: row.hash.clone() })
}

/// A sealed head must be this key's, and not lie beyond the chain's end.
fn hold(auditor: &Auditor, end: &Head, sealed: &Head, seal: &str, place: &'static str) -> Result<(), Break> {
    if !auditor.key().sealed(sealed, seal) {
        return Err(Break::ForeignHead { place });
    }
    if sealed.seq > end.seq {
        return Err(Break::CutOff { found: end.seq, sealed: sealed.seq });
    }
    if sealed.seq == end.seq && sealed.hash != end.hash {
        return Err(Break::ForeignHead { place });
    }
    Ok(())
}
