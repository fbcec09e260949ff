//! One instance once, conflicts apart, nothing acknowledged that is not there.

use std::collections::BTreeSet;

use vigie::archive::Integrity;
use vigie::db::events::EventKind;
use vigie::db::{Database, analyses, conflicts, events, instances, series};
use vigie::domain::evidence::{Analysis, EvidenceLevel, Finding, Task};
use vigie::pathway::receive_instance::{DeliveryId, Receipt, Received};

use super::{Ward, scanner, site};
use crate::support::instance::CtSlice;

pub async fn a_repeated_instance_is_one_instance(db: Database) {
    let ward = Ward::open(db).await;
    let slice = CtSlice::of_patient("P-1");
    assert_eq!(ward.receive(&slice, "valmont").await, Receipt::Stored);
    let told = events::last(&mut ward.read().await).await.unwrap();
    for _ in 0..3 {
        assert_eq!(ward.receive(&slice, "valmont").await, Receipt::Duplicate);
    }
    let mut tx = ward.read().await;
    let kept = instances::arrived_after(&mut tx, &slice.series, 0, 10).await.unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!(series::owner(&mut tx, &slice.series).await.unwrap().unwrap().instances, 1);
    assert_eq!(events::last(&mut tx).await.unwrap(), told, "a repeat changes nothing that anybody sees");
    let bytes = ward.vault.read_range(kept[0].blob, kept[0].data_set_offset..kept[0].size).await.unwrap();
    assert_eq!(bytes, slice.data_set());
}

pub async fn other_bytes_of_a_uid_are_kept_apart_and_the_first_stay_served(db: Database) {
    let ward = Ward::open(db).await;
    let first = CtSlice::of_patient("P-1");
    let other = CtSlice { grey: 70, ..first.clone() };
    assert_eq!(ward.receive(&first, "valmont").await, Receipt::Stored);
    assert_eq!(ward.receive(&other, "roche-claire").await, Receipt::ConflictKept);
    assert_eq!(ward.receive(&other, "roche-claire").await, Receipt::Duplicate);
    assert_eq!(ward.receive(&first, "valmont").await, Receipt::Duplicate);

    let mut tx = ward.read().await;
    let kept = instances::arrived_after(&mut tx, &first.series, 0, 10).await.unwrap();
    assert_eq!(kept.len(), 1);
    let served = ward.vault.read_range(kept[0].blob, kept[0].data_set_offset..kept[0].size).await.unwrap();
    assert_eq!(served, first.data_set());
    let conflicts = conflicts::all(&mut tx, 10).await.unwrap();
    assert_eq!(conflicts.len(), 1);
    assert_eq!(
        (&conflicts[0].sop_instance, &conflicts[0].site),
        (&first.sop_instance, &site("roche-claire"))
    );
    let aside = ward.vault.read_range(conflicts[0].id.parse().unwrap(), 0..u64::MAX).await.unwrap();
    assert!(aside.ends_with(&other.data_set()));
    let told = events::after(&mut tx, 0, 100).await.unwrap();
    assert_eq!(told.iter().filter(|event| event.kind == EventKind::ConflictKept).count(), 1);
}

pub async fn what_is_acknowledged_is_on_disk_in_order_of_arrival(db: Database) {
    const SENDERS: usize = 6;
    const EACH: usize = 12;
    let ward = Ward::open(db).await;
    let first = CtSlice::of_patient("P-1");
    let senders = (0..SENDERS).map(|_| {
        let (receiver, vault, first) = (ward.receiver.clone(), ward.vault.clone(), first.clone());
        tokio::spawn(async move {
            let delivery = DeliveryId::new();
            let mut acknowledged = Vec::new();
            for _ in 0..EACH {
                let slice = first.next();
                let instance = slice.stream(&vault).await;
                let received = Received::from_stream(scanner(), delivery, site("valmont"), instance);
                assert_eq!(receiver.receive(received).await.unwrap(), Receipt::Stored);
                acknowledged.push(slice.sop_instance);
            }
            acknowledged
        })
    });
    let acknowledged: BTreeSet<_> =
        futures::future::join_all(senders).await.into_iter().flat_map(|sender| sender.unwrap()).collect();

    let mut tx = ward.read().await;
    let kept = instances::arrived_after(&mut tx, &first.series, 0, 1_000).await.unwrap();
    assert_eq!(kept.iter().map(|one| one.sop_instance.clone()).collect::<BTreeSet<_>>(), acknowledged);
    let ordinals: Vec<i64> = kept.iter().map(|one| one.ordinal).collect();
    assert_eq!(ordinals, (1..=i64::try_from(SENDERS * EACH).unwrap()).collect::<Vec<_>>());
    for one in &kept {
        let sealed = instances::sealed(&mut tx, &one.sop_instance).await.unwrap().unwrap();
        assert_eq!(ward.vault.verify(sealed.blob).await.unwrap(), Integrity::Whole);
    }
    let order: Vec<i64> =
        events::after(&mut tx, 0, 1_000).await.unwrap().into_iter().map(|event| event.seq).collect();
    assert_eq!(order, (1..=i64::try_from(order.len()).unwrap()).collect::<Vec<_>>());
}

pub async fn a_reopened_series_takes_its_negative_word_back(db: Database) {
    let ward = Ward::open(db).await;
    let finding = |flag| Finding {
        task: Task::Hemorrhage,
        analysis: Analysis::Analysed { probability: 0.1, threshold: 0.5, flag, volume_ml: None },
        provisional: false,
        evidence: EvidenceLevel::Phantom,
        performance: None,
    };
    for (flag, words_left) in [(false, 0), (true, 1)] {
        let slice = CtSlice::of_patient("P-1");
        ward.receive(&slice, "valmont").await;
        let mut tx = ward.db.write().await.unwrap();
        assert!(series::complete(&mut tx, &slice.series, 1, ward.now()).await.unwrap());
        let (finding, whole) = (finding(flag), serde_json::json!({}));
        analyses::put(&mut tx, &slice.series, "model", &finding, &whole, ward.now()).await.unwrap();
        tx.commit().await.unwrap();

        ward.receive(&slice.next(), "valmont").await;
        let mut tx = ward.read().await;
        let words = analyses::of_series(&mut tx, &slice.series).await.unwrap();
        assert_eq!(words.len(), words_left, "only what can raise stands while more arrives");
        let listed = series::of_study(&mut tx, &slice.study).await.unwrap();
        assert_eq!((listed[0].instances, listed[0].complete_at), (2, None));
    }
}
