//! A case, whole, as its page shows it.

use std::collections::BTreeMap;

use super::decide_dispatch::decided;
use super::desk::Desk;
use super::dispatch_options::label_and_gate;
use super::order_queue::{Dossier, Row, evidence_of, ranges, row};
use super::reading_room::last_turn;
use super::view::report::ReportView;
use super::view::{Benchmark, CaseView, Person, Posterior, SeriesView, StudyView, findings};
use super::view_milestones::lines;
use super::visibility::Sight;
use crate::db::series::Series;
use crate::db::studies::Listed;
use crate::db::users::{self, User};
use crate::db::{
    DbError, Tx, analyses, cases, consults, dispatch_decisions, hand_overs, milestones, reports, series,
    studies,
};
use crate::domain::clinical::benchmark::{Line, Standing};
use crate::domain::clinical::milestone::MilestoneKind;
use crate::domain::identity::{CaseId, SiteId, UserId};
use crate::domain::report;

/// A case with its images, analyses, report and decisions, placed as in the queue of someone with this sight; `None`
/// when there is no such case.
///
/// # Errors
/// [`DbError`]
pub async fn view_case(desk: &Desk, sight: &Sight, id: CaseId) -> Result<Option<CaseView>, DbError> {
    let now = desk.now();
    let mut tx = desk.db.read().await?;
    let Some(dossier) = dossier(&mut tx, id).await? else { return Ok(None) };
    let versions = reports::of_case(&mut tx, id).await?;
    let dispatch = dispatch_decisions::latest(&mut tx, id).await?;
    let listed = studies::of_case(&mut tx, id).await?;
    let seen = milestones::seen(&mut tx, &dossier.case).await?;
    let entries = milestones::entries(&mut tx, id).await?;
    let stretches = lines(&mut tx, &dossier.case, &seen, &entries, now).await?;
    let people: BTreeMap<UserId, User> =
        users::all(&mut tx).await?.into_iter().map(|user| (user.id, user)).collect();
    let last = last_turn(&mut tx, sight, now).await?;
    drop(tx);
    let Row { item, posterior } = row(&dossier, &desk.region, &people, last, now);
    Ok(Some(CaseView {
        item,
        door_at: seen.corrected(&entries).at(MilestoneKind::Door),
        note: dossier.case.picture.note.clone(),
        posterior: Posterior::of(posterior, ranges(&dossier, &desk.region)),
        studies: listed.iter().map(|study| study_view(study, &dossier.series)).collect(),
        analyses: findings::analyses(
            &dossier.kept,
            &dossier.series,
            &evidence_of(&desk.region, &dossier.case),
        ),
        report_due_at: dossier.case.first_image_at.map(|at| at + report::WITHIN),
        reported_at: versions.first().map(|first| first.signed_at),
        report: report::in_force(versions).map(|standing| ReportView::of(standing, &people)),
        dispatch_decision: dispatch.map(|(decision, shown)| {
            let by = people.get(&decision.by).map(Person::from);
            let chosen = label_and_gate(&decision.plan, &shown);
            decided(decision, chosen, by)
        }),
        benchmarks: stretches.iter().map(benchmark).collect(),
    }))
}

/// Everything about one case.
pub(super) async fn dossier(tx: &mut Tx, id: CaseId) -> Result<Option<Dossier>, DbError> {
    let Some(case) = cases::get(tx, id).await? else { return Ok(None) };
    let mut all_series = Vec::new();
    for study in studies::of_case(tx, id).await? {
        all_series.extend(series::of_study(tx, &study.uid).await?);
    }
    let kept = analyses::of_case(tx, id).await?;
    let consult = consults::open_of_case(tx, id).await?;
    let given_back = hand_overs::latest(tx, id).await?;
    Ok(Some(Dossier { case, series: all_series, kept, consult, given_back }))
}

fn study_view(study: &Listed, series: &[Series]) -> StudyView {
    let mine: Vec<&Series> = series.iter().filter(|s| s.study == study.uid).collect();
    let mut modalities: Vec<String> = mine.iter().map(|s| s.modality.clone()).collect();
    modalities.sort_unstable();
    modalities.dedup();
    StudyView {
        study_instance_uid: study.uid.clone(),
        description: study.description.clone(),
        study_date: study.date.clone(),
        modalities,
        series: mine
            .into_iter()
            .map(|s| SeriesView {
                series_instance_uid: s.uid.clone(),
                modality: s.modality.clone(),
                kind: s.kind.clone(),
                description: s.description.clone(),
                instances: s.instances.unsigned_abs(),
                complete: s.complete_at.is_some(),
                document: s.is_document(),
            })
            .collect(),
    }
}

/// A stretch in short: its minutes once both its ends are known.
fn benchmark(line: &Line) -> Benchmark {
    let minutes = match line.standing {
        Standing::Met { minutes } | Standing::Missed { minutes } => Some(minutes),
        Standing::NotStarted
        | Standing::NotPlanned
        | Standing::Possible { .. }
        | Standing::Running { .. }
        | Standing::Overdue { .. } => None,
    };
    Benchmark {
        code: line.stretch,
        label: line.stretch.label().into(),
        minutes: minutes.map(|m| (m.0 * 10.0).round() / 10.0),
        target: line.target.0,
    }
}

/// The site that sent a case; `None` when there is no such case.
///
/// # Errors
/// [`DbError`]
pub async fn site_of(desk: &Desk, id: CaseId) -> Result<Option<SiteId>, DbError> {
    let mut tx = desk.db.read().await?;
    Ok(cases::get(&mut tx, id).await?.map(|case| case.site))
}

/// A person by id, for a name to show.
///
/// # Errors
/// [`DbError`]
pub async fn person(desk: &Desk, id: UserId) -> Result<Option<User>, DbError> {
    let mut tx = desk.db.read().await?;
    users::get(&mut tx, id).await
}

/// Everyone with an account, for names to show.
///
/// # Errors
/// [`DbError`]
pub async fn people(desk: &Desk) -> Result<BTreeMap<UserId, User>, DbError> {
    let mut tx = desk.db.read().await?;
    Ok(users::all(&mut tx).await?.into_iter().map(|user| (user.id, user)).collect())
}
