//! What the analysis writes: the word on a series, its event, and the end of the job, in one transaction.

use std::time::Duration;

use serde_json::{Value, json};

use super::{REREAD_SERIES, Workshop, job_of};
use crate::db::events::{EventKind, NewEvent};
use crate::db::series::Owner;
use crate::db::{DbError, Tx, analyses, candidate_analyses, events, jobs, series};
use crate::domain::evidence::{Analysis, Finding};
use crate::domain::identity::SeriesUid;
use crate::domain::time::{Minutes, Timestamp};
use crate::inference::analysis::{Provisional, SeriesAnalysis, status};
use crate::inference::models::{Network, Reading, Role};
use crate::pathway::{calling, publish_result};

/// Pauses before the next tries, in seconds; after them the analysis has failed.
const PAUSES: [u32; 3] = [1, 5, 20];

/// Whether a final word was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Final {
    Written,
    /// Instances came that it does not rest on.
    MoreHasCome,
}

/// A series' job as its worker holds it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held<'a> {
    pub series: &'a SeriesUid,
    pub reading: Reading,
    pub owner: &'a str,
}

/// What follows a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Retry {
    In(Duration),
    /// The failure is the word on the series now.
    GivenUp,
}

/// Writes evidence that is strong before the series is whole. It can only raise: a flag that stands stays.
pub(super) async fn early(workshop: &Workshop, uid: &SeriesUid, found: Provisional) -> Result<(), DbError> {
    let now = workshop.clock.now();
    let mut tx = workshop.db.write().await?;
    let standing = analyses::of_series(&mut tx, uid).await?;
    let name = found.model.name.as_str();
    if standing.iter().any(|kept| kept.model_name == name && kept.finding.is_positive()) {
        return Ok(());
    }
    let finding = found.finding();
    let told = put(workshop, &mut tx, uid, &found.into_analysis(), &finding, now).await?;
    tell(workshop, tx, told.as_slice(), now).await
}

/// Writes the final words, if they rest on every instance that has come, ends the job, and asks for the second reading
/// where there are models for it.
pub(super) async fn last(
    workshop: &Workshop,
    held: Held<'_>,
    fed: i64,
    analyses: &[SeriesAnalysis],
) -> Result<Final, DbError> {
    let uid = held.series;
    let now = workshop.clock.now();
    let mut tx = workshop.db.write().await?;
    // Holds the series' row: who receives another instance waits, and asks for the job again afterwards.
    if !series::complete(&mut tx, uid, fed, now).await? {
        return Ok(Final::MoreHasCome);
    }
    jobs::done(&mut tx, job_of(held.reading), uid.as_str(), held.owner, now).await?;
    if held.reading == Reading::First && !workshop.models.of(Reading::Second).is_empty() {
        jobs::ask(&mut tx, REREAD_SERIES, uid.as_str(), now).await?;
    }
    write_all(workshop, tx, uid, analyses, now).await?;
    Ok(Final::Written)
}

/// Gives the job back for another try, or makes the failure the word on the series.
pub(super) async fn failed(
    workshop: &Workshop,
    held: Held<'_>,
    networks: &[Network],
    reason: &str,
) -> Result<Retry, DbError> {
    let (uid, job) = (held.series, job_of(held.reading));
    let now = workshop.clock.now();
    let mut tx = workshop.db.write().await?;
    let longest = Minutes(f64::from(PAUSES[PAUSES.len() - 1]) / 60.0);
    let tried =
        jobs::give_back(&mut tx, job, uid.as_str(), held.owner, reason, now + longest).await?.unwrap_or(1);
    let pause = usize::try_from(tried - 1).ok().and_then(|n| PAUSES.get(n));
    if let Some(&seconds) = pause {
        tx.commit().await?;
        return Ok(Retry::In(Duration::from_secs(seconds.into())));
    }
    let failed = |network: &Network| {
        let outcome = Analysis::Failed { reason: reason.to_owned() };
        SeriesAnalysis::without_slices(network.manifest(), network.model().clone(), outcome)
    };
    let analyses: Vec<SeriesAnalysis> = networks.iter().map(failed).collect();
    jobs::end(&mut tx, job, uid.as_str(), now).await?;
    write_all(workshop, tx, uid, &analyses, now).await?;
    Ok(Retry::GivenUp)
}

async fn write_all(
    workshop: &Workshop,
    mut tx: Tx,
    uid: &SeriesUid,
    analyses: &[SeriesAnalysis],
    now: Timestamp,
) -> Result<(), DbError> {
    let mut news = Vec::with_capacity(analyses.len());
    for analysis in analyses {
        news.extend(put(workshop, &mut tx, uid, analysis, &analysis.finding(), now).await?);
    }
    tell(workshop, tx, &news, now).await
}

/// Keeps one word. Returns the event it makes: a candidate's makes none.
async fn put(
    workshop: &Workshop,
    tx: &mut Tx,
    uid: &SeriesUid,
    analysis: &SeriesAnalysis,
    finding: &Finding,
    now: Timestamp,
) -> Result<Option<NewEvent>, DbError> {
    let whole = serde_json::to_value(analysis).map_err(|_| DbError::Corrupt { what: "analysis" })?;
    if workshop.models.role_of(&analysis.model) == Some(Role::Candidate) {
        candidate_analyses::put(tx, uid, &analysis.model.name, finding, &whole, now).await?;
        return Ok(None);
    }
    analyses::put(tx, uid, &analysis.model.name, finding, &whole, now).await?;
    publish_result::ask(tx, uid, finding, now).await?;
    let owner = series::owner(tx, uid).await?;
    if let Some(case) = owner.as_ref().and_then(|owner| owner.case).filter(|_| finding.is_positive()) {
        calling::ask_about_flag(tx, case, now).await?;
    }
    Ok(Some(told(uid, finding, owner)))
}

async fn tell(workshop: &Workshop, mut tx: Tx, news: &[NewEvent], now: Timestamp) -> Result<(), DbError> {
    if news.is_empty() {
        return tx.commit().await;
    }
    let seq = events::append(&mut tx, now, news).await?;
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
