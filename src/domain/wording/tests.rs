use super::*;
use crate::domain::case::{Anticoagulant, ClinicalPicture, Onset, Race};
use crate::domain::evidence::{Analysis, EvidenceLevel, Finding, Interval, Performance, SiteEvidence, Task};
use crate::domain::identity::CaseId;
use crate::domain::time::{CaseClock, ClockStart, Minutes, Timestamp};
use crate::domain::urgency::{QueueCase, ReasonCode, Scale, Stage, urgency};

fn sentence(picture: &ClinicalPicture, waited: f64) -> (String, String) {
    let start: Timestamp = "2026-11-24T10:00:00Z".parse().unwrap();
    let site = SiteEvidence::default();
    let case = QueueCase {
        id: CaseId(uuid::Uuid::nil()),
        clock: CaseClock { started_at: start, started_by: ClockStart::Alert },
        stage: Stage::Waiting,
        picture,
        findings: &[],
        site: &site,
    };
    let now = start + Minutes(waited);
    let urgency = urgency(&case, &Scale::default(), now);
    for reason in &urgency.reasons {
        let words = super::reason(reason.code, &case, &urgency, now);
        assert!(!words.fr.is_empty() && !words.en.is_empty());
    }
    assert_eq!(urgency.reasons.iter().any(|r| r.code == ReasonCode::PastLimit), waited >= 120.0);
    let text = explain(&case, &urgency, now);
    (text.fr.replace('\u{202f}', " "), text.en)
}

#[test]
fn the_clock_is_said_before_and_past_target_and_limit() {
    let picture = ClinicalPicture { onset: Onset::WakeUp { at: None }, ..ClinicalPicture::unstated() };
    let said = [0.0, 44.5, 45.0, 119.5, 120.0, 185.0].map(|waited| sentence(&picture, waited));
    let french = said.clone().map(|(fr, _)| fr);
    assert_eq!(
        french,
        [
            "gravité non précisée, au réveil · 45 min avant l'objectif",
            "gravité non précisée, au réveil · 1 min avant l'objectif",
            "gravité non précisée, au réveil · objectif dépassé, 75 min avant la limite",
            "gravité non précisée, au réveil · objectif dépassé, 1 min avant la limite",
            "gravité non précisée, au réveil · limite dépassée de 0 min",
            "gravité non précisée, au réveil · limite dépassée de 65 min",
        ]
    );
    assert_eq!(said[5].1, "severity not stated, on waking · past limit by 65 min");
}

#[test]
fn a_text_is_written_in_either_language_and_joined_where_it_says_something() {
    let text = Text::new("oui", "yes");
    assert_eq!((text.write(Language::French), text.write(Language::English)), ("oui", "yes"));
    let half = Text::new("", "only");
    assert_eq!(Text::join(&[text.clone(), half, text], ", "), Text::new("oui, oui", "yes, only, yes"));
}

#[test]
fn the_likeliest_flag_of_a_task_speaks_for_it() {
    let rate = Interval { value: 0.9, low: 0.8, high: 0.95 };
    let flag = |task, probability, provisional| Finding {
        task,
        analysis: Analysis::Analysed { probability, threshold: 0.5, flag: true, volume_ml: None },
        provisional,
        evidence: EvidenceLevel::Internal,
        performance: Some(Performance { sensitivity: rate, specificity: rate }),
    };
    let said = |findings: &[Finding]| {
        let start: Timestamp = "2026-11-24T10:00:00Z".parse().unwrap();
        let (site, picture) = (SiteEvidence::default(), ClinicalPicture::unstated());
        let case = QueueCase {
            id: CaseId(uuid::Uuid::nil()),
            clock: CaseClock { started_at: start, started_by: ClockStart::Alert },
            stage: Stage::Waiting,
            picture: &picture,
            findings,
            site: &site,
        };
        let urgency = urgency(&case, &Scale::default(), start);
        let codes = [ReasonCode::AiHemorrhage, ReasonCode::AiOcclusion];
        (explain(&case, &urgency, start).en, codes.map(|code| reason(code, &case, &urgency, start).en))
    };
    let (sure, unsure) = (flag(Task::Hemorrhage, 0.9, false), flag(Task::Hemorrhage, 0.6, false));
    let once = "probable bleeding, 90% · 45 min to target";
    assert_eq!(said(&[sure.clone(), unsure.clone()]).0, once);
    assert_eq!(said(&[unsure, sure.clone()]).0, once);
    let (both, reasons) = said(&[flag(Task::Occlusion, 0.7, true), sure]);
    assert_eq!(both, "probable bleeding, 90% · probable occlusion, 70%, provisional · 45 min to target");
    assert_eq!(reasons, ["probable bleeding, 90%", "probable occlusion, 70%, provisional"]);
    assert_eq!(said(&[]).1, ["bleeding flagged", "occlusion flagged"]);
}

#[test]
fn without_a_flag_the_clinical_picture_speaks() {
    let picture = ClinicalPicture {
        race: Some(Race::try_from(7).unwrap()),
        anticoagulant: Anticoagulant::Vka,
        ..ClinicalPicture::unstated()
    };
    let (fr, en) = sentence(&picture, 10.0);
    assert!(fr.starts_with("RACE 7, occlusion d'une grosse artère "), "{fr}");
    assert!(fr.contains(" %, sous AVK, début inconnu · 35 min avant l'objectif"), "{fr}");
    assert!(en.contains("%, on a vitamin K antagonist, onset unknown · 35 min to target"), "{en}");
}
