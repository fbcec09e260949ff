//! The chain of records: whole after ordinary work, and every way of tampering shows.

use sqlx::SqlitePool;
use vigie::db::Database;
use vigie::pathway::verify_audit::{Break, VerifyError, verify_audit};

use crate::support::server::Server;

async fn broken(server: &Server) -> Break {
    match verify_audit(&server.desk.db, &server.desk.auditor).await {
        Err(VerifyError::Broken(broken)) => broken,
        other => panic!("the chain should be broken: {other:?}"),
    }
}

async fn worked() -> (Server, SqlitePool, i64) {
    let server = Server::start().await;
    server.alert("P-1").await;
    server.read("neurologist", "/api/v1/worklist").await;
    let records = verify_audit(&server.desk.db, &server.desk.auditor).await.unwrap();
    let Database::Sqlite { write, .. } = &server.desk.db else { panic!("SQLite") };
    let pool = write.clone();
    (server, pool, records)
}

#[tokio::test]
async fn every_access_is_in_the_chain_once() {
    let (server, _, before) = worked().await;
    server.read("neurologist", "/api/v1/worklist").await;
    let same = verify_audit(&server.desk.db, &server.desk.auditor).await.unwrap();
    assert_eq!(same, before, "the same reading at once is one record");
    assert_eq!(server.get("auditor", "/api/v1/worklist").await.status(), 403);
    let page = server.read("auditor", &format!("/api/v1/audit?after={before}&limit=10")).await;
    let first = &page["records"][0]["record"];
    assert_eq!((&first["action"], &first["outcome"]), (&"worklist.read".into(), &"denied".into()));
}

#[tokio::test]
async fn a_changed_record_shows() {
    let (server, pool, _) = worked().await;
    let change = "UPDATE audit SET record = replace(record, 'allowed', 'denied') WHERE seq = 3";
    sqlx::query(change).execute(&pool).await.unwrap();
    assert_eq!(broken(&server).await, Break::Changed { seq: 3 });
}

#[tokio::test]
async fn a_removed_record_shows() {
    let (server, pool, _) = worked().await;
    sqlx::query("DELETE FROM audit WHERE seq = 4").execute(&pool).await.unwrap();
    assert_eq!(broken(&server).await, Break::Missing { seq: 4 });
}

#[tokio::test]
async fn a_tail_cut_off_shows_even_with_the_head_set_back() {
    let (server, pool, records) = worked().await;
    sqlx::query("DELETE FROM audit WHERE seq = $1").bind(records).execute(&pool).await.unwrap();
    assert_eq!(broken(&server).await, Break::CutOff { found: records - 1, sealed: records });
    // Without the key nobody can seal the earlier head; and an old seal kept is betrayed by the file.
    let back =
        "UPDATE audit_head SET seq = seq - 1, hash = (SELECT hash FROM audit ORDER BY seq DESC LIMIT 1)";
    sqlx::query(back).execute(&pool).await.unwrap();
    assert_eq!(broken(&server).await, Break::ForeignHead { place: "the database" });
    let old = server.desk.auditor.key().seal(&vigie::security::chain::Head {
        seq: records - 1,
        hash: sqlx::query_scalar("SELECT hash FROM audit ORDER BY seq DESC LIMIT 1")
            .fetch_one(&pool)
            .await
            .unwrap(),
    });
    sqlx::query("UPDATE audit_head SET seal = $1").bind(old).execute(&pool).await.unwrap();
    assert_eq!(broken(&server).await, Break::CutOff { found: records - 1, sealed: records });
}

#[tokio::test]
async fn a_missing_head_file_shows() {
    let (server, _, _) = worked().await;
    std::fs::remove_file(server.data_dir.join("audit.head")).unwrap();
    assert_eq!(broken(&server).await, Break::NoHead { place: "audit.head" });
}
