//! From what is kept of an analysis to what is shown of it.

use std::collections::{BTreeMap, BTreeSet};

use super::{AnalysisView, Flag, KeyInstanceView, ModelView, SliceView, TimingView};
use crate::db::analyses::Kept;
use crate::db::series::Series;
use crate::domain::evidence::{Analysis, Finding, SiteEvidence, Task};
use crate::domain::wording::Text;
use crate::inference::analysis::{Provisional, SeriesAnalysis, status};

/// The series kinds that some task looks at: these wait for an analysis from their first slice on.
fn awaited(series: &Series) -> Option<Task> {
    match series.kind.as_deref() {
        Some("ncct") => Some(Task::Hemorrhage),
        _ => None,
    }
}

/// Every analysis of a case, series received but not yet analysed included.
#[must_use]
pub fn analyses(kept: &[Kept], series: &[Series], site: &SiteEvidence) -> Vec<AnalysisView> {
    let spoken: BTreeSet<_> = kept.iter().map(|k| (k.series.clone(), k.finding.task)).collect();
    let mut views: Vec<AnalysisView> = kept.iter().map(|k| analysis(k, site)).collect();
    for series in series {
        if let Some(task) = awaited(series)
            && !spoken.contains(&(series.uid.clone(), task))
        {
            views.push(pending(series, task));
        }
    }
    views
}

/// One flag a task: the one that speaks loudest.
#[must_use]
pub fn flags(analyses: &[AnalysisView]) -> Vec<Flag> {
    let mut best: BTreeMap<Task, &Flag> = BTreeMap::new();
    for flag in analyses.iter().map(|analysis| &analysis.flag) {
        let holds = best.get(&flag.task).is_some_and(|held| loudness(held) >= loudness(flag));
        if !holds {
            best.insert(flag.task, flag);
        }
    }
    best.into_values().cloned().collect()
}

/// A flag raised, then what is not known yet, then what was analysed, then what could not be. A negative never
/// hides a series that still waits.
fn loudness(flag: &Flag) -> (u8, u64) {
    let rank = match (flag.status, flag.flag) {
        ("analysed", Some(true)) => 5,
        ("pending", _) => 4,
        ("analysed", _) => 3,
        ("failed", _) => 2,
        ("not_analysable", _) => 1,
        _ => 0,
    };
    (rank, flag.slices_seen)
}

fn pending(series: &Series, task: Task) -> AnalysisView {
    AnalysisView {
        flag: Flag {
            task,
            status: status(&Analysis::Pending),
            reason: None,
            reason_text: None,
            flag: None,
            provisional: false,
            probability: None,
            threshold: None,
            ppv: None,
            npv: None,
            evidence: None,
            volume_ml: None,
            model: None,
            series_instance_uid: series.uid.clone(),
            slices_seen: 0,
        },
        key_instance: None,
        slices: Vec::new(),
        timing_ms: None,
    }
}

fn analysis(kept: &Kept, site: &SiteEvidence) -> AnalysisView {
    let whole = Whole::of(&kept.result);
    let flag = flag(kept, &whole, site);
    let Whole::Final(result) = whole else {
        return AnalysisView { flag, key_instance: None, slices: Vec::new(), timing_ms: None };
    };
    let SeriesAnalysis { key_instance, slices, timing, .. } = *result;
    AnalysisView {
        flag,
        key_instance: key_instance
            .map(|key| KeyInstanceView { sop_instance_uid: key.sop_instance_uid, index: key.index as u64 }),
        slices: slices
            .into_iter()
            .map(|slice| SliceView {
                sop_instance_uid: slice.sop_instance_uid,
                probability: rounded(slice.probability, 4),
            })
            .collect(),
        timing_ms: Some(TimingView {
            decode: timing.decode,
            preprocess: timing.preprocess,
            inference: timing.inference,
            total: timing.total,
        }),
    }
}

/// An analysis as the inference room wrote it.
enum Whole {
    Final(Box<SeriesAnalysis>),
    Provisional(Box<Provisional>),
    /// Written by a version that said less, or nothing yet.
    Bare,
}

impl Whole {
    fn of(result: &serde_json::Value) -> Self {
        if let Ok(result) = serde_json::from_value(result.clone()) {
            return Self::Final(Box::new(result));
        }
        serde_json::from_value(result.clone())
            .map_or(Self::Bare, |result| Self::Provisional(Box::new(result)))
    }

    fn model(&self) -> Option<ModelView> {
        let model = match self {
            Self::Final(result) => &result.model,
            Self::Provisional(result) => &result.model,
            Self::Bare => return None,
        };
        Some(ModelView {
            name: model.name.clone(),
            version: model.version.clone(),
            sha256: model.sha256.clone(),
        })
    }

    fn slices_seen(&self) -> usize {
        match self {
            Self::Final(result) => result.slices_seen,
            Self::Provisional(result) => result.slices_seen,
            Self::Bare => 0,
        }
    }

    fn reason(&self, finding: &Finding) -> Option<Text> {
        match (self, &finding.analysis) {
            (Self::Final(result), _) => result.reason(),
            (_, Analysis::NotAnalysable { reason } | Analysis::Failed { reason }) => {
                Some(Text::new(reason.clone(), reason.clone()))
            }
            _ => None,
        }
    }

    fn threshold(&self) -> Option<f64> {
        match self {
            Self::Final(result) => Some(result.threshold),
            Self::Provisional(result) => Some(result.threshold),
            Self::Bare => None,
        }
    }
}

fn flag(kept: &Kept, whole: &Whole, site: &SiteEvidence) -> Flag {
    let finding = &kept.finding;
    let (probability, flag, volume_ml) = match finding.analysis {
        Analysis::Analysed { probability, flag, volume_ml, .. } => (Some(probability), Some(flag), volume_ml),
        _ => (None, None, None),
    };
    let worth = finding.performance.map(|p| p.predictive_values(site.prior.prevalence(finding.task)));
    let reason = whole.reason(finding);
    Flag {
        task: finding.task,
        status: status(&finding.analysis),
        reason: reason.as_ref().map(|text| text.en.clone()),
        reason_text: reason,
        flag,
        provisional: finding.provisional,
        probability: probability.map(|p| rounded(p, 4)),
        threshold: whole.threshold(),
        ppv: worth.map(|w| w.ppv.into()),
        npv: worth.map(|w| w.npv.into()),
        evidence: Some(finding.evidence),
        volume_ml: volume_ml.map(|ml| rounded(ml, 1)),
        model: whole.model(),
        series_instance_uid: kept.series.clone(),
        slices_seen: whole.slices_seen() as u64,
    }
}

fn rounded(value: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    (value * scale).round() / scale
}
