//! Walks the audit chain and says whether it is whole. Memory does not grow with the chain.

use std::io;

use super::record::Auditor;
use crate::db::{Database, DbError, Tx, audit};
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

/// Walks the whole chain and holds its end against both sealed heads. Returns the number of records. Records
/// appended meanwhile disturb nothing: the heads read before the walk must not lie beyond its end, and the row read
/// after it not before.
///
/// # Errors
/// [`VerifyError::Broken`] with the first break; the others when it cannot be read.
pub async fn verify_audit(db: &Database, auditor: &Auditor) -> Result<i64, VerifyError> {
    let file = auditor.anchored()?.map(|sealed| Sealed { place: FILE, head: sealed.head, seal: sealed.seal });
    let mut tx = db.read().await?;
    let row = sealed_row(&mut tx).await?;
    let mut head = Head::genesis();
    loop {
        let rows = audit::after(&mut tx, head.seq, PAGE).await?;
        if rows.is_empty() {
            break;
        }
        for kept in rows {
            head = follow(&head, &kept)?;
            for sealed in [&file, &row].into_iter().flatten() {
                if sealed.head.seq == head.seq && sealed.head.hash != head.hash {
                    return Err(Break::ForeignHead { place: sealed.place }.into());
                }
            }
        }
    }
    if head.seq == 0 && file.is_none() && row.is_none() {
        return Ok(0);
    }
    hold(auditor, &head, row, ROW)?;
    hold(auditor, &head, file, FILE)?;
    let after = sealed_row(&mut tx).await?;
    if after.is_none_or(|after| after.head.seq < head.seq) {
        return Err(Break::ForeignHead { place: ROW }.into());
    }
    Ok(head.seq)
}

const ROW: &str = "the database";
const FILE: &str = "audit.head";

/// A sealed head, and where it is kept.
struct Sealed {
    place: &'static str,
    head: Head,
    seal: String,
}

async fn sealed_row(tx: &mut Tx) -> Result<Option<Sealed>, DbError> {
    let row = audit::head(tx).await?;
    Ok(row.map(|row| Sealed { place: ROW, head: Head { seq: row.seq, hash: row.hash }, seal: row.seal }))
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

/// A sealed head must be there, be this key's, and not lie beyond the chain's end.
fn hold(auditor: &Auditor, end: &Head, sealed: Option<Sealed>, place: &'static str) -> Result<(), Break> {
    let Sealed { head, seal, .. } = sealed.ok_or(Break::NoHead { place })?;
    if !auditor.key().sealed(&head, &seal) {
        return Err(Break::ForeignHead { place });
    }
    if head.seq > end.seq {
        return Err(Break::CutOff { found: end.seq, sealed: head.seq });
    }
    Ok(())
}
