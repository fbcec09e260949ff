//! The program killed at random points of reception and analysis: what was acknowledged is there, once, and every
//! analysis comes to its word.

mod calls;
mod order;
mod scanner;
mod server;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use vigie::archive::{FileStore, Integrity};
use vigie::clock::SystemClock;
use vigie::db::events::{Event, EventKind};
use vigie::db::{Database, DatabaseUrl, analyses, cases, conflicts, events, instances, jobs, series};
use vigie::domain::evidence::Task;
use vigie::domain::identity::SeriesUid;
use vigie::domain::region::Region;
use vigie::domain::time::{Minutes, Timestamp};
use vigie::pathway::analyse_series::ANALYSE_SERIES;
use vigie::pathway::bell::EventBell;
use vigie::pathway::desk::Desk;
use vigie::pathway::publish_result::PUBLISH_RESULT;
use vigie::pathway::record::Auditor;

use scanner::{Study, send};
use server::Server;

/// SIGKILLs; `VIGIE_TEST_KILLS` overrides.
const KILLS: usize = 50;
/// The latest moments of a kill, in turn, from the start of the sender: within the reception of ten slices, and
/// beyond the end of their analysis, on two cores.
const LATEST_KILL: [Duration; 2] = [Duration::from_millis(250), Duration::from_millis(1_800)];
/// For all that is owed at the end, on a machine that does other things too.
const PATIENCE: Duration = Duration::from_secs(600);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_every_kill_once_and_is_analysed() {
    let kills = std::env::var("VIGIE_TEST_KILLS").map_or(KILLS, |kills| kills.parse().unwrap());
    let mut random = seeded();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");

    let mut studies: Vec<Study> = Vec::new();
    let mut acknowledged: BTreeSet<String> = BTreeSet::new();
    let mut cut = 0;
    for round in 0..kills {
        studies.push(Study::write(&folder.path().join(format!("study-{round}")), round));
        // what the round before did not get acknowledged, a scanner sends again
        let recent = &studies[studies.len().saturating_sub(2)..];
        let files: Vec<_> = recent.iter().flat_map(|study| study.not_in(&acknowledged)).collect();
        let unsent = files.len();
        let server = Server::start(&data).await;
        let sending = tokio::spawn(send(server.dicom, files));
        tokio::time::sleep(LATEST_KILL[round % 2].mul_f64(random.random_range(0.0..1.0))).await;
        server.kill().await;
        let answered = sending.await.unwrap();
        cut += usize::from(answered.len() < unsent);
        acknowledged.extend(answered);
    }
    let all = studies.len() * scanner::SLICES;
    println!("{kills} kills, {cut} of them during reception; {} of {all} acknowledged", acknowledged.len());
    every_acknowledged_instance_is_there(&data, &acknowledged).await;

    let server = Server::start(&data).await;
    let everything = studies.iter().flat_map(|study| study.not_in(&BTreeSet::new())).collect();
    let now = send(server.dicom, everything).await;
    assert_eq!(now.len(), all, "once it stays up, everything is taken");
    wait_for_every_word(&data, &studies).await;
    server.end().await;
    nothing_is_there_twice(&data, &studies).await;
}

/// The moments of the kills: others at each run, unless the environment asks for those of an earlier one.
#[expect(clippy::print_stdout, reason = "shown with the failure of a test")]
fn seeded() -> StdRng {
    let seed: u64 =
        std::env::var("VIGIE_TEST_SEED").map_or_else(|_| rand::random(), |seed| seed.parse().unwrap());
    println!("VIGIE_TEST_SEED={seed} repeats these moments");
    StdRng::seed_from_u64(seed)
}

/// The desk of a program that is not running.
async fn desk(data: &Path) -> Desk {
    std::fs::create_dir_all(data).unwrap();
    Desk {
        db: open(data).await,
        region: Arc::new(Region::parse(include_str!("../../demo/region.toml")).unwrap()),
        auditor: Arc::new(Auditor::open(data).unwrap()),
        bell: EventBell::default(),
        clock: Arc::new(SystemClock),
    }
}

async fn open(data: &Path) -> Database {
    Database::open(&DatabaseUrl::Sqlite(data.join("vigie.db"))).await.unwrap()
}

async fn every_acknowledged_instance_is_there(data: &Path, acknowledged: &BTreeSet<String>) {
    let db = open(data).await;
    let vault = FileStore::open(data.join("images")).await.unwrap();
    let mut tx = db.read().await.unwrap();
    for uid in acknowledged {
        let kept = instances::sealed(&mut tx, &uid.parse().unwrap()).await.unwrap();
        let kept = kept.unwrap_or_else(|| panic!("{uid} was acknowledged and is not there"));
        assert_eq!(vault.verify(kept.blob).await.unwrap(), Integrity::Whole, "{uid}");
    }
    drop(tx);
    db.close().await;
}

async fn wait_for_every_word(data: &Path, studies: &[Study]) {
    let db = open(data).await;
    let deadline = Instant::now() + PATIENCE;
    loop {
        let mut tx = db.read().await.unwrap();
        let mut missing = 0;
        for job in [ANALYSE_SERIES, PUBLISH_RESULT] {
            missing += jobs::due(&mut tx, job, far_future(), 1_000).await.unwrap().len();
        }
        for study in studies {
            let words = analyses::of_series(&mut tx, &study.series).await.unwrap();
            missing += usize::from(words.iter().all(|word| word.finding.provisional));
        }
        drop(tx);
        if missing == 0 {
            return db.close().await;
        }
        assert!(Instant::now() < deadline, "{missing} analyses are still owed");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn far_future() -> Timestamp {
    "2000-01-01T00:00:00Z".parse::<Timestamp>().unwrap() + Minutes(60.0 * 24.0 * 365.0 * 200.0)
}

fn is_final_word_on(event: &Event, series: &SeriesUid) -> bool {
    event.kind == EventKind::AnalysisChanged
        && event.detail["series"] == series.as_str()
        && event.detail["task"] == "hemorrhage"
        && event.detail["provisional"] == false
}

async fn nothing_is_there_twice(data: &Path, studies: &[Study]) {
    let db = open(data).await;
    let vault = FileStore::open(data.join("images")).await.unwrap();
    let mut tx = db.read().await.unwrap();
    let mut all_published = 0;
    let told = events::after(&mut tx, 0, 1_000_000).await.unwrap();
    for study in studies {
        let kept = instances::arrived_after(&mut tx, &study.series, 0, 1_000).await.unwrap();
        let uids: BTreeSet<String> = kept.iter().map(|one| one.sop_instance.to_string()).collect();
        assert_eq!(uids, study.instances());
        assert_eq!(kept.len(), scanner::SLICES);
        let mut listed = series::of_study(&mut tx, &study.study).await.unwrap();
        // beside the images, what was published of a flag: one report and one segmentation for each final word; a
        // series that grew after a quiet time got another word, and so another edition
        let published: Vec<_> = listed.extract_if(.., |series| series.is_document()).collect();
        let editions: Vec<i64> = published.iter().map(|series| series.instances).collect();
        let words = told.iter().filter(|event| is_final_word_on(event, &study.series)).count();
        match editions[..] {
            [] => {}
            [reports, segmentations] => {
                assert_eq!(reports, segmentations, "{published:?}");
                assert!(
                    (1..=i64::try_from(words).unwrap()).contains(&reports),
                    "{words} words, {published:?}"
                );
                all_published += usize::try_from(reports + segmentations).unwrap();
            }
            _ => panic!("{published:?}"),
        }
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0].instances, i64::try_from(scanner::SLICES).unwrap());
        assert!(listed[0].complete_at.is_some());
        let words = analyses::of_series(&mut tx, &study.series).await.unwrap();
        let bleeds: Vec<_> = words.iter().filter(|word| word.finding.task == Task::Hemorrhage).collect();
        assert_eq!(bleeds.len(), 1);
        let result: serde_json::Value = serde_json::from_str(&bleeds[0].result).unwrap();
        assert_eq!(result["slices_seen"], scanner::SLICES, "the word rests on every slice");
    }
    let opened = cases::current(&mut tx, Timestamp::from_microsecond(0).unwrap()).await.unwrap();
    assert_eq!(opened.len(), studies.len(), "one case a patient");
    assert!(conflicts::all(&mut tx, 10).await.unwrap().is_empty());
    assert!(told.iter().zip(1..).all(|(event, place)| event.seq == place), "no event is missing or double");
    let mut files = 0;
    for shard in 0..=u8::MAX {
        files += vault.keys_of_earlier_runs(shard).await.unwrap().len();
    }
    // the last start swept what the last kill left, and duplicates leave no file
    assert_eq!(files, studies.len() * scanner::SLICES + all_published);
}
