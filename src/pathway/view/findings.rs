//! From what is kept of an analysis to what is shown of it.

use std::collections::BTreeMap;

use super::analysis::{AnalysisView, Flag, KeyInstanceView, ModelView, SliceView, TimingView};
use crate::db::analyses::Kept;
use crate::db::series::Series;
use crate::domain::evidence::{Analysis, Finding, Location, SiteEvidence, Task};
use crate::domain::report::Seen;
use crate::domain::wording::Text;
use crate::inference::analysis::{Provisional, SeriesAnalysis, status};

/// What is looked for in a kind of series: it waits for that word from its first slice on.
fn awaited(series: &Series) -> Option<Task> {
    match series.kind.as_deref() {
        Some("ncct") => Some(Task::Hemorrhage),
        Some("cta") => Some(Task::Occlusion),
        Some("dwi") => Some(Task::Infarct),
        _ => None,
    }
}

/// Every analysis of a case, series received but not yet analysed included.
#[must_use]
pub fn analyses(kept: &[Kept], series: &[Series], site: &SiteEvidence) -> Vec<AnalysisView> {
    let mut views: Vec<AnalysisView> = kept.iter().map(|k| analysis(k, site)).collect();
    for series in series {
        let Some(task) = awaited(series) else { continue };
        let spoken = || kept.iter().filter(|k| k.series == series.uid);
        if spoken().any(|k| k.finding.task == task) {
            continue;
        }
        // All models of a series speak together: once any has, the one looked for is not coming.
        views.push(if spoken().next().is_none() {
            pending(series, task)
        } else {
            without_model(series, task)
        });
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
    unanswered(series, task, &Analysis::Pending, None)
}

fn without_model(series: &Series, task: Task) -> AnalysisView {
    let reason = Text::new("aucun modèle ici pour cette recherche", "no model here for this task");
    unanswered(series, task, &Analysis::NotAnalysable { reason: reason.en.clone() }, Some(reason))
}

fn unanswered(series: &Series, task: Task, standing: &Analysis, reason: Option<Text>) -> AnalysisView {
    AnalysisView {
        flag: Flag {
            task,
            status: status(standing),
            reason: reason.as_ref().map(|text| text.en.clone()),
            reason_text: reason,
            flag: None,
            provisional: false,
            probability: None,
            threshold: None,
            ppv: None,
            npv: None,
            evidence: None,
            moves_queue: false,
            volume_ml: None,
            abc2_ml: None,
            location: None,
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
        key_instance: key_instance.map(|key| KeyInstanceView {
            sop_instance_uid: key.sop_instance_uid,
            frame: key.frame,
            index: key.index as u64,
        }),
        slices: slices
            .into_iter()
            .map(|slice| SliceView {
                sop_instance_uid: slice.sop_instance_uid,
                frame: slice.frame,
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

    fn abc2_ml(&self) -> Option<f64> {
        match self {
            Self::Final(result) => result.abc2_ml,
            Self::Provisional(_) | Self::Bare => None,
        }
    }

    fn location(&self) -> Option<Location> {
        match self {
            Self::Final(result) => result.location,
            Self::Provisional(_) | Self::Bare => None,
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

/// A final word with what it says beyond the flag, for a report's proposals; `None` of one that names no model.
#[must_use]
pub fn seen(kept: &Kept) -> Option<Seen> {
    let whole = Whole::of(&kept.result);
    let ModelView { name, version, sha256 } = whole.model()?;
    Some(Seen {
        finding: kept.finding.clone(),
        location: whole.location(),
        series: kept.series.clone(),
        model: name,
        version,
        sha256,
    })
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
        moves_queue: matches!(finding.analysis, Analysis::Analysed { .. }) && site.admits(finding),
        volume_ml: volume_ml.map(|ml| rounded(ml, 1)),
        abc2_ml: whole.abc2_ml().map(|ml| rounded(ml, 1)),
        location: whole.location().map(Into::into),
        model: whole.model(),
        series_instance_uid: kept.series.clone(),
        slices_seen: whole.slices_seen() as u64,
    }
}

fn rounded(value: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    (value * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::evidence::{EvidenceLevel, Interval, Performance};
    use crate::domain::time::Timestamp;

    fn series(kind: &str) -> Series {
        Series {
            uid: "1.2.3".parse().unwrap(),
            study: "1.2".parse().unwrap(),
            modality: "CT".to_owned(),
            kind: Some(kind.to_owned()),
            description: None,
            instances: 1,
            received_at: Timestamp::from_microsecond(0).unwrap(),
            complete_at: None,
        }
    }

    fn word(task: Task, analysis: Analysis, evidence: EvidenceLevel) -> Kept {
        let half = Interval { value: 0.8, low: 0.7, high: 0.9 };
        Kept {
            series: "1.2.3".parse().unwrap(),
            model_name: "model".to_owned(),
            finding: Finding {
                task,
                analysis,
                provisional: false,
                evidence,
                performance: Some(Performance { sensitivity: half, specificity: half }),
            },
            result: serde_json::Value::Null,
            updated_at: Timestamp::from_microsecond(0).unwrap(),
        }
    }

    fn flagged() -> Analysis {
        Analysis::Analysed { probability: 0.9, threshold: 0.5, flag: true, volume_ml: None }
    }

    fn one(kept: &[Kept], series: Series) -> Flag {
        let views = analyses(kept, &[series], &SiteEvidence::default());
        views.into_iter().map(|view| view.flag).find(|flag| flag.status != "not_applicable").unwrap()
    }

    #[test]
    fn a_series_waits_for_the_word_looked_for_in_its_kind() {
        for (kind, task) in [("ncct", Task::Hemorrhage), ("cta", Task::Occlusion), ("dwi", Task::Infarct)] {
            let flag = one(&[], series(kind));
            assert_eq!((flag.task, flag.status, flag.flag), (task, "pending", None));
        }
        assert!(analyses(&[], &[series("other")], &SiteEvidence::default()).is_empty());
    }

    #[test]
    fn where_no_model_looks_the_answer_is_not_a_negative_nor_for_ever_pending() {
        let other = word(Task::Hemorrhage, Analysis::NotApplicable, EvidenceLevel::Internal);
        let flag = one(&[other], series("cta"));
        assert_eq!((flag.task, flag.status, flag.flag), (Task::Occlusion, "not_analysable", None));
        assert!(flag.reason_text.is_some());
    }

    #[test]
    fn a_flag_counts_only_from_the_evidence_that_the_site_asks() {
        for (evidence, counts) in [(EvidenceLevel::Phantom, false), (EvidenceLevel::Internal, true)] {
            let flag = one(&[word(Task::Occlusion, flagged(), evidence)], series("cta"));
            assert_eq!((flag.flag, flag.moves_queue), (Some(true), counts));
        }
        let refused = Analysis::NotAnalysable { reason: "too few slices".to_owned() };
        let flag = one(&[word(Task::Occlusion, refused, EvidenceLevel::Site)], series("cta"));
        assert_eq!((flag.status, flag.moves_queue), ("not_analysable", false));
    }
}
