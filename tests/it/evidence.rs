//! Evidence has levels, and levels have consequences: what moves the queue, who may lift a level, what is watched.

mod levels;
mod service;
mod signing;

use serde_json::{Value, json};
use vigie::db::{Database, analyses, candidate_analyses, users};
use vigie::domain::evidence::{Analysis, EvidenceLevel, Task};
use vigie::domain::identity::SeriesUid;
use vigie::inference::analysis::SeriesAnalysis;
use vigie::inference::evaluation::{Evaluation, Judged, Label, Truth, Word};
use vigie::inference::manifest::Manifest;
use vigie::pathway::desk::Actor;

use crate::imaging_support::bundled;
use crate::support::instance::CtSlice;
use crate::support::postgres::Cluster;
use crate::support::server::Server;

/// Runs a rule on SQLite and on PostgreSQL.
macro_rules! on_both_databases {
    ($($area:ident::$rule:ident),+ $(,)?) => {
        mod on_sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $rule() {
                    super::$area::$rule(&super::Server::start().await).await;
                }
            )+
        }

        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn every_rule_of_evidence_holds_on_postgresql() {
            let cluster = Cluster::start().await;
            $(
                let db = Database::open(&cluster.database().await.parse().unwrap()).await.unwrap();
                $area::$rule(&Server::on(db.clone()).await).await;
                db.close().await;
            )+
        }
    };
}

on_both_databases!(
    levels::evidence_below_the_site_s_level_is_shown_and_moves_nothing,
    signing::a_signature_lifts_the_evidence_at_its_site_alone,
    signing::what_is_not_enough_or_not_this_pack_is_refused,
    service::refusals_raise_the_alarm_once,
    service::the_signed_diagnosis_is_held_against_the_flag,
    service::scores_are_held_against_the_first_in_service,
    service::a_candidate_moves_nothing_and_its_disagreements_are_listed,
);

/// A model's word to be kept.
struct Opinion {
    task: Task,
    evidence: EvidenceLevel,
    outcome: Analysis,
}

fn analysed(probability: f64) -> Analysis {
    Analysis::Analysed { probability, threshold: 0.5, flag: probability >= 0.5, volume_ml: None }
}

fn refused() -> Analysis {
    Analysis::NotAnalysable { reason: "the images do not show a head".to_owned() }
}

/// The bundled pack's word on a series.
fn word(outcome: Analysis) -> Opinion {
    Opinion { task: Task::Hemorrhage, evidence: EvidenceLevel::Internal, outcome }
}

fn whole(word: &Opinion) -> SeriesAnalysis {
    let pack = bundled();
    let mut analysis = SeriesAnalysis::without_slices(&pack.manifest, pack.model_ref(), word.outcome.clone());
    (analysis.task, analysis.evidence) = (word.task, word.evidence);
    analysis
}

async fn say(server: &Server, series: &SeriesUid, word: &Opinion) {
    let analysis = whole(word);
    let result = serde_json::to_value(&analysis).unwrap();
    let mut tx = server.desk.db.write().await.unwrap();
    let (name, finding) = (&analysis.model.name, analysis.finding());
    analyses::put(&mut tx, series, name, &finding, &result, server.desk.now()).await.unwrap();
    tx.commit().await.unwrap();
}

async fn say_as_candidate(server: &Server, series: &SeriesUid, word: &Opinion) {
    let analysis = whole(word);
    let result = serde_json::to_value(&analysis).unwrap();
    let mut tx = server.desk.db.write().await.unwrap();
    candidate_analyses::put(&mut tx, series, "newer", &analysis.finding(), &result, server.desk.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// A series of its own study and patient at a site, received.
async fn received(server: &Server, patient: &str, site: &str) -> CtSlice {
    let slice = CtSlice::of_patient(patient);
    server.receive(&slice, site).await;
    slice
}

/// The administrator, as signed in.
async fn person(server: &Server, username: &str) -> Actor {
    let mut tx = server.desk.db.read().await.unwrap();
    let (user, _) = users::by_username(&mut tx, username).await.unwrap().unwrap();
    Actor { user, from: None }
}

/// The row of a patient, as a neurologist sees it.
async fn row(server: &Server, patient: &str) -> Value {
    let list = server.read("neurologist", "/api/v1/worklist").await;
    let items = list["items"].as_array().unwrap();
    items.iter().find(|item| item["patient"]["id"] == json!(patient)).unwrap().clone()
}

/// An evaluation of the bundled pack: so many positives of which so many found, so many negatives of which so many
/// spared.
pub fn evaluation(manifest: &Manifest, [found, positives, spared, negatives]: [u32; 4]) -> Evaluation {
    let study = |truth, number: u32, probability| Judged {
        study: format!("{truth:?}-{number}"),
        label: Label { truth, volume_ml: None },
        word: Word {
            status: "analysed".to_owned(),
            reason: None,
            probability: Some(probability),
            volume_ml: None,
        },
    };
    let of = |truth, right: u32, whole: u32, [if_right, if_wrong]: [f64; 2]| {
        (0..whole).map(move |n| study(truth, n, if n < right { if_right } else { if_wrong }))
    };
    let positives = of(Truth::Positive, found, positives, [0.9, 0.1]);
    let negatives = of(Truth::Negative, spared, negatives, [0.1, 0.9]);
    let model = bundled().model_ref();
    Evaluation::of(manifest, model, positives.chain(negatives).collect())
}
