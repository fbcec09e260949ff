//! The ordered worklist: what waiting costs each patient, with the reasons in words.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::desk::Desk;
use super::reading_room::{ReadingRoom, stage, turn};
use super::view::findings::flags;
use super::view::{
    ClockView, DecisionView, Holder, ImagingView, Item, LeftView, PatientView, Person, ReasonView, SiteName,
    Worklist,
};
use super::visibility::Sight;
use crate::db::analyses::{self as kept_analyses, Kept};
use crate::db::series::{self, Series};
use crate::db::users::{self, User};
use crate::db::{DbError, cases, consults, hand_overs};
use crate::domain::case::{Case, CaseState};
use crate::domain::evidence::{Differential, Finding, Ranges, SiteEvidence};
use crate::domain::hand_over::Left;
use crate::domain::identity::{CaseId, ConsultId, UserId};
use crate::domain::region::Region;
use crate::domain::time::{Minutes, Timestamp};
use crate::domain::urgency::{QueueCase, Scale, Turns, Urgency, urgency_among};
use crate::domain::wording::{Text, explain, reason};

/// The index's tables, made once.
pub(super) static SCALE: LazyLock<Scale> = LazyLock::new(Scale::default);
/// How long a decided case stays on the worklist.
const DECIDED_SHOWN: Minutes = Minutes(12.0 * 60.0);

/// Everything about a case that its row needs.
pub(super) struct Dossier {
    pub(super) case: Case,
    pub(super) series: Vec<Series>,
    pub(super) kept: Vec<Kept>,
    pub(super) consult: Option<ConsultId>,
    /// What the last reader who gave it back told.
    pub(super) given_back: Option<Left>,
}

/// The worklist as someone with this sight sees it: by urgency, then the decided ones, latest first.
///
/// # Errors
/// [`DbError`]
pub async fn order_queue(desk: &Desk, sight: &Sight) -> Result<Worklist, DbError> {
    let now = desk.now();
    let since = now + Minutes(-DECIDED_SHOWN.0);
    let mut tx = desk.db.read().await?;
    let seen = cases::current(&mut tx, since).await?.into_iter().filter(|case| sight.sees(&case.site));
    let mut series = by_case(series::of_current_cases(&mut tx, since).await?);
    let mut kept = by_case(kept_analyses::of_current_cases(&mut tx, since).await?);
    let mut open = consults::open(&mut tx).await?;
    let mut given_back: BTreeMap<CaseId, Left> =
        hand_overs::of_undecided(&mut tx).await?.into_iter().collect();
    let people: BTreeMap<UserId, User> =
        users::all(&mut tx).await?.into_iter().map(|user| (user.id, user)).collect();
    let room = ReadingRoom::of(&mut tx, sight, now).await?;
    drop(tx);
    let dossiers: Vec<Dossier> = seen
        .map(|case| Dossier {
            series: series.remove(&case.id).unwrap_or_default(),
            kept: kept.remove(&case.id).unwrap_or_default(),
            consult: open.remove(&case.id),
            given_back: given_back.remove(&case.id),
            case,
        })
        .collect();
    let turns = Turns::of(dossiers.iter().filter_map(|dossier| turn(&dossier.case, now)));
    let last = turns.last(&room.team, now);
    let mut rows: Vec<Row> =
        dossiers.iter().map(|dossier| row(dossier, &desk.region, &people, last, now)).collect();
    rows.sort_by(before);
    let (readers_needed, readers_present) = (turns.readers_needed(&room.team, now), room.team.readers);
    let items = (1..).zip(rows).map(|(position, row)| Item { position, ..row.item }).collect();
    Ok(Worklist {
        generated_at: now,
        readers_short: readers_needed.saturating_sub(readers_present) as u64,
        readers_needed: readers_needed as u64,
        readers_present: readers_present as u64,
        readers_from: room.from,
        items,
    })
}

fn by_case<T>(pairs: Vec<(CaseId, T)>) -> BTreeMap<CaseId, Vec<T>> {
    let mut map: BTreeMap<CaseId, Vec<T>> = BTreeMap::new();
    for (case, value) in pairs {
        map.entry(case).or_default().push(value);
    }
    map
}

/// A row with what places it.
pub(super) struct Row {
    pub(super) item: Item,
    pub(super) posterior: Differential,
}

/// The undecided first, by the domain's total order: index, then the earlier clock, then the id. The decided last,
/// the latest decision first.
fn before(a: &Row, b: &Row) -> std::cmp::Ordering {
    let (x, y) = (&a.item, &b.item);
    match (x.clock.stopped_at, y.clock.stopped_at) {
        (None, None) => y
            .urgency
            .total_cmp(&x.urgency)
            .then(x.clock.started_at.cmp(&y.clock.started_at))
            .then(x.case_id.cmp(&y.case_id)),
        (None, Some(_)) => std::cmp::Ordering::Less,
        (Some(_), None) => std::cmp::Ordering::Greater,
        (Some(one), Some(other)) => other.cmp(&one).then(x.case_id.cmp(&y.case_id)),
    }
}

/// The evidence rules of a site that the region no longer has are the defaults.
pub(super) fn evidence_of(region: &Region, case: &Case) -> SiteEvidence {
    region.site(&case.site).map(|site| site.evidence).unwrap_or_default()
}

/// How far the models' measured rates leave a case's posterior open.
pub(super) fn ranges(dossier: &Dossier, region: &Region) -> Option<Ranges> {
    let findings: Vec<Finding> = dossier.kept.iter().map(|kept| kept.finding.clone()).collect();
    evidence_of(region, &dossier.case).ranges(&dossier.case.picture, &findings)
}

/// How urgent a case is at `now`, by all that is known of it; `last` is the case whose last turn it is.
pub(super) fn assess(
    dossier: &Dossier,
    region: &Region,
    last: Option<CaseId>,
    now: Timestamp,
) -> (Urgency, Text, Vec<ReasonView>) {
    let site = evidence_of(region, &dossier.case);
    let findings: Vec<Finding> = dossier.kept.iter().map(|kept| kept.finding.clone()).collect();
    let case = QueueCase {
        id: dossier.case.id,
        clock: dossier.case.clock,
        stage: stage(&dossier.case.state, now),
        picture: &dossier.case.picture,
        findings: &findings,
        site: &site,
    };
    let urgency = urgency_among(&case, &SCALE, last, now);
    let reasons = urgency
        .reasons
        .iter()
        .map(|r| ReasonView { code: r.code, text: reason(r.code, &case, &urgency, now), share: r.share })
        .collect();
    let sentence = explain(&case, &urgency, now);
    (urgency, sentence, reasons)
}

pub(super) fn row(
    dossier: &Dossier,
    region: &Region,
    people: &BTreeMap<UserId, User>,
    last: Option<CaseId>,
    now: Timestamp,
) -> Row {
    let case = &dossier.case;
    let flags = flags(&dossier.kept, &dossier.series, &evidence_of(region, case));
    let (urgency, sentence, reasons) = assess(dossier, region, last, now);
    let decision = decision(&case.state, people);
    let stopped_at = decision.as_ref().map(|decision| decision.at);
    let held = case.state.held(now);
    let left = match &decision {
        Some(_) => None,
        None => left(dossier, people, now),
    };
    let (index, sentence, reasons) = match &decision {
        Some(_) => (0.0, Text::new("Diagnostic posé", "Diagnosis made"), Vec::new()),
        None => (urgency.index, sentence, reasons),
    };
    let item = Item {
        case_id: case.id,
        position: 1,
        urgency: index,
        sentence,
        reasons,
        flags,
        clock: ClockView::of(case.clock, stopped_at, now),
        state: match (&decision, held) {
            (Some(_), _) => "decided",
            (None, Some(_)) => "reading",
            (None, None) => "waiting",
        },
        claimed_by: held.map(|claim| holder(claim.reader, claim.until, people)),
        patient: PatientView::of(case),
        site: SiteName::of(&case.site, region),
        onset: case.picture.onset.into(),
        nihss: case.picture.nihss,
        race: case.picture.race,
        anticoagulant: case.picture.anticoagulant,
        imaging: imaging(&dossier.series),
        consult_id: dossier.consult,
        decision,
        left,
        alert: case.alert.is_some(),
    };
    Row { item, posterior: urgency.posterior }
}

/// Who had the case before whoever has it now.
fn left(dossier: &Dossier, people: &BTreeMap<UserId, User>, now: Timestamp) -> Option<LeftView> {
    let lapsed = match &dossier.case.state {
        CaseState::Reading(claim) if claim.until <= now => Some((claim.reader, claim.until)),
        _ => None,
    };
    let left = Left::latest(dossier.given_back.clone(), lapsed)?;
    Some(LeftView {
        by: people.get(&left.reader).map(Person::from),
        at: left.at,
        how: left.how,
        note: left.hand_over.note().to_owned(),
        seen: left.hand_over.seen().to_vec(),
    })
}

fn holder(reader: UserId, until: Timestamp, people: &BTreeMap<UserId, User>) -> Holder {
    let person = people.get(&reader);
    Holder {
        user_id: reader,
        display_name: person.map(|p| p.display_name.clone()).unwrap_or_default(),
        role: person.map(|p| p.role),
        until,
    }
}

fn decision(state: &CaseState, people: &BTreeMap<UserId, User>) -> Option<DecisionView> {
    let CaseState::Decided { decision, by, at } = state else { return None };
    Some(DecisionView {
        diagnosis: decision.diagnosis,
        treatments: decision.treatments.clone(),
        nihss: decision.nihss,
        note: decision.note.clone(),
        by: people.get(by).map(Person::from),
        at: *at,
    })
}

/// What the scanners sent; what says something of it doesn't count.
fn imaging(series: &[Series]) -> ImagingView {
    let images = || series.iter().filter(|s| !s.is_document());
    ImagingView {
        series: images().count() as u64,
        instances: images().map(|s| s.instances.unsigned_abs()).sum(),
        receiving: images().any(|s| s.complete_at.is_none()),
    }
}
