//! A model's word on a series as DICOM evidence: a measurement report (Comprehensive 3D SR, TID 1500) and, where
//! there are outlines, a segmentation on the geometry of the source, as the IHE profile AI Results asks (RAD TF-1
//! chapter 49).
//!
//! The same word of the same model on the same series has the same UIDs, whoever writes it and whenever. Another
//! word is another instance of the same two series; the new report names the one it takes the place of.

mod code;
mod dataset;
mod names;
mod raster;
mod report;
mod segmentation;
mod source;

pub use dataset::EncodeError;
pub use names::{Names, Product};
pub use raster::fill;
pub use source::{SourceError, SourceSeries};

use dicom_dictionary_std::tags;

use crate::domain::evidence::Task;
use crate::domain::identity::{SeriesUid, SopClassUid, SopInstanceUid, TransferSyntaxUid};
use crate::inference::analysis::SeriesAnalysis;
use dataset::DataSet;
use segmentation::Mask;

const SEGMENTATION_STORAGE: &str = "1.2.840.10008.5.1.4.1.1.66.4";
const COMPREHENSIVE_3D_SR_STORAGE: &str = "1.2.840.10008.5.1.4.1.1.88.34";
const EXPLICIT_VR_LITTLE_ENDIAN: &str = "1.2.840.10008.1.2.1";
const MANUFACTURER: &str = "Vigie";

/// Which of the words on a series this one is.
#[derive(Debug, Clone, PartialEq)]
pub struct Edition {
    /// From 1.
    pub revision: u32,
    /// The report that this one takes the place of.
    pub predecessor: Option<SopInstanceUid>,
    /// When the word was given, in the zone whose dates and times the archive reads.
    pub given_at: jiff::Zoned,
}

/// One DICOM instance to store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub sop_class: SopClassUid,
    pub series: SeriesUid,
    pub sop_instance: SopInstanceUid,
    pub transfer_syntax: TransferSyntaxUid,
    /// The data set, without file meta information.
    pub data_set: Vec<u8>,
}

/// What is written of one word on one series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Documents {
    /// None where the word outlines nothing (an occlusion is only ringed), or the slices do not share one grid.
    pub segmentation: Option<Document>,
    pub report: Document,
}

/// Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error(transparent)]
    Encode(#[from] EncodeError),
    #[error(transparent)]
    Uid(#[from] crate::domain::identity::Invalid),
}

/// Writes the report and the segmentation of a word.
///
/// The segmentation holds the pixels whose centre lies within the outlines that readers are shown (even-odd rule);
/// the report's volume is the model's own, counted on its grid, and may be larger, as specks have no outline.
///
/// # Errors
/// [`WriteError`] when the word speaks of images that the source lacks, or the data set cannot be encoded.
pub fn documents(
    source: &SourceSeries,
    analysis: &SeriesAnalysis,
    edition: &Edition,
) -> Result<Documents, WriteError> {
    let names = Names::of(source.series(), analysis)?;
    let mask = Mask::of(source, analysis)?;
    let context = Context { source, analysis, edition, names: &names };
    let segmentation = mask
        .map(|mask| {
            let sop_instance = names.instance(Product::Segmentation, edition.revision)?;
            let data_set = segmentation::data_set(&context, &mask, &sop_instance);
            document(SEGMENTATION_STORAGE, names.series(Product::Segmentation)?, sop_instance, &data_set)
        })
        .transpose()?;
    let sop_instance = names.instance(Product::Report, edition.revision)?;
    let data_set = report::data_set(&context, segmentation.as_ref(), &sop_instance)?;
    let report =
        document(COMPREHENSIVE_3D_SR_STORAGE, names.series(Product::Report)?, sop_instance, &data_set)?;
    Ok(Documents { segmentation, report })
}

/// Series and equipment (PS3.3 sections C.7.3.1, C.7.5.2), and that it is for research (IHE AI Results).
fn equipment(data_set: DataSet, context: &Context<'_>, product: Product) -> DataSet {
    let Context { source, analysis, names, .. } = context;
    let model = &analysis.model;
    data_set
        .text(tags::SERIES_INSTANCE_UID, names.series_text(product))
        .text(tags::SERIES_NUMBER, series_number(source, analysis, product).to_string())
        .text(tags::SERIES_DESCRIPTION, description(analysis.task, product))
        .text(tags::MANUFACTURER, MANUFACTURER)
        .text(tags::MANUFACTURER_MODEL_NAME, MANUFACTURER)
        .text(tags::DEVICE_SERIAL_NUMBER, model.sha256.chars().take(16).collect::<String>())
        .text(
            tags::SOFTWARE_VERSIONS,
            format!("{}\\{} {}", env!("CARGO_PKG_VERSION"), model.name, model.version),
        )
        .text(tags::CONTENT_QUALIFICATION, "RESEARCH")
}

/// Behind any scanner's own series, and told apart by source, task and product.
fn series_number(source: &SourceSeries, analysis: &SeriesAnalysis, product: Product) -> i64 {
    let stated = source.stated(tags::SERIES_NUMBER).and_then(|number| number.parse::<i64>().ok());
    let product = match product {
        Product::Report => 0,
        Product::Segmentation => 1,
    };
    let task = match analysis.task {
        Task::Hemorrhage => 0,
        Task::Occlusion => 1,
        Task::Infarct => 2,
    };
    9_000 + stated.unwrap_or(0).rem_euclid(100) * 10 + task * 2 + product
}

/// For the list of series of any viewer, in both languages.
fn description(task: Task, product: Product) -> &'static str {
    match (task, product) {
        (Task::Hemorrhage, Product::Report) => "Vigie : hémorragie, rapport IA / haemorrhage, AI report",
        (Task::Hemorrhage, Product::Segmentation) => "Vigie : hémorragie, contours IA / haemorrhage, AI mask",
        (Task::Occlusion, Product::Report) => "Vigie : occlusion, rapport IA / AI report",
        (Task::Occlusion, Product::Segmentation) => "Vigie : occlusion, contours IA / AI mask",
        (Task::Infarct, Product::Report) => "Vigie : infarctus, rapport IA / infarct, AI report",
        (Task::Infarct, Product::Segmentation) => "Vigie : infarctus, contours IA / infarct, AI mask",
    }
}

/// What the model was run with.
fn parameters(analysis: &SeriesAnalysis) -> [String; 3] {
    [
        format!("threshold {}", analysis.threshold),
        format!("evidence {}", analysis.evidence.as_str()),
        format!("sha256 {}", analysis.model.sha256),
    ]
}

/// What the finding is called through all editions.
fn tracking_id(analysis: &SeriesAnalysis) -> String {
    format!("{} by {}", analysis.task.as_str(), analysis.model.name)
}

/// Date and time of the word, in the zone that the source states where it states one.
fn given_at(context: &Context<'_>) -> (String, String) {
    let offset = context.source.stated(tags::TIMEZONE_OFFSET_FROM_UTC);
    let stated = offset.and_then(|text| jiff::fmt::strtime::parse("%z", &text).ok()?.offset());
    let given_at = &context.edition.given_at;
    let local = match stated {
        Some(offset) => offset.to_datetime(given_at.timestamp()),
        None => given_at.datetime(),
    };
    (local.strftime("%Y%m%d").to_string(), local.strftime("%H%M%S").to_string())
}

/// What every part of the two objects is written from.
#[derive(Debug, Clone, Copy)]
struct Context<'a> {
    source: &'a SourceSeries,
    analysis: &'a SeriesAnalysis,
    edition: &'a Edition,
    names: &'a Names,
}

fn document(
    sop_class: &str,
    series: SeriesUid,
    sop_instance: SopInstanceUid,
    data_set: &DataSet,
) -> Result<Document, WriteError> {
    Ok(Document {
        sop_class: sop_class.parse()?,
        series,
        sop_instance,
        transfer_syntax: EXPLICIT_VR_LITTLE_ENDIAN.parse()?,
        data_set: data_set.encode()?,
    })
}
