//! What is received is kept, joined, ordered and owed: every rule on SQLite and on a real PostgreSQL.

mod analysing;
mod joining;
mod keeping;
mod ordering;
mod publishing;
mod sweeping;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt;
use tokio::sync::mpsc;
use vigie::archive::FileStore;
use vigie::clock::Clock;
use vigie::db::{Database, DatabaseUrl, Tx};
use vigie::domain::identity::SiteId;
use vigie::domain::region::Region;
use vigie::domain::time::Timestamp;
use vigie::pathway::bell::EventBell;
use vigie::pathway::receive_instance::{Arrival, DeliveryId, Origin, Receipt, Received, Receiver};

use crate::support::clock::HandClock;
use crate::support::instance::CtSlice;
use crate::support::postgres::Cluster;

/// Runs each rule as a test of its own on SQLite, and all of them in one test on one PostgreSQL cluster.
macro_rules! on_both_databases {
    ($($area:ident::$rule:ident),+ $(,)?) => {
        mod on_sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $rule() {
                    let folder = tempfile::tempdir().unwrap();
                    let url = super::DatabaseUrl::Sqlite(folder.path().join("vigie.db"));
                    super::$area::$rule(super::Database::open(&url).await.unwrap()).await;
                }
            )+
        }

        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn every_rule_holds_on_postgresql() {
            let cluster = Cluster::start().await;
            let mut broken = Vec::new();
            $(
                let url = cluster.database().await.parse().unwrap();
                let db = Database::open(&url).await.unwrap();
                let rule = AssertUnwindSafe($area::$rule(db.clone())).catch_unwind().await;
                if rule.is_err() {
                    broken.push(stringify!($rule));
                }
                db.close().await;
            )+
            assert!(broken.is_empty(), "these rules break on PostgreSQL: {broken:?}");
        }
    };
}

on_both_databases!(
    keeping::a_repeated_instance_is_one_instance,
    keeping::other_bytes_of_a_uid_are_kept_apart_and_the_first_stay_served,
    keeping::what_is_acknowledged_is_on_disk_in_order_of_arrival,
    keeping::a_reopened_series_takes_its_negative_word_back,
    joining::a_study_joins_the_open_case_of_its_site,
    joining::without_an_open_case_the_images_open_one,
    joining::the_first_image_starts_the_clock_only_where_nothing_did_before,
    joining::an_unidentified_patient_is_in_the_queue_and_matches_nobody,
    ordering::events_number_without_gaps_whoever_rolls_back,
    ordering::a_job_has_one_holder_until_the_lease_ends,
    ordering::a_job_asked_for_again_is_owed_again,
    sweeping::only_files_without_a_row_are_swept,
    analysing::a_series_is_judged_while_it_arrives_and_again_when_it_grows,
    analysing::a_second_reader_answers_after_the_first_and_a_candidate_is_kept_apart,
    analysing::who_dies_at_an_analysis_is_replaced_and_the_word_is_the_same,
    publishing::a_flag_is_published_once_and_a_later_word_beside_it,
    publishing::what_raises_no_flag_is_not_published,
);

/// The reception of one test, over its database.
struct Ward {
    db: Database,
    vault: FileStore,
    receiver: Receiver,
    clock: HandClock,
    arrivals: mpsc::UnboundedReceiver<Arrival>,
    _folder: tempfile::TempDir,
}

impl Ward {
    async fn open(db: Database) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let vault = FileStore::open(folder.path().join("blobs")).await.unwrap();
        let region = Arc::new(Region::parse(include_str!("../../demo/region.toml")).unwrap());
        let clock = HandClock::at("2026-11-24T08:00:00Z");
        let (receiver, arrivals) =
            Receiver::start(db.clone(), vault.clone(), region, Arc::new(clock.clone()), EventBell::default());
        Self { db, vault, receiver, clock, arrivals, _folder: folder }
    }

    async fn receive(&self, slice: &CtSlice, from: &str) -> Receipt {
        let instance = slice.stream(&self.vault).await;
        let received = Received::from_stream(scanner(), DeliveryId::new(), site(from), instance);
        self.receiver.receive(received).await.unwrap()
    }

    async fn read(&self) -> Tx {
        self.db.read().await.unwrap()
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

fn scanner() -> Origin {
    Origin::CStore { calling: "VALMONT_CT".parse().unwrap() }
}

fn site(id: &str) -> SiteId {
    id.parse().unwrap()
}
