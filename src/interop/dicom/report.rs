//! The report (PS3.3 section A.35.13, PS3.16 TID 1500): what the model says of the series, measured and coded.

mod content;

use dicom_dictionary_std::tags;

use self::content::{Item, Relation};
use super::code::{self, Code};
use super::dataset::DataSet;
use super::names::{Product, device};
use super::source::reference;
use super::{COMPREHENSIVE_3D_SR_STORAGE, Context, Document, MANUFACTURER, SourceError, equipment, given_at};
use crate::domain::evidence::{Analysis, Location};
use crate::domain::identity::SopInstanceUid;
use crate::domain::wording::Text;

pub(super) fn data_set(
    context: &Context<'_>,
    segmentation: Option<&Document>,
    sop_instance: &SopInstanceUid,
) -> Result<DataSet, SourceError> {
    let Context { source, edition, .. } = context;
    let (date, time) = given_at(context);
    let key = key_image(context)?;
    let mut data_set = source
        .patient_and_study(DataSet::new().text(tags::SPECIFIC_CHARACTER_SET, "ISO_IR 192"))
        .text(tags::SOP_CLASS_UID, COMPREHENSIVE_3D_SR_STORAGE)
        .text(tags::SOP_INSTANCE_UID, sop_instance.as_str())
        .and(|data_set| equipment(data_set, context, Product::Report))
        .text(tags::MODALITY, "SR")
        .items(tags::REFERENCED_PERFORMED_PROCEDURE_STEP_SEQUENCE, [])
        .text(tags::INSTANCE_NUMBER, edition.revision.to_string())
        .text(tags::CONTENT_DATE, date)
        .text(tags::CONTENT_TIME, time)
        .text(tags::COMPLETION_FLAG, "COMPLETE")
        .text(tags::VERIFICATION_FLAG, "UNVERIFIED")
        .items(tags::PERFORMED_PROCEDURE_CODE_SEQUENCE, [])
        .item(tags::CODING_SCHEME_IDENTIFICATION_SEQUENCE, own_scheme());
    let evidence: Vec<DataSet> = evidence(context, segmentation, key.as_ref());
    if !evidence.is_empty() {
        let study = source.stated(tags::STUDY_INSTANCE_UID).unwrap_or_default();
        let of_study = DataSet::new()
            .text(tags::STUDY_INSTANCE_UID, study)
            .items(tags::REFERENCED_SERIES_SEQUENCE, evidence);
        data_set = data_set.item(tags::CURRENT_REQUESTED_PROCEDURE_EVIDENCE_SEQUENCE, of_study);
    }
    if let Some(predecessor) = &edition.predecessor {
        data_set = data_set.item(tags::PREDECESSOR_DOCUMENTS_SEQUENCE, superseded(context, predecessor));
    }
    Ok(root(context, segmentation, key.as_ref()).write_into(data_set))
}

/// The image that shows the finding best, by the item that refers to it.
#[derive(Debug)]
struct KeyImage {
    reference: DataSet,
}

fn key_image(context: &Context<'_>) -> Result<Option<KeyImage>, SourceError> {
    let key = context.analysis.key_instance.as_ref();
    let frame = key.map(|key| context.source.frame(&key.sop_instance_uid, key.frame)).transpose()?;
    Ok(frame.map(|frame| KeyImage { reference: frame.reference() }))
}

/// The instances that the tree refers to, by series (PS3.3 section C.17.2).
fn evidence(context: &Context<'_>, segmentation: Option<&Document>, key: Option<&KeyImage>) -> Vec<DataSet> {
    let of_series = |series: &str, instance: DataSet| {
        DataSet::new().text(tags::SERIES_INSTANCE_UID, series).item(tags::REFERENCED_SOP_SEQUENCE, instance)
    };
    let key = key.map(|key| of_series(context.source.series().as_str(), key.reference.clone()));
    let segmentation = segmentation.map(|document| of_series(document.series.as_str(), whole(document)));
    key.into_iter().chain(segmentation).collect()
}

fn whole(document: &Document) -> DataSet {
    reference(document.sop_class.as_str(), document.sop_instance.as_str())
}

/// The report that this one takes the place of, in the same series.
fn superseded(context: &Context<'_>, predecessor: &SopInstanceUid) -> DataSet {
    let study = context.source.stated(tags::STUDY_INSTANCE_UID).unwrap_or_default();
    let series = DataSet::new()
        .text(tags::SERIES_INSTANCE_UID, context.names.series_text(Product::Report))
        .item(tags::REFERENCED_SOP_SEQUENCE, reference(COMPREHENSIVE_3D_SR_STORAGE, predecessor.as_str()));
    DataSet::new().text(tags::STUDY_INSTANCE_UID, study).item(tags::REFERENCED_SERIES_SEQUENCE, series)
}

/// What our own codes belong to (PS3.3 section C.12.1.1.7).
fn own_scheme() -> DataSet {
    DataSet::new()
        .text(tags::CODING_SCHEME_DESIGNATOR, code::OWN_SCHEME)
        .text(tags::CODING_SCHEME_NAME, "Vigie's own codes")
        .text(tags::CODING_SCHEME_RESPONSIBLE_ORGANIZATION, MANUFACTURER)
}

/// TID 1500.
fn root(context: &Context<'_>, segmentation: Option<&Document>, key: Option<&KeyImage>) -> Item {
    let procedure = match context.source.stated(tags::MODALITY).as_deref() {
        Some("MR") => code::MR_HEAD,
        _ => code::CT_HEAD,
    };
    let measurements = Item::container(code::IMAGING_MEASUREMENTS)
        .with(Relation::Contains, group(context, segmentation, key));
    Item::of_template(code::IMAGING_MEASUREMENT_REPORT, "1500")
        .with(Relation::HasConceptModifier, Item::code(code::LANGUAGE, code::ENGLISH))
        .with_all(Relation::HasObservationContext, observer())
        .with(Relation::HasConceptModifier, Item::code(code::PROCEDURE_REPORTED, procedure))
        .with(Relation::Contains, measurements)
}

/// TID 1004: the observer is this program.
fn observer() -> [Item; 5] {
    [
        Item::code(code::OBSERVER_TYPE, code::DEVICE),
        Item::uid(code::DEVICE_UID, device()),
        Item::text(code::DEVICE_NAME, MANUFACTURER),
        Item::text(code::DEVICE_MANUFACTURER, MANUFACTURER),
        Item::text(code::DEVICE_MODEL, concat!("Vigie ", env!("CARGO_PKG_VERSION"))),
    ]
}

/// TID 1411 where a segment is measured, else TID 1501.
fn group(context: &Context<'_>, segmentation: Option<&Document>, key: Option<&KeyImage>) -> Item {
    let analysis = context.analysis;
    let template = if segmentation.is_some() { "1411" } else { "1501" };
    Item::of_template(code::MEASUREMENT_GROUP, template)
        .with_all(
            Relation::HasObservationContext,
            [
                Item::text(code::TRACKING_IDENTIFIER, super::tracking_id(analysis)),
                Item::uid(code::TRACKING_UID, context.names.tracking()),
            ],
        )
        .with(Relation::Contains, Item::code(code::FINDING, code::finding(analysis.task)))
        .with(Relation::HasConceptModifier, site(analysis.location))
        .with_all(Relation::HasConceptModifier, algorithm(context))
        .with_all(Relation::Contains, segment(context, segmentation))
        .with_all(Relation::Contains, measurements(context, key))
        .with(Relation::Contains, Item::code(code::DECISION_SUPPORT_FLAG, flag(&analysis.outcome)))
        .with_all(Relation::Contains, comments(context))
}

/// Where the finding lies; the brain, where the model cannot say.
fn site(location: Option<Location>) -> Item {
    let (site, within, side) = match location {
        None => (code::BRAIN, None, None),
        Some(Location::Territory { territory, side }) => {
            (code::BRAIN, Some(code::artery(territory)), Some(side))
        }
        Some(Location::Segment { segment, side }) => (code::segment(segment), None, Some(side)),
    };
    let side = side.map(|side| Item::code(code::LATERALITY, code::side(side)));
    let within = within.map(|artery| Item::code(code::TOPOGRAPHICAL_MODIFIER, artery));
    Item::code(code::FINDING_SITE, site)
        .with_all(Relation::HasConceptModifier, side)
        .with_all(Relation::HasConceptModifier, within)
}

/// TID 4019.
fn algorithm(context: &Context<'_>) -> Vec<Item> {
    let model = &context.analysis.model;
    let mut items = vec![
        Item::text(code::ALGORITHM_NAME, model.name.as_str()),
        Item::text(code::ALGORITHM_VERSION, model.version.as_str()),
        Item::text(code::ALGORITHM_MANUFACTURER, MANUFACTURER),
        Item::code(code::ALGORITHM_FAMILY, code::ARTIFICIAL_INTELLIGENCE),
    ];
    let parameters = super::parameters(context.analysis).into_iter();
    items.extend(parameters.map(|parameter| Item::text(code::ALGORITHM_PARAMETERS, parameter)));
    items
}

fn segment(context: &Context<'_>, segmentation: Option<&Document>) -> Vec<Item> {
    let Some(document) = segmentation else { return Vec::new() };
    let segment = whole(document).short(tags::REFERENCED_SEGMENT_NUMBER, 1);
    vec![
        Item::image(code::REFERENCED_SEGMENT, segment),
        Item::uid(code::SEGMENTED_SERIES, context.source.series().as_str()),
    ]
}

/// What was measured: how sure the model is, and how much it marked.
fn measurements(context: &Context<'_>, key: Option<&KeyImage>) -> Vec<Item> {
    let Analysis::Analysed { probability, volume_ml, .. } = context.analysis.outcome else {
        return Vec::new();
    };
    let source = key.map(|key| Item::image(code::SOURCE_OF_MEASUREMENT, key.reference.clone()));
    let certainty = Item::number(code::CERTAINTY_OF_FINDING, probability * 100.0, code::PERCENT)
        .with_all(Relation::InferredFrom, source);
    let volume = |ml, method| {
        Item::number(code::VOLUME, ml, code::MILLILITRE)
            .with(Relation::HasConceptModifier, Item::code(code::MEASUREMENT_METHOD, method))
    };
    let marked = volume_ml.map(|ml| volume(ml, code::PLANIMETRY));
    let bedside = context.analysis.abc2_ml.map(|ml| volume(ml, code::ABC_2));
    [Some(certainty), marked, bedside].into_iter().flatten().collect()
}

/// Three different words, as everywhere.
fn flag(outcome: &Analysis) -> Code {
    match outcome {
        Analysis::Analysed { flag: true, .. } => code::FLAGGED,
        Analysis::Analysed { flag: false, .. } => code::UNFLAGGED,
        _ => code::NOT_ANALYSED,
    }
}

/// In both languages: why there is no flag, where the finding lies, and what the report is not.
fn comments(context: &Context<'_>) -> impl Iterator<Item = Item> {
    let caution = Text::new(
        "Aide à la décision, pas un diagnostic ; recherche uniquement jusqu'à certification.",
        "Decision support, not a diagnosis; research use until certified.",
    );
    let both = |text: Text| Item::text(code::COMMENT, format!("{} / {}", text.en, text.fr));
    let place = context.analysis.location.map(Location::words);
    context.analysis.reason().into_iter().chain(place).chain([caution]).map(both)
}
