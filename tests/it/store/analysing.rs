//! A series analysed while it arrives, again when it grows, and by another process when its worker died.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;
use vigie::db::events::EventKind;
use vigie::db::{Database, analyses, candidate_analyses, events, jobs, series};
use vigie::domain::evidence::{Analysis, Finding, Task};
use vigie::domain::identity::{SeriesUid, StudyUid};
use vigie::domain::time::Minutes;
use vigie::imaging::gate::Limits;
use vigie::inference::analysis::SeriesAnalysis;
use vigie::inference::models::Models;
use vigie::inference::pack::Pack;
use vigie::inference::runtime::Runtime;
use vigie::pathway::analyse_series::{self, ANALYSE_SERIES, Workshop};
use vigie::pathway::bell::EventBell;
use vigie::pathway::receive_instance::{DeliveryId, Received};
use vigie::pathway::stream_instance::{FileStream, Streamed};

use super::{Ward, scanner, site};

static MODELS: LazyLock<Models> = LazyLock::new(|| models(Pack::bundled().unwrap(), Vec::new()));

fn models(active: Vec<Pack>, candidates: Vec<Pack>) -> Models {
    Models::open(&runtime(), active, candidates, 1).unwrap()
}

fn runtime() -> Runtime {
    let library = std::env::var_os("ORT_DYLIB_PATH").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join(".cache/onnxruntime/libonnxruntime.so"),
        PathBuf::from,
    );
    Runtime::load(&library).expect("make setup fetches ONNX Runtime")
}

/// The demonstration's bleeding head, slice by slice.
pub(super) fn slices() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("demo/studies/saignement");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "dcm"))
        .collect();
    files.sort();
    files
}

async fn stream(ward: &Ward, file: &Path) -> Streamed {
    let mut stream = FileStream::begin(&ward.vault, Limits::default());
    stream.push(&std::fs::read(file).unwrap()).await.unwrap();
    stream.finish().unwrap()
}

/// Sends files in one delivery, which stays open.
pub(super) async fn send(ward: &Ward, files: &[PathBuf]) -> (StudyUid, SeriesUid, DeliveryId) {
    let delivery = DeliveryId::new();
    let mut uids = None;
    for file in files {
        let instance = stream(ward, file).await;
        uids = Some((instance.header.study.clone(), instance.header.series.clone()));
        let received = Received::from_stream(scanner(), delivery, site("valmont"), instance);
        ward.receiver.receive(received).await.unwrap();
    }
    let (study, series) = uids.unwrap();
    (study, series, delivery)
}

/// The bundled haemorrhage pack under another name.
fn renamed(name: &str) -> Pack {
    let mut pack = Pack::bundled().unwrap().remove(0);
    pack.manifest.name = name.to_owned();
    pack
}

#[test]
fn an_active_model_is_no_candidate_too() {
    let refused = Models::open(&runtime(), Pack::bundled().unwrap(), Pack::bundled().unwrap(), 1);
    assert!(refused.unwrap_err().to_string().contains("is active here"));
}

/// A word of the bundled network on nothing at all.
pub(super) fn unread() -> SeriesAnalysis {
    let network = MODELS.active().remove(0);
    SeriesAnalysis::without_slices(network.manifest(), network.model().clone(), Analysis::NotApplicable)
}

/// Starts the analysis; the guard ends it.
pub(super) fn analyse(ward: &mut Ward) -> tokio_util::sync::DropGuard {
    analyse_with(ward, MODELS.clone())
}

fn analyse_with(ward: &mut Ward, models: Models) -> tokio_util::sync::DropGuard {
    let workshop = Workshop {
        db: ward.db.clone(),
        vault: ward.vault.clone(),
        clock: Arc::new(ward.clock.clone()),
        bell: EventBell::default(),
        models,
        limits: Limits::default(),
    };
    let stop = CancellationToken::new();
    let (_, none) = tokio::sync::mpsc::unbounded_channel();
    let arrivals = std::mem::replace(&mut ward.arrivals, none);
    tokio::spawn(analyse_series::run(workshop, arrivals, stop.clone()));
    stop.drop_guard()
}

/// The word on a bleed in a series once `wanted` holds of it.
pub(super) async fn word(ward: &Ward, uid: &SeriesUid, wanted: impl Fn(&Finding) -> bool) -> analyses::Kept {
    let deadline = Instant::now() + Duration::from_secs(120);
    loop {
        let words = analyses::of_series(&mut ward.read().await, uid).await.unwrap();
        let ours = |finding: &Finding| finding.task == Task::Hemorrhage && wanted(finding);
        if let Some(word) = words.into_iter().find(|word| ours(&word.finding)) {
            return word;
        }
        assert!(Instant::now() < deadline, "the analysis says nothing of the kind");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub(super) fn is_final(finding: &Finding) -> bool {
    !finding.provisional
}

fn slices_seen(word: &analyses::Kept) -> u64 {
    serde_json::from_str::<serde_json::Value>(&word.result).unwrap()["slices_seen"].as_u64().unwrap()
}

pub async fn a_series_is_judged_while_it_arrives_and_again_when_it_grows(db: Database) {
    let mut ward = Ward::open(db).await;
    let _analysis = analyse(&mut ward);
    let files = slices();
    let (early, late) = files.split_at(files.len() * 2 / 3);
    let (study, series, delivery) = send(&ward, early).await;
    ward.receiver.delivery_closed(delivery);
    let first = word(&ward, &series, is_final).await;
    assert!(first.finding.is_positive(), "{:?}", first.finding);
    assert_eq!(slices_seen(&first), early.len() as u64);

    let (_, _, delivery) = send(&ward, late).await;
    // between the last slice and the end of the association only a flag may stand, and only as provisional
    let mut tx = ward.read().await;
    for standing in analyses::of_series(&mut tx, &series).await.unwrap() {
        assert!(standing.finding.provisional && standing.finding.is_positive(), "{:?}", standing.finding);
    }
    drop(tx);
    ward.receiver.delivery_closed(delivery);
    let last = word(&ward, &series, is_final).await;
    assert_eq!(slices_seen(&last), files.len() as u64);
    assert!(last.finding.is_positive());

    let mut tx = ward.read().await;
    let listed = series::of_study(&mut tx, &study).await.unwrap();
    assert!(listed[0].complete_at.is_some());
    let later = ward.now() + Minutes(60.0);
    assert!(jobs::due(&mut tx, ANALYSE_SERIES, later, 10).await.unwrap().is_empty(), "nothing is owed");
    let told = events::after(&mut tx, 0, 1_000).await.unwrap();
    let words = told.iter().filter(|event| {
        event.kind == EventKind::AnalysisChanged && event.detail["task"] == Task::Hemorrhage.as_str()
    });
    assert!(words.clone().count() >= 2);
    assert!(words.clone().all(|event| event.case.is_some() && event.detail["flag"] == true));
}

pub async fn who_dies_at_an_analysis_is_replaced_and_the_word_is_the_same(db: Database) {
    let mut ward = Ward::open(db).await;
    let files = slices();
    let (_, series, _still_open) = send(&ward, &files).await;
    let mut tx = ward.db.write().await.unwrap();
    let (now, until) = (ward.now(), ward.now() + Minutes(0.25));
    jobs::lease(&mut tx, ANALYSE_SERIES, series.as_str(), "died", now, until).await.unwrap().unwrap();
    tx.commit().await.unwrap();

    ward.clock.advance(Minutes(1.0));
    // what its process had heard died with it
    ward.arrivals.close();
    while ward.arrivals.recv().await.is_some() {}
    let (receiver, arrivals) = tokio::sync::mpsc::unbounded_channel();
    ward.arrivals = arrivals;
    let _analysis = analyse(&mut ward);
    let word = word(&ward, &series, is_final).await;
    assert_eq!(slices_seen(&word), files.len() as u64);
    assert!(matches!(word.finding.analysis, Analysis::Analysed { flag: true, .. }));
    drop(receiver);
}

pub async fn a_second_reader_answers_after_the_first_and_a_candidate_is_kept_apart(db: Database) {
    let mut ward = Ward::open(db).await;
    let active = vec![renamed("haemorrhage"), renamed("second-reader")];
    let _analysis = analyse_with(&mut ward, models(active, vec![renamed("candidate")]));
    let (_, series, delivery) = send(&ward, &slices()).await;
    ward.receiver.delivery_closed(delivery);
    let deadline = Instant::now() + Duration::from_secs(120);
    let tried = loop {
        let tried = candidate_analyses::of_series(&mut ward.read().await, &series).await.unwrap();
        if !tried.is_empty() {
            break tried;
        }
        assert!(Instant::now() < deadline, "the second reading never came");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!(tried.iter().map(|word| word.model_name.as_str()).collect::<Vec<_>>(), ["candidate"]);

    let mut tx = ward.read().await;
    let words = analyses::of_series(&mut tx, &series).await.unwrap();
    let names: Vec<_> = words.iter().map(|word| word.model_name.as_str()).collect();
    assert_eq!(names, ["haemorrhage", "second-reader"]);
    assert!(words[0].updated_at <= words[1].updated_at);
    assert_eq!(words[0].finding, words[1].finding);
    for event in events::after(&mut tx, 0, 1_000).await.unwrap() {
        assert!(!event.detail.to_string().contains("candidate"), "nobody is told of a candidate");
    }
}
