//! The modality worklist against DCMTK's findscu and pynetdicom.

use std::path::Path;
use std::sync::Arc;

use dicom_core::value::DataSetSequence;
use dicom_core::{DataElement, PrimitiveValue, VR};
use dicom_dictionary_std::tags;
use dicom_encoding::transfer_syntax::TransferSyntaxIndex as _;
use dicom_object::InMemDicomObject;
use dicom_transfer_syntax_registry::TransferSyntaxRegistry;
use vigie::db::events::{self, EventKind};
use vigie::db::{cases, protocols, users};
use vigie::domain::identity::Role;
use vigie::domain::protocol::{
    Answer, Contrast, DoseMl, Modality, Order, Phase, Prescription, Questions, Renal, Seen,
};
use vigie::domain::region::Region;
use vigie::domain::time::Minutes;
use vigie::pathway::desk::{Actor, Desk};
use vigie::pathway::manage_users::{Manager, NewUser, add_user};
use vigie::pathway::offer_orders::{Query, offer_orders};
use vigie::pathway::prescribe_protocol::{prescribe_protocol, withdraw_protocol};

use super::support::{DCMSEND, Vigie, demo_study, options, pynetdicom, tool};

const FINDSCU: &str = "/usr/bin/findscu";

/// A reader of the region.
async fn reader(vigie: &Vigie) -> Actor {
    let new = NewUser {
        username: "reader".to_owned(),
        display_name: "Dr Rivoire".to_owned(),
        role: Role::Radiologist,
        sites: vec!["grand-lac".parse().unwrap()],
        password: "un mot de passe d'essai".to_owned(),
    };
    add_user(&vigie.desk, Manager::CommandLine, new).await.unwrap();
    let mut tx = vigie.db.read().await.unwrap();
    let (user, _) = users::by_username(&mut tx, "reader").await.unwrap().unwrap();
    Actor { user, from: None }
}

/// An angiography prescribed for the case that the demonstration's images open at Valmont; its patient's id.
async fn prescribed(vigie: &Vigie, actor: &Actor) -> (Order, String) {
    let sent = ["-aec", "VIGIE", "-aet", "VALMONT_CT", "--decompress-never", "--scan-directories"];
    let (code, said) = tool(DCMSEND, vigie, &sent, &[&demo_study("saignement")]).await;
    assert_eq!(code, 0, "{said}");
    let mut tx = vigie.db.read().await.unwrap();
    let since = vigie.desk.now() + Minutes(-60.0);
    let case = cases::current(&mut tx, since).await.unwrap().pop().unwrap();
    drop(tx);
    let prescription = Prescription {
        modality: Modality::Ct,
        phases: vec![Phase::NonContrastHead, Phase::AngiographyArchToVertex],
        contrast: Contrast::Injected { dose_ml: DoseMl::try_from(70).unwrap() },
        range: String::new(),
        reason: "recherche d'occlusion".to_owned(),
        questions: Questions {
            renal: Renal::Unknown,
            allergy: Answer::No,
            pregnancy: Answer::No,
            implant: Answer::Unknown,
        },
        despite: String::new(),
    };
    let order = prescribe_protocol(&vigie.desk, actor, case.id, prescription).await.unwrap();
    (order, case.patient.id.to_string())
}

/// What findscu is answered to these keys.
async fn find(vigie: &Vigie, keys: &[&str]) -> String {
    let mut arguments = vec!["-v", "-W", "-aec", "VIGIE", "-aet", "VALMONT_CT"];
    for key in keys {
        arguments.extend(["-k", key]);
    }
    let none: [&Path; 0] = [];
    let (code, said) = tool(FINDSCU, vigie, &arguments, &none).await;
    assert_eq!(code, 0, "{said}");
    said
}

const STEP: &str = "(0040,0100)[0].";

#[tokio::test(flavor = "multi_thread")]
async fn findscu_gets_the_open_orders_of_its_site() {
    let vigie = Vigie::start(options()).await;
    let actor = reader(&vigie).await;
    let (order, patient) = prescribed(&vigie, &actor).await;
    let step = |key: &str| format!("{STEP}{key}");
    let (modality, number) = (step("(0008,0060)=CT"), step("(0040,0009)"));
    let said = find(&vigie, &["(0010,0010)", "(0010,0020)", "(0020,000d)", &modality, &number]).await;
    for wanted in [patient.as_str(), &order.id.step(), &order.id.study()] {
        assert!(said.contains(wanted), "{wanted} in {said}");
    }
    let none = find(&vigie, &["(0010,0020)", &step("(0008,0060)=MR"), &number]).await;
    assert!(!none.contains(&order.id.step()), "{none}");
    let other = find(&vigie, &["(0010,0020)=NOBODY", &number]).await;
    assert!(!other.contains(&order.id.step()), "{other}");
    withdraw_protocol(&vigie.desk, &actor, order.case, order.id).await.unwrap();
    let after = find(&vigie, &["(0010,0020)", &number]).await;
    assert!(!after.contains(&order.id.step()), "a closed order is not offered: {after}");
    vigie.stop().await;
}

/// The keys as scanners send them: station, modality and a range of dates; then one that nests too deeply.
const PYNETDICOM: &str = r#"
import sys
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pynetdicom import AE
from pynetdicom.sop_class import ModalityWorklistInformationFind

host, port, step_id, study, patient = sys.argv[1:]
ae = AE(ae_title="VALMONT_CT")
ae.add_requested_context(ModalityWorklistInformationFind)
association = ae.associate(host, int(port), ae_title="VIGIE")
assert association.is_established

def asked(**step):
    keys, item = Dataset(), Dataset()
    keys.PatientName = keys.PatientID = keys.PatientBirthDate = keys.PatientSex = ""
    keys.StudyInstanceUID = keys.RequestedProcedureID = keys.AccessionNumber = ""
    item.ScheduledProcedureStepID = item.ScheduledProcedureStepDescription = ""
    for key, value in step.items():
        setattr(item, key, value)
    keys.ScheduledProcedureStepSequence = Sequence([item])
    return keys

def found(keys):
    answers, last = [], None
    for status, identifier in association.send_c_find(keys, ModalityWorklistInformationFind):
        last = status.Status
        if status.Status in (0xFF00, 0xFF01):
            answers.append(identifier)
    return last, answers

last, answers = found(asked(ScheduledStationAETitle="VALMONT_CT", Modality="CT",
                            ScheduledProcedureStepStartDate="20000101-20991231"))
assert last == 0 and len(answers) == 1, (last, answers)
answer, step = answers[0], answers[0].ScheduledProcedureStepSequence[0]
assert answer.StudyInstanceUID == study and answer.PatientID == patient
assert step.ScheduledProcedureStepID == step_id and step.Modality == "CT"
assert step.ScheduledStationAETitle == "VALMONT_CT"
assert "ReasonForTheRequestedProcedure" not in answer
assert found(asked(ScheduledProcedureStepStartDate="-20000101")) == (0, [])
assert found(asked(ScheduledStationAETitle="ELSEWHERE")) == (0, [])

deep = Dataset()
deep.PatientID = ""
for _ in range(40):
    outer = Dataset()
    outer.ScheduledProcedureStepSequence = Sequence([deep])
    deep = outer
last, answers = found(deep)
assert last == 0xA900 and not answers, hex(last)
assert found(asked())[0] == 0, "the association goes on"
association.release()
"#;

#[tokio::test(flavor = "multi_thread")]
async fn pynetdicom_matches_by_station_modality_and_dates() {
    let vigie = Vigie::start(options()).await;
    let actor = reader(&vigie).await;
    let (order, patient) = prescribed(&vigie, &actor).await;
    let arguments = [
        vigie.address.ip().to_string(),
        vigie.address.port().to_string(),
        order.id.step(),
        order.id.study(),
        patient,
    ];
    pynetdicom(PYNETDICOM, &arguments).await;
    vigie.stop().await;
}

/// A scanner begins what was ordered, ends it, and may not change it afterwards.
const PERFORMED: &str = r#"
import sys
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import generate_uid
from pynetdicom import AE
from pynetdicom.sop_class import ModalityPerformedProcedureStep as MPPS

host, port, step_id, study, patient = sys.argv[1:]
ae = AE(ae_title="VALMONT_CT")
ae.add_requested_context(MPPS)
association = ae.associate(host, int(port), ae_title="VIGIE")
assert association.is_established

def step(status, scheduled=True):
    said, of = Dataset(), Dataset()
    said.PerformedProcedureStepStatus = status
    said.PerformedProcedureStepID = "1"
    said.Modality = "CT"
    said.PatientID = patient
    if scheduled:
        of.StudyInstanceUID, of.ScheduledProcedureStepID = study, step_id
        said.ScheduledStepAttributesSequence = Sequence([of])
    return said

def over(status):
    said = Dataset()
    said.PerformedProcedureStepStatus = status
    return said

uid = generate_uid()
create = lambda said, uid: association.send_n_create(said, MPPS, uid)[0].Status
change = lambda said, uid: association.send_n_set(said, MPPS, uid)[0].Status
assert create(step("COMPLETED"), uid) == 0x0106, "a step begins in progress"
assert create(step("IN PROGRESS"), uid) == 0
assert create(step("IN PROGRESS"), uid) == 0x0111, "once"
assert change(over("COMPLETED"), generate_uid()) == 0x0112
assert change(over("COMPLETED"), uid) == 0
assert change(over("DISCONTINUED"), uid) == 0x0110, "what is over is no longer updated"
unscheduled = generate_uid()
assert create(step("IN PROGRESS", scheduled=False), unscheduled) == 0
assert change(over("DISCONTINUED"), unscheduled) == 0
association.release()
"#;

#[tokio::test(flavor = "multi_thread")]
async fn pynetdicom_says_what_the_scanner_does() {
    let vigie = Vigie::start(options()).await;
    let actor = reader(&vigie).await;
    let (order, patient) = prescribed(&vigie, &actor).await;
    let arguments = [
        vigie.address.ip().to_string(),
        vigie.address.port().to_string(),
        order.id.step(),
        order.id.study(),
        patient,
    ];
    pynetdicom(PERFORMED, &arguments).await;
    let mut tx = vigie.db.read().await.unwrap();
    let kept = protocols::get(&mut tx, order.case, order.id).await.unwrap().unwrap();
    assert_eq!(kept.imaged.unwrap().by, Seen::Scanner);
    let told: Vec<_> = events::of_case(&mut tx, order.case)
        .await
        .unwrap()
        .into_iter()
        .filter(|event| event.kind == EventKind::ProtocolChanged)
        .map(|event| event.detail["what"].clone())
        .collect();
    assert_eq!(told, ["started", "completed"], "one each, and nothing of a step that no order asked for");
    drop(tx);
    vigie.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scanner_s_dates_are_by_its_own_hospital_s_clocks() {
    let vigie = Vigie::start(options()).await;
    let actor = reader(&vigie).await;
    let (order, _) = prescribed(&vigie, &actor).await;
    let demo = include_str!("../../../demo/region.toml");
    let there = "id = \"valmont\"\ntime_zone = \"America/Cayenne\"";
    let overseas = demo.replacen("id = \"valmont\"", there, 1);
    for (region, zone) in [(demo, "Europe/Paris"), (overseas.as_str(), "America/Cayenne")] {
        let desk = Desk { region: Arc::new(Region::parse(region).unwrap()), ..vigie.desk.clone() };
        let (date, time) = offered(&desk).await;
        let at = order.prescribed_at.to_jiff().in_tz(zone).unwrap();
        assert_eq!(
            (date, time),
            (at.strftime("%Y%m%d").to_string(), at.strftime("%H%M%S").to_string()),
            "{zone}"
        );
    }
    vigie.stop().await;
}

/// Date and time of the one step that Valmont's scanner is offered.
async fn offered(desk: &Desk) -> (String, String) {
    let syntax = TransferSyntaxRegistry.get("1.2.840.10008.1.2.1").unwrap();
    let keys = [tags::SCHEDULED_PROCEDURE_STEP_START_DATE, tags::SCHEDULED_PROCEDURE_STEP_START_TIME];
    let mut item = InMemDicomObject::new_empty();
    for (key, vr) in keys.into_iter().zip([VR::DA, VR::TM]) {
        item.put(DataElement::new(key, vr, PrimitiveValue::Empty));
    }
    let mut asked = InMemDicomObject::new_empty();
    let items = DataSetSequence::from(vec![item]);
    asked.put(DataElement::new(tags::SCHEDULED_PROCEDURE_STEP_SEQUENCE, VR::SQ, items));
    let mut identifier = Vec::new();
    asked.write_dataset_with_ts(&mut identifier, syntax).unwrap();
    let query = Query {
        site: &"valmont".parse().unwrap(),
        calling: &"VALMONT_CT".parse().unwrap(),
        identifier: &identifier,
        transfer_syntax: &"1.2.840.10008.1.2.1".parse().unwrap(),
    };
    let answers = offer_orders(desk, &query).await.unwrap();
    assert_eq!(answers.len(), 1);
    let answer = InMemDicomObject::read_dataset_with_ts(answers[0].as_slice(), syntax).unwrap();
    let steps = answer.element(tags::SCHEDULED_PROCEDURE_STEP_SEQUENCE).unwrap();
    let step = &steps.items().unwrap()[0];
    let [date, time] = keys.map(|key| step.element(key).unwrap().to_str().unwrap().trim().to_owned());
    (date, time)
}
