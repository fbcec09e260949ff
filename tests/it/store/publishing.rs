//! A final flag's report and segmentation: in the archive once, whoever is killed; a later word beside the earlier.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;
use vigie::db::instances::{Located, arrived_after};
use vigie::db::series::of_study;
use vigie::db::{Database, analyses, conflicts, jobs};
use vigie::domain::evidence::{Analysis, Finding};
use vigie::domain::identity::{SeriesUid, StudyUid};
use vigie::domain::time::Minutes;
use vigie::imaging::dataset::read_head;
use vigie::imaging::gate::Limits;
use vigie::inference::analysis::SeriesAnalysis;
use vigie::pathway::analyse_series::{ANALYSE_SERIES, REREAD_SERIES};
use vigie::pathway::bell::EventBell;
use vigie::pathway::publish_result::{self, PUBLISH_RESULT, Publisher};

use super::Ward;
use super::analysing::{analyse, is_final, send, slices, word};

/// Starts the publication; the guard ends it.
fn publish(ward: &Ward) -> tokio_util::sync::DropGuard {
    let publisher = Publisher {
        db: ward.db.clone(),
        vault: ward.vault.clone(),
        receiver: ward.receiver.clone(),
        clock: Arc::new(ward.clock.clone()),
        bell: EventBell::default(),
        limits: Limits::default(),
        zone: jiff::tz::TimeZone::UTC,
    };
    let stop = CancellationToken::new();
    tokio::spawn(publish_result::run(publisher, stop.clone()));
    stop.drop_guard()
}

/// Waits until nothing is owed to the archive any more.
async fn nothing_owed(ward: &Ward) {
    let deadline = Instant::now() + Duration::from_secs(60);
    let later = ward.now() + Minutes(60.0 * 24.0);
    while !jobs::due(&mut ward.read().await, PUBLISH_RESULT, later, 10).await.unwrap().is_empty() {
        assert!(Instant::now() < deadline, "a result is still owed");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Reports and segmentations of the study, each in the order of arrival.
async fn published(ward: &Ward, study: &StudyUid) -> [Vec<Located>; 2] {
    let mut tx = ward.read().await;
    let all = of_study(&mut tx, study).await.unwrap();
    let mut found = [Vec::new(), Vec::new()];
    for (modality, into) in ["SR", "SEG"].into_iter().zip(&mut found) {
        for series in all.iter().filter(|series| series.modality == modality) {
            assert!(series.complete_at.is_some(), "no scanner will send more of it");
            into.extend(arrived_after(&mut tx, &series.uid, 0, 100).await.unwrap());
        }
    }
    found
}

/// Writes another final word on the series and asks for its publication, as the analysis does.
async fn say(ward: &Ward, series: &SeriesUid, analysis: &SeriesAnalysis) {
    let mut tx = ward.db.write().await.unwrap();
    let whole = serde_json::to_value(analysis).unwrap();
    let finding: Finding = analysis.finding();
    analyses::put(&mut tx, series, &analysis.model.name, &finding, &whole, ward.now()).await.unwrap();
    jobs::ask(&mut tx, PUBLISH_RESULT, series.as_str(), ward.now()).await.unwrap();
    tx.commit().await.unwrap();
}

async fn text(ward: &Ward, instance: &Located, tag: dicom_core::Tag) -> Option<String> {
    let range = instance.data_set_offset..instance.size;
    let bytes = ward.vault.read_range(instance.blob, range).await.unwrap();
    let head = read_head(&bytes, &instance.transfer_syntax, Limits::default()).unwrap();
    let element = head.element_opt(tag).unwrap()?;
    Some(match element.items() {
        Some(items) => format!("{items:?}"),
        None => element.to_str().unwrap().trim_end_matches(['\0', ' ']).to_owned(),
    })
}

pub async fn a_flag_is_published_once_and_a_later_word_beside_it(db: Database) {
    let mut ward = Ward::open(db).await;
    let _analysis = analyse(&mut ward);
    let killed = publish(&ward);
    let (study, series, delivery) = send(&ward, &slices()).await;
    ward.receiver.delivery_closed(delivery);
    let first = word(&ward, &series, is_final).await;
    assert!(first.finding.is_positive());
    nothing_owed(&ward).await;
    let [reports, segmentations] = published(&ward, &study).await;
    assert_eq!((reports.len(), segmentations.len()), (1, 1));
    let named =
        text(&ward, &reports[0], dicom_dictionary_std::tags::CURRENT_REQUESTED_PROCEDURE_EVIDENCE_SEQUENCE);
    assert!(named.await.unwrap().contains(segmentations[0].sop_instance.as_str()));

    // a run that was killed before its end is repeated by another
    drop(killed);
    let mut tx = ward.db.write().await.unwrap();
    jobs::ask(&mut tx, PUBLISH_RESULT, series.as_str(), ward.now()).await.unwrap();
    tx.commit().await.unwrap();
    let _publication = publish(&ward);
    nothing_owed(&ward).await;
    assert_eq!(published(&ward, &study).await, [reports.clone(), segmentations.clone()]);

    let mut analysis: SeriesAnalysis = serde_json::from_str(&first.result).unwrap();
    let outlined = analysis.slices.iter().position(|slice| !slice.contours.is_empty()).unwrap();
    analysis.slices[outlined].contours.clear();
    say(&ward, &series, &analysis).await;
    nothing_owed(&ward).await;
    let [later, more] = published(&ward, &study).await;
    assert_eq!((later.len(), more.len()), (2, 2));
    assert_eq!((&later[0], &more[0]), (&reports[0], &segmentations[0]), "the earlier stay");
    let predecessor = text(&ward, &later[1], dicom_dictionary_std::tags::PREDECESSOR_DOCUMENTS_SEQUENCE);
    assert!(predecessor.await.unwrap().contains(reports[0].sop_instance.as_str()));

    // no report in the archive says more than is still held
    if let Analysis::Analysed { flag, probability, .. } = &mut analysis.outcome {
        (*flag, *probability) = (false, 0.1);
    }
    analysis.slices.iter_mut().for_each(|slice| slice.contours.clear());
    say(&ward, &series, &analysis).await;
    nothing_owed(&ward).await;
    let [last, same] = published(&ward, &study).await;
    assert_eq!((last.len(), same.len()), (3, 2));

    let mut tx = ward.read().await;
    assert!(conflicts::all(&mut tx, 10).await.unwrap().is_empty());
    let tomorrow = ward.now() + Minutes(60.0 * 24.0);
    for job in [ANALYSE_SERIES, REREAD_SERIES] {
        assert!(jobs::due(&mut tx, job, tomorrow, 10).await.unwrap().is_empty(), "{job}");
    }
    for uid in of_study(&mut tx, &study).await.unwrap().into_iter().map(|each| each.uid) {
        let words = analyses::of_series(&mut tx, &uid).await.unwrap();
        assert_eq!(words.is_empty(), uid != series, "nobody judges what Vigie wrote itself");
    }
}

pub async fn what_raises_no_flag_is_not_published(db: Database) {
    let ward = Ward::open(db).await;
    let _publication = publish(&ward);
    let (study, series, _) = send(&ward, &slices()[..3]).await;
    let quiet = SeriesAnalysis {
        outcome: Analysis::NotAnalysable { reason: "slices are missing".into() },
        ..super::analysing::unread()
    };
    say(&ward, &series, &quiet).await;
    nothing_owed(&ward).await;
    assert_eq!(published(&ward, &study).await, [Vec::new(), Vec::new()]);
}
