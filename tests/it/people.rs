//! People and time: the rota, and calls that go up it until someone accepts.

mod calls;
pub(crate) mod channels;
mod rota;

use reqwest::Method;
use serde_json::{Value, json};
use vigie::db::{Database, users};
use vigie::domain::alerting::Waits;
use vigie::pathway::switchboard::{Courier, Switchboard};

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
        async fn every_rule_of_people_holds_on_postgresql() {
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
    rota::an_administrator_s_pool_answers_who_is_on_call_and_why,
    rota::two_edits_never_mix,
    rota::who_cannot_answer_is_not_put_on_it,
    rota::a_table_is_taken_whole_or_not_at_all,
    calls::silence_goes_up_the_rota_and_reaches_the_sender,
    calls::an_acceptance_ends_the_calling,
    calls::a_claim_is_an_acceptance,
    calls::who_cannot_come_makes_nobody_wait,
    calls::a_round_happens_once_whoever_works,
    calls::a_case_is_called_once_until_it_is_given_back,
    calls::a_flag_that_counts_calls_a_reader_to_a_case_without_alert,
    calls::a_specialist_is_called_when_asked_for,
    calls::a_reading_that_lapses_calls_the_next_on_call,
    calls::a_hold_from_before_an_upgrade_lapses_after_it,
    calls::a_flag_that_came_during_a_reading_that_lapsed_calls_a_reader,
    calls::a_thrombectomy_calls_the_interventionalist_of_the_centre,
    calls::who_accepted_is_told_when_another_takes_or_decides_the_case,
    calls::an_interventionalist_who_accepted_is_told_when_the_call_is_stood_down,
    calls::without_a_rota_everyone_is_called_at_once,
    channels::a_pager_and_a_letter_say_where_and_how_urgent_and_name_nobody,
    channels::a_dead_channel_is_said_and_the_call_goes_on,
    channels::what_failed_is_sent_when_the_channel_is_back,
    channels::a_call_that_was_accepted_is_sent_to_nobody_any_more,
    channels::a_closed_browser_is_called_and_only_it_can_read_the_call,
    channels::a_person_says_how_they_are_reached_and_the_application_always_calls,
);

/// The switchboard with these channels out of the house.
fn board(server: &Server, couriers: Vec<std::sync::Arc<dyn Courier>>) -> Switchboard {
    Switchboard {
        desk: server.desk.clone(),
        couriers,
        waits: Waits::default(),
        public_url: "https://vigie.example".to_owned(),
    }
}

/// One look of the switchboard at everything that is due.
async fn look(board: &Switchboard) {
    board.call_round("test").await.unwrap();
    board.post("test").await.unwrap();
}

async fn id_of(server: &Server, username: &str) -> String {
    let mut tx = server.desk.db.read().await.unwrap();
    users::by_username(&mut tx, username).await.unwrap().unwrap().0.id.to_string()
}

/// The neurologist first, the radiologist behind, at every hour, for every site.
async fn on_call(server: &Server) {
    let every_day = json!(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]);
    let shift = |level: u8, person: String| json!({ "level": level, "person": person, "days": every_day, "from": "00:00", "to": "00:00" });
    let pool = json!({
        "name": "Neurologie", "specialty": "neurologist", "zone": "Europe/Paris",
        "sites": ["valmont", "roche-claire", "saint-aubin", "grand-lac"],
        "shifts": [shift(1, id_of(server, "neurologist").await), shift(2, id_of(server, "radiologist").await)],
    });
    assert_eq!(put(server, "admin", "/api/v1/rota/pools/neuro", &pool).await.0, 200);
}

async fn put(server: &Server, who: &str, path: &str, body: &Value) -> (u16, Value) {
    let response = server.by(who, Method::PUT, path).json(body).send().await.unwrap();
    let status = response.status().as_u16();
    (status, response.json().await.unwrap_or(Value::Null))
}
