//! What the models saw on the slices of a series: contours in pixels of each instance.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::desk::Desk;
use crate::db::{DbError, analyses, series};
use crate::domain::identity::{CaseId, SeriesUid};
use crate::inference::analysis::SeriesAnalysis;

/// One instance's findings.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct InstanceOverlay {
    pub probability: f64,
    /// Closed lines of `[column, row]`; 0,0 is the centre of the first pixel.
    #[schema(value_type = Vec<Vec<[f64; 2]>>)]
    pub contours: Vec<serde_json::Value>,
}

/// A series' findings, by SOP Instance UID.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct Overlay {
    pub instances: BTreeMap<String, InstanceOverlay>,
}

/// The overlay of a series of a case; empty before its analysis, `None` when the case has no such series.
///
/// # Errors
/// [`DbError`]
pub async fn overlay(desk: &Desk, case: CaseId, uid: &SeriesUid) -> Result<Option<Overlay>, DbError> {
    let mut tx = desk.db.read().await?;
    if series::owner(&mut tx, uid).await?.and_then(|owner| owner.case) != Some(case) {
        return Ok(None);
    }
    let mut overlay = Overlay::default();
    for kept in analyses::of_series(&mut tx, uid).await? {
        let Ok(result) = serde_json::from_value::<SeriesAnalysis>(kept.result) else { continue };
        for slice in result.slices {
            let instance = overlay.instances.entry(slice.sop_instance_uid.into()).or_default();
            instance.probability = instance.probability.max(slice.probability);
            let contours = slice.contours.iter().filter_map(|contour| serde_json::to_value(contour).ok());
            instance.contours.extend(contours);
        }
    }
    Ok(Some(overlay))
}
