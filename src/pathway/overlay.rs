//! What the models saw on the slices of a series: contours in pixels of each instance.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::desk::Desk;
use crate::db::{DbError, analyses, series};
use crate::domain::evidence::Task;
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

/// One model's contours on a series.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct AnalysisOverlay {
    #[schema(value_type = String)]
    pub task: Task,
    /// The model's name.
    pub model: String,
    /// By SOP Instance UID, with `/frame` where the instance has several; images without contours are left out.
    #[schema(value_type = BTreeMap<String, Vec<Vec<[f64; 2]>>>)]
    pub instances: BTreeMap<String, Vec<serde_json::Value>>,
}

/// A series' findings, by image: the SOP Instance UID, with `/frame` where the instance has several.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
pub struct Overlay {
    /// All models together.
    pub instances: BTreeMap<String, InstanceOverlay>,
    /// Each model apart.
    pub analyses: Vec<AnalysisOverlay>,
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
        let Ok(result) = serde_json::from_str::<SeriesAnalysis>(&kept.result) else { continue };
        let mut apart = BTreeMap::new();
        for slice in result.slices {
            let image = match slice.frame {
                Some(frame) => format!("{}/{frame}", slice.sop_instance_uid),
                None => slice.sop_instance_uid.to_string(),
            };
            let contours: Vec<_> =
                slice.contours.iter().filter_map(|contour| serde_json::to_value(contour).ok()).collect();
            let together = overlay.instances.entry(image.clone()).or_default();
            together.probability = together.probability.max(slice.probability);
            together.contours.extend(contours.iter().cloned());
            if !contours.is_empty() {
                apart.insert(image, contours);
            }
        }
        overlay.analyses.push(AnalysisOverlay {
            task: kept.finding.task,
            model: kept.model_name,
            instances: apart,
        });
    }
    Ok(Some(overlay))
}
