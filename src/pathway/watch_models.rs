//! Every active model at every site, watched; an alarm is told when a figure leaves its band, and when it comes back.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::desk::Desk;
use crate::db::events::{self, EventKind, NewEvent};
use crate::db::readings::{self, Heard, Kept};
use crate::db::{DbError, Tx, signatures};
use crate::domain::evidence::Performance;
use crate::domain::identity::SiteId;
use crate::domain::watch::{RECENT, REFERENCE, Spoken, Standing, Watch, Watched, watch};
use crate::domain::wording::Text;
use crate::inference::analysis::SeriesAnalysis;
use crate::inference::manifest::Manifest;
use crate::inference::models::{Models, Role};

/// Between two looks. Figures move by single studies: minutes are soon enough.
const EVERY: Duration = Duration::from_secs(300);

/// A watched model, and why it refused what it refused, most frequent first.
#[derive(Debug, Clone, PartialEq)]
pub struct Watching {
    pub watch: Watch,
    pub reasons: Vec<(Text, u32)>,
}

/// Looks until `stop`.
pub async fn watch_models(desk: Desk, models: Models, stop: CancellationToken) {
    let mut tick = tokio::time::interval(EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = tick.tick() => {}
        }
        for installed in models.installed().iter().filter(|installed| installed.role == Role::Active) {
            if let Err(error) = look(&desk, installed.network.manifest()).await {
                tracing::error!(error = &error as &dyn std::error::Error, "the models were not watched");
            }
        }
    }
}

/// Reads one model's figures at every site, keeps them, and tells what left its band or came back since the last look.
///
/// # Errors
/// [`DbError`]; nothing of this look is then kept.
pub async fn look(desk: &Desk, manifest: &Manifest) -> Result<(), DbError> {
    let seen = read(desk, manifest).await?;
    let now = desk.now();
    let mut tx = desk.db.write().await?;
    let before: BTreeMap<(SiteId, Watched), Standing> = readings::all(&mut tx)
        .await?
        .into_iter()
        .filter(|kept| kept.model_sha256 == manifest.sha256)
        .map(|kept| ((kept.site, kept.watched), kept.reading.standing))
        .collect();
    let mut happened = Vec::new();
    for kept in &seen {
        let was = before.get(&(kept.site.clone(), kept.watched)).copied().unwrap_or(Standing::TooFew);
        if (was == Standing::Alarm) != (kept.reading.standing == Standing::Alarm) {
            happened.push(alarm(kept));
        }
        readings::put(&mut tx, kept, now).await?;
    }
    if happened.is_empty() {
        return tx.commit().await;
    }
    let last = events::append(&mut tx, now, &happened).await?;
    tx.commit().await?;
    desk.bell.ring(last);
    Ok(())
}

/// Everything that is watched of one model, at every site. Apart from the writing, so that no reception waits for it.
async fn read(desk: &Desk, manifest: &Manifest) -> Result<Vec<Kept>, DbError> {
    let mut tx = desk.db.read().await?;
    let signed: BTreeMap<SiteId, Performance> = signatures::in_force(&mut tx)
        .await?
        .into_iter()
        .filter(|signature| signature.model_sha256 == manifest.sha256)
        .map(|signature| (signature.site, signature.performance))
        .collect();
    let mut seen = Vec::new();
    for site in desk.region.sites() {
        let held_to = signed.get(&site.id).copied().unwrap_or_else(|| manifest.measured.performance());
        let watch = watching(&mut tx, manifest, &site.id, &held_to).await?.watch;
        seen.extend(Watched::ALL.map(|watched| Kept {
            model_name: manifest.name.clone(),
            model_sha256: manifest.sha256.clone(),
            site: site.id.clone(),
            watched,
            reading: watch.reading(watched),
        }));
    }
    Ok(seen)
}

/// A model at a site, from its words there.
///
/// # Errors
/// [`DbError`]
pub async fn watching(
    tx: &mut Tx,
    manifest: &Manifest,
    site: &SiteId,
    held_to: &Performance,
) -> Result<Watching, DbError> {
    let heard = readings::newest(tx, &manifest.sha256, site, RECENT).await?;
    let reference = readings::first_scores(tx, &manifest.sha256, site, REFERENCE).await?;
    let reasons = reasons(&heard);
    let words: Vec<Spoken> = heard.into_iter().map(|heard| heard.spoken).collect();
    Ok(Watching { watch: watch(manifest.task, &words, &reference, held_to), reasons })
}

fn reasons(heard: &[Heard]) -> Vec<(Text, u32)> {
    let mut counted: BTreeMap<String, (Text, u32)> = BTreeMap::new();
    for refusal in heard.iter().filter_map(|heard| heard.refusal.as_ref()) {
        let said = serde_json::from_value::<SeriesAnalysis>(refusal.clone()).ok();
        if let Some(text) = said.and_then(|analysis| analysis.reason()) {
            counted.entry(text.en.clone()).or_insert((text, 0)).1 += 1;
        }
    }
    let mut reasons: Vec<(Text, u32)> = counted.into_values().collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.1));
    reasons
}

fn alarm(kept: &Kept) -> NewEvent {
    let standing = kept.reading.standing;
    tracing::warn!(
        model = kept.model_name,
        site = %kept.site,
        watched = kept.watched.as_str(),
        ?standing,
        "a model's figures in service changed their standing"
    );
    NewEvent {
        kind: EventKind::ModelAlarm,
        case: None,
        site: Some(kept.site.clone()),
        actor: None,
        detail: serde_json::json!({
            "model": kept.model_name, "sha256": kept.model_sha256, "watched": kept.watched, "standing": standing,
        }),
    }
}
