//! What the analysis writes: the word on a series, its event, and the end of the job, in one transaction.

use std::time::Duration;

use serde_json::{Value, json};

use super::{ANALYSE_SERIES, Workshop};
use crate::db::events::{EventKind, NewEvent};
use crate::db::series::Owner;
use crate::db::{DbError, Tx, analyses, events, jobs, series};
use crate::domain::evidence::{Analysis, Finding};
use crate::domain::identity::SeriesUid;
use crate::domain::time::{Minutes, Timestamp};
use crate::inference::analysis::{Provisional, SeriesAnalysis, status};

/// Pauses before the next tries, in seconds; after them the analysis has failed.
const PAUSES: [u32; 3] = [1, 5, 20];

/// Whether a final word was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Final {
    Written,
    /// Instances came that it does not rest on.
    MoreHasCome,
}

/// What follows a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Retry {
    In(Duration),
    /// The failure is the word on the series now.
    GivenUp,
}

/// Writes evidence that is strong before the series is whole. It can only raise: a flag that stands stays.
pub(super) async fn early(workshop: &Workshop, uid: &SeriesUid, found: &Provisional) -> Result<(), DbError> {
    let now = workshop.clock.now();
    let mut tx = workshop.db.write().await?;
    let standing = analyses::of_series(&mut tx, uid).await?;
    let name = found.model.name.as_str();
    if standing.iter().any(|kept| kept.model_name == name && kept.finding.is_positive()) {
        return Ok(());
    }
    let finding = found.finding();
    let whole = SeriesAnalysis {
        task: found.task,
        model: found.model.clone(),
        evidence: found.evidence,
        performance: found.performance,
        threshold: found.threshold,
        outcome: finding.analysis.clone(),
        unfit: None,
        key_instance: None,
        slices: Vec::new(),
        timing: crate::inference::analysis::Timing::default(),
        slices_seen: found.slices_seen,
    };
    put(workshop, tx, uid, &whole, &finding, now).await
}

/// Writes the final word, if it rests on every instance that has come, and ends the job.
pub(super) async fn last(
    workshop: &Workshop,
    uid: &SeriesUid,
    owner: &str,
    fed: i64,
    analysis: &SeriesAnalysis,
) -> Result<Final, DbError> {
    let now = workshop.clock.now();
    let mut tx = workshop.db.write().await?;
    // Holds the series' row: who receives another instance waits, and asks for the job again afterwards.
    if !series::complete(&mut tx, uid, fed, now).await? {
        return Ok(Final::MoreHasCome);
    }
    jobs::done(&mut tx, ANALYSE_SERIES, uid.as_str(), owner, now).await?;
    put(workshop, tx, uid, analysis, &analysis.finding(), now).await?;
    Ok(Final::Written)
}

/// Gives the job back for another try, or makes the failure the word on the series.
pub(super) async fn failed(
    workshop: &Workshop,
    uid: &SeriesUid,
    owner: &str,
    reason: &str,
) -> Result<Retry, DbError> {
    let now = workshop.clock.now();
    let mut tx = workshop.db.write().await?;
    let longest = Minutes(f64::from(PAUSES[PAUSES.len() - 1]) / 60.0);
    let tried = jobs::give_back(&mut tx, ANALYSE_SERIES, uid.as_str(), owner, reason, now + longest)
        .await?
        .unwrap_or(1);
    let pause = usize::try_from(tried - 1).ok().and_then(|n| PAUSES.get(n));
    if let Some(&seconds) = pause {
        tx.commit().await?;
        return Ok(Retry::In(Duration::from_secs(seconds.into())));
    }
    let model = &workshop.model;
    let analysis = SeriesAnalysis::without_slices(
        model.manifest(),
        model.model().clone(),
        Analysis::Failed { reason: reason.to_owned() },
    );
    jobs::end(&mut tx, ANALYSE_SERIES, uid.as_str(), now).await?;
    put(workshop, tx, uid, &analysis, &analysis.finding(), now).await?;
    Ok(Retry::GivenUp)
}

async fn put(
    workshop: &Workshop,
    mut tx: Tx,
    uid: &SeriesUid,
    analysis: &SeriesAnalysis,
    finding: &Finding,
    now: Timestamp,
) -> Result<(), DbError> {
    let whole = serde_json::to_value(analysis).map_err(|_| DbError::Corrupt { what: "analysis" })?;
    analyses::put(&mut tx, uid, &analysis.model.name, finding, &whole, now).await?;
    let owner = series::owner(&mut tx, uid).await?;
    let seq = events::append(&mut tx, now, &[told(uid, finding, owner)]).await?;
    tx.commit().await?;
    workshop.bell.ring(seq);
    Ok(())
}

fn told(uid: &SeriesUid, finding: &Finding, owner: Option<Owner>) -> NewEvent {
    let (case, site) = owner.map_or((None, None), |owner| (owner.case, Some(owner.site)));
    NewEvent { kind: EventKind::AnalysisChanged, case, site, actor: None, detail: detail(uid, finding) }
}

fn detail(uid: &SeriesUid, finding: &Finding) -> Value {
    let (probability, flag, volume_ml) = match finding.analysis {
        Analysis::Analysed { probability, flag, volume_ml, .. } => (Some(probability), Some(flag), volume_ml),
        _ => (None, None, None),
    };
    json!({
        "series": uid.as_str(),
        "task": finding.task,
        "status": status(&finding.analysis),
        "provisional": finding.provisional,
        "probability": probability,
        "flag": flag,
        "volume_ml": volume_ml,
    })
}
