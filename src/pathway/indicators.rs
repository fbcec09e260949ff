//! The indicators of the sites that a person sees, by month.

use std::collections::{BTreeMap, BTreeSet};

use super::desk::Desk;
use super::shown_plans::ShownPlans;
use crate::db::indicators::{Period, calls, dispatched, entries, findings};
use crate::db::users::User;
use crate::db::{DbError, cases, milestones};
use crate::domain::alerting::Call;
use crate::domain::case::{Case, CaseState};
use crate::domain::clinical::milestone::Entry;
use crate::domain::dispatch::Mode;
use crate::domain::evidence::{Analysis, Finding, Task};
use crate::domain::identity::{CaseId, Role, SiteId};
use crate::domain::indicators::{Chosen, Flagged, Key, Month, Row, Summary, Transport, by_site_and_month};
use crate::domain::time::Timestamp;

/// Months shown where nobody asks otherwise.
const USUAL_MONTHS: i32 = 12;
/// Most months at once.
const MOST_MONTHS: i32 = 36;

/// From the first month to the last, both included; what is left out is the last twelve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Asked {
    pub from: Option<Month>,
    pub to: Option<Month>,
}

/// The indicators of a period.
#[derive(Debug, Clone)]
pub struct Indicators {
    pub generated_at: Timestamp,
    pub months: Vec<Month>,
    pub sites: Vec<SiteId>,
    pub cells: BTreeMap<Key, Summary>,
}

/// Why there are none.
#[derive(Debug, thiserror::Error)]
pub enum IndicatorsError {
    #[error("the period ends before it begins, or is longer than {MOST_MONTHS} months")]
    Period,
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Computes the indicators from what is recorded. An auditor answers for the whole region; others see the sites
/// whose cases they see.
///
/// # Errors
/// [`IndicatorsError`]
pub async fn indicators(desk: &Desk, user: &User, asked: Asked) -> Result<Indicators, IndicatorsError> {
    let now = desk.now();
    let zone = &desk.region.zone();
    let to = asked.to.unwrap_or_else(|| Month::of(now, zone));
    let from = asked.from.unwrap_or_else(|| to.plus(1 - USUAL_MONTHS));
    if from > to || from.plus(MOST_MONTHS) <= to {
        return Err(IndicatorsError::Period);
    }
    let (Some(start), Some(end)) = (from.start(zone), to.plus(1).start(zone)) else {
        return Err(IndicatorsError::Period);
    };
    let period = Period { from: start, to: end };
    let sites = seen_sites(desk, user);
    let mut tx = desk.db.read().await?;
    let mut found = Found {
        entries: grouped(entries(&mut tx, period).await?),
        findings: grouped(findings(&mut tx, period).await?),
        calls: grouped(calls(&mut tx, period).await?),
        transports: dispatched(&mut tx, period)
            .await?
            .into_iter()
            .filter_map(|decided| Some((decided.case, transport(&decided.plan, &decided.shown)?)))
            .collect(),
    };
    let rows: Vec<Row> = cases::started_within(&mut tx, period.from, period.to)
        .await?
        .into_iter()
        .filter(|case| sites.contains(&case.site))
        .map(|case| found.row(&case))
        .collect();
    drop(tx);
    let months = std::iter::successors(Some(from), |month| Some(month.plus(1)).filter(|next| *next <= to));
    Ok(Indicators {
        generated_at: now,
        months: months.collect(),
        sites: sites.into_iter().collect(),
        cells: by_site_and_month(&rows, zone, now),
    })
}

fn seen_sites(desk: &Desk, user: &User) -> BTreeSet<SiteId> {
    if user.role == Role::Auditor {
        desk.region.sites().iter().map(|site| site.id.clone()).collect()
    } else {
        desk.sight(user).case_sites().clone()
    }
}

fn grouped<T>(items: Vec<(CaseId, T)>) -> BTreeMap<CaseId, Vec<T>> {
    let mut groups: BTreeMap<CaseId, Vec<T>> = BTreeMap::new();
    for (case, item) in items {
        groups.entry(case).or_default().push(item);
    }
    groups
}

/// What was found beside the cases themselves.
struct Found {
    entries: BTreeMap<CaseId, Vec<Entry>>,
    findings: BTreeMap<CaseId, Vec<Finding>>,
    calls: BTreeMap<CaseId, Vec<Call>>,
    /// The last of each case.
    transports: BTreeMap<CaseId, Transport>,
}

impl Found {
    fn row(&mut self, case: &Case) -> Row {
        let entries = self.entries.remove(&case.id).unwrap_or_default();
        let diagnosis = match &case.state {
            CaseState::Decided { decision, .. } => Some(decision.diagnosis),
            CaseState::Waiting | CaseState::Reading(_) => None,
        };
        Row {
            site: case.site.clone(),
            started_at: case.clock.started_at,
            known: milestones::of_case(case).corrected(&entries),
            diagnosis,
            flags: flags(&self.findings.remove(&case.id).unwrap_or_default()),
            transport: self.transports.get(&case.id).copied(),
            call_rounds: self.calls.get(&case.id).into_iter().flatten().map(Call::rounds).collect(),
        }
    }
}

/// By task, whether any series was flagged in the end; a word that may still change does not count.
fn flags(findings: &[Finding]) -> BTreeMap<Task, Flagged> {
    let mut flags = BTreeMap::new();
    for finding in findings.iter().filter(|finding| !finding.provisional) {
        let Analysis::Analysed { flag, .. } = finding.analysis else { continue };
        let word = flags.entry(finding.task).or_insert(Flagged::Unflagged);
        if flag {
            *word = Flagged::Flagged;
        }
    }
    flags
}

fn transport(plan: &str, shown: &str) -> Option<Transport> {
    let shown = ShownPlans::read(shown)?;
    let chosen = shown.plan(plan)?;
    let flights =
        shown.plans.iter().filter(|plan| plan.mode == Mode::Air && plan.feasible).map(|plan| plan.cost_euros);
    Some(Transport {
        chosen: match chosen.mode {
            Mode::Stay => Chosen::Stay,
            Mode::Road => Chosen::Road,
            Mode::Air => Chosen::Air,
            Mode::Team => Chosen::Team,
        },
        euros: chosen.cost_euros,
        flight_euros: flights.min_by(f64::total_cmp),
    })
}
