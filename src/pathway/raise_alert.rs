//! The emergency room raises an alert: a case opens, or the patient's open case takes it, and the clock starts.

use super::calling::raise_for_reader;
use super::desk::{Actor, Desk};
use crate::db::events::{EventKind, NewEvent};
use crate::db::{DbError, Tx, cases};
use crate::domain::alerting::Cause;
use crate::domain::case::{Alert, Anticoagulant, Case, CaseState, ClinicalPicture, Onset};
use crate::domain::identity::{CaseId, Patient, SiteId};
use crate::domain::time::{CLOCK_SKEW, CaseClock, ClockStart, Timestamp};

/// The alert, each value checked by its type.
#[derive(Debug, Clone)]
pub struct NewAlert {
    pub site: SiteId,
    pub patient: Patient,
    pub picture: ClinicalPicture,
    pub door_at: Option<Timestamp>,
    /// The same key again is the same alert.
    pub idempotency_key: Option<String>,
}

/// Which case took the alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Raised {
    /// A new case, or one that had no alert yet.
    Alerted(CaseId),
    /// The same alert again, by its key.
    Repeated(CaseId),
}

impl Raised {
    #[must_use]
    pub fn case(self) -> CaseId {
        match self {
            Self::Alerted(id) | Self::Repeated(id) => id,
        }
    }
}

/// Why there is no alert.
#[derive(Debug, thiserror::Error)]
pub enum RaiseError {
    #[error("the region has no such site")]
    UnknownSite,
    #[error("this person does not belong to the site")]
    ForeignSite,
    #[error("the {what} is in the future")]
    Future { what: &'static str },
    #[error("the region lets none of what is known start the clock")]
    NoClock,
    #[error("the idempotency key belongs to an alert of another site")]
    ForeignKey,
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Raises an alert.
///
/// # Errors
/// [`RaiseError`]
pub async fn raise_alert(desk: &Desk, actor: &Actor, alert: NewAlert) -> Result<Raised, RaiseError> {
    let now = desk.now();
    if desk.region.site(&alert.site).is_none() {
        return Err(RaiseError::UnknownSite);
    }
    if !actor.user.sites.contains(&alert.site) {
        return Err(RaiseError::ForeignSite);
    }
    check_times(&alert, now)?;
    let key = alert.idempotency_key.as_ref().map(|key| format!("{}:{key}", actor.user.id));

    let mut tx = desk.db.write().await?;
    cases::lock_patient(&mut tx, &alert.site, &alert.patient.id).await?;
    if let Some(key) = &key
        && let Some(id) = cases::by_idempotency_key(&mut tx, key).await?
    {
        let same_site = cases::get(&mut tx, id).await?.is_some_and(|case| case.site == alert.site);
        return if same_site { Ok(Raised::Repeated(id)) } else { Err(RaiseError::ForeignKey) };
    }
    let raised = Alert { raised_at: now, raised_by: actor.user.id };
    let open = open_case(&mut tx, &alert).await?;
    let (case, kind) = match open {
        Some(case) => {
            let case = joined(desk, case, alert, raised)?;
            cases::update(&mut tx, &case).await?;
            if let Some(key) = &key {
                cases::set_idempotency_key(&mut tx, case.id, key).await?;
            }
            (case, EventKind::CaseChanged)
        }
        None => {
            let case = opened(desk, alert, raised)?;
            cases::insert(&mut tx, &case, None, key.as_deref(), now).await?;
            (case, EventKind::CaseOpened)
        }
    };
    raise_for_reader(&mut tx, &case, Cause::Alert, now).await?;
    let (id, site) = (case.id, case.site);
    let event = NewEvent {
        kind,
        case: Some(id),
        site: Some(site),
        actor: Some(actor.user.id),
        detail: serde_json::json!({ "by": "alert" }),
    };
    desk.commit(tx, &[event], &actor.record(now, "case.alert", Some(id.to_string()))).await?;
    Ok(Raised::Alerted(id))
}

fn check_times(alert: &NewAlert, now: Timestamp) -> Result<(), RaiseError> {
    let latest = now + CLOCK_SKEW;
    let onset = match alert.picture.onset {
        Onset::Known { at } => Some(at),
        Onset::WakeUp { at } => at,
        Onset::Unknown => None,
    };
    if onset.is_some_and(|at| at > latest) {
        return Err(RaiseError::Future { what: "onset" });
    }
    if alert.door_at.is_some_and(|at| at > latest) {
        return Err(RaiseError::Future { what: "arrival" });
    }
    Ok(())
}

async fn open_case(tx: &mut Tx, alert: &NewAlert) -> Result<Option<Case>, DbError> {
    match cases::find_open(tx, &alert.site, &alert.patient.id, None).await? {
        Some(id) => {
            cases::lock(tx, id).await?;
            // Decided between the two statements on PostgreSQL: no longer open.
            let case = cases::get(tx, id).await?;
            Ok(case.filter(|case| !matches!(case.state, CaseState::Decided { .. })))
        }
        None => Ok(None),
    }
}

fn clock(
    desk: &Desk,
    alert: Timestamp,
    door: Option<Timestamp>,
    image: Option<Timestamp>,
) -> Result<CaseClock, RaiseError> {
    desk.region.clock(Some(alert), door, image).ok_or(RaiseError::NoClock)
}

fn opened(desk: &Desk, alert: NewAlert, raised: Alert) -> Result<Case, RaiseError> {
    let NewAlert { site, patient, picture, door_at, .. } = alert;
    // Where only images may start the clock it runs from the alert until one comes: a case is never without.
    let clock = clock(desk, raised.raised_at, door_at, None)
        .unwrap_or(CaseClock { started_at: raised.raised_at, started_by: ClockStart::Alert });
    Ok(Case {
        id: CaseId(uuid::Uuid::new_v4()),
        site,
        patient,
        picture,
        door_at,
        alert: Some(raised),
        first_image_at: None,
        clock,
        state: CaseState::Waiting,
    })
}

/// The open case with the alert in it. Its clock never starts later than before; what the alert leaves unsaid
/// keeps what was said.
fn joined(desk: &Desk, case: Case, alert: NewAlert, raised: Alert) -> Result<Case, RaiseError> {
    let door_at = match (case.door_at, alert.door_at) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    };
    let first_alert = case.alert.unwrap_or(raised);
    let known = clock(desk, first_alert.raised_at, door_at, case.first_image_at).unwrap_or(case.clock);
    let clock = if known.started_at < case.clock.started_at { known } else { case.clock };
    Ok(Case {
        patient: alert.patient,
        picture: merged(case.picture, alert.picture),
        door_at,
        alert: Some(first_alert),
        clock,
        ..case
    })
}

fn merged(before: ClinicalPicture, said: ClinicalPicture) -> ClinicalPicture {
    ClinicalPicture {
        onset: if said.onset == Onset::Unknown { before.onset } else { said.onset },
        nihss: said.nihss.or(before.nihss),
        race: said.race.or(before.race),
        anticoagulant: if said.anticoagulant == Anticoagulant::Unknown {
            before.anticoagulant
        } else {
            said.anticoagulant
        },
        note: if said.note.is_empty() { before.note } else { said.note },
    }
}
