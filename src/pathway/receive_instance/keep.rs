//! What one instance changes in the database.

use serde_json::json;
use uuid::Uuid;

use super::{Origin, Receipt};
use crate::db::events::{EventKind, NewEvent};
use crate::db::{DbError, Tx, analyses, cases, conflicts, instances, jobs, protocols, series, studies};
use crate::domain::case::{Case, CaseState, ClinicalPicture};
use crate::domain::identity::{CaseId, Patient, PatientId, Sex, SiteId, TransferSyntaxUid};
use crate::domain::protocol::{Imaged, Order, Seen};
use crate::domain::region::Region;
use crate::domain::time::{CaseClock, ClockStart, Timestamp};
use crate::domain::vault::StoredBlob;
use crate::imaging::header::{Header, PatientHeader};
use crate::imaging::series::kind_of;
use crate::pathway::analyse_series::{ANALYSE_SERIES, QUIET};

/// Every how many instances of a series its progress is told.
const PROGRESS_EVERY: i64 = 5;

/// An instance whose file is durable.
#[derive(Debug)]
pub(super) struct Durable {
    pub origin: Origin,
    pub site: SiteId,
    pub header: Header,
    pub transfer_syntax: TransferSyntaxUid,
    /// DICOM JSON (PS3.18 Annex F).
    pub metadata: String,
    pub pixel_data_offset: Option<u64>,
    pub blob: StoredBlob,
}

/// What was done, and what is to be told.
#[derive(Debug)]
pub(super) struct Kept {
    pub receipt: Receipt,
    pub events: Vec<NewEvent>,
}

impl Kept {
    fn silent(receipt: Receipt) -> Self {
        Self { receipt, events: Vec::new() }
    }
}

pub(super) async fn keep(
    tx: &mut Tx,
    region: &Region,
    durable: &Durable,
    now: Timestamp,
) -> Result<Kept, DbError> {
    let header = &durable.header;
    if let Some(there) = instances::sealed(tx, &header.sop_instance).await? {
        let same =
            there.blob.sha256 == durable.blob.sha256 && there.transfer_syntax == durable.transfer_syntax;
        return match same {
            // The commit before was kept though its answer was lost: the row names this very file.
            true if there.blob.key == durable.blob.key => Ok(Kept::silent(Receipt::Stored)),
            true => Ok(Kept::silent(Receipt::Duplicate)),
            false => keep_apart(tx, durable, now).await,
        };
    }
    let mut events = Vec::new();
    let case = match studies::placement(tx, &header.study).await? {
        Some(placement) => placement.case,
        None => Some(place(tx, region, durable, now, &mut events).await?),
    };
    let reopened = series::reopen(tx, &header.series).await?;
    if reopened {
        analyses::withdraw(tx, &header.series).await?;
    }
    let ordinal = series::count_instance(tx, &series_of(header), now).await?;
    instances::insert(tx, &instance_of(durable, ordinal)?, now).await?;
    if may_be_analysed(header) {
        jobs::ask(tx, ANALYSE_SERIES, header.series.as_str(), now + QUIET).await?;
    } else {
        series::complete(tx, &header.series, ordinal, now).await?;
    }
    if ordinal == 1
        && let Some(case) = case
    {
        note_first_image(tx, region, case, now).await?;
        if may_be_analysed(header) {
            close_orders(tx, case, header, now, &mut events).await?;
        }
    }
    if ordinal == 1 || reopened || ordinal % PROGRESS_EVERY == 0 {
        let detail = json!({"series": header.series.as_str(), "modality": header.series_level.modality, "instances": ordinal});
        events.push(event(EventKind::SeriesProgress, case, &durable.site, detail));
    }
    Ok(Kept { receipt: Receipt::Stored, events })
}

/// Whether a model may look at it: an image, and not one that says what somebody saw in others.
fn may_be_analysed(header: &Header) -> bool {
    header.image.is_some() && header.series_level.modality != "SEG"
}

async fn keep_apart(tx: &mut Tx, durable: &Durable, now: Timestamp) -> Result<Kept, DbError> {
    let conflict = conflicts::NewConflict {
        sop_instance: &durable.header.sop_instance,
        transfer_syntax: &durable.transfer_syntax,
        blob: durable.blob,
        site: &durable.site,
        origin: &origin_of(durable)?,
    };
    if conflicts::insert(tx, &conflict, now).await? != durable.blob.key {
        return Ok(Kept::silent(Receipt::Duplicate));
    }
    let detail = json!({"sop_instance": durable.header.sop_instance.as_str()});
    let told = event(EventKind::ConflictKept, None, &durable.site, detail);
    Ok(Kept { receipt: Receipt::ConflictKept, events: vec![told] })
}

/// A new study joins the site's open case of its patient or accession number, or opens a case.
async fn place(
    tx: &mut Tx,
    region: &Region,
    durable: &Durable,
    now: Timestamp,
    events: &mut Vec<NewEvent>,
) -> Result<CaseId, DbError> {
    let header = &durable.header;
    let patient = patient_of(header);
    let accession = header.study_level.accession_number.as_deref();
    cases::lock_patient(tx, &durable.site, &patient.id).await?;
    let (case, kind, what) = match cases::find_open(tx, &durable.site, &patient.id, accession).await? {
        Some(case) => (case, EventKind::CaseChanged, "study_joined"),
        None => {
            let case = case_of_images(region, durable.site.clone(), patient, now);
            cases::insert(tx, &case, accession, None, now).await?;
            (case.id, EventKind::CaseOpened, "images")
        }
    };
    studies::insert(tx, &study_of(durable), Some(case), now).await?;
    let detail =
        json!({"what": what, "study": header.study.as_str(), "modality": header.series_level.modality});
    events.push(event(kind, Some(case), &durable.site, detail));
    Ok(case)
}

/// The first image may start the mission's clock; it never moves it later.
async fn note_first_image(tx: &mut Tx, region: &Region, id: CaseId, now: Timestamp) -> Result<(), DbError> {
    cases::lock(tx, id).await?;
    let Some(mut case) = cases::get(tx, id).await? else { return Ok(()) };
    if case.first_image_at.is_some() {
        return Ok(());
    }
    case.first_image_at = Some(now);
    let alert = case.alert.map(|alert| alert.raised_at);
    case.clock = region.clock(alert, case.door_at, case.first_image_at).unwrap_or(case.clock);
    cases::update(tx, &case).await
}

/// The first image of the modality that was prescribed: the examination has begun.
async fn close_orders(
    tx: &mut Tx,
    case: CaseId,
    header: &Header,
    now: Timestamp,
    events: &mut Vec<NewEvent>,
) -> Result<(), DbError> {
    let modality = header.series_level.modality.as_str();
    for order in protocols::of_case(tx, case).await? {
        if !order.awaits(modality) {
            continue;
        }
        let order = Order { imaged: Some(Imaged { by: Seen::Image, at: now }), ..order };
        protocols::update(tx, &order).await?;
        let detail = json!({"what": "imaged", "protocol": order.id, "modality": modality});
        events.push(event(EventKind::ProtocolChanged, Some(case), &order.site, detail));
    }
    Ok(())
}

fn event(kind: EventKind, case: Option<CaseId>, site: &SiteId, detail: serde_json::Value) -> NewEvent {
    NewEvent { kind, case, site: Some(site.clone()), actor: None, detail }
}

fn case_of_images(region: &Region, site: SiteId, patient: Patient, now: Timestamp) -> Case {
    let started_by_images = CaseClock { started_at: now, started_by: ClockStart::FirstImage };
    Case {
        id: CaseId(Uuid::new_v4()),
        site,
        patient,
        picture: ClinicalPicture::unstated(),
        door_at: None,
        alert: None,
        first_image_at: Some(now),
        // A region whose clock waits for an alert still shows how long images have been waiting.
        clock: region.clock(None, None, Some(now)).unwrap_or(started_by_images),
        state: CaseState::Waiting,
    }
}

/// The patient as the images name them.
fn patient_of(header: &Header) -> Patient {
    let PatientHeader { id, family_name, given_name, birth_date, sex, .. } = header.patient.clone();
    let stated = id.and_then(|id| PatientId::try_from(id.trim().to_owned()).ok());
    Patient {
        id: stated.unwrap_or_else(|| PatientId::unidentified(&header.study)),
        family_name,
        given_name,
        birth_date,
        sex: sex.unwrap_or(Sex::Unknown),
    }
}

fn study_of(durable: &Durable) -> studies::NewStudy {
    let Header { patient, study_level, study, .. } = &durable.header;
    let name = [patient.family_name.as_str(), patient.given_name.as_str()].join("^");
    let date = |date: jiff::civil::Date| date.strftime("%Y%m%d").to_string();
    studies::NewStudy {
        uid: study.clone(),
        site: durable.site.clone(),
        patient_id: patient.id.clone(),
        patient_name: Some(name.trim_end_matches('^').to_owned()).filter(|name| !name.is_empty()),
        birth_date: patient.birth_date.map(date),
        sex: patient.sex.and_then(|sex| Some(serde_json::to_value(sex).ok()?.as_str()?.to_owned())),
        accession: study_level.accession_number.clone(),
        id: study_level.id.clone(),
        date: study_level.date.map(date),
        time: study_level.time.map(|time| time.strftime("%H%M%S").to_string()),
        description: study_level.description.clone(),
        referring_physician: study_level.referring_physician.clone(),
    }
}

fn series_of(header: &Header) -> series::NewSeries {
    series::NewSeries {
        uid: header.series.clone(),
        study: header.study.clone(),
        modality: header.series_level.modality.clone(),
        kind: kind_of(header).as_str(),
        number: header.series_level.number,
        description: header.series_level.description.clone(),
        body_part: header.series_level.body_part.clone(),
    }
}

fn instance_of(durable: &Durable, ordinal: i64) -> Result<instances::NewInstance, DbError> {
    let Header { series, study, sop_class, sop_instance, acquisition, image, .. } = &durable.header;
    let image = image.as_ref();
    Ok(instances::NewInstance {
        sop_instance: sop_instance.clone(),
        series: series.clone(),
        study: study.clone(),
        site: durable.site.clone(),
        ordinal,
        sop_class: sop_class.clone(),
        transfer_syntax: durable.transfer_syntax.clone(),
        number: acquisition.instance_number,
        rows: image.map(|image| image.rows.into()),
        columns: image.map(|image| image.columns.into()),
        frames: image.map(|image| image.frames.into()),
        blob: durable.blob,
        pixel_data_offset: durable.pixel_data_offset,
        metadata: durable.metadata.clone(),
        origin: origin_of(durable)?,
    })
}

fn origin_of(durable: &Durable) -> Result<String, DbError> {
    serde_json::to_string(&durable.origin).map_err(|_| DbError::Corrupt { what: "origin" })
}
