//! Indicators by site and month: for a page, and for a spreadsheet.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::{HeaderName, header};
use serde::Deserialize;
use utoipa::IntoParams;

use super::App;
use super::access::{Permit, ViewIndicators};
use super::problem::{FieldError, Problem, ProblemDocument};
use crate::db::users::User;
use crate::domain::indicators::Month;
use crate::domain::wording::Text;
use crate::pathway::indicators::{Asked, IndicatorsError, indicators};
use crate::pathway::view::indicators::{CellView, IndicatorsView, ShareView};

/// Which months; the last twelve where nothing is said.
#[derive(Debug, Deserialize, IntoParams)]
pub struct PeriodQuery {
    /// First month, as `2026-01`.
    #[param(value_type = Option<String>)]
    from: Option<Month>,
    /// Last month.
    #[param(value_type = Option<String>)]
    to: Option<Month>,
}

async fn read(app: &App, user: &User, period: &PeriodQuery) -> Result<IndicatorsView, Problem> {
    let asked = Asked { from: period.from, to: period.to };
    match indicators(&app.desk, user, asked).await {
        Ok(found) => Ok(IndicatorsView::of(&found, &app.desk.region)),
        Err(IndicatorsError::Db(error)) => Err(error.into()),
        Err(IndicatorsError::Period) => Err(Problem::fields(&[FieldError {
            pointer: "/from",
            detail: Text::new(
                "La période finit avant de commencer, ou dépasse 36 mois.",
                "The period ends before it begins, or is longer than 36 months.",
            ),
        }])),
    }
}

/// Indicators by site and month, of the sites whose cases the person sees.
#[utoipa::path(get, path = "/api/v1/indicators", tag = "indicators", params(PeriodQuery), responses(
    (status = 200, body = IndicatorsView), (status = 400, body = ProblemDocument), (status = 401, body = ProblemDocument),
    (status = 403, body = ProblemDocument), (status = 422, body = ProblemDocument)))]
pub async fn list(
    permit: Permit<ViewIndicators>,
    State(app): State<App>,
    Query(period): Query<PeriodQuery>,
) -> Result<Json<IndicatorsView>, Problem> {
    Ok(Json(read(&app, &permit.actor.user, &period).await?))
}

/// The same as a table: a line a site, a month and an indicator.
#[utoipa::path(get, path = "/api/v1/indicators.csv", tag = "indicators", params(PeriodQuery), responses(
    (status = 200, body = String, content_type = "text/csv"), (status = 400, body = ProblemDocument),
    (status = 401, body = ProblemDocument), (status = 403, body = ProblemDocument),
    (status = 422, body = ProblemDocument)))]
pub async fn table(
    permit: Permit<ViewIndicators>,
    State(app): State<App>,
    Query(period): Query<PeriodQuery>,
) -> Result<([(HeaderName, &'static str); 2], String), Problem> {
    let view = read(&app, &permit.actor.user, &period).await?;
    let text = written(&view).map_err(|error| Problem::internal(error.as_ref()))?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"indicators.csv\""),
    ];
    Ok((headers, text))
}

/// One indicator of one site and month. Minutes, shares 0 to 1, euros and counts, as `unit` says.
struct Line<'a> {
    indicator: String,
    unit: &'a str,
    /// Cases that it rests on.
    cases: u32,
    value: Option<f64>,
    p90: Option<f64>,
    target: Option<f64>,
    met: Option<u32>,
}

fn written(view: &IndicatorsView) -> Result<String, Box<dyn std::error::Error>> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(["site", "month", "indicator", "unit", "cases", "value", "p90", "target", "met"])?;
    for cell in &view.cells {
        let site = cell.site.as_ref().map_or("all", |site| site.as_str());
        let month = cell.month.map_or_else(|| "all".to_owned(), |month| month.to_string());
        for line in lines(cell) {
            let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
            table.write_record([
                site,
                &month,
                &line.indicator,
                line.unit,
                &line.cases.to_string(),
                &number(line.value),
                &number(line.p90),
                &number(line.target),
                &line.met.map(|met| met.to_string()).unwrap_or_default(),
            ])?;
        }
    }
    Ok(String::from_utf8(table.into_inner()?)?)
}

fn lines(cell: &CellView) -> Vec<Line<'_>> {
    let share = |indicator: &str, counted: &ShareView| Line {
        indicator: indicator.to_owned(),
        unit: "share",
        cases: counted.whole,
        value: counted.share.map(|share| share.value),
        p90: None,
        target: None,
        met: Some(counted.part),
    };
    let count = |indicator: &str, unit, value: f64| Line {
        indicator: indicator.to_owned(),
        unit,
        cases: cell.transports.decisions,
        value: Some(value),
        p90: None,
        target: None,
        met: None,
    };
    let mut lines = vec![
        Line { cases: cell.cases, ..count("cases", "count", f64::from(cell.cases)) },
        share("within_45_min", &cell.within_target),
        share("within_120_min", &cell.within_limit),
    ];
    for interval in &cell.intervals {
        lines.push(Line {
            indicator: serde_json::json!(interval.code).as_str().unwrap_or_default().to_owned(),
            unit: "minutes",
            cases: interval.met.whole,
            value: interval.median,
            p90: interval.p90,
            target: Some(interval.target),
            met: Some(interval.met.part),
        });
    }
    for accuracy in &cell.accuracy {
        let task = accuracy.task.as_str();
        lines.push(share(&format!("{task}_missed"), &accuracy.missed));
        lines.push(share(&format!("{task}_false_flags"), &accuracy.false_flags));
    }
    lines.push(share("calls_escalated", &cell.escalated));
    let transports = &cell.transports;
    lines.push(count("transport_decisions", "count", f64::from(transports.decisions)));
    lines.push(count("flights", "count", f64::from(transports.flights)));
    lines.push(count("flights_avoided_moving", "count", f64::from(transports.avoided_moving)));
    lines.push(count("flights_avoided_staying", "count", f64::from(transports.avoided_staying)));
    lines.push(count("euros_saved", "euros", transports.euros_saved));
    lines
}
