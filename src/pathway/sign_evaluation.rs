//! An administrator signs a model's evaluation on a site's own studies: its evidence there is the site's from then on.

use sha2::{Digest, Sha256};

use super::desk::{Actor, Desk};
use crate::db::signatures::{self, Signature};
use crate::db::{DbError, Tx};
use crate::domain::evidence::{Lacking, SiteMeasurement, Task};
use crate::domain::identity::{Action, SiteId};
use crate::inference::evaluation::{Evaluation, EvaluationError};
use crate::inference::manifest::Manifest;

/// Why nothing was signed, or no signature ended.
#[derive(Debug, thiserror::Error)]
pub enum SignEvaluationError {
    #[error("only an administrator signs")]
    NotAllowed,
    #[error("the region has no site '{0}', or it is not this administrator's")]
    UnknownSite(SiteId),
    #[error(transparent)]
    Evaluation(#[from] EvaluationError),
    #[error("the evaluation is of the network {evaluated}, the pack has {installed}")]
    OtherNetwork { evaluated: String, installed: String },
    #[error("the evaluation flags from {evaluated}, the pack from {installed}")]
    OtherThreshold { evaluated: f64, installed: f64 },
    #[error("the evaluation is of the task {}, the pack has {}", evaluated.as_str(), installed.as_str())]
    OtherTask { evaluated: Task, installed: Task },
    #[error("the evaluation is not enough for this site")]
    NotEnough(Vec<Lacking>),
    #[error("no signature is in force")]
    NotSigned,
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Signs the file `json` for the pack of `manifest` at `site`. An earlier signature on the same network there ends.
///
/// # Errors
/// [`SignEvaluationError`]
pub async fn sign_evaluation(
    desk: &Desk,
    actor: &Actor,
    manifest: &Manifest,
    site: &SiteId,
    json: &[u8],
) -> Result<Signature, SignEvaluationError> {
    let floor = authorised(desk, actor, site)?;
    let evaluation = Evaluation::read(json)?;
    is_of(&evaluation, manifest)?;
    let measured = evaluation.figures.measurement();
    let lacking = measured.lacking(floor);
    let (SiteMeasurement { performance: Some(performance), .. }, true) = (measured, lacking.is_empty())
    else {
        return Err(SignEvaluationError::NotEnough(lacking));
    };
    let now = desk.now();
    let signature = Signature {
        model_name: manifest.name.clone(),
        model_version: manifest.version.clone(),
        model_sha256: manifest.sha256.clone(),
        task: manifest.task,
        site: site.clone(),
        evaluation_sha256: hex::encode(Sha256::digest(json)),
        measured,
        performance,
        signed_by: actor.user.id,
        signed_at: now,
    };
    let mut tx = desk.db.write().await?;
    signatures::put(&mut tx, &signature).await?;
    told(desk, tx, actor, "model.sign", manifest, site).await?;
    Ok(signature)
}

/// Ends the signature in force: the pack's own evidence counts again.
///
/// # Errors
/// [`SignEvaluationError`]
pub async fn end_signature(
    desk: &Desk,
    actor: &Actor,
    manifest: &Manifest,
    site: &SiteId,
) -> Result<(), SignEvaluationError> {
    authorised(desk, actor, site)?;
    let mut tx = desk.db.write().await?;
    if !signatures::end(&mut tx, &manifest.sha256, site, actor.user.id, desk.now()).await? {
        return Err(SignEvaluationError::NotSigned);
    }
    told(desk, tx, actor, "model.unsign", manifest, site).await
}

async fn told(
    desk: &Desk,
    tx: Tx,
    actor: &Actor,
    action: &str,
    manifest: &Manifest,
    site: &SiteId,
) -> Result<(), SignEvaluationError> {
    let subject = format!("{site} {} {}", manifest.name, manifest.sha256);
    Ok(desk.commit(tx, &[], &actor.record(desk.now(), action, Some(subject))).await?)
}

fn authorised(
    desk: &Desk,
    actor: &Actor,
    site: &SiteId,
) -> Result<crate::domain::evidence::Floor, SignEvaluationError> {
    if !actor.user.role.may(Action::Administer) {
        return Err(SignEvaluationError::NotAllowed);
    }
    desk.region
        .site(site)
        .filter(|_| actor.user.sites.contains(site))
        .map(|site| site.evidence.floor)
        .ok_or_else(|| SignEvaluationError::UnknownSite(site.clone()))
}

/// Whether the evaluation speaks of this pack, as it works now.
fn is_of(evaluation: &Evaluation, manifest: &Manifest) -> Result<(), SignEvaluationError> {
    if evaluation.task != manifest.task {
        return Err(SignEvaluationError::OtherTask { evaluated: evaluation.task, installed: manifest.task });
    }
    if evaluation.model.sha256 != manifest.sha256 {
        return Err(SignEvaluationError::OtherNetwork {
            evaluated: evaluation.model.sha256.clone(),
            installed: manifest.sha256.clone(),
        });
    }
    if (evaluation.threshold - manifest.threshold).abs() > 1e-9 {
        return Err(SignEvaluationError::OtherThreshold {
            evaluated: evaluation.threshold,
            installed: manifest.threshold,
        });
    }
    Ok(())
}
