//! A signed report for other systems: on paper and as FHIR.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde_json::Value;

use super::desk::{Actor, Desk};
use crate::db::{DbError, Tx, cases, reports, users};
use crate::domain::case::Case;
use crate::domain::identity::{CaseId, PatientId, UserId};
use crate::domain::report::{Report, ReportStatus, in_force};
use crate::domain::wording::Language;
use crate::interop::fhir::{Reported, diagnostic_report};
pub use crate::interop::fhir::{capability_statement, search_set};
use crate::interop::pdf::{Paper, PdfError, report_pdf};

/// Why there is no paper.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("no such case or version")]
    NoSuchVersion,
    #[error(transparent)]
    Pdf(PdfError),
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<PdfError> for ExportError {
    fn from(error: PdfError) -> Self {
        match error {
            PdfError::NoSuchVersion => Self::NoSuchVersion,
            PdfError::Font => Self::Pdf(error),
        }
    }
}

/// How the paper is to be written.
#[derive(Debug, Clone)]
pub struct Style {
    pub language: Language,
    pub zone: TimeZone,
}

/// The paper of a signed version.
///
/// # Errors
/// [`ExportError`]
pub async fn export_pdf(desk: &Desk, id: CaseId, version: u32, style: Style) -> Result<Vec<u8>, ExportError> {
    let mut tx = desk.db.read().await?;
    let case = cases::get(&mut tx, id).await?.ok_or(ExportError::NoSuchVersion)?;
    let versions = reports::of_case(&mut tx, id).await?;
    let signers = signers(&mut tx).await?;
    drop(tx);
    Ok(report_pdf(&Paper {
        language: style.language,
        zone: style.zone,
        site: site_name(desk, &case),
        patient: &case.patient,
        case: id,
        first_image_at: case.first_image_at,
        versions: &versions,
        shown: version,
        signers: &signers,
    })?)
}

/// The case's report in force as FHIR; `None` before one is signed.
///
/// # Errors
/// [`DbError`]
pub async fn export_fhir(desk: &Desk, id: CaseId) -> Result<Option<Value>, DbError> {
    let mut tx = desk.db.read().await?;
    let Some(case) = cases::get(&mut tx, id).await? else { return Ok(None) };
    let signers = signers(&mut tx).await?;
    resource(desk, &mut tx, &case, &signers, Papers::Whole).await
}

/// How a resource has its paper: a list of reports would be heavy with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Papers {
    Whole,
    Linked,
}

/// The reports of a patient's cases that `actor` sees.
///
/// # Errors
/// [`DbError`]
pub async fn reports_of_patient(
    desk: &Desk,
    actor: &Actor,
    patient: &PatientId,
) -> Result<Vec<Value>, DbError> {
    let sight = desk.sight(&actor.user);
    let mut tx = desk.db.read().await?;
    let signers = signers(&mut tx).await?;
    let mut found = Vec::new();
    for case in cases::of_patient(&mut tx, patient).await? {
        if sight.sees(&case.site) {
            found.extend(resource(desk, &mut tx, &case, &signers, Papers::Linked).await?);
        }
    }
    Ok(found)
}

async fn resource(
    desk: &Desk,
    tx: &mut Tx,
    case: &Case,
    signers: &BTreeMap<UserId, String>,
    papers: Papers,
) -> Result<Option<Value>, DbError> {
    let versions = reports::of_case(tx, case.id).await?;
    let finals = |report: &&Report| report.status == ReportStatus::Final;
    let amended = versions.iter().filter(finals).count() > 1;
    let paper = match (papers, versions.last()) {
        (Papers::Whole, Some(last)) => paper(desk, case, &versions, last.version, signers),
        (Papers::Whole, None) | (Papers::Linked, _) => None,
    };
    let Some(standing) = in_force(versions) else { return Ok(None) };
    Ok(Some(diagnostic_report(&Reported {
        case: case.id,
        patient: &case.patient,
        site: &case.site,
        site_name: site_name(desk, case),
        first_image_at: case.first_image_at,
        standing: &standing,
        amended,
        signers,
        paper: paper.as_deref(),
    })))
}

/// The paper in French and by the hospital's clocks; without a font there is none, and the resource says where it is.
fn paper(
    desk: &Desk,
    case: &Case,
    versions: &[Report],
    shown: u32,
    signers: &BTreeMap<UserId, String>,
) -> Option<Vec<u8>> {
    let paper = Paper {
        language: Language::French,
        zone: desk.region.zone_of(&case.site),
        site: site_name(desk, case),
        patient: &case.patient,
        case: case.id,
        first_image_at: case.first_image_at,
        versions,
        shown,
        signers,
    };
    report_pdf(&paper).inspect_err(|error| tracing::error!(%error, "no paper in the resource")).ok()
}

async fn signers(tx: &mut Tx) -> Result<BTreeMap<UserId, String>, DbError> {
    Ok(users::all(tx).await?.into_iter().map(|user| (user.id, user.display_name)).collect())
}

fn site_name<'a>(desk: &'a Desk, case: &'a Case) -> &'a str {
    desk.region.site(&case.site).map_or(case.site.as_str(), |site| site.name.as_str())
}
