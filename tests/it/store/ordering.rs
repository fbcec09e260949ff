//! Events in order without gaps; jobs with one holder.

use serde_json::json;
use vigie::db::events::{EventKind, NewEvent};
use vigie::db::{Database, events, jobs};
use vigie::domain::time::{Minutes, Timestamp};

const KIND: &str = "analyse_series";

fn at(rfc3339: &str) -> Timestamp {
    rfc3339.parse().unwrap()
}

fn event() -> NewEvent {
    NewEvent {
        kind: EventKind::CaseChanged,
        case: None,
        site: None,
        actor: None,
        detail: json!({"what": "test"}),
    }
}

pub async fn events_number_without_gaps_whoever_rolls_back(db: Database) {
    const WRITERS: usize = 8;
    const EACH: usize = 10;
    let now = at("2026-11-24T08:00:00Z");
    let writers = (0..WRITERS).map(|writer| {
        let db = db.clone();
        tokio::spawn(async move {
            let mut kept = Vec::new();
            for turn in 0..EACH {
                let mut tx = db.write().await.unwrap();
                let last = events::append(&mut tx, now, &[event(), event()]).await.unwrap();
                // every third changes its mind: what it numbered is another's
                if (writer + turn) % 3 == 0 {
                    drop(tx);
                } else {
                    tx.commit().await.unwrap();
                    kept.extend([last - 1, last]);
                }
            }
            kept
        })
    });
    let mut kept: Vec<i64> =
        futures::future::join_all(writers).await.into_iter().flat_map(|writer| writer.unwrap()).collect();
    kept.sort_unstable();
    let mut tx = db.read().await.unwrap();
    let read: Vec<i64> = events::after(&mut tx, 0, 1_000).await.unwrap().into_iter().map(|e| e.seq).collect();
    assert_eq!(read, kept);
    assert_eq!(read, (1..=i64::try_from(kept.len()).unwrap()).collect::<Vec<_>>());
}

pub async fn a_job_has_one_holder_until_the_lease_ends(db: Database) {
    let start = at("2026-11-24T08:00:00Z");
    let ends = start + Minutes(0.5);
    let mut tx = db.write().await.unwrap();
    jobs::ask(&mut tx, KIND, "1.2.3", start).await.unwrap();
    tx.commit().await.unwrap();
    let lease = |owner: &'static str, now: Timestamp| {
        let db = db.clone();
        async move {
            let mut tx = db.write().await.unwrap();
            let held = jobs::lease(&mut tx, KIND, "1.2.3", owner, now, now + Minutes(0.5)).await.unwrap();
            tx.commit().await.unwrap();
            held.is_some()
        }
    };
    // asked at once, one has it
    let (one, other) = tokio::join!(tokio::spawn(lease("one", start)), tokio::spawn(lease("other", start)));
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_ne!(one, other);
    let (holder, waiting) = if one { ("one", "other") } else { ("other", "one") };
    assert!(lease(holder, start).await, "the holder renews");
    assert!(!lease(waiting, start + Minutes(0.4)).await);
    let mut tx = db.read().await.unwrap();
    assert!(jobs::due(&mut tx, KIND, start + Minutes(0.4), 10).await.unwrap().is_empty());
    assert_eq!(
        jobs::due(&mut tx, KIND, ends, 10).await.unwrap().len(),
        1,
        "a dead holder's job is owed again"
    );
    drop(tx);
    assert!(lease(waiting, ends).await);

    let mut tx = db.write().await.unwrap();
    jobs::done(&mut tx, KIND, "1.2.3", holder, ends).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!lease(holder, ends + Minutes(0.1)).await, "who lost the lease cannot end the job");
    let mut tx = db.write().await.unwrap();
    jobs::done(&mut tx, KIND, "1.2.3", waiting, ends).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!lease(holder, ends + Minutes(10.0)).await, "it is done");
}

pub async fn a_job_asked_for_again_is_owed_again(db: Database) {
    let start = at("2026-11-24T08:00:00Z");
    let mut tx = db.write().await.unwrap();
    for _ in 0..3 {
        jobs::ask(&mut tx, KIND, "1.2.3", start).await.unwrap();
    }
    assert_eq!(jobs::due(&mut tx, KIND, start, 10).await.unwrap().len(), 1);
    let lease_end = start + Minutes(0.5);
    jobs::lease(&mut tx, KIND, "1.2.3", "one", start, lease_end).await.unwrap().unwrap();
    let later = start + Minutes(1.0);
    assert_eq!(jobs::give_back(&mut tx, KIND, "1.2.3", "one", "broke", later).await.unwrap(), Some(1));
    assert_eq!(jobs::give_back(&mut tx, KIND, "1.2.3", "one", "broke", later).await.unwrap(), None);
    assert!(
        jobs::due(&mut tx, KIND, lease_end, 10).await.unwrap().is_empty(),
        "it rests before the next try"
    );
    let due = jobs::due(&mut tx, KIND, later, 10).await.unwrap();
    assert_eq!((due.len(), due[0].attempts), (1, 1));
    jobs::lease(&mut tx, KIND, "1.2.3", "one", later, later + Minutes(0.5)).await.unwrap().unwrap();
    jobs::done(&mut tx, KIND, "1.2.3", "one", later).await.unwrap();
    assert!(jobs::due(&mut tx, KIND, later + Minutes(9.0), 10).await.unwrap().is_empty());
    jobs::ask(&mut tx, KIND, "1.2.3", later).await.unwrap();
    let due = jobs::due(&mut tx, KIND, later, 10).await.unwrap();
    assert_eq!((due.len(), due[0].attempts), (1, 0), "new work starts with a clean sheet");
    tx.commit().await.unwrap();
}
