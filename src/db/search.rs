//! Searching and locating images: read-only, and only what the asking person may see.
//!
//! The text of a search is put together here from column names of this file and numbered parameters; nothing
//! of the asker's goes into it.

mod filter;
mod located;

use std::collections::BTreeMap;

use super::{DbError, Tx, on};
use crate::domain::identity::SiteId;
use filter::Statement;
pub use filter::{Attribute, Condition, Filter};
pub use located::{Located, Metadata, Scope, instance_metadata, locate};

/// Whose images may be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visibility {
    /// Studies of cases that these sites sent.
    pub cases: Vec<SiteId>,
    /// Studies that these sites sent and that belong to no case.
    pub unassigned: Vec<SiteId>,
}

/// Part of a result list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    pub limit: i64,
    pub offset: i64,
}

/// What a search asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    pub filters: Vec<Filter>,
    pub page: Page,
}

/// The level of a search: which tables it joins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Study,
    Series,
    Instance,
}

/// A study found. Texts are the header's, as kept at reception.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct StudyRow {
    pub study_uid: String,
    pub patient_id: Option<String>,
    pub patient_name: Option<String>,
    pub birth_date: Option<String>,
    pub sex: Option<String>,
    pub accession: Option<String>,
    pub study_id: Option<String>,
    pub study_date: Option<String>,
    pub study_time: Option<String>,
    pub description: Option<String>,
    pub referring: Option<String>,
}

/// A series found.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SeriesRow {
    pub series_uid: String,
    pub study_uid: String,
    pub modality: String,
    pub series_number: Option<i64>,
    pub description: Option<String>,
    pub body_part: Option<String>,
    pub instance_count: i64,
}

/// An instance found.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct InstanceRow {
    pub sop_uid: String,
    pub series_uid: String,
    pub study_uid: String,
    pub sop_class: String,
    pub transfer_syntax: String,
    pub instance_number: Option<i64>,
    pub image_rows: Option<i64>,
    pub image_columns: Option<i64>,
    pub frames: Option<i64>,
}

/// What a study holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StudyContent {
    /// Each once, sorted.
    pub modalities: Vec<String>,
    pub series: i64,
    pub instances: i64,
}

const STUDY_COLUMNS: &str = "st.study_uid, st.patient_id, st.patient_name, st.birth_date, st.sex, st.accession, \
     st.study_id, st.study_date, st.study_time, st.description, st.referring";
const SERIES_COLUMNS: &str = "se.series_uid, se.study_uid, se.modality, se.series_number, se.description, \
     se.body_part, se.instance_count";
const INSTANCE_COLUMNS: &str = "i.sop_uid, i.series_uid, i.study_uid, i.sop_class, i.transfer_syntax, \
     i.instance_number, i.image_rows, i.image_columns, i.frames";

/// Runs a composed statement on either database.
macro_rules! fetch {
    ($tx:expr, $row:ty, $statement:expr) => {{
        let $crate::db::search::Statement { sql, parameters } = $statement;
        let rows: Vec<$row> = on!($tx, |c| {
            let mut query = sqlx::query_as(sqlx::AssertSqlSafe(sql));
            for parameter in parameters {
                query = match parameter {
                    $crate::db::search::filter::Parameter::Text(text) => query.bind(text),
                    $crate::db::search::filter::Parameter::Number(number) => query.bind(number),
                };
            }
            query.fetch_all(c).await
        })?;
        rows
    }};
}
use fetch;

fn from_clause(level: Level) -> &'static str {
    match level {
        Level::Study => "studies st",
        Level::Series => "series se JOIN studies st ON st.study_uid = se.study_uid",
        Level::Instance => {
            "instances i JOIN series se ON se.series_uid = i.series_uid \
             JOIN studies st ON st.study_uid = i.study_uid"
        }
    }
}

fn statement(level: Level, columns: &str, order: &str, who: &Visibility, search: &Search) -> Statement {
    let mut statement = Statement::new(format!("SELECT {columns} FROM {} WHERE ", from_clause(level)));
    statement.push_visibility(who);
    for filter in &search.filters {
        statement.push_filter(level, filter);
    }
    statement.sql.push_str(" ORDER BY ");
    statement.sql.push_str(order);
    statement.push_page(search.page);
    statement
}

/// Studies, the latest received first.
///
/// # Errors
/// [`DbError`]
pub async fn studies(tx: &mut Tx, who: &Visibility, search: &Search) -> Result<Vec<StudyRow>, DbError> {
    let order = "st.received_at DESC, st.study_uid";
    Ok(fetch!(&mut *tx, StudyRow, statement(Level::Study, STUDY_COLUMNS, order, who, search)))
}

/// Series, by their numbers within a study.
///
/// # Errors
/// [`DbError`]
pub async fn series(tx: &mut Tx, who: &Visibility, search: &Search) -> Result<Vec<SeriesRow>, DbError> {
    let order = "st.received_at DESC, se.study_uid, se.series_number, se.series_uid";
    Ok(fetch!(&mut *tx, SeriesRow, statement(Level::Series, SERIES_COLUMNS, order, who, search)))
}

/// Instances, by their numbers within a series.
///
/// # Errors
/// [`DbError`]
pub async fn instances(tx: &mut Tx, who: &Visibility, search: &Search) -> Result<Vec<InstanceRow>, DbError> {
    let order =
        "st.received_at DESC, i.study_uid, se.series_number, i.series_uid, i.instance_number, i.ordinal";
    Ok(fetch!(&mut *tx, InstanceRow, statement(Level::Instance, INSTANCE_COLUMNS, order, who, search)))
}

/// What each of these studies holds, by study UID.
///
/// # Errors
/// [`DbError`]
pub async fn contents(tx: &mut Tx, studies: &[String]) -> Result<BTreeMap<String, StudyContent>, DbError> {
    let mut found: BTreeMap<String, StudyContent> = BTreeMap::new();
    let mut statement = Statement::new(
        "SELECT study_uid, modality, COUNT(*), CAST(SUM(instance_count) AS BIGINT) FROM series \
         WHERE study_uid IN "
            .to_owned(),
    );
    statement.push_list(studies.iter().cloned());
    statement.sql.push_str(" GROUP BY study_uid, modality ORDER BY modality");
    for (study, modality, series, instances) in fetch!(tx, (String, String, i64, i64), statement) {
        let content = found.entry(study).or_default();
        content.modalities.push(modality);
        content.series += series;
        content.instances += instances;
    }
    Ok(found)
}
