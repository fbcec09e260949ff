//! From what is kept of an analysis to what is shown of it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::analysis::{AnalysisView, Flag, KeyInstanceView, ModelView, SliceView, TimingView};
use crate::db::analyses::Kept;
use crate::db::series::Series;
use crate::domain::evidence::{Analysis, Location, SiteEvidence, Task};
use crate::domain::report::Seen;
use crate::domain::wording::Text;
use crate::imaging::quality::Unfit;
use crate::inference::analysis::{SeriesAnalysis, reason, status};
use crate::inference::pack::ModelRef;

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
    let spoken = kept.iter().map(|kept| analysis(kept, site));
    let silent = unanswered(kept, series).into_iter().map(|flag| AnalysisView {
        flag,
        key_instance: None,
        slices: Vec::new(),
        timing_ms: None,
    });
    spoken.chain(silent).collect()
}

/// One flag a task: the one that speaks loudest.
#[must_use]
pub fn flags(kept: &[Kept], series: &[Series], site: &SiteEvidence) -> Vec<Flag> {
    let every = kept.iter().map(|kept| flag(kept, site)).chain(unanswered(kept, series));
    let mut best: BTreeMap<Task, Flag> = BTreeMap::new();
    for flag in every {
        let holds = best.get(&flag.task).is_some_and(|held| loudness(held) >= loudness(&flag));
        if !holds {
            best.insert(flag.task, flag);
        }
    }
    best.into_values().collect()
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

/// What is looked for in each series and nobody has said yet, or will say.
fn unanswered(kept: &[Kept], series: &[Series]) -> Vec<Flag> {
    let mut flags = Vec::new();
    for series in series {
        let Some(task) = awaited(series) else { continue };
        let spoken = || kept.iter().filter(|k| k.series == series.uid);
        if spoken().any(|k| k.finding.task == task) {
            continue;
        }
        // All models of a series speak together: once any has, the one looked for is not coming.
        flags.push(if spoken().next().is_none() {
            silence(series, task, &Analysis::Pending, None)
        } else {
            let reason = Text::new("aucun modèle ici pour cette recherche", "no model here for this task");
            silence(series, task, &Analysis::NotAnalysable { reason: reason.en.clone() }, Some(reason))
        });
    }
    flags
}

fn silence(series: &Series, task: Task, standing: &Analysis, reason: Option<Text>) -> Flag {
    Flag {
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
    }
}

fn analysis(kept: &Kept, site: &SiteEvidence) -> AnalysisView {
    let flag = flag(kept, site);
    let Ok(result) = serde_json::from_str::<SeriesAnalysis>(&kept.result) else {
        return AnalysisView { flag, key_instance: None, slices: Vec::new(), timing_ms: None };
    };
    let SeriesAnalysis { key_instance, slices, timing, .. } = result;
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

/// What a result says but for its slices: all that a list shows of it, read without taking in the rest.
#[derive(Deserialize)]
struct Brief {
    model: ModelRef,
    threshold: f64,
    slices_seen: usize,
    /// Of a final word.
    outcome: Option<Analysis>,
    unfit: Option<Unfit>,
    location: Option<Location>,
    abc2_ml: Option<f64>,
}

impl Brief {
    /// `None` of a result that a version wrote which said less.
    fn of(kept: &Kept) -> Option<Self> {
        serde_json::from_str(&kept.result).ok()
    }

    fn model(&self) -> ModelView {
        let ModelRef { name, version, sha256 } = self.model.clone();
        ModelView { name, version, sha256 }
    }
}

/// A final word with what it says beyond the flag, for a report's proposals; `None` of one that names no model.
#[must_use]
pub fn seen(kept: &Kept) -> Option<Seen> {
    let brief = Brief::of(kept)?;
    let ModelView { name, version, sha256 } = brief.model();
    Some(Seen {
        finding: kept.finding.clone(),
        location: brief.location,
        series: kept.series.clone(),
        model: name,
        version,
        sha256,
    })
}

fn flag(kept: &Kept, site: &SiteEvidence) -> Flag {
    let (brief, finding) = (Brief::of(kept), &kept.finding);
    let (probability, flag, volume_ml) = match finding.analysis {
        Analysis::Analysed { probability, flag, volume_ml, .. } => (Some(probability), Some(flag), volume_ml),
        _ => (None, None, None),
    };
    let worth = finding.performance.map(|p| p.predictive_values(site.prior.prevalence(finding.task)));
    let final_word = brief.as_ref().and_then(|brief| Some((brief.unfit.as_ref(), brief.outcome.as_ref()?)));
    let reason = match (final_word, &finding.analysis) {
        (Some((unfit, outcome)), _) => reason(unfit, outcome),
        (None, Analysis::NotAnalysable { reason } | Analysis::Failed { reason }) => {
            Some(Text::new(reason.clone(), reason.clone()))
        }
        (None, _) => None,
    };
    Flag {
        task: finding.task,
        status: status(&finding.analysis),
        reason: reason.as_ref().map(|text| text.en.clone()),
        reason_text: reason,
        flag,
        provisional: finding.provisional,
        probability: probability.map(|p| rounded(p, 4)),
        threshold: brief.as_ref().map(|brief| brief.threshold),
        ppv: worth.map(|w| w.ppv.into()),
        npv: worth.map(|w| w.npv.into()),
        evidence: Some(finding.evidence),
        moves_queue: matches!(finding.analysis, Analysis::Analysed { .. }) && site.admits(finding),
        volume_ml: volume_ml.map(|ml| rounded(ml, 1)),
        abc2_ml: brief.as_ref().and_then(|brief| brief.abc2_ml).map(|ml| rounded(ml, 1)),
        location: brief.as_ref().and_then(|brief| brief.location).map(Into::into),
        model: brief.as_ref().map(Brief::model),
        series_instance_uid: kept.series.clone(),
        slices_seen: brief.map_or(0, |brief| brief.slices_seen as u64),
    }
}

fn rounded(value: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    (value * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::evidence::{EvidenceLevel, Finding, Interval, Performance};
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
            result: "null".to_owned(),
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
