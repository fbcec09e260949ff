//! Search (PS3.18 section 10.6).

mod query;
mod results;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

use super::DicomWeb;
use super::asked::{Asking, Within};
use super::refusal::Refused;
use crate::api::access::{Permit, ViewImages};
use crate::db::search::{Attribute, Condition, Filter, Level, Page, Scope, Visibility};
use crate::imaging::metadata::tag_key;
use crate::pathway::find_studies;
pub use query::BadQuery;
use query::{Include, MAX_RESULTS, Query as Asked};
use results::{Above, DataSet};

/// Studies.
pub async fn studies(
    permit: Permit<ViewImages>,
    State(web): State<DicomWeb>,
    asking: Asking<Within>,
) -> Result<Response, Refused> {
    let asked = ask(&asking, Level::Study)?;
    let (seen, base) = (web.sight(&permit), asking.base_url());
    let mut results = Vec::new();
    for found in find_studies::studies(&web.desk.db, &seen, &asked.search).await? {
        let data_set = results::of_study(&found, &base);
        let scope = scope_of(&found.study.study_uid, None, None);
        results.push(include(&web, &seen, &asked.include, scope, data_set).await?);
    }
    answer(&results, &asked)
}

/// Series, of a study or of all.
pub async fn series(
    permit: Permit<ViewImages>,
    State(web): State<DicomWeb>,
    asking: Asking<Within>,
) -> Result<Response, Refused> {
    let asked = ask(&asking, Level::Series)?;
    let (seen, base) = (web.sight(&permit), asking.base_url());
    let study = if asking.path.study.is_some() { Above::Named } else { Above::Told };
    let mut results = Vec::new();
    for found in find_studies::series(&web.desk.db, &seen, &asked.search).await? {
        let data_set = results::of_series(&found, &base, study);
        let scope = scope_of(&found.series.study_uid, Some(&found.series.series_uid), None);
        results.push(include(&web, &seen, &asked.include, scope, data_set).await?);
    }
    answer(&results, &asked)
}

/// Instances, of a series, of a study or of all.
pub async fn instances(
    permit: Permit<ViewImages>,
    State(web): State<DicomWeb>,
    asking: Asking<Within>,
) -> Result<Response, Refused> {
    let asked = ask(&asking, Level::Instance)?;
    let (seen, base) = (web.sight(&permit), asking.base_url());
    let study = if asking.path.study.is_some() { Above::Named } else { Above::Told };
    let series = if asking.path.series.is_some() { Above::Named } else { Above::Told };
    let mut results = Vec::new();
    for found in find_studies::instances(&web.desk.db, &seen, &asked.search).await? {
        let data_set = results::of_instance(&found, &base, study, series);
        let instance = &found.instance;
        let scope = scope_of(&instance.study_uid, Some(&instance.series_uid), Some(&instance.sop_uid));
        results.push(include(&web, &seen, &asked.include, scope, data_set).await?);
    }
    answer(&results, &asked)
}

fn ask(asking: &Asking<Within>, level: Level) -> Result<Asked, Refused> {
    if !asking.takes_json() {
        return Err(Refused::NotAcceptable("search results are application/dicom+json"));
    }
    let mut asked = query::parse(&asking.query, level)?;
    let mut only = |attribute, uid: String| {
        asked.search.filters.push(Filter { attribute, condition: Condition::OneOf(vec![uid]) });
    };
    if let Some(study) = &asking.path.study {
        only(Attribute::StudyUid, study.to_string());
    }
    if let Some(series) = &asking.path.series {
        only(Attribute::SeriesUid, series.to_string());
    }
    Ok(asked)
}

/// A found resource by its stored identifiers, which were checked when they were received.
fn scope_of(study: &str, series: Option<&str>, instance: Option<&str>) -> Option<Scope> {
    Some(Scope {
        study: study.parse().ok()?,
        series: series.map(str::parse).transpose().ok()?,
        instance: instance.map(str::parse).transpose().ok()?,
    })
}

/// Adds what the client wants beyond the level's attributes, from the resource's first instance.
async fn include(
    web: &DicomWeb,
    seen: &Visibility,
    include: &Include,
    scope: Option<Scope>,
    mut data_set: DataSet,
) -> Result<Value, Refused> {
    let scope = scope.filter(|_| *include != Include::Listed(Vec::new()));
    let Some(scope) = scope else { return Ok(data_set.into_json()) };
    let first = Page { limit: 1, offset: 0 };
    let rows = web.retriever.metadata(seen, &scope, first).await?;
    let Some(row) = rows.first() else { return Ok(data_set.into_json()) };
    let metadata: Value = serde_json::from_str(&row.metadata).unwrap_or_default();
    let whole_instance = scope.instance.is_some();
    if let Some(attributes) = metadata.as_object() {
        for (tag, attribute) in attributes {
            let wanted = match include {
                // Of a study or series, one instance tells only what all have in common.
                Include::All => whole_instance,
                Include::Listed(listed) => listed.iter().any(|wanted| tag_key(*wanted) == *tag),
            };
            if wanted && attribute.get("BulkDataURI").is_none() {
                data_set.include(tag, attribute);
            }
        }
    }
    Ok(data_set.into_json())
}

fn answer(results: &[Value], asked: &Asked) -> Result<Response, Refused> {
    let body = serde_json::to_vec(results).map_err(|error| Refused::Malformed(error.to_string()))?;
    let headers = [(header::CONTENT_TYPE, "application/dicom+json"), (header::CACHE_CONTROL, "no-store")];
    let mut response = (StatusCode::OK, headers, body).into_response();
    let cut = i64::try_from(results.len()).is_ok_and(|count| count >= MAX_RESULTS);
    let more = cut.then(|| "There may be additional results that can be requested".to_owned());
    for warning in asked.warnings.iter().chain(&more) {
        if let Ok(value) = HeaderValue::from_str(&format!("299 vigie \"{warning}\"")) {
            response.headers_mut().append(header::WARNING, value);
        }
    }
    Ok(response)
}
