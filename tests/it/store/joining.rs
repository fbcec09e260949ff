//! Which case a study belongs to, and what the first image does to its clock.

use uuid::Uuid;
use vigie::db::{Database, cases, studies};
use vigie::domain::case::{Alert, Case, CaseState, ClinicalPicture, Decision, Diagnosis};
use vigie::domain::identity::{CaseId, Patient, Sex, StudyUid, UserId};
use vigie::domain::time::{CaseClock, ClockStart, Minutes, Timestamp};

use super::{Ward, site};
use crate::support::instance::CtSlice;

/// A case as an alert opens it.
fn alerted(patient_id: &str, from: &str, at: Timestamp) -> Case {
    Case {
        id: CaseId(Uuid::new_v4()),
        site: site(from),
        patient: Patient {
            id: patient_id.parse().unwrap(),
            family_name: "ESSAI".into(),
            given_name: "Alix".into(),
            birth_date: None,
            sex: Sex::Unknown,
        },
        picture: ClinicalPicture::unstated(),
        door_at: None,
        alert: Some(Alert { raised_at: at, raised_by: UserId(Uuid::new_v4()) }),
        first_image_at: None,
        clock: CaseClock { started_at: at, started_by: ClockStart::Alert },
        state: CaseState::Waiting,
    }
}

async fn keep(ward: &Ward, case: &Case, accession: Option<&str>) {
    let mut tx = ward.db.write().await.unwrap();
    cases::insert(&mut tx, case, accession, None, ward.now()).await.unwrap();
    tx.commit().await.unwrap();
}

async fn case_of(ward: &Ward, study: &StudyUid) -> Case {
    let mut tx = ward.read().await;
    let listed = studies::get(&mut tx, study).await.unwrap().unwrap();
    cases::get(&mut tx, listed.case.unwrap()).await.unwrap().unwrap()
}

pub async fn a_study_joins_the_open_case_of_its_site(db: Database) {
    let ward = Ward::open(db).await;
    let by_id = alerted("P-1", "valmont", ward.now());
    let by_accession = alerted("P-2", "valmont", ward.now());
    keep(&ward, &by_id, None).await;
    keep(&ward, &by_accession, Some("ACC-7")).await;

    let same_patient = CtSlice::of_patient("P-1");
    ward.receive(&same_patient, "valmont").await;
    assert_eq!(case_of(&ward, &same_patient.study).await.id, by_id.id);
    let same_accession = CtSlice { accession: "ACC-7".into(), ..CtSlice::of_patient("OTHER") };
    ward.receive(&same_accession, "valmont").await;
    assert_eq!(case_of(&ward, &same_accession.study).await.id, by_accession.id);
    let elsewhere = CtSlice::of_patient("P-1");
    ward.receive(&elsewhere, "roche-claire").await;
    assert_ne!(case_of(&ward, &elsewhere.study).await.id, by_id.id, "an id is one of its site");

    let mut decided = by_id.clone();
    decided.state = CaseState::Decided {
        decision: Decision {
            diagnosis: Diagnosis::Mimic,
            treatments: Vec::new(),
            nihss: None,
            note: String::new(),
        },
        by: UserId(Uuid::new_v4()),
        at: ward.now(),
    };
    let mut tx = ward.db.write().await.unwrap();
    cases::update(&mut tx, &decided).await.unwrap();
    tx.commit().await.unwrap();
    let back = CtSlice::of_patient("P-1");
    ward.receive(&back, "valmont").await;
    assert_ne!(case_of(&ward, &back.study).await.id, by_id.id, "a decided case takes no new study");
    ward.receive(&same_patient.next(), "valmont").await;
    assert_eq!(case_of(&ward, &same_patient.study).await.id, by_id.id, "a study stays where it is");
}

pub async fn without_an_open_case_the_images_open_one(db: Database) {
    let ward = Ward::open(db).await;
    let slice = CtSlice::of_patient("P-1");
    ward.receive(&slice, "valmont").await;
    let opened = case_of(&ward, &slice.study).await;
    assert_eq!((&opened.site, opened.patient.id.as_str()), (&site("valmont"), "P-1"));
    assert_eq!((opened.patient.family_name.as_str(), opened.patient.given_name.as_str()), ("ESSAI", "Alix"));
    assert_eq!(opened.state, CaseState::Waiting);
    assert_eq!(opened.alert, None);
    assert_eq!(opened.first_image_at, Some(ward.now()));
    assert_eq!(opened.clock, CaseClock { started_at: ward.now(), started_by: ClockStart::FirstImage });
    let second_study = CtSlice::of_patient("P-1");
    ward.receive(&second_study, "valmont").await;
    assert_eq!(case_of(&ward, &second_study.study).await.id, opened.id);
}

pub async fn the_first_image_starts_the_clock_only_where_nothing_did_before(db: Database) {
    let ward = Ward::open(db).await;
    let started = ward.now();
    let case = alerted("P-1", "valmont", started);
    keep(&ward, &case, None).await;
    ward.clock.advance(Minutes(12.0));
    let slice = CtSlice::of_patient("P-1");
    ward.receive(&slice, "valmont").await;
    let first_image = ward.now();
    ward.clock.advance(Minutes(1.0));
    ward.receive(&slice.next(), "valmont").await;
    ward.receive(&CtSlice::of_patient("P-1"), "valmont").await;
    let after = case_of(&ward, &slice.study).await;
    assert_eq!(after.first_image_at, Some(first_image));
    assert_eq!(after.clock, CaseClock { started_at: started, started_by: ClockStart::Alert });
}

pub async fn an_unidentified_patient_is_in_the_queue_and_matches_nobody(db: Database) {
    let ward = Ward::open(db).await;
    let (one, other) = (CtSlice::of_patient(""), CtSlice::of_patient(""));
    ward.receive(&one, "valmont").await;
    ward.receive(&other, "valmont").await;
    let (one, other) = (case_of(&ward, &one.study).await, case_of(&ward, &other.study).await);
    assert_ne!(one.id, other.id, "two unidentified patients are not one");
    assert_ne!(one.patient.id, other.patient.id);
}
