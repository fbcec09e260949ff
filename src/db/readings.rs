//! A model's words in service, and what was last read from them.

use super::column::{from_word, json, parse, time, to_json};
use super::{DbError, Tx, on};
use crate::domain::case::Decision;
use crate::domain::evidence::{Analysis, Finding};
use crate::domain::identity::SiteId;
use crate::domain::time::Timestamp;
use crate::domain::watch::{FirstScore, Reading, Spoken, Watched};

/// A word and, where there is no flag, all that the model left with it: its reason in both languages is there.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    pub spoken: Spoken,
    pub refusal: Option<serde_json::Value>,
}

#[derive(sqlx::FromRow)]
struct HeardRow {
    finding: String,
    refusal: Option<String>,
    received_at: i64,
    case_id: Option<String>,
    decision: Option<String>,
}

impl TryFrom<HeardRow> for Heard {
    type Error = DbError;
    fn try_from(row: HeardRow) -> Result<Self, DbError> {
        let finding: Finding = json(&row.finding, "finding")?;
        let decision: Option<Decision> = row.decision.map(|text| json(&text, "decision")).transpose()?;
        Ok(Self {
            spoken: Spoken {
                at: time(row.received_at, "series' time")?,
                case: row.case_id.map(|id| parse(&id, "case id")).transpose()?,
                analysis: finding.analysis,
                diagnosis: decision.map(|decision| decision.diagnosis),
            },
            refusal: row.refusal.map(|text| json(&text, "analysis")).transpose()?,
        })
    }
}

/// A network's newest final words at a site, newest first. Only a case with a signed report has its diagnosis. The
/// finding's text is our own: its status stands in it as serde writes it.
///
/// # Errors
/// [`DbError`]
pub async fn newest(
    tx: &mut Tx,
    model_sha256: &str,
    site: &SiteId,
    limit: u32,
) -> Result<Vec<Heard>, DbError> {
    let rows: Vec<HeardRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT a.finding, s.received_at, t.case_id,
                    CASE WHEN a.finding LIKE '%\"status\":\"analysed\"%' THEN NULL ELSE a.result END AS refusal,
                    CASE WHEN EXISTS (SELECT 1 FROM reports r WHERE r.case_id = t.case_id)
                         THEN k.decision END AS decision
             FROM analyses a JOIN series s ON s.series_uid = a.series_uid
             JOIN studies t ON t.study_uid = s.study_uid LEFT JOIN cases k ON k.id = t.case_id
             WHERE a.model_sha256 = $1 AND t.site_id = $2
               AND a.finding NOT LIKE '%\"status\":\"not_applicable\"%'
               AND a.finding NOT LIKE '%\"provisional\":true%'
             ORDER BY s.received_at DESC, a.series_uid LIMIT $3",
        )
        .bind(model_sha256)
        .bind(site.as_str())
        .bind(i64::from(limit))
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Heard::try_from).collect()
}

/// The first scores that a network gave at a site.
///
/// # Errors
/// [`DbError`]
pub async fn first_scores(
    tx: &mut Tx,
    model_sha256: &str,
    site: &SiteId,
    limit: u32,
) -> Result<Vec<FirstScore>, DbError> {
    let rows: Vec<(i64, String)> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT s.received_at, a.finding FROM analyses a JOIN series s ON s.series_uid = a.series_uid
             JOIN studies t ON t.study_uid = s.study_uid
             WHERE a.model_sha256 = $1 AND t.site_id = $2
               AND a.finding LIKE '%\"status\":\"analysed\"%' AND a.finding NOT LIKE '%\"provisional\":true%'
             ORDER BY s.received_at, a.series_uid LIMIT $3",
        )
        .bind(model_sha256)
        .bind(site.as_str())
        .bind(i64::from(limit))
        .fetch_all(c)
        .await
    })?;
    let mut scores = Vec::with_capacity(rows.len());
    for (at, text) in rows {
        let finding: Finding = json(&text, "finding")?;
        if let Analysis::Analysed { probability, .. } = finding.analysis {
            scores.push(FirstScore { at: time(at, "series' time")?, probability });
        }
    }
    Ok(scores)
}

/// What was last read.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    pub model_name: String,
    pub model_sha256: String,
    pub site: SiteId,
    pub watched: Watched,
    pub reading: Reading,
}

/// Keeps what was read, in place of what was read before.
///
/// # Errors
/// [`DbError`]
pub async fn put(tx: &mut Tx, kept: &Kept, at: Timestamp) -> Result<(), DbError> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO model_readings (model_name, model_sha256, site_id, watched, reading, read_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (model_sha256, site_id, watched) DO UPDATE
             SET model_name = excluded.model_name, reading = excluded.reading, read_at = excluded.read_at",
        )
        .bind(&kept.model_name)
        .bind(&kept.model_sha256)
        .bind(kept.site.as_str())
        .bind(kept.watched.as_str())
        .bind(to_json(&kept.reading, "reading")?)
        .bind(at.as_microsecond())
        .execute(c)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// Everything that was last read.
///
/// # Errors
/// [`DbError`]
pub async fn all(tx: &mut Tx) -> Result<Vec<Kept>, DbError> {
    #[derive(sqlx::FromRow)]
    struct Row {
        model_name: String,
        model_sha256: String,
        site_id: String,
        watched: String,
        reading: String,
    }
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT model_name, model_sha256, site_id, watched, reading FROM model_readings
             ORDER BY model_name, site_id, watched",
        )
        .fetch_all(c)
        .await
    })?;
    rows.into_iter()
        .map(|row| {
            Ok(Kept {
                model_name: row.model_name,
                model_sha256: row.model_sha256,
                site: parse(&row.site_id, "site id")?,
                watched: from_word(&row.watched, "watched")?,
                reading: json(&row.reading, "reading")?,
            })
        })
        .collect()
}
