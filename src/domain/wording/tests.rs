use super::*;
use crate::domain::case::{Anticoagulant, ClinicalPicture, Onset, Race};
use crate::domain::evidence::SiteEvidence;
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
