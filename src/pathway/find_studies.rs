//! Finding studies, series and instances among those that a person may see.

use std::collections::{BTreeMap, BTreeSet};

use crate::db::search::{
    self, Attribute, Condition, Filter, InstanceRow, Page, Search, SeriesRow, StudyContent, StudyRow,
    Visibility,
};
use crate::db::{Database, DbError, Tx};

/// A study with what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundStudy {
    pub study: StudyRow,
    pub content: StudyContent,
}

/// A series with its study.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundSeries {
    pub series: SeriesRow,
    pub study: FoundStudy,
}

/// An instance with its series and study.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundInstance {
    pub instance: InstanceRow,
    pub series: SeriesRow,
    pub study: FoundStudy,
}

/// Studies that match, the latest received first.
///
/// # Errors
/// [`DbError`]
pub async fn studies(db: &Database, who: &Visibility, search: &Search) -> Result<Vec<FoundStudy>, DbError> {
    let mut tx = db.read().await?;
    let rows = search::studies(&mut tx, who, search).await?;
    with_contents(&mut tx, rows).await
}

/// Series that match, in reading order.
///
/// # Errors
/// [`DbError`]
pub async fn series(db: &Database, who: &Visibility, search: &Search) -> Result<Vec<FoundSeries>, DbError> {
    let mut tx = db.read().await?;
    let rows = search::series(&mut tx, who, search).await?;
    let studies = studies_of(&mut tx, who, rows.iter().map(|row| &row.study_uid)).await?;
    let found = rows.into_iter().filter_map(|series| {
        let study = studies.get(&series.study_uid)?.clone();
        Some(FoundSeries { series, study })
    });
    Ok(found.collect())
}

/// Instances that match, in reading order.
///
/// # Errors
/// [`DbError`]
pub async fn instances(
    db: &Database,
    who: &Visibility,
    search: &Search,
) -> Result<Vec<FoundInstance>, DbError> {
    let mut tx = db.read().await?;
    let rows = search::instances(&mut tx, who, search).await?;
    let studies = studies_of(&mut tx, who, rows.iter().map(|row| &row.study_uid)).await?;
    let series_uids = rows.iter().map(|row| &row.series_uid);
    let series = search::series(&mut tx, who, &one_of(Attribute::SeriesUid, series_uids)).await?;
    let series: BTreeMap<_, _> = series.into_iter().map(|row| (row.series_uid.clone(), row)).collect();
    let found = rows.into_iter().filter_map(|instance| {
        let series = series.get(&instance.series_uid)?.clone();
        let study = studies.get(&instance.study_uid)?.clone();
        Some(FoundInstance { instance, series, study })
    });
    Ok(found.collect())
}

async fn with_contents(tx: &mut Tx, rows: Vec<StudyRow>) -> Result<Vec<FoundStudy>, DbError> {
    let uids: Vec<String> = rows.iter().map(|row| row.study_uid.clone()).collect();
    let mut contents = search::contents(tx, &uids).await?;
    let with_content = rows.into_iter().map(|study| {
        let content = contents.remove(&study.study_uid).unwrap_or_default();
        FoundStudy { study, content }
    });
    Ok(with_content.collect())
}

async fn studies_of(
    tx: &mut Tx,
    who: &Visibility,
    uids: impl Iterator<Item = &String>,
) -> Result<BTreeMap<String, FoundStudy>, DbError> {
    let rows = search::studies(tx, who, &one_of(Attribute::StudyUid, uids)).await?;
    let found = with_contents(tx, rows).await?;
    Ok(found.into_iter().map(|found| (found.study.study_uid.clone(), found)).collect())
}

fn one_of<'a>(attribute: Attribute, uids: impl Iterator<Item = &'a String>) -> Search {
    let uids: BTreeSet<String> = uids.cloned().collect();
    let page = Page { limit: i64::try_from(uids.len()).unwrap_or(i64::MAX), offset: 0 };
    let condition = Condition::OneOf(uids.into_iter().collect());
    Search { filters: vec![Filter { attribute, condition }], page }
}
