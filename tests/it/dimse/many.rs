//! Many peers at once, repeated instances, and the same UID with other bytes.

use std::path::PathBuf;

use futures::future::join_all;

use super::raw::{self, slice};
use super::support::{STORESCU, Vigie, count, options, tool};
use vigie::intake::bounds::Bounds;
use vigie::intake::sites::SitePolicy;

#[tokio::test(flavor = "multi_thread")]
async fn fifty_associations_are_open_at_once_and_each_is_served() {
    let vigie = Vigie::start(options()).await;
    let senders = join_all((0..60).map(|_| raw::open(&vigie))).await;
    let mut senders: Vec<_> = senders.into_iter().map(Result::unwrap).collect();
    let stores = senders.iter_mut().enumerate().map(async |(i, sender)| {
        let uid = format!("1.2.826.0.2.{i}");
        let study = format!("1.2.826.0.3.{}", i % 5);
        sender.store(&uid, &slice(&uid, &study, &format!("{study}.1"), 1)).await
    });
    assert!(join_all(stores).await.into_iter().all(|status| status == 0));
    assert_eq!(vigie.files().len(), 60);
    assert_eq!(count(&vigie.db, "instances").await, 60);
    assert_eq!(count(&vigie.db, "studies").await, 5);
    vigie.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_more_than_the_bound_is_turned_away_and_may_come_back() {
    let mut options = options();
    options.bounds = Bounds { total: 10, per_peer: 2 };
    let vigie = Vigie::start(options).await;
    let first = raw::open(&vigie).await.unwrap();
    let _second = raw::open(&vigie).await.unwrap();
    let refused = raw::open(&vigie).await.err().expect("the third is refused").to_string();
    assert!(refused.contains("local limit exceeded"), "{refused}");
    first.association.release().await.unwrap();
    let mut again = raw::open(&vigie).await;
    for _ in 0..200 {
        if again.is_ok() {
            break;
        }
        again = raw::open(&vigie).await;
    }
    assert!(again.is_ok(), "the place is free again");
    vigie.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_instance_is_one_and_other_bytes_are_kept_apart() {
    let vigie = Vigie::start(options()).await;
    let mut sender = raw::open(&vigie).await.unwrap();
    let (uid, study, series) = ("1.2.826.0.4.1", "1.2.826.0.4.2", "1.2.826.0.4.3");
    for _ in 0..3 {
        assert_eq!(sender.store(uid, &slice(uid, study, series, 7)).await, 0);
    }
    assert_eq!(vigie.files().len(), 1);
    for _ in 0..2 {
        assert_eq!(sender.store(uid, &slice(uid, study, series, 8)).await, 0);
    }
    assert_eq!(vigie.files().len(), 2);
    assert_eq!(count(&vigie.db, "instances").await, 1);
    assert_eq!(count(&vigie.db, "conflicts").await, 1);
    vigie.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_is_refused_where_titles_are_listed() {
    let mut options = options();
    let valmont = "valmont".parse().unwrap();
    options.terms.sites = SitePolicy::Listed([("VALMONT_CT".parse().unwrap(), valmont)].into());
    let vigie = Vigie::start(options).await;
    let file = super::support::demo_study("saignement").join("0001.dcm");
    let files: Vec<PathBuf> = vec![file];
    let files: Vec<_> = files.iter().map(PathBuf::as_path).collect();
    let (code, said) =
        tool(STORESCU, &vigie, &["-v", "-aec", "VIGIE", "-aet", "STRANGER", "-xt"], &files).await;
    assert_ne!(code, 0);
    assert!(said.contains("Calling AE Title Not Recognized"), "{said}");
    let (code, said) =
        tool(STORESCU, &vigie, &["-v", "-aec", "VIGIE", "-aet", "VALMONT_CT", "-xt"], &files).await;
    assert_eq!(code, 0, "{said}");
    assert_eq!(vigie.files().len(), 1);
    vigie.stop().await;
}
